from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import PlanCommon


@tagged("post_install", "-at_install")
class TestPlanDecisions(PlanCommon):
    """The purchaser decides: how much, from whom, when."""

    def _get_ordered(self, plan):
        return plan.purchase_order_ids.order_line.sorted("id").mapped("product_qty")

    def _decide(self, line, quantity, reason="Fair in Oslo"):
        line.write({"quantity_to_order": quantity, "decision_reason": reason})

    # Another quantity

    def test_another_quantity_needs_a_reason(self):
        self._sell({self.cap: 10})
        line = self._get_line(self._make_plan())
        with self.assertRaisesRegex(UserError, "Say in the column Reason"):
            line.quantity_to_order = 15
        self._decide(line, 15)
        self.assertEqual((line.quantity_to_order, line.quantity_suggested), (15, 10))

    def test_a_quantity_below_zero_is_refused(self):
        self._sell({self.cap: 10})
        line = self._get_line(self._make_plan())
        with self.assertRaisesRegex(UserError, "negative"):
            self._decide(line, -1)

    def test_a_decision_stands_on_the_second_click(self):
        self._sell({self.cap: 10})
        plan = self._make_plan()
        line = self._get_line(plan)
        self._decide(line, 15)
        plan.action_create_purchase_orders()
        with self.assertRaisesRegex(UserError, "Nothing to order"):
            plan.action_create_purchase_orders()
        plan.action_update()
        self.assertEqual(self._get_ordered(plan), [15])
        self.assertEqual((line.quantity_to_order, line.quantity_too_high), (0, 0))
        self.assertTrue(line.is_decided)

    def test_less_than_suggested_is_not_ordered_behind_the_purchaser_s_back(self):
        self._sell({self.cap: 10})
        plan = self._make_plan()
        self._decide(self._get_line(plan), 4)
        plan.action_create_purchase_orders()
        with self.assertRaisesRegex(UserError, "Nothing to order"):
            plan.action_create_purchase_orders()
        self.assertEqual(self._get_ordered(plan), [4])
        self.assertEqual(self._get_line(plan).quantity_missing, 6)

    def test_when_the_demand_has_changed_the_plan_asks(self):
        self._sell({self.cap: 10})
        plan = self._make_plan()
        line = self._get_line(plan)
        self._decide(line, 15)
        self.assertFalse(line.is_decision_outdated)
        self._sell({self.cap: 20}, user=self.second_customer)
        plan.action_update()
        self.assertTrue(line.is_decision_outdated)
        self.assertEqual(plan.outdated_count, 1)
        self.assertEqual((line.quantity_to_order, line.quantity_suggested), (15, 30))
        plan.action_keep_decisions()
        self.assertFalse(line.is_decision_outdated)
        self.assertEqual((plan.outdated_count, line.quantity_to_order), (0, 15))

    def test_the_suggestion_can_be_taken_instead(self):
        self._sell({self.cap: 10})
        plan = self._make_plan()
        line = self._get_line(plan)
        self._decide(line, 15)
        self._sell({self.cap: 20}, user=self.second_customer)
        plan.action_update()
        plan.action_take_suggestions()
        self.assertEqual((line.quantity_to_order, line.is_decided), (30, False))
        self.assertFalse(line.decision_reason)

    def test_writing_the_suggested_quantity_gives_up_a_decision(self):
        self._sell({self.cap: 10})
        line = self._get_line(self._make_plan())
        self._decide(line, 15)
        line.quantity_to_order = 10
        self.assertFalse(line.is_decided)

    # Too much on order

    def test_what_customers_cancel_is_lowered_on_the_request(self):
        # odoo #24185, openfoodnetwork #1034: a cancellation never reached the
        # supplier's order.
        self._sell({self.cap: 10})
        cancelled = self._sell({self.cap: 20}, user=self.second_customer)
        plan = self._make_plan()
        plan.action_create_purchase_orders()
        cancelled.with_context(disable_cancel_warning=True).action_cancel()
        plan.action_update()
        line = self._get_line(plan)
        self.assertEqual((line.quantity_too_high, plan.too_high_count), (20, 1))
        plan.action_lower_too_high()
        self.assertEqual(self._get_ordered(plan), [10])
        self.assertEqual((line.quantity_too_high, line.quantity_to_order), (0, 0))

    def test_a_request_of_which_nothing_is_wanted_is_cancelled(self):
        cancelled = self._sell({self.cap: 20})
        plan = self._make_plan()
        plan.action_create_purchase_orders()
        cancelled.with_context(disable_cancel_warning=True).action_cancel()
        plan.action_lower_too_high()
        self.assertEqual(plan.purchase_order_ids.state, "cancel")
        self.assertFalse(sum(plan.line_ids.mapped("quantity_ordered")))

    def test_what_is_confirmed_stays_and_the_purchaser_is_told(self):
        cancelled = self._sell({self.cap: 20})
        plan = self._make_plan()
        plan.action_create_purchase_orders()
        plan.purchase_order_ids.button_confirm()
        cancelled.with_context(disable_cancel_warning=True).action_cancel()
        with self.assertRaisesRegex(UserError, plan.purchase_order_ids.name):
            plan.action_lower_too_high()
        self.assertEqual(self._get_ordered(plan), [20])

    def test_of_what_is_partly_confirmed_only_the_request_is_lowered(self):
        first = self._sell({self.cap: 20})
        plan = self._make_plan()
        plan.action_create_purchase_orders()
        plan.purchase_order_ids.button_confirm()
        second = self._sell({self.cap: 5}, user=self.second_customer)
        plan.action_create_purchase_orders()
        (first | second).with_context(disable_cancel_warning=True).action_cancel()
        plan.action_lower_too_high()
        self.assertEqual(
            plan.purchase_order_ids.sorted("id").mapped("state"), ["purchase", "cancel"]
        )
        self.assertEqual(self._get_line(plan).quantity_too_high, 20)
        confirmed = plan.purchase_order_ids.sorted("id")[0].name
        self.assertIn(f"{confirmed} are confirmed", plan.message_ids[0].body)

    def test_what_was_rounded_up_is_not_too_high(self):
        self.cap.seller_ids.order_multiple = 12
        self._sell({self.cap: 10})
        cancelled = self._sell({self.cap: 1}, user=self.second_customer)
        plan = self._make_plan()
        plan.action_create_purchase_orders()
        cancelled.with_context(disable_cancel_warning=True).action_cancel()
        plan.action_update()
        self.assertEqual(self._get_ordered(plan), [12])
        self.assertEqual(self._get_line(plan).quantity_too_high, 0)

    # After more sales

    def test_more_is_added_to_the_open_request_by_choice(self):
        self.cap.seller_ids.order_multiple = 12
        self._sell({self.cap: 10})
        plan = self._make_plan(on_more="add")
        plan.action_create_purchase_orders()
        self._sell({self.cap: 8}, user=self.second_customer)
        plan.action_create_purchase_orders()
        self.assertEqual(self._get_ordered(plan), [24])

    def test_more_goes_into_a_new_request_once_the_first_is_confirmed(self):
        self._sell({self.cap: 10})
        plan = self._make_plan(on_more="add")
        plan.action_create_purchase_orders()
        plan.purchase_order_ids.button_confirm()
        self._sell({self.cap: 8}, user=self.second_customer)
        plan.action_create_purchase_orders()
        self.assertEqual(self._get_ordered(plan), [10, 8])
        self.assertEqual(len(plan.purchase_order_ids), 2)

    def test_more_goes_into_a_new_request_by_choice(self):
        self._sell({self.cap: 10})
        plan = self._make_plan(on_more="new")
        plan.action_create_purchase_orders()
        self._sell({self.cap: 8}, user=self.second_customer)
        plan.action_create_purchase_orders()
        self.assertEqual(len(plan.purchase_order_ids), 2)

    def test_another_product_is_added_to_the_supplier_s_open_request(self):
        scarf = self._make_product("Scarf", (0, 4.0))
        self._sell({self.cap: 10})
        plan = self._make_plan(on_more="add")
        plan.action_create_purchase_orders()
        self._sell({scarf: 6}, user=self.second_customer)
        plan.action_create_purchase_orders()
        self.assertEqual(len(plan.purchase_order_ids), 1)
        self.assertEqual(self._get_ordered(plan), [10, 6])

    # From whom

    def test_the_purchaser_chooses_another_supplier_and_its_price_applies(self):
        self._add_price(self.cap, self.metals, price=12.0, sequence=9)
        self._sell({self.cap: 10})
        plan = self._make_plan()
        line = self._get_line(plan)
        self.assertEqual((line.partner_id, line.price), (self.textiles, 10))
        line.partner_id = self.metals
        plan.action_update()
        self.assertEqual((line.partner_id, line.price), (self.metals, 12))
        plan.action_create_purchase_orders()
        self.assertEqual(plan.purchase_order_ids.partner_id, self.metals)
        line.action_choose_supplier_as_usual()
        self.assertEqual(line.partner_id, self.textiles)

    def test_a_supplier_without_a_price_is_named_and_can_be_asked_for_one(self):
        self._sell({self.cap: 10})
        plan = self._make_plan()
        line = self._get_line(plan)
        line.partner_id = self.metals
        self.assertEqual(line.problem, "no_price")
        plan.action_create_purchase_orders()
        self.assertEqual(plan.purchase_order_ids.partner_id, self.metals)

    def test_a_part_is_bought_from_another_supplier(self):
        self._add_price(self.cap, self.metals, price=12.0, sequence=9)
        self._sell({self.cap: 30})
        plan = self._make_plan()
        line = self._get_line(plan)
        wizard = Form(
            self.env["preorder.purchase.plan.split"].with_context(
                default_line_id=line.id
            )
        )
        wizard.partner_id = self.metals
        wizard.quantity = 12
        wizard.save().action_split()
        self.assertEqual(line.quantity_to_order, 18)
        self.assertEqual(line.split_ids.quantity_to_order, 12)
        plan.action_create_purchase_orders()
        orders = plan.purchase_order_ids.grouped("partner_id")
        self.assertEqual(orders[self.textiles].order_line.product_qty, 18)
        self.assertEqual(orders[self.metals].order_line.product_qty, 12)
        with self.assertRaisesRegex(UserError, "Nothing to order"):
            plan.action_create_purchase_orders()

    def test_more_sales_go_to_the_main_supplier(self):
        self._sell({self.cap: 30})
        plan = self._make_plan()
        line = self._get_line(plan)
        split = line._split(self.metals, 12)
        self._sell({self.cap: 10}, user=self.second_customer)
        plan.action_update()
        self.assertEqual((line.quantity_to_order, split.quantity_to_order), (28, 12))

    def test_when_less_is_wanted_than_the_split_its_part_shrinks(self):
        cancelled = self._sell({self.cap: 20})
        self._sell({self.cap: 8}, user=self.second_customer)
        plan = self._make_plan()
        line = self._get_line(plan)
        split = line._split(self.metals, 12)
        cancelled.with_context(disable_cancel_warning=True).action_cancel()
        plan.action_update()
        self.assertEqual((line.quantity_to_order, split.quantity_to_order), (0, 8))

    def test_what_is_taken_from_stock_is_split_no_more(self):
        self._stock(25)
        self._sell({self.cap: 30})
        plan = self._make_plan(use_stock=True)
        with self.assertRaisesRegex(UserError, "Between 0 and 5"):
            self._get_line(plan)._split(self.metals, 12)
        with self.assertRaisesRegex(UserError, "anyway"):
            self._get_line(plan)._split(self.textiles, 2)

    # Extra pieces, chances, weeks

    def test_a_share_of_the_demand_is_bought_for_stock(self):
        self._sell({self.cap: 30})
        plan = self._make_plan(extra_percent=5)
        line = self._get_line(plan)
        self.assertEqual((line.quantity_extra, line.quantity_to_order), (2, 32))
        line.quantity_extra = 7
        plan.action_update()
        self.assertEqual(line.quantity_to_order, 37)
        line.quantity_extra = 0
        plan.action_update()
        self.assertEqual(line.quantity_extra, 2)

    def test_extra_pieces_by_hand_stay_when_customers_cancel(self):
        cancelled = self._sell({self.cap: 30})
        plan = self._make_plan()
        self._get_line(plan).quantity_extra = 7
        cancelled.with_context(disable_cancel_warning=True).action_cancel()
        plan.action_update()
        self.assertEqual(self._get_line(plan).quantity_to_order, 7)

    def test_what_is_only_probable_counts_by_its_chance(self):
        self._sell({self.cap: 10})
        self._quote({self.cap: 5}, user=self.second_customer)
        third = self._make_customer("Third", "third", self.label)
        self._save({self.cap: 9}, user=third)
        plan = self._make_plan()
        line = self._get_line(plan)
        self.assertEqual((line.quantity_quoted, line.quantity_started), (5, 9))
        self.assertEqual(line.quantity_to_order, 10)
        plan.write({"count_quoted": True, "quoted_chance": 50})
        self.assertEqual(line.quantity_to_order, 13)
        plan.write({"count_started": True, "started_chance": 10})
        self.assertEqual(line.quantity_to_order, 14)

    def test_weeks_are_requested_apart(self):
        for user, day in (
            (self.customer, "2026-08-05"),
            (self.second_customer, "2026-09-09"),
        ):
            order = self._quote({self.cap: 10}, user=user)
            order.commitment_date = f"{day} 10:00:00"
            order.action_confirm()
        plan = self._make_plan(by_week=True)
        self.assertEqual(
            [str(line.week) for line in plan.line_ids.sorted("week")],
            ["2026-08-03", "2026-09-07"],
        )
        plan.action_create_purchase_orders()
        self.assertEqual(len(plan.purchase_order_ids), 2)
        self.assertTrue(
            all("week of" in order.origin for order in plan.purchase_order_ids)
        )
        with self.assertRaises(ValidationError):
            plan.by_week = False

    # Money and dates

    def test_a_supplier_in_another_currency_is_asked_in_it(self):
        currency = self.env["res.currency"].create(
            {"name": "KRO", "symbol": "kr", "rounding": 0.01}
        )
        self.cap.seller_ids.currency_id = currency
        self._sell({self.cap: 10})
        plan = self._make_plan()
        line = self._get_line(plan)
        self.assertEqual(line.problem, "no_rate")
        with self.assertRaisesRegex(UserError, "no exchange rate for KRO"):
            plan.action_create_purchase_orders()
        currency.rate_ids = [
            fields.Command.create(
                {"name": "2020-01-01", "rate": 4.0, "company_id": self.company.id}
            )
        ]
        plan.action_update()
        self.assertFalse(line.problem)
        self.assertEqual((line.amount, line.amount_company), (100, 25))
        plan.action_create_purchase_orders()
        order = plan.purchase_order_ids
        self.assertEqual((order.currency_id, order.amount_untaxed), (currency, 100))

    def test_what_is_missing_to_a_supplier_s_minimum_order_is_told(self):
        # foodsoft #858: below the supplier's minimum at the close, and nobody knew.
        self.textiles.purchase_minimum_amount = 150
        self._sell({self.cap: 10})
        plan = self._make_plan()
        supplier = plan.supplier_ids
        self.assertEqual(
            (
                supplier.amount_to_order,
                supplier.amount_minimum,
                supplier.amount_lacking,
            ),
            (100, 150, 50),
        )
        self._get_line(plan).quantity_extra = 8
        plan.action_update()
        supplier.invalidate_recordset()
        self.assertEqual((supplier.amount_to_order, supplier.amount_lacking), (180, 0))

    def _request_for(self, days):
        """A request's line for what a customer wants in so many days."""
        order = self._quote({self.cap: 10})
        order.commitment_date = fields.Datetime.now() + timedelta(days=days)
        order.action_confirm()
        plan = self._make_plan()
        plan.action_create_purchase_orders()
        return self._get_line(plan).purchase_line_ids

    def test_goods_are_expected_when_customers_want_them(self):
        line = self._request_for(days=200)
        day = line.preorder_plan_line_id.date_needed
        self.assertEqual(line.date_planned.date(), day)
        self.assertEqual(line.order_id.date_planned.date(), day)
        line.product_qty += 1
        self.assertEqual(line.date_planned.date(), day)

    def test_goods_are_not_expected_sooner_than_the_supplier_can(self):
        line = self._request_for(days=10)
        self.assertEqual(
            line.date_planned, line.order_id.date_order + timedelta(days=30)
        )

    def test_it_is_ordered_by_the_day_that_the_lead_time_asks_for(self):
        today = fields.Date.context_today(self.campaign)
        order = self._quote({self.cap: 10})
        order.commitment_date = fields.Datetime.now() + timedelta(days=40)
        order.action_confirm()
        plan = self._make_plan()
        line = self._get_line(plan)
        self.assertEqual(line.date_order_latest, today + timedelta(days=10))
        self.assertFalse(line.is_late)
        self.campaign.supplier_expire_date = today + timedelta(days=3)
        plan.action_update()
        self.assertEqual(line.date_order_latest, today + timedelta(days=3))
        self.campaign.supplier_expire_date = today - timedelta(days=1)
        plan.action_update()
        self.assertEqual((line.is_late, plan.late_count), (True, 1))
        plan.action_create_purchase_orders()
        self.assertEqual((line.is_late, plan.late_count), (False, 0))
