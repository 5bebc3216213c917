"""How a product's variants stand in rows and columns: colours down, sizes across.

Plain Python, free of Odoo's environment. The order form, the quotation's page and the
printed quotation arrange variants by this one rule.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

Variant = TypeVar("Variant", bound=Hashable)

#: Between the values of a combination.
_SEPARATOR = " / "


class Axis(NamedTuple):
    """An attribute in which a product's variants differ, in the product's order."""

    key: int
    name: str
    is_color: bool = False


class Value(NamedTuple):
    """A variant's value on an axis; ``sequence`` is its place among the values."""

    key: int
    axis: int
    sequence: int
    name: str
    color: str = ""


class Row(NamedTuple):
    """A combination of all axes but that of the columns.

    ``parts`` are its values' names, one per axis of the rows (empty where a variant has
    none); ``color`` is a CSS colour or empty.
    """

    parts: tuple[str, ...]
    color: str

    @property
    def name(self) -> str:
        """All its values in one label: empty for a product in sizes only."""
        return _SEPARATOR.join(filter(None, self.parts))


@dataclass(frozen=True)
class Grid:
    """Where each variant stands.

    ``row_axes`` are the names of the axes that the rows combine, ``main_axis`` which of
    them one looks for first: the colour, or else the last. ``places`` gives row and
    column per variant, counted from zero. A product without variants has one row and
    one column, both without a name.
    """

    row_axes: tuple[str, ...]
    main_axis: int
    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    places: Mapping[Hashable, tuple[int, int]] = field(hash=False)

    @property
    def corner(self) -> str:
        """What the rows are."""
        return _SEPARATOR.join(self.row_axes)

    @property
    def is_single(self) -> bool:
        """Whether the product has no variants to tell apart."""
        return self.columns == ("",) and [row.name for row in self.rows] == [""]


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
    main_axis = next(
        (place for place, axis in enumerate(row_axes) if axis.is_color),
        max(len(row_axes) - 1, 0),
    )

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
        row_axes=tuple(axis.name for axis in row_axes),
        main_axis=main_axis,
        rows=tuple(
            Row(
                _get_parts(key, row_axes),
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


def _get_parts(key: tuple[Value, ...], axes: Sequence[Axis]) -> tuple[str, ...]:
    names = {value.axis: value.name for value in key}
    return tuple(names.get(axis.key, "") for axis in axes)


def _get_label(key: tuple[Value, ...]) -> str:
    return _SEPARATOR.join(value.name for value in key)
