"""``./dev lint``: the rule set of the Odoo Community Association.

The linters are defined here once; ``.pre-commit-config.yaml`` calls them from here.
"""

import argparse
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import console, node, paths, processes

NOT_OURS = ("node_modules", "build", "dist", "__pycache__")


@dataclass(frozen=True)
class Linter:
    """A program that checks files, and perhaps repairs them."""

    check: tuple[str, ...]
    fix: tuple[str, ...] | None
    suffixes: tuple[str, ...]
    only_below: str = ""

    def files(self, all_files: list[str]) -> list[str]:
        """Return those of the files that are the linter's."""
        return [
            each
            for each in all_files
            if each.endswith(self.suffixes) and each.startswith(self.only_below)
        ]


# In this order when repairing: what one program leaves, the next one formats.
LINTERS = {
    "ruff": Linter(
        check=("ruff", "check", "--quiet", "--output-format=concise"),
        fix=("ruff", "check", "--quiet", "--output-format=concise", "--fix"),
        suffixes=(".py",),
    ),
    "ruff-format": Linter(
        check=("ruff", "format", "--quiet", "--diff"),
        fix=("ruff", "format", "--quiet"),
        suffixes=(".py",),
    ),
    "pylint-odoo": Linter(
        check=("pylint", "--rcfile=.pylintrc"),
        fix=None,
        suffixes=(".py",),
        only_below="addons/",
    ),
    "eslint": Linter(
        check=("eslint", "--max-warnings=0", "--no-warn-ignored"),
        fix=("eslint", "--max-warnings=0", "--no-warn-ignored", "--fix"),
        suffixes=(".js", ".cjs"),
    ),
    "prettier": Linter(
        check=("prettier", "--list-different", "--ignore-unknown"),
        fix=("prettier", "--write", "--log-level=warn", "--ignore-unknown"),
        suffixes=(
            *(".cjs", ".css", ".js", ".json", ".md", ".scss", ".xml", ".yaml", ".yml"),
        ),
    ),
}
EXPLANATIONS = {"prettier": "Not formatted (./dev lint --fix does it):"}


def project_files(root: Path = paths.ROOT) -> list[str]:
    """Return the project's files, relative to its root."""
    found = []
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = [
            each
            for each in subfolders
            if each not in NOT_OURS and not each.startswith(".")
        ]
        found += [str(Path(folder, name).relative_to(root)) for name in names]
    return sorted(found)


def run_linter(
    name: str, files: list[str], environment: dict[str, str], *, fix: bool
) -> bool:
    """Run one linter, print what it finds; return whether it is content."""
    linter = LINTERS[name]
    own = linter.files(files)
    if not own:
        return True
    command = linter.fix if fix and linter.fix else linter.check
    result = subprocess.run(
        [*command, *own],
        env=environment,
        cwd=paths.ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    output = result.stdout.strip()
    content = result.returncode == 0
    if output and not content:
        output = "\n".join(filter(None, [EXPLANATIONS.get(name), output]))
    word = "ok" if content else "failed"
    console.say(f"{name}: {word}" + (f"\n{output}" if output else ""))
    return content


def main(arguments: list[str]) -> int:
    """Check all files, or those that are named."""
    parser = argparse.ArgumentParser(
        prog="./dev lint", description="Check the code's style."
    )
    parser.add_argument(
        "--fix", action="store_true", help="repair what can be repaired"
    )
    parser.add_argument(
        "--only", choices=LINTERS, help="run one linter (the pre-commit hooks do)"
    )
    parser.add_argument("files", nargs="*", help="files to check; all if none is named")
    options = parser.parse_args(arguments)
    processes.stop_on_signals()
    environment = node.provide()
    names = [options.only] if options.only else list(LINTERS)
    files = options.files or project_files()

    def run(name: str) -> bool:
        return run_linter(name, files, environment, fix=options.fix)

    # repairs of the same file must not overlap
    with ThreadPoolExecutor(max_workers=1 if options.fix else 2) as pool:
        results = list(pool.map(run, names))
    return 0 if all(results) else 1
