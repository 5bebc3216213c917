"""How a product's variants stand in rows and columns: colours down, sizes across.

Plain Python, free of Odoo's environment. The order form, the quotation's page and the
printed quotation arrange variants by this one rule.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

Variant = TypeVar("Variant", bound=Hashable)


@dataclass(frozen=True)
class Axis:
    """An attribute in which a product's variants differ, in the product's order."""

    key: int
    name: str
    is_color: bool = False


@dataclass(frozen=True)
class Value:
    """A variant's value on an axis; ``sequence`` is its place among the values."""

    key: int
    axis: int
    sequence: int
    name: str
    color: str = ""


@dataclass(frozen=True)
class Row:
    """A combination of all axes but that of the columns.

    ``name`` is empty for a product in sizes only, ``color`` a CSS colour or empty.
    """

    name: str
    color: str


@dataclass(frozen=True)
class Grid:
    """Where each variant stands.

    ``corner`` names what the rows are, ``places`` gives row and column per variant,
    counted from zero. A product without variants has one row and one column, both
    without a name.
    """

    corner: str
    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    places: Mapping[Hashable, tuple[int, int]] = field(hash=False)

    @property
    def is_single(self) -> bool:
        """Whether the product has no variants to tell apart."""
        return self.columns == ("",) and self.rows == (Row("", ""),)


def arrange(axes: Sequence[Axis], variants: Mapping[Variant, Iterable[Value]]) -> Grid:
    """Arrange variants: *columns* are the values of one axis, *rows* those of the rest.

    The columns are the last axis that is no colour (sizes, as a rule); a product in
    colours only has those across.

    :param variants: the values of each variant; values of other axes are ignored
    """
    column_axis = next(
        (axis for axis in reversed(axes) if not axis.is_color),
        axes[-1] if axes else None,
    )
    row_axes = [axis for axis in axes if axis is not column_axis]

    def get_key(values: Mapping[int, Value], wanted: Iterable[Axis | None]):
        return tuple(values[axis.key] for axis in wanted if axis and axis.key in values)

    row_keys, column_keys = {}, {}
    for variant, values in variants.items():
        by_axis = {value.axis: value for value in values}
        row_keys[variant] = get_key(by_axis, row_axes)
        column_keys[variant] = get_key(by_axis, [column_axis])
    rows = sorted(set(row_keys.values()), key=_get_order)
    columns = sorted(set(column_keys.values()), key=_get_order)
    row_places = {key: place for place, key in enumerate(rows)}
    column_places = {key: place for place, key in enumerate(columns)}
    return Grid(
        corner=" / ".join(axis.name for axis in row_axes),
        rows=tuple(
            Row(
                _get_label(key),
                next((value.color for value in key if value.color), ""),
            )
            for key in rows
        ),
        columns=tuple(map(_get_label, columns)),
        places={
            variant: (row_places[row_keys[variant]], column_places[column])
            for variant, column in column_keys.items()
        },
    )


def _get_order(key: tuple[Value, ...]) -> list[tuple[int, int]]:
    return [(value.sequence, value.key) for value in key]


def _get_label(key: tuple[Value, ...]) -> str:
    return " / ".join(value.name for value in key)
