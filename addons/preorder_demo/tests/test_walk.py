import base64
import io

from PIL import Image

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.preorder_website.tests.common import PreorderHttpCommon


@tagged("post_install", "-at_install")
class TestWalk(PreorderHttpCommon):
    """One pre-order, all the way, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category.name = "Winter walk products"
        cls.label.name = "Walk dealer"
        picture = io.BytesIO()
        Image.new("RGB", (64, 64), "#336699").save(picture, "PNG")
        cls.jacket.image_1920 = base64.b64encode(picture.getvalue())
        for variant in cls.jacket.product_variant_ids:
            variant.default_code = f"PRK-{variant.id}"
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
        provider = cls.env.ref("payment.payment_provider_demo")
        provider.write({"state": "test", "is_published": True})
        cls.customer.partner_id.write(
            {
                "street": "Kade 1",
                "city": "Utrecht",
                "zip": "3511 AA",
                "country_id": cls.env.ref("base.nl").id,
                "phone": "+31 30 123 45 67",
            }
        )
        cls.manager = new_test_user(
            cls.env,
            "manager",
            password="manager",
            groups="base.group_user,sales_team.group_sale_manager",
        )
        cls.purchaser = new_test_user(
            cls.env,
            "purchaser",
            password="purchaser",
            groups="base.group_user,purchase.group_purchase_user",
        )
        (cls.manager | cls.purchaser).write(
            {
                "company_ids": [Command.set(cls.company.ids)],
                "tz": "Europe/Amsterdam",
            }
        )

    def _start(self, tour, url, user):
        self.authenticate(user.login, user.login)
        self.start_tour(url, tour, login=user.login, timeout=180)

    def test_from_campaign_to_purchase_order(self):
        self._start(
            "preorder_office_opens_campaign", "/odoo/preorder-campaigns", self.manager
        )
        campaign = self.env["preorder.campaign"].search([("code", "=", "WALK")])
        self.assertEqual(campaign.state, "open")
        self.assertEqual(campaign.tier_ids.mapped("discount"), [5, 10])
        self.assertEqual(campaign.prepayment_percent, 0.3)

        self._start("preorder_customer_orders", "/preorder", self.customer)
        form = campaign.order_ids
        order = form.sale_order_id
        self.assertEqual(form.state, "confirmed")
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.client_order_ref, "PO-2026-17")
        self.assertEqual(order.amount_total, 1379.4)
        self.assertEqual(order.amount_paid, 413.82)
        self.assertTrue(order.signature)

        self._start(
            "preorder_purchaser_orders",
            f"/odoo/preorder-campaigns/{campaign.id}",
            self.purchaser,
        )
        requests = campaign.purchase_plan_ids.purchase_order_ids
        self.assertEqual(requests.partner_id, self.supplier)
        self.assertEqual(sorted(requests.order_line.mapped("product_qty")), [4, 8])
