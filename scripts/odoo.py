"""Odoo 19 Community: Debian's package, unpacked, or a source the user names."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import console, debian, paths, stamp

# The web client holds symbolic links into the libjs- and fonts- packages: without these
# every page answers 500.
PACKAGES = {
    "sid": [
        "odoo-19",
        "libjs-jquery",
        "libjs-jquery-form",
        "libjs-underscore",
        "fonts-roboto-unhinted",
        "fonts-montserrat",
        "fonts-inconsolata",
        "fonts-ocr-b",
    ],
    # the web client uses the icons of version 4.7, sid has a later one
    "bookworm": ["fonts-font-awesome"],
}
# Named by the back office's bundle (background blur in video calls) but not packaged;
# without it every page of the back office stops with an asset error.
MISSING_FILE = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class Odoo:
    """A source of Odoo: what Python imports it from, and where its addons are."""

    python_path: Path
    addons_paths: tuple[Path, ...]
    version: str


def _version(python_path: Path) -> str:
    release = (python_path / "odoo" / "release.py").read_text()
    found = re.search(r"^version_info\s*=\s*\((\d+),\s*(\d+)", release, re.MULTILINE)
    return f"{found.group(1)}.{found.group(2)}" if found else "unknown"


def _named_by_user(folder: Path) -> Odoo:
    if not (folder / "odoo" / "release.py").is_file():
        raise console.Failure(
            f"ODOO_SRC={folder} is no source of Odoo: it has no file odoo/release.py."
        )
    version = _version(folder)
    if not version.startswith("19."):
        raise console.Failure(
            f"ODOO_SRC={folder} is Odoo {version}; the suite needs 19.0."
        )
    candidates = (folder / "addons", folder / "odoo" / "addons")
    found = tuple(each for each in candidates if each.is_dir())
    return Odoo(folder, found, f"{version} in {folder}")


def _from_debian() -> Odoo:
    debian.unpack(PACKAGES, paths.ODOO, "Odoo 19 (Debian's package, 160 MB)")
    python_path = paths.ODOO / "usr" / "lib" / "python3" / "dist-packages"
    addons = python_path / "odoo" / "addons"
    missing = addons / MISSING_FILE
    if not missing.exists():
        missing.parent.mkdir(parents=True, exist_ok=True)
        missing.touch()
    # a second, incomplete copy of the addons that nothing reads
    shutil.rmtree(python_path / "addons", ignore_errors=True)
    made_from = (paths.ODOO / stamp.STAMP).read_text()
    return Odoo(python_path, (addons,), f"{_version(python_path)} {made_from}")


def provide() -> Odoo:
    """Return the Odoo to use, fetching it if it is not there yet."""
    if named := os.environ.get("ODOO_SRC"):
        return _named_by_user(Path(named).expanduser().resolve())
    return _from_debian()
