"""The suite's own addons: which there are, and whether they changed."""

import ast
import os
import runpy
from pathlib import Path

from . import console, paths, stamp

DEMO_ADDON = "preorder_demo"
# Addons of Odoo that the suite works with where they are, and does not need.
NEIGHBOURS = (
    "account_tax_python",
    "mrp",
    "purchase_requisition",
    "stock_dropshipping",
)
# A change of these shows without an update of the database.
NOT_IN_DATABASE = ("static", "tests", "readme", "__pycache__")


def addons(folder: Path = paths.ADDONS) -> dict[str, dict]:
    """Return the manifests of the installable addons, by name."""
    found = {}
    for manifest in sorted(folder.glob("*/__manifest__.py")):
        content = ast.literal_eval(manifest.read_text())
        if content.get("installable", True):
            found[manifest.parent.name] = content
    return found


def bridges(manifests: dict[str, dict]) -> list[str]:
    """Return the addons that Odoo installs by itself where a neighbour is."""
    return [
        name
        for name, manifest in manifests.items()
        if manifest.get("auto_install") and {*NEIGHBOURS} & {*manifest["depends"]}
    ]


def own_addons() -> list[str]:
    """Return the addons that are the suite wherever no neighbour is."""
    manifests = addons()
    return [name for name in manifests if name not in bridges(manifests)]


def content_key(addon: Path) -> str:
    """Return a key that changes when a database with the addon has to be updated."""
    parts: list[str | bytes] = []
    for folder, subfolders, names in os.walk(addon):
        subfolders[:] = sorted(set(subfolders) - set(NOT_IN_DATABASE))
        for name in sorted(names):
            if not name.endswith((".pyc", ".rst", ".md")):
                path = Path(folder, name)
                parts += [str(path.relative_to(addon)), path.read_bytes()]
    return stamp.digest(*parts)


def content_keys(names: list[str]) -> dict[str, str]:
    """Return the content key of each of these addons."""
    return {name: content_key(paths.ADDONS / name) for name in names}


def logins() -> list[tuple[str, str, str]]:
    """Return the demo's logins as (role, login, password)."""
    table = paths.ADDONS / DEMO_ADDON / "logins.py"
    if not table.is_file():
        return [("Administrator", "admin", "admin")]
    defined = runpy.run_path(str(table)).get("LOGINS")
    if not defined:
        raise console.Failure(f"{table} defines no LOGINS.")
    return list(defined)
