from stdnum import ean

from odoo import fields
from odoo.tests import TransactionCase, tagged

from ..logins import LOGINS
from ..trade.calendar import season_on_sale
from ..trade.catalogue import ITEMS


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The trade that the demo brings is one that a person believes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        codes = [item.code for item in ITEMS]
        cls.variants = (
            cls.env["product.product"]
            .search([("default_code", "!=", False)])
            .filtered(lambda variant: variant.default_code[:7] in codes)
        )
        cls.templates = cls.variants.product_tmpl_id
        cls.campaigns = cls.env["preorder.campaign"].search([])

    def _campaigns_in_phase(self, kind, phase):
        now = fields.Datetime.now()
        return self.campaigns.filtered(
            lambda campaign: campaign.kind == kind and campaign._get_phase(now) == phase
        )

    # Products

    def test_catalogue_has_sixty_products_in_about_a_thousand_variants(self):
        self.assertGreaterEqual(len(self.templates), 60)
        self.assertGreaterEqual(len(self.variants), 950)
        self.assertLessEqual(len(self.variants), 1100)

    def test_products_come_in_two_axes_in_one_and_in_none(self):
        axes = [len(template.attribute_line_ids) for template in self.templates]
        self.assertEqual(set(axes), {0, 1, 2})

    def test_products_are_of_five_brands(self):
        self.assertEqual(len(self.templates.product_brand_id), 5)

    def test_every_storable_product_has_picture_category_cost_and_weight(self):
        for template in self.templates.filtered("is_storable"):
            with self.subTest(product=template.name):
                self.assertTrue(template.image_512)
                self.assertTrue(template.categ_id.parent_id)
                self.assertTrue(template.public_categ_ids)
                first = template.product_variant_ids[0]
                self.assertGreater(first.weight, 0)
                self.assertGreater(first.lst_price, first.standard_price)
                self.assertGreater(first.standard_price, 0)

    def test_every_variant_has_a_reference_of_its_own(self):
        references = self.variants.mapped("default_code")
        self.assertEqual(len(set(references)), len(references))

    def test_every_barcode_passes_its_check_digit(self):
        barcodes = self.variants.mapped("barcode")
        self.assertTrue(all(barcodes))
        self.assertEqual(len(set(barcodes)), len(barcodes))
        for barcode in barcodes:
            self.assertTrue(ean.is_valid(barcode), barcode)

    def test_some_products_are_not_in_the_shop_yet(self):
        hidden = self.templates.filtered(lambda template: not template.is_published)
        self.assertTrue(hidden)
        self.assertGreater(len(self.templates) - len(hidden), len(hidden))

    # Buying

    def test_three_suppliers_sell_by_quantity_with_own_codes_and_lead_times(self):
        sellers = self.templates.seller_ids
        self.assertEqual(len(sellers.partner_id), 3)
        self.assertTrue(all(sellers.mapped("product_code")))
        self.assertTrue(all(sellers.mapped("delay")))
        self.assertGreater(len(sellers.currency_id), 1)
        shirt = self.templates.filtered(lambda each: each.name == "Werf Heavy T-Shirt")
        first = shirt.seller_ids.filtered(
            lambda seller: seller.partner_id == shirt.seller_ids[0].partner_id
        )
        prices = first.sorted("min_qty").mapped("price")
        self.assertEqual(prices, sorted(prices, reverse=True))
        self.assertEqual(len(prices), 3)

    def test_every_storable_product_has_a_supplier(self):
        storable = self.templates.filtered("is_storable")
        self.assertTrue(all(template.seller_ids for template in storable))

    def test_some_products_are_in_stock_and_some_on_their_way(self):
        self.assertTrue(self.variants.filtered(lambda each: each.qty_available > 0))
        self.assertTrue(self.variants.filtered(lambda each: not each.qty_available))
        self.assertTrue(self.variants.filtered(lambda each: each.incoming_qty > 0))

    # Selling

    def test_twelve_customers_two_with_three_branches_and_one_own_shop(self):
        users = self.env["res.users"].search([("share", "=", True)])
        companies = self.env["res.partner"].search(
            [
                ("is_company", "=", True),
                ("parent_id", "=", False),
                ("category_id", "!=", False),
            ]
        )
        shop = self.env["res.partner"].search(
            [("parent_id", "=", self.env.ref("base.main_company").partner_id.id)]
        )
        self.assertEqual(len(companies) + len(shop), 12)
        branches = [
            len(
                company.child_ids.filtered(
                    lambda child: child.type == "delivery" and child.user_ids <= users
                )
            )
            for company in companies
        ]
        self.assertEqual(sorted(branches)[-3:], [0, 3, 3])

    def test_past_sales_cover_a_year(self):
        orders = self.env["sale.order"].search(
            [("preorder_campaign_id", "=", False), ("state", "=", "sale")]
        )
        self.assertGreaterEqual(len(orders), 150)
        now = fields.Datetime.now()
        oldest, newest = (
            min(orders.mapped("date_order")),
            max(orders.mapped("date_order")),
        )
        self.assertGreater((now - oldest).days, 330)
        self.assertLess((now - newest).days, 30)
        self.assertEqual(set(orders.mapped("invoice_status")), {"invoiced"})
        self.assertGreater(len(orders.pricelist_id), 1)

    def test_vat_shows_for_the_customer_next_door_and_not_for_the_one_abroad(self):
        names = {
            "De Wilde Kaap Buitensport B.V.": True,
            "Au Vieux Refuge SARL": False,
        }
        for name, taxed in names.items():
            orders = self.env["sale.order"].search(
                [("partner_id.commercial_partner_id.name", "=", name)]
            )
            self.assertTrue(orders)
            self.assertEqual(any(orders.mapped("amount_tax")), taxed, name)

    def test_customers_can_pay_online(self):
        providers = self.env["payment.provider"].search([("is_published", "=", True)])
        self.assertIn("demo", providers.mapped("code"))
        self.assertIn("wire_transfer", providers.mapped("custom_mode"))
        self.assertTrue(all(state != "disabled" for state in providers.mapped("state")))

    # People

    def test_every_login_signs_in(self):
        for _role, login, password in LOGINS:
            with self.subTest(login=login):
                info = self.env["res.users"].authenticate(
                    {"login": login, "password": password, "type": "password"},
                    {"interactive": False},
                )
                user = self.env["res.users"].browse(info["uid"])
                self.assertEqual(user.login, login)
                self.assertEqual(user.tz, "Europe/Amsterdam")

    def test_the_office_is_internal_and_everybody_else_is_not(self):
        internal = {"admin", "sanne", "pim"}
        for _role, login, _password in LOGINS:
            user = self.env["res.users"].search([("login", "=", login)])
            self.assertEqual(user._is_internal(), login in internal, login)

    # Campaigns

    def test_one_preorder_runs_one_comes_one_is_closed_and_an_outlet_runs(self):
        self.assertEqual(len(self._campaigns_in_phase("preorder", "running")), 1)
        self.assertEqual(len(self._campaigns_in_phase("preorder", "coming")), 1)
        self.assertEqual(len(self._campaigns_in_phase("preorder", "past")), 1)
        self.assertEqual(len(self._campaigns_in_phase("outlet", "running")), 1)
        self.assertTrue(all(self.campaigns.mapped("image_512")))

    def test_running_preorder_has_forms_in_all_states(self):
        running = self._campaigns_in_phase("preorder", "running")
        self.assertEqual(
            set(running.order_ids.mapped("state")),
            {"draft", "submitted", "confirmed", "cancelled"},
        )
        self.assertGreater(running.sale_amount, 0)

    def test_running_preorder_is_for_the_customers_of_the_walk(self):
        running = self._campaigns_in_phase("preorder", "running")
        coming = self._campaigns_in_phase("preorder", "coming")
        partners = {
            login: self.env["res.users"].search([("login", "=", login)]).partner_id
            for _role, login, _password in LOGINS
        }
        for login in ("carla", "claire", "bruno", "helga"):
            self.assertTrue(running._is_for(partners[login]), login)
        self.assertFalse(coming._is_for(partners["carla"]))
        self.assertTrue(coming._is_for(partners["bruno"]))

    def test_the_own_shop_s_goods_wait_for_their_transfer(self):
        running = self._campaigns_in_phase("preorder", "running")
        form = running.order_ids.filtered("is_own_shop")
        self.assertEqual(form.state, "confirmed")
        self.assertEqual(form.picking_ids.location_dest_id.name, "Lelystad")
        self.assertFalse(form.amount_total)

    def test_the_agent_has_customers_in_the_running_preorder(self):
        agent = self.env["res.users"].search([("login", "=", "aron")])
        running = self._campaigns_in_phase("preorder", "running")
        self.assertTrue(running._get_agent_customers(agent))

    def test_claire_has_an_empty_form_to_begin_with(self):
        claire = self.env["res.users"].search([("login", "=", "claire")]).partner_id
        running = self._campaigns_in_phase("preorder", "running")
        self.assertFalse(self.env["preorder.order"]._find_current(running, claire))

    def test_season_on_sale_is_always_far_enough_ahead(self):
        for month in range(1, 13):
            today = fields.Date.to_date(f"2030-{month:02d}-15")
            season = season_on_sale(today)
            self.assertTrue(120 <= (season.start - today).days <= 310, season)
