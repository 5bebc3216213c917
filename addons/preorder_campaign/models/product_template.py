from odoo import api, fields, models

from .. import grid


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

    def _sorted_for_preorder(self):
        """Products as order forms and plans show them: by category, in their order."""
        return self.sorted(
            lambda template: (
                template.categ_id.complete_name or "",
                template.sequence,
                template.name,
                template.id,
            )
        )

    def _get_variant_grid(self, variants):
        """Arrange variants of this product in rows and columns.

        :param variants: ``product.product`` of this product
        :return: :class:`~..grid.Grid`, its places by ``product.product`` record
        """
        self.ensure_one()
        lines = self.attribute_line_ids.filtered(
            lambda line: (
                line.attribute_id.create_variant != "no_variant"
                and len(line.product_template_value_ids) > 1
            )
        )
        # Each value is read once, however many variants have it.
        values, combinations = {}, {}
        for variant in variants:
            combination = variant.product_template_attribute_value_ids
            combinations[variant] = combination._ids
            if not values.keys() >= set(combination._ids):
                for value in combination:
                    # Products share these; what is related to them is each one's own.
                    shared = value.product_attribute_value_id
                    values[value.id] = grid.Value(
                        value.id,
                        value.attribute_line_id.id,
                        shared.sequence,
                        shared.name,
                        shared.html_color or "",
                    )
        return grid.arrange(
            [
                grid.Axis(
                    line.id,
                    line.attribute_id.name,
                    line.attribute_id.display_type == "color",
                )
                for line in lines
            ],
            {
                variant: [values[value_id] for value_id in value_ids]
                for variant, value_ids in combinations.items()
            },
        )
