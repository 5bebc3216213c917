from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.preorder_campaign.grid import Axis, Value, arrange
from odoo.addons.preorder_campaign.references import get_common_reference

COLOUR, SIZE, LENGTH = Axis(1, "Colour", True), Axis(2, "Size"), Axis(3, "Length")


def make_value(axis, number):
    return Value(axis.key * 100 + number, axis.key, -number, f"{axis.name} {number}")


class TestGrid(TestCase):
    def test_sizes_run_across_and_colours_down_whatever_comes_last(self):
        variants = {
            (c, s): [make_value(COLOUR, c), make_value(SIZE, s)]
            for c in (1, 2)
            for s in (1, 2, 3)
        }
        for axes in ([COLOUR, SIZE], [SIZE, COLOUR]):
            grid = arrange(axes, variants)
            self.assertEqual(grid.columns, ("Size 3", "Size 2", "Size 1"))
            self.assertEqual([row.name for row in grid.rows], ["Colour 2", "Colour 1"])
            self.assertEqual(grid.corner, "Colour")

    def test_a_product_without_variants_is_one_cell(self):
        grid = arrange([], {"bottle": []})
        self.assertTrue(grid.is_single)
        self.assertEqual(grid.places, {"bottle": (0, 0)})

    def test_colours_alone_run_across(self):
        grid = arrange([COLOUR], {c: [make_value(COLOUR, c)] for c in (1, 2)})
        self.assertEqual(grid.columns, ("Colour 2", "Colour 1"))
        self.assertEqual([row.name for row in grid.rows], [""])
        self.assertFalse(grid.is_single)

    @given(
        st.permutations([COLOUR, SIZE, LENGTH]),
        st.sets(
            st.tuples(*[st.integers(1, 4)] * 3),
            min_size=1,
        ),
    )
    def test_every_variant_stands_where_its_labels_say_and_alone(self, axes, numbers):
        variants = {
            each: [
                make_value(axis, number)
                for axis, number in zip((COLOUR, SIZE, LENGTH), each, strict=True)
            ]
            for each in numbers
        }
        grid = arrange(axes, variants)
        self.assertEqual(len(set(grid.places.values())), len(variants))
        for variant, (row, column) in grid.places.items():
            words = {value.name for value in variants[variant]}
            found = {*grid.rows[row].name.split(" / "), grid.columns[column]}
            self.assertEqual(found, words)


class TestCommonCode(TestCase):
    def test_ends_where_the_variants_begin_to_differ(self):
        for codes, expected in (
            (["PAR-BLK-S", "PAR-BLK-M", ""], "PAR-BLK"),
            (["PAR-101", "PAR-102"], "PAR"),
            (["PAR", "PAR-S"], "PAR"),
            (["KF-S", "KF-SL"], "KF"),
            (["100", "101"], ""),
            (["BOT"], "BOT"),
            ([], ""),
        ):
            with self.subTest(codes=codes):
                self.assertEqual(get_common_reference(codes), expected)
