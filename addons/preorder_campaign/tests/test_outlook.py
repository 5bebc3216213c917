from datetime import date, timedelta
from decimal import Decimal
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.preorder_campaign.outlook import Arrival, get_outlook

DAY = date(2027, 3, 1)


class TestOutlook(TestCase):
    def test_promises_take_stock_first_and_then_what_arrives_first(self):
        later, sooner = Arrival(DAY + timedelta(9), 40), Arrival(DAY, 30)
        outlook = get_outlook(10, 25, [later, sooner])
        self.assertEqual(outlook.quantity, 0)
        self.assertEqual(outlook.arrivals, (Arrival(DAY, 15), later))

    def test_stock_is_never_below_zero(self):
        outlook = get_outlook(-5, 0, [Arrival(DAY, 3)])
        self.assertEqual((outlook.quantity, outlook.arrivals), (0, ()))

    def test_arrivals_of_a_day_are_added_up(self):
        outlook = get_outlook(1, 0, [Arrival(DAY, 2), Arrival(DAY, 3)])
        self.assertEqual(outlook.arrivals, (Arrival(DAY, 5),))

    def test_binary_noise_is_no_stock(self):
        self.assertEqual(get_outlook(0.3, 0.1 + 0.2, []).quantity, 0)

    @given(
        st.integers(-20, 200),
        st.integers(0, 300),
        st.lists(st.tuples(st.integers(0, 8), st.integers(1, 60)), max_size=8),
    )
    def test_it_never_shows_more_than_is_left_and_hides_nothing(
        self, on_hand, promised, arrivals
    ):
        outlook = get_outlook(
            on_hand,
            promised,
            [Arrival(DAY + timedelta(day), quantity) for day, quantity in arrivals],
        )
        # Walk through the days: at none is more shown than would be there.
        for last in range(9):
            there = Decimal(on_hand) - promised
            there += sum(quantity for day, quantity in arrivals if day <= last)
            shown = Decimal(str(outlook.quantity)) + sum(
                Decimal(str(arrival.quantity))
                for arrival in outlook.arrivals
                if arrival.day <= DAY + timedelta(last)
            )
            self.assertEqual(shown, max(0, there))
