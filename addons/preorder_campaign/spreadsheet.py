"""Tables that people upload or paste: bytes in, rows of cells out.

Plain Python, free of Odoo's environment. Nothing of an upload is trusted: its size,
what it unpacks to, its rows and columns are limited, formulas are not evaluated (the
results that the spreadsheet programme stored are read), and whatever is not an honest
workbook is refused with a :class:`SpreadsheetError`.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from xml.parsers import expat

import openpyxl
from openpyxl.utils import column_index_from_string, get_column_letter
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
#: XML elements of all parts together, where all sheets are read: an honest workbook of
#: ten thousand variants has half of them.
MAXIMUM_BOOK_ELEMENTS = 600_000
#: Cells of a row in any spreadsheet programme.
MAXIMUM_CELLS = 16_384
#: Rows that a sheet holds with nothing in them, because they were once formatted.
MAXIMUM_BLANK_ROWS = 200_000
#: The last row of a sheet in any spreadsheet programme.
LAST_ROW = 1_048_576

#: The name of a cell, as a document says it.
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
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
    """More bytes, rows, columns or cells than are read.

    :ivar limit: ``bytes``, ``rows``, ``columns`` or ``cells``
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


@dataclass(frozen=True)
class MissingResult:
    """A formula whose result the file does not hold: nobody has calculated it."""


Value = (
    str
    | int
    | float
    | bool
    | date
    | time
    | timedelta
    | ErrorValue
    | MissingResult
    | None
)


@dataclass(frozen=True)
class Row:
    """A row that is not empty: its number as the spreadsheet counts, and its cells.

    Cells begin with column A; empty ones are ``None``, those after the last filled one
    are left out. Texts are never empty.
    """

    number: int
    cells: tuple[Value, ...]


@dataclass(frozen=True)
class Sheet:
    """A visible sheet of a workbook, and its rows that are not empty."""

    title: str
    rows: list[Row]


def read_workbook(content: bytes) -> list[Row]:
    """Read the first visible sheet of an .xlsx workbook.

    :raise SpreadsheetError: when it cannot be read, or holds more than is read
    """
    _check_archive(content)
    with _open(content) as (book, sheets):
        return _collect(_iterate_sheet(book[sheets[0]]))


def read_sheets(content: bytes) -> list[Sheet]:
    """Read all visible sheets of an .xlsx workbook.

    Limits hold for all of them together. Formulas without a stored result read as
    :class:`MissingResult`.

    :raise SpreadsheetError: when it cannot be read, or holds more than is read
    """
    missing = _check_archive(content, MAXIMUM_BOOK_ELEMENTS)
    result, count = [], 0
    with _open(content) as (book, titles):
        for title in titles:
            sheet = book[title]
            path = sheet._worksheet_path.lstrip("/")
            rows = _collect(
                _iterate_sheet(sheet, missing.get(path, frozenset())), count
            )
            count += len(rows)
            result.append(Sheet(title, rows))
    return result


@contextmanager
def _open(content: bytes):
    """Open a workbook that was checked: it, and the titles of its visible sheets."""
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        try:
            visible = [
                sheet.title
                for sheet in book.worksheets
                if sheet.sheet_state == "visible"
            ]
            if not visible:
                raise BrokenWorkbook("no sheet")
            yield book, visible
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
    if value is None or isinstance(value, MissingResult):
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


def _collect(
    rows: Iterator[tuple[int, tuple[Value, ...]]], count: int = 0
) -> list[Row]:
    """Keep the rows that are not empty; stop as soon as there are too many.

    :param count: rows kept before, of other sheets
    """
    result = []
    for number, cells in rows:
        width = len(cells)
        while width and cells[width - 1] is None:
            width -= 1
        if width > MAXIMUM_COLUMNS:
            raise TableTooLarge("columns", MAXIMUM_COLUMNS)
        if width:
            if count + len(result) >= MAXIMUM_ROWS:
                raise TableTooLarge("rows", MAXIMUM_ROWS)
            result.append(Row(number, cells[:width]))
    return result


def _iterate_sheet(
    sheet, missing: Collection[tuple[int, int]] = ()
) -> Iterator[tuple[int, tuple[Value, ...]]]:
    """The rows of a sheet that are not empty, by their numbers.

    :param missing: rows and columns, from 1 on, of formulas without a result
    """
    incomplete = {row for row, _column in missing}
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
        if number in incomplete:
            yield (
                number,
                tuple(
                    MissingResult()
                    if cell.value is None and (number, column) in missing
                    else _get_value(cell)
                    for column, cell in enumerate(cells, 1)
                ),
            )
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


