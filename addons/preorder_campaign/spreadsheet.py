"""Tables that people upload or paste: bytes in, rows of cells out.

Plain Python, free of Odoo's environment. Nothing of an upload is trusted: its size,
what it unpacks to, its rows and columns are limited, formulas are not evaluated (the
results that the spreadsheet programme stored are read), and whatever is not an honest
workbook is refused with a :class:`SpreadsheetError`.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from xml.parsers import expat

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

MAXIMUM_BYTES = 5 * 1024 * 1024
MAXIMUM_ROWS = 20_000
MAXIMUM_COLUMNS = 64
#: What a workbook may unpack to: a small file can hold gigabytes of the same letter.
MAXIMUM_UNPACKED_BYTES = 32 * 1024 * 1024
MAXIMUM_PARTS = 1_000
#: XML elements of a part, by its root: sheets, their texts, and anything else.
MAXIMUM_ELEMENTS = {"worksheet": 2_000_000, "sst": 1_000_000}
MAXIMUM_OTHER_ELEMENTS = 50_000
#: Cells of a row in any spreadsheet programme.
MAXIMUM_CELLS = 16_384
#: Rows that a sheet holds with nothing in them, because they were once formatted.
MAXIMUM_BLANK_ROWS = 200_000
#: The last row of a sheet in any spreadsheet programme.
LAST_ROW = 1_048_576

#: Old .xls files and workbooks with a password begin like this.
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What openpyxl and the parsers below it raise on files that are not what they say.
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


class SpreadsheetError(Exception):
    """A table that cannot be read; subclasses say why."""


class NotAWorkbook(SpreadsheetError):
    """Something else than an .xlsx workbook."""


class ProtectedWorkbook(SpreadsheetError):
    """An old .xls file, or a workbook behind a password."""


class BrokenWorkbook(SpreadsheetError):
    """A workbook that is damaged, or made to do harm."""


class TableTooLarge(SpreadsheetError):
    """More bytes, rows or columns than are read.

    :ivar limit: ``bytes``, ``rows`` or ``columns``
    :ivar maximum: how many are read
    """

    def __init__(self, limit: str, maximum: int):
        super().__init__(f"more than {maximum} {limit}")
        self.limit = limit
        self.maximum = maximum


@dataclass(frozen=True)
class ErrorValue:
    """The error that a cell shows, such as ``#N/A``."""

    text: str


Value = str | int | float | bool | date | time | timedelta | ErrorValue | None


@dataclass(frozen=True)
class Row:
    """A row that is not empty: its number as the spreadsheet counts, and its cells.

    Cells begin with column A; empty ones are ``None``, those after the last filled one
    are left out. Texts are never empty.
    """

    number: int
    cells: tuple[Value, ...]


def read_workbook(content: bytes) -> list[Row]:
    """Read the first visible sheet of an .xlsx workbook.

    :raise SpreadsheetError: when it cannot be read, or holds more than is read
    """
    _check_archive(content)
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        try:
            return _collect(_iterate_sheet(book))
        finally:
            book.close()
    except _BROKEN as error:
        raise BrokenWorkbook(str(error)) from error


def read_text(text: str) -> list[Row]:
    """Read lines of cells separated by tabs, as spreadsheets put them on the clipboard.

    :raise TableTooLarge: when it holds more than is read
    """
    if len(text) > MAXIMUM_BYTES:
        raise TableTooLarge("bytes", MAXIMUM_BYTES)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return _collect(
        (number, tuple(_clean(cell) for cell in line.split("\t")))
        for number, line in enumerate(lines, 1)
    )


