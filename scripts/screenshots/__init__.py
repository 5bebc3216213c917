"""``./dev screenshots``: the README's pictures, taken from the running demo."""

import argparse
import os
import urllib.error
import urllib.request

from .. import browser, console, paths, processes, python_env

PICTURES = paths.ROOT / "docs" / "pictures"


def check_running(address: str) -> None:
    """Fail, saying what to do, if the demo does not answer."""
    try:
        urllib.request.urlopen(f"{address}/preorder", timeout=120).close()
    except (OSError, urllib.error.HTTPError) as error:
        raise console.Failure(
            f"Nothing answers at {address}. Start the demo first:\n    ./dev run"
        ) from error


def main(arguments: list[str]) -> int:
    """Take the README's pictures, or with ``--all`` those of every page and view."""
    parser = argparse.ArgumentParser(prog="./dev screenshots", description=__doc__)
    parser.add_argument("--into", default=str(PICTURES), help="folder for the pictures")
    parser.add_argument(
        "--all", action="store_true", help="every page and view, not the README's alone"
    )
    options = parser.parse_args(arguments)
    processes.stop_on_signals()
    chromium = browser.provide()
    address = f"http://localhost:{os.environ.get('PORT', '8069')}"
    check_running(address)
    python = python_env.provide_for_odoo()
    command = [python, "-m", "scripts.screenshots.take"]
    with processes.running(
        [*command, address, chromium, options.into, "all" if options.all else "readme"],
        cwd=paths.ROOT,
    ) as child:
        return child.wait()