def _check_archive(
    content: bytes, maximum: int | None = None
) -> dict[str, frozenset[tuple[int, int]]]:
    """Refuse what is no workbook, and archives made to exhaust whoever opens them.

    :param maximum: XML elements of all parts together
    :return: per part, rows and columns (from 1 on) of formulas without a result
    """
    missing: dict[str, frozenset[tuple[int, int]]] = {}
    elements = 0
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
                    limit = None if maximum is None else maximum - elements
                    scanner = _check_part(stream, limit)
                elements += scanner.elements
                missing[part.filename] = frozenset(scanner.missing)
    except zipfile.BadZipFile as error:
        raise NotAWorkbook() from error
    except _BROKEN as error:
        raise BrokenWorkbook(str(error)) from error
    return missing


def _check_part(stream, maximum: int | None = None) -> _Scanner:
    """Refuse documents made to exhaust whoever builds objects of them.

    Those that declare entities, and those with more elements than any honest one. Read
    as a stream, element by element: this takes no memory.
    """
    scanner = _Scanner(maximum)
    # A picture, or a document that is found broken when it is read, is no exhaustion.
    with contextlib.suppress(expat.ExpatError):
        scanner.parser.ParseFile(stream)
    return scanner


class _Scanner:
    """Counts the elements of an XML document, and the cells of its rows.

    Takes note of formulas whose result the document leaves out.

    :ivar missing: their rows and columns, from 1 on
    """

    def __init__(self, limit: int | None = None):
        self.limit = sys.maxsize if limit is None else limit
        #: Set at the root, which says what kind of document it is.
        self.maximum = 0
        #: Rows with a value: where all sheets are read, too many are refused unread.
        self.maximum_rows = sys.maxsize if limit is None else MAXIMUM_ROWS
        self.rows = 0
        self.filled = False
        self.elements = 0
        self.row = 0
        self.cells = 0
        self.place = None
        self.missing: set[tuple[int, int]] = set()
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.StartElementHandler = self.begin_element

    def refuse(self, *_arguments):
        raise BrokenWorkbook("document type")

    def begin_element(self, name, attributes):
        # Called for each of hundreds of thousands of elements.
        if ":" in name:
            name = name.rpartition(":")[2]
        self.elements += 1
        if name == "c":
            self.cells += 1
            self.place = attributes.get("r")
        elif name == "row":
            self.cells, self.filled = 0, False
            self.row = _read_number(attributes.get("r")) or self.row + 1
        elif name in ("v", "is") and not self.filled:
            self.filled = True
            self.rows += 1
            if self.rows > self.maximum_rows:
                raise TableTooLarge("rows", MAXIMUM_ROWS)
        elif name == "f":
            self.begin_formula()
        if self.elements > self.maximum or self.cells > MAXIMUM_CELLS:
            self.refuse_size(name)

    def refuse_size(self, root):
        """Refuse what is too large; at a document's root, see what that is."""
        if self.elements == 1:
            own = MAXIMUM_ELEMENTS.get(root, MAXIMUM_OTHER_ELEMENTS)
            self.maximum = min(own, self.limit)
            if self.maximum > 0:
                return
        if self.elements > self.limit:
            raise TableTooLarge("cells", MAXIMUM_BOOK_ELEMENTS)
        raise BrokenWorkbook("elements")

    def begin_formula(self):
        """Wait for the formula's result, until its cell ends."""
        found = _PLACE.fullmatch(self.place or "")
        row, column = self.row, self.cells
        if found:
            column = column_index_from_string(found[1])
            row = int(found[2])
        waiting = {"result": False}

        def begin_element(name, attributes):
            if name.rpartition(":")[2] == "v":
                self.parser.CharacterDataHandler = read_text
            self.begin_element(name, attributes)

        def read_text(_text):
            waiting["result"] = True
            self.parser.CharacterDataHandler = None

        def end_element(name):
            name = name.rpartition(":")[2]
            if name == "v":
                self.parser.CharacterDataHandler = None
            elif name == "c":
                if not waiting["result"]:
                    self.missing.add((row, column))
                self.parser.StartElementHandler = self.begin_element
                self.parser.EndElementHandler = None

        self.parser.StartElementHandler = begin_element
        self.parser.EndElementHandler = end_element


def _read_number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 8 else 0
