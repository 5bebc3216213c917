from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import NOW, PreorderCommon


@tagged("post_install", "-at_install")
class TestOwnShop(PreorderCommon):
    """Shops of our own order like customers, and goods are moved there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parka, cls.anorak = cls.jacket.product_variant_ids[:2]
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.shop_stock = cls.env["stock.location"].create(
            {
                "name": "Shop Utrecht",
                "usage": "internal",
                "location_id": cls.warehouse.view_location_id.id,
                "company_id": cls.company.id,
            }
        )
        cls.nothing = cls.env["product.pricelist"].create(
            {
                "name": "Own shops",
                "item_ids": [
                    Command.create({"compute_price": "fixed", "fixed_price": 0})
                ],
            }
        )
        cls.shop = cls._make_customer("Shop Utrecht", "shop", cls.label)
        cls.shop.partner_id.parent_id.write(
            {
                "preorder_location_id": cls.shop_stock.id,
                "property_product_pricelist": cls.nothing.id,
            }
        )
        cls.shop.partner_id.property_product_pricelist = cls.nothing

    def _begin(self, quantities=None, **values):
        answer = self._save(quantities or {self.parka: 5}, user=self.shop, **values)
        return self._get_form(answer)

    def test_a_form_makes_a_transfer_and_no_sale_order(self):
        form = self._begin({self.parka: 5, self.anorak: 2})
        self.assertTrue(form.is_own_shop)
        self.assertEqual(form._get_totals()["total"], 0)
        self.assertFalse(form._submit(NOW))
        self.assertEqual(form.state, "confirmed")
        picking = form.picking_ids
        self.assertEqual(picking.location_dest_id, self.shop_stock)
        self.assertEqual(picking.location_id, self.warehouse.lot_stock_id)
        self.assertEqual(
            {move.product_id: move.product_uom_qty for move in picking.move_ids},
            {self.parka: 5, self.anorak: 2},
        )
        self.assertFalse(
            self.env["sale.order"].search_count(
                [("preorder_campaign_id", "=", self.campaign.id)]
            )
        )

    def test_twice_makes_one_transfer(self):
        form = self._begin()
        form._submit(NOW)
        form._submit(NOW)
        self.assertEqual(len(form.picking_ids), 1)

    def test_a_transfer_per_delivery_date(self):
        self.campaign.write(
            {
                "delivery_dates": "line",
                "delivery_from": "2026-09-01",
                "delivery_until": "2026-12-31",
            }
        )
        form = self._begin(
            cells=[
                {
                    "product": self.parka.id,
                    "date": day,
                    "quantity": quantity,
                    "revision": 0,
                }
                for day, quantity in (("2026-09-01", 4), ("2026-10-01", 6))
            ]
        )
        form._submit(NOW)
        self.assertEqual(
            {
                picking.scheduled_date.date(): picking.move_ids.product_uom_qty
                for picking in form.picking_ids
            },
            {date(2026, 9, 1): 4, date(2026, 10, 1): 6},
        )

    def test_goods_are_reserved_as_soon_as_they_arrive(self):
        form = self._begin({self.parka: 5})
        form._submit(NOW)
        self.assertEqual(form.picking_ids.state, "confirmed")
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.parka.id,
                            "product_uom_qty": 8,
                            "product_uom": self.parka.uom_id.id,
                            "location_id": self.env.ref(
                                "stock.stock_location_suppliers"
                            ).id,
                            "location_dest_id": self.warehouse.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        receipt.action_confirm()
        receipt.move_ids.quantity = 8
        receipt.move_ids.picked = True
        receipt.button_validate()
        self.assertEqual(form.picking_ids.state, "assigned")
        form.picking_ids.button_validate()
        self.assertEqual(
            self.parka.with_context(location=self.shop_stock.id).qty_available, 5
        )

    def test_with_review_the_office_accepts(self):
        self.campaign.review_required = True
        form = self._begin()
        form._submit(NOW)
        self.assertEqual(form.state, "submitted")
        self.assertFalse(form.picking_ids)
        form.action_accept()
        self.assertEqual(form.state, "confirmed")
        with self.assertRaisesRegex(UserError, "nothing to accept"):
            form.action_accept()

    def test_it_is_reopened_and_withdrawn_like_any_form_before_it_is_accepted(self):
        self.campaign.review_required = True
        form = self._begin()
        form._submit(NOW)
        form._reopen(NOW)
        self.assertEqual(form.state, "draft")
        form._submit(NOW)
        form._withdraw()
        self.assertEqual(form.state, "cancelled")

    def test_cancelling_cancels_the_transfers_unless_goods_have_moved(self):
        form = self._begin()
        form._submit(NOW)
        form.action_cancel()
        self.assertEqual(form.picking_ids.state, "cancel")
        self.assertEqual(form.state, "cancelled")

    def test_a_shop_of_another_company_of_ours_is_refused(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.shop.partner_id.parent_id.preorder_location_id = (
            self.env["stock.warehouse"]
            .search([("company_id", "=", other.id)], limit=1)
            .lot_stock_id
        )
        with self.assertRaisesRegex(UserError, "Other company"):
            self._begin()

    def test_end_customers_reservations_come_along(self):
        form = self._begin({self.parka: 5})
        reservation = self.env["sale.order"].create(
            {
                "partner_id": self.outsider.partner_id.id,
                "preorder_shop_order_id": form.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                    for product, quantity in (
                        (self.parka, 2),
                        (self.anorak, 1),
                        (self.other_product, 9),
                    )
                ],
            }
        )
        cancelled = reservation.copy({"preorder_shop_order_id": form.id})
        cancelled._action_cancel()
        form._submit(NOW)
        self.assertEqual(
            {
                move.product_id: move.product_uom_qty
                for move in form.picking_ids.move_ids
            },
            {self.parka: 7, self.anorak: 1},
        )

    def test_the_office_links_reservations_on_the_form(self):
        form = self._begin()
        with Form(form) as view:
            self.assertTrue(view.is_own_shop)

    def test_a_campaign_pricelist_does_not_price_own_shops(self):
        self.campaign.pricelist_id = self.public_pricelist
        self.assertEqual(self._begin()._get_totals()["total"], 0)
