"""``./dev reset``: throws the data away, keeps what was downloaded."""

import argparse
import shutil

from . import console, database, paths, python_env, run, server


def _drop_elsewhere(options: dict[str, str], prefixes: list[str]) -> None:
    """Drop the databases on a server that odoo.conf names."""
    python_env.provide_for_odoo()
    with database.serve("reset", options) as postgres:
        for prefix in prefixes:
            for name in postgres.databases(prefix):
                postgres.drop(name)


def main(arguments: list[str]) -> int:
    """Throw the data of ``./dev run`` away, or with ``--tests`` of ``./dev test``."""
    parser = argparse.ArgumentParser(
        prog="./dev reset",
        description="Throw away the database and files of ./dev run; the next start "
        "makes them anew. What was downloaded stays.",
    )
    parser.add_argument(
        "--tests",
        action="store_true",
        help="throw away the databases of ./dev test instead",
    )
    purpose = "test" if parser.parse_args(arguments).tests else "run"
    options = server.user_options()
    if options.get("db_host"):
        prefixes = {"run": [run.DATABASE], "test": ["preorder_test"]}
        _drop_elsewhere(options, prefixes[purpose])
    elif (paths.POSTGRES / purpose).is_dir():
        with database.lock(paths.POSTGRES / purpose):
            shutil.rmtree(paths.POSTGRES / purpose)
    shutil.rmtree(paths.DATA / purpose, ignore_errors=True)
    console.say("The data are gone; the next start makes them anew.")
    return 0
