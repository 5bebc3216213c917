from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route

from odoo.addons.sale.controllers import portal as sale_portal


class PreorderPaymentPortal(sale_portal.PaymentPortal):
    @route()
    def portal_order_transaction(self, order_id, access_token, **kwargs):
        """Begin no payment for a pre-order that is not to be paid now."""
        order_sudo = self._document_check_access("sale.order", order_id, access_token)
        order_sudo._check_preorder_payable(amount=kwargs.get("amount"))
        return super().portal_order_transaction(order_id, access_token, **kwargs)

    @route(
        "/my/orders/<int:order_id>/preorder/confirm",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_preorder_confirm(self, order_id, access_token=None, **_kwargs):
        """Confirm a pre-order with a click, where its campaign wants no more."""
        try:
            order_sudo = self._document_check_access(
                "sale.order", order_id, access_token=access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        if order_sudo._has_to_be_accepted():
            order_sudo._accept_preorder(request.env.user)
        return request.redirect(order_sudo.get_portal_url())
