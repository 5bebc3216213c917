"""A customer's browser, as far as a benchmark needs one. Standard library only."""

import http.client
import json
import time


class Visitor:
    """Somebody who calls JSON routes and takes the time.

    Each call has a connection of its own: Odoo's prefork workers close it anyway.
    """

    def __init__(self, port: int):
        self.port = port
        self.cookie = ""

    def call(self, path: str, params: dict) -> dict:
        """Call a JSON route; return its result, or raise on an error."""
        return self.timed_call(path, params)[0]

    def timed_call(self, path: str, params: dict) -> tuple[dict, float]:
        """Call a JSON route; return its result and how long it took, in seconds."""
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        headers = {"Content-Type": "application/json", "Cookie": self.cookie}
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - began
        connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie" and value.startswith("session_id="):
                self.cookie = value.partition(";")[0]
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status} {content[:200]!r}")
        answer = json.loads(content)
        if "error" in answer:
            raise RuntimeError(f"{path}: {answer['error']}")
        # A route that answers nothing leaves the result out.
        return answer.get("result"), seconds

    def timed_get(self, path: str) -> tuple[bytes, float]:
        """Open a page; return what was sent, compressed or not, and its seconds."""
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request("GET", path, headers={"Cookie": self.cookie})
        response = connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - began
        connection.close()
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status}")
        return content, seconds


class Client(Visitor):
    """Somebody signed in."""

    def __init__(self, port: int, database: str, login: str):
        super().__init__(port)
        result = self.call(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": login},
        )
        if not result.get("uid"):
            raise RuntimeError(f"{login} cannot sign in")
