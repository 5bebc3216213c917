"""Debian packages, fetched with the machine's own apt and unpacked, never installed.

apt gets lists, cache and state of its own below ``.local/``, so that an ordinary user
can do it and the machine's package lists stay as they are. The archive's address and
the keys that its signature is checked with are those the machine already trusts.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import console, paths, processes, stamp

KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
)
DEBIAN_SUITES = ("stable", "oldstable", "testing", "unstable", "sid")


def archive_address(index_targets: str, codename: str) -> str | None:
    """Return the address of the archive the machine itself is installed from.

    :param index_targets: lines ``address|suite``, one for each index apt knows
    :param codename: the machine's own suite, for example ``bookworm``
    """
    suites = (codename, *DEBIAN_SUITES)
    for line in index_targets.splitlines():
        address, _, suite = line.partition("|")
        if suite in suites:
            return address
    return None


def security_address(index_targets: str, codename: str) -> str | None:
    """Return the address of the machine's security updates, if it has one."""
    for line in index_targets.splitlines():
        address, _, suite = line.partition("|")
        if suite == f"{codename}-security":
            return address
    return None


def sources_list(addresses: dict[str, str], keyring: Path | None) -> str:
    """Return apt's list of sources for suites, given with the addresses they are at.

    Without a keyring file, apt checks with the keys it trusts for all sources.
    """
    option = f"[signed-by={keyring}] " if keyring else ""
    return "".join(
        f"deb {option}{address} {suite} main\n" for suite, address in addresses.items()
    )


def own_suite() -> str:
    """Return the machine's own suite, for example ``bookworm``."""
    release = Path("/etc/os-release").read_text()
    found = re.search(r'^VERSION_CODENAME="?([\w-]+)', release, re.MULTILINE)
    return found.group(1) if found else "sid"


def _own_apt(suites: list[str]) -> Path:
    """Prepare apt's own folders for these suites; return its configuration file."""
    if not shutil.which("apt-get"):
        raise console.Failure(
            "Odoo is fetched as a Debian package, and this machine has no apt-get.\n"
            "Name a folder with the source of Odoo 19 instead:\n"
            "    ODOO_SRC=/path/to/odoo ./dev run"
        )
    targets = processes.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)|$(RELEASE)"],
        "Asking apt for the machine's Debian archive",
    )
    own = own_suite()
    address = archive_address(targets, own)
    if not address:
        raise console.Failure(
            "apt knows no Debian archive on this machine (see /etc/apt/sources.list)."
        )
    folders = {name: paths.APT / name for name in ("state", "lists", "cache")}
    for folder in folders.values():
        (folder / "partial").mkdir(parents=True, exist_ok=True)
    (folders["cache"] / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    addresses = dict.fromkeys(suites, address)
    if own in suites and (security := security_address(targets, own)):
        addresses[f"{own}-security"] = security
    keyring = next((each for each in KEYRINGS if each.is_file()), None)
    source = paths.APT / "sources.list"
    source.write_text(sources_list(addresses, keyring))
    configuration = paths.APT / "apt.conf"
    configuration.write_text(
        f'''\
Dir::Etc::SourceList "{source}";
Dir::Etc::SourceParts "/dev/null";
Dir::State "{folders["state"]}";
Dir::State::Lists "{folders["lists"]}";
Dir::State::Status "/var/lib/dpkg/status";
Dir::Cache "{folders["cache"]}";
Acquire::Languages "none";
Acquire::Retries "3";
// a mirror that lags behind will do: this is not about security updates, and what it
// serves is signed all the same
Acquire::Check-Valid-Until "false";
// whole lists: patching an old one is slower
Acquire::PDiffs "false";
// the sandbox user of apt may not write into a checkout
APT::Sandbox::User "root";
// what the machine does after an update of its own lists is of no use here
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
'''
    )
    return configuration


def _apt_get(arguments: list[str], what: str, progress, folder: Path) -> None:
    """Run apt-get, showing how much it has downloaded."""
    reader, writer = os.pipe()
    log = paths.LOGS / "apt.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("w") as output,
        processes.running(
            ["apt-get", f"-oAPT::Status-Fd={writer}", "-q", *arguments],
            cwd=folder,
            pass_fds=(writer,),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        ) as child,
    ):
        os.close(writer)
        with os.fdopen(reader, errors="replace") as status:
            for line in status:
                # dlstatus:<number>:<percent>:<text>
                fields = line.split(":", 3)
                if fields[0] == "dlstatus":
                    progress.show(f"{what} {float(fields[2]):.0f} %")
        failed = child.wait()
    if failed:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise console.Failure(f"apt-get failed while {what}:\n{tail}")


def _with_missing_dependencies(apt: str, names: list[str]) -> list[str]:
    """Return the packages, and what they need that the machine has not installed."""
    plan = processes.run(
        ["apt-get", apt, "-s", "--no-install-recommends", "install", *names],
        "Finding out what the packages depend on",
    )
    return re.findall(r"^Inst (\S+)", plan, re.MULTILINE)


def unpack(
    packages: dict[str, list[str]],
    target: Path,
    title: str,
    *,
    with_dependencies: bool = False,
) -> None:
    """Download packages, given per suite, and unpack them together into ``target``.

    Does nothing if ``target`` already holds just these.

    :param with_dependencies: also what they need and the machine has not; the packages
        have to be of the machine's own suite
    """
    key = stamp.digest(repr(sorted(packages.items())))
    if stamp.is_current(target, key):
        return
    new = target.with_name(target.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    downloads = paths.APT / "packages"
    shutil.rmtree(downloads, ignore_errors=True)
    downloads.mkdir(parents=True)
    with console.step(title) as progress:
        apt = f"--config-file={_own_apt(sorted(packages))}"
        _apt_get([apt, "update"], "reading the archive's lists", progress, new)
        wanted = [f"{name}/{suite}" for suite in packages for name in packages[suite]]
        if with_dependencies:
            wanted = _with_missing_dependencies(apt, *packages.values())
        _apt_get([apt, "download", *wanted], "downloading", progress, downloads)
        archives = sorted(downloads.glob("*.deb"))
        for number, archive in enumerate(archives, start=1):
            progress.show(f"unpacking {number} of {len(archives)}")
            processes.run(["dpkg", "-x", archive, new], f"Unpacking {archive.name}")
        stamp.mark(new, key)
        shutil.rmtree(target, ignore_errors=True)
        new.rename(target)
        shutil.rmtree(downloads)
