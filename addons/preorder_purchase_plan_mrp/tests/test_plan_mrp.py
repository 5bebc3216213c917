from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.preorder_purchase_plan.tests.common import PlanCommon


@tagged("post_install", "-at_install")
class TestPlanManufacturing(PlanCommon):
    """What is made is manufactured in one click."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cloth = cls._make_product("Cloth", (0, 3.0))
        cls.coat = cls._make_product("Coat")
        cls.bom = cls._make_bom(cls.coat, {cls.cloth: 2}, produce_delay=5)

    @classmethod
    def _make_bom(cls, product, components, **values):
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "bom_line_ids": [
                    Command.create(
                        {"product_id": component.id, "product_qty": quantity}
                    )
                    for component, quantity in components.items()
                ],
                **values,
            }
        )

    def _get_productions(self, plan):
        return self.env["mrp.production"].search([("preorder_plan_id", "=", plan.id)])

    def _get_made(self, plan):
        return self._get_productions(plan).sorted("id").mapped("product_qty")

    def _produce(self, production, quantity=None):
        production.action_confirm()
        production.qty_producing = quantity or production.product_qty
        production.with_context(skip_consumption=True).button_mark_done()

    def test_what_has_a_bill_and_no_supplier_is_made(self):
        self._sell({self.coat: 10, self.cap: 4})
        plan = self._make_plan()
        line = self._get_line(plan, self.coat)
        self.assertEqual((line.supply, line.quantity_to_order), ("make", 10))
        self.assertFalse(line.problem)
        self.assertEqual((plan.without_supplier_count, plan.to_make_count), (0, 1))
        plan.with_user(self.purchaser).action_create_purchase_orders()
        self.assertEqual(plan.purchase_order_ids.order_line.product_id, self.cap)
        plan.with_user(self.purchaser).action_create_productions()
        self.assertEqual(self._get_made(plan), [10])
        self.assertEqual(self._get_productions(plan).bom_id, self.bom)
        self.assertEqual((line.quantity_ordered, line.quantity_missing), (10, 0))

    def test_again_makes_nothing_new_and_more_sales_only_the_difference(self):
        self._sell({self.coat: 10})
        plan = self._make_plan()
        plan.action_create_productions()
        with self.assertRaisesRegex(UserError, "Nothing to manufacture"):
            plan.action_create_productions()
        self._sell({self.coat: 3}, user=self.second_customer)
        plan.action_create_productions()
        self.assertEqual(self._get_made(plan), [10, 3])

    def test_a_cancelled_order_is_missing_again(self):
        self._sell({self.coat: 10})
        plan = self._make_plan()
        plan.action_create_productions()
        self._get_productions(plan).action_cancel()
        plan.action_update()
        self.assertEqual(self._get_line(plan, self.coat).quantity_to_order, 10)

    def test_what_is_made_in_parts_is_neither_made_nor_counted_twice(self):
        self._stock(100, self.cloth)
        self._sell({self.coat: 10})
        plan = self._make_plan(use_stock=True)
        plan.action_create_productions()
        production = self._get_productions(plan)
        production.action_confirm()
        production.qty_producing = 4
        production.move_raw_ids.picked = True
        production.with_context(
            skip_consumption=True,
            skip_backorder=True,
            mo_ids_to_backorder=production.ids,
        ).button_mark_done()
        plan.action_update()
        line = self._get_line(plan, self.coat)
        self.assertEqual(sorted(self._get_made(plan)), [4, 6])
        self.assertEqual((line.quantity_ordered, line.quantity_missing), (10, 0))
        self.assertEqual(line.quantity_from_stock, 0)

    def test_it_ends_before_it_is_needed(self):
        day = fields.Datetime.now().replace(microsecond=0) + timedelta(days=40)
        order = self._quote({self.coat: 10})
        order.commitment_date = day
        order.action_confirm()
        plan = self._make_plan()
        plan.action_create_productions()
        production = self._get_productions(plan)
        self.assertLess(production.date_finished.date(), day.date())
        self.assertGreater(production.date_finished, day - timedelta(days=3))
        self.assertEqual(
            self._get_line(plan, self.coat).date_order_latest,
            day.date() - timedelta(days=5),
        )

    def test_batches_are_made_as_the_bill_says(self):
        self.bom.write({"enable_batch_size": True, "batch_size": 6})
        self._sell({self.coat: 10})
        plan = self._make_plan()
        self.assertEqual(self._get_line(plan, self.coat).quantity_to_order, 12)
        plan.action_create_productions()
        self.assertEqual(self._get_made(plan), [6, 6])

    def test_the_bill_s_quantity_is_a_multiple(self):
        self.bom.product_qty = 4
        self._sell({self.coat: 10})
        plan = self._make_plan()
        line = self._get_line(plan, self.coat)
        self.assertEqual((line.quantity_to_order, line.quantity_rounded_up), (12, 2))

    def test_what_is_sold_by_a_supplier_is_bought_unless_the_route_says_make(self):
        self._add_price(self.coat, self.textiles)
        buy = self.env["stock.rule"].search([("action", "=", "buy")], limit=1).route_id
        make = self.warehouse.manufacture_pull_id.route_id
        self.coat.route_ids = buy
        self._sell({self.coat: 10})
        plan = self._make_plan()
        line = self._get_line(plan, self.coat)
        self.assertEqual(line.supply, "buy")
        self.coat.route_ids = make
        plan.action_update()
        self.assertEqual(
            (line.supply, line.partner_id), ("make", line.partner_id.browse())
        )

    def test_a_supplier_chosen_by_hand_buys_it(self):
        self._sell({self.coat: 10})
        plan = self._make_plan()
        line = self._get_line(plan, self.coat)
        line.partner_id = self.metals
        self.assertEqual((line.supply, line.partner_id), ("buy", self.metals))

    def test_what_is_made_to_order_is_left_to_its_route(self):
        to_order = self.env.ref("stock.route_warehouse0_mto")
        to_order.action_unarchive()
        self.coat.route_ids = to_order
        self._sell({self.coat: 10})
        plan = self._make_plan()
        line = self._get_line(plan, self.coat)
        self.assertEqual((line.quantity_by_route, line.quantity_missing), (10, 0))

    def test_what_is_being_made_is_on_its_way(self):
        production = self.env["mrp.production"].create(
            {"product_id": self.coat.id, "product_qty": 6, "bom_id": self.bom.id}
        )
        production.action_confirm()
        self._sell({self.coat: 10})
        plan = self._make_plan(use_incoming=True)
        line = self._get_line(plan, self.coat)
        self.assertEqual((line.quantity_from_incoming, line.quantity_missing), (6, 4))

    # Kits

    def _make_kit(self):
        kit = self._make_product("Set", is_storable=False)
        self._make_bom(kit, {self.cap: 2, self.cloth: 0.5}, type="phantom")
        return kit

    def test_of_a_kit_its_components_are_bought(self):
        kit = self._make_kit()
        self._add_price(kit, self.metals)
        self._sell({kit: 5, self.cap: 1})
        plan = self._make_plan()
        self.assertFalse(self._get_line(plan, kit))
        self.assertEqual(self._get_line(plan).quantity_to_order, 11)
        self.assertEqual(self._get_line(plan, self.cloth).quantity_missing, 2.5)
        self.assertEqual(sum(plan.line_ids.mapped("sales_amount")), 5 * 25 + 25)
        plan.action_create_purchase_orders()
        self.assertNotIn(self.metals, plan.purchase_order_ids.partner_id)

    def test_stock_of_components_is_taken_off(self):
        kit = self._make_kit()
        self._stock(4)
        order = self._sell({kit: 5}, launch=False)
        plan = self._make_plan(use_stock=True)
        line = self._get_line(plan)
        self.assertEqual((line.quantity_from_stock, line.quantity_missing), (4, 6))
        order._launch_deliveries()
        plan.action_update()
        self.assertEqual((line.quantity_from_stock, line.quantity_missing), (4, 6))

    def test_components_bought_to_order_are_left_to_their_route(self):
        to_order = self.env.ref("stock.route_warehouse0_mto")
        to_order.action_unarchive()
        self.cap.route_ids = to_order
        kit = self._make_kit()
        order = self._sell({kit: 5}, launch=False)
        plan = self._make_plan()
        line = self._get_line(plan)
        self.assertEqual((line.quantity_by_route, line.quantity_missing), (10, 0))
        order._launch_deliveries()
        plan.action_update()
        self.assertEqual((line.quantity_by_route, line.quantity_missing), (10, 0))
