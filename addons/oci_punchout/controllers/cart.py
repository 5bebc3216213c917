from odoo.http import request

from odoo.addons.website_sale.controllers.cart import Cart as BaseCart


class Cart(BaseCart):
    def _prepare_order_history(self):
        """What others of the customer ordered stays with them."""
        if request.website._get_oci_session():
            return {}
        return super()._prepare_order_history()
