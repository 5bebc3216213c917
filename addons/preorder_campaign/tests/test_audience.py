from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .office import OfficeCommon


@tagged("post_install", "-at_install")
class TestAudience(OfficeCommon):
    """Whom a campaign is for, asked from either side."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.customer.partner_id.parent_id
        cls.branch = cls.env["res.partner"].create(
            {"name": "Branch", "parent_id": company.id, "is_company": True}
        )
        cls.deep = cls.env["res.partner"].create(
            {"name": "In the branch", "parent_id": cls.branch.id}
        )

    def _find(self, campaign):
        return self.env["res.partner"].search(campaign._get_audience_partners_domain())

    def test_seen_from_both_sides_the_audience_is_the_same(self):
        company = self.customer.partner_id.parent_id
        partners = (
            self.customer.partner_id
            | self.other_customer.partner_id
            | self.outsider.partner_id
            | company
            | self.branch
            | self.deep
        )
        for number, values in enumerate(
            (
                {},
                {"label_ids": False},
                {"for_everyone": True},
                {"excluded_partner_ids": [Command.set(company.ids)]},
                {"excluded_partner_ids": [Command.set(self.branch.ids)]},
                {
                    "label_ids": False,
                    "partner_ids": [Command.set(self.branch.ids)],
                },
                {
                    "for_everyone": True,
                    "excluded_partner_ids": [Command.set(self.deep.ids)],
                },
                {
                    "partner_ids": [Command.set(self.outsider.partner_id.ids)],
                    "excluded_partner_ids": [Command.set(company.ids)],
                },
            )
        ):
            with self.subTest(values=values):
                campaign = self._make_campaign(f"C{number}", f"C{number}", **values)
                domain = campaign._get_audience_partners_domain()
                found = self._find(campaign) & partners
                self.assertEqual(found, partners.filtered(campaign._is_for) & found)
                self.assertEqual(
                    set(found.ids), set(partners.filtered(campaign._is_for).ids)
                )
                # In memory as in the database.
                self.assertEqual(
                    set(partners.filtered_domain(domain).ids), set(found.ids)
                )

    def test_seen_by_the_record_rule_the_audience_is_the_same(self):
        users = self.customer | self.other_customer | self.outsider
        self.campaign.excluded_partner_ids = self.other_customer.partner_id
        found = self._find(self.campaign)
        for user in users:
            seen = (
                self.env["preorder.campaign"]
                .with_user(user)
                .search_count([("id", "=", self.campaign.id)])
            )
            self.assertEqual(bool(seen), user.partner_id in found)

    def test_an_archived_company_in_between_still_counts(self):
        self.branch.active = False
        self.assertIn(self.deep, self._find(self.campaign))
        self.assertTrue(self.campaign._is_for(self.deep))

    def test_the_list_shows_who_can_log_in_and_who_has_begun(self):
        form = self._fill()
        action = self.campaign.action_view_audience()
        partners = (
            self.env["res.partner"]
            .with_context(**action["context"])
            .search(action["domain"])
        )
        buyer = partners.browse(self.customer.partner_id.id)
        self.assertIn(buyer, partners)
        self.assertTrue(buyer.preorder_has_login)
        self.assertEqual(buyer.preorder_form_state, "draft")
        deep = partners.browse(self.deep.id)
        self.assertFalse(deep.preorder_has_login or deep.preorder_form_state)
        begun = partners.search([("preorder_has_started", "=", True)])
        self.assertEqual(begun, form.partner_id)
        rest = partners.search(
            [("id", "in", partners.ids), ("preorder_has_started", "=", False)]
        )
        self.assertEqual(rest, partners - begun)

    def test_who_loses_the_label_while_filling_keeps_the_form_and_is_told(self):
        form = self._fill(quantity=3)
        domain = [
            ("campaign_id", "=", self.campaign.id),
            ("outside_audience", "=", True),
        ]
        self.assertFalse(form.outside_audience)
        self.assertFalse(form.search(domain))
        self.customer.partner_id.parent_id.category_id = False
        form.invalidate_recordset()
        self.assertTrue(form.outside_audience)
        self.assertEqual(form.search(domain), form)
        for _twice in range(2):
            self._run_cron("cron_remind")
        notice = self._get_notices("audience")
        self.assertEqual(notice.order_id, form)
        self.assertEqual((form.state, form.piece_count), ("draft", 3))

    def test_a_customer_s_prices_of_the_assortment_are_the_order_form_s(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Dealer",
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "percentage",
                            "percent_price": 10,
                            "applied_on": "3_global",
                        }
                    )
                ],
            }
        )
        partner = self.customer.partner_id
        partner.property_product_pricelist = pricelist
        wizard = self.env["preorder.assortment.preview"].create(
            {"campaign_id": self.campaign.id, "partner_id": partner.id}
        )
        action = wizard.action_apply()
        products = (
            self.env["product.product"]
            .with_context(**action["context"])
            .search(action["domain"])
        )
        self.assertEqual(len(products), self.campaign.variant_count)
        form = self._fill()
        bottle = products.browse(self.bottle_variant.id)
        self.assertEqual(bottle.preorder_price, form.line_ids.price_unit)
        self.assertEqual(bottle.preorder_discount, 10)
        self.assertEqual(bottle.preorder_net_price, 9.01)

    def test_a_page_of_prices_costs_the_same_queries_as_one_price(self):
        def count(products):
            products = products.with_context(
                preorder_campaign_id=self.campaign.id,
                preorder_partner_id=self.customer.partner_id.id,
            )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            products.mapped("preorder_net_price")
            return self.env.cr.sql_log_count - before

        few = self.jacket.product_variant_ids[:1]
        many = self.jacket.product_variant_ids + self.bottle_variant
        count(many)  # warms the caches that last
        self.assertLessEqual(count(many), count(few) + 8)

    def test_a_customer_outside_the_audience_is_noted_in_the_preview(self):
        wizard = self.env["preorder.assortment.preview"].new(
            {
                "campaign_id": self.campaign.id,
                "partner_id": self.outsider.partner_id.id,
            }
        )
        self.assertFalse(wizard.is_for_partner)

    def test_the_filter_no_change_for_a_week_finds_forms_left_alone(self):
        form = self._fill()
        self.assertFalse(form.is_quiet)
        later = fields.Datetime.add(self.now, days=8)
        form = form.with_context(preorder_now=later)
        self.env.cr.execute(
            "UPDATE preorder_order SET create_date = %s WHERE id = %s",
            [self.now, form.id],
        )
        form.invalidate_recordset()
        self.assertTrue(form.is_quiet)
        domain = [("campaign_id", "=", self.campaign.id), ("is_quiet", "=", True)]
        self.assertEqual(form.search(domain), form)
        self.assertFalse(self.env["preorder.order"].search(domain))
