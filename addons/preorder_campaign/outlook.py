"""What a customer may be told of stock: what is there, what comes, how long it takes.

Plain Python, free of Odoo's environment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Arrival:
    """A quantity that was bought and is expected on a day."""

    day: date
    quantity: float


@dataclass(frozen=True)
class Outlook:
    """What is left to promise of a product, in its own unit.

    ``quantity`` is in stock and promised to nobody, never below zero; ``arrivals`` come
    later and are promised to nobody either, in the order of their days.
    """

    quantity: float
    arrivals: tuple[Arrival, ...]


def get_outlook(
    on_hand: float, promised: float, arrivals: Iterable[Arrival], digits: int = 6
) -> Outlook:
    """What is left of stock and arrivals once all promises are kept.

    Promises take what is in stock first, then what arrives first.

    :param on_hand: quantity in stock; below zero where stock was never counted right
    :param promised: confirmed and not delivered yet
    :param arrivals: bought and not received yet; several on a day are added up
    :param digits: decimals that count, so that binary noise is no stock
    """
    by_day: dict[date, float] = {}
    for arrival in arrivals:
        by_day[arrival.day] = by_day.get(arrival.day, 0) + arrival.quantity
    left = round(on_hand - promised, digits)
    owed = max(0, -left)
    coming = []
    for day, quantity in sorted(by_day.items()):
        taken = min(owed, quantity)
        owed -= taken
        rest = round(quantity - taken, digits)
        if rest > 0:
            coming.append(Arrival(day, rest))
    return Outlook(max(0, left), tuple(coming))
