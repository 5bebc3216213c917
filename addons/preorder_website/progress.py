"""How far an order form has come, as its customer sees it.

Plain Python, free of Odoo's environment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

#: A delivery that can be tracked counts as on its way for so long; nobody tells Odoo
#: when it arrives.
TRAVEL_TIME = timedelta(days=14)

WAITING = "waiting"
WAITING_BOTH = "waiting_both"
PAYMENT = "payment"
RELEASED = "released"
IN_PART = "in_part"
SHIPPED = "shipped"
DELIVERED = "delivered"


@dataclass(frozen=True)
class Quotation:
    """What the customer still has to do with a form's quotation."""

    on_hold: bool = False
    expired: bool = False
    to_sign: bool = False
    to_pay: bool = False
    to_confirm: bool = False


def get_delivery_stage(
    state: str,
    done_at: datetime | None,
    tracked: bool,
    now: datetime,
    *,
    is_unpaid: bool = False,
    is_whole: bool = True,
) -> str | None:
    """How far a delivery has come.

    :param state: of Odoo's transfer
    :param tracked: whether its carrier tells where it is
    :param is_unpaid: whether a payment is to come in before it may leave
    :param is_whole: whether all of its goods are there; Odoo calls a transfer ready
        that may leave with some of them
    :return: one of the stages above; ``None`` for one that is cancelled
    """
    if state == "cancel":
        return None
    if state == "assigned":
        if is_unpaid:
            return PAYMENT
        return RELEASED if is_whole else IN_PART
    if state != "done":
        return WAITING_BOTH if is_unpaid else WAITING
    if tracked and done_at and now - done_at < TRAVEL_TIME:
        return SHIPPED
    return DELIVERED


def get_status(
    state: str,
    *,
    is_open: bool,
    quotation: Quotation | None = None,
    deliveries: Sequence[str] = (),
) -> str:
    """The status of an order form.

    :param state: the form's own: draft, submitted, confirmed or cancelled
    :param is_open: whether it can still be filled
    :param deliveries: stages of its deliveries
    """
    if state == "cancelled":
        return "cancelled"
    if state == "draft":
        return "filling" if is_open else "not_submitted"
    if state == "submitted":
        return _get_quotation_status(quotation)
    return _get_delivery_status(set(deliveries))


def _get_quotation_status(quotation: Quotation | None) -> str:
    if quotation is None or quotation.on_hold:
        return "review"
    if quotation.expired:
        return "expired"
    if quotation.to_sign:
        return "sign_pay" if quotation.to_pay else "sign"
    if quotation.to_pay:
        return "pay"
    return "confirm" if quotation.to_confirm else "awaiting"


def _get_delivery_status(stages: set[str]) -> str:
    if not stages:
        return "confirmed"
    for stage in (RELEASED, PAYMENT, IN_PART):
        if stage in stages:
            return stage
    waiting = stages & {WAITING, WAITING_BOTH}
    if waiting:
        if waiting != stages:
            return "partly"
        return WAITING_BOTH if WAITING_BOTH in stages else WAITING
    return "shipped" if SHIPPED in stages else "delivered"
