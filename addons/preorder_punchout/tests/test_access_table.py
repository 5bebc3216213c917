import copy
import json

from odoo.http import root
from odoo.tests import tagged
from odoo.tests.common import HOST
from odoo.tools import mute_logger

from odoo.addons.preorder_website.tests import access_table
from odoo.addons.preorder_website.tests.access_table import (
    NOT_THERE,
    OK,
    REFUSED,
    SIGN_IN,
    Route,
)
from odoo.addons.preorder_website.tests.test_access_table import AccessTableCase

#: A page that says that the visit is over.
OVER = 410
#: Who signs in as themselves, of those that the pre-orders' own table knows.
PERSONS = (
    "visitor",
    "customer",
    "colleague",
    "other customer",
    "other company",
    "other website",
    "agent",
    "purchaser",
    "salesperson",
)
#: Who comes by punchout: into the campaign, in another session of the same connection,
#: or into the shop.
BUYERS = ("procurement user", "other procurement user", "procurement user in the shop")
ACTORS = (*PERSONS, *BUYERS)

_FORM = "/preorder/form/<int:order_id>"
_CAMPAIGN = "/preorder/campaign/<int:campaign_id>"
#: What a buyer may call of the pre-orders: of the campaign, and of the own form.
BUYERS_ROUTES = {
    "/<any(preorder, outlet):kind>/<string:slug>",
    "/<any(preorder, outlet):kind>/<string:slug>/",
    f"{_CAMPAIGN}/picture/<int:template_id>",
    f"{_CAMPAIGN}/document/<int:document_id>",
    f"{_CAMPAIGN}/stock",
    _FORM,
    f"{_FORM}/review",
    f"{_FORM}/limits",
    *(
        f"{subject}/{action}"
        for subject in (_CAMPAIGN, _FORM)
        for action in (
            "catalog",
            "prices",
            "scan",
            "product/<int:product_id>",
            "xlsx",
            "save",
            "xlsx/import",
        )
    ),
    # Of whom the connection is for: nobody else is ordered for.
    *(
        f"{_CAMPAIGN}/for/<int:customer_id>/{action}"
        for action in (
            "prices",
            "scan",
            "product/<int:product_id>",
            "xlsx",
            "save",
            "xlsx/import",
        )
    ),
}
#: The routes of punchout, which are answered by secrets and sessions, not by log-in.
ROUTES = [
    # Without the right secret, whoever one is.
    Route(
        "/punchout/oci/<string:code>", "/punchout/oci/{code}", "page", otherwise=REFUSED
    ),
    Route("/punchout/oci/<string:code>", "/punchout/oci/0", "page", otherwise=REFUSED),
    # By an address that nobody can guess, without anything secret on it.
    *(
        Route(
            f"/punchout/setup/<string:token>{page}",
            f"/punchout/setup/{token}{page}",
            kind,
            otherwise=answer,
        )
        for page, kind in (("", "page"), ("/test", "page"), ("/returned", "post"))
        for token, answer in (("{token}", OK), ("guessed", NOT_THERE))
    ),
    # By a punchout session.
    Route(
        "/punchout/transfer",
        "/punchout/transfer",
        "post",
        {
            "procurement user": REFUSED,
            "other procurement user": REFUSED,
            "procurement user in the shop": OK,
        },
        otherwise=OVER,
        writes=True,
    ),
    Route(
        "/punchout/cancel",
        "/punchout/cancel",
        "post",
        dict.fromkeys(BUYERS, OK),
        otherwise=OVER,
        writes=True,
    ),
    Route(
        f"{_FORM}/transfer",
        "/preorder/form/{form}/transfer",
        "post",
        {
            "procurement user": OK,
            "other procurement user": NOT_THERE,
            "procurement user in the shop": REFUSED,
        },
        otherwise=OVER,
        values="_get_transfer",
        writes=True,
    ),
]


