from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.preorder_campaign.seasons import propose_code, shift_years


class TestSeasons(TestCase):
    def test_a_code_is_the_initials_and_the_year(self):
        for name, code in (
            ("Winter collection 2026", "WC26"),
            ("Winter 2026/27", "W26"),
            ("Outlet", "OUTL"),
            ("Été 2027", "E27"),
            ("Outlet Winter 25/26", "OW25"),
            ("冬", ""),
            ("2027", "27"),
        ):
            with self.subTest(name=name):
                self.assertEqual(propose_code(name), code)

    @given(st.text(max_size=60))
    def test_a_proposed_code_is_always_a_valid_one_or_none(self, name):
        self.assertRegex(propose_code(name), r"^([A-Z0-9]{1,8})?$")

    def test_years_move_and_other_numbers_stay(self):
        for text, expected in (
            ("Winter 2026", "Winter 2027"),
            ("Winter 2026/27", "Winter 2027/28"),
            ("Winter 26/27", "Winter 27/28"),
            ("Winter 2025/26", "Winter 2026/27"),
            ("W26", "W27"),
            ("Pack of 12, Winter 2026", "Pack of 12, Winter 2027"),
            ("Route 66", "Route 66"),
            ("Winter", "Winter"),
        ):
            with self.subTest(text=text):
                self.assertEqual(shift_years(text, 1, around=2026), expected)

    def test_the_century_turns_in_two_digits(self):
        self.assertEqual(shift_years("W99/00", 1, around=2099), "W00/01")

    @given(st.integers(1990, 2097), st.integers(-3, 3))
    def test_moving_there_and_back_changes_nothing(self, year, years):
        text = f"Winter {year}/{(year + 1) % 100:02d}"
        moved = shift_years(text, years, around=year)
        self.assertEqual(shift_years(moved, -years, around=year + years), text)
