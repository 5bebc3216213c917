"""Odoo as a child process: its configuration, its databases, its start."""

import configparser
import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import console, database, odoo, paths, pdf, processes, python_env, suite

# Which content of the addons a database was made from: among Odoo's own parameters, so
# that it goes where the database goes.
CONTENT_PARAMETER = "preorder_dev.addons"
LOADING = re.compile(r"Loading module (\w+) \((\d+)/(\d+)\)")

DEFAULTS = {
    "http_interface": "127.0.0.1",
    "http_port": "8069",
    "list_db": "False",
    "unaccent": "True",
    # one process with threads; the live connections (websocket) use the same port
    "workers": "0",
    "max_cron_threads": "1",
    # the first page of a new database, which builds all assets, takes long
    "limit_time_cpu": "1200",
    "limit_time_real": "1200",
    # 0 means no limit; the process would restart itself
    "limit_memory_soft": "0",
    "limit_memory_hard": "0",
}


def user_options() -> dict[str, str]:
    """Return the options that people set in ``odoo.conf``."""
    parser = configparser.RawConfigParser()
    parser.read(paths.ODOO_CONF)
    return dict(parser["options"]) if parser.has_section("options") else {}


@dataclass(frozen=True)
class Tools:
    """What Odoo runs with."""

    odoo: odoo.Odoo
    python: Path
    pdf_folder: Path | None


def provide_tools() -> Tools:
    """Fetch what is missing: Odoo, the Python packages, the PDF program."""
    if not os.access(paths.ROOT, os.W_OK):
        raise console.Failure(f"You may not write into {paths.ROOT}.")
    paths.LOCAL.mkdir(exist_ok=True)
    paths.LOGS.mkdir(exist_ok=True)
    python = python_env.provide_for_odoo()
    return Tools(odoo=odoo.provide(), python=python, pdf_folder=pdf.provide(python))


