"""Drop-shipped goods go from the supplier to the customer: no plan buys them."""

from odoo.tests import tagged

from odoo.addons.preorder_purchase_plan.tests.common import PlanCommon


@tagged("post_install", "-at_install")
class TestDropShipping(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.drop_ship = cls.env.ref("stock_dropshipping.route_drop_shipping")

    def _expect(self, *, by_route, missing):
        line = self._get_line(self._make_plan())
        self.assertEqual(
            (line.quantity_by_route, line.quantity_missing), (by_route, missing)
        )

    def _get_requests(self):
        return self.env["purchase.order"].search(
            [("order_line.product_id", "=", self.cap.id), ("state", "!=", "cancel")]
        )

    def test_what_is_drop_shipped_is_bought_once(self):
        self.cap.route_ids = self.drop_ship
        order = self._sell({self.cap: 10}, launch=False)
        self._expect(by_route=10, missing=0)
        order._launch_deliveries()
        self._expect(by_route=10, missing=0)
        purchase = self._get_requests()
        self.assertEqual(purchase.order_line.product_qty, 10)
        purchase.button_confirm()
        self._expect(by_route=10, missing=0)
        self._receive(purchase)
        self.assertEqual(order.order_line.qty_delivered, 10)
        self._expect(by_route=10, missing=0)

    def test_a_route_taken_away_after_the_purchase_was_confirmed_has_bought(self):
        self.cap.route_ids = self.drop_ship
        self._sell({self.cap: 10})
        self._get_requests().button_confirm()
        self.cap.route_ids = False
        self._expect(by_route=10, missing=0)

    def test_a_campaign_can_be_drop_shipped_whole(self):
        self.campaign.route_id = self.drop_ship
        self._sell({self.cap: 10})
        self._expect(by_route=10, missing=0)
        self._sell({self.cap: 4}, campaign=self.other_campaign)
        other = self._get_line(self._make_plan(self.other_campaign))
        self.assertEqual((other.quantity_by_route, other.quantity_missing), (0, 4))

    def test_drop_shipped_goods_are_nobody_s_free_stock(self):
        self._stock(3)
        self.campaign.route_id = self.drop_ship
        order = self._sell({self.cap: 10})
        self._sell({self.cap: 4}, campaign=self.other_campaign)
        other = self._make_plan(self.other_campaign, use_stock=True, use_incoming=True)
        line = self._get_line(other)
        self.assertEqual((line.quantity_from_stock, line.quantity_missing), (3, 1))
        purchase = self._get_requests()
        purchase.button_confirm()
        other.action_update()
        self.assertEqual((line.quantity_from_stock, line.quantity_missing), (3, 1))
        self._receive(purchase)
        self.assertEqual(order.order_line.qty_delivered, 10)
        other.action_update()
        self.assertEqual((line.quantity_from_stock, line.quantity_missing), (3, 1))
