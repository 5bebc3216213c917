"""``./dev translations``: bring the addons' translation files in line with their terms.

Terms that are new are added without a translation, those that are gone are taken out.
What is left to be translated is listed; ``tests/translations`` fails until it is done.
"""

import argparse
import os

from .. import console, database, paths, processes, server, suite, testing

DATABASE = "preorder_translations"
SCRIPT = "from scripts.translations.catalogs import update\nupdate(env)\n"
MARK = "TRANSLATIONS "


def update_files(odoo: server.OdooServer) -> list[str]:
    """Write the files anew from a database with all addons; return what is missing."""
    template = testing.provide_template(odoo)
    odoo.copy(template, DATABASE)
    try:
        odoo.install(DATABASE, list(suite.addons()), "Suite's addons")
        with console.step("Terms"):
            folders = (odoo.environment["PYTHONPATH"], str(paths.ROOT))
            output = odoo.run_script(
                DATABASE, SCRIPT, "Terms", PYTHONPATH=os.pathsep.join(folders)
            )
            if MARK not in output:
                raise console.Failure(output[-3000:])
    finally:
        odoo.drop(DATABASE)
    return [line.partition(MARK)[2] for line in output.splitlines() if MARK in line]


def main(arguments: list[str]) -> int:
    """Update the files; return 1 if something is left to be translated."""
    parser = argparse.ArgumentParser(
        prog="./dev translations",
        description="Bring the addons' translation files in line with their terms.",
    )
    parser.parse_args(arguments)
    processes.stop_on_signals()
    tools = server.provide_tools()
    with database.serve("test", server.user_options(), throwaway=True) as postgres:
        odoo = server.OdooServer("test", tools, postgres, {"db_name": DATABASE})
        *problems, summary = update_files(odoo)
    for problem in problems:
        console.say(f"  {problem}")
    console.say(summary)
    return 1 if problems else 0
