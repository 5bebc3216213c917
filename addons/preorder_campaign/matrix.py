"""A quotation's lines as matrices: what a customer reads instead of a thousand lines.

Plain Python, free of Odoo's environment. Lines of one product, delivery date, row of
the product's grid, price, discount, taxes and unit become one row of cells. Amounts are
in the quotation's currency, net of taxes.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from decimal import ROUND_HALF_UP, Decimal

#: Decimals beyond which there is nothing but a float's noise.
_DIGITS = 9


@dataclass(frozen=True)
class Terms:
    """What the lines of a row have in common: unit price before discount (percent)."""

    price: float
    discount: float
    unit: Hashable
    taxes: Hashable


@dataclass(frozen=True)
class Line:
    """A quotation's line; ``amount`` as Odoo rounded it, ``place`` in product's grid.

    ``date`` is the day of delivery, None if there is none. ``shares`` say what of the
    quantity is for which branch, as pairs, where several ordered together.
    """

    date: Date | None
    product: Hashable
    place: tuple[int, int]
    terms: Terms
    quantity: float
    amount: float
    shares: tuple[tuple[Hashable, float], ...] = ()

    def without_price(self) -> Line:
        """The line as quantities alone."""
        return replace(self, terms=Terms(0.0, 0.0, self.terms.unit, None), amount=0.0)


@dataclass(frozen=True)
class Row:
    """Cells of one price; None where nothing is ordered, aligned with the columns.

    ``shares`` are those of all its lines, added up by branch.
    """

    row: int
    terms: Terms
    cells: tuple[float | None, ...]
    quantity: float
    amount: float
    shares: tuple[tuple[Hashable, float], ...] = ()


@dataclass(frozen=True)
class Product:
    """A product's matrix: ``columns`` are those of its grid that are ordered.

    ``quantity`` is None where rows are in different units.
    """

    product: Hashable
    columns: tuple[int, ...]
    rows: tuple[Row, ...]
    quantity: float | None
    amount: float


@dataclass(frozen=True)
class Section:
    """What is delivered on one day."""

    date: Date | None
    products: tuple[Product, ...]
    quantity: float | None
    amount: float


def arrange(
    lines: Iterable[Line], *, total: float, rounding: float
) -> tuple[Section, ...]:
    """Arrange lines: sections by date, products in the order of their first line.

    Every amount is the sum of those below it, and all together are ``total``. Odoo may
    round a quotation's total once and its lines one by one: then a row's amount is its
    own price × quantity rounded, and single cents that are left over go to the rows
    that rounding took most from.

    :param total: what the lines amount to in the quotation's total
    :param rounding: of the currency (0.01 for cents)
    """
    rows: dict[tuple, list[Line]] = {}
    products: dict[tuple, list[tuple]] = {}
    for line in lines:
        product = (line.date, line.product)
        key = (*product, line.place[0], line.terms)
        if key not in rows:
            rows[key] = []
            products.setdefault(product, []).append(key)
        rows[key].append(line)
    amounts = dict(
        zip(rows, _share_out(list(rows.values()), total, rounding), strict=True)
    )
    sections: dict[Date | None, list[Product]] = {}
    for (date, product), keys in products.items():
        columns = tuple(sorted({line.place[1] for key in keys for line in rows[key]}))
        # A colour's row that begins with the smaller size comes first.
        keys.sort(key=lambda key: (key[2], min(line.place[1] for line in rows[key])))
        sections.setdefault(date, []).append(
            _make_product(
                product,
                columns,
                [_make_row(rows[key], columns, amounts[key]) for key in keys],
            )
        )
    return tuple(
        Section(
            date,
            tuple(section),
            _add_quantities(row for product in section for row in product.rows),
            _add(product.amount for product in section),
        )
        for date, section in sorted(
            sections.items(), key=lambda item: item[0] or Date.min
        )
    )


def _make_row(lines: Sequence[Line], columns: Sequence[int], amount: Decimal) -> Row:
    cells: dict[int, float] = {}
    shares: dict[Hashable, float] = {}
    for line in lines:
        column = line.place[1]
        cells[column] = cells.get(column, 0.0) + line.quantity
        for branch, quantity in line.shares:
            shares[branch] = shares.get(branch, 0.0) + quantity
    return Row(
        lines[0].place[0],
        lines[0].terms,
        tuple(map(cells.get, columns)),
        _add(cells.values()),
        float(amount),
        tuple(shares.items()),
    )


def _make_product(
    product: Hashable, columns: tuple[int, ...], rows: Sequence[Row]
) -> Product:
    return Product(
        product,
        columns,
        tuple(rows),
        _add_quantities(rows),
        _add(row.amount for row in rows),
    )


def _add(numbers: Iterable[float]) -> float:
    return round(math.fsum(numbers), _DIGITS)


def _add_quantities(rows: Iterable[Row]) -> float | None:
    rows = list(rows)
    if len({row.terms.unit for row in rows}) > 1:
        return None
    return _add(row.quantity for row in rows)


def _share_out(
    rows: Sequence[Sequence[Line]], total: float, rounding: float
) -> list[Decimal]:
    """The amounts of rows, which add up to the total."""
    step = Decimal(str(rounding))
    total_steps = round(total / rounding)
    printed = [sum(round(line.amount / rounding) for line in row) for row in rows]
    if sum(printed) == total_steps:
        return [steps * step for steps in printed]
    exact = [sum(_get_exact_steps(line, step) for line in row) for row in rows]
    steps = [int(each.quantize(Decimal(1), ROUND_HALF_UP)) for each in exact]
    gap = total_steps - sum(steps)
    if abs(gap) > len(rows):
        # The total holds more than these lines: they stand as they are.
        return [each * step for each in printed]
    sign = 1 if gap > 0 else -1
    losers = sorted(
        range(len(rows)), key=lambda i: sign * (exact[i] - steps[i]), reverse=True
    )
    for i in losers[: abs(gap)]:
        steps[i] += sign
    return [each * step for each in steps]


def _get_exact_steps(line: Line, step: Decimal) -> Decimal:
    """A line's amount before rounding; as rounded, where taxes are in its price."""
    printed = Decimal(round(line.amount / float(step)))
    exact = (
        Decimal(str(line.terms.price))
        * Decimal(str(line.quantity))
        * (1 - Decimal(str(line.terms.discount)) / 100)
        / step
    )
    return exact if abs(exact - printed) <= 1 else printed
