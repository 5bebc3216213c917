from odoo import http
from odoo.http import request


class PreorderLanding(http.Controller):
    @http.route(
        "/preorder",
        type="http",
        auth="public",
        website=True,
        sitemap=True,
        list_as_website_content="Pre-Orders",
    )
    def preorder(self, **_kwargs):
        """The pre-orders that the visitor may know of."""
        return self._render_landing("preorder")

    @http.route("/outlet", type="http", auth="public", website=True, sitemap=True)
    def outlet(self, **_kwargs):
        """The outlet campaigns that the visitor may know of."""
        return self._render_landing("outlet")

    def _render_landing(self, kind):
        values = request.env["preorder.campaign"]._get_landing_values(
            kind, request.website
        )
        return request.render("preorder_website.landing", values)
