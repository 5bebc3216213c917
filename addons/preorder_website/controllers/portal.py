from odoo.http import route

from odoo.addons.sale.controllers import portal as sale_portal


class PreorderPaymentPortal(sale_portal.PaymentPortal):
    @route()
    def portal_order_transaction(self, order_id, access_token, **kwargs):
        """Begin no payment for a pre-order that is not to be paid now."""
        order_sudo = self._document_check_access("sale.order", order_id, access_token)
        order_sudo._check_preorder_payable()
        return super().portal_order_transaction(order_id, access_token, **kwargs)
