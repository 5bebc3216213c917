from datetime import date, timedelta

from lxml import html

from odoo import fields
from odoo.tests import new_test_user, tagged

from .common import PreorderHttpCommon


@tagged("post_install", "-at_install")
class TestMyPreorders(PreorderHttpCommon):
    """The customer's list of order forms in the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parka = cls.jacket.product_variant_ids[0]
        cls.colleague = cls._make_login(
            "Colleague", "colleague", cls.customer.partner_id.parent_id
        )

    def _open(self, query="", status=200):
        answer = self.url_open(f"/my/preorders{query}")

        self.assertEqual(answer.status_code, status)
        return answer.text

    def _get_statuses(self, query=""):
        page = html.fromstring(self._open(query))
        return [
            " ".join(badge.text_content().split())
            for badge in page.find_class("o_preorder_status")
        ]

    def _fill(self, user=None, quantity=4, **values):
        result = self._save(
            {self.parka: quantity},
            user=user,
            now=fields.Datetime.now(),
            campaign=self.campaign.with_context(preorder_now=None),
            **values,
        )
        return (
            self.env["preorder.order"]
            .browse(result["form"])
            .with_context(preorder_now=None)
        )

    def _submit(self, form):
        return form.sudo()._submit(fields.Datetime.now())

    def test_a_visitor_signs_in_first(self):
        answer = self.url_open("/my/preorders", allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_a_customer_without_forms_is_led_to_the_campaigns(self):
        self._login(self.customer)
        self.assertIn("/preorder", self._open())
        self.assertFalse(self._get_statuses())

    def test_a_form_is_followed_from_the_first_cell_to_the_signature(self):
        form = self._fill()
        self._login(self.customer)
        page = self._open()
        self.assertIn(form.name, page)
        self.assertIn("400.00", page)
        self.assertRegex(page, r"\d+ days left")
        self.assertEqual(self._get_statuses(), ["Being filled"])
        quotation = self._submit(form)
        self.assertEqual(self._get_statuses(), ["To sign and pay"])
        self.assertIn(f"/my/orders/{quotation.id}", self._open())
        self.assertIn("to be prepaid", self._open())
        quotation.write({"require_payment": False})
        self.assertEqual(self._get_statuses(), ["To sign"])
        quotation.validity_date = fields.Date.today() - timedelta(days=1)
        self.assertEqual(self._get_statuses(), ["Quotation expired"])

    def test_what_the_office_reviews_first_is_with_the_office(self):
        self.campaign.review_required = True
        self._submit(self._fill())
        self._login(self.customer)
        self.assertEqual(self._get_statuses(), ["With our office for review"])

    def test_goods_that_are_here_in_part_are_not_called_released(self):
        quotation = self._submit(self._fill())
        quotation.with_context(preorder_inline=True).action_confirm()
        quotation.require_payment = False
        picking = quotation.picking_ids
        self.env["stock.quant"]._update_available_quantity(
            self.parka, picking.location_id, 1
        )
        picking.action_assign()
        self.assertEqual(picking.state, "assigned")
        self._login(self.customer)
        self.assertEqual(self._get_statuses(), ["Goods are here in part"])
        page = self.url_open(quotation.get_portal_url()).text
        self.assertIn("Part of your goods is here", page)

    def test_deliveries_are_followed_to_the_tracking_link(self):
        quotation = self._submit(self._fill())
        quotation.with_context(preorder_inline=True).action_confirm()
        self._login(self.customer)
        both = "Confirmed, waiting for goods and payment"
        self.assertEqual(self._get_statuses(), [both])
        quotation.require_payment = False
        self.assertEqual(self._get_statuses(), ["Confirmed, waiting for goods"])
        quotation.require_payment = True
        picking = quotation.picking_ids
        self.env["stock.quant"]._update_available_quantity(
            self.parka, picking.location_id, 4
        )
        picking.action_assign()
        self.assertEqual(self._get_statuses(), ["Goods are here, waiting for payment"])
        page = self.url_open(quotation.get_portal_url()).text
        self.assertIn("They leave as soon as", page)
        quotation.require_payment = False
        self.assertEqual(self._get_statuses(), ["Released for delivery"])
        picking.carrier_tracking_ref = "NO-4711"
        picking.move_ids.write({"picked": True, "quantity": 4})
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self._get_statuses(), ["On its way"])
        self.assertIn("NO-4711", self._open())
        self.assertIn(f"/my/picking/pdf/{picking.id}", self._open())
        picking.date_done -= timedelta(days=30)
        self.assertEqual(self._get_statuses(), ["Delivered"])

    def test_the_week_in_which_goods_are_promised_is_shown(self):
        order = self._submit(self._fill())
        order.with_context(preorder_inline=True).action_confirm()
        order.order_line._set_promised_dates({order.order_line.id: date(2027, 3, 17)})
        self._login(self.customer)
        self.assertIn("week 11 of 2027", self._open())
        page = self.url_open(f"/my/orders/{order.id}").text
        self.assertRegex(page, r"week 11 of 2027\s*: 4\s+pieces")

    def test_invoices_and_what_is_left_to_pay_are_shown(self):
        quotation = self._submit(self._fill())
        quotation.with_context(preorder_inline=True).action_confirm()
        quotation.order_line.qty_delivered = 4
        invoice = quotation._create_invoices()
        self._login(self.customer)
        self.assertIn("Not invoiced yet", self._open())
        invoice.action_post()
        page = self._open()
        self.assertIn("484.00", page)
        self.assertIn("to be paid", page)
        self.assertIn(f"/my/invoices/{invoice.id}", page)

    def test_colleagues_see_whose_a_form_is_and_continue_it(self):
        form = self._fill()
        self._login(self.colleague)
        page = self._open()
        self.assertIn(form.name, page)
        self.assertIn("Buyer of Bergmann Sport", page)
        self.assertEqual(self._get_statuses("?filterby=mine"), [])
        self._login(self.customer)
        self.assertNotIn("For <strong", self._open())

    def test_a_company_may_keep_its_people_s_forms_apart(self):
        self._fill()
        self.customer.partner_id.parent_id.preorder_own_forms_only = True
        self._login(self.colleague)
        self.assertEqual(self._get_statuses(), [])

    def test_another_customer_and_an_employee_see_none_of_it(self):
        form = self._fill()
        self._login(self.outsider)
        self.assertNotIn(form.name, self._open())
        new_test_user(self.env, "emma", password="emma-emma", groups="base.group_user")
        self.authenticate("emma", "emma-emma")
        self.assertNotIn(form.name, self._open())

    def test_an_agent_sees_the_forms_of_its_customers_and_no_quotation(self):
        agency = self.env["res.partner"].create({"name": "Agency", "is_company": True})
        agent = self._make_login("Agent", "agent", agency)
        self.customer.partner_id.parent_id.preorder_agent_ids = agent.partner_id
        quotation = self._submit(self._fill())
        self._login(agent)
        page = self._open()
        self.assertIn("Buyer of Bergmann Sport", page)
        self.assertNotIn(f"/my/orders/{quotation.id}", page)

    def test_a_form_of_a_campaign_that_is_called_off_stays_in_the_list(self):
        form = self._fill()
        form.action_cancel()
        self.campaign._set_state("cancelled")
        self._login(self.customer)
        page = self._open()
        self.assertIn(form.name, page)
        self.assertNotIn(f"/preorder/form/{form.id}", page)
        self.assertEqual(self._get_statuses(), ["Cancelled"])

    def test_the_list_is_filtered_sorted_and_paged(self):
        self.campaign.allow_multiple_forms = True
        for number in range(22):
            form = self._fill(quantity=number + 1)
            if number < 21:
                self._submit(form)
        self._login(self.customer)
        self.assertEqual(len(self._get_statuses()), 20)
        self.assertEqual(len(self._get_statuses("/page/2")), 2)
        self.assertEqual(
            self._get_statuses("?filterby=filling&sortby=state"), ["Being filled"]
        )
        self.assertEqual(len(self._get_statuses("?filterby=nonsense&sortby=x")), 20)

    def test_a_page_costs_the_same_number_of_queries_for_two_forms_and_for_twelve(
        self,
    ):
        self.campaign.allow_multiple_forms = True
        website = self.env["website"].search([], limit=1)

        def count(orders):
            self.env.flush_all()
            self.env.invalidate_all()
            self.env["preorder.order"].browse(orders.ids).with_context(
                preorder_now=fields.Datetime.now()
            ).sudo()._get_portal_rows(self.customer, website)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["preorder.order"].browse(orders.ids).with_context(
                preorder_now=fields.Datetime.now()
            ).sudo()._get_portal_rows(self.customer, website)
            return self.env.cr.sql_log_count - before

        orders = self.env["preorder.order"]
        others = [self.colleague] + [
            self._make_login(f"P{n}", f"p{n}", self.customer.partner_id.parent_id)
            for n in range(5)
        ]
        for user in others:
            form = self._fill(user)
            quotation = self._submit(form)
            quotation.with_context(preorder_inline=True).action_confirm()
            orders |= form | self._fill(user)
        few = count(orders[:2])
        many = count(orders)
        self.assertEqual(many, few)
        self.assertLessEqual(many, 27)

    def test_the_portal_s_home_counts_forms_and_those_to_submit(self):
        self._fill()
        self._login(self.customer)
        self.assertIn("/my/preorders", self.url_open("/my/home").text)
        result, _error = self._call(
            "/my/counters", counters=["preorder_count", "preorder_draft_count"]
        )
        self.assertEqual(result["preorder_count"], 1)
        self.assertEqual(result["preorder_draft_count"], 1)
        self._login(self.outsider)
        result, _error = self._call("/my/counters", counters=["preorder_count"])
        self.assertEqual(result["preorder_count"], 0)
