"""The order form as a workbook: sizes across and colours down, or as a flat list.

Plain Python, free of Odoo's environment.

Hidden column A says what stands where, so that a workbook is read back whatever was
inserted or moved: in the rows with headings a marker (``xlsx_import.py`` reads it), in
rows with quantities the ids of the variants that stand in them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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

MARKER = "preorder"
#: Sizes side by side; a product with more continues below.
MAXIMUM_ACROSS = 40
#: The row of a list's headings.
_LIST_HEAD = 4


@dataclass(frozen=True)
class Item:
    """A variant: how it is called, where it stands, what a piece costs.

    ``price`` is before ``discount`` (percent); ``row`` and ``column`` count from 0.
    ``needs_id`` says that neither reference nor barcode tells it from others.
    """

    product_id: int
    reference: str
    barcode: str
    label: str
    row: int
    column: int
    price: float = 0.0
    discount: float = 0.0
    needs_id: bool = False

    @property
    def net(self) -> float:
        return self.price * (1 - self.discount / 100)


@dataclass(frozen=True)
class Product:
    """A product with its variants; ``whole`` where only whole units are sold."""

    name: str
    code: str
    group: str
    rows: Sequence[str]
    columns: Sequence[str]
    items: Sequence[Item]
    whole: bool = True
    picture: bytes = b""


@dataclass(frozen=True)
class Texts:
    """The workbook's words, in the customer's language."""

    delivery: str
    pieces: str
    price: str
    amount: str
    total: str
    reference: str
    barcode: str
    product: str
    variant: str
    quantity: str
    list_price: str
    discount: str
    list_title: str
    hint: str
    overview_hint: str
    amounts_hint: str
    whole_title: str
    whole_message: str
    gone_title: str
    gone_hint: str


@dataclass(frozen=True)
class Book:
    """What is written: a form's products and quantities.

    ``quantities`` is by variant's id and delivery date (``None`` where the form has
    none); ``days`` are the form's delivery dates. ``gone`` are products that the form
    still has though they are no longer on sale: they are told, so that totals add up,
    and not read back. ``money`` and ``unit_price`` are number formats.
    """

    campaign_id: int
    title: str
    subtitle: str
    products: Sequence[Product]
    quantities: Mapping[tuple[int, date | None], float]
    texts: Texts
    days: Sequence[date] = ()
    money: str = "#,##0.00"
    unit_price: str = "#,##0.00##"
    gone: Sequence[Product] = ()


@dataclass(frozen=True)
class Options:
    """What of it is written, and with what."""

    matrix: bool = True
    flat: bool = False
    prices: bool = False
    pictures: bool = False


def write_book(book: Book, options: Options) -> bytes:
    """Write an .xlsx workbook."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    workbook.set_properties({"title": book.title, "subject": book.subtitle})
    writer = _Writer(workbook, book, options)
    if options.matrix:
        writer.write_matrices()
    if options.flat or not options.matrix:
        writer.write_list()
    elif book.gone:
        writer.write_gone_sheet()
    workbook.close()
    return stream.getvalue()


def group_products(products: Sequence[Product]) -> list[tuple[str, list[Product]]]:
    """Products by group, groups and products in the order given."""
    groups: dict[str, list[Product]] = {}
    for product in products:
        groups.setdefault(product.group, []).append(product)
    return list(groups.items())


@dataclass
class _Columns:
    """Where things stand on a sheet with matrices."""

    picture: int | None
    label: int
    first: int
    pieces: int
    price: int | None = None
    amount: int | None = None

    @property
    def last(self) -> int:
        return self.pieces if self.amount is None else self.amount


@dataclass
class _Sums:
    """Cells that a total adds up, and what they come to."""

    cells: list[str] = field(default_factory=list)
    value: float = 0.0

    def add(self, cell: str, value: float) -> None:
        self.cells.append(cell)
        self.value += value


