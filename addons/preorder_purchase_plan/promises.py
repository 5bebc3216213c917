"""When customers' goods can be delivered: which expected arrival serves which demand.

Plain Python, free of Odoo's environment. Quantities of a product are in its own unit.
They are counted in millionths, finer than any unit that is traded, so that sums are
exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_UNIT = 10**6


@dataclass(frozen=True)
class Demand:
    """What one order line, or one transfer to a shop, still waits for.

    ``order`` says who is served first: the smallest first. ``wanted`` is the day for
    which it is wanted, if there is one: it is never promised before. ``secured`` is
    what has been set aside for it already, of what is here.
    """

    key: Hashable
    product: Hashable
    quantity: float
    order: tuple
    wanted: date | None = None
    secured: float = 0.0


@dataclass(frozen=True)
class Arrival:
    """Goods to come on a day; without a day they are here and set aside for nobody."""

    product: Hashable
    quantity: float
    day: date | None = None


@dataclass(frozen=True)
class Promise:
    """When all of a demand can be delivered.

    ``day`` is ``None`` where not all of it is served (``served`` tells), or where all
    is here and no day is wanted. ``arrival`` is the day on which the last of it
    arrives, ``None`` if all of it is here.
    """

    served: bool
    day: date | None = None
    arrival: date | None = None

    @property
    def is_here(self) -> bool:
        """Whether all of it has arrived."""
        return self.served and self.arrival is None


def get_promises(
    demands: Iterable[Demand], arrivals: Iterable[Arrival], lead_days: int = 0
) -> dict[Hashable, Promise]:
    """Promise goods: who is first in order is served by what arrives first.

    A demand that what is expected does not cover takes what there is and is not served;
    who comes after it does not get ahead of it.

    :param lead_days: days from an arrival to the delivery to the customer
    :return: promise by the demand's key; the order of the input does not matter
    """
    coming: dict[Hashable, list[Arrival]] = defaultdict(list)
    for arrival in arrivals:
        coming[arrival.product].append(arrival)
    waiting: dict[Hashable, list[Demand]] = defaultdict(list)
    for demand in demands:
        waiting[demand.product].append(demand)
    promises = {}
    for product, queue in waiting.items():
        queue.sort(key=lambda demand: demand.order)
        promises.update(_serve(queue, coming[product], timedelta(days=lead_days)))
    return promises


def _serve(queue, arrivals, lead):
    """Go through one product's demands and arrivals side by side."""
    # What is here comes before what comes on any day.
    stock = iter(sorted(arrivals, key=lambda each: (each.day is not None, each.day)))
    left, day = 0, None
    for demand in queue:
        open_quantity = max(0, _count(demand.quantity) - _count(demand.secured))
        last = None
        while open_quantity:
            if not left:
                arrival = next(stock, None)
                if arrival is None:
                    break
                left, day = _count(arrival.quantity), arrival.day
                continue
            taken = min(left, open_quantity)
            left -= taken
            open_quantity -= taken
            last = day
        if open_quantity:
            yield demand.key, Promise(served=False)
        else:
            yield demand.key, Promise(True, _get_day(demand.wanted, last, lead), last)


def _get_day(wanted, arrival, lead):
    days = [day for day in (wanted, arrival and arrival + lead) if day]
    return max(days, default=None)


def _count(quantity: float) -> int:
    return max(0, round(quantity * _UNIT))
