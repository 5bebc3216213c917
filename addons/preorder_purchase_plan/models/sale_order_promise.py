from odoo import models

#: What of an order or its lines changes who waits for what, from when on.
_DECISIVE = {
    "commitment_date",
    "product_uom_qty",
    "requested_delivery_period_start",
    "order_line",
}


class SaleOrder(models.Model):
    """What customers confirm, or give back, changes what can be promised to whom."""

    _inherit = "sale.order"

    def _action_confirm(self):
        result = super()._action_confirm()
        self.order_line._request_promises()
        return result

    def _action_cancel(self):
        self.filtered(
            lambda order: order.state == "sale"
        ).order_line._request_promises()
        return super()._action_cancel()

    def write(self, vals):
        result = super().write(vals)
        if not _DECISIVE.isdisjoint(vals):
            self.filtered(
                lambda order: order.state == "sale"
            ).order_line._request_promises()
        return result


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def write(self, vals):
        result = super().write(vals)
        if not _DECISIVE.isdisjoint(vals):
            self.filtered(lambda line: line.state == "sale")._request_promises()
        return result

    def _request_promises(self):
        """Have promised anew what these lines wait for, where their campaign buys."""
        self.env["preorder.promise.request"]._request(
            (campaign, lines.product_id)
            for campaign, lines in self.sudo()
            .with_context(active_test=False)
            .grouped("preorder_campaign_id")
            .items()
            if campaign.purchase_plan_ids
        )


class PreorderPurchasePlan(models.Model):
    _inherit = "preorder.purchase.plan"

    def action_view_date_changes(self):
        """Show the customers' dates that the plan's purchases have moved."""
        self.ensure_one()
        return self.campaign_ids.action_view_date_changes()
