"""Remembers what a folder was made from; it is made again only if that changes."""

import hashlib
from pathlib import Path

STAMP = ".made-from"


def digest(*parts: str | bytes) -> str:
    """Return a short key of the parts, another one if a part or their order changes."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(b"%d:" % len(data))
        total.update(data)
    return total.hexdigest()[:16]


def is_current(folder: Path, key: str) -> bool:
    """Tell whether the folder was completely made from what the key stands for."""
    stamp = folder / STAMP
    return stamp.is_file() and stamp.read_text() == key


def mark(folder: Path, key: str) -> None:
    """Note that the folder is complete; call it last."""
    (folder / STAMP).write_text(key)
