from collections import defaultdict
from dataclasses import dataclass

from odoo import models
from odoo.fields import Domain

from odoo.addons.preorder_campaign.wizard.import_columns import ProductColumn

#: Lengths of barcodes: spreadsheets take them for numbers and drop leading zeros.
_BARCODE_LENGTHS = (8, 12, 13, 14)


@dataclass(frozen=True)
class FoundCode:
    """What a code stands for in a campaign.

    ``product_id`` is 0 where ``problem`` says why not: ``unknown`` to the company,
    ``elsewhere`` (not in this campaign) or ``ambiguous``. ``replaced`` says that the
    variant takes the place of the one that has the code; ``candidates`` are those that
    have it.
    """

    product_id: int = 0
    problem: str = ""
    replaced: bool = False
    candidates: frozenset[int] = frozenset()


class PreorderCampaign(models.Model):
    """What codes in customers' tables stand for."""

    _inherit = "preorder.campaign"

    def _get_code_finders(self):
        """How codes are looked up, the surest way first.

        Overridden by addons that know further codes, such as customers' own. Each
        takes a tuple of lower-case codes and returns a dict of code → set of variants'
        ids, archived ones too.
        """
        self.ensure_one()
        column = ProductColumn(self.env, self.company_id)
        return [
            column._find_by_reference,
            column._find_by_barcode,
            column._find_by_supplier_code,
        ]

    def _find_variants_by_code(self, codes, *, prefer_successors=True):
        """Find the variants on sale here that codes stand for, in a few queries.

        Internal references, barcodes and suppliers' codes, in this order; capital and
        small letters are the same. What is not on sale here stands for its successor.

        :param codes: texts
        :param prefer_successors: whether what is replaced stands for its successor
            though it is still on sale here
        :return: dict of text → :class:`FoundCode`
        """
        self.ensure_one()
        keys = {code: _get_spellings(code.lower()) for code in codes if code}
        waiting = set().union(*keys.values())
        found, unsure = {}, {}
        for find in self._get_code_finders():
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
        replaced=product_id not in product_ids,
        candidates=frozenset(meant),
    )
