from odoo import models
from odoo.http import request


class Website(models.Model):
    _inherit = "website"

    def _get_oci_session(self):
        """Return the punchout session of the request, with the rights of the system.

        Empty for everybody else.
        """
        if not request:
            return self.env["oci.session"].sudo()
        return self.env["ir.http"]._get_oci_session()

    def _get_and_cache_current_cart(self):
        """Several people sign in as one portal user: each has the session's own basket.

        And none of them is the cart of somebody who signs in by the shop's own door.
        """
        session = self._get_oci_session()
        if not session:
            cart = super(
                Website, self.with_context(oci_without_baskets=True)
            )._get_and_cache_current_cart()
            if cart.oci_session_id:
                self.sale_reset()
                return self._get_and_cache_current_cart()
            return cart.with_env(self.env(su=True))
        cart = session.order_id.filtered(lambda order: order.state == "draft")
        # With the user's own environment, as core's carts are.
        cart = cart.with_env(self.env(su=True))
        if request.session.get("sale_order_id") != cart.id:
            request.session["sale_order_id"] = cart.id
        return cart

    def _get_and_cache_current_pricelist(self):
        session = self._get_oci_session()
        if not session:
            return super()._get_and_cache_current_pricelist()
        return session.connection_id._get_pricelist().with_env(self.env(su=True))

    def _create_cart(self):
        session = self._get_oci_session()
        if session:
            # Two clicks at once make one basket: the later transaction begins anew.
            session.lock_for_update()
        cart = super()._create_cart()
        if session:
            session.order_id = cart
            cart.oci_session_id = session
        return cart
