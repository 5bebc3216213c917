from werkzeug.exceptions import BadRequest

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
    """The order form: its pages, what is entered, and submitting.

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
        see the campaign's teaser, and sign in to come back here; so does everybody but
        the office before the campaign begins.
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
        if not guard.has_begun(filling.campaign):
            return request.render(
                "preorder_website.teaser_page",
                filling.campaign._get_teaser_values(request.httprequest.path),
            )
        values = filling.campaign._get_form_page_values(filling)
        return request.render(
            "preorder_website.order_form", {**values, "refused": refused}
        )

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
    def campaign_save(self, campaign_id, batch=None, cells=None, customer_id=None):
        """Save the first cells of a customer's form, which begins it."""
        filling = guard.find_filling(campaign_id, customer_id=customer_id)
        return self._answer_save(filling, batch, cells)

    @http.route(
        "/preorder/form/<int:order_id>/save", type="jsonrpc", auth="user", website=True
    )
    def form_save(self, order_id, batch=None, cells=None):
        """Save cells of a form."""
        return self._answer_save(guard.open_form(order_id, batch, cells), batch, cells)

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
    def form_live(self, order_id, tab=None, since=None):
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
    def form_submit(self, order_id, reviewed_total=None, details=None):
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
        if filling.on_behalf:
            raise BadRequest()
        refused = ""
        try:
            change(filling.order)
        except UserError as error:
            request.env.cr.rollback()
            refused = str(error)
            filling = guard.find_form(order_id)
        return self._render_form(filling, refused=refused)
