from werkzeug.exceptions import BadRequest

from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from odoo.addons.website_sale.const import SHOP_PATH

from ..models.ir_http import ENDED_KEY
from .launch import get_form_action


class OciTransfer(Controller):
    """The way back to the procurement system.

    Both routes check the token against forged requests themselves, once they know that
    there is a session: whoever clicks twice is told what became of the basket.
    """

    # Public: whoever comes a second time is signed out already.
    @route(
        "/punchout/transfer",
        type="http",
        auth="public",
        website=True,
        csrf=False,
        sitemap=False,
        methods=["GET", "POST"],
    )
    def transfer(self, confirmed=None, csrf_token=None, **_values):
        """Take the basket home; first show what changes on its way, if anything."""
        http = request.env["ir.http"]
        session = http._get_oci_session()
        if not session:
            return self._end()
        if request.httprequest.method != "POST":
            return request.redirect(f"{SHOP_PATH}/cart")
        self._check_token(csrf_token)
        transfer = session._prepare_transfer()
        if not transfer.lines:
            return request.redirect(f"{SHOP_PATH}/cart")
        if transfer.basket.refusals or (transfer.basket.notes and not confirmed):
            return self._review(session, transfer)
        try:
            form = session._transfer()
        except UserError:
            # Somebody was faster, in another tab.
            session.invalidate_recordset()
            if session._is_alive():
                return self._review(session, session._prepare_transfer())
            form = None
        http._leave_oci_session(session)
        return self._return(session, form) if form else self._end()

    # Public, as above.
    @route(
        "/punchout/cancel",
        type="http",
        auth="public",
        website=True,
        csrf=False,
        sitemap=False,
        methods=["POST"],
    )
    def cancel(self, csrf_token=None, **_values):
        """Go back without a basket."""
        http = request.env["ir.http"]
        session = http._get_oci_session()
        if not session:
            return self._end()
        self._check_token(csrf_token)
        answer = session._cancel()
        http._leave_oci_session(session)
        if isinstance(answer, str):
            # Checked against the connection's return addresses at launch.
            return request.redirect(answer, local=False)
        return self._return(session, answer) if answer else self._end()

    def _check_token(self, csrf_token):
        if not request.validate_csrf(csrf_token):
            raise BadRequest("Session expired (invalid CSRF token)")

    def _end(self):
        http = request.env["ir.http"]
        session = request.env["oci.session"].sudo()
        ended = session.browse(request.session.get(ENDED_KEY) or ()).exists()
        return http._render_oci_end(ended)

    def _review(
        self,
        session,
        transfer,
        *,
        action="/punchout/transfer",
        hidden=(),
        back=f"{SHOP_PATH}/cart",
    ):
        """Show the buyer what is cut, and what cannot be transferred.

        :param action: where the button goes, with ``hidden``: names and values of what
            goes along
        :param back: where to change what is transferred
        """
        notes = transfer.basket.notes
        return request.render(
            "oci_punchout.review",
            {
                "oci_session": session,
                "action": action,
                "hidden": hidden,
                "back": back,
                "changes": [
                    session._describe_note(note)
                    for note in notes
                    if not note.is_refusal
                ],
                "refusals": [
                    session._describe_note(note) for note in transfer.basket.refusals
                ],
            },
            headers={"Cache-Control": "no-store"},
        )

    def _return(self, session, form):
        """The page whose form goes to the procurement system by itself."""
        return request.env["ir.http"]._render_oci_page(
            "oci_punchout.return_form",
            {
                "form": form,
                "submit": True,
                "visible": True,
                "system": session.connection_id.name,
            },
            charset=session.charset,
            csp=(get_form_action(session, form),),
        )
