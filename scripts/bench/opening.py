"""Opening an order form, and customers who save at the same time."""

import gzip
import statistics
import threading
import time

from .. import console
from . import client, figures

#: Variants priced for the first screen, as the browser asks.
PRICE_PAGE = 100
#: Seconds of each turn of a throughput.
TURN_SECONDS = 2.0


def open_form(visitor: client.Visitor, opened: dict) -> tuple[float, int]:
    """Open an order form anew: page, catalog, first page of prices.

    A product has changed meanwhile, so that there is no catalog in memory.

    :return: seconds, bytes of the catalog as it was sent
    """
    visitor.call("/bench/touch", {"template_id": opened["templates"][0]})
    base = f"/preorder/campaign/{opened['campaign']}"
    seconds = visitor.timed_get(opened["page"])[1]
    content, catalog_seconds = visitor.timed_get(f"{base}/catalog")
    prices, price_seconds = visitor.timed_call(
        f"{base}/prices", {"products": opened["variants"][:PRICE_PAGE]}
    )
    if len(prices["product"]) != PRICE_PAGE:
        raise console.Failure(f"{len(prices['product'])} prices of {PRICE_PAGE}.")
    if gzip.decompress(content)[:1] != b"{":
        raise console.Failure("The catalog is not what it should be.")
    return seconds + catalog_seconds + price_seconds, len(content)


def make_matrices(visitor: client.Visitor, opened: dict) -> float:
    """Core's peer: its own grids of the same products; return the seconds."""
    cells, seconds = visitor.timed_call(
        "/bench/matrices", {"campaign_id": opened["campaign"]}
    )
    if cells != len(opened["variants"]):
        raise console.Failure(f"{cells} cells of {len(opened['variants'])} variants.")
    return seconds


def measure_opening(port: int, database: str, world: dict) -> dict:
    """Seconds of opening forms of each size, and the large one's bytes a variant.

    ``peer`` are seconds of core's grids of the large one's products.
    """
    rounds = figures.LEAST_ROUNDS
    visitor = client.Client(port, database, "form10")
    times: dict = {size: [] for size in world["opened"]}
    peer = []
    payload = 0.0
    largest = world["opened"][max(times, key=int)]
    with console.step(f"Opening order forms, {rounds} rounds") as progress:
        for number in range(rounds + 2):
            progress.show(f"{number} of {rounds + 2}")
            for size, opened in world["opened"].items():
                seconds, length = open_form(visitor, opened)
                payload = length / len(opened["variants"])
                if number > 1:
                    times[size].append(seconds)
            # What is kept per process is warm by then in both workers.
            if number > 1:
                peer.append(make_matrices(visitor, largest))
    return {"times": times, "peer": peer, "payload": payload}


def count_calls(work: list, seconds: float) -> float:
    """How many calls a second some customers get answered, all at the same time."""
    end = time.perf_counter() + seconds
    counts = [0] * len(work)
    failures = []

    def run(number):
        try:
            while time.perf_counter() < end:
                work[number]()
                counts[number] += 1
        except (OSError, RuntimeError, console.Failure) as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(work))]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise console.Failure(f"A customer got no answer: {failures[0]}")
    return sum(counts) / (time.perf_counter() - began)


def measure_throughput(port: int, database: str, world: dict) -> dict:
    """Calls a second of all customers together: saves, and the empty route."""
    visitors = [
        client.Client(port, database, f"busy{number}")
        for number in range(len(world["busy"]))
    ]
    sent = [0] * len(visitors)

    def save(number):
        sent[number] += 1
        result = visitors[number].call(
            f"/preorder/form/{world['busy'][number]}/save",
            {
                "batch": f"busy-{number}-{sent[number]}",
                "cells": [
                    {
                        "product": world["variant"],
                        "date": None,
                        "quantity": 1 + sent[number] % 50,
                        "revision": 0,
                    }
                ],
            },
        )
        if [cell["status"] for cell in result["cells"]] != ["stored"]:
            raise console.Failure(f"A cell was not stored: {result}")

    saves = [lambda number=number: save(number) for number in range(len(visitors))]
    empties = [lambda v=visitor: v.call("/bench/empty", {}) for visitor in visitors]
    rates: dict = {"saves": [], "empties": []}
    with console.step(f"{len(visitors)} customers at the same time"):
        for turn in range(figures.LEAST_ROUNDS + 1):
            for name, work in (("saves", saves), ("empties", empties)):
                rate = count_calls(work, TURN_SECONDS)
                if turn:
                    rates[name].append(rate)
    return rates


def get_throughput_figure(rates: dict) -> figures.Figure:
    """Saves a second against empty requests a second; the more, the better."""
    saves, empties = (statistics.median(rates[name]) for name in ("saves", "empties"))
    value = saves / empties
    return figures.Figure(
        "save.throughput",
        round(value, 4),
        "ratio",
        0.4,
        value >= 0.4,
        f"{saves:.0f} saves/s / {empties:.0f} empty requests/s, median of "
        f"{len(rates['saves'])} turns",
        at_least=True,
    )


def get_opening_figures(measured: dict) -> list[figures.Figure]:
    """The figures of opening, with their goals."""
    times = measured["times"]
    small, large = sorted(times, key=int)
    return [
        figures.get_ratio(
            "open.3200",
            times[large],
            measured["peer"],
            1 / 20,
            "page, catalog after a change and first prices of 400 × 8 / core's 400 "
            "matrices",
        ),
        figures.get_growth(
            "open.growth_x8",
            times[large],
            times[small],
            "the same of 400 products / of 50",
        ),
        figures.Figure(
            "open.payload",
            round(measured["payload"], 1),
            "bytes a variant",
            60,
            measured["payload"] <= 60,
            "catalog of 3,200 variants with references and pictures, compressed",
        ),
    ]
