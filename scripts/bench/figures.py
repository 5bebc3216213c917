"""From measured times to figures: medians, ratios, goals, and the report."""

import json
import statistics
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

#: Of so many rounds at least, a figure is the median.
LEAST_ROUNDS = 20
#: What eight times as much may take at most, where the work is in proportion.
LINEAR_GROWTH = 10


@dataclass(frozen=True)
class Figure:
    """A ratio measured in one run, and the goal: at most, unless ``at_least``."""

    name: str
    value: float
    unit: str
    goal: float
    ok: bool
    detail: str
    at_least: bool = False


def get_ratio(
    name: str, ours: list[float], peer: list[float], goal: float, detail: str
) -> Figure:
    """Compare the medians of two series of times, measured in turns.

    :param ours: seconds
    :param peer: seconds
    :param goal: the ratio is to be at most this
    """
    own, other = statistics.median(ours), statistics.median(peer)
    value = own / other
    return Figure(
        name,
        round(value, 4),
        "ratio",
        goal,
        value <= goal,
        f"{detail}: {own * 1000:.1f} ms / {other * 1000:.1f} ms, median of {len(ours)}",
    )


def get_growth(name: str, many: list[float], few: list[float], detail: str) -> Figure:
    """Compare what takes eight times as much with what takes the eighth.

    :param many: seconds of 8 N
    :param few: seconds of N
    """
    return get_ratio(name, many, few, LINEAR_GROWTH, detail)


def get_row(figure: Figure) -> dict:
    """A figure as the report has it: what it is, and the day it was measured."""
    return asdict(figure) | {"measured": date.today().isoformat()}


def write_report(figures: list[Figure], path: Path) -> list[dict]:
    """Write the figures as JSON; those of earlier runs stay until measured again.

    :return: the report's rows
    """
    earlier = json.loads(path.read_text()) if path.is_file() else []
    rows = {row["name"]: row for row in earlier}
    rows.update({figure.name: get_row(figure) for figure in figures})
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps([*rows.values()], indent=2) + "\n")
    return [*rows.values()]


def format_table(figures: list[Figure]) -> str:
    """The figures as lines for people."""
    rows = [("figure", "value", "goal", "", "")]
    rows += [
        (
            figure.name,
            f"{figure.value:.4f}",
            f"{'≥' if figure.at_least else '≤'} {figure.goal:.4f}",
            "ok" if figure.ok else "SHORT",
            figure.detail,
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        + f"  {row[4]}".rstrip()
        for row in rows
    )