@tagged("post_install", "-at_install")
class TestPunchoutAccessTable(AccessTableCase):
    """Every route of punchout and of the pre-orders, called by everybody, where the
    order form is one that a procurement user fills."""

    #: For the report on reliability.
    figures = {
        "routes": len(ROUTES) + len(access_table.ROUTES),
        "actors": len(ACTORS),
    }
    # A session refuses what is not on its list, by whatever way it is called.
    refusals = (*AccessTableCase.refusals, "Forbidden")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection = cls.env["oci.connection"].create(
            {
                "name": "Azure ERP",
                "partner_id": cls.shop.id,
                "user_id": cls.customer.id,
                "login": "buyer",
                "website_id": cls.website.id,
                "company_id": cls.company.id,
                "return_addresses": "https://erp.example.com/oci",
                "opens": "campaign",
                "preorder_campaign_id": cls.campaign.id,
            }
        )
        action = cls.connection.action_generate_secret_1()
        cls.secret = action["context"]["default_secret"]
        cls.connection.action_open_setup()
        cls.product = cls.env["product.product"].create(
            {"name": "Hat", "type": "consu", "list_price": 10, "is_published": True}
        )
        cls.ids.update(
            code=cls.connection.code, token=cls.connection.sudo().setup_token
        )

    # Who calls

    def _launch(self):
        """Come by punchout; what the browser keeps."""
        self.authenticate(None, None)
        answer = self.url_open(
            f"/punchout/oci/{self.connection.code}",
            data={
                "USERNAME": "buyer",
                "PASSWORD": self.secret,
                "HOOK_URL": "https://erp.example.com/oci",
            },
            allow_redirects=False,
        )
        self.assertEqual(answer.status_code, 303)
        return copy.deepcopy(root.session_store.get(self.opener.cookies["session_id"]))

    def _come_back(self, session):
        """Go on in a session, whatever became of it in the browser."""
        self.session = copy.deepcopy(session)
        root.session_store.save(self.session)
        cookies = self.opener.cookies
        # The server's own and a test's differ by domain: only one may be sent.
        for cookie in list(cookies):
            if cookie.name == "session_id":
                cookies.clear(cookie.domain, cookie.path, cookie.name)
        cookies.set("session_id", session.sid, domain=HOST)

    def _fill_form(self, batch):
        """Fill the form of the session that was launched last."""
        result, error = self._call(
            f"/preorder/campaign/{self.campaign.id}/save",
            batch=batch,
            cells=self._make_cells({self.variant: 12}),
        )
        self.assertFalse(error)
        form = self.env["preorder.order"].browse(result["form"])
        self.assertTrue(form.oci_session_id)
        form.user_id = self.seller
        return form

    def _fill_by_punchout(self):
        """A session of each kind; the first one fills the form that all others call."""
        campaign, other, shop = BUYERS
        self.sessions = {campaign: self._launch()}
        self.ids = {**self.ids, "form": self._fill_form("batch-punchout-1").id}
        self.sessions[other] = self._launch()
        self._fill_form("batch-punchout-2")
        self.connection.opens = "shop"
        self.sessions[shop] = self._launch()
        _result, error = self._call(
            "/shop/cart/add",
            product_template_id=self.product.product_tmpl_id.id,
            product_id=self.product.id,
            quantity=1,
        )
        self.assertFalse(error)
        self.env.flush_all()

    # What they call

    def _get_transfer(self):
        return {
            "reviewed_total": self.total,
            "details": json.dumps({}),
            "confirmed": "1",
        }

    def _judge_page(self, answer):
        return OVER if answer.status_code == OVER else super()._judge_page(answer)

    def _get_expected(self, actor, route):
        """The answer to a route of the pre-orders, of a form that is a session's."""
        is_form_s = "{form}" in route.url
        if actor in BUYERS:
            if actor == BUYERS[2] or route.rule not in BUYERS_ROUTES:
                return REFUSED
            return NOT_THERE if is_form_s and actor == BUYERS[1] else OK
        if is_form_s and actor not in ("visitor", "salesperson"):
            return NOT_THERE
        if is_form_s and route.rule in (f"{_FORM}/submit", f"{_FORM}/propose"):
            # The office looks at it, and leaves it to its buyer.
            return {"visitor": SIGN_IN}.get(actor, REFUSED)
        return route.get_answer(actor)

    # Tests

    def test_every_route_answers_each_as_the_table_says(self):
        self._fill_by_punchout()
        before = self._read_state()
        for actor in ACTORS:
            if actor in PERSONS:
                self._log_in_as(access_table.ACTORS[actor])
            for route in (*ROUTES, *access_table.ROUTES):
                if route not in ROUTES:
                    route = Route(
                        route.rule,
                        route.url,
                        route.kind,
                        {actor: self._get_expected(actor, route)},
                        route.values,
                        route.writes,
                    )
                with (
                    self.subTest(actor=actor, route=route.rule),
                    mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"),
                ):
                    if actor in BUYERS:
                        self._come_back(self.sessions[actor])
                    self._check(actor, route, before)

    def test_the_table_has_every_route_and_no_other(self):
        found = self._find_rules(
            ("odoo.addons.oci_punchout.", "odoo.addons.preorder_punchout.")
        )
        self.assertEqual({route.rule for route in ROUTES}, found)
