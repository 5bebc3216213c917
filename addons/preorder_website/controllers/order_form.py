from werkzeug.exceptions import BadRequest, NotFound

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.preorder_campaign.cells import MalformedBatch

from . import guard


def _sitemap_teasers(env, _rule, qs):
    """The pages of campaigns whose teasers are for everybody."""
    website = env["website"].get_current_website()
    for campaign in env["preorder.campaign"]._get_teasers(website):
        if not qs or qs.lower() in campaign.website_url:
            yield {"loc": campaign.website_url}


class PreorderOrderForm(http.Controller):
    """The order form: pages and the protocol behind them.

    Each route finds its record through the guard, calls one method and answers.
    """

    # Pages

    @http.route(
        [
            "/<any(preorder, outlet):kind>/<string:slug>",
            "/<any(preorder, outlet):kind>/<string:slug>/",
        ],
        type="http",
        auth="public",
        website=True,
        sitemap=_sitemap_teasers,
    )
    def campaign_page(self, kind, slug, **_kwargs):
        """The user's order form in a campaign: the open one, or an empty one.

        An agent for whom the campaign is not meant chooses a customer first. Visitors
        see the campaign's teaser, and sign in to come back here.
        """
        _name, campaign_id = request.env["ir.http"]._unslug(slug)
        if request.env.user._is_public():
            campaign = guard.find_teaser(campaign_id, kind)
            if campaign:
                return request.render(
                    "preorder_website.teaser_page",
                    campaign._get_teaser_values(request.httprequest.path),
                )
            # As on every page for those who are signed in.
            request.env["ir.http"]._auth_method_user()
        filling = guard.find_filling(campaign_id, kind)
        customers = filling.campaign._get_agent_customers(request.env.user)
        if customers and not filling.can_edit:
            return request.render(
                "preorder_website.choose_customer",
                {"campaign": filling.campaign, "customers": customers},
            )
        return self._render_form(filling)

    @http.route(
        "/preorder/campaign/<int:campaign_id>/for/<int:customer_id>",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def customer_page(self, campaign_id, customer_id, **_kwargs):
        """A customer's order form, for its salesperson or agent."""
        return self._render_form(
            guard.find_filling(campaign_id, customer_id=customer_id)
        )

    @http.route(
        "/preorder/form/<int:order_id>",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def form_page(self, order_id, **_kwargs):
        """An order form that is there."""
        return self._render_form(guard.find_form(order_id))

    def _render_form(self, filling, refused=""):
        values = filling.campaign._get_form_page_values(filling)
        return request.render(
            "preorder_website.order_form", {**values, "refused": refused}
        )

    # Data

    @http.route(
        "/preorder/campaign/<int:campaign_id>/catalog",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        readonly=True,
    )
    def campaign_catalog(self, campaign_id, **_kwargs):
        """The campaign's products, column by column, as compressed JSON."""
        return self._answer_catalog(guard.find_campaign(campaign_id))

    @http.route(
        "/preorder/form/<int:order_id>/catalog",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        readonly=True,
    )
    def form_catalog(self, order_id, **_kwargs):
        """The products of a form's campaign."""
        return self._answer_catalog(guard.find_form(order_id).campaign)

    def _answer_catalog(self, campaign):
        body, etag = campaign._get_catalog_json()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Encoding", "gzip"),
            ("Cache-Control", "private, no-cache"),
            ("Vary", "Cookie, Accept-Language"),
        ]
        response = request.make_response(body, headers)
        response.set_etag(etag)
        return response.make_conditional(request.httprequest)

    @http.route(
        "/preorder/campaign/<int:campaign_id>/picture/<int:template_id>",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        readonly=True,
    )
    def campaign_picture(self, campaign_id, template_id, **_kwargs):
        """The picture of one of the campaign's products; its address never changes."""
        picture = guard.find_campaign(campaign_id)._find_picture(template_id)
        if not picture:
            raise NotFound()
        return picture.get_response(
            immutable=True, max_age=http.STATIC_CACHE_LONG, as_attachment=False
        )

    @http.route(
        [
            "/preorder/campaign/<int:campaign_id>/prices",
            "/preorder/campaign/<int:campaign_id>/for/<int:customer_id>/prices",
        ],
        type="jsonrpc",
        auth="user",
        website=True,
        readonly=True,
    )
    def campaign_prices(self, campaign_id, products, customer_id=None):
        """The customer's prices of a page of variants, before a form is begun."""
        filling = guard.find_filling(campaign_id, customer_id=customer_id)
        return self._answer_prices(filling, products)

    @http.route(
        "/preorder/form/<int:order_id>/prices",
        type="jsonrpc",
        auth="user",
        website=True,
        readonly=True,
    )
    def form_prices(self, order_id, products):
        """The prices of a page of variants in a form."""
        return self._answer_prices(guard.find_form(order_id), products)

    def _answer_prices(self, filling, products):
        if not isinstance(products, list) or not all(
            type(product) is int for product in products
        ):
            raise BadRequest()
        return filling.campaign._get_price_page(
            filling.partner, filling.order, products
        )

    @http.route(
        "/preorder/campaign/<int:campaign_id>/stock",
        type="jsonrpc",
        auth="user",
        website=True,
        readonly=True,
    )
    def campaign_stock(self, campaign_id):
        """What customers may know of stock and stock to come."""
        return guard.find_campaign(campaign_id)._get_stock_page()

    @http.route(
        [
            "/preorder/campaign/<int:campaign_id>/product/<int:product_id>",
            "/preorder/campaign/<int:campaign_id>/for/<int:customer_id>"
            "/product/<int:product_id>",
        ],
        type="jsonrpc",
        auth="user",
        website=True,
        readonly=True,
    )
    def campaign_product(self, campaign_id, product_id, customer_id=None):
        """A product's pictures, texts and prices, before a form is begun."""
        filling = guard.find_filling(campaign_id, customer_id=customer_id)
        return self._answer_product(filling, product_id)

    @http.route(
        "/preorder/form/<int:order_id>/product/<int:product_id>",
        type="jsonrpc",
        auth="user",
        website=True,
        readonly=True,
    )
    def form_product(self, order_id, product_id):
        """A product's pictures, texts and prices in a form."""
        return self._answer_product(guard.find_form(order_id), product_id)

    def _answer_product(self, filling, product_id):
        details = filling.campaign._get_product_details(
            filling.partner, filling.order, product_id
        )
        if details is None:
            raise NotFound()
        return details

    @http.route(
        "/preorder/campaign/<int:campaign_id>/document/<int:document_id>",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        readonly=True,
    )
    def campaign_document(self, campaign_id, document_id, **_kwargs):
        """A document of a product, published in the shop or not yet."""
        document = guard.find_campaign(campaign_id)._get_document(document_id)
        if not document:
            raise NotFound()
        return (
            request.env["ir.binary"]
            .sudo()
            ._get_stream_from(document.ir_attachment_id)
            .get_response(as_attachment=True)
        )

    @http.route(
        [
            "/preorder/campaign/<int:campaign_id>/scan",
            "/preorder/campaign/<int:campaign_id>/for/<int:customer_id>/scan",
        ],
        type="jsonrpc",
        auth="user",
        website=True,
        readonly=True,
    )
    def campaign_scan(self, campaign_id, code, customer_id=None):
        """The variant of a code, before a form is begun."""
        filling = guard.find_filling(campaign_id, customer_id=customer_id)
        return self._answer_scan(filling, code)

    @http.route(
        "/preorder/form/<int:order_id>/scan",
        type="jsonrpc",
        auth="user",
        website=True,
        readonly=True,
    )
    def form_scan(self, order_id, code):
        """The variant of a code: a barcode, a reference, the customer's own."""
        return self._answer_scan(guard.find_form(order_id), code)

    def _answer_scan(self, filling, code):
        if not isinstance(code, str):
            raise BadRequest()
        return filling.campaign._scan(filling.partner, code)

    # Entry

    @http.route(
        [
            "/preorder/campaign/<int:campaign_id>/save",
            "/preorder/campaign/<int:campaign_id>/for/<int:customer_id>/save",
        ],
        type="jsonrpc",
        auth="user",
        website=True,
    )
    def campaign_save(self, campaign_id, batch, cells, customer_id=None):
        """Save the first cells of a customer's form, which begins it."""
        filling = guard.find_filling(campaign_id, customer_id=customer_id)
        return self._answer_save(filling, batch, cells)

    @http.route(
        "/preorder/form/<int:order_id>/save", type="jsonrpc", auth="user", website=True
    )
    def form_save(self, order_id, batch, cells):
        """Save cells of a form."""
        return self._answer_save(guard.open_form(order_id, batch), batch, cells)

    def _answer_save(self, filling, batch, cells):
        if not filling.can_edit:
            return {
                "closed": request.env._("You can look at this form, not change it."),
                "form": filling.order.id,
                "cells": [],
            }
        try:
            return filling.campaign.env["preorder.save.batch"]._save(
                filling.campaign,
                filling.partner,
                filling.order,
                batch,
                cells,
                channel=filling.channel,
                now=guard.get_request_start(),
                by_office=filling.by_office,
                opened=filling.opened,
            )
        except MalformedBatch as error:
            raise BadRequest() from error

    @http.route(
        "/preorder/form/<int:order_id>/live", type="jsonrpc", auth="user", website=True
    )
    def form_live(self, order_id, tab, since=None):
        """A tab shows a form: the cells that others have saved meanwhile."""
        filling = guard.find_form(order_id)
        try:
            since = fields.Datetime.to_datetime(since)
        except (TypeError, ValueError) as error:
            raise BadRequest() from error
        if not filling.order._is_tab(tab) or (since and since.year < 2000):
            raise BadRequest()
        return filling.order._watch(tab, since, guard.get_request_start())

    @http.route(
        "/preorder/form/<int:order_id>/review",
        type="jsonrpc",
        auth="user",
        website=True,
    )
    def form_review(self, order_id):
        """What would be submitted now: lines by product, changed prices, totals."""
        filling = guard.find_form(order_id)
        if not filling.can_edit:
            raise BadRequest()
        return filling.order._get_review(guard.get_request_start())

    @http.route(
        "/preorder/form/<int:order_id>/submit",
        type="jsonrpc",
        auth="user",
        website=True,
    )
    def form_submit(self, order_id, reviewed_total, details):
        """Make the form's quotation; answers where to sign and pay it."""
        filling = guard.find_form(order_id)
        if not filling.can_edit:
            return {
                "refused": request.env._("You can look at this form, not submit it.")
            }
        if not isinstance(details, dict):
            raise BadRequest()
        try:
            return filling.order._submit_reviewed(
                reviewed_total,
                details,
                guard.get_request_start(),
                by_office=filling.by_office,
            )
        except UserError as error:
            request.env.cr.rollback()
            return {"refused": str(error)}

    # Second thoughts: the customer's, not of who fills the form for it

    @http.route(
        "/preorder/form/<int:order_id>/reopen",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def form_reopen(self, order_id, **_kwargs):
        """Let the customer change a submitted form."""
        return self._change_mind(
            order_id, lambda order: order._reopen(guard.get_request_start())
        )

    @http.route(
        "/preorder/form/<int:order_id>/withdraw",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def form_withdraw(self, order_id, **_kwargs):
        """Take back a form that is not confirmed."""
        return self._change_mind(order_id, lambda order: order._withdraw())

    def _change_mind(self, order_id, change):
        filling = guard.find_form(order_id)
        if filling.channel != "website":
            raise BadRequest()
        refused = ""
        try:
            change(filling.order)
        except UserError as error:
            request.env.cr.rollback()
            refused = str(error)
            filling = guard.find_form(order_id)
        return self._render_form(filling, refused=refused)
