from odoo import models

from .. import grid


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _get_variant_grid(self, variants):
        """Arrange variants of this product in rows and columns.

        :param variants: ``product.product`` of this product
        :return: :class:`~..grid.Grid`, its places by ``product.product`` record
        """
        self.ensure_one()
        lines = self.valid_product_template_attribute_line_ids.filtered(
            lambda line: (
                line.attribute_id.create_variant != "no_variant"
                and len(line.product_template_value_ids) > 1
            )
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
                variant: [
                    grid.Value(
                        value.id,
                        value.attribute_line_id.id,
                        value.product_attribute_value_id.sequence,
                        value.name,
                        value.html_color or "",
                    )
                    for value in variant.product_template_attribute_value_ids
                ]
                for variant in variants
            },
        )
