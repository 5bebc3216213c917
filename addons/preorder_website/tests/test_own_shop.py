from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PreorderHttpCommon


@tagged("post_install", "-at_install")
class TestOwnShop(PreorderHttpCommon):
    """A shop of our own submits online, though it gets no quotation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.customer.partner_id.parent_id.preorder_location_id = cls.env[
            "stock.location"
        ].create(
            {
                "name": "Shop",
                "usage": "internal",
                "location_id": warehouse.view_location_id.id,
                "company_id": cls.company.id,
            }
        )

    def _submit_online(self):
        self._login(self.customer)
        result, _error = self._save_online({self.jacket.product_variant_ids[0]: 3})
        url = f"/preorder/form/{result['form']}"
        review, _error = self._call(f"{url}/review")
        answer, error = self._call(
            f"{url}/submit", reviewed_total=review["totals"]["total"], details={}
        )
        self.assertFalse(error)
        return self.env["preorder.order"].browse(result["form"]), answer, url

    def test_submitted_online_its_goods_are_moved(self):
        form, answer, url = self._submit_online()
        self.assertEqual(answer, {"url": url})
        self.assertEqual(form.state, "confirmed")
        self.assertTrue(form.picking_ids)
        self.assertEqual(self.url_open(url).status_code, 200)

    def test_waiting_for_the_office_its_page_says_so(self):
        self.campaign.review_required = True
        form, _answer, url = self._submit_online()
        self.assertEqual(form.state, "submitted")
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("We are looking at it", page.text)

    def test_a_shop_counts_in_what_its_own_customers_have_reserved(self):
        shop = self.customer.partner_id.parent_id
        member = self.env["res.partner"].create(
            {"name": "Good Customer", "parent_id": shop.id}
        )
        stranger = self.env["res.partner"].create({"name": "Somebody Else"})
        variant = self.jacket.product_variant_ids[0]
        own, elsewhere = self.env["sale.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "order_line": [
                        Command.create({"product_id": variant.id, "product_uom_qty": 2})
                    ],
                }
                for partner in (member, stranger)
            ]
        )
        self._login(self.customer)
        result, _error = self._save_online({variant: 3})
        url = f"/preorder/form/{result['form']}/reservations"
        answer, _error = self._call(url)
        self.assertEqual([each["id"] for each in answer["orders"]], [own.id])
        # An order of somebody else's customer is not taken, whatever is asked.
        self._call(url, reservation=elsewhere.id, counted=True)
        self.assertFalse(elsewhere.preorder_shop_order_id)
        answer, _error = self._call(url, reservation=own.id, counted=True)
        self.assertEqual(answer["pieces"], 2)
        self.assertTrue(answer["orders"][0]["linked"])
        form = self.env["preorder.order"].browse(result["form"])
        self.assertEqual(form.reservation_ids, own)
        answer, _error = self._call(url, reservation=own.id, counted=False)
        self.assertEqual(answer["pieces"], 0)
        self.assertFalse(form.reservation_ids)
        self._call(url, reservation=own.id, counted=True)
        # Changing one leaves the others as they are, shown in the dialog or not.
        another = own.copy()
        another.preorder_shop_order_id = form
        self._call(url, reservation=own.id, counted=True)
        self.assertEqual(form.reservation_ids, own + another)
        another.preorder_shop_order_id = False
        form._submit(form.campaign_id._now())
        self.assertEqual(sum(form.picking_ids.move_ids.mapped("product_uom_qty")), 5)
        answer, _error = self._call(url, reservation=own.id, counted=False)
        self.assertIn("no longer be changed", answer["refused"])
        self.assertEqual(form.reservation_ids, own)

    def test_a_shop_does_not_see_what_another_shop_s_customers_reserved(self):
        chain = self.customer.partner_id.parent_id
        north, south = self.env["res.partner"].create(
            [
                {
                    "name": name,
                    "parent_id": chain.id,
                    "preorder_location_id": chain.preorder_location_id.copy().id,
                }
                for name in ("North", "South")
            ]
        )
        chain.preorder_location_id = False
        self.customer.partner_id.parent_id = north
        customers = self.env["res.partner"].create(
            [
                {"name": f"Customer of {shop.name}", "parent_id": shop.id}
                for shop in (north, south)
            ]
        )
        orders = self.env["sale.order"].create(
            [
                {"partner_id": partner.id, "company_id": self.company.id}
                for partner in customers
            ]
        )
        self._login(self.customer)
        result, _error = self._save_online({self.bottle.product_variant_id: 3})
        url = f"/preorder/form/{result['form']}/reservations"
        choices, _error = self._call(url)
        self.assertEqual(
            [order["customer"] for order in choices["orders"]], ["Customer of North"]
        )
        for order in orders:
            self._call(url, reservation=order.id, counted=True)
        self.assertEqual(
            orders.filtered("preorder_shop_order_id").partner_id, customers[0]
        )

    def test_a_customer_like_others_has_no_reservations(self):
        self.customer.partner_id.parent_id.preorder_location_id = False
        self._login(self.customer)
        result, _error = self._save_online({self.jacket.product_variant_ids[0]: 3})
        with mute_logger("odoo.http"):
            _result, error = self._call(f"/preorder/form/{result['form']}/reservations")
        self.assertIn("BadRequest", error["data"]["name"])
