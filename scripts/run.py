"""``./dev run``: the suite with demo data on http://localhost:8069."""

import argparse
import os
import socket
import subprocess

from . import console, database, processes, server, suite

DATABASE = "preorder"
START_SECONDS = 600
PLACES = (
    ("/preorder", "the customers' pre-orders"),
    ("/odoo", "the back office"),
    ("/my", "the customer's portal"),
)


def port_is_free(interface: str, port: int) -> bool:
    """Tell whether a server can listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((interface, port))
        except OSError:
            return False
    return True


def choose_port(options: dict[str, str]) -> str:
    """Return the port that PORT, or odoo.conf, names; fail if something uses it."""
    port = os.environ.get("PORT") or options.get("http_port", "8069")
    interface = options.get("http_interface", "127.0.0.1")
    if not port.isdecimal():
        raise console.Failure(f"PORT={port} is no port number.")
    if not port_is_free(interface, int(port)):
        raise console.Failure(
            f"Port {port} is in use. Choose another one:\n    PORT=8070 ./dev run"
        )
    return port


def prepare_database(odoo: server.OdooServer) -> None:
    """Make the database, or bring it up to date with the addons."""
    addons = suite.own_addons()
    if DATABASE in odoo.postgres.databases(DATABASE):
        odoo.update_changed(DATABASE, addons)
        return
    # under another name until it is complete: an interrupted start leaves no half of it
    unfinished = f"{DATABASE}_unfinished"
    odoo.drop(unfinished)
    odoo.install(
        unfinished,
        addons or ["sale_management", "website_sale_stock", "purchase_stock"],
        "Database with demo data",
        # the demo addon brings a trade of its own, without Odoo's desks and chairs
        odoo_demo=suite.DEMO_ADDON not in addons,
    )
    odoo.rename(unfinished, DATABASE)


def say_where_to_look(port: str, log) -> None:
    """Print the addresses and the logins."""
    console.say("\nThe suite is running:\n")
    for path, what in PLACES:
        console.say(f"  http://localhost:{port}{path:<12} {what}")
    console.say("\nSign in as:\n")
    logins = [("", "login", "password"), *suite.logins()]
    widths = [max(len(row[column]) for row in logins) for column in range(3)]
    for row in logins:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        console.say("  " + "  ".join(cells).rstrip())
    console.say(f"\nLog: {log}\nCtrl-C stops everything.")


def main(arguments: list[str]) -> int:
    """Start the suite and keep it running until it is stopped."""
    parser = argparse.ArgumentParser(
        prog="./dev run",
        description="Start the suite with demo data. Other options go to Odoo, for "
        "example --dev=xml,reload. PORT=… chooses the port, ODOO_SRC=… uses a source "
        "of Odoo 19 that you have; odoo.conf has further options.",
    )
    _own, for_odoo = parser.parse_known_args(arguments)
    processes.stop_on_signals()
    options = server.user_options()
    port = choose_port(options)
    console.say("Setting up (the first time takes some minutes):")
    tools = server.provide_tools()
    with database.serve("run", options) as postgres:
        odoo = server.OdooServer("run", tools, postgres, {"http_port": port})
        odoo.log.write_text("")
        prepare_database(odoo)
        # links in mails, and the styles that PDFs fetch, follow the port
        odoo.set_parameter(DATABASE, "web.base.url", f"http://localhost:{port}")
        odoo.set_parameter(DATABASE, "report.url", f"http://127.0.0.1:{port}")
        command = odoo.command(
            "-d", DATABASE, f"--db-filter=^{DATABASE}$", f"--logfile={odoo.log}"
        )
        with (
            odoo.log.open("a") as output,
            processes.running(
                [*command, *for_odoo],
                env=odoo.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            ) as child,
        ):
            with console.step("Odoo"):
                odoo.wait_until_ready(child, START_SECONDS)
            say_where_to_look(port, odoo.log)
            return child.wait()
