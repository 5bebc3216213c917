import math
from fractions import Fraction
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.preorder_purchase_plan.plan import (
    Chances,
    Demand,
    NextStep,
    PriceStep,
    Situation,
    get_extra,
    get_missing,
    get_next_step,
    get_order,
    get_wanted,
    raise_quantity,
    take_from_stock,
)

quantities = st.integers(0, 100_000).map(float)
multiples = st.integers(0, 144).map(float)
chances = st.integers(0, 100).map(lambda percent: percent / 100)


def raise_exactly(wanted, minimum, multiple):
    """What a supplier sells for a quantity, in fractions."""
    if not wanted:
        return Fraction(0)
    quantity = Fraction(max(wanted, minimum))
    if multiple:
        quantity = math.ceil(quantity / Fraction(multiple)) * Fraction(multiple)
    return quantity


class TestWanted(TestCase):
    @given(quantities, quantities, quantities, quantities, chances, chances)
    def test_the_certain_whole_and_the_probable_raised_to_pieces(
        self, confirmed, by_route, quoted, started, quoted_chance, started_chance
    ):
        wanted = get_wanted(
            Demand(confirmed, by_route, quoted, started),
            Chances(quoted_chance, started_chance),
            step=1,
        )
        probable = Fraction(quoted) * Fraction(str(quoted_chance)) + Fraction(
            started
        ) * Fraction(str(started_chance))
        self.assertEqual(wanted, max(0, confirmed - by_route) + math.ceil(probable))

    def test_what_is_only_quoted_counts_by_its_chance(self):
        demand = Demand(confirmed=10, quoted=5, started=8)
        self.assertEqual(get_wanted(demand, Chances()), 10)
        self.assertEqual(get_wanted(demand, Chances(quoted=0.5), step=1), 13)
        self.assertEqual(get_wanted(demand, Chances(1, 0.25)), 17)

    def test_extra_pieces_are_whole(self):
        self.assertEqual(get_extra(41, 10, step=1), 5)
        self.assertEqual(get_extra(40, 10, step=1), 4)
        self.assertEqual(get_extra(0, 10, step=1), 0)


class TestOrder(TestCase):
    @given(quantities, quantities, multiples)
    def test_against_exact_arithmetic(self, wanted, minimum, multiple):
        order = get_order(Situation(wanted, minimum=minimum, multiple=multiple))
        expected = raise_exactly(wanted, minimum, multiple)
        self.assertEqual(order.suggested, float(expected))
        self.assertEqual(order.quantity, order.suggested)
        self.assertEqual(order.rounded_up, order.quantity - wanted)

    @given(quantities, quantities, quantities, multiples)
    def test_more_wanted_never_orders_less(self, wanted, more, minimum, multiple):
        first = raise_quantity(wanted, minimum, multiple)
        self.assertGreaterEqual(raise_quantity(wanted + more, minimum, multiple), first)

    @given(quantities, quantities, quantities, multiples)
    def test_ordering_twice_orders_nothing_the_second_time(
        self, wanted, ordered, minimum, multiple
    ):
        first = get_order(
            Situation(wanted, ordered, minimum=minimum, multiple=multiple)
        )
        second = get_order(
            Situation(
                wanted, ordered + first.quantity, minimum=minimum, multiple=multiple
            )
        )
        self.assertEqual((second.missing, second.quantity), (0, 0))

    @given(quantities, quantities, multiples)
    def test_what_is_raised_to_a_pack_is_not_too_high(self, wanted, minimum, multiple):
        ordered = raise_quantity(wanted, minimum, multiple)
        order = get_order(
            Situation(
                wanted,
                ordered,
                minimum=minimum,
                multiple=multiple,
                wanted_when_ordered=wanted,
            )
        )
        self.assertEqual(order.excess, 0)

    def test_added_up_first_then_rounded(self):
        # odoo #6536: 3 + 2 with a minimum of 5 bought 10.
        self.assertEqual(raise_quantity(3 + 2, minimum=5), 5)

    def test_a_pack_that_fits_is_not_exceeded_by_binary_noise(self):
        self.assertAlmostEqual(raise_quantity(0.1 * 3, multiple=0.1), 0.3)

    def test_what_is_added_to_a_request_is_raised_with_it(self):
        # 20 stand in a request for packs of 12, raised to 24: three more fit.
        grown = Situation(23, ordered=24, growing=24, multiple=12)
        self.assertEqual(get_order(grown).quantity, 0)
        grown = Situation(30, ordered=24, growing=24, minimum=24, multiple=12)
        self.assertEqual(get_order(grown).quantity, 12)

    def test_a_new_request_is_raised_for_itself(self):
        self.assertEqual(get_order(Situation(30, ordered=24, minimum=24)).quantity, 24)

    def test_a_decision_stands_whatever_is_suggested(self):
        decided = Situation(50, decided=40)
        self.assertEqual(get_order(decided).suggested, 50)
        self.assertEqual(get_order(decided).quantity, 40)
        again = Situation(50, ordered=40, decided=40)
        self.assertEqual(get_order(again).quantity, 0)

    def test_cancellations_make_an_order_too_high(self):
        order = get_order(
            Situation(13, ordered=36, multiple=12, wanted_when_ordered=30)
        )
        self.assertEqual(order.excess, 12)
        self.assertEqual(order.quantity, 0)

    def test_parts_of_a_dozen_are_bought_as_a_dozen(self):
        self.assertEqual(get_order(Situation(2.5, step=1)).quantity, 3)

    @given(quantities, quantities)
    def test_what_is_missing_and_on_order_covers_the_demand(self, demanded, ordered):
        missing = get_missing(demanded, ordered)
        self.assertEqual(missing, max(0.0, demanded - ordered))


class TestNextStep(TestCase):
    steps = (PriceStep(1, 40.0), PriceStep(50, 35.0), PriceStep(200, 30.0))

    def test_says_how_many_more_make_it_cheaper(self):
        self.assertEqual(
            get_next_step(45, 40.0, self.steps),
            NextStep(more=5, less_each=5.0, cost=50 * 35.0 - 45 * 40.0),
        )

    def test_more_may_cost_less_altogether(self):
        self.assertLess(get_next_step(48, 40.0, self.steps).cost, 0)

    def test_a_step_is_reached_in_packs(self):
        self.assertEqual(get_next_step(40, 40.0, self.steps, multiple=12).more, 20)

    def test_the_best_price_has_no_next(self):
        self.assertIsNone(get_next_step(200, 30.0, self.steps))

    def test_nothing_to_order_has_no_next(self):
        self.assertIsNone(get_next_step(0, 40.0, self.steps))


class TestTakeFromStock(TestCase):
    @given(quantities, st.integers(-1000, 1000).map(float), quantities)
    def test_takes_what_is_wanted_and_no_more_than_is_there(
        self, wanted, stock, incoming
    ):
        from_stock, from_incoming = take_from_stock(wanted, stock, incoming)
        self.assertEqual(
            from_stock + from_incoming,
            min(wanted, max(0, stock) + max(0, incoming + min(0, stock))),
        )
        self.assertLessEqual(from_stock, max(0, stock))
        self.assertGreaterEqual(from_incoming, 0)

    def test_what_comes_is_owed_to_others_first(self):
        self.assertEqual(take_from_stock(10, -4, 9), (0, 5))
