"""What a column of an imported table means: texts in, records out, in bulk.

A column resolves all its texts at once, whatever their number, and says of each what it
stands for or, in the user's words, why that cannot be told.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from odoo.fields import Domain
from odoo.tools import SQL

from ..cells import MAXIMUM_QUANTITY
from ..references import get_common_reference


@dataclass(frozen=True)
class Match:
    """What a text stands for: ids of records, another value, or the reason why not."""

    ids: tuple[int, ...] = ()
    problem: str = ""
    value: float | str | None = None


def describe_ambiguous(records):
    """Say that a text may mean any of several records, and name the first of them."""
    names = records[:4].mapped("display_name")
    if len(names) > 3:
        names[3:] = ["…"]
    return records.env._("Ambiguous: %(names)s", names="; ".join(names))


class ProductColumn:
    """Variants by their reference or barcode, their product's reference, or the code
    that a supplier gives them, in this order.

    A code that several variants of one product share stands for all of them; one that
    several products share is ambiguous. Capital and small letters are the same.
    """

    def __init__(self, env, company):
        self.env = env
        self.company = company

    def resolve(self, texts):
        """Find what each text stands for, in a few queries whatever their number.

        :param texts: texts as they stand in the table
        :return: dict of text → :class:`Match`; unknown texts are left out
        """
        open_keys = {text.lower() for text in texts if text}
        found = {}
        for find in (
            self._find_by_reference,
            self._find_by_barcode,
            self._find_by_product_reference,
            self._find_by_supplier_code,
        ):
            if not open_keys:
                break
            candidates = find(tuple(open_keys))
            usable = self._filter_on_sale(set().union(*candidates.values()))
            for key, product_ids in candidates.items():
                match = self._judge(product_ids & usable.keys(), usable)
                if match:
                    found[key] = match
                    open_keys.discard(key)
                else:
                    # The code may still mean something that is on sale.
                    found[key] = Match(problem=self.env._("Archived or not for sale"))
        return {text: found[text.lower()] for text in texts if text.lower() in found}

    def _filter_on_sale(self, product_ids):
        """Which of some variants can be sold: dict of their ids → their product's."""
        products = self.env["product.product"].browse(product_ids)
        products.fetch(["active", "sale_ok", "product_tmpl_id"])
        return {
            product.id: product.product_tmpl_id.id
            for product in products
            if product.active and product.sale_ok
        }

    def _judge(self, product_ids, templates):
        """Decide between the variants on sale that a code may stand for."""
        if not product_ids:
            return None
        if len({templates[product_id] for product_id in product_ids}) == 1:
            return Match(tuple(sorted(product_ids)))
        return Match(
            problem=describe_ambiguous(
                self.env["product.product"].browse(sorted(product_ids))
            )
        )

    # Each returns a dict of key → set of ids of variants, archived ones too.

    def _find_by_reference(self, keys):
        return self._find(
            SQL("product_product product"), SQL("product.default_code"), keys
        )

    def _find_by_barcode(self, keys):
        return self._find(SQL("product_product product"), SQL("product.barcode"), keys)

    def _find_by_supplier_code(self, keys):
        return self._find(
            SQL(
                """
                product_supplierinfo supplier
                JOIN product_product product
                  ON product.id = supplier.product_id
                  OR (
                      supplier.product_id IS NULL
                      AND product.product_tmpl_id = supplier.product_tmpl_id
                  )
                """
            ),
            SQL("supplier.product_code"),
            keys,
        )

    def _find(self, table, code, keys):
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT LOWER(%(code)s), product.id
                  FROM %(table)s
                 WHERE LOWER(%(code)s) IN %(keys)s AND product.id IN %(allowed)s
                """,
                code=code,
                table=table,
                keys=keys,
                allowed=self._get_allowed(),
            )
        )
        found = defaultdict(set)
        for key, product_id in rows:
            found[key].add(product_id)
        return found

    def _find_by_product_reference(self, keys):
        """Products whose variants' references begin alike: FJ-10 of FJ-10-RED-S, …"""
        self._flush()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT MIN(LOWER(default_code) COLLATE "C"),
                       MAX(LOWER(default_code) COLLATE "C"),
                       ARRAY_AGG(id)
                  FROM product_product
                 WHERE default_code IS NOT NULL AND id IN %s
              GROUP BY product_tmpl_id
                HAVING COUNT(*) > 1
                """,
                self._get_allowed(),
            )
        )
        wanted, found = set(keys), defaultdict(set)
        for first, last, product_ids in rows:
            common = get_common_reference([first, last])
            if common in wanted:
                found[common].update(product_ids)
        return found

    def _get_allowed(self):
        """The variants that the user may mean, archived ones too."""
        return (
            self.env["product.product"]
            .with_context(active_test=False)
            ._search(Domain("company_id", "in", (False, self.company.id)))
            .subselect()
        )

    def _flush(self):
        self.env["product.product"].flush_model()
        self.env["product.supplierinfo"].flush_model()


def find_by(model, field, texts, domain=Domain.TRUE):
    """Find records whose field reads as one of some texts, in one query.

    Capital and small letters are the same; only what the user may see is found.

    :param model: empty recordset of the model
    :param str field: a stored field of characters, in the user's language
    :return: dict of lower-case text → set of ids
    """
    found = defaultdict(set)
    if texts:
        query = model._search(domain)
        code = SQL("LOWER(%s)", model._field_to_sql(model._table, field, query))
        query.add_where(SQL("%s IN %s", code, tuple(text.lower() for text in texts)))
        rows = model.env.execute_query(
            query.select(code, SQL.identifier(model._table, "id"))
        )
        for key, record_id in rows:
            found[key].add(record_id)
    return found


class NameColumn:
    """Records by their name or, where several have it, their full name.

    A full name says first where the name belongs, such as “Size: XL” or
    “Clothing / Winter”: it is what Odoo displays.
    """

    def __init__(self, model, separator, domain=Domain.TRUE):
        self.env = model.env
        self.model = model
        self.separator = separator
        self.domain = domain

    def resolve(self, texts):
        """Find what each text stands for, as :meth:`ProductColumn.resolve` does."""
        tails = {text: self._get_tails(text) for text in texts if text}
        found = find_by(self.model, "name", set().union(*tails.values()), self.domain)
        # All at once: their names are at hand from here on.
        candidates = self.model.browse(sorted(set().union(*found.values())))
        full_names = {
            record.id: self._fold(record.display_name) for record in candidates
        }
        matches = {}
        for text, names in tails.items():
            ids = found.get(text.lower(), set()) | {
                record_id
                for name in names
                for record_id in found.get(name.lower(), ())
                if full_names[record_id] == self._fold(text)
            }
            if ids:
                matches[text] = self._judge(ids, full_names)
        return matches

    def _judge(self, ids, full_names):
        if len(ids) == 1:
            return Match(tuple(ids))
        records = self.model.browse(sorted(ids))
        problem = describe_ambiguous(records)
        if len({full_names[record_id] for record_id in ids}) == len(ids):
            remedy = self.env._("Enter one of these names in full.")
        else:
            remedy = self.env._("Rename those that are called alike.")
        return Match(problem=f"{problem}. {remedy}")

    def _get_tails(self, text):
        """What may be the name in a full name: XL and Size: XL of “Size: XL”."""
        parts = text.split(self.separator)
        return {
            self.separator.join(parts[start:]).strip() for start in range(len(parts))
        } - {""}

    def _fold(self, name):
        """A full name, however it is spaced and capitalised."""
        parts = name.lower().split(self.separator)
        return tuple(part.strip() for part in parts)


class CustomerColumn:
    """Contacts by their reference, e-mail, or name, in this order."""

    def __init__(self, env, company):
        self.env = env
        self.company = company

    def resolve(self, texts):
        """Find what each text stands for, as :meth:`ProductColumn.resolve` does."""
        partners = self.env["res.partner"]
        domain = Domain("company_id", "in", (False, self.company.id))
        open_texts, found = {text.lower() for text in texts if text}, {}
        for field in ("ref", "email_normalized", "name", "complete_name"):
            found.update(find_by(partners, field, open_texts, domain))
            open_texts -= found.keys()
        partners.browse(sorted(set().union(*found.values()))).mapped("display_name")
        return {
            text: self._judge(found[text.lower()])
            for text in texts
            if text.lower() in found
        }

    def _judge(self, ids):
        if len(ids) == 1:
            return Match(tuple(ids))
        partners = self.env["res.partner"].browse(sorted(ids))
        problem = describe_ambiguous(partners.with_context(show_email=True))
        remedy = self.env._("Enter the customer's own reference or e-mail.")
        return Match(problem=f"{problem}. {remedy}")


class NumberColumn:
    """Quantities, with a decimal point or a decimal comma.

    Thousands are not separated: what could be a thousand or one is refused wherever
    quantities have fewer than three decimals.
    """

    def __init__(self, env, decimals):
        self.env = env
        self.decimals = decimals

    def resolve(self, texts):
        """Read each text: dict of text → :class:`Match` with the number, or why not."""
        return {text: self._read(text) for text in texts if text}

    def _read(self, text):
        number = re.fullmatch(r"([-+−]?)([0-9]+)(?:[.,]([0-9]+))?", text)
        if not number:
            return Match(problem=self.env._("Not a number"))
        sign, whole, fraction = number.groups(default="")
        value = float(f"{whole}.{fraction or 0}")
        if sign in ("-", "−") and value:
            return Match(problem=self.env._("A quantity cannot be negative"))
        if len(fraction) > self.decimals:
            return Match(
                problem=self.env._(
                    "More than %(count)s decimals. Write thousands without a point "
                    "or comma.",
                    count=self.decimals,
                )
            )
        if value > MAXIMUM_QUANTITY:
            return Match(
                problem=self.env._("More than %(maximum)s", maximum=MAXIMUM_QUANTITY)
            )
        return Match(value=value)


class ChoiceColumn:
    """One of a few words."""

    def __init__(self, env, choices):
        self.env = env
        self.choices = choices

    def resolve(self, texts):
        """Find the value of each text: dict of text → :class:`Match` with the value."""
        unknown = Match(
            problem=self.env._("Enter one of: %(words)s", words=", ".join(self.choices))
        )
        return {
            text: Match(value=self.choices[text.lower()])
            if text.lower() in self.choices
            else unknown
            for text in texts
        }


class TextColumn:
    """Any text, as it is."""

    def resolve(self, texts):
        """Take each text as it is: dict of text → :class:`Match` with the text."""
        return {text: Match(value=text) for text in texts}
