import random
from decimal import ROUND_HALF_UP, Decimal

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.preorder_campaign import line_amounts
from odoo.addons.preorder_campaign.models.preorder_pricing import (
    PricedQuantity,
    Terms,
)

from .common import NOW, PreorderCommon


@tagged("post_install", "-at_install")
class TestTotals(PreorderCommon):
    """The form says, to the cent, what the quotation will say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(7)
        cls.low_tax = cls.tax.copy({"name": "VAT 9 %", "amount": 9})
        cls.products = cls.jacket.product_variant_ids | cls.env[
            "product.product"
        ].create(
            [
                {
                    "name": f"Article {number}",
                    "list_price": cls.random.randint(1, 20000) / 100,
                    "categ_id": cls.category.id,
                    "taxes_id": [
                        Command.set((cls.low_tax if number % 3 else cls.tax).ids)
                    ],
                }
                for number in range(30)
            ]
        )
        cls.pricelist = cls.env["product.pricelist"].create(
            {
                "name": "Partners",
                "sequence": 5,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "3_global",
                            "compute_price": "percentage",
                            "percent_price": 33.33,
                        }
                    ),
                    Command.create(
                        {
                            "applied_on": "3_global",
                            "min_quantity": 10,
                            "compute_price": "percentage",
                            "percent_price": 40,
                        }
                    ),
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": cls.jacket.id,
                            "compute_price": "fixed",
                            "fixed_price": 79.95,
                        }
                    ),
                ],
            }
        )

    def _check_random_form(self, set_up=""):
        chosen = self.random.sample(list(self.products), self.random.randint(1, 30))
        quantities = {product: self.random.randint(0, 25) for product in chosen}
        quantities[chosen[0]] = 1
        answer = self._save(quantities)
        form = self._get_form(answer)
        quotation = form._submit(NOW)
        totals = answer["totals"]
        by_core = self._get_totals_by_core(quotation)
        for name in ("untaxed", "tax", "total"):
            self.assertAlmostEqual(totals[name], by_core[name], 6, set_up)
            self.assertAlmostEqual(
                quotation[f"amount_{name}"], by_core[name], 6, set_up
            )
        quotation._action_cancel()

    def _get_totals_by_core(self, quotation):
        """What core's own computation, line by line, says of a quotation."""
        taxes = self.env["account.tax"]
        lines = [
            line._prepare_base_line_for_taxes_computation()
            for line in quotation.order_line
        ]
        taxes._add_tax_details_in_base_lines(lines, quotation.company_id)
        taxes._round_base_lines_tax_details(lines, quotation.company_id)
        summary = taxes._get_tax_totals_summary(
            lines, quotation.currency_id, quotation.company_id
        )
        return {
            "untaxed": summary["base_amount_currency"],
            "tax": summary["tax_amount_currency"],
            "total": summary["total_amount_currency"],
        }

    def _check_forms(self, rounding, pricelist):
        self.company.tax_calculation_rounding_method = rounding
        self.customer.partner_id.commercial_partner_id.property_product_pricelist = (
            pricelist
        )
        # Few: test_price_exact fills many.
        for _number in range(4):
            self._check_random_form(f"{rounding} {pricelist.name}")

    def test_rounded_globally(self):
        self._check_forms("round_globally", self.pricelist)

    def test_rounded_per_line(self):
        self._check_forms("round_per_line", self.pricelist)

    def test_with_prices_including_taxes(self):
        self.tax.price_include_override = "tax_included"
        for rounding in ("round_globally", "round_per_line"):
            self._check_forms(rounding, self.pricelist)

    def test_with_a_fixed_tax_per_piece(self):
        fee = self.env["account.tax"].create(
            {"name": "Battery fee", "amount_type": "fixed", "amount": 0.35}
        )
        self.products[6:12].taxes_id |= fee
        for rounding in ("round_globally", "round_per_line"):
            self._check_forms(rounding, self.pricelist)

    def test_in_a_currency_without_cents(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        pricelist = self.pricelist.copy({"currency_id": yen.id})
        for rounding in ("round_globally", "round_per_line"):
            self._check_forms(rounding, pricelist)

    def test_with_a_fiscal_position(self):
        free = self.tax.copy({"name": "Export", "amount": 0})
        position = self.env["account.fiscal.position"].create({"name": "Export"})
        free.write(
            {
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.set(self.tax.ids)],
            }
        )
        partner = self.customer.partner_id.commercial_partner_id
        partner.property_account_position_id = position
        self.customer.partner_id.property_account_position_id = position
        self._check_forms("round_globally", self.pricelist)

    def test_a_hundred_lines_against_plain_decimal_arithmetic(self):
        # 100 lines of 10.01 − 33.33 %: 667.00 if each line is rounded, 667.37 if not.
        products = self.env["product.product"].create(
            [
                {
                    "name": f"Same {number}",
                    "list_price": 10.01,
                    "categ_id": self.category.id,
                    "taxes_id": [Command.set(self.tax.ids)],
                }
                for number in range(100)
            ]
        )
        self.campaign.tier_ids.unlink()
        self.customer.partner_id.property_product_pricelist = self.pricelist
        net = Decimal("10.01") * (1 - Decimal("33.33") / 100)
        cent = Decimal("0.01")
        for rounding, expected in (
            ("round_globally", (net * 100).quantize(cent, ROUND_HALF_UP)),
            ("round_per_line", net.quantize(cent, ROUND_HALF_UP) * 100),
        ):
            with self.subTest(rounding):
                self.company.tax_calculation_rounding_method = rounding
                answer = self._save(dict.fromkeys(products, 1))
                self.assertEqual(
                    Decimal(str(round(answer["totals"]["untaxed"], 2))), expected
                )

    def test_the_tier_is_reached_and_the_next_one_named(self):
        variants = self.jacket.product_variant_ids
        totals = self._save({variants[0]: 9})["totals"]
        self.assertIsNone(totals["tier"])
        self.assertEqual(totals["next_tier"]["missing"], 100)
        totals = self._save({variants[0]: 10})["totals"]
        self.assertEqual(totals["tier"]["name"], "Silver")
        self.assertEqual(totals["balance"], 1000)
        self.assertEqual(totals["untaxed"], 950)
        self.assertEqual(totals["total"], 1149.5)
        self.assertEqual(totals["next_tier"]["name"], "Gold")
        self.assertEqual(totals["next_tier"]["missing"], 4000)

    def test_quantity_breaks_price_each_cell_by_its_quantity(self):
        self.customer.partner_id.property_product_pricelist = self.pricelist
        product = self.products[-1]
        (few,) = self._save({product: 9})["cells"]
        (many,) = self._save({product: 10})["cells"]
        self.assertAlmostEqual(few["discount"], 33.33, 2)
        self.assertAlmostEqual(many["discount"], 40, 2)

    def test_prices_are_those_of_sale_order_lines(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.partner_id.id,
                "pricelist_id": self.pricelist.id,
                "date_order": NOW,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                    for product in self.products
                    for quantity in (1, 12)
                ],
            }
        )
        for line in order.order_line:
            price = self.env["preorder.pricing"]._get_prices(
                {line.product_id: line.product_uom_qty},
                terms=Terms(
                    self.company.id,
                    self.pricelist.id,
                    order.currency_id.id,
                    order.fiscal_position_id.id,
                ),
                date=NOW,
            )[line.product_id.id]
            discount = self.env["preorder.pricing"]._get_line_discount(
                price.discount, 0.0
            )
            self.assertEqual(price.unit, line.price_unit)
            self.assertEqual(discount, line.discount)
            self.assertEqual(price.tax_ids, tuple(sorted(line.tax_ids.ids)))

    def test_linear_sums_are_those_of_account_tax(self):
        """The short way over sums against Odoo's own, line by line."""
        pricing = self.env["preorder.pricing"]
        Tax = self.env["account.tax"]
        included = Tax.create(
            {
                "name": "Included 19 %",
                "amount": 19,
                "price_include_override": "tax_included",
            }
        )
        fee = Tax.create({"name": "Fee", "amount_type": "fixed", "amount": 0.35})
        base = Tax.create(
            {"name": "Eco 3 %", "amount": 3, "include_base_amount": True, "sequence": 0}
        )
        division = Tax.create(
            {"name": "Division", "amount_type": "division", "amount": 10}
        )
        sets = [
            (),
            tuple(self.tax.ids),
            tuple(self.low_tax.ids),
            tuple(included.ids),
            tuple(sorted((fee | self.tax).ids)),
            tuple(sorted((base | self.tax).ids)),
            tuple(division.ids),
        ]
        self.company.tax_calculation_rounding_method = "round_globally"
        place = {"company": self.company, "currency": self.company.currency_id}
        for chosen in (sets[:1], [sets[3]], sets[:4], sets):
            taxes = pricing._get_linear_taxes(set(chosen), **place)
            self.assertEqual(set(taxes), set(chosen))
            for _number in range(60):
                lines = [
                    PricedQuantity(
                        self.random.choice(chosen),
                        self.random.randint(1, 30000) / 100,
                        self.random.randint(1, 40),
                        self.random.choice((0, 5, 12.5, 33.33)),
                    )
                    for _line in range(self.random.randint(1, 40))
                ]
                ours = pricing._get_totals(lines, **place)
                theirs = pricing._get_totals_by_line(lines, **place)
                self.assertAlmostEqual(ours.untaxed, theirs.untaxed, 6)
                self.assertAlmostEqual(ours.tax, theirs.tax, 6)

    def test_where_a_tax_depends_on_the_product_odoo_adds_up(self):
        quotation = self._get_form(self._save({self.products[0]: 2}))._submit(NOW)
        self.assertTrue(quotation.order_line.tax_ids)
        self.assertTrue(quotation._is_adding_up_like_a_form())
        # Such as a formula of the product's weight.
        self.patch(line_amounts, "_PLAIN_TAXES", {"fixed"})
        self.assertFalse(quotation._is_adding_up_like_a_form())

    def test_a_price_kept_in_memory_follows_whatever_it_depends_on(self):
        product = self.products[-1]
        partner = self.customer.partner_id.commercial_partner_id
        partner.property_product_pricelist = self.pricelist

        def get_price():
            (cell,) = self._save({product: 2})["cells"]
            return round(cell["price"] * (1 - cell["discount"] / 100), 4)

        def get_tax_key():
            return self._get_form(self._save({product: 2})).line_ids.tax_key

        product.list_price = 100
        self.assertEqual(get_price(), 66.67)
        product.list_price = 200
        self.assertEqual(get_price(), 133.34)
        rule = self.pricelist.item_ids.filtered(
            lambda item: item.percent_price == 33.33
        )
        rule.percent_price = 10
        self.assertEqual(get_price(), 180)
        rule.unlink()
        self.assertEqual(get_price(), 200)
        before = get_tax_key()
        product.taxes_id = self.tax.copy({"name": "Other"})
        self.assertNotEqual(get_tax_key(), before)
