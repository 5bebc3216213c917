"""Customers sign quotations of 1,000 lines: ours, and core's, in turns.

After each of ours, everything that follows in the background is waited for, so that it
does not slow core's down.
"""

import time
from dataclasses import dataclass, field

from .. import console
from . import client

#: A picture of one pixel.
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
GIVE_UP_SECONDS = 300


@dataclass
class Times:
    """Seconds: of the requests, and until the deliveries of ours were made.

    ``small`` are requests for the eighth of the lines.
    """

    ours: list[float] = field(default_factory=list)
    small: list[float] = field(default_factory=list)
    peer: list[float] = field(default_factory=list)
    delivered: list[float] = field(default_factory=list)


def sign(visitor: client.Visitor, order: int, token: str) -> float:
    """Sign a quotation as its page does; return the request's seconds."""
    result, seconds = visitor.timed_call(
        f"/my/orders/{order}/accept",
        {"access_token": token, "name": "Eva", "signature": SIGNATURE},
    )
    if "redirect_url" not in result:
        raise console.Failure(f"Order {order} was not signed: {result}")
    return seconds


def wait_for(visitor: client.Visitor, order: int, wanted: dict) -> float:
    """Wait until an order has come so far; return how long it took."""
    began = time.perf_counter()
    while time.perf_counter() < began + GIVE_UP_SECONDS:
        found = visitor.call("/bench/order", {"order_id": order})
        if wanted.items() <= found.items():
            return time.perf_counter() - began
        time.sleep(0.5)
    raise console.Failure(f"Order {order} is not as wanted ({wanted}): {found}")


def measure(port: int, world: dict) -> Times:
    """Sign all of the world's quotations."""
    times = Times()
    visitor = client.Visitor(port)
    done = {"state": "sale", "deliveries": 1, "moves": 1000}
    orders = zip(
        world["quotations"],
        world["small_quotations"],
        world["peer_quotations"],
        strict=True,
    )
    with console.step("Signing 1,000 lines") as progress:
        # Assets and templates are made at the first request, whoever asks.
        visitor.call("/bench/order", {"order_id": 0})
        for number, (ours, small, peer) in enumerate(orders, 1):
            progress.show(f"{number} of {len(world['quotations'])}: ours")
            seconds = sign(visitor, *ours)
            times.ours.append(seconds)
            times.delivered.append(seconds + wait_for(visitor, ours[0], done))
            # The signed document and the confirmation; and still one delivery.
            wait_for(visitor, ours[0], {**done, "documents": 2})
            progress.show(f"{number} of {len(world['quotations'])}: the eighth")
            times.small.append(sign(visitor, *small))
            wait_for(visitor, small[0], {"deliveries": 1, "documents": 2})
            progress.show(f"{number} of {len(world['quotations'])}: core's")
            times.peer.append(sign(visitor, *peer))
            wait_for(visitor, peer[0], {**done, "documents": 2})
    return times
