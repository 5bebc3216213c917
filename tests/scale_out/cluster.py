"""Two database servers, two Odoo servers and nginx, as ``docs/operations`` has them."""

import configparser
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from odoo.tests.common import get_db_name
from odoo.tools import config
from odoo.tools.misc import exec_pg_environ

from scripts import bench, database, nginx, paths, processes, server

DOCS = paths.ROOT / "docs" / "operations"
RUN_ODOO = Path(bench.__file__).parent / "prefork" / "run_odoo.py"
WORKERS = 2
_START_SECONDS = 180
#: What nobody needs to survive, on a machine that tests.
FAST = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB"}


def read_settings(name):
    """A configuration file of PostgreSQL among the documents, as a dict.

    Without the libraries to load: the tests' server has not all of them.
    """
    lines = (DOCS / name).read_text().splitlines()
    pairs = (line.split("=", 1) for line in lines if line and line[0] != "#")
    settings = {key.strip(): value.strip().strip("'") for key, value in pairs}
    settings.pop("shared_preload_libraries")
    return settings


def change(text, *replacements):
    """Replace parts of a configuration that has to have them."""
    for old, new in replacements:
        assert old in text, f"The document has no {old!r}."
        text = text.replace(old, new)
    return text


class Log:
    """A log file from some moment on."""

    def __init__(self, path):
        self.path = path
        self.start = path.stat().st_size

    def read(self):
        """What was written since."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            return file.read().decode(errors="replace")


class OdooServer:
    """One of several Odoo servers."""

    def __init__(self, cluster, number):
        self.cluster = cluster
        self.number = number
        self.port = database.free_port()
        self.live_port = database.free_port()
        self.log = cluster.folder / f"odoo-{number}.log"
        self.log.touch()
        self.child = None

    def _write_configuration(self):
        """The document's file, with addresses of this machine."""
        parser = configparser.RawConfigParser()
        parser.read(DOCS / "odoo.conf")
        options = parser["options"]
        primary, replica = self.cluster.primary, self.cluster.replica
        changes = {
            "http_interface": "127.0.0.1",
            "http_port": self.port,
            "gevent_port": self.live_port,
            "db_host": primary.host,
            "db_port": primary.port,
            "db_replica_host": replica.host,
            "db_replica_port": replica.port,
            "db_user": primary.user,
            "db_password": primary.password,
            "db_name": get_db_name(),
            "dbfilter": f"^{get_db_name()}$",
            "data_dir": self.cluster.data,
            "workers": WORKERS,
            "max_cron_threads": 0,
            "logfile": self.log,
        }
        for name, value in changes.items():
            assert name in options, f"The document has no {name}."
            options[name] = str(value)
        options["addons_path"] = ",".join(config["addons_path"])
        path = self.cluster.folder / f"odoo-{self.number}.conf"
        with path.open("w") as file:
            parser.write(file)
        return path

    def start(self):
        """Run it, and wait until it answers."""
        command = [sys.executable, RUN_ODOO, f"--config={self._write_configuration()}"]
        self.child = processes.start(
            command,
            # Odoo believes these more than its file: they lead to the tests' server.
            env={
                name: value
                for name, value in os.environ.items()
                if not name.startswith("PG")
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.cluster.stack.callback(self.stop)
        server.wait_until_ready(self.port, self.child, _START_SECONDS, self.log)

    def stop(self):
        """End it in order."""
        processes.stop(self.child)

    def kill(self):
        """Let it die with all its workers, as a machine that loses its power."""
        if self.child.poll() is None:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()


class Cluster:
    """Everything, with the tests' database from a backup; files are shared."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.data = self.folder / "data"
        self.stack = ExitStack()
        self.port = database.free_port()
        self.primary = None
        self.replica = None
        self.replica_log = None
        self.primary_log = None
        self._replica_child = None
        self.servers = []

    def __enter__(self):
        with self.stack:
            self._start_databases()
            self.servers = [OdooServer(self, number) for number in (1, 2)]
            for each in self.servers:
                each.start()
            self._start_nginx()
            self.stack = self.stack.pop_all()
        return self

    def __exit__(self, *error):
        self.stack.close()

    # Databases

    def _start_databases(self):
        settings = database.SETTINGS | FAST | {"synchronous_commit": "on"}
        # Each statement in the logs, of either server.
        settings["log_statement"] = "all"
        settings |= read_settings("postgresql-primary.conf")
        primary = database.EmbeddedServer("scale_out_primary", settings)
        self.primary = self.stack.enter_context(primary.serve())
        self.primary_log = primary.log
        self.primary.drop(get_db_name())
        self._back_up()
        self._restore()
        self._standby = database.EmbeddedServer(
            "scale_out_replica", settings | read_settings("postgresql-replica.conf")
        )
        self._standby.stand_by(self.primary)
        self.replica_log = self._standby.log
        self._replica_stack = ExitStack()
        self.stack.callback(self._replica_stack.close)
        self.replica = self._replica_stack.enter_context(self._standby.serve())

    def _back_up(self):
        """Database and files, as ``docs/operations.md`` says: the database first."""
        processes.run(
            [self.primary.programs / "pg_dump", "--format=custom", "--compress=1"]
            + [f"--file={self.folder / 'database.dump'}", get_db_name()],
            "Backing up the database",
            env=exec_pg_environ(),
        )
        processes.run(
            ["tar", "--create", f"--file={self.folder / 'files.tar'}"]
            + [f"--directory={config['data_dir']}", f"filestore/{get_db_name()}"],
            "Backing up the files",
        )

    def _restore(self):
        self.primary.sql(f'CREATE DATABASE "{get_db_name()}" TEMPLATE template0')
        for statement in (
            "CREATE EXTENSION unaccent",
            "ALTER FUNCTION unaccent(text) IMMUTABLE",
        ):
            self.primary.sql(statement, get_db_name())
        processes.run(
            [self.primary.programs / "pg_restore", "--no-owner", "--exit-on-error"]
            + ["--jobs=2", f"--dbname={get_db_name()}"]
            + [self.folder / "database.dump"],
            "Restoring the database",
            env=os.environ | self.primary.environment,
        )
        self.data.mkdir()
        processes.run(
            ["tar", "--extract", f"--file={self.folder / 'files.tar'}"]
            + [f"--directory={self.data}"],
            "Restoring the files",
        )

    def stop_replica(self):
        """Let the replica die."""
        self._replica_stack.close()

    def wait_for_replica(self):
        """Wait until the replica knows all that was committed."""
        position = self.primary.sql("SELECT pg_current_wal_lsn()")
        behind = f"SELECT pg_last_wal_replay_lsn() < '{position}'"
        until = time.monotonic() + 20
        while self.replica.sql(behind) != "f":
            assert time.monotonic() < until, "The replica does not follow."
            time.sleep(0.05)

    # nginx

    def _start_nginx(self):
        first, second = self.servers
        site = change(
            (DOCS / "nginx.conf").read_text(),
            ("192.0.2.11:8069", f"127.0.0.1:{first.port}"),
            ("192.0.2.12:8069", f"127.0.0.1:{second.port}"),
            ("192.0.2.11:8072", f"127.0.0.1:{first.live_port}"),
            ("192.0.2.12:8072", f"127.0.0.1:{second.live_port}"),
            ("listen 80;", f"listen 127.0.0.1:{database.free_port()};"),
            ("listen 443 ssl;", f"listen 127.0.0.1:{self.port};"),
            ("shop.example.com;", "127.0.0.1;"),
            ("/var/log/nginx/odoo.log", f"{self.folder}/nginx-access.log"),
            # Links of a page keep the port; behind port 443 there is none to keep.
            ("Host $host;", "Host $http_host;"),
        )
        # No certificate, and no encryption, on this machine.
        site = re.sub(r"\n *ssl_certificate\w* [^;]+;", "", site)
        (self.folder / "site.conf").write_text(site)
        temporary = "".join(
            f"    {name}_temp_path {self.folder}/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        configuration = self.folder / "nginx.conf"
        configuration.write_text(
            f"daemon off;\nmaster_process off;\npid {self.folder}/nginx.pid;\n"
            f"error_log {self.folder}/nginx-error.log;\n"
            f"events {{}}\nhttp {{\n{temporary}"
            f"    access_log off;\n    include {self.folder}/site.conf;\n}}\n"
        )
        program = nginx.provide()
        command = [program.program, "-p", self.folder, "-c", configuration]
        command += ["-e", self.folder / "nginx-error.log"]
        child = self.stack.enter_context(
            processes.running(
                command,
                env=program.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        server.wait_until_ready(
            self.port, child, _START_SECONDS, self.folder / "nginx-error.log"
        )
