"""nginx, in front of several Odoo servers: the machine's, or Debian's package unpacked
below ``.local/``."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import debian, paths

UNPACKED = paths.LOCAL / "nginx"


@dataclass(frozen=True)
class Nginx:
    """The program, and the environment it runs in."""

    program: Path
    environment: dict[str, str]


def provide() -> Nginx:
    """Return nginx, fetching it if the machine has none."""
    folders = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])
    if found := shutil.which("nginx", path=folders):
        return Nginx(Path(found), dict(os.environ))
    debian.unpack(
        {debian.own_suite(): ["nginx"]},
        UNPACKED,
        "nginx (Debian's package)",
        with_dependencies=True,
    )
    libraries = {str(each.parent) for each in UNPACKED.rglob("lib*.so*")}
    environment = os.environ | {"LD_LIBRARY_PATH": os.pathsep.join(sorted(libraries))}
    return Nginx(UNPACKED / "usr" / "sbin" / "nginx", environment)
