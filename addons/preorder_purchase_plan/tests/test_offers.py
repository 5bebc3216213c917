from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.tests import tagged

from odoo.addons.preorder_campaign.tests.common import PreorderCommon

_DAYS = st.none() | st.integers(-3, 3)
_PRICES = st.fixed_dictionaries(
    {
        "supplier": st.integers(0, 3),
        "min_qty": st.sampled_from([0, 1, 5, 12, 12.5, 24, 100]),
        "price": st.sampled_from([0.0, 1.0, 1.1, 2.5, 10.0, 13.0]),
        "discount": st.sampled_from([0.0, 5.0, 12.5, 100.0]),
        "sequence": st.integers(0, 2),
        "valid_from": _DAYS,
        "valid_until": _DAYS,
        "unit": st.integers(0, 2),
        "currency": st.integers(0, 1),
        "company": st.sampled_from([None, 0, 1]),
        "variant": st.sampled_from([None, 0, 1]),
    }
)
_SETTINGS = settings(
    max_examples=60,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.differing_executors,
        HealthCheck.function_scoped_fixture,
    ],
)


@tagged("post_install", "-at_install")
class TestOffers(PreorderCommon):
    """The supplier of a plan's line is the one that Odoo would choose."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env["res.partner"].create({"name": "Mill", "is_company": True})
        cls.suppliers = company + cls.env["res.partner"].create(
            [
                {"name": "Mill's office", "parent_id": company.id},
                {"name": "Weaver", "is_company": True},
                {"name": "Gone", "is_company": True, "active": False},
            ]
        )
        cls.companies = cls.company + cls.env["res.company"].create({"name": "Other"})
        foreign = cls.env["res.currency"].search(
            [("id", "!=", cls.company.currency_id.id)], limit=1
        ) or cls.env.ref("base.CHF")
        foreign.active = True
        cls.env["res.currency.rate"].create(
            {"currency_id": foreign.id, "rate": 1.7, "name": "2020-01-01"}
        )
        cls.currencies = cls.company.currency_id + foreign
        cls.units = (
            cls.env.ref("uom.product_uom_unit")
            + cls.env.ref("uom.product_uom_dozen")
            + cls.env.ref("uom.product_uom_pack_6")
        )
        cls.plan = cls.env["preorder.purchase.plan"].create(
            {"campaign_ids": [fields.Command.link(cls.campaign.id)]}
        )
        cls.variants = cls.jacket.product_variant_ids[:2]

    def _make_sellers(self, prices):
        today = fields.Date.context_today(self.env.user)

        def get_day(days):
            return days is not None and today + timedelta(days=days)

        return self.env["product.supplierinfo"].create(
            [
                {
                    "product_tmpl_id": self.jacket.id,
                    "product_id": price["variant"] is not None
                    and self.variants[price["variant"]].id,
                    "partner_id": self.suppliers[price["supplier"]].id,
                    "company_id": price["company"] is not None
                    and self.companies[price["company"]].id,
                    "currency_id": self.currencies[price["currency"]].id,
                    "product_uom_id": self.units[price["unit"]].id,
                    "date_start": get_day(price["valid_from"]),
                    "date_end": get_day(price["valid_until"]),
                    **{
                        name: price[name]
                        for name in ("min_qty", "price", "discount", "sequence")
                    },
                }
                for price in prices
            ]
        )

    @_SETTINGS
    @given(
        prices=st.lists(_PRICES, min_size=1, max_size=8),
        quantity=st.sampled_from([1, 4, 5, 11, 12, 12.5, 13, 24, 99, 100, 1200]),
        chosen=st.none() | st.integers(0, 2),
    )
    def test_the_supplier_s_price_is_the_one_that_odoo_selects(
        self, prices, quantity, chosen
    ):
        with self.env.cr.savepoint() as savepoint:
            self._make_sellers(prices)
            variant = self.variants[0]
            line = self.env["preorder.purchase.plan.line"].create(
                {
                    "plan_id": self.plan.id,
                    "product_id": variant.id,
                    "quantity_confirmed": quantity,
                }
            )
            partner = chosen is not None and self.suppliers[chosen]
            if partner:
                line.partner_id = partner
            expected = variant._select_seller(
                partner_id=partner,
                quantity=line.quantity_wanted,
                uom_id=variant.uom_id,
            )
            found = line.seller_id
            smallest = variant._select_seller(partner_id=partner, quantity=None)
            if expected:
                self.assertEqual(found, expected)
            else:
                # Below every minimum, Odoo has none; the plan raises the quantity.
                self.assertEqual(found.partner_id, smallest.partner_id)
                self.assertFalse(
                    found
                    and found.min_qty
                    < min(
                        variant._get_filtered_sellers(partner_id=partner, quantity=None)
                        .filtered(lambda s: s.partner_id == found.partner_id)
                        .mapped("min_qty")
                    )
                )
            savepoint.rollback()
            self.env.invalidate_all()

    @_SETTINGS
    @given(
        prices=st.lists(_PRICES, min_size=1, max_size=8),
        quantity=st.sampled_from([1, 4, 5, 11, 12, 13, 24, 99, 100, 1200]),
        chosen=st.none() | st.integers(0, 2),
    )
    def test_the_price_is_the_one_that_odoo_selects_for_the_order(
        self, prices, quantity, chosen
    ):
        with self.env.cr.savepoint() as savepoint:
            self._make_sellers(prices)
            variant = self.variants[0]
            line = self.env["preorder.purchase.plan.line"].create(
                {
                    "plan_id": self.plan.id,
                    "product_id": variant.id,
                    "quantity_confirmed": quantity,
                }
            )
            if chosen is not None:
                line.partner_id = self.suppliers[chosen]
            unit = line.seller_uom_id
            expected = line.partner_id and variant._select_seller(
                partner_id=line.partner_id,
                quantity=line.quantity_to_order,
                uom_id=unit,
                # As lines of purchase orders ask.
                params={"force_uom": True},
            )
            if expected:
                price = expected.product_uom_id._compute_price(expected.price, unit)
                self.assertEqual(
                    (line.currency_id, line.discount),
                    (expected.currency_id, expected.discount),
                )
                self.assertAlmostEqual(line.price, price, 2)
            savepoint.rollback()
            self.env.invalidate_all()

    def test_a_price_by_the_piece_counts_for_an_order_by_the_dozen(self):
        weaver = self.suppliers[2]
        common = {"product_tmpl_id": self.jacket.id, "partner_id": weaver.id}
        self.env["product.supplierinfo"].create(
            [
                {
                    **common,
                    "product_uom_id": self.units[1].id,
                    "price": 12.0,
                    "order_multiple": 1,
                },
                {
                    **common,
                    "product_uom_id": self.units[0].id,
                    "price": 0.5,
                    "min_qty": 24,
                },
            ]
        )
        line = self.env["preorder.purchase.plan.line"].create(
            {
                "plan_id": self.plan.id,
                "product_id": self.variants[0].id,
                "extra_by_hand": True,
                "quantity_extra": 13,
            }
        )
        # Thirteen are raised to two dozen, which earns the price of 24 pieces.
        self.assertEqual((line.quantity_to_order, line.price), (2, 6.0))
        self.plan.action_create_purchase_orders()
        [ordered] = self.plan.purchase_order_ids.order_line
        self.assertEqual((ordered.product_qty, ordered.price_unit), (2, 6.0))
