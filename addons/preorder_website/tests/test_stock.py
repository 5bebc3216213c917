from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PreorderHttpCommon


@tagged("post_install", "-at_install")
class TestStock(PreorderHttpCommon):
    """What the order form tells of stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.write(
            {
                "show_stock": True,
                "show_incoming": True,
                "show_lead_time": True,
                "show_sold_out": True,
            }
        )
        cls.variant = cls.bottle.product_variant_ids
        cls.bottle.write({"is_storable": True, "sale_delay": 0})
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )

    def _put_in_stock(self, quantity, product=None):
        self.env["stock.quant"]._update_available_quantity(
            product or self.variant, self.warehouse.lot_stock_id, quantity
        )

    def _expect(self, quantity, days, product=None):
        """Something bought that arrives in some days."""
        product = product or self.variant
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": quantity,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "date": fields.Datetime.now() + timedelta(days=days),
                "company_id": self.company.id,
            }
        )
        move._action_confirm()
        return move

    def _sell(self, quantity):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.outsider.partner_id.id,
                "company_id": self.company.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.variant.id, "product_uom_qty": quantity}
                    )
                ],
            }
        )
        order.action_confirm()
        return order

    def _tell(self, product=None):
        """What is told of a variant: quantity, (day, coming), lead; None: nothing."""
        page = self.campaign._get_stock_page()
        product = product or self.variant
        if product.id not in page["product"]:
            return None
        place = page["product"].index(product.id)
        day, coming = page["day"][place], page["coming"][place]
        return page["quantity"][place], day and (day, coming), page["lead"][place]

    def test_stock_is_what_confirmed_orders_leave(self):
        self._put_in_stock(20)
        self._sell(8)
        self.assertEqual(self._tell(), (12, None, None))

    def test_orders_whose_deliveries_are_still_to_be_made_count(self):
        self._put_in_stock(20)
        order = self._sell(8)
        order.picking_ids.move_ids._action_cancel()
        order.picking_ids.unlink()
        order.preorder_launch_pending = True
        self.assertEqual(self._tell(), (12, None, None))

    def test_stock_is_never_below_zero_and_what_comes_is_told_instead(self):
        self._put_in_stock(3)
        self._sell(10)
        self._expect(30, days=9)
        move = self._expect(5, days=4)
        day = move.date.date() + timedelta(days=5)
        # Seven are owed: the first five that arrive, and two more.
        self.assertEqual(self._tell(), (None, (day.isoformat(), 28), None))

    def test_without_anything_bought_the_lead_time_is_told(self):
        self.bottle.sale_delay = 2
        for delay in (21, 14):
            self.env["product.supplierinfo"].create(
                {
                    "partner_id": self.outsider.partner_id.id,
                    "product_tmpl_id": self.bottle.id,
                    "delay": delay,
                }
            )
        self.assertEqual(self._tell(), (None, None, 16))

    def test_nothing_else_to_tell_is_sold_out(self):
        self.assertEqual(self._tell(), (None, None, None))

    def test_each_thing_is_told_only_where_the_office_wants_it(self):
        self._put_in_stock(4)
        self.campaign.show_stock = False
        # In stock, hence neither expected nor sold out.
        self.assertIsNone(self._tell())
        self._sell(4)
        self._expect(6, days=3)
        self.campaign.show_incoming = False
        self.assertEqual(self._tell(), (None, None, None))
        self.campaign.show_sold_out = False
        self.assertIsNone(self._tell())

    def test_only_warehouses_that_are_opened_count(self):
        self._put_in_stock(4)
        other = self.env["stock.warehouse"].create(
            {"name": "Far Away", "code": "FAR", "company_id": self.company.id}
        )
        self.campaign.warehouse_ids = other
        self.assertEqual(self._tell(), (None, None, None))
        self.campaign.warehouse_ids += self.warehouse
        self.assertEqual(self._tell(), (4, None, None))

    def test_where_only_stock_can_be_ordered_nobody_sees_what_was_promised(self):
        self.campaign.only_in_stock = True
        self._put_in_stock(10)
        now = fields.Datetime.now()
        self._get_form(self._save({self.variant: 6}, now=now))._submit(now)
        self.assertEqual(self._tell(), (4, None, None))

    def test_what_is_not_kept_in_stock_has_no_stock(self):
        self.bottle.is_storable = False
        self.assertIsNone(self._tell())

    def test_it_takes_a_fixed_number_of_queries(self):
        def count_queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.campaign._get_stock_page()
            return self.env.cr.sql_log_count - before

        count_queries()
        few = count_queries()
        for number in range(6):
            template = self._make_jacket(f"Parka {number}", 100.0)
            template.is_storable = True
        # What a process keeps is there again.
        count_queries()
        self.assertLessEqual(count_queries(), few)

    def test_only_customers_of_the_campaign_are_told(self):
        self._login(self.customer)
        url = f"/preorder/campaign/{self.campaign.id}/stock"
        result, error = self._call(url)
        self.assertFalse(error)
        self.assertIn(self.variant.id, result["product"])
        self._login(self.outsider)
        with mute_logger("odoo.http"):
            _result, error = self._call(url)
        self.assertEqual(error["code"], 404)
