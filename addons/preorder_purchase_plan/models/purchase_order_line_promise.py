from odoo import models


class PurchaseOrderLine(models.Model):
    """A supplier's new date is the day for which the receipt is planned."""

    _inherit = "purchase.order.line"

    def write(self, vals):
        result = super().write(vals)
        if "product_qty" in vals:
            # Core leaves a receipt as it is when less is ordered.
            self._request_promises()
        return result

    def _request_promises(self):
        """Have promised anew what these lines bring to the campaigns of their plan."""
        self.env["preorder.promise.request"]._request(
            (plan.campaign_ids, lines.product_id)
            for plan, lines in self.sudo().grouped("preorder_plan_id").items()
        )

    def _update_move_date_deadline(self, new_date):
        # Core moves the deadline alone; what a plan buys is promised by the day on
        # which it is planned to arrive, which people at the warehouse may move as well.
        result = super()._update_move_date_deadline(new_date)
        self.filtered("preorder_plan_line_id").move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        ).write({"date": new_date})
        return result


class PreorderPurchasePlanLine(models.Model):
    _inherit = "preorder.purchase.plan.line"

    def write(self, vals):
        """What a plan counts on besides its own orders is promised, too."""
        result = super().write(vals)
        if not {"quantity_from_stock", "quantity_from_incoming"}.isdisjoint(vals):
            self.env["preorder.promise.request"]._request(
                (plan.campaign_ids, lines.product_id)
                for plan, lines in self.sudo().grouped("plan_id").items()
            )
        return result
