"""Taxes by a formula may look at the product, and be anything but linear."""

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.preorder_campaign.tests.common import NOW, PreorderCommon

METHODS = ("round_globally", "round_per_line")


@tagged("post_install", "-at_install")
class TestFormulaTaxes(PreorderCommon):
    """The form says, to the cent, what the quotation will say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = cls.jacket.product_variant_ids
        for number, product in enumerate(cls.products):
            product.weight = 0.37 * (1 + number % 3)

    def _make_tax(self, formula, **values):
        return self.tax.copy(
            {"name": formula, "amount_type": "code", "formula": formula, **values}
        )

    def _expect_what_the_quotation_says(self, *taxes):
        for method in METHODS:
            with self.subTest(taxes[0].name, method=method):
                self.company.tax_calculation_rounding_method = method
                self.jacket.taxes_id = [
                    Command.set([tax.id for tax in (*taxes, self.tax)])
                ]
                self._save({self.bottle.product_variant_id: 3})
                self._save({self.products[0]: 2, self.products[1]: 7})
                answer = self._save({self.products[2]: 5, self.products[3]: 2})
                form = self._get_form(answer)
                [listed] = form._get_totals_by_form().values()
                self.assertEqual(answer["totals"], form._get_totals())
                self.assertEqual(answer["totals"], listed)
                quotation = form._submit(NOW)
                for name in ("untaxed", "tax", "total"):
                    self.assertAlmostEqual(
                        answer["totals"][name], quotation[f"amount_{name}"], 2, name
                    )
                self.assertAlmostEqual(
                    answer["totals"]["balance"], quotation.preorder_balance, 2
                )
                quotation._action_cancel()

    def test_a_fee_by_weight(self):
        self._expect_what_the_quotation_says(
            self._make_tax("product.weight * quantity * 0.413")
        )

    def test_a_fee_by_weight_within_the_price(self):
        self._expect_what_the_quotation_says(
            self._make_tax(
                "product.weight * quantity * 0.413",
                price_include_override="tax_included",
                include_base_amount=True,
            )
        )

    def test_a_fee_that_is_capped_beyond_ordinary_prices(self):
        self._expect_what_the_quotation_says(
            self._make_tax("min(price_unit * quantity * 0.2, 50)")
        )

    def test_a_fee_within_a_group_of_taxes(self):
        fee = self._make_tax("product.weight * 2 * quantity", type_tax_use="none")
        self._expect_what_the_quotation_says(
            self.tax.copy(
                {
                    "name": "Group",
                    "amount_type": "group",
                    "children_tax_ids": [Command.set(fee.ids)],
                }
            )
        )
