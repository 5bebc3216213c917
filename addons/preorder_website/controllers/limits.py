from werkzeug.exceptions import BadRequest

from odoo import http

from . import guard


class PreorderLimits(http.Controller):
    @http.route(
        "/preorder/form/<int:order_id>/limits",
        type="jsonrpc",
        auth="user",
        website=True,
    )
    def form_limits(self, order_id):
        """The limits that a form breaks, and cells to change so that it keeps them.

        Nothing is changed here: the browser saves the proposed cells like typed ones.
        """
        filling = guard.find_form(order_id)
        if not filling.can_edit or filling.order.state != "draft":
            raise BadRequest()
        return {
            "limits": filling.order._get_limit_notices(),
            "changes": filling.order._propose_limit_changes(),
        }
