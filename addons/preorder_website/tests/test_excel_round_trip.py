from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.preorder_campaign.spreadsheet import Row, Sheet, read_sheets
from odoo.addons.preorder_campaign.workbook import get_titles

from ..xlsx_export import Book, Item, Options, Product, Texts, write_book
from ..xlsx_import import find_choices, parse_day, read_exported
from .excel import load, save

TEXTS = Texts(*(f"Text {number}" for number in range(len(Texts.__annotations__))))
DAYS = (date(2026, 9, 1), date(2026, 9, 15))
#: Names as merchants and mischief give them; sizes that look like numbers, and alike.
NAMES = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cs",)),
    min_size=1,
    max_size=40,
) | st.sampled_from(["=1+1", "@x", "38", "1/2", "'", "[A]:B", '{"preorder":1}', "[1]"])
QUANTITIES = st.integers(0, 10**6) | st.decimals(0, 999, places=2).map(float)


@st.composite
def books(draw):
    """An order form, and what stands in it."""
    products, number = [], 0
    for _product in range(draw(st.integers(1, 4))):
        rows = draw(st.lists(NAMES | st.just(""), min_size=1, max_size=3))
        columns = draw(st.lists(NAMES | st.just(""), min_size=1, max_size=45))
        items = []
        for row in range(len(rows)):
            for column in range(len(columns)):
                # Some colours are not made in some sizes.
                if (row + column) % 4 == 3 and (row or column):
                    continue
                number += 1
                items.append(
                    Item(
                        number,
                        draw(st.sampled_from(["", f"REF-{number}"])),
                        "",
                        "label",
                        row,
                        column,
                        price=draw(st.sampled_from([0.0, 9.99, 100.0])),
                        discount=draw(st.sampled_from([0.0, 12.5])),
                    )
                )
        products.append(
            Product(
                draw(NAMES),
                "P-1",
                draw(NAMES),
                rows,
                columns,
                items,
                draw(st.booleans()),
            )
        )
    days = draw(st.sampled_from([(), DAYS[:1], DAYS]))
    cells = [
        (item.product_id, day)
        for product in products
        for item in product.items
        for day in days or (None,)
    ]
    quantities = draw(st.dictionaries(st.sampled_from(cells), QUANTITIES, max_size=20))
    book = Book(1, draw(NAMES), draw(NAMES), products, quantities, TEXTS, days)
    return book, Options(prices=draw(st.booleans()))


def read(content):
    """The quantities of an exported workbook by cell; empty ones are zero."""
    reading = read_exported(read_sheets(content))
    found = {}
    for entry in reading.entries:
        assert not entry.problem, entry
        key = entry.product_id, entry.day and parse_day(entry.day)
        assert key not in found, key
        found[key] = entry.quantity or 0
    return found


def get_expected(book):
    return {
        (item.product_id, day): book.quantities.get((item.product_id, day), 0)
        for product in book.products
        for item in product.items
        for day in book.days or (None,)
    }


@tagged("post_install", "-at_install")
class TestExcelRoundTrip(BaseCase):
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(books())
    def test_what_is_exported_comes_back(self, made):
        book, options = made
        self.assertEqual(read(write_book(book, options)), get_expected(book))

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(books(), st.data())
    def test_what_is_edited_comes_back_as_edited_and_nothing_else(self, made, data):
        book, options = made
        opened = load(write_book(book, options))
        entries = read_exported(read_sheets(save(opened))).entries
        expected = get_expected(book)
        chosen = data.draw(
            st.lists(
                st.integers(0, len(entries) - 1), min_size=1, max_size=6, unique=True
            )
        )
        for number in chosen:
            entry = entries[number]
            quantity = data.draw(QUANTITIES)
            opened[entry.sheet][entry.place] = quantity
            expected[entry.product_id, entry.day and parse_day(entry.day)] = quantity
        self.assertEqual(read(save(opened)), expected)

    @given(st.lists(st.text(max_size=50), max_size=12))
    def test_sheets_have_names_that_every_programme_takes(self, names):
        titles = get_titles(names)
        self.assertEqual(len(titles), len(names))
        self.assertEqual(len({title.lower() for title in titles}), len(titles))
        for title in titles:
            self.assertTrue(0 < len(title) <= 31)
            self.assertFalse(set(title) & set("[]:*?/\\"))
            self.assertFalse(title.startswith("'") or title.endswith("'"))

    @given(
        st.lists(
            st.lists(
                st.none() | st.text(min_size=1) | st.integers() | st.booleans(),
                max_size=5,
            ),
            max_size=5,
        )
    )
    def test_any_sheet_is_read_without_a_fault(self, rows):
        sheet = Sheet(
            "Any",
            [Row(number, tuple(row)) for number, row in enumerate(rows, 1) if row],
        )
        find_choices([sheet])
        read_exported([sheet])

    def test_days_are_read_as_people_write_them_unless_they_could_be_two(self):
        for text, day in (
            ("2026-09-15", date(2026, 9, 15)),
            ("15.9.2026", date(2026, 9, 15)),
            ("1.9.2026", date(2026, 9, 1)),
            ("15/09/2026", date(2026, 9, 15)),
            ("15-09-2026", date(2026, 9, 15)),
            ("05/09/2026", None),
            ("09/15/2026", None),
            ("31.2.2026", None),
            ("soon", None),
            (45000, None),
        ):
            self.assertEqual(parse_day(text), day, text)
