"""What the commands tell the person in front of the screen."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Failure(Exception):
    """Something the person has to know; its text says what to do about it."""


class Stopped(BaseException):
    """The person, or the system, asked the command to end (Ctrl-C, SIGTERM)."""

    def __init__(self, signal_number: int):
        super().__init__(signal_number)
        self.signal_number = signal_number


def say(text: str = "") -> None:
    """Print a line."""
    print(text, flush=True)


def complain(text: str) -> None:
    """Print a line where errors go."""
    print(text, file=sys.stderr, flush=True)


class Progress:
    """How far a step is: one line that changes on a terminal, a few lines elsewhere."""

    SECONDS_BETWEEN_LINES = 15

    def __init__(self, title: str):
        self.title = title
        self.on_terminal = sys.stdout.isatty()
        self.started = time.monotonic()
        self._last_line = self.started
        self._last_text = ""

    def show(self, text: str) -> None:
        """Tell how far the step is."""
        if text == self._last_text:
            return
        if self.on_terminal:
            # \r and "erase to the end of the line" let the line change in place
            print(f"\r  {self.title}: {text}\033[K", end="", flush=True)
        elif time.monotonic() - self._last_line >= self.SECONDS_BETWEEN_LINES:
            say(f"  {self.title}: {text}")
            self._last_line = time.monotonic()
        self._last_text = text

    def _end(self, word: str) -> None:
        seconds = time.monotonic() - self.started
        start_of_line = "\r" if self.on_terminal else ""
        end_of_line = "\033[K" if self.on_terminal else ""
        say(f"{start_of_line}  {self.title}: {word} ({seconds:.0f} s){end_of_line}")


@contextmanager
def step(title: str) -> Iterator[Progress]:
    """Announce a step of the work, and how long it took once it is done."""
    progress = Progress(title)
    if progress.on_terminal:
        progress.show("…")
    else:
        say(f"  {title} …")
    try:
        yield progress
    except BaseException:
        progress._end("stopped")
        raise
    progress._end("done")
