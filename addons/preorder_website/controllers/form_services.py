from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from . import guard


class PreorderFormServices(http.Controller):
    """What can be done with an order form besides filling it."""

    @http.route(
        "/preorder/form/<int:order_id>/pdf",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def form_pdf(self, order_id, prices="1", **_kwargs):
        """The form on paper; ``prices=0`` leaves prices out."""
        order = guard.find_form(order_id).order
        content, kind = order._render_form_pdf(with_prices=prices != "0")
        return request.make_response(
            content,
            headers=[
                (
                    "Content-Type",
                    f"application/{kind}" if kind == "pdf" else "text/html",
                ),
                ("Content-Disposition", content_disposition(f"{order.name}.{kind}")),
                ("Cache-Control", "private, no-store"),
            ],
        )

    @http.route(
        "/preorder/form/<int:order_id>/ask",
        type="jsonrpc",
        auth="user",
        website=True,
    )
    def form_ask(self, order_id, message=None):
        """Ask the office about a form: noted on it, and its salesperson is told."""
        filling = guard.find_form(order_id)
        if filling.by_office or not isinstance(message, str):
            raise BadRequest()
        try:
            filling.order._ask(request.env.user, message)
        except UserError as error:
            request.env.cr.rollback()
            return {"refused": str(error)}
        return {"messages": filling.order._get_conversation(request.env.user)}

    @http.route(
        "/preorder/form/<int:order_id>/propose",
        type="jsonrpc",
        auth="user",
        website=True,
    )
    def form_propose(self, order_id, message=""):
        """Send what a representative has filled in to the customer, who submits it."""
        filling = guard.find_form(order_id)
        if (
            not filling.on_behalf
            or not filling.can_edit
            or not isinstance(message, str)
        ):
            raise BadRequest()
        try:
            filling.order._send_proposal(message, guard.get_request_start())
        except UserError as error:
            request.env.cr.rollback()
            return {"refused": str(error)}
        return {"sent": True}

    @http.route(
        "/preorder/form/<int:order_id>/reservations",
        type="jsonrpc",
        auth="user",
        website=True,
    )
    def form_reservations(self, order_id, reservation=None, counted=False):
        """What a shop's own customers reserved: told, after one is counted in or out.

        :param reservation: the order to change; None to change nothing
        """
        filling = guard.find_form(order_id)
        order = filling.order
        if not (
            filling.can_edit
            and order.is_own_shop
            and (reservation is None or type(reservation) is int)
            and isinstance(counted, bool)
        ):
            raise BadRequest()
        try:
            if reservation is not None:
                order._count_reservation(
                    reservation, counted, guard.get_request_start()
                )
        except UserError as error:
            request.env.cr.rollback()
            return {"refused": str(error)}
        return order._get_reservation_choices()
