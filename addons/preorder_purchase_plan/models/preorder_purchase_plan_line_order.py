from odoo import models


class PreorderPurchasePlanLine(models.Model):
    """How a line becomes one of a supplier's request for quotation."""

    _inherit = "preorder.purchase.plan.line"

    def _get_order_key(self):
        """What lines of one request for quotation have in common."""
        self.ensure_one()
        return (
            self.partner_id,
            self.currency_id,
            self.picking_type_id,
            self.week,
        )

    def _get_request_key(self, request):
        """The same of a request for quotation that holds a line of this one's.

        More of the line may be added to it if both keys are the same.
        """
        self.ensure_one()
        return (
            request.partner_id,
            request.currency_id,
            self.picking_type_id,
            self.week,
        )

    def _prepare_purchase_order_line(self):
        """Values of the request's line; price and taxes are Odoo's own."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_qty": self.quantity_to_order,
            "product_uom_id": (self.seller_uom_id or self.product_uom_id).id,
            "preorder_plan_line_id": self.id,
        }
