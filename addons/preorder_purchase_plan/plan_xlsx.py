"""A purchase plan as a workbook: a sheet of matrices per supplier, and a flat list.

Plain Python, free of Odoo's environment. What is written is what a supplier may see:
there is no field here for what customers pay, or who they are.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from odoo.addons.preorder_campaign.workbook import (
    COLORS,
    HEAD,
    ROW,
    WorkbookWriter,
    get_titles,
)

#: Sizes side by side; a product with more continues below.
MAXIMUM_ACROSS = 40
#: Decimals beyond which there is nothing but a float's noise.
_DIGITS = 9
_DAY = "yyyy-mm-dd"
_QUANTITY = "#,##0.###;-#,##0.###;"
#: A total shows nought, too.
_TOTAL = "#,##0.###"


@dataclass(frozen=True)
class Item:
    """A variant at a supplier: where it stands, what of it is ordered, at what price.

    Quantities are in the supplier's unit, ``price`` is one unit's before ``discount``
    (percent); ``row`` and ``column`` of the product's grid count from 0. ``week`` is
    the Monday of its delivery, if weeks are planned apart.
    """

    row: int
    column: int
    variant: str
    reference: str
    barcode: str
    supplier_code: str
    supplier_name: str
    to_order: float
    ordered: float
    unit: str
    price: float
    discount: float
    amount: float
    needed_on: date | None = None
    order_by: date | None = None
    week: date | None = None


@dataclass(frozen=True)
class Product:
    """A product with its variants; ``code`` is ours, ``supplier_code`` theirs."""

    name: str
    code: str
    supplier_code: str
    rows: Sequence[str]
    columns: Sequence[str]
    items: Sequence[Item]


@dataclass(frozen=True)
class Part:
    """What is bought from one supplier in one currency.

    ``money`` and ``unit_price`` are number formats, ``decimals`` those of the currency.
    """

    supplier: str
    currency: str
    products: Sequence[Product]
    money: str = "#,##0.00"
    unit_price: str = "#,##0.00##"
    decimals: int = 2


@dataclass(frozen=True)
class Texts:
    """The workbook's words, in the language of who reads it."""

    matrix_title: str
    list_title: str
    to_order: str
    ordered: str
    nothing: str
    supplier: str
    supplier_code: str
    supplier_name: str
    reference: str
    product: str
    variant: str
    barcode: str
    week: str
    quantity: str
    unit: str
    price: str
    discount: str
    amount: str
    currency: str
    needed_on: str
    order_by: str
    total: str


@dataclass(frozen=True)
class Book:
    """A plan, which names its suppliers, or one supplier's part of it."""

    title: str
    subtitle: str
    parts: Sequence[Part]
    texts: Texts
    names_suppliers: bool = False


