"""Delivery dates that customers choose: which are possible, and which comes next.

Plain Python, free of Odoo's environment. Days are days of the campaign's time zone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class DeliveryPeriod:
    """When a campaign delivers: both days included, ``None`` means no bound.

    Two deliveries of one customer lie at least ``gap_days`` apart.
    """

    earliest: date | None = None
    latest: date | None = None
    gap_days: int = 0


@dataclass(frozen=True)
class DateProblem:
    """Why a delivery date is not possible.

    ``kind`` is ``early``, ``late`` or ``close`` (to the date ``other``). ``possible``
    is the first possible date, from the wanted one on if there is one, else the
    first of all, else ``None``.
    """

    kind: str
    possible: date | None
    other: date | None = None


def find_problem(
    wanted: date, period: DeliveryPeriod, taken: Collection[date]
) -> DateProblem | None:
    """Tell why a delivery cannot be on ``wanted``.

    :param taken: the customer's other delivery dates; one on the same day is the same
        delivery
    :return: ``None`` if it can
    """
    taken = set(taken) - {wanted}
    kind = other = None
    if period.earliest and wanted < period.earliest:
        kind = "early"
    elif period.latest and wanted > period.latest:
        kind = "late"
    else:
        other = _find_close(wanted, period.gap_days, taken)
        if other is None:
            return None
        kind = "close"
    possible = find_possible(wanted, period, taken)
    if possible is None:
        possible = find_possible(
            period.earliest or min(taken, default=wanted), period, taken
        )
    return DateProblem(kind, possible, other)


def find_possible(
    start: date, period: DeliveryPeriod, taken: Collection[date]
) -> date | None:
    """Find the first possible delivery date, not before ``start``."""
    candidate = max(start, period.earliest) if period.earliest else start
    while period.latest is None or candidate <= period.latest:
        if _find_close(candidate, period.gap_days, taken) is None:
            return candidate
        candidate += timedelta(days=1)
    return None


def _find_close(wanted: date, gap_days: int, taken: Collection[date]) -> date | None:
    """The latest of the other dates that are less than the gap away, if any."""
    close = [
        other
        for other in taken
        if other != wanted and abs((other - wanted).days) < gap_days
    ]
    return max(close) if close else None
