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
            self._get_purchase_agreement(),
        )

    def _get_purchase_agreement(self):
        """The purchase agreement whose price applies, where Odoo has agreements."""
        self.ensure_one()
        seller = self.seller_id
        return (
            seller.purchase_requisition_id
            if "purchase_requisition_id" in seller._fields
            else None
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