def write_book(book: Book) -> bytes:
    """Write an .xlsx workbook: a sheet of matrices per part, and a list of all."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    workbook.set_properties({"title": book.title, "subject": book.subtitle})
    writer = _Writer(workbook, book)
    names = (
        [part.supplier for part in book.parts]
        if book.names_suppliers
        else [book.texts.matrix_title] * len(book.parts)
    )
    titles = get_titles(names, [book.texts.list_title])
    for part, title in zip(book.parts, titles, strict=True):
        writer.write_part(part, title)
    writer.write_list()
    workbook.close()
    return stream.getvalue()


@dataclass(frozen=True)
class _Block:
    """Matrices below a heading: what of an item they show, and whether its amount."""

    heading: str
    field: str
    has_amount: bool

    def get(self, item: Item) -> float:
        return getattr(item, self.field)


class _Writer(WorkbookWriter):
    """Writes the sheets of one workbook."""

    def __init__(self, workbook, book: Book):
        super().__init__(workbook)
        self.book = book

    def write_head(self, sheet, *texts):
        title = " · ".join(filter(None, (self.book.title, *texts)))
        self.write_text(sheet, 0, 0, title, bold=True, font_size=14)
        self.write_text(sheet, 1, 0, self.book.subtitle, font_color=COLORS["muted"])

    # Matrices

    def write_part(self, part, title):
        """What is to be ordered from a supplier, and below it what is on order."""
        texts = self.book.texts
        sheet = self.make_sheet(title)
        # Their name is on the sheet's tab, or the plan is theirs alone.
        self.write_head(sheet, part.supplier if self.book.names_suppliers else "")
        across = min(
            max((len(product.columns) for product in part.products), default=1),
            MAXIMUM_ACROSS,
        )
        self.set_widths(sheet, part, across)
        row = 3
        for block in (
            _Block(texts.to_order, "to_order", True),
            _Block(texts.ordered, "ordered", False),
        ):
            row = self.write_block(sheet, row, part, block, across)
        if row == 3:
            self.write_text(sheet, row, 0, texts.nothing, font_color=COLORS["muted"])
        sheet.freeze_panes(2, 1)
        sheet.repeat_rows(0, 1)

    def set_widths(self, sheet, part, across):
        labels = [
            text
            for product in part.products
            for text in (*product.rows, _get_name(product))
        ]
        sizes = [text for product in part.products for text in product.columns]
        sheet.set_column(0, 0, _get_width(labels, 18, 48))
        sheet.set_column(1, across, _get_width(sizes, 6.5, 16))
        sheet.set_column(across + 1, across + 2, 10)
        sheet.set_column(across + 3, across + 3, 15)

    def write_block(self, sheet, row, part, block, across):
        """Write the matrices of a block; nothing, if there is nothing in it.

        :return: the row after it
        """
        items = [
            item
            for product in part.products
            for item in product.items
            if block.get(item)
        ]
        if not items:
            return row
        texts = self.book.texts
        heading = {"bold": True, "font_size": 12, "bottom": 2}
        self.write_text(sheet, row, 0, block.heading, **heading)
        for column in range(1, across + 4):
            sheet.write_blank(row, column, None, self.get_format(**heading))
        units = {item.unit for item in items}
        if len(units) == 1:
            total = _add(map(block.get, items))
            sheet.write_number(
                row,
                across + 1,
                total,
                self.get_format(num_format=_TOTAL, **heading),
            )
            self.write_text(sheet, row, across + 2, *units, **heading)
        if block.has_amount:
            sheet.write_number(
                row,
                across + 3,
                _add(item.amount for item in items),
                self.get_format(num_format=part.money, **heading),
            )
        row += 2
        for week in sorted({item.week for item in items}, key=_get_order):
            if week:
                label = f"{texts.week} {week.isoformat()}"
                self.write_text(sheet, row, 0, label, bold=True, italic=True)
                row += 1
            for product in part.products:
                own = [
                    item
                    for item in product.items
                    if item.week == week and block.get(item)
                ]
                if own:
                    row = self.write_product(
                        sheet, row, part, block, across, product, own
                    )
        return row

    def write_product(self, sheet, row, part, block, across, product, items):
        """Write a product's matrix, and below each other what is too wide for one.

        Only sizes of which there is something; a row for each unit.

        :return: the row after it
        """
        columns = sorted({item.column for item in items})
        for start in range(0, len(columns), MAXIMUM_ACROSS):
            band = columns[start : start + MAXIMUM_ACROSS]
            self.write_heading(sheet, row, block, across, product, band)
            row += 1
            by_row = {}
            for item in items:
                if item.column in band:
                    by_row.setdefault((item.row, item.unit), []).append(item)
            for (line, unit), cells in sorted(by_row.items()):
                self.write_row(
                    sheet, row, part, block, across, band, product.rows[line], cells
                )
                self.write_text(sheet, row, across + 2, unit, **ROW)
                row += 1
        return row + 1

    def write_heading(self, sheet, row, block, across, product, band):
        texts = self.book.texts
        self.write_text(sheet, row, 0, _get_name(product), **HEAD)
        for column in range(1, across + 4):
            sheet.write_blank(row, column, None, self.get_format(**HEAD))
        for place, column in enumerate(band, 1):
            self.write_text(
                sheet, row, place, product.columns[column], align="right", **HEAD
            )
        self.write_text(sheet, row, across + 1, texts.quantity, align="right", **HEAD)
        self.write_text(sheet, row, across + 2, texts.unit, **HEAD)
        if block.has_amount:
            self.write_text(sheet, row, across + 3, texts.amount, align="right", **HEAD)

    def write_row(self, sheet, row, part, block, across, band, label, items):
        self.write_text(sheet, row, 0, label, **ROW)
        number = self.get_format(num_format=_QUANTITY, **ROW)
        quantities = dict.fromkeys(band, 0.0)
        for item in items:
            quantities[item.column] += block.get(item)
        for column in range(1, across + 4):
            sheet.write_blank(row, column, None, self.get_format(**ROW))
        for place, column in enumerate(band, 1):
            if quantities[column]:
                sheet.write_number(row, place, quantities[column], number)
        first, last = (xl_rowcol_to_cell(row, place) for place in (1, len(band)))
        sheet.write_formula(
            row,
            across + 1,
            f"=SUM({first}:{last})",
            self.get_format(bold=True, num_format=_TOTAL, **ROW),
            _add(quantities.values()),
        )
        if block.has_amount:
            sheet.write_number(
                row,
                across + 3,
                _add(item.amount for item in items),
                self.get_format(num_format=part.money, **ROW),
            )

    # List

    def write_list(self):
        """All variants of all parts one below the other."""
        sheet = self.make_sheet(self.book.texts.list_title)
        self.write_head(sheet)
        rows = list(self.iterate_rows())
        headings = self.get_headings([item for _part, _product, item in rows])
        head = 3
        for column, (name, text, width) in enumerate(headings):
            align = "right" if name in _NUMBERS else "left"
            self.write_text(sheet, head, column, text, align=align, **HEAD)
            sheet.set_column(column, column, width)
        columns = {name: column for column, (name, *_rest) in enumerate(headings)}
        for row, (part, product, item) in enumerate(rows, head + 1):
            self.write_item(sheet, row, columns, part, product, item)
        sheet.freeze_panes(head + 1, 0)
        sheet.repeat_rows(head)
        if not rows:
            self.write_text(sheet, head + 1, 0, self.book.texts.nothing)
            return
        last = head + len(rows)
        sheet.autofilter(head, 0, last, len(headings) - 1)
        if len(self.book.parts) == 1:
            self.write_total(sheet, last + 1, columns, head + 1, rows)

    def get_headings(self, items: Iterable[Item]):
        """Columns of the list (name, heading, width); some only where they are used."""
        texts = self.book.texts
        return [
            (name, text, width)
            for name, text, width, wanted in (
                ("supplier", texts.supplier, 26, self.book.names_suppliers),
                ("supplier_code", texts.supplier_code, 18, True),
                ("supplier_name", texts.supplier_name, 28, True),
                ("reference", texts.reference, 18, True),
                ("product", texts.product, 32, True),
                ("variant", texts.variant, 20, True),
                ("barcode", texts.barcode, 16, True),
                ("week", texts.week, 13, any(item.week for item in items)),
                ("to_order", texts.quantity, 11, True),
                ("ordered", texts.ordered, 11, any(item.ordered for item in items)),
                ("unit", texts.unit, 10, True),
                ("price", texts.price, 13, True),
                ("discount", texts.discount, 11, True),
                ("amount", texts.amount, 15, True),
                ("currency", texts.currency, 10, True),
                ("needed_on", texts.needed_on, 12, True),
                ("order_by", texts.order_by, 12, True),
            )
            if wanted
        ]

    def iterate_rows(self):
        for part in self.book.parts:
            for product in part.products:
                for item in product.items:
                    yield part, product, item

    def write_item(self, sheet, row, columns, part, product, item):
        for name, text in (
            ("supplier", part.supplier),
            ("supplier_code", item.supplier_code),
            ("supplier_name", item.supplier_name),
            ("reference", item.reference),
            ("product", product.name),
            ("variant", item.variant),
            ("barcode", item.barcode),
            ("unit", item.unit),
            ("currency", part.currency),
        ):
            if name in columns:
                self.write_text(sheet, row, columns[name], text, **ROW)
        day = self.get_format(num_format=_DAY, align="left", **ROW)
        for name in ("week", "needed_on", "order_by"):
            if name in columns:
                if moment := getattr(item, name):
                    sheet.write_datetime(row, columns[name], moment, day)
                else:
                    sheet.write_blank(row, columns[name], None, day)
        number = self.get_format(num_format=_TOTAL, **ROW)
        for name in ("to_order", "ordered"):
            if name in columns:
                sheet.write_number(row, columns[name], getattr(item, name), number)
        sheet.write_number(
            row,
            columns["price"],
            item.price,
            self.get_format(num_format=part.unit_price, **ROW),
        )
        sheet.write_number(
            row,
            columns["discount"],
            item.discount / 100,
            self.get_format(num_format="0.##%;-0.##%;", **ROW),
        )
        quantity, price, discount = (
            xl_rowcol_to_cell(row, columns[name])
            for name in ("to_order", "price", "discount")
        )
        sheet.write_formula(
            row,
            columns["amount"],
            f"=ROUND({quantity}*{price}*(1-{discount}),{part.decimals})",
            self.get_format(num_format=part.money, **ROW),
            item.amount,
        )

    def write_total(self, sheet, row, columns, first, rows):
        """Add up the amounts of a single currency."""
        (part,) = self.book.parts
        bold = {"bold": True, "top": 1}
        self.write_text(sheet, row, 0, self.book.texts.total, **bold)
        column = columns["amount"]
        cells = [xl_rowcol_to_cell(line, column) for line in (first, row - 1)]
        sheet.write_formula(
            row,
            column,
            f"=SUM({cells[0]}:{cells[1]})",
            self.get_format(num_format=part.money, **bold),
            _add(item.amount for _part, _product, item in rows),
        )


_NUMBERS = ("to_order", "ordered", "price", "discount", "amount")


def _get_name(product: Product) -> str:
    """A product with the supplier's code, or else ours."""
    code = product.supplier_code or product.code
    return f"{product.name} ({code})" if code else product.name


def _add(numbers: Iterable[float]) -> float:
    """A sum without a float's noise."""
    return round(math.fsum(numbers), _DIGITS)


def _get_width(texts: Iterable[str], least: float, most: float) -> float:
    longest = max((len(text) + 1 for text in texts), default=0)
    return min(max(longest, least), most)


def _get_order(week: date | None) -> date:
    return week or date.min
