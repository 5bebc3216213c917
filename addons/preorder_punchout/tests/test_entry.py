from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import PreorderPunchoutCase


@tagged("post_install", "-at_install")
class TestEntry(PreorderPunchoutCase):
    """Where a launch leads."""

    def _enter(self, **values):
        answer = self._launch(**values)
        self.assertEqual(answer.status_code, 303)
        return answer.headers["Location"].removeprefix(self.base_url())

    def test_a_connection_opens_one_campaigns_form(self):
        path = self._enter()
        self.assertEqual(path, self.campaign.website_url)
        self.assertNotIn(self.secret, path)
        page = self._open(path)
        component = self._get_page_component(page)
        self.assertEqual(component["campaign"], self.campaign.id)
        self.assertEqual(component["punchout"]["system"], "Azure ERP")
        self.assertFalse(component["contact"]["ask"])
        self.assertIn("o_oci_bar", page.text)
        self.assertNotIn("/shop/cart", page.text)
        self.assertNotIn('href="/shop"', page.text)
        self.assertNotIn('href="/preorder"', page.text)

    def test_a_connection_opens_the_pre_orders(self):
        self.connection.opens = "preorder"
        self.assertEqual(self._enter(), "/preorder")
        page = self._open("/preorder").text
        self.assertIn(self.campaign.website_url, page)
        self.assertNotIn("/my/preorders", page)
        self.assertEqual(self._open("/outlet").status_code, 403)
        self.assertEqual(self._open("/").headers["Location"][-9:], "/preorder")

    def test_a_connection_opens_the_outlet(self):
        outlet = self._make_campaign(
            "Clearance",
            "OUT",
            kind="outlet",
            date_start=fields.Datetime.now() - timedelta(days=1),
            date_end=fields.Datetime.now() + timedelta(days=1),
        )
        outlet.action_open()
        self.connection.opens = "outlet"
        self.assertEqual(self._enter(), "/outlet")
        self.assertIn(outlet.website_url, self._open("/outlet").text)
        self.assertEqual(self._open(self.campaign.website_url).status_code, 404)

    def test_a_connection_opens_the_shop_unless_told_otherwise(self):
        self.connection.opens = "shop"
        self.assertEqual(self._enter(), "/shop")
        self.assertEqual(self._open("/shop").status_code, 200)
        for path in ("/preorder", self.campaign.website_url):
            self.assertEqual(self._open(path).status_code, 403)

    def test_a_connection_of_one_campaign_shows_no_other(self):
        other = self._open_another_campaign()
        self._enter()
        self.assertEqual(self._open(other.website_url).status_code, 404)
        self.assertEqual(self._open("/preorder").status_code, 403)
        error = self._rpc(f"/preorder/campaign/{other.id}/prices", products=[])
        self.assertIn("NotFound", error["name"])

    def test_a_session_stays_as_it_was_launched(self):
        self._enter()
        self.connection.opens = "shop"
        self.assertEqual(self._open(self.campaign.website_url).status_code, 200)
        self.assertEqual(self._open("/shop").status_code, 403)

    def test_prices_are_the_customers(self):
        self._enter()
        answer = self._rpc(
            f"/preorder/campaign/{self.campaign.id}/prices", products=self.small.ids
        )
        self.assertEqual((answer["price"], answer["discount"]), ([100.0], [10.0]))

    def test_the_campaign_has_to_be_shown_in_the_shop(self):
        with self.assertRaisesRegex(ValidationError, "Choose the campaign"):
            self.connection.preorder_campaign_id = False
        self.campaign.is_published = False
        with self.assertRaisesRegex(ValidationError, "not shown on"):
            self.connection.write({"preorder_campaign_id": self.campaign.id})

    def _make_own_shop(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.customer.preorder_location_id = self.env["stock.location"].create(
            {
                "name": "Shop Azure",
                "usage": "internal",
                "location_id": warehouse.view_location_id.id,
                "company_id": self.company.id,
            }
        )

    def test_an_own_shop_is_told_at_once_that_it_takes_nothing_home(self):
        self._make_own_shop()
        component = self._get_page_component(self._open(self._enter()))
        self.assertFalse(component["editable"])
        self.assertIn("no purchase", component["unavailable"])
        self.assertIn("nothing to take to Azure ERP", component["unavailable"])
        address = f"{self.base_url()}{self.campaign.website_url}"
        self.assertIn(address, component["unavailable"])

    def test_an_own_shop_s_form_stays_as_it_is_and_says_why(self):
        self._make_own_shop()
        self._enter()
        form = self._fill({self.small: 3})
        answer = self._transfer_form(form, confirmed="1")
        self.assertNotIn("basket is empty", answer.text)
        self.assertIn("its order becomes a transfer of goods", answer.text)
        self.env.invalidate_all()
        self.assertEqual((form.state, form.is_own_shop), ("draft", True))
        self.assertFalse(form.picking_ids)
        self.assertTrue(form.oci_session_id._is_alive())

    def test_a_connection_opens_no_order_forms_to_an_own_shop(self):
        self._make_own_shop()
        with self.assertRaisesRegex(ValidationError, "Azure is a shop of your own"):
            self.connection.opens = "preorder"
        self.connection.opens = "shop"

    def test_a_product_page_stays_a_product_page(self):
        answer = self._launch(
            FUNCTION="DETAIL", PRODUCTID=str(self.screw.id), HOOK_URL=None
        )
        self.assertIn("Screw", self._open(answer.headers["Location"]).text)
        self.assertEqual(self._open(self.campaign.website_url).status_code, 403)
