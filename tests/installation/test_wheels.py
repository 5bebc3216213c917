"""Each addon builds into a wheel that holds what it needs."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ADDONS = Path(__file__).parents[2] / "addons"
NAMES = sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))
NEEDED = {".py", ".xml", ".csv", ".js", ".scss", ".png", ".svg", ".po", ".pot", ".rst"}


@pytest.mark.parametrize("name", NAMES)
def test_builds_into_a_wheel(name, tmp_path):
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
        + ["--quiet", "--wheel-dir", tmp_path, ADDONS / name],
        check=True,
        timeout=300,
    )
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name.startswith(f"odoo_addon_{name}-19.0.")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
        metadata = next(entry for entry in packed if entry.endswith("/METADATA"))
        text = archive.read(metadata).decode()
    source = {
        f"odoo/addons/{name}/{path.relative_to(ADDONS / name)}"
        for path in (ADDONS / name).rglob("*")
        if path.suffix in NEEDED and "__pycache__" not in path.parts
    }
    assert source <= packed
    assert f"Name: odoo-addon-{name}" in text
    assert "Requires-Dist: odoo==19.0" in text
