from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .. import replacements


class ProductProduct(models.Model):
    _inherit = "product.product"

    preorder_replaced_by_id = fields.Many2one(
        "product.product",
        "Replaced by",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The variant that is sold instead from now on. It may be replaced itself.",
    )

    @api.constrains("preorder_replaced_by_id")
    def _check_preorder_replaced_by_id(self):
        links = self._get_preorder_replacements()
        circle = replacements.find_circle(links, self.ids)
        if circle:
            raise ValidationError(
                self.env._(
                    "Products would replace each other in a circle: %(circle)s. Clear "
                    "“Replaced by” on one of them first.",
                    circle=" → ".join(
                        self.browse(product_id).display_name for product_id in circle
                    ),
                )
            )

    def _get_preorder_replacements(self):
        """The links of all chains that begin with these products, in one query.

        :return: dict of product id → id of the product that replaces it
        """
        if not self.ids:
            return {}
        self.flush_model(["preorder_replaced_by_id"])
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    WITH RECURSIVE chain AS (
                        SELECT id, preorder_replaced_by_id AS successor_id
                          FROM product_product
                         WHERE id IN %s AND preorder_replaced_by_id IS NOT NULL
                         UNION
                        SELECT product.id, product.preorder_replaced_by_id
                          FROM product_product product
                          JOIN chain ON chain.successor_id = product.id
                         WHERE product.preorder_replaced_by_id IS NOT NULL
                    )
                    SELECT id, successor_id FROM chain
                    """,
                    tuple(self.ids),
                )
            )
        )

    def _get_preorder_successor(self):
        """What is sold in place of each of these products, chains followed to the end.

        :return: dict of product → its last successor, or itself where nothing replaces
            it; whether a successor is active or on sale plays no part
        """
        links = self._get_preorder_replacements()
        return {
            product: self.browse(replacements.get_successor(links, product.id))
            for product in self
        }
