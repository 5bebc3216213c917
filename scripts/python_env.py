"""Virtual environments, filled with exactly the versions that the locked lists name."""

import re
import sys
from pathlib import Path

from . import console, paths, processes, stamp


def requirement_count(locked: str) -> int:
    """Count the packages that a locked list names."""
    return sum(bool(re.match(r"\w", line)) for line in locked.splitlines())


def site_packages(environment: Path) -> Path:
    """Return where the environment's packages are."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return environment / "lib" / version / "site-packages"


def provide(environment: Path, lists: list[Path], title: str) -> Path:
    """Return the Python of a virtual environment that holds the packages of the locked
    lists, making or completing it if need be.

    Each list names everything, dependencies too, so that pip resolves nothing.
    """
    python = environment / "bin" / "python"
    locked = [each.read_text() for each in lists]
    key = stamp.digest(sys.version, *locked)
    if stamp.is_current(environment, key) and python.exists():
        return python
    with console.step(title) as progress:
        if not (site_packages(environment).is_dir() and python.exists()):
            processes.run(
                [sys.executable, "-m", "venv", "--clear", environment],
                "Making the virtual environment",
            )
        total = sum(map(requirement_count, locked))
        collected = 0

        def show(line: str) -> None:
            nonlocal collected
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                collected += 1
                progress.show(f"{min(collected, total)} of {total}")
            elif line.startswith("Installing collected"):
                progress.show("installing")

        options = [f"--requirement={each}" for each in lists]
        processes.follow(
            [python, "-m", "pip", "install", "--no-deps", "--progress-bar=off"]
            # no cache in the home directory: nothing outside the checkout changes
            + ["--no-cache-dir", "--disable-pip-version-check", "--no-input", *options],
            "Installing the Python packages",
            show,
        )
        stamp.mark(environment, key)
    return python


def provide_for_odoo() -> Path:
    """Return the Python that runs Odoo and its tests."""
    names = ("odoo.txt", "oca.txt", "database.txt", "test.txt")
    lists = [paths.REQUIREMENTS / name for name in names]
    return provide(paths.LOCAL / "venv", lists, "Python packages")


def provide_for_bench() -> Path:
    """Return the Python that reads the real data of the benchmarks."""
    lists = [paths.REQUIREMENTS / "bench.txt"]
    return provide(paths.LOCAL / "bench-venv", lists, "Real baskets' packages")
