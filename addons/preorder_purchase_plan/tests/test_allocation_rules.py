import math
from decimal import Decimal
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from ..allocation import (
    FIRST,
    MANUAL,
    PRIORITY,
    PROPORTIONAL,
    Demand,
    allocate,
)

MULTIPLES = st.sampled_from((1, 1, 2, 5, 6, 12))
STRATEGIES = st.sampled_from((FIRST, PROPORTIONAL, PRIORITY))
SUPPLIES = st.integers(0, 400)


@st.composite
def demands(draw, multiples=MULTIPLES, whole=False):
    """Up to twelve demands, each with a rank of its own."""
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 60), multiples, st.integers(0, 3)), max_size=12
        )
    )
    common = draw(multiples)
    return [
        Demand(
            key=index,
            quantity=quantity * common if whole else quantity,
            rank=(priority % 2, index),
            multiple=common if whole else multiple,
            priority=priority,
        )
        for index, (quantity, multiple, priority) in enumerate(rows)
    ]


def spend_one_by_one(supply, wanted, order):
    """The oracle of "first": hands each the next multiple as long as it is there."""
    left = Decimal(supply)
    shares = {}
    for demand in sorted(wanted, key=order):
        shares[demand.key] = Decimal(0)
        while demand.quantity > shares[demand.key]:
            pack = min(Decimal(demand.multiple), demand.quantity - shares[demand.key])
            if pack > left:
                break
            shares[demand.key] += pack
            left -= pack
    return shares


