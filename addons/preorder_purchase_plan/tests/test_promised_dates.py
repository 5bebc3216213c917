from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .promised import PromisedCommon

MARCH, APRIL = date(2027, 3, 1), date(2027, 4, 15)


@tagged("post_install", "-at_install")
class TestPromisedDates(PromisedCommon):
    """Promised dates follow what is bought; customers hear of changes when told."""

    # Promised dates

    def test_without_a_purchase_nothing_is_promised(self):
        order = self._order({self.parka: 5})
        self._promise()
        self.assertEqual(self._get_dates(order), [[False]])
        self._buy({self.parka: 5}, MARCH, confirm=False)
        self._promise()
        self.assertEqual(self._get_dates(order), [[False]])

    def test_a_confirmed_purchase_promises_its_date(self):
        order = self._order({self.parka: 5})
        self._buy({self.parka: 5}, date(2027, 3, 20))
        self.assertEqual(self._get_dates(order), [[date(2027, 3, 20)]])
        self.assertEqual(order.preorder_promised_date, date(2027, 3, 20))
        move = order.picking_ids.move_ids
        self.assertEqual(move.date.date(), date(2027, 3, 20))
        self.assertEqual(order.picking_ids.scheduled_date.date(), date(2027, 3, 20))

    def test_what_was_agreed_with_the_customer_stays_the_deadline(self):
        order = self._order({self.parka: 5})
        before = order.picking_ids.move_ids.date_deadline
        self._buy({self.parka: 5}, date(2027, 5, 20))
        self.assertEqual(order.picking_ids.move_ids.date_deadline, before)
        self.assertEqual(order.picking_ids.move_ids.date.date(), date(2027, 5, 20))

    def test_nothing_is_promised_before_it_is_wanted(self):
        order = self._order({self.parka: 5})
        self._buy({self.parka: 5}, date(2027, 1, 10))
        self.assertEqual(self._get_dates(order), [[MARCH]])
        self.assertEqual(order.picking_ids.move_ids.date.date(), MARCH)

    def test_who_confirmed_first_gets_what_comes_first(self):
        first = self._order({self.parka: 5})
        second = self._order({self.parka: 5}, user=self.other_customer)
        first.date_order, second.date_order = (
            datetime(2026, 2, 1),
            datetime(2026, 1, 1),
        )
        self._buy({self.parka: 6}, date(2027, 3, 10))
        self.assertEqual(self._get_dates(first, second), [[False], [date(2027, 3, 10)]])
        self._buy({self.parka: 4}, date(2027, 4, 20))
        self.assertEqual(
            self._get_dates(first, second), [[date(2027, 4, 20)], [date(2027, 3, 10)]]
        )

    def test_the_security_lead_time_comes_on_top_and_the_goods_leave_before(self):
        self.company.security_lead = 3
        order = self._order({self.parka: 5})
        self._buy({self.parka: 5}, date(2027, 3, 20))
        self.assertEqual(self._get_dates(order), [[date(2027, 3, 23)]])
        self.assertEqual(order.picking_ids.move_ids.date.date(), date(2027, 3, 20))

    def test_dates_follow_the_purchase_when_it_is_postponed_reduced_or_cancelled(self):
        order = self._order({self.parka: 5})
        purchase = self._buy({self.parka: 5}, date(2027, 3, 20))
        purchase.order_line.date_planned = datetime(2027, 4, 2, 12)
        self._promise()
        self.assertEqual(self._get_dates(order), [[date(2027, 4, 2)]])
        purchase.picking_ids.scheduled_date = datetime(2027, 4, 9, 12)
        self._promise()
        self.assertEqual(self._get_dates(order), [[date(2027, 4, 9)]])
        purchase.order_line.product_qty = 4
        self._promise()
        self.assertEqual(self._get_dates(order), [[False]])
        purchase.order_line.product_qty = 5
        self._promise()
        self.assertEqual(self._get_dates(order), [[date(2027, 4, 9)]])
        purchase.button_cancel()
        self._promise()
        self.assertEqual(self._get_dates(order), [[False]])

    def test_an_order_confirmed_later_waits_for_the_same_purchase(self):
        self._order({self.parka: 5})
        self._buy({self.parka: 9}, date(2027, 3, 20))
        second = self._order({self.parka: 4}, user=self.other_customer)
        self._promise()
        self.assertEqual(self._get_dates(second), [[date(2027, 3, 20)]])

    def test_what_is_given_back_serves_who_comes_next(self):
        first = self._order({self.parka: 5})
        second = self._order({self.parka: 5}, user=self.other_customer)
        self._buy({self.parka: 5}, date(2027, 3, 20))
        self.assertEqual(self._get_dates(first, second), [[date(2027, 3, 20)], [False]])
        first._action_cancel()
        self._promise()
        self.assertEqual(self._get_dates(second), [[date(2027, 3, 20)]])

    def test_goods_received_in_part_are_for_who_was_first(self):
        first = self._order({self.parka: 5})
        second = self._order({self.parka: 5}, user=self.other_customer)
        purchase = self._buy({self.parka: 10}, date(2027, 3, 20))
        self._validate(purchase.picking_ids, {self.parka: 5})
        [rest] = purchase.picking_ids.filtered(lambda p: p.state != "done")
        rest.scheduled_date = datetime(2027, 4, 9, 12)
        self._promise()
        self.assertEqual(first.picking_ids.state, "assigned")
        self.assertEqual(
            self._get_dates(first, second), [[date(2027, 3, 20)], [date(2027, 4, 9)]]
        )
        self.assertFalse(first.order_line.preorder_date_change)

    def test_received_goods_that_are_held_back_still_serve_the_first(self):
        first = self._order({self.parka: 5})
        second = self._order({self.parka: 5}, user=self.other_customer)
        purchase = self._buy({self.parka: 10}, date(2027, 3, 20))
        self._validate(purchase.picking_ids, {self.parka: 5})
        first.picking_ids.do_unreserve()
        self._promise()
        self.assertEqual(
            self._get_dates(first, second), [[date(2027, 3, 20)], [date(2027, 3, 20)]]
        )

    def test_another_campaign_s_purchases_promise_nothing(self):
        order = self._order({self.parka: 5})
        other = self._make_campaign("Other", "OTH").with_context(preorder_now=None)
        other.write({"date_end": self.campaign.date_end})
        other.action_open()
        plan = self.env["preorder.purchase.plan"].create(
            {"campaign_ids": [Command.set(other.ids)]}
        )
        self._order({self.parka: 5}, campaign=other)
        self._buy({self.parka: 50}, date(2027, 3, 20), plan=plan)
        self.assertEqual(self._get_dates(order), [[False]])
        plan.active = False
        self.plan.campaign_ids |= other
        self._buy({self.parka: 1}, date(2027, 3, 25))
        self.assertEqual(self._get_dates(order), [[date(2027, 3, 20)]])

    def test_transfers_to_shops_of_our_own_wait_in_the_same_row(self):
        shop = self._make_customer("Shop", "shop", self.label)
        shop.partner_id.parent_id.preorder_location_id = self.env[
            "stock.location"
        ].create(
            {
                "name": "Shop",
                "usage": "internal",
                "location_id": self.warehouse.view_location_id.id,
                "company_id": self.company.id,
            }
        )
        form = self._fill(shop, 3)
        form._submit(self.now)
        order = self._order({self.bottle_variant: 5})
        order.date_order += timedelta(hours=1)
        self._buy({self.bottle_variant: 3}, date(2027, 3, 20))
        self._buy({self.bottle_variant: 5}, date(2027, 4, 2))
        self.assertEqual(form.picking_ids.move_ids.date.date(), date(2027, 3, 20))
        self.assertEqual(self._get_dates(order), [[date(2027, 4, 2)]])

    def test_quantities_in_other_units_are_converted(self):
        order = self._order({self.parka: 24})
        self.plan.action_update()
        purchase = self._buy({self.parka: 2}, date(2027, 3, 20), confirm=False)
        purchase.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        purchase.order_line.product_qty = 2
        purchase.button_confirm()
        self._promise()
        self.assertEqual(self._get_dates(order), [[date(2027, 3, 20)]])

    def test_promising_many_orders_costs_no_query_each(self):
        counts = []
        for number in range(8):
            customer = self._make_customer(f"C{number}", f"c{number}", self.label)
            self._order({self.parka: 1, self.bottle_variant: 1}, user=customer)
            if number in (1, 7):
                purchase = self._buy(
                    {
                        self.parka: number + 1,
                        self.bottle_variant: number + 1,
                    },
                    date(2027, 3, 20),
                )
                purchase.order_line.date_planned = datetime(2027, 4, 2, 12)
                self.env.flush_all()
                self.env.cr.precommit.run()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                self.env["preorder.promise.request"]._promise(
                    self.campaign, self.parka | self.bottle_variant
                )
                self.env.flush_all()
                counts.append(self.cr.sql_log_count - before)
                purchase.button_cancel()
        self.assertLessEqual(counts[1], counts[0])
        self.assertLessEqual(counts[0], 40)

    # Changes, and telling them

    def test_a_first_date_within_the_agreed_period_is_no_change(self):
        order = self._order({self.parka: 5})
        self._buy({self.parka: 5}, date(2027, 4, 10))
        self.assertEqual(order.order_line.preorder_told_date, date(2027, 4, 10))
        self.assertFalse(order.order_line.preorder_date_change)
        self.assertEqual(self.campaign.date_change_count, 0)
        with self.assertRaisesRegex(UserError, "nothing to tell"):
            self._tell()

    def test_a_first_date_beyond_the_agreed_period_is_later(self):
        order = self._order({self.parka: 5})
        self._buy({self.parka: 5}, date(2027, 5, 2))
        line = order.order_line
        self.assertEqual(line.preorder_told_date, APRIL)
        self.assertEqual(line.preorder_date_change, "later")
        self.assertEqual(self.campaign.date_change_count, 1)
        self.assertIn(
            line,
            line.search(self.campaign.action_view_date_changes()["domain"]),
        )

    def test_without_any_agreed_date_the_first_one_is_news(self):
        self.campaign.write({"delivery_from": False, "delivery_until": False})
        order = self._order({self.parka: 5})
        self._buy({self.parka: 5}, date(2027, 5, 2))
        self.assertEqual(order.order_line.preorder_date_change, "new")

    def test_a_customer_of_two_orders_gets_one_notice_when_the_office_says_so(self):
        first, second = self._order({self.parka: 5}), self._order({self.anorak: 3})
        other = self._order({self.parka: 1}, user=self.other_customer)
        self._buy({self.parka: 6}, date(2027, 3, 20))
        purchase = self._buy({self.anorak: 3}, date(2027, 3, 20))
        (self.plan.purchase_order_ids - purchase).order_line.date_planned = datetime(
            2027, 5, 2, 12
        )
        purchase.order_line.date_planned = datetime(2027, 5, 9, 12)
        self._promise()
        self.assertFalse(self._get_notices("rescheduled"))
        wizard = self._tell(first.order_line, message="The ship is late.")
        self.assertEqual(wizard.customer_ids.partner_id, self.customer.partner_id)
        notice = self._get_notices("rescheduled")
        self.assertEqual(notice.partner_id, self.customer.partner_id)
        self.assertEqual(notice.line_ids.sale_order_id, first | second)
        [(subject, body)] = self._send()
        self.assertIn("new delivery dates", subject)
        for text in (
            "The ship is late.",
            first.name,
            second.name,
            "03/20/2027",
            "05/02/2027",
            "05/09/2027",
        ):
            self.assertIn(text, body)
        self.assertEqual(
            self.env["sale.order.line"].search([("preorder_date_change", "!=", False)]),
            other.order_line,
        )
        self._tell()
        self.assertEqual(len(self._get_notices("rescheduled")), 2)

    def test_what_changes_after_that_is_a_new_notice_with_the_change_since(self):
        order = self._order({self.parka: 5})
        purchase = self._buy({self.parka: 5}, date(2027, 5, 2))
        self._tell()
        purchase.order_line.date_planned = datetime(2027, 5, 9, 12)
        self._promise()
        self._tell()
        last = self._get_notices("rescheduled").sorted("id")[-1]
        self.assertEqual(
            (last.line_ids.date_before, last.line_ids.date_after),
            (date(2027, 5, 2), date(2027, 5, 9)),
        )
        self.assertEqual(
            order.order_line.preorder_first_promised_date, date(2027, 5, 2)
        )

    def test_a_date_that_comes_back_before_anybody_was_told_is_no_change(self):
        order = self._order({self.parka: 5})
        purchase = self._buy({self.parka: 5}, date(2027, 3, 20))
        for day in (date(2027, 5, 9), date(2027, 3, 20)):
            purchase.order_line.date_planned = self._noon(day)
            self._promise()
        self.assertFalse(order.order_line.preorder_date_change)

    def test_a_date_that_is_lost_is_told_and_the_next_one_is_news(self):
        order = self._order({self.parka: 5})
        purchase = self._buy({self.parka: 5}, date(2027, 3, 20))
        purchase.button_cancel()
        self._promise()
        self.assertEqual(order.order_line.preorder_date_change, "open")
        self._tell()
        self.assertFalse(order.order_line.preorder_date_change)
        self.assertIn("date open", self._send()[0][1])
        self._buy({self.parka: 5}, date(2027, 3, 20))
        self.assertEqual(order.order_line.preorder_date_change, "new")

    def test_small_changes_are_left_out_as_the_campaign_says(self):
        order = self._order({self.parka: 5})
        purchase = self._buy({self.parka: 5}, date(2027, 3, 20))
        self.campaign.date_change_days = 7
        purchase.order_line.date_planned = datetime(2027, 3, 26, 12)
        self._promise()
        self.assertFalse(order.order_line.preorder_date_change)
        purchase.order_line.date_planned = datetime(2027, 3, 27, 12)
        self._promise()
        self.assertEqual(order.order_line.preorder_date_change, "later")
        purchase.order_line.date_planned = datetime(2027, 3, 13, 12)
        self._promise()
        self.assertEqual(order.order_line.preorder_date_change, "earlier")

    def test_the_office_chooses_whom_to_tell(self):
        self._order({self.parka: 5})
        self._order({self.parka: 5}, user=self.other_customer)
        self._buy({self.parka: 10}, date(2027, 5, 2))
        form = Form(self.env["preorder.tell.dates"])
        self.assertEqual(form.told_count, 2)
        action = self.campaign.action_view_date_changes()
        context = {**action["context"], "active_model": "sale.order.line"}
        wizard = self.env["preorder.tell.dates"].with_context(**context, active_ids=[])
        self.assertEqual(wizard.create({}).told_count, 2)
        with form.customer_ids.edit(0) as customer:
            customer.tell = False
            left_out = customer.partner_id
        wizard = form.save()
        wizard.action_tell()
        told = self._get_notices("rescheduled").partner_id
        self.assertEqual(len(told), 1)
        self.assertNotEqual(told, left_out)
        self.assertEqual(self.campaign.date_change_count, 1)

    def test_salespersons_tell_and_portal_users_do_not(self):
        self._order({self.parka: 5})
        self._buy({self.parka: 5}, date(2027, 5, 2))
        salesperson = new_test_user(
            self.env, "sam", groups="sales_team.group_sale_salesman_all_leads"
        )
        with self.assertRaises(AccessError):
            self.env["preorder.tell.dates"].with_user(self.customer).create({})
        self.env["preorder.tell.dates"].with_user(salesperson).create({}).action_tell()
        self.assertEqual(len(self._get_notices("rescheduled")), 1)

    def test_telling_many_customers_costs_no_query_each(self):
        orders = self.env["sale.order"]
        for number in range(8):
            customer = self._make_customer(f"C{number}", f"c{number}", self.label)
            orders |= self._order({self.parka: 1}, user=customer)
        self._buy({self.parka: 8}, date(2027, 5, 2))
        counts = []
        for some in (orders[:2], orders[2:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            notices = some.order_line._announce_date_changes()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(notices), len(some))
        self.assertLessEqual(counts[1], counts[0])

    # What the customer reads

    def test_the_customer_reads_in_which_weeks_to_expect_what(self):
        order = self._order({self.parka: 5, self.bottle_variant: 3})
        self._buy({self.parka: 5}, date(2027, 3, 20))
        self._buy({self.bottle_variant: 3}, date(2027, 4, 7))
        self.assertEqual(
            order._get_promised_weeks(),
            [
                {"week": "week 11 of 2027", "quantity": 5},
                {"week": "week 14 of 2027", "quantity": 3},
            ],
        )
