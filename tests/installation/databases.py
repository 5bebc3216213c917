"""Databases of their own for tests that install and uninstall addons."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2 import sql


def _connect(name: str):
    connection = psycopg2.connect(dbname=name)
    connection.autocommit = True
    return connection


def query(name: str, statement: str) -> list[tuple]:
    """Run a query in a database; return its rows."""
    connection = _connect(name)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()
    finally:
        connection.close()


@contextmanager
def copy_of_template(name: str) -> Iterator[str]:
    """A database with the suite's dependencies installed, dropped afterwards."""
    connection = _connect("postgres")
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
        sql.Identifier(name)
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute(drop)
            cursor.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name),
                    sql.Identifier(os.environ["PREORDER_TEMPLATE_DATABASE"]),
                )
            )
        yield name
    finally:
        with connection.cursor() as cursor:
            cursor.execute(drop)
        connection.close()


def run_odoo(name: str, *arguments: str, script: str = "") -> str:
    """Run Odoo on a database; return its log. Fails if it does, or logs errors."""
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "odoo",
            *arguments,
            "-d",
            name,
            "--no-http",
            "--logfile=",
        ],
        input=script,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    output = result.stdout + result.stderr
    errors = [line for line in output.splitlines() if " ERROR " in line]
    assert result.returncode == 0 and not errors, output[-5000:]
    return output
