"""A prefork server on the tests' database, as production has it."""

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from odoo.tests.common import get_db_name
from odoo.tools import config

from scripts import bench, processes, server
from scripts.bench.client import Client

HERE = Path(__file__).parent
#: Alone in its folder, for Python looks for modules beside a script first.
RUN_ODOO = Path(bench.__file__).parent / "prefork" / "run_odoo.py"
WORKERS = 2
_START_SECONDS = 120


class Server:
    """A running server: where it listens, and how to let it die."""

    def __init__(self, port, folder):
        self.port = port
        self.folder = folder

    def sign_in(self, login):
        """A customer's browser, signed in; the password is the login."""
        return Client(self.port, get_db_name(), login)

    def arm(self, point, how):
        """Let whoever comes by a point die.

        :param point: as ``preorder_faults`` names it
        :param how: ``kill`` for the process, ``terminate`` for its connection
        """
        (self.folder / point).write_text(how)

    def is_armed(self, point):
        """Whether nobody came by a point since it was armed."""
        return (self.folder / point).exists()


@contextmanager
def serve(without="", *, repeat_soon=False):
    """Run a server with two workers that begin anew when they die.

    :param without: guards to switch off, by spaces
    :param repeat_soon: whether conflicts of transactions cost less time than they do
    """
    port = bench.find_port(8600)
    with (
        tempfile.TemporaryDirectory() as folder,
        open(Path(folder) / "log", "w", encoding="utf-8") as log,
    ):
        command = [
            sys.executable,
            str(RUN_ODOO),
            f"--config={os.environ['ODOO_RC']}",
            f"--database={get_db_name()}",
            f"--db-filter=^{get_db_name()}$",
            f"--addons-path={','.join([*config['addons_path'], str(HERE / 'addons')])}",
            "--load=base,rpc,web,preorder_faults",
            "--http-interface=127.0.0.1",
            f"--http-port={port}",
            f"--gevent-port={bench.find_port(port + 1)}",
            f"--workers={WORKERS}",
            "--max-cron-threads=0",
            "--logfile=",
            "--log-level=warn",
        ]
        environment = {
            **os.environ,
            "PREORDER_FAULTS": folder,
            "PREORDER_WITHOUT": without,
            "PREORDER_REPEAT_SOON": "1" if repeat_soon else "",
        }
        with processes.running(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as child:
            server.wait_until_ready(port, child, _START_SECONDS, Path(folder) / "log")
            yield Server(port, Path(folder))
