from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .goods import GoodsCommon


@tagged("post_install", "-at_install")
class TestCancelRest(GoodsCommon):
    """What a campaign cannot deliver is cancelled: everybody told, once."""

    def _cancel_rest(self, message="The mill burnt down.", **values):
        if self.campaign.state == "open":
            self._close()
        action = self.campaign.action_cancel_rest()
        wizard = self.env["preorder.cancel.rest"].with_context(**action["context"])
        wizard = wizard.create({"message": message, **values})
        wizard.action_apply()
        self._run_cron("ir_cron_rest")
        return wizard

    def _deliver(self, order, quantities):
        self._receive(quantities)
        self._validate(order.picking_ids, quantities)

    def _make_shop(self):
        location = self.env["stock.location"].create(
            {
                "name": "Shop",
                "usage": "internal",
                "location_id": self.warehouse.view_location_id.id,
                "company_id": self.company.id,
            }
        )
        shop = self._make_customer("Shop", "shop", self.label)
        shop.partner_id.parent_id.preorder_location_id = location
        return shop

    def test_what_was_delivered_stays_and_the_rest_goes(self):
        order = self._order({self.parka: 5, self.bottle_variant: 3})
        self._deliver(order, {self.parka: 2})
        self._cancel_rest()
        self.assertEqual(order.state, "sale")
        quantities = {
            line.product_id: line.product_uom_qty for line in order.order_line
        }
        self.assertEqual(quantities, {self.parka: 2, self.bottle_variant: 0})
        self.assertEqual(set(order.picking_ids.mapped("state")), {"done", "cancel"})
        self.assertEqual(order.order_line.mapped("preorder_cancelled_quantity"), [3, 3])
        note = order.message_ids.filtered(lambda m: "was cancelled:" in (m.body or ""))
        self.assertEqual(len(note), 1)
        self.assertIn("The mill burnt down.", note.body)

    def test_what_has_not_been_delivered_at_all_is_cancelled_as_a_whole(self):
        order = self._order({self.parka: 5})
        self._cancel_rest()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.picking_ids.state, "cancel")
        self.assertEqual(order.preorder_order_ids.state, "cancelled")

    def test_an_order_whose_deliveries_are_not_made_yet_is_cancelled_too(self):
        form = self._fill()
        order = form._submit(self.now)
        order.action_confirm()
        self.assertTrue(order.preorder_launch_pending)
        self._cancel_rest()
        self.assertEqual(order.state, "cancel")
        self._run_cron("ir_cron_launch")
        self.assertFalse(order.picking_ids)

    def test_a_locked_order_is_lowered_and_stays_locked(self):
        order = self._order({self.parka: 5})
        self._deliver(order, {self.parka: 2})
        order.locked = True
        self._cancel_rest()
        self.assertEqual(order.order_line.product_uom_qty, 2)
        self.assertTrue(order.locked)

    def test_a_customer_of_two_orders_hears_it_once_with_all_that_is_cancelled(self):
        self.campaign.allow_multiple_forms = True
        first = self._order({self.parka: 5})
        second = self._order({self.bottle_variant: 3})
        other = self._order({self.parka: 1}, user=self.other_customer)
        self._deliver(first, {self.parka: 2})
        self.env["preorder.notice"].search([]).unlink()
        self._cancel_rest()
        notices = self._get_notices("rest_cancelled")
        self.assertEqual(len(notices), 2)
        mine = notices.filtered(lambda n: n.partner_id == self.customer.partner_id)
        self.assertEqual(mine.line_ids.sale_order_id, first | second)
        self.assertEqual(sorted(mine.line_ids.mapped("quantity")), [3, 3])
        self.assertEqual((notices - mine).line_ids.sale_order_id, other)
        self._send()
        bodies = " ".join(mail["body"] for mail in self._mails)
        self.assertIn("The mill burnt down.", bodies)
        self.assertIn(first.name, bodies)
        self.assertIn(second.name, bodies)
        self.assertNotIn("refunded", bodies)
        self._run_cron("ir_cron_rest")
        self.assertEqual(len(self._get_notices("rest_cancelled")), 2)

    def test_a_prepayment_is_listed_for_refund_as_far_as_nothing_is_kept_for_it(self):
        whole = self._order({self.parka: 5})
        part = self._order({self.parka: 5}, user=self.other_customer)
        self._pay(whole, 100.0)
        self._pay(part, part.amount_total)
        self._receive({self.parka: 2})
        self._validate(part.picking_ids, {self.parka: 2})
        self._cancel_rest()
        self.assertIn("PAID-", whole.activity_ids.note)
        self.assertIn("100.00", whole.activity_ids.note)
        [note] = part.activity_ids.filtered(
            lambda activity: "Refund" in (activity.summary or "")
        ).mapped("note")
        self.assertIn("What remains amounts to", note)
        self._send()
        bodies = [mail["body"] for mail in self._mails if "cannot" in mail["subject"]]
        self.assertEqual(["refunded" in body for body in bodies], [True, True])

    def test_a_prepayment_below_what_is_kept_is_not_to_be_refunded(self):
        order = self._order({self.parka: 5})
        self._deliver(order, {self.parka: 2})
        self._pay(order, 10.0)
        self._cancel_rest()
        self.assertFalse(
            order.activity_ids.filtered(lambda a: "Refund" in (a.summary or ""))
        )

    def test_unconfirmed_quotations_are_cancelled_or_kept_as_chosen(self):
        self._order({self.parka: 1})
        quotation = self._fill(self.other_customer)._submit(self.now)
        self._cancel_rest(quotations=False)
        self.assertEqual(quotation.state, "sent")
        self._cancel_rest(quotations=True)
        self.assertEqual(quotation.state, "cancel")

    @mute_logger("odoo.addons.preorder_campaign.models.sale_order_background")
    def test_an_order_that_fails_holds_up_no_other_and_is_tried_again(self):
        failing = self._order({self.parka: 5})
        fine = self._order({self.parka: 5}, user=self.other_customer)
        payment = self._pay(failing, 100.0, "pending")
        self._cancel_rest()
        self.assertEqual((failing.state, fine.state), ("sale", "cancel"))
        self.assertIn("is under way", " ".join(failing.activity_ids.mapped("note")))
        payment.state = "cancel"
        failing.preorder_rest_retry_at = False
        self._run_cron("ir_cron_rest")
        self.assertEqual(failing.state, "cancel")
        self.assertEqual(len(self._get_notices("rest_cancelled")), 2)

    def test_the_preview_says_what_is_at_stake(self):
        order = self._order({self.parka: 5, self.bottle_variant: 3})
        self._deliver(order, {self.parka: 2})
        self._order({self.bottle_variant: 1}, user=self.other_customer)
        self._pay(order, 50.0)
        self._close()
        wizard = Form(
            self.env["preorder.cancel.rest"].with_context(
                default_campaign_id=self.campaign.id
            )
        )
        self.assertEqual(
            (wizard.customer_count, wizard.order_count, wizard.piece_count),
            (2, 2, 7),
        )
        left = sum(
            line.price_subtotal
            / line.product_uom_qty
            * (line.product_uom_qty - line.qty_delivered)
            for line in self.campaign.sale_order_ids.order_line
        )
        self.assertAlmostEqual(wizard.amount, left, 2)
        self.assertEqual(wizard.prepaid, 50.0)

    def test_while_customers_can_order_nothing_is_cancelled(self):
        self._order({self.parka: 5})
        with self.assertRaisesRegex(UserError, "Close it first"):
            self.campaign.action_cancel_rest()

    def test_with_nothing_left_there_is_nothing_to_cancel(self):
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            self._cancel_rest()

    def test_limits_get_back_what_is_cancelled(self):
        limit = self.env["preorder.limit"].create(
            {
                "campaign_id": self.campaign.id,
                "name": "Parkas",
                "counted_per": "everyone",
                "product_ids": [Command.set(self.parka.ids)],
                "maximum": 10,
            }
        )
        order = self._order({self.parka: 5})
        self._deliver(order, {self.parka: 2})
        self._cancel_rest()
        self._end_transaction()
        self.assertEqual(limit.quantity_used, 2)

    # Some products alone

    def test_chosen_products_are_cancelled_and_the_others_delivered(self):
        both = self._order({self.parka: 5, self.bottle_variant: 3})
        alone = self._order({self.parka: 4}, user=self.other_customer)
        self._cancel_rest(product_ids=[Command.set(self.parka.ids)])
        self.assertEqual((both.state, alone.state), ("sale", "cancel"))
        self.assertEqual(
            {line.product_id: line.product_uom_qty for line in both.order_line},
            {self.parka: 0, self.bottle_variant: 3},
        )
        waiting = both.picking_ids.move_ids.filtered(lambda m: m.state != "cancel")
        self.assertEqual(waiting.product_id, self.bottle_variant)
        notices = self._get_notices("rest_cancelled")
        self.assertEqual(notices.line_ids.product_id, self.parka)
        self.assertEqual(sorted(notices.line_ids.mapped("quantity")), [4, 5])
        self._send()
        told = [mail for mail in self._mails if "cannot deliver" in mail["subject"]]
        self.assertEqual(len(told), 2)
        for mail in told:
            self.assertIn("we cannot deliver what is listed here", mail["body"])
            self.assertIn(self.parka.display_name, mail["body"])
            self.assertNotIn(self.bottle_variant.display_name, mail["body"])

    def test_who_ordered_none_of_them_hears_nothing(self):
        order = self._order({self.bottle_variant: 3})
        self._order({self.parka: 1}, user=self.other_customer)
        wizard = self._cancel_rest(product_ids=[Command.set(self.parka.ids)])
        self.assertEqual((wizard.order_count, wizard.piece_count), (0, 0))
        self.assertEqual(order.order_line.product_uom_qty, 3)
        self.assertEqual(
            self._get_notices("rest_cancelled").partner_id,
            self.other_customer.partner_id,
        )

    def test_a_prepayment_beyond_the_other_products_is_listed_for_refund(self):
        order = self._order({self.parka: 5, self.bottle_variant: 3})
        self._pay(order, order.amount_total)
        self._cancel_rest(product_ids=[Command.set(self.parka.ids)])
        [note] = order.activity_ids.filtered(
            lambda activity: "Refund" in (activity.summary or "")
        ).mapped("note")
        self.assertIn("What remains amounts to", note)
        self.assertTrue(self._get_notices("rest_cancelled")._is_refund_due())

    def test_what_is_cancelled_later_is_told_alone(self):
        order = self._order({self.parka: 5, self.anorak: 2, self.bottle_variant: 3})
        self._cancel_rest(product_ids=[Command.set(self.parka.ids)])
        self._cancel_rest(product_ids=[Command.set(self.anorak.ids)])
        last = self._get_notices("rest_cancelled").sorted("id")[-1]
        self.assertEqual(last.line_ids.product_id, self.anorak)
        self.assertEqual(
            order.order_line.filtered("product_uom_qty").product_id,
            self.bottle_variant,
        )
        self._cancel_rest()
        self.assertEqual(order.state, "cancel")
        last = self._get_notices("rest_cancelled").sorted("id")[-1]
        self.assertEqual(last.line_ids.product_id, self.bottle_variant)

    @mute_logger("odoo.addons.preorder_campaign.models.sale_order_background")
    def test_what_was_chosen_before_is_still_cancelled_of_an_order_that_waits(self):
        order = self._order({self.parka: 5, self.anorak: 2, self.bottle_variant: 3})
        payment = self._pay(order, 10.0, "pending")
        self._cancel_rest(product_ids=[Command.set(self.parka.ids)])
        self._cancel_rest(product_ids=[Command.set(self.anorak.ids)])
        self.assertTrue(order.preorder_rest_pending)
        payment.state = "cancel"
        order.preorder_rest_retry_at = False
        self._run_cron("ir_cron_rest")
        self.assertEqual(
            order.order_line.filtered("product_uom_qty").product_id,
            self.bottle_variant,
        )

    def test_a_quotation_keeps_its_other_products(self):
        limit = self.env["preorder.limit"].create(
            {
                "campaign_id": self.campaign.id,
                "name": "Bottles",
                "counted_per": "everyone",
                "product_ids": [Command.set(self.bottle_variant.ids)],
                "maximum": 10,
            }
        )
        answer = self._save({self.parka: 2, self.bottle_variant: 3}, now=self.now)
        form = self.env["preorder.order"].browse(answer["form"])
        quotation = form._submit(self.now)
        self._cancel_rest(product_ids=[Command.set(self.bottle_variant.ids)])
        self.assertEqual(quotation.state, "sent")
        self.assertEqual(
            {line.product_id: line.product_uom_qty for line in quotation.order_line},
            {self.parka: 2, self.bottle_variant: 0},
        )
        self._end_transaction()
        self.assertEqual(limit.quantity_used, 0)

    def test_chosen_products_of_own_shops_transfers_are_cancelled(self):
        shop = self._make_shop()
        answer = self._save(
            {self.parka: 2, self.bottle_variant: 3}, user=shop, now=self.now
        )
        form = self.env["preorder.order"].browse(answer["form"])
        form._submit(self.now)
        wizard = self._cancel_rest(product_ids=[Command.set(self.parka.ids)])
        self.assertEqual(form.state, "confirmed")
        self.assertEqual(
            {move.product_id: move.state for move in form.picking_ids.move_ids},
            {self.parka: "cancel", self.bottle_variant: "confirmed"},
        )
        notice = self._get_notices("rest_cancelled")
        self.assertEqual(notice.line_ids.product_id, self.parka)
        self.assertFalse(wizard.transfer_count)

    def test_products_to_choose_from_are_those_left_to_deliver(self):
        order = self._order({self.parka: 5, self.bottle_variant: 3})
        self._deliver(order, {self.parka: 5})
        self._fill(self.other_customer, quantity=2)
        self.assertEqual(self.campaign._get_undelivered_products(), self.bottle_variant)
        self._close()
        wizard = Form(
            self.env["preorder.cancel.rest"].with_context(
                default_campaign_id=self.campaign.id
            )
        )
        self.assertEqual(wizard.order_count, 1)
        wizard.product_ids.add(self.anorak)
        self.assertEqual(wizard.order_count, 0)
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            wizard.save().action_apply()

    def test_shops_of_our_own_are_told_and_their_transfers_cancelled(self):
        shop = self._make_shop()
        form = self._fill(shop, 3)
        form._submit(self.now)
        self._cancel_rest()
        self.assertEqual(form.picking_ids.state, "cancel")
        self.assertEqual(form.state, "cancelled")
        notice = self._get_notices("rest_cancelled")
        self.assertEqual((notice.order_id, notice.line_ids.quantity), (form, 3))

    def test_a_salesperson_cannot_cancel_a_campaign_s_rest(self):
        self._close()
        salesperson = new_test_user(
            self.env, "sam", groups="sales_team.group_sale_salesman"
        )
        with self.assertRaises(AccessError):
            self.env["preorder.cancel.rest"].with_user(salesperson).create(
                {"campaign_id": self.campaign.id}
            )
