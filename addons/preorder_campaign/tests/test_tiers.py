from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.preorder_campaign.tiers import (
    Tier,
    compound_discount,
    get_progress,
)

cents = st.integers(0, 10_000_000).map(lambda n: n / 100)
percentages = st.integers(0, 10_000).map(lambda n: n / 100)


class TestTierProgress(TestCase):
    @given(st.lists(cents, unique=True, max_size=6), cents)
    def test_reached_is_the_highest_target_not_above_the_balance(
        self, targets, balance
    ):
        tiers = [Tier(target, target, 1.0) for target in targets]
        progress = get_progress(tiers, balance)
        expected = max(
            (t for t in targets if Fraction(t) <= Fraction(balance)), default=None
        )
        self.assertEqual(progress.reached and progress.reached.target, expected)

    @given(st.lists(cents, unique=True, max_size=6), cents)
    def test_next_tier_is_reached_by_what_is_missing(self, targets, balance):
        tiers = [Tier(target, target, 1.0) for target in targets]
        progress = get_progress(tiers, balance)
        if progress.following:
            after = get_progress(tiers, balance + progress.missing)
            self.assertEqual(after.reached, progress.following)
        else:
            self.assertTrue(all(target <= balance for target in targets))

    def test_no_balance_falls_between_two_tiers(self):
        # NuORDER's sample tiers: 1,000–2,000 and 2,001–3,000 leave 2,000.50 out.
        tiers = [Tier("low", 1000, 5), Tier("high", 2001, 8)]
        self.assertEqual(get_progress(tiers, 2000.50).reached.key, "low")
        self.assertEqual(get_progress(tiers, 2001).reached.key, "high")

    def test_a_sum_of_floats_that_shows_as_the_target_reaches_it(self):
        balance = sum([0.1] * 10000)
        self.assertLess(balance, 1000.0000001)
        self.assertEqual(get_progress([Tier("t", 1000, 5)], balance).reached.key, "t")

    def test_a_target_of_zero_is_reached_by_an_empty_order(self):
        self.assertEqual(get_progress([Tier("t", 0, 5)], 0).reached.key, "t")


class TestCompoundDiscount(TestCase):
    @given(st.lists(percentages, max_size=4))
    def test_equals_exact_arithmetic_rounded_once(self, discounts):
        remaining = Fraction(1)
        for discount in discounts:
            remaining *= 1 - Fraction(str(discount)) / 100
        exact = (1 - remaining) * 100
        scaled = Decimal((exact * 100).numerator) / Decimal((exact * 100).denominator)
        expected = scaled.quantize(Decimal(1), ROUND_HALF_UP) / 100
        self.assertEqual(Decimal(str(compound_discount(2, *discounts))), expected)

    def test_twelve_and_a_half_and_seven_and_a_half(self):
        self.assertEqual(compound_discount(2, 12.5, 7.5), 19.06)

    def test_lines_alike_never_differ_by_binary_noise(self):
        noisy = {(price - price * 0.875) / price * 100 for price in (66.9, 56.85, 20.0)}
        self.assertGreater(len(noisy), 1)
        self.assertEqual({compound_discount(2, d, 5) for d in noisy}, {16.88})

    @given(percentages, percentages)
    def test_order_does_not_matter(self, first, second):
        self.assertEqual(
            compound_discount(2, first, second), compound_discount(2, second, first)
        )
