from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from odoo import fields
from odoo.fields import Command
from odoo.tests import BaseCase, new_test_user, tagged
from odoo.tools import mute_logger

from .. import reorder
from .common import PreorderHttpCommon

_QUANTITIES = st.dictionaries(
    st.integers(1, 8), st.integers(0, 50).map(float), max_size=8
)


@tagged("post_install", "-at_install")
class TestReorderRules(BaseCase):
    """What an earlier order becomes, without a database."""

    def test_a_replaced_product_becomes_its_successor_or_stays_itself(self):
        def get(**values):
            [item] = reorder.propose({1: 5.0}, present={2: 3.0}, **values)
            return item.target, item.present

        both = {"on_sale": {1, 2}, "successors": {1: 2}}
        self.assertEqual(get(**both), (2, 3.0))
        self.assertEqual(get(**both, with_successors=False), (1, 0.0))
        self.assertEqual(get(on_sale={1}, successors={1: 2}), (1, 0.0))
        self.assertEqual(get(on_sale={3}, successors={1: 2}), (None, 0.0))

    @given(_QUANTITIES, _QUANTITIES, st.sampled_from(reorder.MODES))
    def test_nothing_in_the_form_is_lost_unless_it_is_replaced(
        self, ordered, present, mode
    ):
        successors = {7: 8}
        on_sale = {1, 2, 3, 8}
        items = reorder.propose(
            ordered, on_sale=on_sale, successors=successors, present=present
        )
        changes = reorder.get_changes(items, mode, present)
        after = {**present, **changes}
        for product in range(1, 9):
            sources = [
                source
                for source in range(1, 9)
                if (8 if source in (7, 8) else source) == product
            ]
            wanted = sum(ordered.get(source, 0) for source in sources)
            there = present.get(product, 0)
            if product not in on_sale or not wanted:
                expected = there
            elif mode == "add":
                expected = there + wanted
            elif mode == "empty":
                expected = there or wanted
            else:
                expected = wanted
            self.assertEqual(after.get(product, 0), expected, (product, mode))


