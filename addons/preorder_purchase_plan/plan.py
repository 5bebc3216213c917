"""How much to order: from what customers want to what a supplier sells.

Plain Python, free of Odoo's environment.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

#: Quantities closer than this are the same; finer than any unit that is traded.
EPSILON = 1e-6


class Demand(NamedTuple):
    """What customers want of a product, in its own unit.

    ``by_route`` is the part of ``confirmed`` that the goods' own route buys or makes
    (make to order, drop-shipping).
    """

    confirmed: float = 0.0
    by_route: float = 0.0
    quoted: float = 0.0
    started: float = 0.0


class Chances(NamedTuple):
    """How much of what is not confirmed is counted on: 0 nothing, 1 all of it."""

    quoted: float = 0.0
    started: float = 0.0


class Situation(NamedTuple):
    """What is known of a product when its order is decided, in the supplier's unit.

    :ivar wanted: what is to be bought altogether, stock taken off
    :ivar ordered: what is on order already
    :ivar growing: part of ``ordered`` that stands in a request to which more is added
    :ivar minimum: smallest quantity the supplier accepts, 0 if any
    :ivar multiple: the supplier's pack, 0 if any quantity is sold
    :ivar decided: what the purchaser wants to have ordered altogether, ``None`` for
        what is suggested
    :ivar wanted_when_ordered: what was wanted when the last order was made
    :ivar step: the smallest quantity of the unit, such as 1 for dozens; 0 if any
    """

    wanted: float
    ordered: float = 0.0
    growing: float = 0.0
    minimum: float = 0.0
    multiple: float = 0.0
    decided: float | None = None
    wanted_when_ordered: float = 0.0
    step: float = 0.0


class Order(NamedTuple):
    """What to do about a product, in the supplier's unit.

    :ivar missing: wanted and not ordered
    :ivar suggested: what would be ordered without a decision
    :ivar quantity: what is to be ordered now
    :ivar rounded_up: part of ``quantity`` that nobody has asked for
    :ivar excess: part of what is on order that is no longer wanted
    """

    missing: float
    suggested: float
    quantity: float
    rounded_up: float
    excess: float


@dataclass(frozen=True)
class PriceStep:
    """A quantity from which on a supplier asks a price, discount taken off."""

    minimum: float
    price: float


@dataclass(frozen=True)
class NextStep:
    """What reaching the next price would mean.

    :ivar more: pieces to add
    :ivar less_each: what each piece would cost less
    :ivar cost: what the whole order would cost more; below zero, it would cost less
    """

    more: float
    less_each: float
    cost: float


def get_wanted(demand: Demand, chances: Chances, step: float = 0.0) -> float:
    """What to have for the customers, in the product's unit.

    What the goods' route buys is left to it. What is only probable is added up and
    raised to a quantity that exists.

    :param step: the smallest quantity of the unit, such as 1 for pieces; 0 if any
    """
    certain = max(0.0, demand.confirmed - demand.by_route)
    probable = demand.quoted * chances.quoted + demand.started * chances.started
    return certain + round_up(probable, step)


def get_extra(wanted: float, percent: float, step: float = 0.0) -> float:
    """Pieces for stock: a share of what customers want, raised to what exists."""
    return round_up(wanted * percent / 100.0, step)


def round_up(quantity: float, step: float) -> float:
    """Raise a quantity to a multiple of a step; 0 leaves it as it is."""
    if step <= EPSILON:
        return quantity
    return math.ceil(quantity / step - EPSILON) * step


def raise_quantity(wanted: float, minimum: float = 0.0, multiple: float = 0.0) -> float:
    """Raise a quantity to what a supplier sells.

    ``wanted`` is added up over all customers beforehand: a minimum applies to the
    order, never to each customer's share. Nothing wanted, nothing ordered.

    :param minimum: smallest quantity the supplier accepts, 0 if any
    :param multiple: the supplier's pack, 0 if any quantity is sold
    """
    if wanted <= EPSILON:
        return 0.0
    return round_up(max(wanted, minimum), multiple)


def get_missing(demanded: float, ordered: float) -> float:
    """What is still to be ordered. Too much on order is nothing missing."""
    missing = demanded - ordered
    return missing if missing > EPSILON else 0.0


def get_order(situation: Situation) -> Order:
    """What to order now, and whether too much is on order.

    What was raised to a minimum or a pack is not too much: only a demand that has gone
    down since the last order makes an order too high.
    """
    missing = get_missing(situation.wanted, situation.ordered)
    growing = situation.growing
    suggested = 0.0
    if missing:
        suggested = (
            raise_quantity(
                growing + round_up(missing, situation.step),
                situation.minimum,
                situation.multiple,
            )
            - growing
        )
    quantity = suggested
    if situation.decided is not None:
        quantity = round_up(
            get_missing(situation.decided, situation.ordered), situation.step
        )
    enough = max(
        raise_quantity(
            round_up(situation.wanted, situation.step),
            situation.minimum,
            situation.multiple,
        ),
        situation.decided or 0.0,
    )
    excess = 0.0
    if situation.wanted < situation.wanted_when_ordered - EPSILON:
        excess = get_missing(situation.ordered, enough)
    return Order(missing, suggested, quantity, max(0.0, quantity - missing), excess)


def get_next_step(
    quantity: float, price: float, steps: Iterable[PriceStep], multiple: float = 0.0
) -> NextStep | None:
    """The next quantity from which on the supplier's price is lower.

    Quantities and prices are in the supplier's unit and currency.

    :param quantity: what is to be ordered
    :param price: what each costs at that quantity
    :param steps: the supplier's prices, in any order
    :param multiple: the supplier's pack: only multiples of it can be ordered
    :return: ``None`` if ordering more makes nothing cheaper
    """
    better = [
        (round_up(step.minimum, multiple), step.price)
        for step in steps
        if step.minimum > quantity + EPSILON and step.price < price - EPSILON
    ]
    if quantity <= EPSILON or not better:
        return None
    minimum, lower = min(better)
    return NextStep(
        minimum - quantity, price - lower, minimum * lower - quantity * price
    )


def take_from_stock(wanted: float, stock: float, incoming: float) -> tuple:
    """Take what is wanted from stock first, then from what is on its way.

    :param stock: free in stock; below zero, what comes is owed to others first
    :param incoming: on its way and not bought for this
    :return: (from stock, from what is on its way), both never below zero
    """
    from_stock = min(max(0.0, wanted), max(0.0, stock))
    left = max(0.0, incoming + min(0.0, stock))
    return from_stock, min(max(0.0, wanted) - from_stock, left)
