from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from . import guard

#: Forms on a page of the list.
_PAGE = 20


class PreorderPortal(CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        """Count the user's order forms, and those that wait to be submitted."""
        values = super()._prepare_home_portal_values(counters)
        if "preorder_count" in counters:
            values["preorder_count"] = guard.count_forms()
        if "preorder_draft_count" in counters:
            values["preorder_draft_count"] = guard.count_forms(
                [
                    ("state", "=", "draft"),
                    ("partner_id", "=", request.env.user.partner_id.id),
                    ("campaign_id.state", "=", "open"),
                    ("campaign_id.date_end", ">", guard.get_request_start()),
                ]
            )
        return values

    @http.route(
        ["/my/preorders", "/my/preorders/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def my_preorders(self, page=1, sortby="newest", filterby="all", **_kwargs):
        """The user's order forms, its colleagues' and its customers'."""
        forms = request.env["preorder.order"]
        sortings = forms._get_portal_sortings()
        filters = forms._get_portal_filters(request.env.user)
        sortby = sortby if sortby in sortings else "newest"
        filterby = filterby if filterby in filters else "all"
        domain = filters[filterby]["domain"]
        pages = pager(
            url="/my/preorders",
            url_args={"sortby": sortby, "filterby": filterby},
            total=guard.count_forms(domain),
            # Python reads no number of thousands of digits.
            page=str(page)[:9],
            step=_PAGE,
        )
        found = guard.find_forms(
            domain,
            order=sortings[sortby]["order"],
            limit=_PAGE,
            offset=pages["offset"],
        )
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "rows": found._get_portal_rows(request.env.user, request.website),
                "page_name": "preorders",
                "default_url": "/my/preorders",
                "pager": pages,
                "searchbar_sortings": sortings,
                "sortby": sortby,
                "searchbar_filters": filters,
                "filterby": filterby,
            }
        )
        return request.render("preorder_website.my_preorders", values)

    @http.route(
        "/my/preorders/customers",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def my_customers(self, campaign=None, **_kwargs):
        """How far the user's customers are in a campaign: for agents, salespersons."""
        campaigns = guard.find_represented_campaigns()
        chosen = campaigns.filtered(lambda each: str(each.id) == campaign)
        chosen = chosen or campaigns[:1]
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "page_name": "preorder_customers",
                "campaigns": campaigns,
                "campaign": chosen,
                "now": guard.get_request_start(),
                **chosen._get_customers_page(request.env.user),
            }
        )
        return request.render("preorder_website.my_customers", values)
