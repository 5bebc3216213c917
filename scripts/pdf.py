"""The ``wkhtmltopdf`` command with which Odoo makes PDFs.

Debian's own has no headers and footers (it is built without the patched Qt), and newer
releases have none at all. So, unless the machine has a complete one, a command of this
name prints with Chromium: the machine's, or one unpacked below ``.local/``.
"""

import shlex
import shutil
import subprocess
from pathlib import Path

from . import browser, debian, paths

CHROMIUM = paths.LOCAL / "chromium"


def machine_has_complete_wkhtmltopdf() -> bool:
    """Tell whether the machine's wkhtmltopdf can print headers and footers."""
    program = shutil.which("wkhtmltopdf")
    if not program:
        return False
    answer = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False
    )
    return "with patched qt" in answer.stdout


def _write_script(script: Path, lines: list[str]) -> None:
    script.parent.mkdir(exist_ok=True)
    script.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    script.chmod(0o755)


def _unpacked_chromium() -> Path:
    """Provide a Chromium without root."""
    debian.unpack(
        {debian.own_suite(): ["chromium-headless-shell"]},
        CHROMIUM,
        "Chromium for PDFs (Debian's package, 120 MB)",
        with_dependencies=True,
    )
    libraries = {str(each.parent) for each in CHROMIUM.rglob("lib*.so*")}
    lines = [f"export LD_LIBRARY_PATH={shlex.quote(':'.join(sorted(libraries)))}"]
    if not Path("/etc/fonts/fonts.conf").exists():
        # without any configuration of fonts there is no text
        lines.append(f"export FONTCONFIG_SYSROOT={shlex.quote(str(CHROMIUM))}")
    program = CHROMIUM / "usr" / "lib" / "chromium" / "chromium-headless-shell"
    launcher = paths.BIN / "chromium-for-pdf"
    _write_script(launcher, [*lines, f'exec {shlex.quote(str(program))} "$@"'])
    return launcher


def provide(python: Path) -> Path | None:
    """Return the folder of the command, None if the machine's own is used."""
    if machine_has_complete_wkhtmltopdf():
        return None
    chromium = browser.find() or str(_unpacked_chromium())
    _write_script(
        paths.BIN / "wkhtmltopdf",
        [
            f"export PDF_CHROMIUM={shlex.quote(chromium)}",
            f"export PYTHONPATH={shlex.quote(str(paths.ROOT))}",
            f'exec {shlex.quote(str(python))} -m scripts.wkhtmltopdf "$@"',
        ],
    )
    return paths.BIN
