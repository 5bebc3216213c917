"""Bad requests to every route are answered as such, and change nothing."""

import http.client
import json
import os
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from unittest import TestCase
from unittest.mock import patch

from odoo.tests.common import get_db_name

from scripts import reliability
from scripts.bench.client import Visitor

from .bad_requests import Generator, find_routes
from .server import serve
from .world import Trade

#: Requests of a usual run; ``./dev test-long`` sends 42 times as many.
REQUESTS = 480 * int(os.environ.get("PREORDER_TEST_TIMES", "1"))
#: Requests after which the data are compared.
CHUNK = 240
SEED = int(os.environ.get("PREORDER_TEST_SEED", "7"))
CLIENTS = 4
#: What a client's own fault is answered with.
_REFUSALS = re.compile(
    r"odoo\.exceptions\.(UserError|ValidationError|AccessError|MissingError)"
    r"|odoo\.http\.SessionExpiredException"
    r"|werkzeug\.exceptions\.(BadRequest|NotFound|Forbidden)"
)
#: Tables besides the suite's own.
_TABLES = (
    "account_move",
    "ir_attachment",
    "mail_activity",
    "mail_mail",
    "mail_message",
    "payment_transaction",
    "product_product",
    "product_template",
    "purchase_order",
    "res_partner",
    "res_users",
    "sale_order",
    "sale_order_line",
    "stock_move",
    "stock_picking",
)
#: What exists to remember requests: the answers given, the tabs that showed a form, and
#: the launches refused. Texts made up may name a tab.
_MEMORY = ("preorder_save_batch", "preorder_order_viewer", "oci_session")


class TestFuzz(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = Trade(2)
        cls.addClassCleanup(cls.world.remove)
        cls.office = cls.world.add_office_user()
        cls.code, cls.token = cls.world.add_connection()

    def setUp(self):
        self.addCleanup(self.world.clear)

    def _prepare(self, server):
        """A form that is being filled, one that is submitted, and a generator."""
        owner, other = (server.sign_in(login) for login in self.world.logins[:2])
        draft_id, submitted_id = self.world.make_forms([2, 1])
        review = other.call(f"/preorder/form/{submitted_id}/review", {})
        owner.call(f"/preorder/form/{draft_id}/review", {})
        other.call(
            f"/preorder/form/{submitted_id}/submit",
            {"reviewed_total": review["totals"]["total"], "details": {}},
        )
        [(quotation_id,)] = self.world.query(
            "SELECT sale_order_id FROM preorder_order WHERE id = %s", submitted_id
        )
        self.clients = {
            "visitor": Visitor(server.port),
            "owner": owner,
            "other": other,
            "office": server.sign_in(self.office),
        }
        return Generator(
            self._find_routes(),
            SEED,
            ids={
                "campaign_id": [self.world.campaign_id],
                "customer_id": self.world.partner_ids,
                # Of forms and, in Odoo's own routes, of quotations.
                "order_id": [draft_id, submitted_id, quotation_id],
                "product_id": self.world.product_ids,
            },
            texts={
                "slug": [f"race-{self.world.campaign_id}"],
                "code": [self.code],
                "token": [self.token],
            },
            tokens={name: self._get_token(name) for name in self.clients},
        )

    def _find_routes(self):
        thread = threading.current_thread()
        with (
            patch.object(thread, "dbname", get_db_name(), create=True),
            self.world.registry.cursor() as cr,
        ):
            env = self.world._get_env(cr)
            return find_routes(env["ir.http"].routing_map())

    def _get_token(self, actor):
        """The token of a page's forms; of a visitor, one that is made up."""
        client = self.clients[actor]
        if not client.cookie:
            return "forged"
        page, _seconds = client.timed_get("/my")
        return re.search(rb'csrf_token: "(\w+)"', page)[1].decode()

    def _send(self, request):
        client = self.clients[request.actor]
        connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=120)
        connection.request(
            request.method,
            request.path,
            request.body,
            {**request.headers, "Cookie": client.cookie},
        )
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response, content.decode(errors="replace")

    def _judge(self, request):
        """What is wrong with an answer.

        :return: (what became of the request, complaint or ``None``)
        """
        response, text = self._send(request)
        kind = response.headers.get("Content-Type", "")
        if response.status >= 500:
            return str(response.status), f"{request}: {response.status}"
        if "application/json" in kind and text.startswith("{"):
            answer = json.loads(text)
            error = answer.get("error")
            if isinstance(error, dict):
                # Odoo itself tells clients of JSON-RPC where an exception was raised.
                data = error.get("data", {})
                debug, name = data.pop("debug", ""), data.get("name", "")
                text = json.dumps(answer)
                if not _REFUSALS.fullmatch(name):
                    return name, f"{request}: {debug[-400:]}"
        if "Traceback" in text:
            return "traceback", f"{request}: {text[-600:]}"
        return str(response.status), None

    def _read_state(self):
        """What stands in the tables: table → (rows, what they say)."""
        own = [
            name
            for (name,) in self.world.query(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                " AND tablename ~ '^(preorder|oci)_' ORDER BY 1"
            )
            if name not in _MEMORY
        ]
        return {
            name: self.world.query(
                f"SELECT COUNT(*), SUM(hashtextextended(t::text, 0)) FROM {name} t"
            )[0]
            for name in (*own, *_TABLES)
        }

    def _get_changed(self, before):
        after = self._read_state()
        return sorted(name for name in after if after[name] != before[name])

    def test_bad_requests_fail_nowhere_and_change_nothing(self):
        outcomes, complaints, changes = Counter(), [], []
        with serve() as server:
            generator = self._prepare(server)
            before = self._read_state()
            for start in range(0, REQUESTS, CHUNK):
                chunk = [
                    generator.make(number)
                    for number in range(start, min(start + CHUNK, REQUESTS))
                ]
                with ThreadPoolExecutor(CLIENTS) as pool:
                    for outcome, complaint in pool.map(self._judge, chunk):
                        outcomes[outcome] += 1
                        complaints += [complaint] if complaint else []
                if changed := self._get_changed(before):
                    changes.append((start, changed))
                    before = self._read_state()
        sent = outcomes.total()
        reliability.note(
            "fuzz",
            sent == REQUESTS and not complaints and not changes,
            f"{sent} bad requests to {len(generator.routes)} routes: "
            f"{len(complaints)} server errors or tracebacks, {len(changes)} changes "
            "of data",
            requests=sent,
            routes=len(generator.routes),
            errors=len(complaints),
            changes=len(changes),
        )
        kinds = Counter(each[-120:] for each in complaints).most_common(20)
        self.assertEqual(complaints, [], f"{kinds}, {changes}")
        self.assertEqual(changes, [])

    def test_negative_control_a_good_request_is_seen_to_change_something(self):
        with serve() as server:
            self._prepare(server)
            before = self._read_state()
            self.clients["owner"].call(
                f"/preorder/campaign/{self.world.campaign_id}/save",
                {
                    "batch": "fuzz-good-1",
                    "cells": [
                        {
                            "product": self.world.product_ids[0],
                            "date": None,
                            "quantity": 9,
                            "revision": 1,
                        }
                    ],
                },
            )
            self.assertEqual(self._get_changed(before), ["preorder_order_line"])
