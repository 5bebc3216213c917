from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import PreorderHttpCommon


@tagged("post_install", "-at_install")
class TestMyCustomers(PreorderHttpCommon):
    """How far a representative's customers are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parka = cls.jacket.product_variant_ids[0]
        cls.second = cls._make_customer("Ski Shop", "ski", cls.label)
        cls.agent = cls._make_agent(
            customers=(cls.customer | cls.second | cls.outsider).partner_id.parent_id
        )
        cls.seller = new_test_user(
            cls.env,
            "sally",
            groups="base.group_user,sales_team.group_sale_salesman",
            password="sally",
        )

    def _fill(self, user, quantity=4):
        result = self._save(
            {self.parka: quantity},
            user=user,
            now=fields.Datetime.now(),
            campaign=self.campaign.with_context(preorder_now=None),
        )
        return self.env["preorder.order"].browse(result["form"])

    def test_another_company_s_salesperson_does_not_see_how_far_customers_are(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "olga",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            self.campaign.with_user(stranger).action_view_customers()

    def _sell_last_year(self, quantity, **values):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.partner_id.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.parka.id, "product_uom_qty": quantity}
                    )
                ],
                **values,
            }
        )
        order.action_confirm()
        order.date_order = fields.Datetime.now() - timedelta(days=200)
        return order

    def _get_rows(self):
        page = self.url_open("/my/preorders/customers")
        self.assertEqual(page.status_code, 200)
        return [
            [" ".join(cell.text_content().split()) for cell in row.xpath("./td|./th")]
            for row in html.fromstring(page.text).xpath("//main//tbody/tr")
        ]

    def test_an_agent_sees_who_has_not_started_with_last_year_s_amount(self):
        self._sell_last_year(30)
        self._fill(self.second)
        self._login(self.agent)
        first, second = self._get_rows()
        self.assertIn("Bergmann", first[0])
        self.assertEqual(first[1], "Not started")
        self.assertIn("3,000.00", first[2])
        self.assertIn("Ski Shop", second[0])
        self.assertEqual(second[1], "Started")
        self.assertIn("400.00", second[3])

    def test_the_previous_campaign_counts_where_there_is_one(self):
        previous = self._make_campaign("Autumn", "A25")
        self._sell_last_year(30)
        order = self._sell_last_year(2)
        order.preorder_campaign_id = previous
        self.campaign.previous_campaign_id = previous
        self._login(self.agent)
        self.assertIn("200.00", self._get_rows()[0][2])
        self.assertNotIn("3,000", self._get_rows()[0][2])

    def test_submitted_and_confirmed_forms_are_told_apart(self):
        quotation = self._fill(self.customer)._submit(fields.Datetime.now())
        self._fill(self.second)._submit(fields.Datetime.now())
        quotation.with_context(preorder_inline=True).action_confirm()
        self._login(self.agent)
        self.assertEqual(
            [row[1] for row in self._get_rows()], ["Submitted", "Confirmed"]
        )

    def test_each_link_leads_to_the_customer_s_form(self):
        self._fill(self.second)
        self._login(self.agent)
        page = html.fromstring(self.url_open("/my/preorders/customers").text)
        for url in page.xpath("//main//tbody//a/@href"):
            answer = self.url_open(url)
            self.assertEqual(answer.status_code, 200)
            self.assertIn("You are ordering for", answer.text)

    def test_who_represents_nobody_does_not_find_the_page(self):
        self._login(self.customer)
        self.assertEqual(self.url_open("/my/preorders/customers").status_code, 404)
        new_test_user(self.env, "emma", password="emma-emma", groups="base.group_user")
        self.authenticate("emma", "emma-emma")
        self.assertEqual(self.url_open("/my/preorders/customers").status_code, 404)
        self.authenticate(None, None)
        answer = self.url_open("/my/preorders/customers", allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_a_salesperson_sees_own_customers_here_and_in_the_back_office(self):
        self.customer.partner_id.parent_id.user_id = self.seller
        self.second.partner_id.parent_id.user_id = self.env.ref("base.user_admin")
        self._login(self.seller)
        [row] = self._get_rows()
        self.assertIn("Bergmann", row[0])
        action = self.campaign.with_user(self.seller).action_view_customers()
        [customer] = (
            self.env[action["res_model"]]
            .with_user(self.seller)
            .search(action["domain"])
        )
        self.assertEqual(customer.partner_id, self.customer.partner_id)
        self.assertEqual(customer.status, "0_none")
        self.assertIn(
            f"/for/{self.customer.partner_id.id}", customer.action_open_form()["url"]
        )
        with self.assertRaises(AccessError):
            customer.write({"status": "3_confirmed"})

    def test_all_customers_cost_no_more_queries_than_two(self):
        for number in range(8):
            self._fill(self._make_customer(f"Shop {number}", f"s{number}", self.label))

        def count(customers):
            self.env.flush_all()
            for _time in range(2):
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.campaign.sudo()._get_customer_overview(customers)
            return self.env.cr.sql_log_count - before

        everybody = self.campaign.order_ids.partner_id
        self.assertEqual(len(everybody), 8)
        few, many = count(everybody[:2]), count(everybody)
        self.assertEqual(many, few)
        self.assertLessEqual(many, 20)
