from odoo.fields import Command
from odoo.tests import tagged

from .goods import GoodsCommon


@tagged("post_install", "-at_install")
class TestReady(GoodsCommon):
    """Customers hear, once, that their goods are ready or in the shop."""

    def test_a_delivery_that_is_complete_is_told_once_with_what_is_in_it(self):
        order = self._order({self.parka: 5, self.bottle_variant: 2})
        self.assertFalse(self._get_notices("ready"))
        self._receive({self.parka: 5, self.bottle_variant: 2})
        notice = self._get_notices("ready")
        self.assertEqual(notice.partner_id, self.customer.partner_id)
        self.assertEqual(notice.order_id, order.preorder_order_ids)
        [(subject, body)] = self._send()
        self.assertIn("your delivery is ready", subject)
        self.assertIn(order.name, body)
        self.assertIn(order.picking_ids.name, body)
        self.assertIn(self.parka.display_name.split("]")[-1].strip(), body)
        self.assertIn(order.get_portal_url().split("?")[0], body)
        self.assertIn("ready", order.message_ids[0].body)

    def test_a_part_is_told_and_then_the_rest(self):
        self._order({self.parka: 5})
        self._receive({self.parka: 2})
        [(subject, _body)] = self._send()
        self.assertIn("a part of your delivery", subject)
        self._receive({self.parka: 1})
        self.assertFalse(self._send())
        self._receive({self.parka: 2})
        [(subject, _body)] = self._send()
        self.assertIn("your delivery is ready", subject)
        self.assertEqual(
            self._get_notices("ready").sorted("id").line_ids.mapped("quantity"), [2, 5]
        )

    def test_what_follows_a_partial_delivery_is_told_apart(self):
        order = self._order({self.parka: 5})
        self._receive({self.parka: 2})
        self._validate(order.picking_ids, {self.parka: 2})
        self.assertEqual(len(order.picking_ids), 2)
        self._receive({self.parka: 3})
        told = self._get_notices("ready").sorted("id")
        self.assertEqual(told.line_ids.mapped("quantity"), [2, 3])
        self.assertEqual(len(told.line_ids.picking_id), 2)

    def test_reserved_again_it_is_not_told_again(self):
        order = self._order({self.parka: 5})
        self._receive({self.parka: 5})
        self._send()
        order.picking_ids.do_unreserve()
        order.picking_ids.action_assign()
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assertFalse(self._send())

    def test_goods_that_are_gone_before_it_is_sent_are_told_when_they_are_back(self):
        order = self._order({self.parka: 5})
        self._receive({self.parka: 5})
        order.picking_ids.do_unreserve()
        self.assertFalse(self._send())
        self.assertEqual(self._get_notices("ready").state, "dropped")
        order.picking_ids.action_assign()
        self.assertEqual(len(self._send()), 1)

    def test_a_delivery_that_waits_for_its_payment_is_told_when_it_is_paid(self):
        self.campaign.confirmation = "payment"
        order = self._order({self.parka: 5})
        self._receive({self.parka: 5})
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assertFalse(self._get_notices("ready"))
        payment = self._pay(order, order.amount_total)
        # Nothing for accounting to post.
        payment.operation = "validation"
        payment._post_process()
        self.assertEqual(len(self._get_notices("ready")), 1)

    def test_a_delivery_that_a_manager_releases_is_told(self):
        self.campaign.confirmation = "payment"
        order = self._order({self.parka: 5})
        self._receive({self.parka: 5})
        order.picking_ids.action_release_unpaid()
        self.assertEqual(len(self._get_notices("ready")), 1)

    def test_a_campaign_may_keep_silent(self):
        self.campaign.ready_notice = False
        self._order({self.parka: 5})
        self._receive({self.parka: 5})
        self.assertFalse(self._get_notices("ready"))

    def test_goods_that_nobody_counts_are_no_news(self):
        self.jacket.is_storable = False
        self._order({self.parka: 5})
        self.assertFalse(self._get_notices("ready"))

    def test_ordinary_sales_are_not_concerned(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.partner_id.id,
                "order_line": [
                    Command.create({"product_id": self.parka.id, "product_uom_qty": 2})
                ],
            }
        )
        order.action_confirm()
        self._receive({self.parka: 2})
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assertFalse(self.env["preorder.notice"].search([]))

    def test_announcing_many_deliveries_costs_no_query_each(self):
        customers = self.customer | self.other_customer
        for number in range(6):
            customers |= self._make_customer(f"C{number}", f"c{number}", self.label)
        orders = self.env["sale.order"].union(
            *(self._order({self.parka: 1}, user=customer) for customer in customers)
        )
        self._receive({self.parka: 8})
        counts = []
        for some in (orders[:2], orders):
            self.env["preorder.notice"].search([]).unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            notices = some.picking_ids._announce_ready()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(notices), len(some))
        self.assertLessEqual(counts[1], counts[0])


