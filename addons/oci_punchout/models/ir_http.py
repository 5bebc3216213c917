import secrets

from werkzeug.exceptions import Forbidden, abort

from odoo import models
from odoo.http import Response, SessionExpiredException, request

#: Keys of the browser's session: the punchout session it is in, or was in last.
SESSION_KEY, ENDED_KEY = "oci_session_id", "oci_ended_session_id"

_COOKIES = {
    "lax": "; SameSite=Lax",
    "none": "; SameSite=None; Secure",
    "partitioned": "; SameSite=None; Secure; Partitioned",
}


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_oci_session(cls):
        """Return the punchout session of the browser, with the rights of the system.

        Whether it is still alive was checked before anything else of a request.
        """
        session_id = request.session.get(SESSION_KEY)
        return request.env["oci.session"].sudo().browse(session_id or ())

    @classmethod
    def _set_oci_policy(cls, connection, cookie_mode):
        """Say how the answer's cookies are kept and who may frame it."""
        request.oci_policy = (cookie_mode, connection._get_frame_ancestors())

    @classmethod
    def _check_oci_session(cls, rule=None):
        """Sign out whose punchout session is over, and refuse what it is not for.

        :param rule: of the route; ``None`` for what is served without one
        """
        session = cls._get_oci_session().exists()
        if not session and SESSION_KEY not in request.session:
            return
        routes = set(rule.endpoint.routing["routes"]) if rule else set()
        if routes & request.env["oci.session"]._get_entry_routes():
            return
        if not session or not session._is_alive():
            cls._leave_oci_session(session)
            if rule and rule.endpoint.routing["type"] != "http":
                raise SessionExpiredException("Punchout session is over")
            abort(cls._render_oci_end(session))
        cls._set_oci_policy(session.connection_id, session.cookie_mode)
        if rule and not routes & session._get_allowed_routes():
            if rule.rule == "/":
                abort(request.redirect(session._get_home_path()))
            raise Forbidden(
                request.env._(
                    "This page is not part of the catalogue that %(system)s opened.",
                    system=session.connection_id.name,
                )
            )

    @classmethod
    def _leave_oci_session(cls, session):
        """Sign the browser out; all it still knows is which session it was in."""
        request.session.logout(keep_db=True)
        request.update_env(user=request.env.ref("base.public_user").id)
        if session:
            cls._set_oci_policy(session.connection_id, session.cookie_mode)
            request.session[ENDED_KEY] = session.id

    @classmethod
    def _render_oci_end(cls, session):
        """Return the page that says how a session ended."""
        texts = {
            "transferred": request.env._(
                "This basket was transferred already. Open the catalogue again from "
                "your procurement system to shop for more."
            ),
            "cancelled": request.env._(
                "You have left the catalogue. Open it again from your procurement "
                "system."
            ),
        }
        text = texts.get(
            session.state,
            request.env._(
                "Your visit is over. Open the catalogue again from your procurement "
                "system."
            ),
        )
        return cls._render_oci_page("oci_punchout.message", {"text": text}, status=410)

    @classmethod
    def _render_oci_page(cls, template, values, *, status=200, charset="utf-8", csp=()):
        """Return a page without the website around it, closed to everything foreign.

        :param charset: Python's codec of the page; the rest of the page is written with
            HTML's entities where it lacks a character
        :param csp: directives besides those that forbid
        """
        nonce = secrets.token_urlsafe(16)
        language = (request.env.lang or "en_US").replace("_", "-")
        html = request.env["ir.qweb"]._render(
            template,
            {"nonce": nonce, "charset": charset, "language": language, **values},
            # A session may be over before there is a website to speak of.
            minimal_qcontext=True,
        )
        policy = "; ".join(
            (
                "default-src 'none'",
                "img-src 'self'",
                f"style-src 'nonce-{nonce}'",
                f"script-src 'nonce-{nonce}'",
                "base-uri 'none'",
                *(csp or ("form-action 'self'",)),
            )
        )
        return Response(
            f"<!DOCTYPE html>\n{html}".encode(charset, "xmlcharrefreplace"),
            status=status,
            content_type=f"text/html; charset={charset}",
            headers={
                "Content-Security-Policy": policy,
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
            },
        )

    @classmethod
    def _pre_dispatch(cls, rule, args):
        cls._check_oci_session(rule)
        return super()._pre_dispatch(rule, args)

    @classmethod
    def _serve_fallback(cls):
        cls._check_oci_session()
        if "\0" in request.httprequest.path:
            # No text of a database has this character; asking for it is an error there.
            return None
        return super()._serve_fallback()

    @classmethod
    def _serve_page(cls):
        return False if cls._get_oci_session() else super()._serve_page()

    @classmethod
    def _serve_redirect(cls):
        return False if cls._get_oci_session() else super()._serve_redirect()

    @classmethod
    def _post_dispatch(cls, response):
        result = super()._post_dispatch(response)
        cls._apply_oci_policy(response)
        return result

    @classmethod
    def _handle_error(cls, exception):
        response = super()._handle_error(exception)
        if isinstance(response, Response):
            cls._apply_oci_policy(response)
        return response

    @classmethod
    def _apply_oci_policy(cls, response):
        """Keep cookies as the connection says; only its sites frame pages."""
        policy = getattr(request, "oci_policy", None)
        if not policy:
            return
        cookie_mode, ancestors = policy
        cookies = response.headers.getlist("Set-Cookie")
        if cookies:
            attributes = _COOKIES.get(cookie_mode, _COOKIES["lax"])
            if cookie_mode == "lax" and request.httprequest.scheme == "https":
                attributes += "; Secure"
            response.headers.setlist(
                "Set-Cookie", [cls._strip_cookie(c) + attributes for c in cookies]
            )
        if (response.mimetype or "") == "text/html":
            given = response.headers.get("Content-Security-Policy")
            frame = f"frame-ancestors {ancestors}"
            response.headers["Content-Security-Policy"] = (
                f"{given}; {frame}" if given else frame
            )

    @staticmethod
    def _strip_cookie(cookie):
        """Return a cookie without the attributes that the connection decides on."""
        decided = ("samesite", "secure", "partitioned")
        parts = [part.strip() for part in cookie.split(";")]
        return "; ".join(
            part
            for position, part in enumerate(parts)
            if not position or part.split("=")[0].strip().lower() not in decided
        )
