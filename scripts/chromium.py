"""Drives a headless Chromium over its debugging pipe: no port, no further library."""

import base64
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # containers give little shared memory
    "--disable-dev-shm-usage",
    # needs rights that containers and root have not; what is printed is Odoo's own, and
    # its scripts are switched off
    "--no-sandbox",
)


class ChromiumError(Exception):
    """Chromium did not do what it was told."""


class Chromium:
    """A browser with one page, and the documents it is to show."""

    def __init__(self, to_browser: int, from_browser: int):
        self._to_browser = to_browser
        self._from_browser = from_browser
        self._received = b""
        self._last_id = 0
        self._session: str | None = None
        self._documents: dict[str, str] = {}
        self.missing: list[str] = []

    def _receive(self) -> dict:
        while b"\0" not in self._received:
            data = os.read(self._from_browser, 1 << 20)
            if not data:
                raise ChromiumError("Chromium ended unexpectedly.")
            self._received += data
        message, _, self._received = self._received.partition(b"\0")
        return json.loads(message)

    def _send(self, method: str, **parameters) -> int:
        self._last_id += 1
        message = {"id": self._last_id, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to_browser, data) :]
        return self._last_id

    def call(self, method: str, **parameters) -> dict:
        """Call a method of the debugging protocol; return its result."""
        number = self._send(method, **parameters)
        return self._wait(lambda message: message.get("id") == number).get("result", {})

    def _wait(self, is_awaited: Callable[[dict], bool]) -> dict:
        while True:
            message = self._receive()
            if "error" in message:
                raise ChromiumError(message["error"].get("message", "unknown error"))
            self._handle_event(message)
            if is_awaited(message):
                return message

    def _handle_event(self, message: dict) -> None:
        parameters = message.get("params", {})
        match message.get("method"):
            case "Fetch.requestPaused":
                self._send(
                    "Fetch.fulfillRequest",
                    requestId=parameters["requestId"],
                    responseCode=200,
                    responseHeaders=[
                        {"name": "Content-Type", "value": "text/html; charset=utf-8"}
                    ],
                    body=base64.b64encode(
                        self._documents[parameters["request"]["url"]].encode()
                    ).decode(),
                )
            case "Network.responseReceived":
                response = parameters["response"]
                if response["status"] >= 400:
                    self.missing.append(f"{response['status']} {response['url']}")
            case "Network.loadingFailed" if not parameters.get("canceled"):
                self.missing.append(f"{parameters['errorText']} ({parameters['type']})")

    def open_page(self) -> None:
        """Open the page that everything else works on."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self.call("Page.enable")
        self.call("Network.enable")
        self.call("Emulation.setScriptExecutionDisabled", value=True)

    def set_cookie(self, url: str, name: str, value: str) -> None:
        """Set a cookie for the address."""
        self.call("Network.setCookie", url=url, name=name, value=value)

    def show(self, html: str, base_url: str) -> None:
        """Load a document as if it came from ``base_url``: fonts and pictures are only
        loaded from where the document is."""
        address = f"{base_url.rstrip('/')}/document-{len(self._documents)}"
        self._documents[address] = html
        patterns = [{"urlPattern": each} for each in self._documents]
        self.call("Fetch.enable", patterns=patterns)
        self._send("Page.navigate", url=address)
        self._wait(lambda message: message.get("method") == "Page.loadEventFired")

    def print_to_pdf(self, **options) -> bytes:
        """Return the document as PDF; options as in ``Page.printToPDF``."""
        result = self.call("Page.printToPDF", printBackground=True, **options)
        return base64.b64decode(result["data"])


@contextmanager
def browser(program: str) -> Iterator[Chromium]:
    """Run Chromium as long as the block lasts."""
    to_browser, commands = os.pipe()
    answers, from_browser = os.pipe()
    with tempfile.TemporaryDirectory(
        # its children may still be writing when it has ended
        prefix="pdf_chromium_",
        ignore_cleanup_errors=True,
    ) as profile:
        # Chromium reads commands from descriptor 3 and answers on 4; first out of the
        # way, lest one of the pipes has one of these numbers already
        script = f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}'
        # it reserves far more addresses than Odoo's workers allow themselves
        script = f'ulimit -S -v "$(ulimit -H -v)"; {script}'
        flags = (*FLAGS, f"--user-data-dir={profile}/user")
        with open(os.path.join(profile, "log"), "w+") as log:
            process = subprocess.Popen(
                ["sh", "-c", script, program, *flags],
                pass_fds=(to_browser, from_browser),
                # caches of fonts and the like go where the profile goes
                env=os.environ | {"HOME": profile},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            os.close(to_browser)
            os.close(from_browser)
            try:
                page = Chromium(commands, answers)
                page.open_page()
                yield page
            except ChromiumError as error:
                log.seek(0)
                raise ChromiumError(f"{error}\n{log.read()[-2000:]}") from error
            finally:
                process.kill()
                process.wait()
                os.close(commands)
                os.close(answers)
