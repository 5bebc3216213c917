"""The order form's cells: what a saved batch may change, and what it may not.

Plain Python, free of Odoo's environment. A *cell* is one quantity of an order form,
named by its product variant and, where the form has several, its delivery date. The
server numbers each cell's revisions; the browser says which revision it had seen.
"""

from __future__ import annotations

import math
from datetime import date
from typing import NamedTuple

#: No order form of this world needs more of one variant; a slip of the finger does.
MAXIMUM_QUANTITY = 1_000_000
#: Cells in one batch. The browser splits larger pastes.
MAXIMUM_BATCH = 500

_KEYS = {"product", "date", "quantity", "revision"}
_OPTIONAL_KEYS = {"late"}


class MalformedBatch(ValueError):
    """The batch is not what the protocol says: a client's fault, never a customer's."""


class CellKey(NamedTuple):
    product_id: int
    delivery_date: date | None = None


class CellChange(NamedTuple):
    """One quantity as the browser sent it.

    ``revision`` is the one last seen when it was typed, or 0. ``late`` says that it was
    typed a while before it was sent: offline, or in a tab that is closed since.
    """

    key: CellKey
    quantity: float
    revision: int
    late: bool = False


class StoredCell(NamedTuple):
    """One quantity as the database holds it."""

    quantity: float
    revision: int
    changed_by: int


def is_record_id(value: object) -> bool:
    """Tell whether a value sent by a browser can be a record's id (an int4)."""
    return _is_whole_number(value) and 0 < value < 2**31


def _is_whole_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_batch_id(value: object, maximum: int = 64) -> bool:
    """Whether something can name a batch: 8 characters or more, all of them visible."""
    return isinstance(value, str) and 8 <= len(value) <= maximum and value.isprintable()


def parse_batch(batch_id: object, cells: object) -> dict[CellKey, CellChange]:
    """Read a batch of cells sent by a browser.

    When a cell stands twice in one batch, the later one counts: it was typed later.

    :param batch_id: 8–64 characters, chosen by the browser
    :param cells: list of ``{"product", "date", "quantity", "revision"}``; ``date`` is
        ``None`` or an ISO date, the others are numbers; ``"late": True`` may be added
    :return: changes by cell, in the order sent
    :raise MalformedBatch: on anything else, unknown keys included
    """
    if not is_batch_id(batch_id):
        raise MalformedBatch("batch id")
    if not isinstance(cells, list) or not 1 <= len(cells) <= MAXIMUM_BATCH:
        raise MalformedBatch("number of cells")
    changes: dict[CellKey, CellChange] = {}
    for cell in cells:
        change = _parse_cell(cell)
        changes.pop(change.key, None)
        changes[change.key] = change
    return changes


def _parse_cell(cell: object) -> CellChange:
    if not isinstance(cell, dict) or set(cell) - _OPTIONAL_KEYS != _KEYS:
        raise MalformedBatch("keys of a cell")
    late = cell.get("late", False)
    if not isinstance(late, bool):
        raise MalformedBatch("late")
    product, revision = cell["product"], cell["revision"]
    if not is_record_id(product):
        raise MalformedBatch("product")
    if not _is_whole_number(revision) or not 0 <= revision < 2**31:
        raise MalformedBatch("revision")
    return CellChange(
        CellKey(product, _parse_date(cell["date"])),
        _parse_quantity(cell["quantity"]),
        revision,
        late,
    )


def _parse_quantity(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise MalformedBatch("quantity")
    try:
        quantity = float(value)
    except OverflowError as error:
        raise MalformedBatch("quantity") from error
    if not math.isfinite(quantity):
        raise MalformedBatch("quantity")
    return quantity


def _parse_date(value: object) -> date | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise MalformedBatch("date")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise MalformedBatch("date") from error


def is_whole_multiple(quantity: float, rounding: float) -> bool:
    """Tell whether a unit can count a quantity (1 for pieces, 0.01 for metres)."""
    count = quantity / rounding
    return abs(count - round(count)) < 1e-6


def is_conflict(change: CellChange, stored: StoredCell | None, user_id: int) -> bool:
    """Tell whether the cell was changed since the browser last saw it.

    A revision that moved on through the same user is not a conflict when the change
    was just typed: that is the same person in another tab, and the newer one counts.
    What was typed a while ago may be the older one of the two, so the person decides.
    It is no conflict when both wanted the same quantity.
    """
    return (
        stored is not None
        and stored.revision != change.revision
        and (change.late or stored.changed_by != user_id)
        and stored.quantity != change.quantity
    )
