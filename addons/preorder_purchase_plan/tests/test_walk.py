from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.preorder_campaign.tests.goods import GoodsCommon


@tagged("post_install", "-at_install")
class TestWalk(GoodsCommon, HttpCase):
    """From the purchase plan to the invoice, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls.env["res.partner"].create(
            {"name": "Baltic Textiles", "is_company": True}
        )
        cls.env["product.supplierinfo"].create(
            {
                "partner_id": cls.supplier.id,
                "product_tmpl_id": cls.jacket.id,
                "price": 40.0,
            }
        )
        cls.jacket.is_storable = True
        cls.jacket.invoice_policy = "delivery"
        cls.campaign.allocation_strategy = "proportional"
        cls.second = cls._make_customer("Second", "second", cls.label)
        cls.office = new_test_user(
            cls.env,
            "ola",
            password="ola",
            groups="base.group_user,sales_team.group_sale_manager,"
            "purchase.group_purchase_manager,stock.group_stock_manager,"
            "account.group_account_invoice",
            company_ids=[Command.set(cls.company.ids)],
            tz="Europe/Amsterdam",
        )

    def _walk(self, tour, record):
        self.env.flush_all()
        self.start_tour(
            f"/odoo/{record._name}/{record.id}", tour, login="ola", timeout=180
        )
        self.env.invalidate_all()

    def test_from_plan_to_invoice(self):
        order = self._order({self.parka: 6})
        other = self._order({self.parka: 4}, user=self.second)
        plan = self.campaign.with_user(self.office)._get_purchase_plan()

        self._walk("preorder_plan_is_ordered", plan)
        purchase = plan.purchase_order_ids
        self.assertEqual(purchase.state, "purchase")
        self.assertEqual(purchase.order_line.product_qty, 10)

        receipt = purchase.picking_ids
        self._walk("preorder_receipt_is_allocated", receipt)
        self.assertEqual(receipt.state, "done")
        self.assertEqual(
            [each.picking_ids.move_ids.quantity for each in (order, other)], [4, 2]
        )
        self.assertEqual(len(self._get_notices("ready")), 2)
        self.assertEqual(len(self._send()), 2)

        self._walk("preorder_part_is_delivered", order.picking_ids)
        self.assertEqual(order.order_line.qty_delivered, 4)

        self._walk("preorder_delivery_is_invoiced", order)
        invoice = order.invoice_ids
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.invoice_line_ids.quantity, 4)

        rest = receipt.backorder_ids
        self._validate(rest)
        allocation = rest.with_user(self.office).action_allocate()
        self.env[allocation["res_model"]].browse(allocation["res_id"]).action_apply()
        self.assertEqual(
            sorted(
                (move.state, move.quantity)
                for move in (order | other).picking_ids.move_ids
                if move.state != "done"
            ),
            [("assigned", 2), ("assigned", 4)],
        )
        plan.action_update()
        self.assertEqual(plan.line_ids.quantity_missing, 0)
