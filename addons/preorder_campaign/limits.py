"""Limits of a campaign: at least, at most, in multiples of, for whom and of what.

Plain Python, free of Odoo's environment. A *limit* counts the quantities of the
variants it covers, for each customer's company, each branch, or everybody together.
*Others* is what is held of it already, apart from the order form that is looked at: by
other forms of the same company, branch, or everybody. A limit holds for others and form
together:

- the **maximum** must not be exceeded,
- the **minimum** must be reached if the form has anything of it,
- the sum must be a multiple of the **multiple** if the form has anything of it.

A form that has nothing of a limit breaks none. Limits may overlap: all must hold.
Quantities are counted exactly, in millionths of a unit.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .cells import MAXIMUM_QUANTITY

#: Millionths: finer than any unit of measure is traded.
_SCALE = 1_000_000
#: Rounds in which overlapping limits may adjust the same cells to each other, before
#: the cells of those still broken are emptied.
_ROUNDS = 200


@dataclass(frozen=True)
class Limit:
    """What may be ordered of something. ``None`` means: no such bound.

    ``product_ids``, ``template_ids`` and ``category_ids`` together choose what is
    covered (all empty: everything); ``value_ids`` holds one set of attribute values per
    attribute, narrowing that down. ``partner_ids`` and ``label_ids`` together choose
    for whom it holds (both empty: everyone); ``channel`` narrows that down.
    """

    key: Hashable
    name: str = ""
    counted_per: str = "company"
    minimum: float | None = None
    maximum: float | None = None
    multiple: float | None = None
    product_ids: frozenset[int] = frozenset()
    template_ids: frozenset[int] = frozenset()
    category_ids: frozenset[int] = frozenset()
    value_ids: tuple[frozenset[int], ...] = ()
    partner_ids: frozenset[int] = frozenset()
    label_ids: frozenset[int] = frozenset()
    channel: str | None = None


@dataclass(frozen=True)
class Variant:
    """What limits look at in a variant; ``category_ids`` with all parent categories."""

    product_id: int | None
    template_id: int | None = None
    category_ids: frozenset[int] = frozenset()
    value_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Customer:
    """Who orders: the contact and all companies above it, their labels, the channel."""

    lineage: frozenset[int]
    label_ids: frozenset[int] = frozenset()
    channel: str = "website"


@dataclass(frozen=True)
class Cell:
    """A quantity of a form; ``step`` is the smallest quantity that is traded."""

    variant: Variant
    quantity: float
    step: float = 1.0


@dataclass(frozen=True)
class Violation:
    """A limit that a form breaks.

    ``kind`` is ``maximum``, ``minimum`` or ``multiple``; ``left`` is what the form may
    have under the maximum (``None`` without one); ``lower`` and ``higher`` are the next
    quantities of the form that keep the limit (``higher`` is ``None`` if none does).
    """

    limit: Limit
    kind: str
    quantity: float
    others: float
    left: float | None
    lower: float
    higher: float | None


def applies_to(limit: Limit, customer: Customer) -> bool:
    """Tell whether a limit holds for a customer."""
    if limit.channel and limit.channel != customer.channel:
        return False
    if not limit.partner_ids and not limit.label_ids:
        return True
    return not (
        limit.partner_ids.isdisjoint(customer.lineage)
        and limit.label_ids.isdisjoint(customer.label_ids)
    )


def covers(limit: Limit, variant: Variant) -> bool:
    """Tell whether a limit counts a variant."""
    if limit.product_ids or limit.template_ids or limit.category_ids:
        chosen = (
            variant.product_id in limit.product_ids
            or variant.template_id in limit.template_ids
            or not limit.category_ids.isdisjoint(variant.category_ids)
        )
        if not chosen:
            return False
    return all(not values.isdisjoint(variant.value_ids) for values in limit.value_ids)


def add_up(
    limits: Iterable[Limit], portions: Sequence[tuple[Variant, float]]
) -> dict[Hashable, float]:
    """Sum what a form has of each limit, by the limit's key."""
    exact = [(variant, _to_exact(quantity)) for variant, quantity in portions]
    return {
        limit.key: _from_exact(
            sum(quantity for variant, quantity in exact if covers(limit, variant))
        )
        for limit in limits
    }


def get_left(limit: Limit, others: float) -> float | None:
    """How much a form may have of a limit, at most; ``None`` without a maximum."""
    if limit.maximum is None:
        return None
    return _from_exact(max(_to_exact(limit.maximum) - _to_exact(others), 0))


def is_near(limit: Limit, quantity: float, others: float) -> bool:
    """Tell whether a form comes close to a maximum: a tenth of it is left, or less."""
    left = get_left(limit, others)
    if left is None or quantity <= 0:
        return False
    return (_to_exact(left) - _to_exact(quantity)) * 10 <= _to_exact(limit.maximum)


def check(limit: Limit, quantity: float, others: float = 0.0) -> Violation | None:
    """Check what a form has of a limit.

    :param quantity: the form's sum of it
    :param others: what is held of it already, apart from this form
    :return: how it breaks the limit; ``None`` if it keeps it
    """
    bounds = _Bounds.of(limit, others)
    kind = bounds.get_broken(_to_exact(quantity))
    if not kind:
        return None
    exact = _to_exact(quantity)
    higher = bounds.find_higher(exact)
    return Violation(
        limit,
        kind,
        quantity,
        others,
        get_left(limit, others),
        _from_exact(bounds.find_lower(exact)),
        None if higher is None else _from_exact(higher),
    )


