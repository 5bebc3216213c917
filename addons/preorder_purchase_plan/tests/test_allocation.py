from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.preorder_campaign.tests.common import NOW, PreorderCommon


class AllocationCommon(PreorderCommon):
    """A campaign with one scarce parka that several customers have ordered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parka = cls.jacket.product_variant_ids[0]
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.stock = cls.warehouse.lot_stock_id
        cls.campaign.write(
            {"delivery_from": "2026-09-01", "delivery_until": "2026-09-30"}
        )
        cls.bert = cls._make_customer("Bert", "bert", cls.label)
        cls.cleo = cls._make_customer("Cleo", "cleo", cls.label)
        cls.purchaser = new_test_user(
            cls.env, "pia", groups="base.group_user,purchase.group_purchase_user"
        )

    def _sell(self, quantity, user=None, *, inline=True, product=None):
        """Confirm a customer's order; its delivery is made at once, or later."""
        form = self._get_form(
            self._save({product or self.parka: quantity}, user=user or self.customer)
        )
        order = form._submit(NOW)
        order.with_context(preorder_inline=inline).action_confirm()
        self.tick = getattr(self, "tick", 0) + 1
        # Who confirmed first: orders of one test are confirmed in one second.
        order.date_order = f"2026-03-10 12:00:{self.tick:02}"
        return order

    def _receive(self, quantity, product=None, *, warehouse=None):
        """Receive goods as the warehouse does; what waits for them is reserved."""
        warehouse = warehouse or self.warehouse
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.in_type_id.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": warehouse.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": (product or self.parka).id,
                            "product_uom_qty": quantity,
                            "location_id": self.env.ref(
                                "stock.stock_location_suppliers"
                            ).id,
                            "location_dest_id": warehouse.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        receipt.action_confirm()
        receipt.move_ids.write({"quantity": quantity, "picked": True})
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        return receipt

    def _allocate(self, strategy="first", *, apply=True, user=None, **values):
        allocation = (
            self.env["preorder.allocation"]
            .with_user(user or self.purchaser)
            .create(
                {
                    "campaign_ids": [Command.link(self.campaign.id)],
                    "strategy": strategy,
                    **values,
                }
            )
        )
        allocation.action_update()
        if apply:
            self.assertIsNone(allocation.action_apply())
            self.assertEqual(allocation.state, "applied")
        return allocation

    def _get_shares(self, allocation):
        """What each order gets, by name."""
        return {line.origin: line.quantity for line in allocation.line_ids}

    def _get_reserved(self, *orders):
        self.env.invalidate_all()
        return [
            sum(
                move.quantity
                for move in order.order_line.move_ids
                if move.state not in ("done", "cancel")
                and move.location_id == self.stock
            )
            for order in orders
        ]

    def _deliver(self, order, *, backorder=True):
        """Deliver what is reserved, without asking whether it is paid."""
        for picking in order.picking_ids.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and picking.location_id == self.stock
            )
        ):
            picking.move_ids.picked = True
            picking.with_context(
                skip_backorder=True,
                picking_ids_not_to_backorder=[] if backorder else picking.ids,
            )._action_done()


