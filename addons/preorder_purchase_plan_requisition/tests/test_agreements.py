from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.preorder_purchase_plan.tests.common import PlanCommon


@tagged("post_install", "-at_install")
class TestAgreements(PlanCommon):
    """The plan buys at the prices of purchase agreements."""

    def _agree(self, price, product=None, **values):
        agreement = self.env["purchase.requisition"].create(
            {
                "requisition_type": "blanket_order",
                "vendor_id": self.textiles.id,
                "line_ids": [
                    Command.create(
                        {
                            "product_id": (product or self.cap).id,
                            "product_qty": 1000,
                            "price_unit": price,
                        }
                    )
                ],
                **values,
            }
        )
        agreement.action_confirm()
        return agreement

    def test_the_agreed_price_is_used_and_the_request_is_under_the_agreement(self):
        agreement = self._agree(8.0)
        self._sell({self.cap: 10})
        plan = self._make_plan()
        self.assertEqual(self._get_line(plan).price, 8)
        plan.action_create_purchase_orders()
        order = plan.purchase_order_ids
        self.assertEqual(order.requisition_id, agreement)
        self.assertEqual(order.order_line.price_unit, 8)
        order.button_confirm()
        self.assertEqual(agreement.line_ids.qty_ordered, 10)

    def test_agreements_are_requested_apart(self):
        scarf = self._make_product("Scarf", (0, 4.0))
        plain = self._make_product("Plain", (0, 2.0))
        first = self._agree(8.0)
        second = self._agree(3.0, scarf)
        self._sell({self.cap: 10, scarf: 10, plain: 10})
        plan = self._make_plan()
        plan.action_create_purchase_orders()
        self.assertEqual(
            {
                order.requisition_id: (
                    order.order_line.product_id,
                    order.order_line.price_unit,
                )
                for order in plan.purchase_order_ids
            },
            {
                first: (self.cap, 8),
                second: (scarf, 3),
                first.browse(): (plain, 2),
            },
        )

    def test_a_better_price_without_an_agreement_is_taken_as_odoo_does(self):
        self._agree(12.0)
        self._sell({self.cap: 10})
        plan = self._make_plan()
        plan.action_create_purchase_orders()
        order = plan.purchase_order_ids
        self.assertFalse(order.requisition_id)
        self.assertEqual(order.order_line.price_unit, 10)

    def test_more_is_added_to_the_request_under_the_same_agreement(self):
        agreement = self._agree(8.0)
        self._sell({self.cap: 10})
        plan = self._make_plan(on_more="add")
        plan.action_create_purchase_orders()
        self._sell({self.cap: 5}, user=self.second_customer)
        plan.action_create_purchase_orders()
        line = plan.purchase_order_ids.order_line
        self.assertEqual((line.product_qty, line.price_unit), (15, 8))
        agreement.line_ids.price_unit = 11
        third = self._make_customer("Third", "third", self.label)
        self._sell({self.cap: 3}, user=third)
        plan.action_create_purchase_orders()
        orders = plan.purchase_order_ids.sorted("id")
        self.assertEqual(
            [(order.requisition_id, order.order_line.product_qty) for order in orders],
            [(agreement, 15), (agreement.browse(), 3)],
        )

    def test_the_price_of_an_agreement_that_is_not_in_force_is_not_used(self):
        today = fields.Date.context_today(self.campaign)
        self._agree(8.0, date_end=today - timedelta(days=1))
        self._agree(7.0, date_start=today + timedelta(days=1))
        self._sell({self.cap: 10})
        plan = self._make_plan()
        self.assertEqual(self._get_line(plan).price, 10)
        plan.action_create_purchase_orders()
        self.assertFalse(plan.purchase_order_ids.requisition_id)
