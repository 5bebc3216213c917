from odoo import api, fields, models

from .preorder_pricing import PricedQuantity


class SaleOrder(models.Model):
    _inherit = "sale.order"

    preorder_campaign_id = fields.Many2one(
        "preorder.campaign",
        "Pre-Order Campaign",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    preorder_order_ids = fields.One2many(
        "preorder.order", "sale_order_id", "Order Forms"
    )
    preorder_tier_id = fields.Many2one(
        "preorder.tier",
        "Discount Tier",
        compute="_compute_preorder_tier_id",
        store=True,
        copy=False,
        ondelete="restrict",
        help="The campaign's tier that this quotation's total reaches.",
    )

    @api.depends(
        "order_line.product_uom_qty",
        "order_line.price_unit",
        "order_line.preorder_base_discount",
        "order_line.tax_ids",
    )
    def _compute_preorder_tier_id(self):
        pricing = self.env["preorder.pricing"]
        for order in self:
            if not order.preorder_campaign_id:
                order.preorder_tier_id = False
                continue
            if order.state not in ("draft", "sent"):
                # What is agreed stays, whatever is added or taken away later.
                order.preorder_tier_id = order.preorder_tier_id
                continue
            campaign = order.preorder_campaign_id
            before = pricing._get_totals(
                pricing._combine(
                    PricedQuantity(
                        tuple(line.tax_ids.ids),
                        line.price_unit,
                        line.product_uom_qty,
                        pricing._get_line_discount(line.preorder_base_discount, 0.0),
                    )
                    for line in order.order_line
                    if line._is_preorder_line()
                ),
                company=order.company_id,
                currency=order.currency_id,
            )
            reached = campaign._get_tier_progress(
                before.untaxed, order.currency_id, order.date_order.date()
            ).reached
            order.preorder_tier_id = reached.key if reached else False

    def _action_confirm(self):
        result = super()._action_confirm()
        self.sudo().preorder_order_ids.filtered(
            lambda form: form.state == "submitted"
        ).state = "confirmed"
        return result

    def _action_cancel(self):
        result = super()._action_cancel()
        self.sudo().preorder_order_ids.state = "cancelled"
        return result

    def _get_update_prices_lines(self):
        """Prices are frozen when an order form is submitted."""
        return (
            super()
            ._get_update_prices_lines()
            .filtered(lambda line: not line.preorder_price_frozen)
        )

    def _is_awaiting_signature(self) -> bool:
        """Whether a pre-order's quotation must be signed before it can be paid."""
        self.ensure_one()
        return bool(
            self.preorder_campaign_id and self.require_signature and not self.signature
        )

    def action_view_preorder_order(self):
        """Open the order form that this quotation was made from."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "preorder.order",
            "res_id": self.preorder_order_ids[:1].id,
            "view_mode": "form",
        }
