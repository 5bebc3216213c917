import io
import re
import zipfile

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..plan_xlsx import Book, Item, Part, Product, Texts, write_book

TEXTS = Texts(*(f"Text {number}" for number in range(len(Texts.__annotations__))))
NAMES = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cs",)),
    min_size=1,
    max_size=30,
) | st.sampled_from(["=1+1", "@SUM(A1)", "+3", "-3", "[A]:B", "http://x.y", "'"])


@st.composite
def products(draw):
    rows = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    columns = draw(st.lists(NAMES, min_size=1, max_size=45, unique=True))
    places = draw(
        st.lists(
            st.tuples(st.integers(0, len(rows) - 1), st.integers(0, len(columns) - 1)),
            min_size=1,
            max_size=20,
            unique=True,
        )
    )
    items = [
        Item(
            row=row,
            column=column,
            variant=draw(NAMES),
            reference=draw(NAMES),
            barcode="",
            supplier_code=draw(NAMES),
            supplier_name=draw(NAMES),
            to_order=draw(st.integers(0, 500)),
            ordered=draw(st.integers(0, 500)),
            unit=draw(st.sampled_from(["Units", "Dozens"])),
            price=2.0,
            discount=0.0,
            amount=0.0,
        )
        for row, column in places
    ]
    return Product(draw(NAMES), draw(NAMES), "", rows, columns, items)


@tagged("post_install", "-at_install")
class TestPlanXlsx(BaseCase):
    """Workbooks of plans, without a database."""

    def _write(self, *parts):
        return write_book(Book("Plan", "Today", parts, TEXTS, len(parts) > 1))

    @settings(max_examples=60, deadline=None)
    @given(st.lists(products(), min_size=1, max_size=4), NAMES)
    def test_every_quantity_is_in_the_matrices_once(self, its_products, supplier):
        content = self._write(Part(supplier, "EUR", its_products))
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        rows = list(book.worksheets[0].iter_rows(values_only=True))
        sums, block = {"to_order": 0, "ordered": 0}, None
        for row, previous in zip(rows[1:], rows, strict=False):
            if row[0] == TEXTS.to_order and row[1] is None:
                block = "to_order"
            elif row[0] == TEXTS.ordered and row[1] is None:
                block = "ordered"
            del previous
            heads = TEXTS.quantity in row
            if heads:
                place = row.index(TEXTS.quantity)
            elif block and row[-2] and row[0] not in (TEXTS.to_order, TEXTS.ordered):
                sums[block] += row[place]
        for name in sums:
            wanted = sum(
                getattr(item, name)
                for product in its_products
                for item in product.items
            )
            self.assertEqual(sums[name], wanted)

    @settings(max_examples=60, deadline=None)
    @given(st.lists(products(), min_size=1, max_size=3), NAMES)
    def test_no_text_becomes_a_formula(self, its_products, supplier):
        content = self._write(
            Part(supplier, "EUR", its_products), Part(supplier, "USD", its_products)
        )
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                if not name.startswith("xl/worksheets/sheet"):
                    continue
                for formula in re.findall("<f>(.*?)</f>", archive.read(name).decode()):
                    self.assertRegex(
                        formula, r"^(SUM|ROUND)\([A-Z0-9:*(),\-]+\)$", formula
                    )

    def test_a_plan_without_suppliers_is_still_a_workbook(self):
        book = openpyxl.load_workbook(io.BytesIO(self._write()))
        self.assertEqual(book.sheetnames, [TEXTS.list_title])
