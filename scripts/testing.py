"""``./dev test``: every test, the browser tours included."""

import argparse
import os
from dataclasses import dataclass

from . import (
    browser,
    console,
    database,
    node,
    paths,
    processes,
    server,
    stamp,
    suite,
)

# What the suite depends on, installed once and copied for every run.
TEMPLATE_ADDONS = [
    "sale_management",
    "website_sale_stock",
    "purchase_stock",
    "payment_demo",
    "payment_custom",
    "product_brand",
    "sale_order_requested_delivery",
    "sale_order_line_date",
]
PREFIX = "preorder_test"
# Run where other addons of Odoo are installed; translations there are the bridges'.
NEIGHBOURS_TESTS = "tests/neighbours"
TRANSLATIONS_TESTS = "tests/translations"
# Makes the pages' scripts and styles, as Odoo's own test runner does, of each website.
MAKE_BUNDLES = """
qweb = env["ir.qweb"]
qweb._pregenerate_assets_bundles()
for website in env["website"].search([]):
    qweb.with_context(website_id=website.id)._pregenerate_assets_bundles()
env.cr.commit()
"""
# What takes many minutes and has no smaller size is left to ./dev test-long.
LONG_TESTS = ("tests/core",)
NO_TESTS_RAN = 5


@dataclass(frozen=True)
class Part:
    """Tests that run against one database."""

    database: str
    addons: list[str]
    test_folders: list[str]
    options: tuple[str, ...] = ()
    opens_browsers: bool = False


def parts(manifests: dict[str, dict]) -> list[Part]:
    """Return the parts of the test run, the main one last.

    The demo's tests need the demo's data, which would be in the way of all others. What
    the suite does where other addons of Odoo are installed is tested where they are.
    """
    bridges = suite.bridges(manifests)
    with_demo = [each for each in manifests if each not in bridges]
    own = [each for each in with_demo if each != suite.DEMO_ADDON]
    folders = [f"addons/{each}" for each in own]
    ignored = (f"--ignore={each}" for each in (NEIGHBOURS_TESTS, *LONG_TESTS))
    main = Part(PREFIX, own, [*folders, "tests"], tuple(ignored), opens_browsers=True)
    neighbours = Part(
        f"{PREFIX}_neighbours",
        [*suite.NEIGHBOURS, *own, *bridges],
        [*(f"addons/{each}" for each in bridges), NEIGHBOURS_TESTS, TRANSLATIONS_TESTS],
    )
    if suite.DEMO_ADDON not in manifests:
        return [neighbours, main]
    folder = f"addons/{suite.DEMO_ADDON}/tests"
    demo = Part(f"{PREFIX}_demo", with_demo, [folder])
    return [demo, neighbours, main]


def is_path(argument: str) -> bool:
    """Tell whether an argument for pytest names a test, rather than an option."""
    path = paths.ROOT / argument.partition("::")[0]
    return path.exists() and not argument.startswith("-")


def chosen_arguments(arguments: list[str], part: Part) -> list[str] | None:
    """Return pytest's arguments for the part, None if it has no tests to run.

    If paths are among the arguments, only what is both below them and the part's is
    run; otherwise all of the part's tests.
    """
    folders = [each for each in part.test_folders if (paths.ROOT / each).exists()]
    options, named = [], []
    for argument in arguments:
        (named if is_path(argument) else options).append(argument)
    called = {
        f"--ignore={each}"
        for each in LONG_TESTS
        if any(path.removeprefix("./").startswith(each) for path in named)
    }
    own = [each for each in part.options if each not in called]
    others = [paths.ROOT / each.removeprefix("--ignore=") for each in own]
    chosen = [] if named else folders
    for argument in named:
        path = (paths.ROOT / argument.partition("::")[0]).resolve()
        if any(path.is_relative_to(each) for each in others):
            continue
        for folder in folders:
            if path.is_relative_to(paths.ROOT / folder):
                chosen.append(argument)
            elif (paths.ROOT / folder).is_relative_to(path):
                chosen.append(folder)
    return [*own, *options, *chosen] if chosen else None


