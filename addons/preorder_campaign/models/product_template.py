from odoo import api, fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    preorder_replaced_by_id = fields.Many2one(
        "product.product",
        "Replaced by",
        compute="_compute_preorder_replaced_by_id",
        inverse="_inverse_preorder_replaced_by_id",
        search="_search_preorder_replaced_by_id",
        help="The product that is sold instead from now on. It may be replaced itself.",
    )

    @api.depends("product_variant_ids.preorder_replaced_by_id")
    def _compute_preorder_replaced_by_id(self):
        self._compute_template_field_from_variant_field("preorder_replaced_by_id")

    def _inverse_preorder_replaced_by_id(self):
        self._set_product_variant_field("preorder_replaced_by_id")

    def _search_preorder_replaced_by_id(self, operator, value):
        return [("product_variant_ids.preorder_replaced_by_id", operator, value)]
