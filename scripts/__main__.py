"""``./dev <command>``: finds the command and runs it.

A command is a module or package with a function ``main(arguments) -> exit code``; to
add one, name it in ``COMMANDS``.
"""

import importlib
import sys

from . import console

COMMANDS = {
    "run": ("scripts.run", "start the suite with demo data"),
    "test": ("scripts.testing", "run every test; takes pytest's arguments"),
    "test-long": ("scripts.testing_long", "run tests of random examples at length"),
    "bench": ("scripts.bench", "measure how fast the suite is, against its peers"),
    "translations": ("scripts.translations", "bring translation files up to date"),
    "lint": ("scripts.lint", "check the code's style; --fix repairs what it can"),
    "screenshots": ("scripts.screenshots", "take pictures of the running demo"),
    "reset": ("scripts.reset", "throw the data away, keep what was downloaded"),
    "help": (__name__, "show this list; ./dev COMMAND --help tells more"),
}


def print_commands() -> None:
    """List the commands."""
    console.say("Usage: ./dev COMMAND [options]\n")
    for name, (_module, summary) in COMMANDS.items():
        console.say(f"  {name:<14}{summary}")


def main(arguments: list[str]) -> int:
    """Run the command that ``arguments`` name; return its exit code."""
    name, *rest = arguments or ["help"]
    if name in ("help", "-h", "--help"):
        print_commands()
        return 0
    if name not in COMMANDS:
        console.complain(f"./dev has no command '{name}'.\n")
        print_commands()
        return 2
    module, _summary = COMMANDS[name]
    try:
        return importlib.import_module(module).main(rest)
    except console.Failure as failure:
        console.complain(f"\n{failure}")
        return 1
    except console.Stopped as stopped:
        return 128 + stopped.signal_number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
