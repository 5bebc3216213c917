"""``./dev bench``: how fast the suite is, against Odoo itself and the least possible.

Peers and ours take turns on one database: saving, opening, reading and signing over
HTTP, on two prefork workers; submitting and pricing inside Odoo.
"""

import argparse
import json
import statistics
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .. import console, database, paths, processes, server, suite, testing
from ..run import port_is_free
from . import (
    browsing,
    client,
    documents,
    excel,
    figures,
    opening,
    page,
    plan,
    signing,
)

DATABASE = "preorder_bench"
HERE = Path(__file__).parent
WORLD_MARK = "BENCH-WORLD "
INSIDE_MARK = "BENCH-INSIDE "
WORKERS = 2
#: What can be measured apart from the rest.
PARTS = (
    "saving",
    "opening",
    "browsing",
    "inside",
    "excel",
    "documents",
    "signing",
    "plan",
)
START_SECONDS = 300


def find_port(first: int) -> int:
    """The first port from ``first`` on that nothing uses."""
    return next(
        port for port in range(first, first + 500) if port_is_free("127.0.0.1", port)
    )


def make_world(odoo: server.OdooServer, signed: int) -> dict:
    """Make a new database with the data to measure on.

    :param signed: how many quotations there are to be signed
    """
    template = testing.provide_template(odoo)
    odoo.copy(template, DATABASE)
    own = [name for name in suite.own_addons() if name != suite.DEMO_ADDON]
    odoo.install(DATABASE, [*own, "preorder_bench"], "Suite's addons")
    return run_inside(
        odoo,
        "world.py",
        WORLD_MARK,
        "Products, customers, carts and order forms",
        BENCH_SIGNED=str(signed),
    )


def run_inside(
    odoo: server.OdooServer,
    script: str,
    mark: str,
    title: str,
    **variables: str,
) -> dict:
    """Run a script in Odoo's shell; return what it prints after ``mark``, as JSON.

    :param variables: of the script's environment
    """
    with console.step(title):
        output = odoo.run_script(
            DATABASE,
            (HERE / script).read_text(),
            title,
            BENCH_ROUNDS=str(figures.LEAST_ROUNDS),
            **variables,
        )
        for line in output.splitlines():
            if mark in line:
                return json.loads(line.partition(mark)[2])
        raise console.Failure(f"{title}: no result.\n{output[-3000:]}")


@contextmanager
def serve(odoo: server.OdooServer, schedulers: int = 0) -> Iterator[None]:
    """Run Odoo as in production, with prefork workers and, if wanted, the scheduler."""
    with (
        odoo.log.open("a") as log,
        processes.running(
            [
                str(odoo.tools.python),
                str(HERE / "prefork" / "run_odoo.py"),
                "-d",
                DATABASE,
                f"--db-filter=^{DATABASE}$",
                f"--max-cron-threads={schedulers}",
            ],
            env=odoo.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        ) as child,
    ):
        with console.step(f"Odoo with {WORKERS} workers"):
            odoo.wait_until_ready(child, START_SECONDS)
        yield


