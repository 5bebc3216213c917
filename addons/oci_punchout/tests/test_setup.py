from datetime import timedelta

from odoo.tests import tagged

from .common import PunchoutHttpCase
from .procurement import read_form


@tagged("post_install", "-at_install")
class TestSetupPage(PunchoutHttpCase):
    """The page for the customer's IT, and the procurement system to try with."""

    def setUp(self):
        super().setUp()
        self.connection.action_open_setup()
        self.path = self.connection.setup_url.removeprefix(
            self.connection.website_id.get_base_url()
        )

    def test_page_has_all_that_is_asked_for_but_no_secret(self):
        page = self._open(self.path)
        self.assertEqual(page.status_code, 200)
        for text in (self.connection.launch_url, "HOOK_URL", "buyer", "C62"):
            self.assertIn(text, page.text)
        self.assertNotIn(self.secret, page.text)
        paper = self.env["ir.qweb"]._render(
            "oci_punchout.setup_content", {"connection": self.connection}
        )
        self.assertIn(self.connection.launch_url, paper)

    def test_the_page_is_there_on_paper_for_the_office(self):
        report = self.env.ref("oci_punchout.action_report_setup")
        self.assertEqual(report.report_type, "qweb-pdf")
        self.assertEqual(report.binding_model_id.model, "oci.connection")
        paper, _kind = report._render_qweb_html(report.report_name, self.connection.ids)
        for text in (self.connection.launch_url, "HOOK_URL", "buyer", "C62"):
            self.assertIn(text, paper.decode())
        self.assertNotIn(self.secret, paper.decode())

    def test_page_is_there_for_who_has_its_address_and_while_it_is_open(self):
        self.assertEqual(self._open("/punchout/setup/" + "x" * 32).status_code, 404)
        self.connection.setup_until -= timedelta(days=31)
        self.assertEqual(self._open(self.path).status_code, 404)
        self.connection.action_open_setup()
        self.assertEqual(self._open(self.path).status_code, 404)
        self.connection.action_close_setup()
        self.assertFalse(self.connection.setup_url)

    def test_test_launches_and_shows_what_came_back(self):
        form = read_form(self._open(self.path + "/test").content)
        fields = {**dict(form["fields"]), "PASSWORD": self.secret}
        fields["SEARCHSTRING"] = ""
        self.assertEqual(form["action"], self.connection.launch_url)
        self._launch(**fields)
        self._add(self.screw)
        home = read_form(self._transfer(confirmed="1").content)
        self.assertTrue(home["action"].endswith(self.path + "/returned"))
        page = self.opener.post(
            self.base_url() + self.path + "/returned", data=home["fields"]
        )
        self.assertIn("1 line(s); every rule of OCI 4.0 is kept.", page.text)
        self.assertIn("NEW_ITEM-VENDORMAT[1]", page.text)

    def test_test_names_the_rule_a_field_breaks(self):
        page = self.opener.post(
            self.base_url() + self.path + "/returned",
            data={
                "NEW_ITEM-DESCRIPTION[1]": "Screw",
                "NEW_ITEM-PRICE[1]": "9,95",
                "NEW_ITEM-UNIT[1]": "PIECE",
                '"><script>alert(1)</script>': "<script>alert(1)</script>",
            },
        ).text
        for rule in ("decimal", "length", "quantity", "price_needs_currency"):
            self.assertIn(f"({rule})", page)
        self.assertNotIn("<script>alert", page)

    def test_test_takes_baskets_only_while_the_page_is_open(self):
        address = self.connection.setup_url + "/returned"
        self.assertTrue(self.connection._is_address_allowed(address))
        self.connection.action_close_setup()
        self.assertFalse(self.connection._is_address_allowed(address))
