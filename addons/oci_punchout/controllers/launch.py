from odoo.exceptions import AccessDenied
from odoo.http import Controller, request, route

from .. import oci
from ..models.ir_http import SESSION_KEY

_FRAMES = {"iframe", "frame", "embed", "object", "fencedframe"}


def get_parameters():
    """Return name and value of all that a request sent, in its address and its form.

    Without the character that no text of a database can have.
    """
    sent = (request.httprequest.args, request.httprequest.form)
    return [
        (name.replace("\0", ""), value.replace("\0", ""))
        for values in sent
        for name, value in values.items(multi=True)
    ]


class OciLaunch(Controller):
    # Public: the procurement system's log-in and secret are in the launch itself.
    @route(
        "/punchout/oci/<string:code>",
        type="http",
        auth="public",
        website=True,
        multilang=False,
        csrf=False,
        sitemap=False,
        methods=["GET", "POST"],
        max_content_length=256 * 1024,
    )
    def launch(self, code, **_parameters):
        """Sign a buyer in, or answer a procurement system, and forget the secret."""
        parameters = get_parameters()
        connection = request.env["oci.connection"].sudo()
        if code.isalnum():
            connection = connection.search([("code", "=", code)], limit=1)
        if connection.website_id != request.website:
            connection = connection.browse()
        names = connection._get_names() if connection else oci.Names()
        login, secret = oci.parse_login(parameters, names)
        if reason := self._get_refusal(connection, login, secret):
            if reason != "resting":
                self._log(connection, reason, parameters)
            return self._refuse(403)
        try:
            launch = oci.parse_launch(parameters, names)
        except oci.LaunchError as error:
            self._log(connection, error.code, parameters)
            return self._refuse(400, self._describe(error))
        if launch.return_address and not connection._is_address_allowed(
            launch.return_address
        ):
            self._log(connection, "address", parameters)
            return self._refuse(
                400,
                request.env._(
                    "Baskets may not be sent to %(address)s. Ask us to allow it.",
                    address=oci.redact_address(launch.return_address)[:200],
                ),
            )
        cookie_mode = self._get_cookie_mode(connection)
        request.env["ir.http"]._set_oci_policy(connection, cookie_mode)
        session = request.env["oci.session"]._open(
            connection,
            launch,
            parameters,
            request.httprequest.remote_addr,
            cookie_mode,
        )
        if launch.function in (oci.VALIDATE, oci.BACKGROUND_SEARCH):
            return self._answer(session, launch)
        return self._enter(session, launch, login, secret)

    def _get_refusal(self, connection, login, secret):
        """Return why a launch is refused, or ``None``.

        As slow for a connection that is not there as for a wrong secret.
        """
        right = connection._is_login(login, secret)
        if not connection:
            return "resting"
        remote_address = request.httprequest.remote_addr
        if request.env["oci.session"]._is_resting(connection, remote_address):
            return "resting"
        if not right:
            return "login"
        method = request.httprequest.method
        if not (connection.allow_post if method == "POST" else connection.allow_get):
            return "method"
        if not connection._is_network_allowed(remote_address):
            return "network"
        return None

    def _log(self, connection, reason, parameters):
        request.env["oci.session"]._log_refusal(
            connection, reason, parameters, request.httprequest.remote_addr
        )

    def _refuse(self, status, text=None):
        """Return the page of a launch that leads nowhere.

        Without a text it is the same for every reason.
        """
        return request.env["ir.http"]._render_oci_page(
            "oci_punchout.message",
            {
                "text": text
                or request.env._(
                    "The catalogue could not be opened. Please tell whoever looks "
                    "after your procurement system: log-in, secret or address are not "
                    "as agreed."
                )
            },
            status=status,
        )

    def _describe(self, error):
        texts = {
            "return_address": request.env._("The launch has no return address."),
            "ambiguous": request.env._(
                "The launch says %(name)s twice, differently.", name=error.value[:50]
            ),
            "function": request.env._(
                "The catalogue has no function %(name)s.", name=error.value[:50]
            ),
            "xml": request.env._(
                "The catalogue returns baskets as HTML fields, not as XML. Have the "
                "return of your catalogue set to HTML."
            ),
            "product": request.env._("The launch has no PRODUCTID."),
            "quantity": request.env._("QUANTITY is no number above zero."),
            "search": request.env._("The launch has no SEARCHSTRING."),
        }
        return texts[error.code]

    def _get_cookie_mode(self, connection):
        """Return how the browser is to keep the session, by where it opens the shop."""
        if connection.cookie_policy != "auto":
            return connection.cookie_policy
        if not connection.frame_ancestors:
            return "lax"
        destination = request.httprequest.headers.get("Sec-Fetch-Dest")
        if destination in _FRAMES:
            return "partitioned"
        if destination or request.httprequest.scheme != "https":
            return "lax"
        # Browsers that do not say where they are, do not know partitions either.
        return "none"

    def _answer(self, session, launch):
        """Return the fields a procurement system asks for, on this very address."""
        form = session._answer(launch)
        if form is None:
            return self._refuse(200, request.env._("This product is not available."))
        return request.env["ir.http"]._render_oci_page(
            "oci_punchout.return_form",
            {
                "form": form,
                "submit": launch.function == oci.VALIDATE,
                "visible": launch.function == oci.BACKGROUND_SEARCH,
                "system": session.connection_id.name,
            },
            charset=session.charset,
            csp=(get_form_action(session, form),),
        )

    def _enter(self, session, launch, login, secret):
        """Sign the browser in as the portal user, in a fresh session, and lead it to a
        clean address."""
        connection = session.connection_id
        http = request.env["ir.http"]
        if launch.function == oci.DETAIL:
            product, _values = session._find_product(launch.product)
            if not product:
                session._end("answered")
                return self._refuse(
                    404, request.env._("This product is not available.")
                )
            path, query = product.sudo().website_url, {}
        else:
            path, query = session._get_entry_path(launch)
        before = http._get_oci_session().exists()
        if before and before.state == "shopping":
            before._end("expired")
        request.session.logout(keep_db=True)
        try:
            request.session.authenticate(
                request.env,
                {
                    "type": "oci_punchout",
                    "login": connection.user_id.login,
                    "connection": connection,
                    "oci_login": login,
                    "oci_secret": secret,
                },
            )
        except AccessDenied:
            session.write({"state": "refused", "reason": "user"})
            return self._refuse(403)
        request.session[SESSION_KEY] = session.id
        if session.lang != http._get_default_lang().code:
            path = http._url_for(path, session.lang)
        response = request.redirect_query(path, query) if query else None
        response = response or request.redirect(path)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


def get_form_action(session, form):
    """Return the policy of where the form of a page may go.

    Browsers apply it to redirections over there too, so that every return address of
    the connection is in it.
    """
    connection = session.connection_id
    origins = {oci.parse_address(form.action).origin}
    origins.update(address.origin for address in connection._get_allowed_addresses())
    return f"form-action {' '.join(sorted(origins))}"
