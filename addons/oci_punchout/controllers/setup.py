from werkzeug.exceptions import NotFound

from odoo.http import Controller, request, route

from .. import oci
from .launch import get_parameters

_OPTIONS = {
    "type": "http",
    "auth": "public",
    "website": True,
    "multilang": False,
    "sitemap": False,
}


class OciSetup(Controller):
    """The set-up page for the customer's IT, and a procurement system to try with.

    Public: people without an account read it, by an address that nobody can guess, that
    the office opens for a month, and that shows no secret.
    """

    def _find(self, token):
        connection = request.env["oci.connection"]._find_by_setup_token(token)
        if not connection:
            raise NotFound()
        return connection

    def _render(self, template, connection, **values):
        return request.env["ir.http"]._render_oci_page(
            template, {"connection": connection, **values}
        )

    @route("/punchout/setup/<string:token>", methods=["GET"], **_OPTIONS)
    def setup(self, token, **_values):
        """Everything that the customer's IT asks for."""
        return self._render("oci_punchout.setup", self._find(token))

    @route("/punchout/setup/<string:token>/test", methods=["GET"], **_OPTIONS)
    def test(self, token, **_values):
        """A procurement system on our side: launches the connection."""
        return self._render(
            "oci_punchout.test",
            self._find(token),
            functions=oci.FUNCTIONS,
            signed_in=request.session.uid and request.env.user.name,
        )

    @route(
        "/punchout/setup/<string:token>/returned",
        methods=["POST"],
        csrf=False,
        max_content_length=4 * 1024 * 1024,
        **_OPTIONS,
    )
    def returned(self, token, **_values):
        """What came back to the procurement system on our side, field by field."""
        connection = self._find(token)
        fields = get_parameters()
        violations = oci.validate_fields(fields, connection._get_options())
        broken = {}
        for violation in violations:
            broken.setdefault(violation.name, []).append(
                f"{connection._describe_rule(violation.rule)} ({violation.rule})"
            )
        names = {name for name, _value in fields}
        return self._render(
            "oci_punchout.returned",
            connection,
            fields=[(name, value, broken.get(name, [])) for name, value in fields],
            missing=[(name, broken[name]) for name in broken if name not in names],
            count=len(oci.read_fields(fields)[0]),
            violations=violations,
        )
