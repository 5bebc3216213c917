from odoo import models


class PreorderPurchasePlanLine(models.Model):
    """Prices of purchase agreements, and requests under them."""

    _inherit = "preorder.purchase.plan.line"

    def _prepare_offer(self, seller):
        """An agreement's price holds as long as the agreement."""
        values = super()._prepare_offer(seller)
        agreement = seller.purchase_requisition_id
        if agreement:
            values.update(
                agreement=agreement.id,
                valid_from=agreement.date_start or values["valid_from"],
                valid_until=agreement.date_end or values["valid_until"],
            )
        return values

    def _get_order_key(self):
        return (*super()._get_order_key(), self.seller_id.purchase_requisition_id)

    def _get_request_key(self, request):
        return (*super()._get_request_key(request), request.requisition_id)
