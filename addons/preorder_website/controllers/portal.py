import binascii

from odoo.exceptions import AccessError, MissingError, ValidationError
from odoo.http import request, route

from odoo.addons.sale.controllers import portal as sale_portal


def _is_amount(value):
    """Whether a browser sent something that can be paid: a number above nothing."""
    return type(value) in (int, float) and 0 < value < 1e15


def _get_token(value):
    """The token that a browser sent: what is no text is none."""
    return value if isinstance(value, str) else None


class PreorderPaymentPortal(sale_portal.PaymentPortal):
    @route()
    def portal_order_transaction(self, order_id, access_token=None, **kwargs):
        """Begin no payment for a pre-order that is not to be paid now."""
        access_token = _get_token(access_token)
        order_sudo = self._document_check_access("sale.order", order_id, access_token)
        amount = kwargs.get("amount")
        if order_sudo.preorder_campaign_id and not _is_amount(amount):
            raise ValidationError(request.env._("Enter the amount that you pay."))
        order_sudo._check_preorder_payable(amount=amount)
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


class PreorderSigningPortal(sale_portal.CustomerPortal):
    @route()
    def portal_quote_accept(
        self, order_id, access_token=None, name=None, signature=None
    ):
        """Sign a pre-order's quotation without waiting for its documents."""
        token = _get_token(access_token) or request.httprequest.args.get("access_token")
        try:
            order_sudo = self._document_check_access("sale.order", order_id, token)
        except (AccessError, MissingError):
            order_sudo = None
        if not (
            order_sudo
            and order_sudo.preorder_campaign_id
            and order_sudo._has_to_be_signed()
            and signature
        ):
            # An order like any other, or one that is not to be signed like this.
            return super().portal_quote_accept(order_id, token, name, signature)
        if not isinstance(name, str) or not name.strip():
            return {"error": request.env._("Enter your name.")}
        user = request.env.user
        try:
            order_sudo._sign_preorder(
                name,
                signature,
                order_sudo.partner_id if user._is_public() else user.partner_id,
            )
        except (TypeError, binascii.Error):
            return {"error": request.env._("Invalid signature data.")}
        query = "&message=sign_ok"
        if order_sudo._has_to_be_paid():
            query += "&allow_payment=yes"
        return {
            "force_refresh": True,
            "redirect_url": order_sudo.get_portal_url(query_string=query),
        }
