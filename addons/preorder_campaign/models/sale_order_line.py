from odoo import api, fields, models

from .preorder_pricing import Terms


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    preorder_base_discount = fields.Float(
        "Pricelist Discount (%)",
        compute="_compute_preorder_base_discount",
        store=True,
        precompute=True,
        help="The pricelist's part of a pre-order line's discount, not rounded.",
    )
    preorder_price_frozen = fields.Boolean(
        help="The price stands as the customer submitted it.", copy=False
    )

    def _is_preorder_line(self) -> bool:
        """Whether the line sells something in a pre-order."""
        self.ensure_one()
        return bool(
            self.order_id.preorder_campaign_id
            and self.product_id
            and not self.display_type
            and not self.is_downpayment
        )

    @api.depends("product_id", "product_uom_qty")
    def _compute_preorder_base_discount(self):
        for line in self:
            if line.preorder_price_frozen:
                line.preorder_base_discount = line.preorder_base_discount
            elif not line._is_preorder_line():
                line.preorder_base_discount = 0.0
            else:
                order = line.order_id
                prices = self.env["preorder.pricing"]._get_prices(
                    {line.product_id: line.product_uom_qty},
                    terms=Terms(
                        order.company_id.id,
                        order.pricelist_id.id,
                        order.currency_id.id,
                        order.fiscal_position_id.id,
                    ),
                    date=order.date_order,
                )
                line.preorder_base_discount = prices[line.product_id.id].discount

    @api.depends("preorder_base_discount", "order_id.preorder_tier_id")
    def _compute_discount(self):
        # The tier's discount is compounded with the pricelist's own, which is never
        # read back from the line: a second computation would drift.
        preorder_lines = self.filtered(lambda line: line._is_preorder_line())
        result = super(SaleOrderLine, self - preorder_lines)._compute_discount()
        for line in preorder_lines:
            line.discount = self.env["preorder.pricing"]._get_line_discount(
                line.preorder_base_discount, line.order_id.preorder_tier_id.discount
            )
        return result

    def _compute_price_unit(self):
        frozen = self.filtered("preorder_price_frozen")
        for line in frozen:
            line.price_unit = line.price_unit
        return super(SaleOrderLine, self - frozen)._compute_price_unit()