@tagged("post_install", "-at_install")
class TestShopArrival(GoodsCommon):
    """End customers hear, once, that what they reserved has reached the shop."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls._make_customer("Shop Utrecht", "shop", cls.label)
        cls.shop.partner_id.parent_id.preorder_location_id = cls.env[
            "stock.location"
        ].create(
            {
                "name": "Shop Utrecht",
                "usage": "internal",
                "location_id": cls.warehouse.view_location_id.id,
                "company_id": cls.company.id,
            }
        )
        cls.anna, cls.bert = cls.env["res.partner"].create(
            [
                {"name": name, "email": f"{name.lower()}@example.com"}
                for name in ("Anna", "Bert")
            ]
        )

    def _reserve(self, form, partner, quantities):
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "preorder_shop_order_id": form.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                    for product, quantity in quantities.items()
                ],
            }
        )

    def _order_with_reservations(self):
        form = self._fill(self.shop, 3)
        anna = self._reserve(form, self.anna, {self.bottle_variant: 2})
        bert = self._reserve(form, self.bert, {self.bottle_variant: 1, self.parka: 1})
        form._submit(self.now)
        return form, anna, bert

    def test_those_whose_goods_arrived_hear_it_once(self):
        form, anna, bert = self._order_with_reservations()
        self._receive({self.bottle_variant: 2})
        self._validate(form.picking_ids, {self.bottle_variant: 2})
        notice = self._get_notices("arrived_in_shop")
        self.assertEqual(notice.partner_id, self.anna)
        self.assertFalse(notice.order_id)
        self._send()
        [mail] = [mail for mail in self._mails if "anna@" in mail["email_to"][0]]
        self.assertIn(f"/my/orders/{anna.id}", mail["body"])
        self.assertIn("Bottle", mail["body"])
        rest = form.picking_ids - form.picking_ids.filtered(
            lambda picking: picking.state == "done"
        )
        self._receive({self.bottle_variant: 4, self.parka: 1})
        self._validate(rest)
        new = self._get_notices("arrived_in_shop") - notice
        self.assertEqual(new.partner_id, self.bert)
        self.assertEqual(new.line_ids.product_id, (self.bottle_variant | self.parka))
        self.assertEqual(new.line_ids.sale_order_id, bert)

    def test_the_campaign_may_leave_it_to_the_shop(self):
        self.campaign.shop_arrival_notice = False
        form, _anna, _bert = self._order_with_reservations()
        self._receive({self.bottle_variant: 6, self.parka: 1})
        self._validate(form.picking_ids)
        self.assertFalse(self._get_notices("arrived_in_shop"))

    def test_the_shop_hears_that_its_transfer_is_ready(self):
        form, _anna, _bert = self._order_with_reservations()
        self._receive({self.bottle_variant: 6, self.parka: 1})
        notice = self._get_notices("ready")
        self.assertEqual(notice.order_id, form)
        self.assertIn(form.picking_ids.name, self._send()[-1][1])
