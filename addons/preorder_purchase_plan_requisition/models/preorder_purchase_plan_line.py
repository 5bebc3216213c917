from odoo import models
from odoo.fields import Domain


class PreorderPurchasePlanLine(models.Model):
    """Prices of purchase agreements, and requests under them."""

    _inherit = "preorder.purchase.plan.line"

    def _complete_offers(self, offers):
        """An agreement's price holds as long as the agreement."""
        offers = super()._complete_offers(offers)
        under_agreement = (
            self.env["product.supplierinfo"]
            .sudo()
            .search(
                Domain("id", "in", list(offers))
                & Domain("purchase_requisition_line_id", "!=", False)
            )
        )
        for seller in under_agreement:
            offer, agreement = offers[seller.id], seller.purchase_requisition_id
            offers[seller.id] = offer._replace(
                agreement=agreement.id,
                valid_from=agreement.date_start or offer.valid_from,
                valid_until=agreement.date_end or offer.valid_until,
            )
        return offers

    def _get_order_key(self):
        return (*super()._get_order_key(), self.seller_id.purchase_requisition_id)

    def _get_request_key(self, request):
        return (*super()._get_request_key(request), request.requisition_id)
