from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import NOW, PreorderCommon


@tagged("post_install", "-at_install")
class TestCampaign(PreorderCommon):
    def _get_assortment(self, **values):
        campaign = self._make_campaign("Other", "OTH", **{"categ_ids": False, **values})
        return self.env["product.product"].search(campaign._get_assortment_domain())

    def test_nothing_chosen_is_nothing_on_sale(self):
        self.assertFalse(self._get_assortment())

    def test_categories_come_with_their_sub_categories(self):
        sub = self.env["product.category"].create(
            {"name": "Gloves", "parent_id": self.category.id}
        )
        glove = self.env["product.product"].create({"name": "G", "categ_id": sub.id})
        found = self._get_assortment(categ_ids=[Command.set(self.category.ids)])
        self.assertEqual(
            found,
            glove | self.jacket.product_variant_ids | self.bottle.product_variant_ids,
        )

    def test_products_tags_brands_and_variants_add_up(self):
        tag = self.env["product.tag"].create({"name": "New"})
        brand = self.env["product.brand"].create({"name": "Nordwand"})
        tagged_product, branded, chosen = self.env["product.product"].create(
            [
                {"name": "Tagged", "product_tag_ids": [Command.set(tag.ids)]},
                {"name": "Branded", "product_brand_id": brand.id},
                {"name": "Chosen"},
            ]
        )
        variant = self.jacket.product_variant_ids[2]
        found = self._get_assortment(
            product_tag_ids=[Command.set(tag.ids)],
            brand_ids=[Command.set(brand.ids)],
            product_tmpl_ids=[Command.set(chosen.product_tmpl_id.ids)],
            product_ids=[Command.set(variant.ids)],
        )
        self.assertEqual(found, tagged_product | branded | chosen | variant)

    def test_what_is_excluded_is_left_out_in_any_case(self):
        variant = self.jacket.product_variant_ids[0]
        found = self._get_assortment(
            categ_ids=[Command.set(self.category.ids)],
            product_ids=[Command.set(variant.ids)],
            excluded_product_ids=[Command.set(variant.ids)],
            excluded_product_tmpl_ids=[Command.set(self.bottle.ids)],
        )
        self.assertEqual(found, self.jacket.product_variant_ids - variant)

    def test_products_not_published_in_the_shop_are_on_sale(self):
        if "is_published" in self.jacket._fields:
            self.jacket.is_published = False
        self.assertIn(
            self.jacket.product_variant_ids[0],
            self._get_assortment(categ_ids=[Command.set(self.category.ids)]),
        )

    def test_opening_says_everything_that_is_missing(self):
        campaign = self._make_campaign(
            "Bare",
            "BARE",
            categ_ids=False,
            label_ids=False,
            date_end=NOW - timedelta(days=1),
        )
        with self.assertRaises(UserError) as refused:
            campaign.action_open()
        for word in ("products", "customers", "end"):
            self.assertIn(word, str(refused.exception))
        self.assertEqual(campaign.state, "draft")

    def test_a_label_on_the_company_counts_for_its_contacts(self):
        self.assertTrue(self.campaign._is_for(self.customer.partner_id))
        self.assertFalse(self.campaign._is_for(self.outsider.partner_id))

    def test_excluding_a_company_excludes_its_contacts(self):
        self.campaign.excluded_partner_ids = self.customer.partner_id.parent_id
        self.assertFalse(self.campaign._is_for(self.customer.partner_id))

    def test_everyone_means_everyone_but_the_excluded(self):
        self.campaign.for_everyone = True
        self.assertTrue(self.campaign._is_for(self.outsider.partner_id))
        self.campaign.excluded_partner_ids = self.outsider.partner_id
        self.assertFalse(self.campaign._is_for(self.outsider.partner_id))

    @mute_logger("odoo.sql_db")
    def test_bad_input_is_refused(self):
        for values, error in (
            ({"date_end": NOW - timedelta(days=11)}, ValidationError),
            ({"prepayment_percent": 1.2}, IntegrityError),
            ({"prepayment_percent": 0}, IntegrityError),
            ({"code": "W26"}, IntegrityError),
            ({"code": "with space"}, ValidationError),
            (
                {"delivery_from": "2026-10-01", "delivery_until": "2026-09-01"},
                ValidationError,
            ),
            (
                {"tier_ids": [Command.create({"name": "T", "discount": 101})]},
                ValidationError,
            ),
            (
                {"tier_ids": [Command.create({"name": "T", "discount": -1})]},
                ValidationError,
            ),
            (
                {
                    "tier_ids": [
                        Command.create({"name": "A", "target_amount": 10}),
                        Command.create({"name": "B", "target_amount": 10}),
                    ]
                },
                IntegrityError,
            ),
        ):
            with (
                self.subTest(values=values),
                self.assertRaises(error),
                self.env.cr.savepoint(),
            ):
                self._make_campaign("Bad", values.get("code", "BAD"), **{**values}) if (
                    "code" not in values
                ) else self.campaign.copy(values)

    def test_a_copy_has_a_name_and_code_of_its_own_and_no_forms(self):
        self._save({self.bottle.product_variant_id: 1})
        copy = self.campaign.copy()
        self.assertEqual(copy.code, "W26-copy")
        self.assertEqual(copy.state, "draft")
        self.assertEqual(copy.tier_ids.mapped("name"), ["Silver", "Gold"])
        self.assertEqual(copy.order_count, 0)

    def test_confirmed_amount_is_in_the_company_s_currency(self):
        self._get_form(self._save({self.jacket.product_variant_ids[0]: 2}))._submit(
            NOW
        ).action_confirm()
        self.assertEqual(self.campaign.order_count, 1)
        self.assertEqual(self.campaign.sale_count, 1)
        self.assertEqual(self.campaign.sale_amount, 200)

    def test_moments_are_shown_in_the_campaign_s_zone_with_its_name(self):
        self.assertIn("13:00 CET", self.campaign._format_moment(NOW))
