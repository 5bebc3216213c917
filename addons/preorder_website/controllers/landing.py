from odoo import http
from odoo.http import request

from . import guard


class PreorderLanding(http.Controller):
    @http.route(
        "/preorder",
        type="http",
        auth="public",
        website=True,
        sitemap=True,
        readonly=True,
        list_as_website_content="Pre-Orders",
    )
    def preorder(self, **_kwargs):
        """The pre-orders that the visitor may know of."""
        return self._render_landing("preorder")

    @http.route(
        "/outlet",
        type="http",
        auth="public",
        website=True,
        sitemap=True,
        readonly=True,
        list_as_website_content="Outlet",
    )
    def outlet(self, **_kwargs):
        """The outlet campaigns that the visitor may know of."""
        return self._render_landing("outlet")

    def _render_landing(self, kind):
        values = request.env["preorder.campaign"]._get_landing_values(
            kind, request.website
        )
        return request.render(f"preorder_website.landing_{kind}", values)

    @http.route(
        "/preorder/snippet/<int:campaign_id>",
        type="jsonrpc",
        auth="public",
        website=True,
        readonly=True,
    )
    def snippet(self, campaign_id):
        """One campaign's card as the user may see it, for the page's content block.

        :return: HTML; empty where the user may not know of the campaign
        """
        values = guard.find_card(campaign_id)
        if not values:
            return ""
        return request.env["ir.qweb"]._render("preorder_website.snippet_card", values)
