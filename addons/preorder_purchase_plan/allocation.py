"""Who gets how much when goods are short.

Plain Python, free of Odoo's environment. Quantities are whole numbers of the smallest
unit that is traded (a piece, or a hundredth of a kilogram), so that sums are exact.

What a demand can get is a whole number of its multiples, or all of it: of 8 pieces in
multiples of 6 that is 0, 6 or 8. What holds for every strategy:

- never more than the supply, and nobody more than demanded;
- what is left over is too little for the next multiple of everybody who is not full;
  without multiples, the sum is therefore the lesser of supply and demand;
- a larger supply never lowers the sum. Where all demands are whole numbers of the same
  multiple, it lowers nobody's share either; with different multiples it may: one pack
  of six takes the place of five single pieces;
- the order in which demands are given does not matter.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

FIRST = "first"
PROPORTIONAL = "proportional"
PRIORITY = "priority"
MANUAL = "manual"


@dataclass(frozen=True)
class Demand:
    """What somebody wants of a product.

    ``rank`` tells who comes first: when it was confirmed, and what tells apart what was
    confirmed at the same moment. It is unique. ``priority`` is the place in an ordered
    list, 0 the first. ``fixed`` is what a person has laid down; it stays.
    """

    key: object
    quantity: int
    rank: tuple
    multiple: int = 1
    priority: int = 0
    fixed: int | None = None

    def __post_init__(self):
        if self.quantity < 0 or self.multiple < 1 or (self.fixed or 0) < 0:
            raise ValueError(f"No such demand: {self}")

    def get_next(self, allocated: int) -> int:
        """How much the next multiple is for whoever has so much; 0 once full."""
        return min(self.multiple, self.quantity - allocated)


def allocate(supply: int, demands: Iterable[Demand], strategy: str) -> dict:
    """Share a supply out.

    What is fixed is given first; the strategy shares the rest among the others. By
    hand (``manual``), nobody else gets any.

    :param supply: what there is, at least 0
    :return: dict of each demand's key → quantity
    :raise ValueError: if more is fixed than there is
    """
    demands = sorted(demands, key=lambda demand: demand.rank)
    shares = {
        demand.key: demand.fixed for demand in demands if demand.fixed is not None
    }
    rest = supply - sum(shares.values())
    if supply < 0 or rest < 0:
        raise ValueError(f"{sum(shares.values())} is fixed of {supply}")
    others = [demand for demand in demands if demand.fixed is None]
    shares.update(_STRATEGIES[strategy](rest, others))
    return shares


def _allocate_nothing(_supply: int, demands: list[Demand]) -> dict:
    return {demand.key: 0 for demand in demands}


def _allocate_first(supply: int, demands: list[Demand]) -> dict:
    """Each in turn as much as it wants, in whole multiples."""
    shares = {}
    for demand in demands:
        share = min(supply, demand.quantity)
        if share < demand.quantity:
            share -= share % demand.multiple
        shares[demand.key] = share
        supply -= share
    return shares


def _allocate_by_priority(supply: int, demands: list[Demand]) -> dict:
    return _allocate_first(
        supply, sorted(demands, key=lambda demand: (demand.priority, demand.rank))
    )


def _allocate_in_proportion(supply: int, demands: list[Demand]) -> dict:
    """Everybody's exact share, rounded down or up to a whole multiple.

    The largest remainder decides who is rounded up, except that the plain rule takes
    away from somebody what a larger supply brings (the Alabama paradox). So multiples
    are given one by one, as in Balinski and Young's quota method: one that rounds
    nobody's share up too far, and of those the one whose owner would be the first to
    lack it. Each prefix of the sequence is in proportion, whatever the supply; it does
    not depend on it.
    """
    total = sum(demand.quantity for demand in demands)
    if total <= supply:
        return {demand.key: demand.quantity for demand in demands}
    shares = _skip_periods(supply, demands, total)
    left = supply - sum(shares.values())
    waiting: list[tuple] = []
    ready: list[tuple] = []

    def queue(index):
        """Line a demand's next multiple up: when it may be given, when it has to be."""
        demand = demands[index]
        share = shares[demand.key]
        size = demand.get_next(share)
        if size:
            earliest = share * total // demand.quantity + 1 - size
            latest = -(-(share + size) * total // demand.quantity)
            heapq.heappush(waiting, (earliest, latest, index, size))

    for index in range(len(demands)):
        queue(index)
    while waiting or ready:
        given = supply - left
        while waiting and (waiting[0][0] <= given or not ready):
            _earliest, latest, index, size = heapq.heappop(waiting)
            heapq.heappush(ready, (latest, index, size))
        _latest, index, size = heapq.heappop(ready)
        # Who cannot have its next multiple gets no later one: others may still.
        if size <= left:
            shares[demands[index].key] += size
            left -= size
            queue(index)
        if not left:
            break
    return shares


def _skip_periods(supply: int, demands: list[Demand], total: int) -> dict:
    """What everybody has when shares last came out even, which saves the way there."""
    packs = [
        demand.quantity // demand.multiple
        if demand.quantity % demand.multiple == 0
        else 1
        for demand in demands
    ]
    periods = math.gcd(*packs)
    done = supply * periods // total
    return {demand.key: demand.quantity // periods * done for demand in demands}


_STRATEGIES: dict[str, Callable[[int, list[Demand]], dict]] = {
    FIRST: _allocate_first,
    PROPORTIONAL: _allocate_in_proportion,
    PRIORITY: _allocate_by_priority,
    MANUAL: _allocate_nothing,
}
