from datetime import date, timedelta
from decimal import Decimal
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.preorder_purchase_plan.promises import (
    Arrival,
    Demand,
    Promise,
    get_promises,
)

DAY = date(2027, 3, 1)


def _day(number):
    return None if number is None else DAY + timedelta(days=number)


quantities = st.integers(1, 4000).map(lambda thousandths: thousandths / 1000)
demands = st.lists(
    st.tuples(
        st.sampled_from("AB"),
        quantities,
        st.integers(0, 5),
        st.none() | st.integers(0, 30),
        st.sampled_from((0.0, 0.0, 0.001, 1.5, 9.0)),
    ),
    max_size=8,
).map(
    lambda rows: [
        Demand(number, product, quantity, (order, number), _day(wanted), own)
        for number, (product, quantity, order, wanted, own) in enumerate(rows)
    ]
)
arrivals = st.lists(
    st.tuples(st.sampled_from("AB"), quantities, st.none() | st.integers(0, 30)),
    max_size=8,
).map(
    lambda rows: [
        Arrival(product, quantity, _day(day)) for product, quantity, day in rows
    ]
)


def oracle(waiting, coming, lead):
    """The same, told by sums: a demand is served on the first day by which as much has
    arrived as it and all before it want."""

    def exact(value):
        return Decimal(str(value))

    result = {}
    for demand in waiting:
        before = [
            other
            for other in waiting
            if other.product == demand.product and other.order <= demand.order
        ]
        wanted = sum(
            (max(Decimal(0), exact(d.quantity) - exact(d.secured)) for d in before),
            Decimal(0),
        )
        own = max(Decimal(0), exact(demand.quantity) - exact(demand.secured))

        def arrived(by, product=demand.product):
            return sum(
                (
                    exact(a.quantity)
                    for a in coming
                    if a.product == product
                    and (a.day is None or (by is not None and a.day <= by))
                ),
                Decimal(0),
            )

        days = [None, *sorted({a.day for a in coming if a.day})]
        if not own:
            arrival, served = None, True
        else:
            enough = [day for day in days if arrived(day) >= wanted]
            served = bool(enough)
            arrival = enough[0] if served else None
        if not served:
            result[demand.key] = (False, None)
            continue
        day = arrival and arrival + timedelta(days=lead)
        if demand.wanted and (not day or day < demand.wanted):
            day = demand.wanted
        result[demand.key] = (True, day)
    return result


class TestPromises(TestCase):
    def test_who_is_first_is_served_by_what_arrives_first(self):
        promises = get_promises(
            [
                Demand("second", "A", 5, (2,)),
                Demand("first", "A", 5, (1,)),
                Demand("third", "A", 5, (3,)),
            ],
            [Arrival("A", 4, _day(20)), Arrival("A", 6, _day(10))],
        )
        self.assertEqual(
            {key: promise.day for key, promise in promises.items()},
            {"first": _day(10), "second": _day(20), "third": None},
        )

    def test_a_day_that_is_wanted_is_kept_and_a_lead_comes_on_top(self):
        promises = get_promises(
            [Demand(1, "A", 1, (1,), _day(30)), Demand(2, "A", 1, (2,), _day(11))],
            [Arrival("A", 2, _day(10))],
            lead_days=2,
        )
        self.assertEqual((promises[1].day, promises[2].day), (_day(30), _day(12)))

    def test_what_is_set_aside_needs_no_arrival(self):
        promises = get_promises(
            [Demand(1, "A", 5, (2,), secured=5), Demand(2, "A", 3, (1,))],
            [Arrival("A", 3, _day(1))],
        )
        self.assertTrue(promises[1].is_here)
        self.assertEqual(promises[2], Promise(True, _day(1), _day(1)))

    def test_nobody_gets_ahead_of_who_is_not_served(self):
        promises = get_promises(
            [Demand(1, "A", 5, (1,)), Demand(2, "A", 1, (2,))],
            [Arrival("A", 4, _day(1))],
        )
        self.assertFalse(promises[1].served or promises[2].served)

    @given(demands, arrivals, st.integers(0, 3))
    def test_equals_what_sums_say(self, waiting, coming, lead):
        promises = get_promises(waiting, coming, lead)
        self.assertEqual(
            {key: (promise.served, promise.day) for key, promise in promises.items()},
            oracle(waiting, coming, lead),
        )

    @given(demands, arrivals, st.randoms())
    def test_the_order_of_the_input_does_not_matter(self, waiting, coming, random):
        promises = get_promises(waiting, coming)
        random.shuffle(waiting)
        random.shuffle(coming)
        self.assertEqual(get_promises(waiting, coming), promises)

    @given(demands, arrivals, st.integers(1, 10))
    def test_what_comes_later_is_never_promised_earlier(self, waiting, coming, days):
        later = [
            Arrival(a.product, a.quantity, a.day and a.day + timedelta(days=days))
            for a in coming
        ]
        before, after = get_promises(waiting, coming), get_promises(waiting, later)
        for key, promise in before.items():
            self.assertEqual(promise.served, after[key].served)
            if promise.day:
                self.assertGreaterEqual(after[key].day, promise.day)
