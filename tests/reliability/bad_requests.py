"""Requests that no client of ours sends, made up from the routing map.

Every request is wrong somewhere: an answer may refuse it or show a page, and nothing
may change. What a person may write as he likes is never drawn as text. Left out is what
Odoo fails on before it looks for a route: params of JSON-RPC that are no object,
thousands of digits for a number in an address, and dot segments in one that leads
nowhere.
"""

import inspect
import json
import random
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from werkzeug.routing.converters import AnyConverter, NumberConverter

#: Whose routes are tried.
_ADDONS = ("odoo.addons.preorder_", "odoo.addons.oci_punchout.")
#: By the end of their address: what is done without any values needs a wrong token.
_DONE_BY_ADDRESS = ("/reopen", "/withdraw", "/confirm")
#: Values of requests whose routes take any (``**kwargs``).
_MORE_NAMES = (
    "batch",
    "campaign",
    "choice",
    "customer",
    "fingerprint",
    "layout",
    "mode",
    "source",
)
_FREE_TEXT = "message"

NUMBERS = (0, -1, 1.5, True, 2**31, 2**63, 10**400, float("1e308"))
TEXTS = (
    "",
    "\0",
    "W26\0",
    "\ud7ff\U0010ffff",
    "'; DROP TABLE preorder_order; --",
    "<script>alert(1)</script>",
    "../../../../etc/passwd",
    "%s%(x)s{0}",
    "9" * 5001,
    "NaN",
    "2026-02-30",
)
OTHERS = (None, [], {}, [[]], [None], {"id": 1}, [{"product": 1}], [1, "a"])
BODIES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b'{"params": []}',
    b"\xff\xfe\x00",
    b"[" * 900,
)
_IDS = (0, 999_999, 2**31, 2**63, 10**30)


@dataclass(frozen=True)
class Route:
    """A route of the suite, as the routing map has it."""

    rule: str
    arguments: dict
    is_json: bool
    methods: tuple
    names: tuple


@dataclass(frozen=True)
class BadRequest:
    """A request, and who sends it."""

    actor: str
    method: str
    path: str
    body: bytes = b""
    headers: dict = field(default_factory=dict)

    def __str__(self):
        return f"{self.actor}: {self.method} {self.path[:150]} {self.body[:300]!r}"


def find_routes(routing_map):
    """The suite's own routes, those of Odoo that it extends included.

    :return: list of :class:`Route`, sorted by their rules
    """
    found = {}
    for rule in routing_map.iter_rules():
        endpoint = rule.endpoint
        method = endpoint.func
        if not any(
            method.__name__ in vars(controller)
            and f"{controller.__module__}.".startswith(_ADDONS)
            for controller in type(method.__self__).mro()
        ):
            continue
        parameters = inspect.signature(method).parameters.values()
        names = [
            each.name
            for each in parameters
            if each.kind == each.POSITIONAL_OR_KEYWORD
            and each.name not in rule.arguments
        ]
        if any(each.kind == each.VAR_KEYWORD for each in parameters):
            names += _MORE_NAMES
        found[rule.rule] = Route(
            rule.rule,
            dict(rule._converters),
            endpoint.routing["type"] == "jsonrpc",
            tuple(sorted((rule.methods or {"GET", "POST"}) & {"GET", "POST"})),
            tuple(dict.fromkeys(names)),
        )
    return [found[rule] for rule in sorted(found)]


class Generator:
    """Makes up bad requests, the same for the same seed.

    :param ids: name of a route's argument → ids of records that are there
    :param texts: name of a route's argument → texts that lead somewhere
    :param tokens: actor → its token against forged requests
    """

    def __init__(self, routes, seed, *, ids, texts, tokens):
        self.routes = routes
        self.chance = random.Random(seed)
        self.ids = ids
        self.texts = texts
        self.tokens = tokens

    def make(self, number):
        """The request of a number; every route gets its turn."""
        chance = self.chance
        route = self.routes[number % len(self.routes)]
        actor = chance.choice(list(self.tokens))
        path = self._fill(route)
        if route.is_json:
            return self._make_json(route, actor, path)
        return self._make_page(route, actor, path)

    def _fill(self, route):
        path = route.rule
        for name, converter in route.arguments.items():
            start, end = path.index("<"), path.index(">")
            value = self._draw_argument(name, converter)
            path = f"{path[:start]}{value}{path[end + 1 :]}"
        return path

    def _draw_argument(self, name, converter):
        chance = self.chance
        if isinstance(converter, AnyConverter):
            return chance.choice(("preorder", "outlet"))
        if chance.random() < 0.7:
            known = self.ids.get(name) or self.texts.get(name)
            if known:
                return chance.choice(known)
        if isinstance(converter, NumberConverter):
            return chance.choice(_IDS)
        texts = [
            text
            for text in TEXTS
            if text and not text.startswith(".") and not text.isdigit()
        ]
        return quote(chance.choice(texts), safe="")

    def _draw_value(self, name):
        chance = self.chance
        if name == "cells" and chance.random() < 0.7:
            return self._draw_cells()
        pools = [NUMBERS, OTHERS]
        if name != _FREE_TEXT:
            pools.append(TEXTS)
        return chance.choice(chance.choice(pools))

    def _draw_cells(self):
        """Cells as they should be, but for one thing."""
        chance = self.chance
        cell = {
            "product": chance.choice(self.ids["product_id"]),
            "date": None,
            "quantity": 1,
            "revision": 0,
        }
        wrong = {
            "product": (*OTHERS, *TEXTS, 0, -1, 1.5, True, 2**31),
            "date": (*TEXTS[1:], 1, [], {}),
            "quantity": (*OTHERS, *TEXTS, True, 10**400),
            "revision": (*OTHERS, *TEXTS, -1, 1.5, True, 2**31),
            "price": (1,),
        }
        name = chance.choice(list(wrong))
        return [cell, {**cell, name: chance.choice(wrong[name])}]

    def _make_json(self, route, actor, path):
        chance = self.chance
        kind = {"Content-Type": "application/json"}
        if chance.random() < 0.1:
            return BadRequest(actor, "POST", path, chance.choice(BODIES), kind)
        if chance.random() < 0.05:
            return BadRequest(actor, "POST", path, b"a=1", {})
        params = {
            name: self._draw_value(name)
            for name in route.names
            if chance.random() < 0.9
        }
        if chance.random() < 0.1:
            params["unknown"] = 1
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        return BadRequest(actor, "POST", path, json.dumps(body).encode(), kind)

    def _make_page(self, route, actor, path):
        chance = self.chance
        method = chance.choice(route.methods)
        values = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name in route.names
            if chance.random() < 0.7
            for value in (self._draw_value(name),)
        }
        if method == "GET":
            query = urlencode(values, errors="replace")
            return BadRequest(actor, "GET", f"{path}?{query}" if query else path)
        if not route.rule.endswith(_DONE_BY_ADDRESS) and chance.random() < 0.8:
            values["csrf_token"] = self.tokens[actor]
        if chance.random() < 0.2:
            return BadRequest(actor, "POST", path, *self._make_upload(values))
        body = urlencode(values, errors="replace").encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return BadRequest(actor, "POST", path, body, kind)

    def _make_upload(self, values):
        """A form with a file that is none."""
        content = self.chance.choice((b"", b"PK\x03\x04", b"\0" * 100, b"a,b\n1,2\n"))
        parts = [
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in values.items()
        ]
        body = "".join(parts).encode(errors="replace")
        body += (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"'
            b"\r\n\r\n" + content + b"\r\n--x--\r\n"
        )
        return body, {"Content-Type": "multipart/form-data; boundary=x"}