class Scenarios:
    """The requests that are measured, each by a customer of its own."""

    def __init__(self, port: int, world: dict):
        self.world = world
        self.batches = 0
        self.sizes = [int(size) for size in world["forms"]]
        self.clients = {
            login: client.Client(port, DATABASE, login)
            for login in ("cart300", "cart1000", *(f"form{n}" for n in self.sizes))
        }

    def get_all(self) -> dict:
        """Scenario name → function that runs it once and returns its seconds."""
        scenarios = {
            "empty": self.call_empty,
            "cart300": lambda: self.add_to_cart(300),
            "cart1000": lambda: self.add_to_cart(1000),
        }
        for size in self.sizes:
            scenarios[f"form{size}"] = lambda size=size: self.save_cell(size)
        scenarios["batch50"] = lambda: self.save_cell(300, self.world["variants"])
        return scenarios

    def call_empty(self) -> float:
        """An authenticated JSON route that does nothing."""
        return self.clients["form10"].timed_call("/bench/empty", {})[1]

    def add_to_cart(self, size: int) -> float:
        """Core's peer: one more piece of a product in a cart of ``size`` lines."""
        result, seconds = self.clients[f"cart{size}"].timed_call(
            "/shop/cart/add",
            {
                "product_template_id": self.world["template"],
                "product_id": self.world["variant"],
                "quantity": 1,
            },
        )
        if result["cart_quantity"] < size:
            raise console.Failure(f"The cart of {size} lines is not the one measured.")
        return seconds

    def save_cell(self, size: int, variants: list | None = None) -> float:
        """Ours: one changed quantity in a form of ``size`` cells, or several."""
        variants = variants or [self.world["variant"]]
        self.batches += 1
        result, seconds = self.clients[f"form{size}"].timed_call(
            f"/preorder/form/{self.world['forms'][str(size)]}/save",
            {
                "batch": f"bench-{size}-{self.batches}",
                "cells": [
                    {
                        "product": variant,
                        "date": None,
                        "quantity": 1 + self.batches % 50,
                        "revision": 0,
                    }
                    for variant in variants
                ],
            },
        )
        if {cell["status"] for cell in result["cells"]} != {"stored"}:
            raise console.Failure(f"A cell was not stored: {result}")
        if result["totals"]["lines"] != size:
            raise console.Failure(f"The form has {result['totals']['lines']} lines.")
        return seconds


def measure(scenarios: dict, rounds: int) -> dict[str, list[float]]:
    """Run all scenarios in turns; return their seconds."""
    seconds = defaultdict(list)
    with console.step(f"Measuring, {rounds} rounds") as progress:
        for _warm_up in range(4):
            for scenario in scenarios.values():
                scenario()
        for number in range(rounds):
            progress.show(f"round {number + 1} of {rounds}")
            for name, scenario in scenarios.items():
                seconds[name].append(scenario())
    return seconds


def get_figures(seconds: dict[str, list[float]]) -> list[figures.Figure]:
    """The figures of saving, with their goals."""
    ratio = figures.get_ratio
    return [
        ratio(
            "save.vs_cart_300",
            seconds["form300"],
            seconds["cart300"],
            1 / 20,
            "a cell of a 300-line form / adding to a 300-line cart",
        ),
        ratio(
            "save.vs_cart_1000",
            seconds["form1000"],
            seconds["cart1000"],
            1 / 40,
            "a cell of a 1,000-line form / adding to a 1,000-line cart",
        ),
        ratio(
            "save.flat",
            seconds["form5000"],
            seconds["form10"],
            1.2,
            "a cell among 5,000 / among 10",
        ),
        ratio(
            "save.vs_empty_route",
            seconds["form300"],
            seconds["empty"],
            2.5,
            "a cell of a 300-line form / a signed-in route that does nothing",
        ),
        ratio(
            "save.batch50",
            seconds["batch50"],
            seconds["form300"],
            2,
            "50 cells of a 300-line form in one save / one cell",
        ),
    ]


def get_inside_figures(measured: dict) -> list[figures.Figure]:
    """The figures of submitting and pricing, with their goals."""
    ratio = figures.get_ratio
    submit, prices = measured["submit"], measured["prices"]
    if prices["different"]:
        raise console.Failure(f"{prices['different']} prices differ from core's.")
    queries = submit["queries"] / submit["lines"]
    return [
        ratio(
            "submit.vs_core",
            submit["ours"],
            submit["peer"],
            0.3,
            "a form of 1,000 lines / core's sale.order.create of the same lines",
        ),
        figures.Figure(
            "submit.queries",
            round(queries, 4),
            "queries a line",
            0.1,
            queries <= 0.1,
            f"{submit['queries']} queries for {submit['lines']} lines",
        ),
        figures.get_growth(
            "submit.growth_x8",
            submit["ours"],
            submit["eighth"],
            "a form of 1,000 lines / of 125",
        ),
        ratio(
            "prices.vs_core",
            prices["ours"],
            prices["peer"],
            1 / 20,
            "3,200 variants, 400 rules / core's _get_products_price, median of "
            f"{len(prices['peer'])}",
        ),
        ratio(
            "prices.variants_x4",
            prices["ours"],
            prices["quarter"],
            4.5,
            "3,200 variants / 800",
        ),
        figures.get_growth(
            "prices.growth_x8",
            prices["ours"],
            prices["eighth"],
            "3,200 variants / 400",
        ),
        ratio(
            "prices.rules_x10",
            prices["rules"],
            prices["ours"],
            1.5,
            "4,000 rules / 400",
        ),
    ]


