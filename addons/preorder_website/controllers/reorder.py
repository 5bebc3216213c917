import uuid

from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.preorder_campaign.cells import is_batch_id

from .. import reorder
from . import guard


class PreorderReorder(http.Controller):
    """Order again what an earlier form or order had, in a running campaign."""

    @http.route(
        "/preorder/form/<int:order_id>/again",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
        sitemap=False,
    )
    def form_again(self, order_id, **values):
        """From an earlier order form."""
        filling = guard.find_form(order_id)
        customer = filling.partner if filling.on_behalf else None
        return self._order_again(filling.order, customer, **values)

    @http.route(
        "/my/orders/<int:order_id>/preorder/again",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
        sitemap=False,
    )
    def order_again(self, order_id, **values):
        """From an earlier order, of the shop or of the office."""
        order, customer = guard.find_sale_order(order_id)
        return self._order_again(order, customer, **values)

    def _order_again(
        self,
        source,
        customer,
        /,
        campaign=None,
        mode=reorder.EMPTY,
        successors="1",
        batch="",
        **_kwargs,
    ):
        """Show what can be ordered again; do it, if asked by POST.

        :param source: an order form or order, with the rights of the system
        :param customer: for whom a representative orders; ``None``: for the user
        """
        campaigns = guard.find_running_campaigns(customer)
        chosen = campaigns.filtered(lambda each: str(each.id) == campaign)
        if not campaign and len(campaigns) == 1:
            chosen = campaigns
        posting = request.httprequest.method == "POST"
        if mode not in reorder.MODES or (posting and not is_batch_id(batch, 50)):
            raise BadRequest()
        values = {
            "page_name": "preorder_again",
            "source": source,
            "back": request.httprequest.path,
            "campaigns": campaigns.sudo(),
            "campaign": campaigns.browse(),
            "mode": mode,
            "with_successors": successors == "1",
            "batch": f"again-{uuid.uuid4().hex}",
            "items": [],
            "result": None,
            "refused": "",
        }
        if chosen:
            filling = guard.find_filling(
                chosen.id, customer_id=customer.id if customer else None
            )
            quantities = source._get_ordered_quantities()
            if posting:
                try:
                    values["result"] = filling.campaign._order_again(
                        filling,
                        quantities,
                        mode,
                        batch,
                        with_successors=values["with_successors"],
                        now=guard.get_request_start(),
                    )
                except UserError as error:
                    request.env.cr.rollback()
                    values["refused"] = str(error)
            values.update(
                {
                    "campaign": filling.campaign,
                    **filling.campaign._get_reorder_values(
                        filling, quantities, values["with_successors"]
                    ),
                }
            )
        return request.render("preorder_website.order_again", values)
