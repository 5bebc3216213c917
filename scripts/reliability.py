"""What the tests of reliability saw, as a file: one entry for each row of the table."""

import json

from . import paths

FILE = paths.BUILD / "reliability.json"


def note(name, ok, detail, **figures):
    """Add a row, or replace the row of the same name.

    :param name: as in the table of ``docs/testing.md``
    :param ok: whether the goal was reached
    :param detail: what was done and seen, for people
    :param figures: counts
    """
    FILE.parent.mkdir(exist_ok=True)
    rows = json.loads(FILE.read_text()) if FILE.exists() else []
    rows = [row for row in rows if row["name"] != name]
    rows.append({"name": name, "ok": bool(ok), "detail": detail, **figures})
    FILE.write_text(json.dumps(sorted(rows, key=lambda row: row["name"]), indent=2))
