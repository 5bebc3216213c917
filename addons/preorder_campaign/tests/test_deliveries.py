from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..deliveries import (
    DateProblem,
    DeliveryPeriod,
    Span,
    find_possible,
    find_problem,
    find_weeks,
)

FIRST = date(2026, 9, 1)
days = st.integers(0, 90).map(lambda number: FIRST + timedelta(days=number))
periods = st.builds(
    lambda start, length, gap: DeliveryPeriod(
        start, start + timedelta(days=length), gap
    ),
    days,
    st.integers(0, 60),
    st.integers(0, 20),
)


def is_possible(day, period, taken):
    """The rule, day by day: the oracle."""
    return period.earliest <= day <= period.latest and not any(
        0 < abs((day - other).days) < period.gap_days for other in taken
    )


@tagged("post_install", "-at_install")
class TestDeliveries(BaseCase):
    @given(days, periods, st.lists(days, max_size=6))
    def test_a_problem_is_named_exactly_when_there_is_one(self, day, period, taken):
        problem = find_problem(day, period, taken)
        self.assertEqual(problem is None, is_possible(day, period, taken))

    @given(periods, st.lists(days, max_size=6))
    def test_weeks_hold_the_days_of_the_period_each_once(self, period, taken):
        by_week = {}
        for number in range((period.latest - period.earliest).days + 1):
            day = period.earliest + timedelta(days=number)
            by_week.setdefault(day.isocalendar()[:2], []).append(day)
        self.assertEqual(
            find_weeks(period, taken),
            [
                Span(week[0], week[-1])
                for week in by_week.values()
                if is_possible(week[0], period, taken)
            ],
        )

    @given(days, periods, st.lists(days, max_size=6))
    def test_the_first_possible_date_is_offered(self, start, period, taken):
        expected = next(
            (
                day
                for day in (start + timedelta(days=number) for number in range(300))
                if is_possible(day, period, taken)
            ),
            None,
        )
        self.assertEqual(find_possible(start, period, taken), expected)

    @given(days, periods, st.lists(days, max_size=6))
    def test_what_is_offered_is_possible_if_anything_is(self, day, period, taken):
        problem = find_problem(day, period, taken)
        if problem and problem.possible:
            # The day that is asked for gives way.
            others = set(taken) - {day}
            self.assertTrue(is_possible(problem.possible, period, others))

    def test_days_between_deliveries_are_counted_from_delivery_to_delivery(self):
        period = DeliveryPeriod(FIRST, date(2026, 10, 31), 14)
        self.assertEqual(
            find_problem(date(2026, 9, 10), period, [FIRST]),
            DateProblem("close", date(2026, 9, 15), FIRST),
        )
        self.assertIsNone(find_problem(date(2026, 9, 15), period, [FIRST]))

    def test_before_and_after_the_period(self):
        period = DeliveryPeriod(FIRST, date(2026, 10, 31))
        self.assertEqual(
            find_problem(date(2026, 8, 1), period, []), DateProblem("early", FIRST)
        )
        self.assertEqual(
            find_problem(date(2026, 11, 1), period, []), DateProblem("late", FIRST)
        )

    def test_without_bounds_every_day_will_do(self):
        self.assertIsNone(find_problem(FIRST, DeliveryPeriod(), [FIRST]))
