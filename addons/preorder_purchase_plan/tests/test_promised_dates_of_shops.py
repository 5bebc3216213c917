from datetime import date

from odoo.tests import Form, new_test_user, tagged

from .promised import PromisedCommon


@tagged("post_install", "-at_install")
class TestPromisedDatesOfShops(PromisedCommon):
    """Shops of our own hear of changed dates as customers do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop, cls.other_shop = (
            cls._make_shop(name) for name in ("Shop Utrecht", "Shop Delft")
        )

    @classmethod
    def _make_shop(cls, name):
        shop = cls._make_customer(name, name.split()[1].lower(), cls.label)
        shop.partner_id.parent_id.preorder_location_id = cls.env[
            "stock.location"
        ].create(
            {
                "name": name,
                "usage": "internal",
                "location_id": cls.warehouse.view_location_id.id,
                "company_id": cls.company.id,
            }
        )
        return shop

    def _accept(self, shop=None, quantity=3):
        """A shop's form that is accepted: its transfer waits for goods."""
        form = self._fill(shop or self.shop, quantity)
        form._submit(self.now)
        form.notice_ids.unlink()
        return form

    def _postpone(self, purchase, day):
        purchase.order_line.date_planned = self._noon(day)
        self._promise()

    def test_a_date_within_what_the_form_asked_for_is_known(self):
        form = self._accept()
        self._buy({self.bottle_variant: 3}, date(2027, 3, 20))
        move = form.picking_ids.move_ids
        self.assertEqual(move.preorder_promised_date, date(2027, 3, 20))
        self.assertEqual(move.preorder_told_date, date(2027, 3, 20))
        self.assertFalse(move.preorder_date_change)
        self.assertEqual(self.campaign.shop_date_change_count, 0)

    def test_a_first_date_beyond_it_is_news(self):
        form = self._accept()
        self._buy({self.bottle_variant: 3}, date(2027, 5, 2))
        move = form.picking_ids.move_ids
        # The form may be served until the campaign's last day.
        self.assertEqual(move.preorder_told_date, date(2027, 4, 15))
        self.assertEqual(move.preorder_date_change, "later")

    def test_without_any_day_asked_for_the_first_one_is_news(self):
        self.campaign.write({"delivery_from": False, "delivery_until": False})
        form = self._accept()
        self._buy({self.bottle_variant: 3}, date(2027, 5, 2))
        self.assertEqual(form.picking_ids.move_ids.preorder_date_change, "new")

    def test_a_shop_gets_one_notice_of_all_that_slipped_when_the_office_says_so(self):
        self.campaign.allow_multiple_forms = True
        first, second = self._accept(quantity=3), self._accept(quantity=2)
        other = self._accept(self.other_shop, 4)
        purchase = self._buy({self.bottle_variant: 9}, date(2027, 3, 20))
        self._postpone(purchase, date(2027, 5, 9))
        self.assertFalse(self._get_notices("rescheduled"))
        self.assertEqual(self.campaign.shop_date_change_count, 3)
        action = self.campaign.action_view_shop_date_changes()
        moves = self.env["stock.move"].search(action["domain"])
        self.assertEqual(moves, (first | second | other).picking_ids.move_ids)
        wizard = (
            self.env["preorder.tell.dates"]
            .with_context(
                **action["context"],
                active_model="stock.move",
                active_ids=first.picking_ids.move_ids.ids,
            )
            .create({"message": "The ship is late."})
        )
        self.assertEqual(
            wizard.customer_ids.order_names, f"{first.name}, {second.name}"
        )
        wizard.action_tell()
        notice = self._get_notices("rescheduled")
        self.assertEqual(notice.partner_id, self.shop.partner_id)
        self.assertEqual(
            sorted(
                (line.quantity, line.date_before, line.date_after)
                for line in notice.line_ids
            ),
            [
                (2, date(2027, 3, 20), date(2027, 5, 9)),
                (3, date(2027, 3, 20), date(2027, 5, 9)),
            ],
        )
        [(subject, body)] = self._send()
        self.assertIn("new delivery dates", subject)
        for text in (
            "The ship is late.",
            first.name,
            second.name,
            "03/20/2027",
            "05/09/2027",
        ):
            self.assertIn(text, body)
        self.assertEqual(self.campaign.shop_date_change_count, 1)

    def test_nobody_is_told_twice(self):
        self._accept()
        self._postpone(
            self._buy({self.bottle_variant: 3}, date(2027, 3, 20)), date(2027, 5, 9)
        )
        self._tell()
        self.assertEqual(len(self._get_notices("rescheduled")), 1)
        self.assertEqual(self.campaign.shop_date_change_count, 0)

    def test_customers_and_shops_are_told_together_and_lines_alone_tell_customers(self):
        self._accept()
        order = self._order({self.parka: 5})
        self._buy({self.bottle_variant: 3}, date(2027, 5, 2))
        self._buy({self.parka: 5}, date(2027, 5, 2))
        form = Form(self.env["preorder.tell.dates"])
        self.assertEqual(form.told_count, 2)
        self._tell(order.order_line)
        self.assertEqual(
            self._get_notices("rescheduled").partner_id, self.customer.partner_id
        )
        self._tell()
        self.assertEqual(
            self._get_notices("rescheduled").partner_id,
            self.customer.partner_id | self.shop.partner_id,
        )

    def test_a_date_that_is_lost_is_told(self):
        form = self._accept()
        purchase = self._buy({self.bottle_variant: 3}, date(2027, 3, 20))
        purchase.button_cancel()
        self._promise()
        self.assertEqual(form.picking_ids.move_ids.preorder_date_change, "open")
        self._tell()
        self.assertIn("date open", self._send()[0][1])

    def test_what_is_left_of_a_transfer_done_in_part_keeps_what_the_shop_knows(self):
        form = self._accept()
        purchase = self._buy({self.bottle_variant: 3}, date(2027, 3, 20))
        self._validate(purchase.picking_ids, {self.bottle_variant: 2})
        self._validate(form.picking_ids, {self.bottle_variant: 2})
        [rest] = purchase.picking_ids.filtered(lambda p: p.state != "done")
        rest.scheduled_date = self._noon(date(2027, 5, 9))
        self._promise()
        [move] = form.picking_ids.move_ids.filtered(lambda m: m.state != "done")
        self.assertEqual(
            (move.preorder_told_date, move.preorder_promised_date),
            (date(2027, 3, 20), date(2027, 5, 9)),
        )
        self.assertEqual(self.campaign.shop_date_change_count, 1)

    def test_goods_that_are_there_change_no_date(self):
        form = self._accept()
        purchase = self._buy({self.bottle_variant: 3}, date(2027, 3, 20))
        self._validate(purchase.picking_ids)
        self._promise()
        self.assertEqual(form.picking_ids.state, "assigned")
        self.assertFalse(form.picking_ids.move_ids.preorder_date_change)

    def test_a_salesperson_tells_shops(self):
        self._accept()
        self._buy({self.bottle_variant: 3}, date(2027, 5, 2))
        salesperson = new_test_user(
            self.env, "sam", groups="sales_team.group_sale_salesman_all_leads"
        )
        self.env["preorder.tell.dates"].with_user(salesperson).create({}).action_tell()
        self.assertEqual(len(self._get_notices("rescheduled")), 1)

    def test_promising_and_telling_many_shops_costs_no_query_each(self):
        forms = self.env["preorder.order"].union(
            *(
                self._accept(self._make_shop(f"Shop S{number}"), 1)
                for number in range(8)
            )
        )
        counts = []
        for some in (forms[:2], forms[2:]):
            moves = self.env["stock.move"].browse(some.picking_ids.move_ids.ids)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            moves._set_promised_dates(dict.fromkeys(moves.ids, date(2027, 5, 2)))
            notices = moves._announce_date_changes()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(notices), len(some))
        self.assertLessEqual(counts[1], counts[0])
