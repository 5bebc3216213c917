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
class Span:
    """Some days in a row, the first and the last included."""

    first: date
    last: date


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


def get_week(day: date, period: DeliveryPeriod) -> Span:
    """The calendar week of a day (Monday to Sunday), as far as it can be delivered in.

    A week in which nothing can be delivered is given whole.
    """
    monday = day - timedelta(days=day.weekday())
    sunday = monday + timedelta(days=6)
    first = max(monday, period.earliest) if period.earliest else monday
    last = min(sunday, period.latest) if period.latest else sunday
    return Span(first, last) if first <= last else Span(monday, sunday)


def find_weeks(
    period: DeliveryPeriod, taken: Collection[date], maximum: int = 53
) -> list[Span]:
    """The weeks in which a delivery is possible, in their order.

    A week counts from its first day that can be delivered on: that one keeps the
    distance to other deliveries.

    :param period: with an earliest day
    :param taken: the first days of the customer's other deliveries
    :param maximum: how many weeks to look at
    """
    weeks = []
    monday = period.earliest - timedelta(days=period.earliest.weekday())
    for number in range(maximum):
        week = get_week(monday + timedelta(weeks=number), period)
        if period.latest and week.first > period.latest:
            break
        if _find_close(week.first, period.gap_days, taken) is None:
            weeks.append(week)
    return weeks


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
