from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.preorder_campaign.tests.common import NOW

from .common import PlanCommon


@tagged("post_install", "-at_install")
class TestPlanRoutes(PlanCommon):
    """What routes buy is never bought twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.to_order = cls.env.ref("stock.route_warehouse0_mto")
        cls.to_order.action_unarchive()
        cls.to_order.sale_selectable = True

    def _expect(self, *, by_route, missing, product=None):
        line = self._get_line(self._make_plan(), product)
        self.assertEqual(
            (line.quantity_by_route, line.quantity_missing), (by_route, missing)
        )

    def _get_requests(self):
        return self.env["purchase.order.line"].search(
            [("product_id", "=", self.cap.id), ("state", "!=", "cancel")]
        )

    def test_a_product_made_to_order_is_left_to_its_route(self):
        self.cap.route_ids = self.to_order
        self._sell({self.cap: 10})
        self._expect(by_route=10, missing=0)
        self.assertEqual(sum(self._get_requests().mapped("product_qty")), 10)

    def test_it_is_so_before_its_deliveries_are_made(self):
        self.cap.route_ids = self.to_order
        order = self._sell({self.cap: 10}, launch=False)
        self._expect(by_route=10, missing=0)
        order._launch_deliveries()
        self._expect(by_route=10, missing=0)

    def test_it_is_so_when_it_is_delivered(self):
        self.cap.route_ids = self.to_order
        order = self._sell({self.cap: 10})
        purchase = self._get_requests().order_id
        purchase.button_confirm()
        self._receive(purchase)
        self._expect(by_route=10, missing=0)
        self._deliver(order)
        self.assertEqual(order.order_line.qty_delivered, 10)
        self._expect(by_route=10, missing=0)

    def test_a_category_s_route_counts(self):
        self.category.route_ids = self.to_order
        self._sell({self.cap: 10})
        self._expect(by_route=10, missing=0)

    def test_a_warehouse_s_route_counts(self):
        self.to_order.write(
            {
                "warehouse_selectable": True,
                "warehouse_ids": [Command.link(self.warehouse.id)],
                "sequence": 0,
            }
        )
        self._sell({self.cap: 10})
        self._expect(by_route=10, missing=0)

    def test_a_line_s_own_route_counts(self):
        order = self._quote({self.cap: 10})
        order.order_line.route_ids = self.to_order
        order.action_confirm()
        self._expect(by_route=10, missing=0)
        order._launch_deliveries()
        self._expect(by_route=10, missing=0)

    def test_a_line_s_route_that_delivers_nothing_leaves_it_to_the_product_s(self):
        buy = self.env["stock.rule"].search([("action", "=", "buy")], limit=1).route_id
        self.cap.route_ids = self.to_order
        order = self._quote({self.cap: 10})
        order.order_line.route_ids = buy
        order.action_confirm()
        self._expect(by_route=10, missing=0)
        order._launch_deliveries()
        self._expect(by_route=10, missing=0)

    def test_a_line_s_route_that_takes_from_stock_goes_before_the_product_s(self):
        self.cap.route_ids = self.to_order
        order = self._quote({self.cap: 10})
        order.order_line.route_ids = self.warehouse.delivery_route_id
        order.action_confirm()
        self._expect(by_route=0, missing=10)
        order._launch_deliveries()
        self._expect(by_route=0, missing=10)

    def test_a_campaign_s_route_reaches_its_orders(self):
        self.campaign.route_id = self.to_order
        order = self._sell({self.cap: 10}, launch=False)
        self.assertEqual(order.order_line.route_ids, self.to_order)
        self._expect(by_route=10, missing=0)

    def test_quotations_and_forms_of_a_campaign_whose_route_buys_are_left_to_it(self):
        self.campaign.route_id = self.to_order
        self._quote({self.cap: 10})
        self._save({self.cap: 5}, user=self.second_customer)
        plan = self._make_plan(count_quoted=True, count_started=True)
        self.assertFalse(sum(plan.line_ids.mapped("quantity_missing")))

    def test_delivery_in_two_steps_is_not_bought_by_a_route(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self._sell({self.cap: 10}, launch=False)
        self._expect(by_route=0, missing=10)
        order._launch_deliveries()
        self._expect(by_route=0, missing=10)

    def test_delivery_in_three_steps_made_to_order_is(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        self.warehouse.reception_steps = "two_steps"
        self.cap.route_ids = self.to_order
        order = self._sell({self.cap: 10}, launch=False)
        self._expect(by_route=10, missing=0)
        order._launch_deliveries()
        self._expect(by_route=10, missing=0)

    def test_what_stock_lacks_is_bought_by_a_route_that_looks_there_first(self):
        self.to_order.rule_ids.procure_method = "mts_else_mto"
        self.cap.route_ids = self.to_order
        self._stock(6)
        self._sell({self.cap: 10})
        self.assertEqual(sum(self._get_requests().mapped("product_qty")), 4)
        self._expect(by_route=10, missing=0)

    def test_made_to_order_from_another_warehouse_s_stock_is_to_be_bought(self):
        other = self.env["stock.warehouse"].create(
            {"name": "Hub", "code": "HUB", "company_id": self.company.id}
        )
        self.warehouse.resupply_wh_ids = other
        resupply = self.warehouse.resupply_route_ids
        self.cap.route_ids = self.to_order | resupply
        self._sell({self.cap: 10}, launch=False)
        self._expect(by_route=0, missing=10)

    def test_what_a_route_found_no_supplier_for_is_shown(self):
        hat = self._make_product("Hat nobody makes", route_ids=self.to_order.ids)
        order = self._sell({hat: 10}, launch=False)
        self._expect(by_route=0, missing=10, product=hat)
        with self.assertRaises(UserError):
            order._launch_deliveries()

    def test_a_route_given_after_the_deliveries_were_made_buys_nothing(self):
        self._sell({self.cap: 10})
        self.cap.route_ids = self.to_order
        self._expect(by_route=0, missing=10)

    def test_a_route_taken_away_after_it_has_bought_has_bought(self):
        self.cap.route_ids = self.to_order
        self._sell({self.cap: 10})
        self.cap.route_ids = False
        self._expect(by_route=10, missing=0)

    def test_what_a_route_bought_and_the_buyer_cancelled_is_missing(self):
        self.cap.route_ids = self.to_order
        self._sell({self.cap: 10})
        line = self._get_requests()
        line.propagate_cancel = False
        line.order_id.button_cancel()
        self._expect(by_route=0, missing=10)

    def test_goods_of_a_route_are_not_free_stock(self):
        self.cap.route_ids = self.to_order
        self._sell({self.cap: 10})
        purchase = self._get_requests().order_id
        plain = self._make_product("Plain", (0, 5.0))
        self.cap.route_ids = False
        self._sell({self.cap: 10}, campaign=self.other_campaign)
        values = {"use_stock": True, "use_incoming": True}
        other = self._make_plan(self.other_campaign, **values)
        self.assertEqual(self._get_line(other).quantity_missing, 10)
        purchase.button_confirm()
        other.action_update()
        self.assertEqual(self._get_line(other).quantity_missing, 10)
        self._receive(purchase)
        other.action_update()
        self.assertEqual(self._get_line(other).quantity_missing, 10)
        self.assertFalse(self._get_line(other, plain))

    def test_goods_made_to_order_lie_in_the_entrance_and_are_not_free(self):
        self.warehouse.reception_steps = "two_steps"
        self.cap.route_ids = self.to_order
        self._sell({self.cap: 10})
        purchase = self._get_requests().order_id
        purchase.button_confirm()
        self._transfer(purchase.picking_ids[:1])
        self.cap.route_ids = False
        self._sell({self.cap: 10}, campaign=self.other_campaign)
        other = self._make_plan(self.other_campaign, use_stock=True)
        self.assertEqual(self._get_line(other).quantity_missing, 10)

    def test_unlaunched_goods_of_a_route_leave_the_stock_to_others(self):
        self._stock(10)
        self.cap.route_ids = self.to_order
        self._sell({self.cap: 10}, launch=False)
        order = self._quote({self.cap: 10}, campaign=self.other_campaign)
        order.order_line.route_ids = self.warehouse.delivery_route_id
        order.action_confirm()
        other = self._make_plan(self.other_campaign, use_stock=True)
        self.assertEqual(self._get_line(other).quantity_from_stock, 10)


@tagged("post_install", "-at_install")
class TestPlanReorderingRules(PlanCommon):
    def _make_rule(self, trigger="auto", **values):
        # Odoo deletes what the system itself made, once it is processed.
        rules = self.env["stock.warehouse.orderpoint"].with_user(
            self.env.ref("base.user_admin")
        )
        return rules.create(
            {
                "product_id": self.cap.id,
                "warehouse_id": self.warehouse.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "trigger": trigger,
                "product_min_qty": 0,
                "product_max_qty": 0,
                **values,
            }
        )

    def _run_scheduler(self):
        self.env["stock.rule"].run_scheduler()

    def _get_requested(self):
        lines = self.env["purchase.order.line"].search(
            [("product_id", "=", self.cap.id), ("state", "!=", "cancel")]
        )
        return sum(lines.mapped("product_qty"))

    def test_an_automatic_rule_buys_it_and_the_plan_does_not(self):
        self._make_rule()
        self._sell({self.cap: 10})
        line = self._get_line(self._make_plan())
        self.assertEqual((line.supply, line.quantity_to_order), ("rule", 0))
        self._run_scheduler()
        self.assertEqual(self._get_requested(), 10)
        line.plan_id.action_update()
        self.assertEqual((line.supply, line.quantity_to_order), ("rule", 0))

    def test_what_the_plan_buys_instead_the_rule_does_not_buy(self):
        self._make_rule()
        order = self._sell({self.cap: 10}, launch=False)
        plan = self._make_plan()
        self._get_line(plan).buy_despite_rule = True
        plan.action_create_purchase_orders()
        self.assertEqual(self._get_requested(), 10)
        order._launch_deliveries()
        self._run_scheduler()
        self.assertEqual(self._get_requested(), 10)
        plan.purchase_order_ids.button_confirm()
        self._run_scheduler()
        self.assertEqual(self._get_requested(), 10)

    def test_what_the_rule_has_bought_the_plan_does_not_buy_again(self):
        self._make_rule()
        self._sell({self.cap: 10})
        self._run_scheduler()
        plan = self._make_plan()
        line = self._get_line(plan)
        line.buy_despite_rule = True
        self.assertEqual(line.quantity_to_order, 0)
        purchase = (
            self.env["purchase.order.line"]
            .search([("product_id", "=", self.cap.id)])
            .order_id
        )
        purchase.button_confirm()
        plan.action_update()
        self.assertEqual(line.quantity_to_order, 0)
        self._receive(purchase)
        plan.action_update()
        self.assertEqual(line.quantity_to_order, 0)

    def test_what_the_rule_has_brought_is_not_bought_by_a_plan_made_later(self):
        self._make_rule(product_min_qty=5, product_max_qty=5)
        self._sell({self.cap: 10})
        self._run_scheduler()
        purchase = (
            self.env["purchase.order.line"]
            .search([("product_id", "=", self.cap.id)])
            .order_id
        )
        self.assertEqual(purchase.order_line.product_qty, 15)
        purchase.button_confirm()
        self._receive(purchase)
        plan = self._make_plan()
        line = self._get_line(plan)
        line.buy_despite_rule = True
        plan.action_update()
        self.assertEqual((line.quantity_from_stock, line.quantity_to_order), (10, 0))

    def test_a_manual_rule_waits_for_a_click_and_the_plan_buys(self):
        rule = self._make_rule("manual")
        self._sell({self.cap: 10})
        plan = self._make_plan()
        line = self._get_line(plan)
        self.assertEqual((line.reordering_rule, line.supply), ("manual", "buy"))
        self.assertEqual(line.quantity_to_order, 10)
        plan.action_create_purchase_orders()
        rule.invalidate_recordset()
        self.assertEqual(rule.qty_to_order, 0)

    def test_what_a_manual_rule_was_clicked_for_is_not_bought_again(self):
        rule = self._make_rule("manual")
        self._sell({self.cap: 10})
        rule.invalidate_recordset()
        rule.action_replenish()
        line = self._get_line(self._make_plan())
        self.assertEqual((line.quantity_from_incoming, line.quantity_to_order), (10, 0))

    def test_a_rule_of_another_warehouse_buys_nothing_for_this_one(self):
        other = self.env["stock.warehouse"].create(
            {"name": "Hub", "code": "HUB", "company_id": self.company.id}
        )
        self._make_rule(warehouse_id=other.id, location_id=other.lot_stock_id.id)
        self._sell({self.cap: 10})
        line = self._get_line(self._make_plan())
        self.assertEqual((line.reordering_rule, line.quantity_to_order), (False, 10))


@tagged("post_install", "-at_install")
class TestPlanStock(PlanCommon):
    """Free stock and what is on its way are taken off by choice, and once."""

    def _expect(self, plan, *, stock=0, incoming=0, missing=0):
        plan.action_update()
        line = self._get_line(plan)
        self.assertEqual(
            (
                line.quantity_from_stock,
                line.quantity_from_incoming,
                line.quantity_missing,
            ),
            (stock, incoming, missing),
        )

    def _make_two_plans(self, **values):
        values = {"use_stock": True, **values}
        return (
            self._make_plan(self.campaign, **values),
            self._make_plan(self.other_campaign, **values),
        )

    def test_stock_is_taken_off_by_choice(self):
        self._stock(4)
        self._sell({self.cap: 10})
        plan = self._make_plan()
        self._expect(plan, missing=10)
        plan.use_stock = True
        self._expect(plan, stock=4, missing=6)
        plan.use_stock = False
        self._expect(plan, missing=10)

    def test_orders_whose_deliveries_are_not_made_yet_count_the_same(self):
        self._stock(4)
        order = self._sell({self.cap: 10}, launch=False)
        plan = self._make_plan(use_stock=True)
        self._expect(plan, stock=4, missing=6)
        order._launch_deliveries()
        self._expect(plan, stock=4, missing=6)

    def test_what_is_promised_outside_of_plans_is_not_free(self):
        self._stock(10)
        promised = self.env["sale.order"].create(
            {
                "partner_id": self.customer.partner_id.id,
                "order_line": [
                    Command.create({"product_id": self.cap.id, "product_uom_qty": 7})
                ],
            }
        )
        promised.action_confirm()
        self._sell({self.cap: 10})
        plan = self._make_plan(use_stock=True)
        self._expect(plan, stock=3, missing=7)
        self._deliver(promised)
        self._expect(plan, stock=3, missing=7)

    def test_what_is_delivered_from_stock_stays_taken_off(self):
        self._stock(10)
        order = self._sell({self.cap: 10})
        plan = self._make_plan(use_stock=True)
        self._expect(plan, stock=10)
        self._deliver(order)
        self._expect(plan, stock=10)

    def test_what_the_plan_s_own_orders_brought_is_not_taken_off_again(self):
        self._stock(4)
        order = self._sell({self.cap: 10})
        plan = self._make_plan(use_stock=True)
        plan.action_create_purchase_orders()
        purchase = plan.purchase_order_ids
        self.assertEqual(purchase.order_line.product_qty, 6)
        purchase.button_confirm()
        self._expect(plan, stock=4)
        self._receive(purchase)
        self._expect(plan, stock=4)
        self._deliver(order)
        self._expect(plan, stock=4)
        self._sell({self.cap: 3}, user=self.second_customer)
        self._expect(plan, stock=4, missing=3)

    def test_two_plans_do_not_take_off_the_same_pieces(self):
        first, second = self._make_two_plans()
        self._stock(10)
        order = self._sell({self.cap: 10})
        self._sell({self.cap: 10}, campaign=self.other_campaign)
        self._expect(first, stock=10)
        self._expect(second, missing=10)
        self._deliver(order)
        self._expect(first, stock=10)
        self._expect(second, missing=10)

    def test_what_a_cancelled_order_had_taken_is_another_plan_s(self):
        first, second = self._make_two_plans()
        self._stock(10)
        order = self._sell({self.cap: 10})
        self._sell({self.cap: 10}, campaign=self.other_campaign)
        self._expect(first, stock=10)
        self._expect(second, missing=10)
        order.with_context(disable_cancel_warning=True).action_cancel()
        self._expect(second, stock=10)
        first.action_update()
        self.assertFalse(self._get_line(first))

    def test_a_plan_that_takes_nothing_off_leaves_the_stock_to_another(self):
        first, second = self._make_two_plans()
        self._stock(10)
        self._sell({self.cap: 10})
        self._sell({self.cap: 10}, campaign=self.other_campaign)
        first.use_stock = False
        self._expect(second, stock=10)
        self._expect(first, missing=10)

    def test_what_one_plan_expects_of_quotations_is_not_another_s(self):
        first, second = self._make_two_plans(count_quoted=True)
        self._stock(10)
        quotation = self._quote({self.cap: 10})
        self._sell({self.cap: 10}, campaign=self.other_campaign)
        self._expect(first, stock=10)
        self._expect(second, missing=10)
        quotation.action_confirm()
        self._expect(second, missing=10)
        self._expect(first, stock=10)

    def test_what_a_plan_has_received_and_does_not_need_is_another_s(self):
        self.cap.seller_ids.order_multiple = 24
        order = self._sell({self.cap: 10})
        first, second = self._make_two_plans()
        first.action_create_purchase_orders()
        purchase = first.purchase_order_ids
        purchase.button_confirm()
        other = self._sell({self.cap: 14}, campaign=self.other_campaign)
        self._expect(second, missing=14)
        self._receive(purchase)
        self._expect(second, stock=14)
        self._expect(first, stock=-14)
        self.assertEqual(self._get_line(first).quantity_missing, 0)
        self._deliver(order)
        self._deliver(other)
        self._expect(second, stock=14)
        self._expect(first, stock=-14)
        # What it gave away it does not have any more.
        self._sell({self.cap: 5}, user=self.second_customer)
        self._expect(first, stock=-14, missing=5)

    def test_what_is_on_its_way_is_taken_off_by_choice_and_once(self):
        self._buy(10)
        self._sell({self.cap: 10})
        self._sell({self.cap: 10}, campaign=self.other_campaign)
        first, second = self._make_two_plans(use_stock=False)
        self._expect(first, missing=10)
        first.use_incoming = True
        self._expect(first, incoming=10)
        second.use_incoming = True
        self._expect(second, missing=10)

    def test_what_was_counted_on_its_way_stays_counted_when_it_arrives(self):
        first = self._make_plan(use_incoming=True)
        second = self._make_plan(self.other_campaign, use_stock=True, use_incoming=True)
        purchase = self._buy(10)
        order = self._sell({self.cap: 10})
        self._sell({self.cap: 10}, campaign=self.other_campaign)
        first.action_update()
        self._receive(purchase, 6)
        self._expect(second, missing=10)
        self._expect(first, stock=6, incoming=4)
        self._receive(purchase)
        self._expect(second, missing=10)
        self._expect(first, stock=10)
        self._deliver(order)
        self._expect(first, stock=10)

    def test_a_request_that_is_not_confirmed_is_not_on_its_way(self):
        self._buy(10).button_cancel()
        self._sell({self.cap: 10})
        self._expect(self._make_plan(use_incoming=True), missing=10)

    def test_what_another_plan_has_ordered_is_not_on_its_way_for_this_one(self):
        self._sell({self.cap: 10})
        first, second = self._make_two_plans(use_incoming=True)
        first.action_create_purchase_orders()
        first.purchase_order_ids.button_confirm()
        self._sell({self.cap: 10}, campaign=self.other_campaign)
        self._expect(second, missing=10)

    def test_what_an_archived_plan_ordered_is_on_its_way(self):
        order = self._sell({self.cap: 10})
        first, second = self._make_two_plans(use_incoming=True)
        first.action_create_purchase_orders()
        first.purchase_order_ids.button_confirm()
        order.with_context(disable_cancel_warning=True).action_cancel()
        first.active = False
        self._sell({self.cap: 10}, campaign=self.other_campaign)
        self._expect(second, incoming=10)

    def test_stock_below_zero_is_made_up_for_by_what_comes(self):
        self._stock(-4)
        self._buy(10)
        self._sell({self.cap: 10})
        plan = self._make_plan(use_stock=True, use_incoming=True)
        self._expect(plan, incoming=6, missing=4)
        plan.use_incoming = False
        self._expect(plan, missing=10)

    def test_each_campaign_takes_from_the_warehouse_where_it_receives(self):
        hub = self.env["stock.warehouse"].create(
            {"name": "Hub", "code": "HUB", "company_id": self.company.id}
        )
        self._stock(4)
        self._stock(6, warehouse=hub)
        self.other_campaign.picking_type_id = hub.in_type_id
        self._sell({self.cap: 10})
        order = self._quote({self.cap: 10}, campaign=self.other_campaign)
        order.warehouse_id = hub
        order.action_confirm()
        plan = self.env["preorder.purchase.plan"].create(
            {
                "campaign_ids": [
                    Command.set((self.campaign | self.other_campaign).ids)
                ],
                "use_stock": True,
            }
        )
        plan.action_update()
        lines = plan.line_ids.sorted("quantity_from_stock")
        self.assertEqual(lines.mapped("quantity_from_stock"), [4, 6])
        self.assertEqual(lines.mapped("quantity_missing"), [6, 4])
        self.assertEqual(lines[1].picking_type_id, hub.in_type_id)
        plan.action_create_purchase_orders()
        self.assertEqual(
            plan.purchase_order_ids.sorted("id").picking_type_id,
            self.warehouse.in_type_id | hub.in_type_id,
        )
        plan.purchase_order_ids.button_confirm()
        self._receive(plan.purchase_order_ids)
        plan.action_update()
        self.assertEqual(sorted(plan.line_ids.mapped("quantity_from_stock")), [4, 6])
        self.assertEqual(plan.line_ids.mapped("quantity_missing"), [0, 0])

    def test_an_own_shop_inside_the_warehouse_keeps_what_it_has(self):
        first, second = self._make_two_plans()
        shop = self.env["stock.location"].create(
            {
                "name": "Shop",
                "usage": "internal",
                "location_id": self.warehouse.view_location_id.id,
                "company_id": self.company.id,
            }
        )
        self.second_customer.partner_id.parent_id.preorder_location_id = shop
        self._stock(10)
        form = self._get_form(self._save({self.cap: 7}, user=self.second_customer))
        form._submit(NOW)
        self._sell({self.cap: 10}, campaign=self.other_campaign)
        self._expect(first, stock=7)
        self._expect(second, stock=3, missing=7)
        self._transfer(form.picking_ids)
        self._expect(first, stock=7)
        self._expect(second, stock=3, missing=7)

    def test_weeks_share_the_stock_the_earliest_first(self):
        self._stock(7)
        early = self._quote({self.cap: 5})
        late = self._quote({self.cap: 5}, user=self.second_customer)
        early.commitment_date = "2026-08-03 10:00:00"
        late.commitment_date = "2026-09-07 10:00:00"
        (early | late).action_confirm()
        plan = self._make_plan(use_stock=True, by_week=True)
        lines = plan.line_ids.sorted("week")
        self.assertEqual(lines.mapped("quantity_from_stock"), [5, 2])
        self.assertEqual(lines.mapped("quantity_missing"), [0, 3])
