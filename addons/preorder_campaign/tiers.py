"""Discount tiers: which tier a balance reaches, and what it does to a line's discount.

Plain Python, free of Odoo's environment. Percentages are 0–100, amounts are in the
currency of the order form, excluding taxes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache


@dataclass(frozen=True)
class Tier:
    """A step of a campaign's discount.

    ``target`` is the balance from which the tier holds, ``discount`` its percentage.
    ``key`` and ``name`` are whatever the caller wants back (a record's id, its label).
    """

    key: object
    target: float
    discount: float
    name: str = ""


@dataclass(frozen=True)
class TierProgress:
    """Where a balance stands: tier reached, tier that comes next, what is missing."""

    reached: Tier | None
    following: Tier | None
    missing: float


def get_progress(tiers: Iterable[Tier], balance: float) -> TierProgress:
    """Find the tier that ``balance`` reaches.

    Intervals are half-open: the reached tier is the one with the highest target that
    is not above the balance, so no balance falls between two tiers. A balance that
    shows as the target (both rounded to 0.000001) has reached it.

    :param tiers: the tiers of one campaign, in any order
    :param balance: Σ of the lines that count, net of taxes, tier discount not deducted
    """
    reached = following = None
    for tier in sorted(tiers, key=lambda tier: tier.target):
        if round(balance - tier.target, 6) >= 0:
            reached = tier
        else:
            following = tier
            break
    missing = following.target - balance if following else 0.0
    return TierProgress(reached, following, missing)


def combine_discounts(*percentages: float) -> float:
    """Combine discounts that follow each other into one, not rounded to be printed.

    ``1 − (1 − d₁)(1 − d₂)…``, in whatever order. Discounts that binary arithmetic has
    left at 12.499999999999998 % count as what they are, so that lines alike never
    differ in the last digit.

    :param percentages: each 0–100 (negative: a surcharge)
    """
    return float(_combine(percentages))


@lru_cache(maxsize=1024)
def compound_discount(digits: int, *percentages: float) -> float:
    """Combine discounts into the one printed on a line.

    Rounded half up, once, at the end: 12.5 % and 7.5 % give 19.06 %.

    :param digits: decimals of Odoo's *Discount* precision
    :param percentages: each 0–100 (negative: a surcharge)
    """
    discount = _combine(percentages)
    return float(discount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def _combine(percentages: Iterable[float]) -> Decimal:
    remaining = Decimal(1)
    for percentage in percentages:
        remaining *= 1 - Decimal(repr(round(float(percentage), 9))) / 100
    return (1 - remaining) * 100