class TestAllocationRules(TestCase):
    """Who gets how much, without a database."""

    @given(SUPPLIES, demands(), STRATEGIES)
    def test_never_more_than_there_is_and_nobody_more_than_demanded(
        self, supply, wanted, strategy
    ):
        shares = allocate(supply, wanted, strategy)
        self.assertEqual(set(shares), {demand.key for demand in wanted})
        self.assertLessEqual(sum(shares.values()), supply)
        for demand in wanted:
            self.assertTrue(0 <= shares[demand.key] <= demand.quantity)

    @given(SUPPLIES, demands(), STRATEGIES)
    def test_a_multiple_is_never_broken(self, supply, wanted, strategy):
        shares = allocate(supply, wanted, strategy)
        for demand in wanted:
            if shares[demand.key] != demand.quantity:
                self.assertEqual(shares[demand.key] % demand.multiple, 0)

    @given(SUPPLIES, demands(multiples=st.just(1)), STRATEGIES)
    def test_without_multiples_the_sum_is_the_lesser_of_supply_and_demand(
        self, supply, wanted, strategy
    ):
        self.assertEqual(
            sum(allocate(supply, wanted, strategy).values()),
            min(supply, sum(demand.quantity for demand in wanted)),
        )

    @given(SUPPLIES, demands(), STRATEGIES)
    def test_what_is_left_over_is_too_little_for_anybody_s_next_multiple(
        self, supply, wanted, strategy
    ):
        shares = allocate(supply, wanted, strategy)
        left = supply - sum(shares.values())
        for demand in wanted:
            if shares[demand.key] < demand.quantity:
                missing = demand.quantity - shares[demand.key]
                self.assertLess(left, min(demand.multiple, missing))

    @given(SUPPLIES, st.integers(0, 30), demands(), STRATEGIES)
    def test_a_larger_supply_never_lowers_the_sum(self, supply, more, wanted, strategy):
        self.assertGreaterEqual(
            sum(allocate(supply + more, wanted, strategy).values()),
            sum(allocate(supply, wanted, strategy).values()),
        )

    @given(SUPPLIES, st.integers(0, 30), demands(whole=True), STRATEGIES)
    def test_a_larger_supply_lowers_nobody_s_share(
        self, supply, more, wanted, strategy
    ):
        before = allocate(supply, wanted, strategy)
        after = allocate(supply + more, wanted, strategy)
        for key, share in before.items():
            self.assertGreaterEqual(after[key], share)

    @given(SUPPLIES, demands(), STRATEGIES, st.randoms())
    def test_the_order_in_which_demands_are_given_does_not_matter(
        self, supply, wanted, strategy, random
    ):
        shuffled = random.sample(wanted, len(wanted))
        self.assertEqual(
            allocate(supply, wanted, strategy), allocate(supply, shuffled, strategy)
        )

    @given(SUPPLIES, demands(whole=True))
    def test_in_proportion_is_the_exact_share_rounded_down_or_up(self, supply, wanted):
        shares = allocate(supply, wanted, PROPORTIONAL)
        total = sum(demand.quantity for demand in wanted)
        if total <= supply:
            return
        multiple = wanted[0].multiple
        # What does not make a whole multiple cannot be given away.
        given_away = Decimal(supply // multiple)
        for demand in wanted:
            exact = demand.quantity * given_away / Decimal(total)
            self.assertLessEqual(shares[demand.key] // multiple, math.ceil(exact))
            self.assertGreaterEqual(shares[demand.key] // multiple, math.floor(exact))

    def test_more_goods_take_nothing_from_anybody_unlike_the_largest_remainder(self):
        # The Alabama paradox: of 10 pieces the largest remainder gives 2, 3 and 5, of
        # 11 it gives 1, 4 and 6.
        wanted = [Demand(quantity, quantity, (quantity,)) for quantity in (2, 5, 8)]
        last = 0
        for supply in range(16):
            share = allocate(supply, wanted, PROPORTIONAL)[2]
            self.assertGreaterEqual(share, last)
            last = share

    @given(SUPPLIES, demands())
    def test_first_confirmed_first_against_handing_out_one_by_one(self, supply, wanted):
        self.assertEqual(
            allocate(supply, wanted, FIRST),
            spend_one_by_one(supply, wanted, lambda demand: demand.rank),
        )

    @given(SUPPLIES, demands())
    def test_priority_against_handing_out_one_by_one(self, supply, wanted):
        self.assertEqual(
            allocate(supply, wanted, PRIORITY),
            spend_one_by_one(
                supply, wanted, lambda demand: (demand.priority, *demand.rank)
            ),
        )

    @given(SUPPLIES, demands(multiples=st.just(1)), STRATEGIES, st.data())
    def test_what_a_person_fixed_stays_and_the_others_share_the_rest(
        self, supply, wanted, strategy, data
    ):
        left = supply
        mixed = []
        for demand in wanted:
            fixed = data.draw(st.none() | st.integers(0, min(left, demand.quantity)))
            left -= fixed or 0
            mixed.append(
                Demand(
                    demand.key,
                    demand.quantity,
                    demand.rank,
                    priority=demand.priority,
                    fixed=fixed,
                )
            )
        shares = allocate(supply, mixed, strategy)
        others = [demand for demand in mixed if demand.fixed is None]
        for demand in mixed:
            if demand.fixed is not None:
                self.assertEqual(shares.pop(demand.key), demand.fixed)
        self.assertEqual(shares, allocate(left, others, strategy))

    def test_by_hand_nobody_gets_what_nobody_fixed(self):
        wanted = [Demand("a", 5, (1,)), Demand("b", 5, (2,), fixed=3)]
        self.assertEqual(allocate(10, wanted, MANUAL), {"a": 0, "b": 3})

    def test_no_more_can_be_fixed_than_there_is(self):
        with self.assertRaises(ValueError):
            allocate(2, [Demand("a", 5, (1,), fixed=3)], FIRST)

    def test_a_thousand_demands_of_a_hundred_thousand_pieces_take_no_time(self):
        wanted = [
            Demand(number, 40 + number * 7 % 120, (number,)) for number in range(1000)
        ]
        shares = allocate(99_999 // 2, wanted, PROPORTIONAL)
        self.assertEqual(sum(shares.values()), 99_999 // 2)
