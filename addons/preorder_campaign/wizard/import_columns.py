"""What a column of an imported table means: texts in, records out, in bulk.

A column resolves all its texts at once, whatever their number, and says of each what it
stands for or, in the user's words, why that cannot be told.
"""

from collections import defaultdict
from dataclasses import dataclass

from odoo.fields import Domain
from odoo.tools import SQL

from ..references import get_common_reference


@dataclass(frozen=True)
class Match:
    """What a text stands for: ids of records, or the reason why it is none."""

    ids: tuple[int, ...] = ()
    problem: str = ""


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
        products = self.env["product.product"].browse(sorted(product_ids)[:4])
        names = products.mapped("display_name")
        if len(names) > 3:
            names[3:] = ["…"]
        return Match(
            problem=self.env._("Ambiguous: %(products)s", products=", ".join(names))
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