def propose(
    cells: Mapping[Hashable, Cell], limits: Iterable[tuple[Limit, float]]
) -> dict[Hashable, float]:
    """Propose how a form that breaks limits could keep them all.

    What is too much is taken away from all cells in proportion; what is too little, or
    lies between two multiples, goes up where all limits allow that, else down. No cell
    is added. The same form always gets the same proposal.

    :param cells: the form's cells, in the form's order
    :param limits: pairs of a limit and what others hold of it
    :return: new quantities of the cells that change; empty if no limit is broken
    """
    keys = [key for key, cell in cells.items() if cell.quantity > 0]
    before = [_to_exact(cells[key].quantity) for key in keys]
    steps = [max(_to_exact(cells[key].step), 1) for key in keys]
    rules = [
        (
            _Bounds.of(limit, others),
            [i for i, key in enumerate(keys) if covers(limit, cells[key].variant)],
        )
        for limit, others in limits
    ]
    after = _find_nearest(before, steps, rules) or _find_less(before, steps, rules)
    return {
        key: _from_exact(new)
        for key, old, new in zip(keys, before, after, strict=True)
        if old != new
    }


def _to_exact(quantity: float) -> int:
    return round(quantity * _SCALE)


def _from_exact(quantity: int) -> float:
    return quantity / _SCALE


@dataclass(frozen=True)
class _Bounds:
    """A limit for one form, in exact numbers; 0 or ``None`` means: no such bound."""

    minimum: int
    maximum: int | None
    multiple: int
    others: int

    @classmethod
    def of(cls, limit: Limit, others: float) -> _Bounds:
        return cls(
            _to_exact(limit.minimum or 0),
            None if limit.maximum is None else _to_exact(limit.maximum),
            _to_exact(limit.multiple or 0),
            _to_exact(others),
        )

    def get_broken(self, quantity: int) -> str:
        """Which bound a form's quantity breaks; empty if none."""
        total = self.others + quantity
        if quantity <= 0:
            return ""
        if self.maximum is not None and total > self.maximum:
            return "maximum"
        if total < self.minimum:
            return "minimum"
        if self.multiple and total % self.multiple:
            return "multiple"
        return ""

    def find_lower(self, quantity: int) -> int:
        """The highest quantity not above this one that breaks nothing."""
        total = self.others + quantity
        if self.maximum is not None:
            total = min(total, self.maximum)
        if self.multiple:
            total -= total % self.multiple
        return (
            total - self.others if total > self.others and total >= self.minimum else 0
        )

    def find_higher(self, quantity: int) -> int | None:
        """The lowest quantity not below this one that breaks nothing, if any."""
        total = max(self.others + quantity, self.minimum)
        if self.multiple:
            total += -total % self.multiple
        if self.maximum is not None and total > self.maximum:
            return None
        return total - self.others

    def find_nearest(self, quantity: int) -> int:
        """The next quantity that breaks nothing: down only when up is farther away,
        or impossible, and never to nothing when there is a way up."""
        lower, higher = self.find_lower(quantity), self.find_higher(quantity)
        if higher is None:
            return lower
        return higher if not lower or higher - quantity <= quantity - lower else lower


def _is_broken(bounds: _Bounds, members: list[int], quantities: list[int]) -> bool:
    return bool(bounds.get_broken(sum(quantities[i] for i in members)))


def _find_nearest(before, steps, rules) -> list[int] | None:
    """Adjust limit after limit up or down; ``None`` if they do not come to agree."""
    quantities = list(before)
    for _round in range(4):
        broken = [rule for rule in rules if _is_broken(*rule, quantities)]
        if not broken:
            fits = max(quantities, default=0) <= _to_exact(MAXIMUM_QUANTITY)
            return quantities if fits else None
        for bounds, members in broken:
            total = sum(quantities[i] for i in members)
            _spread(quantities, steps, members, bounds.find_nearest(total))
    return None


def _find_less(before, steps, rules) -> list[int]:
    """Take away until no limit is broken: an empty form breaks none."""
    quantities = list(before)
    for round_number in range(_ROUNDS + len(rules)):
        broken = [rule for rule in rules if _is_broken(*rule, quantities)]
        if not broken:
            break
        for bounds, members in broken:
            total = sum(quantities[i] for i in members)
            target = bounds.find_lower(total) if round_number < _ROUNDS else 0
            _spread(quantities, steps, members, target)
    return quantities


def _spread(
    quantities: list[int], steps: list[int], members: list[int], target: int
) -> None:
    """Bring the sum of some quantities to a target, in proportion, in whole steps.

    Where steps do not add up to the target, the sum stays just below it.
    """
    total = sum(quantities[i] for i in members)
    if not total:
        return
    missing = target
    lost = []
    for i in members:
        share = quantities[i] * target
        quantities[i] = share // total // steps[i] * steps[i]
        missing -= quantities[i]
        lost.append((quantities[i] * total - share, i))
    # Whole steps go to those who lost most by rounding down, first ones first.
    for loss, i in sorted(lost):
        if loss and steps[i] <= missing:
            quantities[i] += steps[i]
            missing -= steps[i]
