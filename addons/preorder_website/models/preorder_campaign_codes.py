from collections import defaultdict
from dataclasses import dataclass
from functools import partial

from odoo import models
from odoo.fields import Domain

from odoo.addons.preorder_campaign.wizard.import_columns import ProductColumn

#: Lengths of barcodes: spreadsheets take them for numbers and drop leading zeros.
_BARCODE_LENGTHS = (8, 12, 13, 14)


@dataclass(frozen=True)
class FoundCode:
    """What a code stands for in a campaign.

    ``product_id`` is 0 where ``problem`` says why not: ``unknown`` to the company,
    ``elsewhere`` (not in this campaign) or ``ambiguous``. ``replaced_id`` is the
    variant that has the code where another takes its place, otherwise 0; ``candidates``
    are those that the code could mean.
    """

    product_id: int = 0
    problem: str = ""
    replaced_id: int = 0
    candidates: frozenset[int] = frozenset()


class PreorderCampaign(models.Model):
    """What codes in customers' tables stand for."""

    _inherit = "preorder.campaign"

    def _get_code_finders(self, partner):
        """How codes are looked up, the surest way first.

        Each takes a tuple of lower-case codes and returns a dict of code → set of
        variants' ids, archived ones too. Overridden by addons that know further codes.

        :param partner: the customer, whose own codes count
        """
        self.ensure_one()
        column = ProductColumn(self.env, self.company_id)
        return [
            column._find_by_reference,
            column._find_by_barcode,
            partial(self._find_by_customer_code, partner),
            column._find_by_supplier_code,
        ]

    def _find_by_customer_code(self, partner, keys):
        """Variants by the codes that a customer uses for them."""
        found = defaultdict(set)
        for product_id, codes in self._get_customer_codes(partner).items():
            for code in codes:
                if code.lower() in keys:
                    found[code.lower()].add(product_id)
        return found

    def _get_customer_codes(self, partner):
        """The codes that a customer's company uses for products.

        They are those of OCA's ``product_customerinfo``, where it is installed.

        :return: dict of product id → list of codes
        """
        self.ensure_one()
        if "product.customerinfo" not in self.env:
            return {}
        infos = self.env["product.customerinfo"].search(
            Domain("partner_id", "in", partner._get_preorder_lineage())
            & Domain("product_code", "not in", (False, ""))
            & Domain("company_id", "in", (False, self.company_id.id))
        )
        codes = defaultdict(list)
        for info in infos:
            variants = info.product_id or info.product_tmpl_id.product_variant_ids
            for variant in variants:
                codes[variant.id].append(info.product_code)
        return dict(codes)

    def _scan(self, partner, code):
        """What a scanned or typed code stands for in the order form.

        :param partner: the customer
        :return: dict: ``product`` (id, 0 if none), ``replaced`` (the name of the
            product that it takes the place of, or empty), ``problem`` (why there is
            none, in the customer's words, or empty)
        """
        self.ensure_one()
        code = code.replace("\0", "").strip()[:100]
        found = self._find_variants_by_code([code], partner).get(
            code, FoundCode(problem="unknown")
        )
        replaced = ""
        if found.replaced_id:
            replaced = self.env["product.product"].browse(found.replaced_id)
            replaced = replaced.with_context(display_default_code=False).display_name
        problems = {
            "unknown": self.env._("No product has this code."),
            "elsewhere": self.env._("This product is not on sale here."),
            "ambiguous": self.env._("Several products have this code."),
        }
        return {
            "product": found.product_id,
            "replaced": replaced,
            "problem": problems.get(found.problem, ""),
        }

    def _find_variants_by_code(self, codes, partner, *, prefer_successors=True):
        """Find the variants on sale here that codes stand for, in a few queries.

        Internal references, barcodes, the customer's and suppliers' codes, in this
        order; capital and small letters are the same. What is not on sale here stands
        for its successor.

        :param codes: texts
        :param partner: the customer
        :param prefer_successors: whether what is replaced stands for its successor
            though it is still on sale here
        :return: dict of text → :class:`FoundCode`
        """
        self.ensure_one()
        keys = {code: _get_spellings(code.lower()) for code in codes if code}
        waiting = set().union(*keys.values())
        found, unsure = {}, {}
        for find in self._get_code_finders(partner):
            if not waiting:
                break
            candidates = find(tuple(waiting))
            targets = self._get_targets(
                set().union(*candidates.values()), prefer_successors
            )
            for key, product_ids in candidates.items():
                judged = _judge(product_ids, targets)
                if judged.product_id:
                    found[key] = judged
                    waiting.discard(key)
                else:
                    # The code may still mean something that is on sale.
                    unsure.setdefault(key, judged)
        found = {**unsure, **found}
        return {
            code: next(
                (found[spelling] for spelling in spellings if spelling in found),
                FoundCode(problem="unknown"),
            )
            for code, spellings in keys.items()
        }

    def _get_targets(self, product_ids, prefer_successors):
        """What some variants stand for here: dict of id → id of a variant on sale."""
        products = self.env["product.product"].browse(product_ids)
        successors = {
            product.id: successor.id
            for product, successor in products._get_preorder_successor().items()
        }
        on_sale = set(
            products._search(
                self._get_assortment_domain()
                & Domain("id", "in", [*successors, *successors.values()])
            )
        )
        targets = {}
        for product_id, successor_id in successors.items():
            choices = [product_id, successor_id]
            if prefer_successors:
                choices.reverse()
            target = next((each for each in choices if each in on_sale), None)
            if target:
                targets[product_id] = target
        return targets


def _get_spellings(code):
    """A code, and with the zeros that a spreadsheet may have dropped."""
    if not (code.isdecimal() and len(code) > 5):
        return [code]
    return [code] + [
        code.zfill(length) for length in _BARCODE_LENGTHS if length > len(code)
    ]


def _judge(product_ids, targets):
    """Decide between the variants that have a code."""
    meant = defaultdict(set)
    for product_id in product_ids & targets.keys():
        meant[targets[product_id]].add(product_id)
    if not meant:
        return FoundCode(problem="elsewhere")
    if len(meant) > 1:
        return FoundCode(problem="ambiguous", candidates=frozenset(meant))
    [product_id] = meant
    return FoundCode(
        product_id,
        replaced_id=0 if product_id in product_ids else min(meant[product_id]),
        candidates=frozenset(meant),
    )