@tagged("post_install", "-at_install")
class TestAllocation(AllocationCommon):
    """Goods that are short are shared out, reserved, and given back."""

    # Shares

    def test_who_confirmed_first_gets_first(self):
        late, early = self._sell(6, self.bert), self._sell(6, self.cleo)
        late.date_order, early.date_order = early.date_order, late.date_order
        self._receive(8)
        allocation = self._allocate("first")
        self.assertEqual(self._get_shares(allocation), {early.name: 6, late.name: 2})
        self.assertEqual(self._get_reserved(early, late), [6, 2])

    def test_in_proportion_everybody_gets_a_part(self):
        anna, bert = self._sell(4), self._sell(12, self.bert)
        self._receive(8)
        self._allocate("proportional")
        self.assertEqual(self._get_reserved(anna, bert), [2, 6])

    def test_customers_with_the_first_label_come_first(self):
        anna, bert = self._sell(6), self._sell(6, self.bert)
        chain = self.env["res.partner.category"].create({"name": "Chain"})
        self.bert.partner_id.parent_id.category_id = chain
        self.campaign.allocation_priority_ids = [
            Command.create({"label_id": chain.id}),
            Command.create({"label_id": self.label.id}),
        ]
        self._receive(8)
        self._allocate("priority")
        self.assertEqual(self._get_reserved(anna, bert), [2, 6])

    def test_what_is_typed_by_hand_stays_and_the_rest_is_shared_out(self):
        # foodsoft #764: first come, first served is wrong for many.
        anna, bert, cleo = (
            self._sell(6),
            self._sell(6, self.bert),
            self._sell(6, self.cleo),
        )
        self._receive(8)
        allocation = self._allocate("first", apply=False)
        allocation.line_ids.filtered(lambda line: line.origin == cleo.name).quantity = 5
        allocation.action_update()
        self.assertEqual(
            self._get_shares(allocation), {anna.name: 3, bert.name: 0, cleo.name: 5}
        )
        self.assertEqual(allocation.item_ids.quantity_left, 0)
        allocation.action_apply()
        self.assertEqual(self._get_reserved(anna, bert, cleo), [3, 0, 5])

    def test_by_hand_nobody_gets_what_nobody_typed(self):
        anna, bert = self._sell(6), self._sell(6, self.bert)
        self._receive(8)
        allocation = self._allocate("manual", apply=False)
        self.assertEqual(set(self._get_shares(allocation).values()), {0})
        with self.assertRaisesRegex(UserError, "nothing to anybody"):
            allocation.action_apply()
        with Form(allocation) as form:
            with form.line_ids.edit(1) as line:
                line.quantity = 4
        self.assertEqual(allocation.item_ids.quantity_left, 4)
        allocation.action_apply()
        self.assertEqual(self._get_reserved(anna, bert), [0, 4])

    def test_more_than_there_is_can_be_typed_and_not_applied(self):
        self._sell(6)
        self._sell(6, self.bert)
        self._receive(8)
        allocation = self._allocate("manual", apply=False)
        allocation.line_ids.quantity = 6
        self.assertEqual(allocation.item_ids.quantity_left, -4)
        with self.assertRaisesRegex(UserError, "12 of 8. Lower"):
            allocation.action_apply()
        with self.assertRaisesRegex(ValidationError, "waits for 6"):
            allocation.line_ids[0].quantity = 7
        with self.assertRaisesRegex(ValidationError, "whole units"):
            allocation.line_ids[0].quantity = 2.5

    def test_what_was_ordered_by_the_dozen_is_given_by_the_dozen(self):
        anna, bert = self._sell(24), self._sell(24, self.bert)
        (anna | bert).picking_ids.action_cancel()
        dozen = self.env.ref("uom.product_uom_dozen")
        for order in anna | bert:
            order._action_cancel()
            order.action_draft()
            order.order_line.write({"product_uom_id": dozen.id, "product_uom_qty": 2})
            order.with_context(preorder_inline=True).action_confirm()
        self._receive(31)
        allocation = self._allocate("proportional")
        self.assertEqual(sorted(self._get_shares(allocation).values()), [12, 12])
        self.assertEqual(allocation.item_ids.quantity_left, 7)

    def test_a_pack_that_the_office_sets_is_not_broken(self):
        self._sell(10)
        self._sell(10, self.bert)
        self._receive(15)
        allocation = self._allocate("proportional", apply=False)
        allocation.item_ids.multiple = 5
        allocation.action_update()
        self.assertEqual(sorted(self._get_shares(allocation).values()), [5, 10])

    # Preview, apply, undo

    def test_a_preview_reserves_nothing_and_changes_nothing(self):
        anna, bert = self._sell(6), self._sell(6, self.bert)
        self._receive(8)
        before = self._get_reserved(anna, bert)
        self._allocate("proportional", apply=False)
        self.assertEqual(self._get_reserved(anna, bert), before)

    def test_undoing_gives_everything_back(self):
        anna, bert = self._sell(6), self._sell(6, self.bert)
        self._receive(8)
        allocation = self._allocate("proportional")
        self.assertEqual(self._get_reserved(anna, bert), [4, 4])
        allocation.action_undo()
        self.assertEqual(allocation.state, "undone")
        self.assertEqual(self._get_reserved(anna, bert), [0, 0])
        bert.picking_ids.action_assign()
        self.assertEqual(self._get_reserved(anna, bert), [0, 6])
        with self.assertRaisesRegex(UserError, "nothing to undo"):
            allocation.action_undo()
        with self.assertRaisesRegex(UserError, "Make a new allocation"):
            allocation.action_apply()

    def test_undoing_after_a_delivery_gives_back_the_others_shares(self):
        anna, bert = self._sell(6), self._sell(6, self.bert)
        self._receive(8)
        allocation = self._allocate("proportional")
        self._deliver(anna)
        allocation.action_undo()
        self.assertEqual(self._get_reserved(anna, bert), [0, 0])
        self.assertEqual(anna.order_line.qty_delivered, 4)

    def test_what_is_all_delivered_cannot_be_undone(self):
        anna = self._sell(6)
        self._receive(8)
        allocation = self._allocate("first")
        self._deliver(anna)
        with self.assertRaisesRegex(UserError, "has been delivered"):
            allocation.action_undo()

    def test_applied_twice_it_says_who_has_applied_it(self):
        self._sell(6)
        self._receive(8)
        allocation = self._allocate("first")
        with self.assertRaisesRegex(UserError, "applied by pia"):
            allocation.action_apply()
        with self.assertRaisesRegex(UserError, "applied by pia"):
            allocation.line_ids.quantity = 1
        with self.assertRaisesRegex(UserError, "Undo it first"):
            allocation.unlink()

    def test_the_second_of_two_gets_a_fresh_picture_and_not_the_goods(self):
        anna, bert = self._sell(6), self._sell(6, self.bert)
        self._receive(8)
        first = self._allocate("proportional", apply=False)
        second = self._allocate("first", apply=False)
        self.assertEqual(self._get_shares(second), {anna.name: 6, bert.name: 2})
        first.action_apply()
        answer = second.action_apply()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertEqual(second.state, "draft")
        self.assertEqual(self._get_shares(second), {anna.name: 0, bert.name: 0})
        self.assertEqual(second.item_ids.quantity_supply, 0)
        self.assertEqual(self._get_reserved(anna, bert), [4, 4])

    # What is held

    def test_a_reservation_does_not_defeat_the_strategy(self):
        # Odoo gives the first order all it wants, at each occasion.
        anna, bert = self._sell(6), self._sell(6, self.bert)
        self._receive(8)
        self.assertEqual(self._get_reserved(anna, bert), [6, 2])
        self._allocate("proportional")
        self.assertEqual(self._get_reserved(anna, bert), [4, 4])
        anna.picking_ids.action_assign()
        self.env["stock.rule"]._run_scheduler_tasks()
        self.assertEqual(self._get_reserved(anna, bert), [4, 4])
        bert.picking_ids.do_unreserve()
        anna.picking_ids.action_assign()
        self.assertEqual(self._get_reserved(anna, bert), [4, 0])
        bert.picking_ids.action_assign()
        self.assertEqual(self._get_reserved(anna, bert), [4, 4])

    def test_what_arrives_later_waits_for_the_next_allocation(self):
        anna, bert = self._sell(6), self._sell(6, self.bert)
        self._receive(4)
        self._allocate("proportional")
        self.assertEqual(self._get_reserved(anna, bert), [2, 2])
        self._receive(5)
        self.assertEqual(self._get_reserved(anna, bert), [2, 2])
        second = self._allocate("first")
        self.assertEqual(self._get_shares(second), {anna.name: 4, bert.name: 1})
        self.assertEqual(self._get_reserved(anna, bert), [6, 3])
        second.action_undo()
        self.assertEqual(self._get_reserved(anna, bert), [2, 2])

    def test_undoing_the_first_leaves_the_second_what_it_gave(self):
        anna, bert = self._sell(6), self._sell(6, self.bert)
        self._receive(4)
        first = self._allocate("proportional")
        self._deliver(anna)
        self._receive(4)
        self._allocate("proportional")
        self.assertEqual(self._get_reserved(anna, bert), [2, 4])
        first.action_undo()
        self.assertEqual(self._get_reserved(anna, bert), [2, 2])

    def test_without_an_allocation_receipts_reserve_as_ever(self):
        anna, bert = self._sell(6), self._sell(6, self.bert)
        self._receive(8)
        self.assertEqual(self._get_reserved(anna, bert), [6, 2])

    def _sell_ordinary(self, quantity):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.outsider.partner_id.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.parka.id, "product_uom_qty": quantity}
                    )
                ],
            }
        )
        order.action_confirm()
        return order

    def test_ordinary_orders_take_nothing_that_is_held(self):
        anna = self._sell(6)
        self._receive(8)
        self._allocate("first")
        anna.picking_ids.do_unreserve()
        ordinary = self._sell_ordinary(5)
        self.assertEqual(self._get_reserved(anna, ordinary), [0, 2])
        anna.picking_ids.action_assign()
        self.assertEqual(self._get_reserved(anna, ordinary), [6, 2])

    def test_who_confirms_later_takes_nothing_that_is_held(self):
        anna = self._sell(6)
        self._receive(8)
        self._allocate("first")
        anna.picking_ids.do_unreserve()
        cleo = self._sell(6, self.cleo)
        self.assertEqual(self._get_reserved(anna, cleo), [0, 2])

    def test_goods_are_held_for_deliveries_that_are_still_to_be_made(self):
        anna = self._sell(6, inline=False)
        self.assertFalse(anna.picking_ids)
        self._receive(8)
        self._allocate("first")
        ordinary = self._sell_ordinary(5)
        self.assertEqual(self._get_reserved(ordinary), [2])
        anna._launch_deliveries()
        self.assertEqual(self._get_reserved(anna, ordinary), [6, 2])

    def test_a_backorder_keeps_to_the_share(self):
        anna, bert = self._sell(6), self._sell(6, self.bert)
        self._receive(8)
        self._allocate("proportional")
        self._deliver(anna)
        self.assertEqual(len(anna.picking_ids), 2)
        self._receive(9)
        self.assertEqual(self._get_reserved(anna, bert), [0, 4])
        self._allocate("first")
        self.assertEqual(self._get_reserved(anna, bert), [2, 6])

    def test_more_than_was_allocated_cannot_be_delivered_by_hand(self):
        anna, bert = self._sell(6), self._sell(6, self.bert)
        (anna | bert).require_payment = False
        self._receive(8)
        allocation = self._allocate("proportional")
        picking = anna.picking_ids
        picking.move_ids.quantity = 5
        with self.assertRaisesRegex(UserError, "takes 1 more of .*Parka"):
            picking.button_validate()
        picking.move_ids.quantity = 4
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        allocation.action_undo()
        bert.picking_ids.move_ids.quantity = 4
        bert.picking_ids.with_context(skip_backorder=True).button_validate()
        self.assertEqual(bert.order_line.qty_delivered, 4)

    def test_with_several_steps_the_first_takes_the_share(self):
        self.warehouse.delivery_steps = "pick_ship"
        anna, bert = self._sell(6), self._sell(6, self.bert)
        self._receive(8)
        self._allocate("proportional")
        self.assertEqual(self._get_reserved(anna, bert), [4, 4])
        self._deliver(anna)
        shipping = anna.picking_ids.filtered(
            lambda picking: picking.picking_type_code == "outgoing"
        )
        self.assertEqual(sum(shipping.move_ids.mapped("quantity")), 4)
        second = self._allocate("first", apply=False)
        self.assertEqual(
            {
                line.origin: (line.quantity_delivered, line.quantity_wanted)
                for line in second.line_ids
            },
            {anna.name: (4, 2), bert.name: (0, 2)},
        )

    def test_goods_that_a_customer_returns_are_nobody_s(self):
        anna, bert = self._sell(6), self._sell(6, self.bert)
        self._receive(6)
        self._allocate("first")
        self._deliver(anna)
        done = anna.picking_ids.filtered(lambda picking: picking.state == "done")
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=done.id, active_model="stock.picking")
            .create({"picking_id": done.id})
        )
        wizard.product_return_moves.quantity = 2
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_ids.write({"quantity": 2, "picked": True})
        back.button_validate()
        self.assertEqual(back.state, "done")
        self.assertEqual(self._get_reserved(anna, bert), [0, 0])
        second = self._allocate("first")
        self.assertEqual(self._get_shares(second), {bert.name: 2})
        self.assertEqual(self._get_reserved(bert), [2])

    # What becomes of demand and goods

    def test_a_cancelled_order_s_share_is_free_again(self):
        anna, bert = self._sell(6), self._sell(6, self.bert)
        self._receive(8)
        self._allocate("first")
        anna._action_cancel()
        second = self._allocate("first")
        self.assertEqual(self._get_shares(second), {bert.name: 4})
        self.assertEqual(self._get_reserved(bert), [6])

    def test_a_quantity_lowered_later_holds_no_more_than_is_wanted(self):
        anna, bert = self._sell(6), self._sell(6, self.bert)
        self._receive(8)
        self._allocate("first")
        anna.order_line.product_uom_qty = 3
        self.assertEqual(self._get_reserved(anna), [3])
        second = self._allocate("first")
        self.assertEqual(self._get_shares(second), {bert.name: 3})

    def test_a_quantity_lowered_before_it_is_applied_is_seen(self):
        anna = self._sell(6)
        self._receive(8)
        allocation = self._allocate("first", apply=False)
        anna.order_line.product_uom_qty = 3
        self.assertTrue(allocation.action_apply())
        self.assertEqual(allocation.line_ids.quantity_wanted, 3)
        allocation.action_apply()
        self.assertEqual(allocation.state, "applied")

    def test_goods_that_are_gone_again_are_named(self):
        anna = self._sell(6)
        self._receive(6)
        allocation = self._allocate("first")
        self.assertFalse(allocation.uncovered)
        anna.picking_ids.do_unreserve()
        self.env["stock.quant"]._update_available_quantity(self.parka, self.stock, -2)
        allocation.invalidate_recordset()
        self.assertRegex(allocation.uncovered, r"^2 × .*Parka")
        anna.picking_ids.action_assign()
        self.assertEqual(self._get_reserved(anna), [4])
        second = self._allocate("first", apply=False)
        self.assertEqual(second.line_ids, second.line_ids.browse())

    # Own shops

    def _order_for_shop(self, quantity):
        self.bert.partner_id.parent_id.preorder_location_id = self.env[
            "stock.location"
        ].create(
            {
                "name": "Shop",
                "usage": "internal",
                "location_id": self.warehouse.view_location_id.id,
                "company_id": self.company.id,
            }
        )
        form = self._get_form(self._save({self.parka: quantity}, user=self.bert))
        form._submit(NOW)
        return form

    def test_a_shop_s_transfer_gets_its_share_like_a_customer(self):
        form = self._order_for_shop(6)
        self._sell(6)
        self._receive(6)
        allocation = self._allocate("proportional")
        self.assertEqual(sorted(self._get_shares(allocation).values()), [3, 3])
        moves = form.picking_ids.move_ids
        self.assertEqual(moves.quantity, 3)
        moves.picked = True
        form.picking_ids._action_done()
        self.assertEqual(len(form.picking_ids), 2)
        self._receive(6)
        self.assertEqual(sum(form.picking_ids.move_ids.mapped("quantity")), 3)
        second = self._allocate("proportional", apply=False)
        self.assertEqual(self._get_shares(second)[form.name], 3)
        second.action_apply()
        self.assertEqual(sum(form.picking_ids.move_ids.mapped("quantity")), 6)
        second.action_undo()
        self.assertEqual(sum(form.picking_ids.move_ids.mapped("quantity")), 3)

    # Before the goods arrive

    def _order_from_supplier(self, quantity):
        supplier = self.env["res.partner"].create({"name": "Weaver"})
        self.env["product.supplierinfo"].create(
            {"partner_id": supplier.id, "product_tmpl_id": self.jacket.id, "price": 1}
        )
        plan = self.env["preorder.purchase.plan"].create(
            {"campaign_ids": [Command.link(self.campaign.id)]}
        )
        purchase = self.env["purchase.order"].create(
            {
                "partner_id": supplier.id,
                "preorder_plan_id": plan.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.parka.id, "product_qty": quantity}
                    )
                ],
            }
        )
        purchase.order_line.date_planned = "2026-08-01 12:00:00"
        purchase.button_confirm()
        return purchase

    def test_what_a_supplier_confirms_less_is_shared_out_before_it_arrives(self):
        anna, bert = self._sell(6), self._sell(6, self.bert)
        purchase = self._order_from_supplier(12)
        purchase.order_line.product_qty = 8
        allocation = self._allocate("proportional", basis="expected")
        self.assertEqual(self._get_shares(allocation), {anna.name: 4, bert.name: 4})
        self.assertEqual(self._get_reserved(anna, bert), [0, 0])
        self._receive(3)
        # At the arrival nobody takes more than the share; what is missing decides Odoo.
        self.assertEqual(self._get_reserved(anna, bert), [3, 0])
        purchase.order_line.product_qty = 3
        purchase.picking_ids.action_cancel()
        second = self._allocate("proportional")
        self.assertEqual(allocation.state, "undone")
        self.assertEqual(sorted(self._get_shares(second).values()), [1, 2])
        self.assertEqual(self._get_reserved(anna, bert), [2, 1])

    def test_what_arrives_too_late_is_not_counted(self):
        self._sell(6)
        purchase = self._order_from_supplier(6)
        allocation = self._allocate(
            "first", apply=False, basis="expected", date_until="2026-09-05"
        )
        self.assertEqual(allocation.item_ids.quantity_supply, 6)
        purchase.order_line.date_planned = "2026-09-06 12:00:00"
        allocation.action_update()
        self.assertEqual(allocation.item_ids.quantity_supply, 0)

    def test_what_is_only_expected_steps_in_no_ordinary_order_s_way(self):
        self._sell(6)
        self._order_from_supplier(6)
        self._allocate("first", basis="expected")
        ordinary = self._sell_ordinary(5)
        self.env["stock.quant"]._update_available_quantity(self.parka, self.stock, 5)
        ordinary.picking_ids.action_assign()
        self.assertEqual(self._get_reserved(ordinary), [5])

    # Who gets less

    def test_who_gets_less_is_known_by_form_and_told_by_choice_once(self):
        anna, bert = self._sell(6), self._sell(6, self.bert)
        self._receive(8)
        allocation = self._allocate("first", notify_shortened=True)
        [(form, [row])] = allocation._get_shortened().items()
        self.assertEqual(form, bert.preorder_order_ids)
        self.assertEqual((row.product, row.wanted, row.allocated), (self.parka, 6, 2))
        notice = self.env["preorder.notice"].search([("kind", "=", "shortened")])
        self.assertEqual(notice.order_id, form)
        self.assertFalse(allocation.sudo()._announce_shortened())
        notice._send()
        self.assertIn("Parka", notice.mail_id.body_html)
        self.assertIn(form.name, notice.mail_id.body_html)
        self.assertEqual(anna.state, "sale")

    def test_nobody_is_told_of_an_allocation_that_is_undone(self):
        self._sell(6)
        self._receive(4)
        allocation = self._allocate("first", notify_shortened=True)
        allocation.action_undo()
        notice = self.env["preorder.notice"].search([("kind", "=", "shortened")])
        notice._send()
        self.assertEqual(notice.state, "dropped")

    # Screens and rights

    def test_a_receipt_leads_to_the_allocation_of_what_it_brought(self):
        self._sell(6)
        self._sell(3, self.bert, product=self.bottle.product_variant_id)
        receipt = self._receive(4)
        self.assertTrue(receipt.preorder_allocatable)
        action = receipt.with_user(self.purchaser).action_allocate()
        allocation = self.env["preorder.allocation"].browse(action["res_id"])
        self.assertEqual(allocation.item_ids.product_id, self.parka)
        self.assertEqual(allocation.line_ids.quantity, 4)
        again = receipt.with_user(self.purchaser).action_allocate()
        self.assertEqual(again["res_id"], allocation.id)
        other = self._receive(1, self.other_product)
        self.assertFalse(other.preorder_allocatable)
        with self.assertRaisesRegex(UserError, "No pre-order waits"):
            other.action_allocate()

    def test_a_campaign_and_its_plan_lead_to_the_same_preview(self):
        self._sell(6)
        campaign = self.campaign.with_user(self.purchaser)
        action = campaign.action_allocate()
        campaign.action_view_purchase_plan()
        plan = campaign.purchase_plan_ids
        self.assertEqual(plan.action_allocate()["res_id"], action["res_id"])

    def test_purchasers_and_stock_managers_allocate_salespersons_look_on(self):
        self._sell(6)
        self._receive(8)
        manager = new_test_user(
            self.env, "max", groups="base.group_user,stock.group_stock_manager"
        )
        allocation = self._allocate("first", user=manager)
        salesperson = new_test_user(
            self.env, "sam", groups="sales_team.group_sale_salesman"
        )
        seen = allocation.with_user(salesperson)
        self.assertEqual(seen.line_ids.quantity, 6)
        with self.assertRaises(AccessError):
            seen.action_undo()
        with self.assertRaises(AccessError):
            seen.line_ids.with_context(preorder_allocating=True).quantity = 1
        clerk = new_test_user(self.env, "ed", groups="stock.group_stock_user")
        with self.assertRaises(AccessError):
            allocation.with_user(clerk).read(["name"])

    def test_another_company_s_allocations_are_out_of_reach(self):
        self._sell(6)
        self._receive(8)
        allocation = self._allocate("first")
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stan",
            groups="base.group_user,purchase.group_purchase_user",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        with self.assertRaises(AccessError):
            allocation.with_user(stranger).read(["name"])


