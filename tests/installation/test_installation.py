"""Each addon installs without those it does not depend on, and leaves Odoo working."""

import ast
from pathlib import Path

import pytest

from . import databases

ADDONS = Path(__file__).parents[2] / "addons"
#: The demo is installed by the run of its own tests, which takes a minute.
NAMES = sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))
NAMES.remove("preorder_demo")

UNINSTALL = """
env["ir.module.module"].search([("name", "=", "{name}")]).button_immediate_uninstall()
"""
SELL = """
product = env["product.product"].create({"name": "Anything", "list_price": 10})
order = env["sale.order"].create({
    "partner_id": env.user.partner_id.id,
    "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 2})],
})
order.action_confirm()
print("STILL SELLING", order.state, order.amount_untaxed)
"""


def read_manifest(name):
    return ast.literal_eval((ADDONS / name / "__manifest__.py").read_text())


def get_needed(name):
    """The addon and what it depends on, the suite's other addons' dependencies too."""
    needed = {name}
    for each in read_manifest(name)["depends"]:
        needed |= get_needed(each) if each in NAMES else {each}
    return needed


def get_wanted(name, installed):
    """What of the suite is there once an addon is installed.

    :param installed: what was installed before
    """
    wanted = get_needed(name)
    for each in NAMES:
        manifest = read_manifest(each)
        if manifest.get("auto_install") and {*manifest["depends"]} <= (
            wanted | installed
        ):
            # Installs itself where what it connects is.
            wanted.add(each)
    return wanted & {*NAMES}


def get_installed(database):
    rows = databases.query(
        database, "SELECT name FROM ir_module_module WHERE state = 'installed'"
    )
    return {name for (name,) in rows}


@pytest.mark.parametrize("name", NAMES)
def test_installs_alone_and_uninstalls_cleanly(name):
    with databases.copy_of_template(f"preorder_installation_{name}") as database:
        before = get_installed(database)
        databases.run_odoo(database, "-i", name, "--stop-after-init")
        added = get_installed(database) - before
        suite = set(NAMES) | {"preorder_demo"}
        assert added & suite == get_wanted(name, before)

        for addon in (name, *sorted(added & suite - {name})):
            # Another one's uninstallation takes along what depends on it.
            if addon not in get_installed(database):
                continue
            databases.run_odoo(database, "shell", script=UNINSTALL.format(name=addon))
        assert not get_installed(database) & suite
        assert not databases.query(
            database,
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND (relname LIKE 'preorder%' OR relname LIKE 'oci_punchout%')",
        )
        assert not databases.query(
            database,
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE column_name LIKE 'preorder%'",
        )
        assert not databases.query(
            database, "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'preorder%'"
        )
        output = databases.run_odoo(database, "shell", script=SELL)
        assert "STILL SELLING sale 20.0" in output