def template_name(tools: server.Tools) -> str:
    """Return the template's name, which changes with anything it is made from."""
    lists = (paths.REQUIREMENTS / name for name in ("odoo.txt", "oca.txt"))
    locked = [each.read_text() for each in lists]
    key = stamp.digest(tools.odoo.version, repr(TEMPLATE_ADDONS), *locked)
    return f"{PREFIX}_template_{key}"


def provide_template(odoo: server.OdooServer) -> str:
    """Return the database with the suite's dependencies, making it if need be."""
    template = template_name(odoo.tools)
    present = odoo.postgres.databases(f"{PREFIX}_template_")
    if template in present:
        return template
    for outdated in present:
        odoo.drop(outdated)
    unfinished = f"{PREFIX}_template_unfinished"
    odoo.install(unfinished, TEMPLATE_ADDONS, "Template database for the tests")
    odoo.rename(unfinished, template)
    return template


def provide_database(odoo: server.OdooServer, part: Part, *, reuse: bool) -> None:
    """Make the part's database from the template, or update the one that is there."""
    if reuse and part.database in odoo.postgres.databases(part.database):
        odoo.update_changed(part.database, part.addons)
        return
    template = provide_template(odoo)
    with console.step("Test database (copy of the template)"):
        odoo.copy(template, part.database)
    if part.addons:
        odoo.install(part.database, part.addons, "Suite's addons")
    if part.opens_browsers:
        # What a test makes is undone with it: each would make them anew, for seconds.
        title = "Scripts and styles of the pages"
        with console.step(title):
            odoo.run_script(part.database, MAKE_BUNDLES, title)


def run_pytest(odoo: server.OdooServer, part: Part, arguments: list[str]) -> int:
    """Run pytest on the part's database; return its exit code."""
    own_modules = os.pathsep.join([odoo.environment["PYTHONPATH"], str(paths.ROOT)])
    environment = odoo.environment | {
        **odoo.postgres.environment,
        "PYTHONPATH": own_modules,
        # for tests that make databases of their own
        "PREORDER_TEMPLATE_DATABASE": template_name(odoo.tools),
        # for tests of accessibility
        "PREORDER_AXE": str(node.AXE),
    }
    plugins = ["-p", "scripts.pytest_strict", "-p", "scripts.pytest_reliability"]
    command = [odoo.tools.python, "-m", "pytest", *plugins]
    options = [
        f"--odoo-config={odoo.configuration}",
        f"--odoo-database={part.database}",
        "--odoo-log-level=info",
        "--odoo-http",
    ]
    with processes.running(
        [*command, *options, *arguments], env=environment, cwd=paths.ROOT
    ) as child:
        return child.wait()


def main(arguments: list[str]) -> int:
    """Run the tests; return pytest's exit code."""
    parser = argparse.ArgumentParser(
        prog="./dev test",
        description="Run every test. Paths and options of pytest are passed on, for "
        "example -k tier or addons/preorder_campaign/tests/test_tiers.py.",
    )
    parser.add_argument(
        "--reuse",
        action="store_true",
        help="keep the database of the last run and only update what changed",
    )
    own, for_pytest = parser.parse_known_args(arguments)
    processes.stop_on_signals()
    browser.provide()
    node.provide()
    tools = server.provide_tools()
    log = paths.BUILD / "test.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text("")
    codes = []
    with database.serve("test", server.user_options(), throwaway=True) as postgres:
        for part in parts(suite.addons()):
            chosen = chosen_arguments(for_pytest, part)
            if chosen is None:
                continue
            options = {"logfile": str(log), "db_name": part.database}
            odoo = server.OdooServer("test", tools, postgres, options)
            provide_database(odoo, part, reuse=own.reuse)
            codes.append(run_pytest(odoo, part, chosen))
    if not codes:
        console.complain("There are no tests below these paths.")
    return overall(codes)


def overall(codes: list[int]) -> int:
    """Return one exit code for several runs of pytest: none may fail, and one of them
    has to have run tests."""
    failed = [code for code in codes if code not in (0, NO_TESTS_RAN)]
    if failed:
        return failed[0]
    return 0 if 0 in codes else NO_TESTS_RAN
