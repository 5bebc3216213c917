from odoo.tests import new_test_user, tagged

from .common import PreorderHttpCommon


@tagged("post_install", "-at_install")
class TestRepresentative(PreorderHttpCommon):
    """Salespersons and agents fill the order form for a customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parka = cls.jacket.product_variant_ids[0]
        cls.seller = new_test_user(
            cls.env,
            "sally",
            groups="base.group_user,sales_team.group_sale_salesman",
            password="sally-sally",
        )
        cls.agent = cls._make_agent()
        cls.special = cls.env["product.pricelist"].create(
            {
                "name": "Special",
                "item_ids": [
                    (
                        0,
                        0,
                        {
                            "compute_price": "fixed",
                            "fixed_price": 77,
                            "min_quantity": 0,
                        },
                    )
                ],
            }
        )
        cls.customer.partner_id.property_product_pricelist = cls.special
        cls.customer.partner_id.parent_id.property_product_pricelist = cls.special

    def _get_url(self, suffix="", customer=None):
        partner = (customer or self.customer).partner_id
        return f"/preorder/campaign/{self.campaign.id}/for/{partner.id}{suffix}"

    def _save_for(self, customer=None):
        return self._call(
            self._get_url("/save", customer),
            batch="batch-for-customer",
            cells=[
                {"product": self.parka.id, "date": None, "quantity": 4, "revision": 0}
            ],
        )

    def _assign(self):
        company = self.customer.partner_id.commercial_partner_id
        company.preorder_agent_ids = self.agent.partner_id

    def test_a_salesperson_fills_at_the_customer_s_prices_and_it_is_marked(self):
        self.authenticate("sally", "sally-sally")
        page = self.url_open(self._get_url()).text
        self.assertIn("You are ordering for", page)
        prices, _error = self._call(self._get_url("/prices"), products=self.parka.ids)
        self.assertEqual(prices["price"], [77])
        result, _error = self._save_for()
        form = self.env["preorder.order"].browse(result["form"])
        self.assertEqual(form.partner_id, self.customer.partner_id)
        self.assertEqual(form.channel, "representative")
        self.assertEqual(form.line_ids.channel, "representative")
        self.assertEqual(form.line_ids.changed_by_id, self.seller)

    def test_the_office_opens_a_form_as_its_customer_sees_it(self):
        self.authenticate("sally", "sally-sally")
        result, _error = self._save_for()
        action = self.env["preorder.order"].browse(result["form"]).action_open_form()
        page = self.url_open(action["url"])
        self.assertEqual(page.status_code, 200)
        self.assertIn("You are ordering for", page.text)

    def test_an_agent_chooses_a_customer_and_fills(self):
        self._assign()
        self._login(self.agent)
        page = self.url_open(f"/preorder/winter-{self.campaign.id}").text
        self.assertIn(self._get_url(), page)
        result, _error = self._save_for()
        form = self.env["preorder.order"].browse(result["form"])
        self.assertEqual(form.line_ids.changed_by_id, self.agent)
        self.assertEqual(self.url_open(f"/preorder/form/{form.id}").status_code, 200)

    def test_a_customer_that_is_not_assigned_is_not_there(self):
        self.campaign.for_everyone = True
        self._assign()
        self._login(self.agent)
        self.assertEqual(
            self.url_open(self._get_url(customer=self.outsider)).status_code, 404
        )
        _result, error = self._save_for(self.outsider)
        self.assertTrue(error)
        self._login(self.outsider)
        self.assertEqual(self.url_open(self._get_url()).status_code, 404)

    def test_nobody_fills_for_a_customer_outside_the_audience(self):
        self.authenticate("sally", "sally-sally")
        self.assertEqual(
            self.url_open(self._get_url(customer=self.outsider)).status_code, 404
        )

    def test_nobody_fills_for_a_customer_of_another_company_of_ours(self):
        self.campaign.for_everyone = True
        customer = self.env["res.partner"].create({"name": "Kiosk"})
        url = f"/preorder/campaign/{self.campaign.id}/for/{customer.id}"
        self.authenticate("sally", "sally-sally")
        self.assertEqual(self.url_open(url).status_code, 200)
        customer.company_id = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_an_agent_has_no_time_after_the_end(self):
        self._assign()
        self._login(self.agent)
        result, _error = self._save_for()
        form = self.env["preorder.order"].browse(result["form"])
        form.office_reopened = True
        self.campaign.date_end = self.campaign.date_start.replace(microsecond=1)
        result, _error = self._save_online({self.parka: 9}, form, "batch-late-agent")
        self.assertIn("ended", result["closed"])
