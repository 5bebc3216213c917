"""Chromium, in which the browser tests run."""

import os
import shutil

from . import console, processes

# in the order in which Odoo's tests look for one
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def find() -> str | None:
    """Return the machine's browser."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def provide() -> str:
    """Return the machine's browser, installing it as root; otherwise fail with what to
    do, so that no browser test is skipped unnoticed."""
    if found := find():
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise console.Failure(
            "The tests need a browser. Install Debian's package chromium:\n"
            "    sudo apt-get install chromium"
        )
    with console.step("Browser for the tests (Debian's package chromium)") as progress:
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}

        def show(line: str) -> None:
            progress.show(line[:60])

        processes.follow(["apt-get", "update"], "apt-get update", show, env=quiet)
        processes.follow(
            ["apt-get", "install", "-y", "--no-install-recommends", "chromium"],
            "apt-get install chromium",
            show,
            env=quiet,
        )
    return find() or "chromium"
