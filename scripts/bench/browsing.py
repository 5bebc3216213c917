"""The order form in a browser: how soon it is usable, how fast typing is."""

import json
import statistics
import subprocess

from .. import browser, console, paths, server
from . import figures

MARK = "BENCH-BROWSING "
#: Seconds until the first field can be typed into.
READY_GOAL = 2.0
#: Milliseconds from a key to what it changes on the screen; elements of the page.
KEY_GOAL, ELEMENTS_GOAL = 50, 3000


def measure(odoo: server.OdooServer, port: int, world: dict, rounds: int) -> dict:
    """Let a browser of its own open the forms; run by the tests' Python."""
    with console.step(f"In a browser, {rounds} rounds"):
        output = subprocess.run(
            [
                odoo.tools.python,
                "-m",
                "scripts.bench.browse",
                f"http://127.0.0.1:{port}",
                browser.provide(),
                world["wide"],
                str(rounds),
            ],
            cwd=paths.ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        for line in output.stdout.splitlines():
            if MARK in line:
                return json.loads(line.partition(MARK)[2])
        raise console.Failure(f"The browser told nothing.\n{output.stderr[-3000:]}")


def get_figures(measured: dict) -> list[figures.Figure]:
    """The figures of the browser, with their goals."""
    ready = statistics.median(measured["ready"])
    keys = statistics.quantiles(measured["keys"], n=20)[-1]
    elements = max(measured["elements"])
    return [
        figures.Figure(
            "open.10000_ready",
            round(ready, 2),
            "seconds",
            READY_GOAL,
            ready <= READY_GOAL,
            f"{measured['variants']} variants, to the first field to type into; "
            f"median of {len(measured['ready'])}, slowest {max(measured['ready']):.2f}",
        ),
        figures.Figure(
            "grid.keypress",
            round(keys, 1),
            "ms",
            KEY_GOAL,
            keys <= KEY_GOAL,
            f"{measured['products']} products in 12 sizes, from a key to the next "
            f"paint; 95 % of {len(measured['keys'])}",
        ),
        figures.Figure(
            "grid.elements",
            elements,
            "elements",
            ELEMENTS_GOAL,
            elements <= ELEMENTS_GOAL,
            "of the page, the most on the way through the list",
        ),
    ]