def get_signing_figures(measured: signing.Times) -> list[figures.Figure]:
    """The figures of signing and confirming, with their goals."""
    slowest = max(measured.delivered)
    return [
        figures.get_ratio(
            "confirm.vs_core",
            measured.ours,
            measured.peer,
            1 / 5,
            "a customer signs 1,000 lines / core's same request",
        ),
        figures.get_growth(
            "confirm.growth_x8",
            measured.ours,
            measured.small,
            "a customer signs 1,000 lines / 125",
        ),
        figures.Figure(
            "confirm.delivered",
            round(slowest, 1),
            "seconds",
            60,
            slowest <= 60,
            "from the request to the delivery, made once; slowest of "
            f"{len(measured.delivered)}, median "
            f"{statistics.median(measured.delivered):.1f} s",
        ),
    ]


def main(arguments: list[str]) -> int:
    """Measure, print the table, write build/bench.json; 0 whatever the figures are."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument(
        "--rounds", type=int, default=40, help="of short requests; at least 20"
    )
    parser.add_argument(
        "--only", choices=PARTS, action="append", help="measure this part alone"
    )
    parser.add_argument(
        "--publish", action="store_true", help="write docs/benchmarks.md as well"
    )
    options = parser.parse_args(arguments)
    parts = options.only or PARTS
    rounds = max(options.rounds, figures.LEAST_ROUNDS)
    report = paths.BUILD / "bench.json"
    processes.stop_on_signals()
    tools = server.provide_tools()
    port = find_port(8300)
    own = {
        "http_port": str(port),
        "gevent_port": str(find_port(port + 1)),
        "workers": str(WORKERS),
        "max_cron_threads": "0",
        "db_name": DATABASE,
        "log_level": "warn",
    }
    with database.serve("bench", server.user_options()) as postgres:
        odoo = server.OdooServer("bench", tools, postgres, own)
        odoo.add_addons_path(HERE / "addons")
        world = make_world(odoo, figures.LEAST_ROUNDS if "signing" in parts else 1)
        measured = []

        def keep(found: list[figures.Figure]) -> None:
            # At once: a later part may fail.
            measured.extend(found)
            rows = figures.write_report(measured, report)
            if options.publish:
                page.write(rows, paths.ROOT / "docs" / "benchmarks.md")

        if "saving" in parts:
            with serve(odoo):
                scenarios = Scenarios(port, world).get_all()
                keep(get_figures(measure(scenarios, rounds)))
                rates = opening.measure_throughput(port, DATABASE, world)
                keep([opening.get_throughput_figure(rates)])
        if "opening" in parts:
            with serve(odoo):
                opened = opening.measure_opening(port, DATABASE, world)
            keep(opening.get_opening_figures(opened))
        if "browsing" in parts:
            with serve(odoo):
                keep(browsing.get_figures(browsing.measure(odoo, port, world, rounds)))
        if "inside" in parts:
            times = run_inside(odoo, "inside.py", INSIDE_MARK, "Submitting and pricing")
            keep(get_inside_figures(times))
        if "excel" in parts:
            times = run_inside(odoo, excel.SCRIPT, excel.MARK, "Exchange with Excel")
            keep(excel.get_figures(times))
        if "documents" in parts:
            # Before they are signed: a signed one is kept as a file.
            with serve(odoo):
                keep(documents.get_figures(documents.measure(port, world, rounds)))
        if "signing" in parts:
            with serve(odoo, schedulers=2):
                keep(get_signing_figures(signing.measure(port, world)))
        if "plan" in parts:
            # Last: it throws away what the others measure on.
            times = run_inside(
                odoo,
                plan.SCRIPT,
                plan.MARK,
                "The purchase plan over ten million lines",
                BENCH_BASKETS=str(plan.provide_baskets()),
            )
            keep(plan.get_figures(times))
    console.say("\n" + figures.format_table(measured))
    console.say(f"\nWritten to {report.relative_to(paths.ROOT)}")
    return 0