class _Writer(WorkbookWriter):
    """Writes the sheets of one workbook."""

    def __init__(self, workbook, book: Book, options: Options):
        super().__init__(workbook)
        self.book = book
        self.options = options
        #: Where a quantity stands, so that the list follows the matrices.
        self.places: dict[tuple[int, date | None], str] = {}

    def make_sheet(self, title):
        sheet = super().make_sheet(title)
        sheet.set_column(0, 0, 4, None, {"hidden": True})
        sheet.protect(
            "",
            {
                "format_cells": True,
                "format_columns": True,
                "format_rows": True,
                "autofilter": True,
                "sort": True,
            },
        )
        return sheet

    def write_head(self, sheet, column, group=""):
        title = " · ".join(filter(None, (self.book.title, group)))
        self.write_text(sheet, 0, column, title, bold=True, font_size=14)
        self.write_text(
            sheet, 1, column, self.book.subtitle, font_color=COLORS["muted"]
        )

    def write_hint(self, sheet, column, hint):
        if self.options.prices:
            hint = f"{hint} {self.book.texts.amounts_hint}"
        self.write_text(sheet, 2, column, hint, font_color=COLORS["muted"])

    # Matrices

    def write_matrices(self):
        groups = group_products(self.book.products)
        days = list(self.book.days) or [None]
        names = [
            f"{day.isoformat()} {name}" if day else name
            for day in days
            for name, _products in groups
        ]
        texts = self.book.texts
        titles = iter(get_titles(names, [texts.list_title, texts.gone_title]))
        for day in days:
            for name, products in groups:
                self.write_matrix(next(titles), name, products, day)

    def write_matrix(self, title, name, products, day):
        texts = self.book.texts
        sheet = self.make_sheet(title)
        across = min(max(len(product.columns) for product in products), MAXIMUM_ACROSS)
        columns = self.place_columns(products, across)
        self.set_widths(sheet, columns, products)
        self.write_head(sheet, columns.label, name)
        self.write_hint(sheet, columns.label, texts.hint)
        head = 3
        if day:
            self.write_day(sheet, head, columns, day)
            head += 1
        pieces, amount = _Sums(), _Sums()
        row = head + 2
        for product in products:
            row = self.write_product(sheet, row, columns, product, day, pieces, amount)
        bold = {"bold": True, "bottom": 1, "bottom_color": COLORS["line"]}
        self.write_text(sheet, head, columns.label, texts.total, **bold)
        for column in range(columns.first, columns.last + 1):
            sheet.write_blank(head, column, None, self.get_format(**bold))
        self.write_sum(sheet, head, columns.pieces, pieces, **bold)
        if columns.amount is not None:
            self.write_sum(
                sheet,
                head,
                columns.amount,
                amount,
                num_format=self.book.money,
                **bold,
            )
        sheet.freeze_panes(head + 1, columns.first)
        sheet.repeat_rows(0, head)
        sheet.print_area(0, columns.label, row, columns.last)

    def place_columns(self, products, across):
        shows_pictures = self.options.pictures and any(
            product.picture for product in products
        )
        label = 2 if shows_pictures else 1
        first = label + 1
        pieces = first + across
        prices = self.options.prices
        return _Columns(
            1 if shows_pictures else None,
            label,
            first,
            pieces,
            pieces + 1 if prices else None,
            pieces + 2 if prices else None,
        )

    def set_widths(self, sheet, columns, products):
        if columns.picture is not None:
            sheet.set_column(columns.picture, columns.picture, 11)
        longest = max(
            len(text)
            for product in products
            for text in (*product.rows, f"{product.name} {product.code}")
        )
        sheet.set_column(columns.label, columns.label, min(max(longest, 18), 44))
        widest = max(
            len(text) for product in products for text in (*product.columns, "")
        )
        sheet.set_column(
            columns.first, columns.pieces - 1, min(max(widest + 1, 6.5), 16)
        )
        sheet.set_column(columns.pieces, columns.pieces, 9)
        if columns.amount is not None:
            sheet.set_column(columns.price, columns.amount, 15)

    def write_day(self, sheet, row, columns, day):
        """The delivery date of a sheet's quantities; it may be changed."""
        marker = {MARKER: 1, "kind": "day", "day": day.isoformat()}
        sheet.write_string(row, 0, json.dumps(marker, separators=(",", ":")))
        self.write_text(sheet, row, columns.label, self.book.texts.delivery, bold=True)
        sheet.merge_range(
            row,
            columns.first,
            row,
            columns.first + 2,
            "",
            self.get_format(
                num_format="yyyy-mm-dd",
                locked=False,
                bold=True,
                align="left",
                bg_color=COLORS["entry"],
            ),
        )
        sheet.write_datetime(
            row,
            columns.first,
            day,
            self.get_format(
                num_format="yyyy-mm-dd",
                locked=False,
                bold=True,
                align="left",
                bg_color=COLORS["entry"],
            ),
        )

    def write_product(self, sheet, row, columns, product, day, pieces, amount):
        """Write a product's matrix, and below each other what is too wide for one.

        :return: the row after it
        """
        if columns.picture is not None and product.picture:
            sheet.insert_image(
                row,
                columns.picture,
                "picture.jpg",
                {
                    "image_data": io.BytesIO(product.picture),
                    "x_offset": 2,
                    "y_offset": 2,
                    "object_position": 1,
                },
            )
        began = row
        by_place = {(item.row, item.column): item for item in product.items}
        for start in range(0, len(product.columns), MAXIMUM_ACROSS):
            across = range(start, min(start + MAXIMUM_ACROSS, len(product.columns)))
            self.write_heading(sheet, row, columns, product, across)
            first_row = row = row + 1
            for line, label in enumerate(product.rows):
                items = [by_place.get((line, column)) for column in across]
                if any(items):
                    self.write_row(
                        sheet, row, columns, label, items, day, pieces, amount
                    )
                    row += 1
            self.validate(sheet, first_row, row - 1, columns, len(across), product)
        if columns.picture is not None and product.picture:
            # Room for the picture.
            row = max(row, began + 4)
        return row + 1

    def write_heading(self, sheet, row, columns, product, across):
        style = HEAD
        sizes = [product.columns[column] for column in across]
        marker = {MARKER: 1, "kind": "matrix", "campaign": self.book.campaign_id}
        marker["columns"] = [size or self.book.texts.quantity for size in sizes]
        sheet.write_string(row, 0, json.dumps(marker, separators=(",", ":")))
        name = f"{product.name} ({product.code})" if product.code else product.name
        self.write_text(sheet, row, columns.label, name, **style)
        for column in range(columns.first, columns.last + 1):
            sheet.write_blank(row, column, None, self.get_format(**style))
        for place, size in enumerate(marker["columns"]):
            self.write_text(
                sheet, row, columns.first + place, size, align="center", **style
            )
        texts = self.book.texts
        heads = [(columns.pieces, texts.pieces)]
        if columns.amount is not None:
            heads += [(columns.price, texts.price), (columns.amount, texts.amount)]
        for column, text in heads:
            self.write_text(sheet, row, column, text, align="right", **style)

    def write_row(self, sheet, row, columns, label, items, day, pieces, amount):
        style = ROW
        ids = [item.product_id if item else 0 for item in items]
        sheet.write_string(row, 0, json.dumps(ids, separators=(",", ":")))
        if not label and len(items) == 1:
            label = items[0].reference or items[0].barcode
        self.write_text(sheet, row, columns.label, label, **style)
        entry = self.get_format(
            locked=False,
            align="center",
            border=1,
            border_color=COLORS["line"],
            bg_color=COLORS["entry"],
        )
        sums, value = 0.0, 0.0
        terms = []
        for place, item in enumerate(items):
            column = columns.first + place
            if not item:
                sheet.write_blank(row, column, None, self.get_format(**style))
                continue
            quantity = self.book.quantities.get((item.product_id, day), 0)
            self.write_quantity(sheet, row, column, quantity, entry)
            cell = xl_rowcol_to_cell(row, column)
            self.places[item.product_id, day] = f"{_quote(sheet.name)}!{cell}"
            sums += quantity
            value += quantity * item.net
            terms.append((cell, item.net))
        for place in range(len(items), columns.pieces - columns.first):
            sheet.write_blank(
                row, columns.first + place, None, self.get_format(**style)
            )
        first = xl_rowcol_to_cell(row, columns.first)
        last = xl_rowcol_to_cell(row, columns.first + len(items) - 1)
        sheet.write_formula(
            row,
            columns.pieces,
            f"=SUM({first}:{last})",
            self.get_format(bold=True, align="right", **style),
            sums,
        )
        pieces.add(xl_rowcol_to_cell(row, columns.pieces), sums)
        if columns.amount is None:
            return
        prices = sorted({net for _cell, net in terms})
        money = self.get_format(num_format=self.book.unit_price, **style)
        if len(prices) == 1:
            sheet.write_number(row, columns.price, prices[0], money)
            formula = (
                f"={xl_rowcol_to_cell(row, columns.pieces)}"
                f"*{xl_rowcol_to_cell(row, columns.price)}"
            )
        else:
            sheet.write_string(
                row,
                columns.price,
                f"{prices[0]:.2f} – {prices[-1]:.2f}",
                self.get_format(align="right", **style),
            )
            formula = "=" + "+".join(f"{cell}*{net!r}" for cell, net in terms)
        sheet.write_formula(
            row,
            columns.amount,
            formula,
            self.get_format(num_format=self.book.money, **style),
            value,
        )
        amount.add(xl_rowcol_to_cell(row, columns.amount), value)

    def write_quantity(self, sheet, row, column, quantity, style):
        if quantity:
            sheet.write_number(row, column, quantity, style)
        else:
            sheet.write_blank(row, column, None, style)

    def validate(self, sheet, first_row, last_row, columns, width, product):
        """Let spreadsheet programmes refuse what is no quantity."""
        if last_row < first_row or not width:
            return
        texts = self.book.texts
        sheet.data_validation(
            first_row,
            columns.first,
            last_row,
            columns.first + width - 1,
            {
                "validate": "integer" if product.whole else "decimal",
                "criteria": ">=",
                "value": 0,
                "error_title": texts.whole_title,
                "error_message": texts.whole_message,
            },
        )

    def write_sum(self, sheet, row, column, sums, **style):
        """Add up a column, whatever rows are inserted: its own, below the heading."""
        if not sums.cells:
            return
        first, last = sums.cells[0], sums.cells[-1]
        # Headings between the rows are texts, which do not count.
        sheet.write_formula(
            row, column, f"=SUM({first}:{last})", self.get_format(**style), sums.value
        )

    # List

    def write_list(self):
        """All variants one below the other.

        Next to matrices the list follows them by formulas, and is not to be filled.
        """
        texts = self.book.texts
        sheet = self.make_sheet(texts.list_title)
        follows = self.options.matrix
        head = _LIST_HEAD
        self.write_hint(sheet, 1, texts.overview_hint if follows else texts.hint)
        columns = self.write_list_head(sheet, "overview" if follows else "list")
        pieces, amount = _Sums(), _Sums()
        rows = list(self.iterate_rows())
        for row, (product, item, day) in enumerate(rows, head + 1):
            self.write_list_row(sheet, row, columns, product, item, day, pieces, amount)
        last = head + len(rows)
        if rows:
            sheet.autofilter(head, 1, last, len(columns))
        end = last
        if self.book.gone:
            # Below what is sorted and filtered, and not read back.
            marker = {MARKER: 1, "kind": "gone"}
            sheet.write_string(last + 2, 0, json.dumps(marker, separators=(",", ":")))
            self.write_text(sheet, last + 2, 1, texts.gone_hint, bold=True)
            end = self.write_gone(sheet, last + 3, columns, pieces, amount)
        self.write_list_total(sheet, columns, pieces, amount, end)
        if rows and not follows:
            sheet.data_validation(
                head + 1,
                columns["quantity"],
                last,
                columns["quantity"],
                {
                    "validate": "decimal",
                    "criteria": ">=",
                    "value": 0,
                    "error_title": texts.whole_title,
                    "error_message": texts.whole_message,
                },
            )

    def write_gone_sheet(self):
        """What is no longer on sale, beside matrices that cannot hold it."""
        texts = self.book.texts
        sheet = self.make_sheet(texts.gone_title)
        self.write_hint(sheet, 1, texts.gone_hint)
        columns = self.write_list_head(sheet, "gone")
        pieces, amount = _Sums(), _Sums()
        end = self.write_gone(sheet, _LIST_HEAD + 1, columns, pieces, amount)
        self.write_list_total(sheet, columns, pieces, amount, end)

    def write_list_head(self, sheet, kind):
        """Write a list's title and headings.

        :param kind: of the list, for reading it back
        :return: its columns by name
        """
        headings = self.get_headings()
        self.write_head(sheet, 1)
        marker = {
            MARKER: 1,
            "kind": kind,
            "campaign": self.book.campaign_id,
            "columns": {name: text for name, text, _width in headings},
        }
        sheet.write_string(_LIST_HEAD, 0, json.dumps(marker, separators=(",", ":")))
        columns = {}
        for column, (name, text, width) in enumerate(headings, 1):
            columns[name] = column
            align = "right" if name in _NUMBERS else "left"
            self.write_text(sheet, _LIST_HEAD, column, text, align=align, **HEAD)
            sheet.set_column(column, column, width)
        return columns

    def write_gone(self, sheet, row, columns, pieces, amount):
        """Write what is no longer on sale: told, and not to be changed.

        :return: the last row written
        """
        for product in self.book.gone:
            for item in product.items:
                for (product_id, day), quantity in self.book.quantities.items():
                    if product_id == item.product_id and quantity:
                        self.write_list_row(
                            sheet,
                            row,
                            columns,
                            product,
                            item,
                            day,
                            pieces,
                            amount,
                            gone=True,
                        )
                        row += 1
        return row - 1

    def write_list_total(self, sheet, columns, pieces, amount, end):
        """Write what a list adds up to, above it, and how it is printed.

        :param end: its last row
        """
        bold = {"bold": True}
        self.write_text(sheet, 3, 1, self.book.texts.total, **bold)
        self.write_sum(sheet, 3, columns["quantity"], pieces, **bold)
        if "amount" in columns:
            self.write_sum(
                sheet, 3, columns["amount"], amount, num_format=self.book.money, **bold
            )
        sheet.freeze_panes(_LIST_HEAD + 1, 1)
        sheet.repeat_rows(_LIST_HEAD)
        sheet.print_area(0, 1, end, len(columns))

    def get_headings(self):
        texts = self.book.texts
        headings = [
            ("reference", texts.reference, 18),
            ("barcode", texts.barcode, 16),
            ("product", texts.product, 34),
            ("variant", texts.variant, 22),
        ]
        if self.book.days:
            headings.append(("date", texts.delivery, 14))
        headings.append(("quantity", texts.quantity, 11))
        if self.options.prices:
            headings += [
                ("price", texts.list_price, 13),
                ("discount", texts.discount, 12),
                ("amount", texts.amount, 15),
            ]
        return headings

    def iterate_rows(self):
        """Each variant on each of its delivery dates; without one, on the first."""
        days = list(self.book.days) or [None]
        for product in self.book.products:
            for item in product.items:
                wanted = [
                    day
                    for day in days
                    if self.book.quantities.get((item.product_id, day))
                ]
                for day in wanted or days[:1]:
                    yield product, item, day

    def write_list_row(
        self, sheet, row, columns, product, item, day, pieces, amount, gone=False
    ):
        """Write a variant's row of a list.

        :param gone: no longer on sale: without a key to read it back by, and locked
        """
        style = ROW
        key = {}
        if item.needs_id:
            key["id"] = item.product_id
        if day:
            key["day"] = day.isoformat()
        if key and not gone:
            sheet.write_string(row, 0, json.dumps(key, separators=(",", ":")))
        for name, text in (
            ("reference", item.reference),
            ("barcode", item.barcode),
            ("product", product.name),
            ("variant", item.label),
        ):
            self.write_text(sheet, row, columns[name], text, **style)
        follows = self.options.matrix and not gone
        if day and "date" in columns:
            sheet.write_datetime(
                row,
                columns["date"],
                day,
                self.get_format(
                    num_format="yyyy-mm-dd",
                    align="left",
                    locked=follows or gone,
                    **style,
                ),
            )
        quantity = self.book.quantities.get((item.product_id, day), 0)
        cell = xl_rowcol_to_cell(row, columns["quantity"])
        if follows:
            sheet.write_formula(
                row,
                columns["quantity"],
                "=" + self.places[item.product_id, day],
                self.get_format(num_format="General;;", **style),
                quantity or "",
            )
        elif gone:
            self.write_quantity(
                sheet, row, columns["quantity"], quantity, self.get_format(**style)
            )
        else:
            entry = self.get_format(locked=False, bg_color=COLORS["entry"], **style)
            self.write_quantity(sheet, row, columns["quantity"], quantity, entry)
        pieces.add(cell, quantity)
        if "amount" not in columns:
            return
        price = xl_rowcol_to_cell(row, columns["price"])
        discount = xl_rowcol_to_cell(row, columns["discount"])
        sheet.write_number(
            row,
            columns["price"],
            item.price,
            self.get_format(num_format=self.book.unit_price, **style),
        )
        sheet.write_number(
            row,
            columns["discount"],
            item.discount / 100,
            self.get_format(
                num_format="0%;;" if item.discount % 1 == 0 else "0.00%;;", **style
            ),
        )
        sheet.write_formula(
            row,
            columns["amount"],
            f"={cell}*{price}*(1-{discount})",
            self.get_format(num_format=f"{self.book.money};;", **style),
            quantity * item.net,
        )
        amount.add(xl_rowcol_to_cell(row, columns["amount"]), quantity * item.net)


_NUMBERS = ("quantity", "price", "discount", "amount")


def _quote(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"
