"""Which supplier's price applies, as Odoo chooses it, for many products at once.

Plain Python, free of Odoo's environment. The rules are those of
``product.product._select_seller`` and ``_get_filtered_sellers`` (Odoo 19), which read
prices product by product; a test compares both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from .plan import EPSILON


class Offer(NamedTuple):
    """A supplier's price for a product.

    :ivar key: what the caller knows it by
    :ivar supplier: the supplier's key
    :ivar unit: key of the unit in which ``minimum`` and ``price`` are
    :ivar minimum: quantity from which on the price holds
    :ivar price: in the supplier's currency, discount not taken off
    :ivar compared_price: of one of the product's own unit, in the company's currency,
        discount taken off, not rounded: what offers are compared by
    :ivar currency: key of the currency of ``price``
    :ivar discount: in percent
    :ivar agreement: key of the agreement under which the price holds, 0 if none; one
        order is under one agreement
    """

    key: int
    supplier: int
    unit: int
    minimum: float
    price: float
    compared_price: float
    sequence: int = 1
    valid_from: date | None = None
    valid_until: date | None = None
    currency: int = 0
    discount: float = 0.0
    agreement: int = 0

    def is_valid(self, day: date) -> bool:
        """Whether the price holds on a day."""
        return not (
            (self.valid_from and self.valid_from > day)
            or (self.valid_until and self.valid_until < day)
        )


def choose_offer(
    offers: Iterable[Offer],
    quantities: Mapping[int, float],
    day: date,
    suppliers: Iterable[int] | None = None,
) -> Offer | None:
    """The offer that applies to a quantity.

    The supplier is that of the first offer in order of sequence, largest minimum and
    price; of its offers, the cheapest applies.

    :param offers: of one product, those of its other variants left out
    :param quantities: unit → the quantity to order in that unit
    :param suppliers: whose offers count; ``None`` for everybody's
    """
    allowed = None if suppliers is None else set(suppliers)
    possible = sorted(
        (
            offer
            for offer in offers
            if offer.is_valid(day)
            and (allowed is None or offer.supplier in allowed)
            and quantities[offer.unit] > offer.minimum - EPSILON
        ),
        key=lambda offer: (offer.sequence, -offer.minimum, offer.price, offer.key),
    )
    if not possible:
        return None
    return min(
        (offer for offer in possible if offer.supplier == possible[0].supplier),
        key=lambda offer: (offer.compared_price, offer.sequence, offer.key),
    )


def choose_smallest_offer(
    offers: Iterable[Offer], day: date, suppliers: Iterable[int] | None = None
) -> Offer | None:
    """The offer with the smallest minimum, for what is below every minimum."""
    allowed = None if suppliers is None else set(suppliers)
    possible = sorted(
        (
            offer
            for offer in offers
            if offer.is_valid(day) and (allowed is None or offer.supplier in allowed)
        ),
        key=lambda offer: (offer.sequence, -offer.minimum, offer.price, offer.key),
    )
    if not possible:
        return None
    return min(
        (offer for offer in possible if offer.supplier == possible[0].supplier),
        key=lambda offer: (
            offer.minimum,
            offer.compared_price,
            offer.sequence,
            offer.key,
        ),
    )
