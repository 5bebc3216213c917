import json

from werkzeug.exceptions import BadRequest

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.oci_punchout.controllers.transfer import OciTransfer
from odoo.addons.oci_punchout.models.oci_session_basket import Transfer
from odoo.addons.preorder_website.controllers import guard


class PreorderTransfer(OciTransfer):
    """An order form's way to the procurement system."""

    # Public: whoever comes a second time is signed out already. Checks the token
    # against forged requests itself, once it knows that there is a session.
    @route(
        "/preorder/form/<int:order_id>/transfer",
        type="http",
        auth="public",
        website=True,
        csrf=False,
        sitemap=False,
        methods=["GET", "POST"],
        max_content_length=64 * 1024,
    )
    def transfer_form(
        self,
        order_id,
        reviewed_total="",
        details="",
        confirmed=None,
        csrf_token=None,
        **_values,
    ):
        """Submit the session's form and take it home.

        :param reviewed_total: the total that the buyer has seen
        :param details: JSON of what ``preorder.order._set_details`` takes
        :param confirmed: set when the buyer has seen what is shortened
        """
        http = request.env["ir.http"]
        session = http._get_oci_session()
        if not session:
            return self._end()
        filling = guard.find_form(order_id)
        if request.httprequest.method != "POST":
            return request.redirect(filling.order.access_url)
        self._check_token(csrf_token)
        parsed = _parse_details(details)
        refused, result = "", None
        try:
            result = session._transfer_form(
                filling.order,
                _parse_total(reviewed_total),
                parsed,
                guard.get_request_start(),
                confirmed=bool(confirmed),
            )
        except UserError as error:
            refused = str(error)
        if result and not isinstance(result, Transfer):
            http._leave_oci_session(session)
            return self._return(session, result)
        request.env.cr.rollback()
        if not session._is_alive():
            # Somebody was faster, in another tab.
            http._leave_oci_session(session)
            return self._end()
        if result:
            return self._review(
                session,
                result,
                action=request.httprequest.path,
                hidden=[("reviewed_total", reviewed_total), ("details", details)],
                back=f"/preorder/form/{order_id}",
            )
        return self._render_again(order_id, parsed, refused)

    def _render_again(self, order_id, details, refused):
        """The form as it was, with what was entered besides, and why it is still here.

        :param refused: why, in the buyer's words; empty where its total has changed
        """
        filling = guard.find_form(order_id)
        values = filling.campaign._get_form_page_values(filling)
        component = values["component"]
        if values["editable"]:
            component["punchout"]["review"] = {
                "details": details,
                "refused": refused,
                "changed": not refused,
            }
            refused = ""
        return request.render(
            "preorder_website.order_form", {**values, "refused": refused}
        )


def _parse_total(text):
    """A number, or ``None``: what agrees with no total."""
    try:
        return float(text)
    except ValueError:
        return None


def _parse_details(text):
    """What was entered besides quantities.

    :raise BadRequest: when it is not what the order form sends
    """
    try:
        details = json.loads(text)
    except (RecursionError, ValueError) as error:
        raise BadRequest() from error
    if not isinstance(details, dict) or not all(
        value is None or isinstance(value, (str, int)) for value in details.values()
    ):
        raise BadRequest()
    return details
