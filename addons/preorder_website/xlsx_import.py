"""Quantities in uploaded workbooks: rows of cells in, entries out.

Plain Python, free of Odoo's environment. Reads what ``xlsx_export.py`` writes, wherever
its rows and columns have been moved to, and any sheet with a column of codes and one of
quantities. Says of nothing what it means for an order form: that is the model's.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from openpyxl.utils import get_column_letter

from odoo.addons.preorder_campaign.spreadsheet import (
    MissingResult,
    Row,
    Sheet,
    Value,
    as_text,
    get_cell,
    get_place,
)

from .xlsx_export import MARKER

#: Rows at the beginning of a sheet among which its headings are.
_ROWS_BEFORE_HEADINGS = 20
#: What headings are called in the languages of the trade, the surest word first.
_WORDS = {
    "code": (
        "barcode,ean,gtin,sku,internal reference,reference,ref,item,article,artikel,"
        "artikelnummer,artikelnr,artnr,referentie,strekkodenummer,strekkode,streckkod,"
        "referenz,référence,referanse,referens,code,codice,varenummer,varenr,kode,kod,"
        "nummer,number"
    ).split(","),
    "quantity": (
        "quantity,qty,aantal,antall,antal,menge,anzahl,quantité,qté,pieces,pcs,stück,"
        "stuks,st,stk,pièces,kvantitet,kvantum,order,bestellen,bestelling,bestilling,"
        "beställ,beställning"
    ).split(","),
    "date": (
        "delivery date,delivery,leverdatum,leveringsdato,leveransdatum,leveransdag,"
        "lieferdatum,"
        "date de livraison,datum,dato,date"
    ).split(","),
}


@dataclass(frozen=True)
class Entry:
    """A quantity as it stands in a workbook.

    ``product_id`` is the variant that a hidden id names, 0 without; ``codes`` name it
    otherwise. ``day`` is what stands for the delivery date, ``None`` without, and
    ``was`` the day under which it was exported.
    ``problem`` says what is wrong with its row: ``inserted`` (it is none of the
    product's rows), ``headings`` (the headings above are not the exported ones),
    ``code`` (its row has none).
    """

    sheet: str
    row: int
    column: int
    quantity: Value
    product_id: int = 0
    codes: tuple[str, ...] = ()
    label: str = ""
    day: Value = None
    was: date | None = None
    problem: str = ""

    @property
    def place(self) -> str:
        """The cell's name, such as F5."""
        return get_place(self.row, self.column)


@dataclass(frozen=True)
class Reading:
    """What an exported workbook says; ``campaigns`` are those it was exported from."""

    entries: list[Entry]
    campaigns: frozenset[int]


@dataclass(frozen=True)
class Heading:
    """A column that a person may choose: its heading, and what stands below."""

    column: int
    text: str
    samples: tuple[str, ...]

    @property
    def letter(self) -> str:
        return get_column_letter(self.column + 1)


@dataclass(frozen=True)
class Choice:
    """A sheet whose columns a person chooses.

    ``row`` is the number of the row with the headings; ``guess`` has the columns that
    look like ``code``, ``quantity`` and ``date``.
    """

    sheet: str
    row: int
    headings: list[Heading]
    guess: dict[str, int] = field(default_factory=dict)


# Exported workbooks


def read_exported(sheets: Sequence[Sheet]) -> Reading | None:
    """Read what was exported from an order form.

    :return: ``None`` if the workbook is none of those
    """
    entries: list[Entry] = []
    campaigns: set[int] = set()
    known = False
    for sheet in sheets:
        reader = _Reader(sheet.title)
        for row in sheet.rows:
            reader.read_row(row)
        entries += reader.entries
        campaigns |= reader.campaigns
        known = known or reader.known
    return Reading(entries, frozenset(campaigns)) if known else None


class _Reader:
    """Reads the rows of one sheet, from the top."""

    def __init__(self, title: str):
        self.title = title
        self.entries: list[Entry] = []
        self.campaigns: set[int] = set()
        self.known = False
        self.day: Value = None
        self.was: date | None = None
        #: Columns of the quantities of the matrix that is being read.
        self.places: list[int] | None = None
        self.broken = False
        #: Columns of the list that is being read, by what they hold.
        self.columns: dict[str, int] | None = None

    def read_row(self, row: Row) -> None:
        key = _parse(get_cell(row, 0))
        if isinstance(key, dict) and key.get(MARKER) == 1:
            self.begin(row, key)
        elif self.columns is not None:
            self.read_list_row(row, key)
        elif self.places is not None:
            self.read_matrix_row(row, key)

    def begin(self, row: Row, marker: dict) -> None:
        """Take up a row that says what stands below it."""
        self.known = True
        if type(marker.get("campaign")) is int:
            self.campaigns.add(marker["campaign"])
        kind, columns = marker.get("kind"), marker.get("columns")
        if kind == "day":
            self.was = parse_day(marker.get("day"))
            self.day = next(
                (value for value in row.cells[1:] if parse_day(value)), None
            )
        elif kind == "matrix" and isinstance(columns, list):
            self.columns = None
            places = _locate(row, columns)
            self.broken = places is None
            self.places = places or []
        elif kind == "list" and isinstance(columns, dict):
            self.places = None
            self.columns = _locate_by_name(row, columns)
            if self.columns is None:
                self.entries.append(
                    Entry(self.title, row.number, 1, None, problem="headings")
                )
        else:
            # A sheet that only shows what stands on others.
            self.places = self.columns = None

    def read_matrix_row(self, row: Row, key: object) -> None:
        ids = key if _is_list_of_ids(key) else None
        label = as_text(
            next((value for value in row.cells[1:] if value is not None), None)
        )
        if ids and self.broken:
            self.entries.append(
                Entry(self.title, row.number, 1, None, label=label, problem="headings")
            )
            return
        for place, column in enumerate(self.places):
            quantity = get_cell(row, column)
            product_id = ids[place] if ids and place < len(ids) else 0
            if product_id:
                self.entries.append(
                    Entry(
                        self.title,
                        row.number,
                        column,
                        quantity,
                        product_id,
                        label=label,
                        day=self.day,
                        was=self.was,
                    )
                )
            elif quantity is not None and not isinstance(quantity, str):
                # A row that somebody has added, or a size that is not made.
                self.entries.append(
                    Entry(
                        self.title,
                        row.number,
                        column,
                        quantity,
                        label=label,
                        problem="inserted",
                    )
                )

    def read_list_row(self, row: Row, key: object) -> None:
        columns = self.columns

        def get(name):
            return get_cell(row, columns[name]) if name in columns else None

        codes = tuple(
            text
            for text in (as_text(get("reference")), as_text(get("barcode")))
            if text
        )
        key = key if isinstance(key, dict) else {}
        product_id = key["id"] if _is_list_of_ids([key.get("id")]) else 0
        if not codes and not product_id and get("quantity") is None:
            return
        self.entries.append(
            Entry(
                self.title,
                row.number,
                columns["quantity"],
                get("quantity"),
                product_id,
                codes,
                as_text(get("product")),
                get("date"),
                parse_day(key.get("day")),
                "" if codes or product_id else "code",
            )
        )


def _parse(value: Value) -> object:
    """What hidden column A says; ``None`` where that is nothing of ours."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _is_list_of_ids(value: object) -> bool:
    return isinstance(value, list) and all(
        type(each) is int and 0 <= each < 2**31 for each in value
    )


def _fold(value: object) -> str:
    return " ".join(str(value).split()).casefold()


def _locate(row: Row, labels: list) -> list[int] | None:
    """Where labels stand in a row, in their order; ``None`` if one is missing."""
    places, column = [], 0
    for label in labels:
        column += 1
        while column < len(row.cells) and _fold(as_text(row.cells[column])) != _fold(
            label
        ):
            column += 1
        if column >= len(row.cells):
            return None
        places.append(column)
    return places


def _locate_by_name(row: Row, columns: dict) -> dict[str, int] | None:
    """Where a list's columns stand; ``None`` without quantities."""
    texts = {
        _fold(as_text(value)): column
        for column, value in reversed(list(enumerate(row.cells)))
        if column and value is not None
    }
    found = {
        name: texts[_fold(text)]
        for name, text in columns.items()
        if _fold(text) in texts
    }
    return found if "quantity" in found else None


# Any other workbook


def find_choices(sheets: Iterable[Sheet]) -> list[Choice]:
    """The sheets of a workbook in which codes and quantities may stand."""
    choices = []
    for sheet in sheets:
        found = _find_headings(sheet)
        if not found:
            continue
        below = [row for row in sheet.rows if row.number > found.number][:3]
        headings = [
            Heading(
                column,
                as_text(value),
                tuple(
                    as_text(get_cell(row, column))[:40]
                    for row in below
                    if get_cell(row, column) is not None
                ),
            )
            for column, value in enumerate(found.cells)
            if value is not None
        ]
        choices.append(
            Choice(sheet.title, found.number, headings, _guess_columns(headings))
        )
    return choices


def _find_headings(sheet: Sheet) -> Row | None:
    """The first row of at least two texts; in a table without headings, its first."""
    candidates = sheet.rows[:_ROWS_BEFORE_HEADINGS]
    for row in candidates:
        texts = [value for value in row.cells if isinstance(value, str)]
        if len(texts) > 1:
            return row
    return next((row for row in candidates if len(row.cells) > 1), None)


def _guess_columns(headings: list[Heading]) -> dict[str, int]:
    guess: dict[str, int] = {}
    for name, words in _WORDS.items():
        ranked = [
            (_get_rank(heading.text, words), heading.column)
            for heading in headings
            if heading.column not in guess.values()
        ]
        rank, column = min(ranked, default=(None, None))
        if rank is not None and rank < len(words):
            guess[name] = column
    return guess


def _get_rank(text: str, words: Sequence[str]) -> int:
    """How surely a heading means one of some words: the lower, the surer."""
    folded = re.sub(r"[^\w]+", " ", text.casefold()).strip()
    for rank, word in enumerate(words):
        if folded == word or re.search(rf"\b{re.escape(word)}\b", folded):
            return rank
    return len(words)


def read_columns(
    sheet: Sheet,
    headings: int,
    code: int,
    quantity: int,
    day: int | None = None,
) -> list[Entry]:
    """Read a column of codes and one of quantities.

    Rows without a quantity are left out: they ask for nothing.

    :param headings: number of the row with the headings; rows below it are read. 0
        where there are none
    :param day: column of delivery dates, ``None`` without
    """
    entries = []
    for row in sheet.rows:
        value = get_cell(row, quantity)
        if row.number <= headings or value is None:
            continue
        text = as_text(get_cell(row, code))
        if not text and isinstance(value, str):
            # A remark, or another heading.
            continue
        entries.append(
            Entry(
                sheet.title,
                row.number,
                quantity,
                value,
                codes=(text,) if text else (),
                day=None if day is None else get_cell(row, day),
                problem="" if text else "code",
            )
        )
    return entries


# Values


def parse_day(value: Value) -> date | None:
    """A cell as a day: a date, or a text that says one; ``None`` if it does not."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    text = value.strip()
    with contextlib.suppress(ValueError):
        return date.fromisoformat(text[:10])
    found = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", text)
    # Day before month, unless it could be either: better refused than wrong.
    if not found or int(found[2]) > 12:
        return None
    if "." not in text and int(found[1]) <= 12 and found[1] != found[2]:
        return None
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None


def is_unresolved(value: Value) -> bool:
    """Whether a cell is a formula whose result the file does not hold."""
    return isinstance(value, MissingResult)
