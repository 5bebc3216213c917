"""How much to order: from what customers want to what a supplier sells.

Plain Python, free of Odoo's environment. Quantities of one call share one unit: the
supplier's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Quantities closer than this are the same; finer than any unit that is traded.
EPSILON = 1e-6


@dataclass(frozen=True)
class OrderQuantity:
    """What to order, and how much of it nobody has asked for."""

    quantity: float
    rounded_up: float


def get_order_quantity(
    wanted: float, minimum: float = 0.0, multiple: float = 0.0
) -> OrderQuantity:
    """Raise a quantity to what a supplier sells.

    ``wanted`` is added up over all customers beforehand: a minimum applies to the
    order, never to each customer's share. Nothing wanted, nothing ordered.

    :param wanted: what is missing, all customers together
    :param minimum: smallest quantity the supplier accepts, 0 if any
    :param multiple: the supplier's pack, 0 if any quantity is sold
    """
    if wanted <= EPSILON:
        return OrderQuantity(0.0, 0.0)
    quantity = max(wanted, minimum)
    if multiple > EPSILON:
        packs = math.ceil(quantity / multiple - EPSILON)
        quantity = packs * multiple
    return OrderQuantity(quantity, max(0.0, quantity - wanted))


def get_missing(demanded: float, ordered: float) -> float:
    """What is still to be ordered. Too much on order is nothing missing."""
    missing = demanded - ordered
    return missing if missing > EPSILON else 0.0
