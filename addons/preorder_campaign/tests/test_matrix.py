from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.preorder_campaign.matrix import Line, Terms, arrange

CENT = Decimal("0.01")
DATES = (date(2026, 9, 1), date(2026, 10, 1))


def get_exact(line):
    """A line's amount by another way of reckoning: in ten-thousandths of a cent."""
    price, discount, quantity = (
        round(number * 100)
        for number in (line.terms.price, line.terms.discount, line.quantity)
    )
    return Decimal(price * (10_000 - discount) * quantity) / Decimal(10**8)


def to_cents(amount):
    return amount.quantize(CENT, ROUND_HALF_UP)


@st.composite
def quotations(draw):
    terms = draw(
        st.lists(
            st.builds(
                Terms,
                st.integers(0, 30_000).map(lambda cents: cents / 100),
                st.integers(0, 10_000).map(lambda percent: percent / 100),
                st.sampled_from(["piece", "box"]),
                st.just("VAT"),
            ),
            min_size=1,
            max_size=4,
        )
    )
    lines = []
    for _each in range(draw(st.integers(1, 30))):
        line = Line(
            draw(st.sampled_from([None, *DATES])),
            draw(st.sampled_from(["jacket", "trousers"])),
            (draw(st.integers(0, 2)), draw(st.integers(0, 4))),
            draw(st.sampled_from(terms)),
            float(draw(st.integers(0, 40))),
            0.0,
        )
        lines.append(
            Line(
                line.date,
                line.product,
                line.place,
                line.terms,
                line.quantity,
                float(to_cents(get_exact(line))),
            )
        )
    return lines


def add(numbers):
    return sum((Decimal(str(number)) for number in numbers), Decimal())


def get_rows(sections):
    return [
        (section, product, row)
        for section in sections
        for product in section.products
        for row in product.rows
    ]


class TestMatrix(TestCase):
    @given(quotations(), st.booleans())
    def test_every_amount_is_the_sum_of_those_below_it(self, lines, rounds_globally):
        total = (
            to_cents(sum(map(get_exact, lines)))
            if rounds_globally
            else add(line.amount for line in lines)
        )
        sections = arrange(lines, total=float(total), rounding=0.01)
        self.assertEqual(add(section.amount for section in sections), total)
        for section in sections:
            self.assertEqual(
                add(product.amount for product in section.products),
                Decimal(str(section.amount)),
            )
            for product in section.products:
                self.assertEqual(
                    add(row.amount for row in product.rows),
                    Decimal(str(product.amount)),
                )

    @given(quotations())
    def test_a_row_is_its_price_times_its_pieces_but_for_a_cent(self, lines):
        total = to_cents(sum(map(get_exact, lines)))
        for _section, _product, row in get_rows(
            arrange(lines, total=float(total), rounding=0.01)
        ):
            own = Line(None, "", (0, 0), row.terms, row.quantity, 0.0)
            self.assertLess(abs(Decimal(str(row.amount)) - get_exact(own)), 2 * CENT)

    @given(quotations())
    def test_every_piece_stands_in_its_cell(self, lines):
        sections = arrange(
            lines, total=float(add(line.amount for line in lines)), rounding=0.01
        )
        expected = {}
        for line in lines:
            key = (line.date, line.product, line.place, line.terms)
            expected[key] = expected.get(key, 0) + line.quantity
        found = {
            (
                section.date,
                product.product,
                (row.row, product.columns[position]),
                row.terms,
            ): cell
            for section, product, row in get_rows(sections)
            for position, cell in enumerate(row.cells)
            if cell is not None
        }
        self.assertEqual(found, expected)
        for _section, _product, row in get_rows(sections):
            self.assertEqual(row.quantity, sum(filter(None, row.cells)))

    def test_odd_cents_go_where_rounding_took_most(self):
        # A hundred lines of 10.01 less 33.33 % print 6.67 each; Odoo's total of them is
        # 667.37. Ten rows of ten lines: 66.7367 each.
        terms = Terms(10.01, 33.33, "piece", "VAT")
        lines = [
            Line(None, f"product {i // 10}", (0, i % 10), terms, 1.0, 6.67)
            for i in range(100)
        ]
        [section] = arrange(lines, total=667.37, rounding=0.01)
        amounts = [product.amount for product in section.products]
        self.assertEqual(sorted(amounts), [66.73] * 3 + [66.74] * 7)
        self.assertEqual(section.amount, 667.37)

    def test_amounts_stand_as_they_are_beside_a_total_that_holds_more(self):
        line = Line(None, "jacket", (0, 0), Terms(10.0, 0.0, "p", "V"), 3.0, 30.0)
        [section] = arrange([line], total=45.0, rounding=0.01)
        self.assertEqual(section.amount, 30.0)

    def test_pieces_of_different_units_are_not_added_up(self):
        lines = [
            Line(None, "jacket", (0, 0), Terms(1.0, 0.0, unit, "V"), 2.0, 2.0)
            for unit in ("piece", "box")
        ]
        [section] = arrange(lines, total=4.0, rounding=0.01)
        self.assertIsNone(section.quantity)
        self.assertIsNone(section.products[0].quantity)

    def test_dates_come_in_order_and_products_as_they_stand(self):
        terms = Terms(1.0, 0.0, "piece", "VAT")
        lines = [
            Line(day, product, (0, 0), terms, 1.0, 1.0)
            for day in reversed(DATES)
            for product in ("trousers", "jacket")
        ]
        sections = arrange(lines, total=4.0, rounding=0.01)
        self.assertEqual([section.date for section in sections], list(DATES))
        self.assertEqual(
            [product.product for product in sections[0].products],
            ["trousers", "jacket"],
        )