@tagged("post_install", "-at_install")
class TestAllocationSpeed(AllocationCommon):
    """An allocation of a thousand lines does not ask a thousand times."""

    def _make_order(self, quantity, number):
        """A confirmed order of so many lines, its deliveries still to be made."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.partner_id.id,
                "preorder_campaign_id": self.campaign.id,
                "order_line": [
                    Command.create({"product_id": self.parka.id, "product_uom_qty": 2})
                    for _line in range(number)
                ],
            }
        )
        order.action_confirm()
        return order

    def _count(self, method):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        method()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_the_queries_of_a_preview_do_not_grow_with_its_lines(self):
        counts = []
        for number in (100, 1000):
            self._make_order(2, number)
            self.env["stock.quant"]._update_available_quantity(
                self.parka, self.stock, number
            )
            allocation = self._allocate("proportional", apply=False)
            allocation.unlink()
            allocation = (
                self.env["preorder.allocation"]
                .with_user(self.purchaser)
                .create(
                    {
                        "campaign_ids": [Command.link(self.campaign.id)],
                        "strategy": "proportional",
                    }
                )
            )
            counts.append(self._count(allocation.action_update))
        self.assertEqual(len(allocation.line_ids), 1100)
        # Bulk inserts and updates are made a thousand at a time.
        self.assertLess(counts[1] - counts[0], 20, counts)
        self.assertLess(counts[1], 80, counts)
        # Applying holds them; with deliveries still to be made nothing is reserved.
        self.assertLess(self._count(allocation.action_apply), 80)