class OdooServer:
    """Odoo on one database server, with one configuration file."""

    def __init__(
        self,
        purpose: str,
        tools: Tools,
        postgres: database.Server,
        options: Mapping[str, str],
    ):
        self.tools = tools
        self.postgres = postgres
        self.data = paths.DATA / purpose
        self.log = paths.LOGS / f"{purpose}.log"
        self.configuration = paths.LOCAL / f"odoo-{purpose}.conf"
        self.options = self._effective_options(options)
        self._write_configuration()

    def _effective_options(self, options: Mapping[str, str]) -> dict[str, str]:
        user = user_options()
        addons_paths = [paths.ADDONS, *self.tools.odoo.addons_paths]
        if user.get("addons_path"):
            addons_paths.append(Path(user["addons_path"]))
        return {
            **DEFAULTS,
            "data_dir": str(self.data),
            **user,
            "addons_path": ",".join(map(str, addons_paths)),
            "db_host": self.postgres.host,
            "db_port": self.postgres.port,
            "db_user": self.postgres.user,
            "db_password": self.postgres.password,
            **options,
        }

    def add_addons_path(self, folder: Path) -> None:
        """Let Odoo find addons in one more folder."""
        self.options["addons_path"] += f",{folder}"
        self._write_configuration()

    def _write_configuration(self) -> None:
        parser = configparser.RawConfigParser()
        parser["options"] = self.options
        # it holds the database's password
        self.configuration.unlink(missing_ok=True)
        self.configuration.touch(mode=0o600)
        with self.configuration.open("w") as file:
            parser.write(file)

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which Odoo's Python finds everything."""
        folders = [self.tools.python.parent, os.environ.get("PATH", os.defpath)]
        if self.tools.pdf_folder:
            folders.insert(0, self.tools.pdf_folder)
        return os.environ | {
            "PATH": os.pathsep.join(map(str, folders)),
            "PYTHONPATH": str(self.tools.odoo.python_path),
            "PYTHONUNBUFFERED": "1",
            "ODOO_RC": str(self.configuration),
        }

    def command(self, *arguments: str) -> list[str]:
        """Return the command line that runs Odoo."""
        return [str(self.tools.python), "-m", "odoo", *arguments]

    def run_script(self, name: str, script: str, title: str, **variables: str) -> str:
        """Run a script in Odoo's shell on a database; return what it printed.

        :param variables: of the environment, besides Odoo's own
        :raise console.Failure: if Odoo stopped with an error
        """
        result = subprocess.run(
            self.command("shell", "-d", name, "--no-http"),
            input=script,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise console.Failure(f"{title}: Odoo failed.\n{result.stderr[-3000:]}")
        return result.stdout

    def _load(self, arguments: list[str], title: str, done) -> None:
        """Run Odoo until it has installed or updated addons, showing how far it is."""
        with console.step(title) as progress, self.log.open("a") as log:
            problems: list[str] = []

            def show(line: str) -> None:
                log.write(line + "\n")
                if found := LOADING.search(line):
                    name, number, total = found.groups()
                    progress.show(f"module {number} of {total} ({name})")
                elif problems or re.search(r" (ERROR|CRITICAL) ", line):
                    problems.append(line)

            def fail() -> None:
                raise console.Failure(
                    f"{title}: Odoo failed, see {self.log}\n"
                    + "\n".join(problems[-40:])
                )

            try:
                processes.follow(
                    self.command(*arguments, "--stop-after-init", "--no-http"),
                    title,
                    show,
                    env=self.environment,
                )
            except console.Failure:
                fail()
            if not done():
                fail()

    def installed(self, name: str) -> set[str]:
        """Return the addons that a database has installed."""
        rows = self.postgres.sql(
            "SELECT name FROM ir_module_module WHERE state = 'installed'", name
        )
        return set(rows.splitlines())

    def install(
        self, name: str, addons: list[str], title: str, *, odoo_demo: bool = False
    ) -> None:
        """Install addons into a database, creating it if need be."""
        demo = "--with-demo" if odoo_demo else "--without-demo=True"
        self._load(
            ["-d", name, "-i", ",".join(addons), demo],
            title,
            lambda: self.installed(name) >= set(addons),
        )
        self._note_content(name)

    def update_changed(self, name: str, addons: list[str]) -> None:
        """Install those of the addons that are missing, update those that changed."""
        parameter = self.postgres.sql(
            f"SELECT value FROM ir_config_parameter WHERE key = '{CONTENT_PARAMETER}'",
            name,
        )
        noted = json.loads(parameter or "{}")
        installed = self.installed(name)
        keys = suite.content_keys(list(suite.addons()))
        missing = [each for each in addons if each not in installed]
        changed = [
            each for each in keys if each in installed and noted.get(each) != keys[each]
        ]
        if not missing and not changed:
            return
        arguments = ["-d", name]
        if missing:
            arguments += ["-i", ",".join(missing)]
        if changed:
            arguments += ["-u", ",".join(changed)]
        self._load(
            arguments,
            f"Updating {', '.join([*missing, *changed])}",
            lambda: self.installed(name) >= set(addons),
        )
        self._note_content(name)

    def _note_content(self, name: str) -> None:
        installed = self.installed(name) & set(suite.addons())
        value = json.dumps(suite.content_keys(sorted(installed)))
        self.set_parameter(name, CONTENT_PARAMETER, value)

    def set_parameter(self, name: str, key: str, value: str) -> None:
        """Set one of Odoo's system parameters."""
        self.postgres.sql(
            "INSERT INTO ir_config_parameter (key, value, create_uid, create_date)"
            f" VALUES ('{key}', '{value}', 1, now() AT TIME ZONE 'UTC')"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            name,
        )

    def drop(self, name: str) -> None:
        """Drop a database and its files."""
        self.postgres.drop(name)
        shutil.rmtree(self.data / "filestore" / name, ignore_errors=True)

    def copy(self, source: str, name: str) -> None:
        """Copy a database and its files."""
        self.drop(name)
        self.postgres.copy(source, name)
        files = self.data / "filestore" / source
        if files.is_dir():
            shutil.copytree(files, self.data / "filestore" / name)

    def rename(self, old: str, new: str) -> None:
        """Rename a database and its files."""
        files, target = (self.data / "filestore" / name for name in (old, new))
        # files of a database of that name that was on another server
        shutil.rmtree(target, ignore_errors=True)
        if files.is_dir():
            files.rename(target)
        self.postgres.rename(old, new)

    def wait_until_ready(self, child: subprocess.Popen, seconds: float) -> None:
        """Wait until a page of the only database is answered."""
        wait_until_ready(int(self.options["http_port"]), child, seconds, self.log)


def wait_until_ready(
    port: int, child: subprocess.Popen, seconds: float, log: Path
) -> None:
    """Wait until a page of a server's only database is answered.

    :param log: where the server writes, to be named if it does not start
    """
    address = f"http://127.0.0.1:{port}/web/login"
    # a proxy of the machine is not for its own addresses
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + seconds
    while True:
        try:
            with opener.open(address, timeout=seconds):
                return
        except urllib.error.HTTPError as error:
            raise console.Failure(
                f"{address} answers {error.code}, see {log}"
            ) from error
        except OSError:
            if child.poll() is not None or time.monotonic() > deadline:
                raise console.Failure(f"Odoo does not start, see {log}") from None
            time.sleep(0.2)
