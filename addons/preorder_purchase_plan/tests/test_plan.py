import math
from fractions import Fraction
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.preorder_purchase_plan.plan import get_missing, get_order_quantity

quantities = st.integers(0, 100_000).map(float)
multiples = st.integers(0, 144).map(float)


class TestOrderQuantity(TestCase):
    @given(quantities, quantities, multiples)
    def test_against_exact_arithmetic(self, wanted, minimum, multiple):
        order = get_order_quantity(wanted, minimum, multiple)
        expected = Fraction(max(wanted, minimum)) if wanted else Fraction(0)
        if multiple and expected:
            expected = math.ceil(expected / Fraction(multiple)) * Fraction(multiple)
        self.assertEqual(order.quantity, float(expected))
        self.assertEqual(order.rounded_up, order.quantity - (wanted and wanted))

    @given(quantities, quantities, quantities, multiples)
    def test_more_wanted_never_orders_less(self, wanted, more, minimum, multiple):
        first = get_order_quantity(wanted, minimum, multiple).quantity
        second = get_order_quantity(wanted + more, minimum, multiple).quantity
        self.assertGreaterEqual(second, first)

    def test_added_up_first_then_rounded(self):
        # odoo #6536: 3 + 2 with a minimum of 5 bought 10.
        self.assertEqual(get_order_quantity(3 + 2, minimum=5).quantity, 5)

    def test_a_pack_that_fits_is_not_exceeded_by_binary_noise(self):
        self.assertAlmostEqual(get_order_quantity(0.1 * 3, multiple=0.1).quantity, 0.3)

    @given(quantities, quantities)
    def test_what_is_missing_and_on_order_covers_the_demand(self, demanded, ordered):
        missing = get_missing(demanded, ordered)
        self.assertEqual(missing, max(0.0, demanded - ordered))