@tagged("post_install", "-at_install")
class TestReorder(PreorderHttpCommon):
    """Ordering again from an old form or order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.small, cls.medium, cls.large = cls.jacket.product_variant_ids[:3]
        cls.flask = cls.bottle.product_variant_id
        now = fields.Datetime.now()
        cls.old = cls._make_campaign(
            "Autumn",
            "A25",
            state="open",
            date_start=now - timedelta(days=400),
            date_end=now + timedelta(days=1),
        )
        result = cls._fill_old(cls, {cls.small: 3, cls.medium: 5, cls.flask: 7})
        cls.form = cls.env["preorder.order"].browse(result["form"])
        cls.old.date_end = now - timedelta(days=300)

    def _fill_old(self, quantities):
        return PreorderHttpCommon._save(
            self,
            quantities,
            user=self.customer,
            campaign=self.old.with_context(preorder_now=None),
            now=fields.Datetime.now(),
        )

    def _get_url(self, query=""):
        return f"/preorder/form/{self.form.id}/again{query}"

    def _post(self, status=200, url=None, **values):
        page = self.url_open(url or self._get_url())
        tokens = html.fromstring(page.text).xpath("//form[.//input[@name='batch']]")
        data = dict(tokens[0].form_values()) if tokens else {}
        answer = self.url_open(url or self._get_url(), data={**data, **values})
        self.assertEqual(answer.status_code, status)
        return answer.text, {**data, **values}

    def _get_current(self):
        order = self.env["preorder.order"]._find_current(
            self.campaign, self.customer.partner_id
        )
        return {line.product_id: line.quantity for line in order.line_ids}

    def test_an_old_form_fills_a_form_that_is_not_begun(self):
        self._login(self.customer)
        page, _data = self._post()
        self.assertIn("3 quantities are in the order form", page)
        self.assertEqual(
            self._get_current(), {self.small: 3, self.medium: 5, self.flask: 7}
        )

    def test_looking_changes_nothing(self):
        self._login(self.customer)
        page = self.url_open(self._get_url())
        self.assertEqual(page.status_code, 200)
        self.assertIn("Parka", page.text)
        self.assertFalse(self._get_current())

    def test_what_is_in_the_form_is_kept_added_to_or_replaced_by_choice(self):
        self._login(self.customer)
        for mode, expected in (("empty", 10), ("add", 13), ("replace", 3)):
            with self.subTest(mode=mode):
                self._save(
                    {self.small: (10, 9), self.large: (1, 9)},
                    campaign=self.campaign.with_context(preorder_now=None),
                    now=fields.Datetime.now(),
                )
                self._post(mode=mode)
                current = self._get_current()
                self.assertEqual(current[self.small], expected)
                self.assertEqual(current[self.large], 1)

    def test_sending_the_page_twice_adds_once(self):
        self._login(self.customer)
        self._save_online({self.small: 10})
        _page, data = self._post(mode="add")
        self.assertEqual(self._get_current()[self.small], 13)
        self.url_open(self._get_url(), data=data)
        self.assertEqual(self._get_current()[self.small], 13)

    def test_what_is_gone_is_named_and_successors_are_offered(self):
        self.flask.preorder_replaced_by_id = self.large
        self.small.active = False
        self._login(self.customer)
        page = self.url_open(self._get_url()).text
        self.assertIn("Not on sale in this campaign", page)
        self.assertIn("replaced by", page)
        self._post()
        self.assertEqual(self._get_current(), {self.medium: 5, self.large: 7})

    def test_successors_can_be_left_out(self):
        self.flask.preorder_replaced_by_id = self.large
        self._login(self.customer)
        self._post(successors="0")
        self.assertEqual(
            self._get_current(), {self.small: 3, self.medium: 5, self.flask: 7}
        )

    def test_of_several_campaigns_the_customer_chooses(self):
        now = fields.Datetime.now()
        other = self._make_campaign(
            "Sale",
            "S26",
            kind="outlet",
            state="open",
            date_start=now - timedelta(days=1),
            date_end=now + timedelta(days=1),
        )
        self._login(self.customer)
        page = self.url_open(self._get_url()).text
        self.assertIn(f"{self._get_url()}?campaign={other.id}", page)
        self._post(url=self._get_url(f"?campaign={other.id}"))
        form = self.env["preorder.order"]._find_current(other, self.customer.partner_id)
        self.assertEqual(len(form.line_ids), 3)

    def test_a_submitted_form_is_not_changed_and_the_page_says_why(self):
        self._login(self.customer)
        result, _error = self._save_online({self.small: 10})
        self._get_form(result)._submit(fields.Datetime.now())
        page, _data = self._post()
        self.assertIn("is submitted", page)
        self.assertEqual(self._get_current(), {self.small: 10})

    def test_without_a_running_campaign_there_is_nothing_to_do(self):
        self.campaign.date_end = fields.Datetime.now() - timedelta(minutes=1)
        self._login(self.customer)
        self.assertIn("No campaign is open", self.url_open(self._get_url()).text)

    def test_a_colleague_fills_its_own_form_from_another_s(self):
        colleague = self._make_login(
            "Colleague", "colleague", self.customer.partner_id.parent_id
        )
        self._login(colleague)
        self._post()
        self.assertFalse(self._get_current())
        form = self.env["preorder.order"]._find_current(
            self.campaign, colleague.partner_id
        )
        self.assertEqual(len(form.line_ids), 3)
        self.customer.partner_id.parent_id.preorder_own_forms_only = True
        self.assertEqual(self.url_open(self._get_url()).status_code, 404)

    def test_an_agent_orders_again_for_its_customer(self):
        agency = self.env["res.partner"].create({"name": "Agency", "is_company": True})
        agent = self._make_login("Agent", "agent", agency)
        self._login(agent)
        self.assertEqual(self.url_open(self._get_url()).status_code, 404)
        self.customer.partner_id.parent_id.preorder_agent_ids = agent.partner_id
        page = self.url_open(self._get_url()).text
        self.assertIn("You are ordering for", page)
        self._post()
        self.assertEqual(self._get_current()[self.flask], 7)
        lines = self.campaign.order_ids.line_ids
        self.assertEqual(set(lines.mapped("channel")), {"representative"})

    def test_strangers_visitors_and_malformed_requests_get_nothing(self):
        self._login(self.outsider)
        self.assertEqual(self.url_open(self._get_url()).status_code, 404)
        self.authenticate(None, None)
        answer = self.url_open(self._get_url(), allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])
        self._login(self.customer)
        with mute_logger("odoo.http"):
            self._post(400, mode="nonsense")
            self._post(400, batch="x")

    def _make_order(self, **values):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.partner_id.id,
                "order_line": [
                    Command.create({"product_id": self.small.id, "product_uom_qty": 2}),
                    Command.create({"display_type": "line_note", "name": "Thanks"}),
                ],
                **values,
            }
        )
        order.action_confirm()
        return order

    def test_an_ordinary_order_is_ordered_again_too(self):
        order = self._make_order()
        url = f"/my/orders/{order.id}/preorder/again"
        self._login(self.customer)
        self.assertIn(url, self.url_open(f"/my/orders/{order.id}").text)
        self._post(url=url)
        self.assertEqual(self._get_current(), {self.small: 2})
        self._login(self.outsider)
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_a_salesperson_orders_again_for_the_order_s_customer(self):
        order = self._make_order()
        seller = new_test_user(
            self.env,
            "sally",
            groups="base.group_user,sales_team.group_sale_salesman_all_leads",
            password="sally",
        )
        self._login(seller)
        self._post(url=f"/my/orders/{order.id}/preorder/again")
        self.assertEqual(self._get_current(), {self.small: 2})