def as_text(value: Value) -> str:
    """A cell as a person reads it; whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, ErrorValue):
        return value.text
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return str(value)


def get_cell(row: Row, column: int) -> Value:
    """What a row has in a column (0 is A); ``None`` after its last filled cell."""
    return row.cells[column] if column < len(row.cells) else None


def get_place(row: int, column: int) -> str:
    """The name of a cell: row 3, column 0 is ``A3``."""
    return f"{get_column_letter(column + 1)}{row}"


def _collect(rows: Iterator[tuple[int, tuple[Value, ...]]]) -> list[Row]:
    """Keep the rows that are not empty; stop as soon as there are too many."""
    result = []
    for number, cells in rows:
        width = len(cells)
        while width and cells[width - 1] is None:
            width -= 1
        if width > MAXIMUM_COLUMNS:
            raise TableTooLarge("columns", MAXIMUM_COLUMNS)
        if width:
            if len(result) == MAXIMUM_ROWS:
                raise TableTooLarge("rows", MAXIMUM_ROWS)
            result.append(Row(number, cells[:width]))
    return result


def _iterate_sheet(book) -> Iterator[tuple[int, tuple[Value, ...]]]:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not sheets:
        raise BrokenWorkbook("no sheet")
    sheet = sheets[0]
    # What a file says of its own size is not to be relied on.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=MAXIMUM_COLUMNS + 1)
    gap, blank = None, 0
    for number, cells in enumerate(rows, 1):
        if number > LAST_ROW:
            raise BrokenWorkbook("row number")
        if cells is gap:
            # For all rows that a sheet leaves out, openpyxl returns the same one.
            continue
        if any(cell.value is not None for cell in cells):
            yield number, tuple(_get_value(cell) for cell in cells)
            continue
        gap, blank = cells, blank + 1
        if blank > MAXIMUM_BLANK_ROWS:
            raise TableTooLarge("rows", MAXIMUM_ROWS)


def _get_value(cell) -> Value:
    if cell.value is None:
        return None
    if cell.data_type == "e":
        return ErrorValue(str(cell.value))
    return _clean(cell.value)


def _clean(value: Value) -> Value:
    """Texts without invisible characters around them; none where nothing is left."""
    if not isinstance(value, str):
        return value
    return value.strip(" \t\r\n\v\f\xa0\u200b\u200e\u200f\u2060\ufeff\x00") or None


def _check_archive(content: bytes) -> None:
    """Refuse what is no workbook, and archives made to exhaust whoever opens them."""
    if len(content) > MAXIMUM_BYTES:
        raise TableTooLarge("bytes", MAXIMUM_BYTES)
    if content.startswith(_COMPOUND_FILE):
        raise ProtectedWorkbook()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if not any(part.filename == "[Content_Types].xml" for part in parts):
                raise NotAWorkbook()
            # A part never unpacks to more than its entry says.
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MAXIMUM_PARTS or unpacked > MAXIMUM_UNPACKED_BYTES:
                raise BrokenWorkbook("unpacked size")
            for part in parts:
                with archive.open(part) as stream:
                    _check_part(stream)
    except zipfile.BadZipFile as error:
        raise NotAWorkbook() from error
    except _BROKEN as error:
        raise BrokenWorkbook(str(error)) from error


def _check_part(stream) -> None:
    """Refuse documents made to exhaust whoever builds objects of them.

    Those that declare entities, and those with more elements than any honest one. Read
    as a stream, element by element: this takes no memory.
    """
    scanner = _Scanner()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = scanner.refuse
    parser.StartElementHandler = scanner.begin_element
    try:
        parser.ParseFile(stream)
    except expat.ExpatError:
        # A picture, or a document that is found broken when it is read.
        return


class _Scanner:
    """Counts the elements of an XML document, and the cells of its rows."""

    def __init__(self):
        self.maximum = None
        self.elements = 0
        self.cells = 0

    def refuse(self, *_arguments):
        raise BrokenWorkbook("document type")

    def begin_element(self, name, _attributes):
        name = name.rpartition(":")[2]
        if self.maximum is None:
            self.maximum = MAXIMUM_ELEMENTS.get(name, MAXIMUM_OTHER_ELEMENTS)
        self.elements += 1
        if name == "row":
            self.cells = 0
        elif name == "c":
            self.cells += 1
        if self.elements > self.maximum or self.cells > MAXIMUM_CELLS:
            raise BrokenWorkbook("elements")
