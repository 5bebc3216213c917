"""Child processes that never outlive the command that started them."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .console import Failure, Stopped

PR_SET_PDEATHSIG = 1


def stop_on_signals() -> None:
    """Turn Ctrl-C, SIGTERM and a closed terminal into ``Stopped``, so that ``finally``
    and ``with`` blocks end what was started."""

    def stop(number, _frame):
        # a second Ctrl-C must not interrupt the tidying up
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)


def _die_with_parent() -> None:
    # the kernel ends the child even if this command is killed without a chance to
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_DFL)


def start(command: list[str | Path], **options) -> subprocess.Popen:
    """Start a child in a session of its own: the terminal's Ctrl-C reaches only this
    command, which ends its children in order."""
    return subprocess.Popen(
        [str(part) for part in command],
        start_new_session=True,
        preexec_fn=_die_with_parent,
        **options,
    )


def stop(child: subprocess.Popen, grace_seconds: float = 20) -> None:
    """End a child and what it started: ask first, force after the grace time."""
    if child.poll() is None:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            child.kill()
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # nothing it started is left
    child.wait()


@contextmanager
def running(command: list[str | Path], **options) -> Iterator[subprocess.Popen]:
    """Start a child, and end it with the block."""
    child = start(command, **options)
    try:
        yield child
    finally:
        stop(child)


def run(command: list[str | Path], what: str, **options) -> str:
    """Run a child to its end; return what it printed, or fail with it."""
    with running(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        **options,
    ) as child:
        output = child.stdout.read()
        if child.wait():
            raise Failure(f"{what} failed:\n{output.strip()}")
        return output


def follow(command: list[str | Path], what: str, on_line, **options) -> None:
    """Run a child to its end, handing every line it prints to ``on_line``.

    If it fails, so does this, with its last lines.
    """
    tail: list[str] = []
    with running(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        **options,
    ) as child:
        for line in child.stdout:
            tail = [*tail[-29:], line.rstrip()]
            on_line(line.rstrip())
        if child.wait():
            raise Failure(f"{what} failed:\n" + "\n".join(tail))


if sys.platform != "linux":
    raise Failure("The set-up needs Linux: it unpacks Debian packages.")
