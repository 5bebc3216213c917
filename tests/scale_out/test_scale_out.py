"""One shop on many machines: reads from the replica, and any of them may die."""

import json
import re
import tempfile
import threading
import time
from unittest import TestCase

import websocket

from odoo.tests.common import get_db_name

from scripts.bench.client import Client, Visitor

from .cluster import DOCS, Cluster, Log
from .world import OFFICE, Shop

#: What Odoo's log says of a request: its path, status, queries, and the database.
ACCESS = re.compile(r'"(?:GET|POST) (\S+) HTTP[^"]*" (\d+) - \d+ [\d.]+ [\d.]+ (\S+)')
RETRIED = "retrying with a read/write cursor"
OWN_ADDONS = ("preorder_", "oci_punchout", "punchout")
_PATIENCE_SECONDS = 30


class TestScaleOut(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = Shop(3)
        cls.addClassCleanup(cls.world.remove)
        [cls.form_id, _other] = cls.world.make_forms([2, 1])
        cls.plan_id, cls.supplier_id = cls.world.make_plan()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.cluster = cls.enterClassContext(Cluster(folder))
        cls.buyer = Client(cls.cluster.port, get_db_name(), cls.world.logins[0])
        cls.office = Client(cls.cluster.port, get_db_name(), OFFICE)

    def setUp(self):
        self.logs = [Log(server.log) for server in self.cluster.servers]

    # What the tests ask of the machines

    def _see(self, path):
        """The database that the last request for a path was served from."""
        until = time.monotonic() + 5
        while True:
            found = [
                mode
                for log in self.logs
                for address, _status, mode in ACCESS.findall(log.read())
                if re.split("[?#]", address)[0] == path
            ]
            if found:
                return found[-1]
            self.assertLess(
                time.monotonic(),
                until,
                f"{path} is in no log: {[log.read()[-1500:] for log in self.logs]}",
            )
            time.sleep(0.05)

    def _save(self, client, quantity, batch):
        """Save a cell of the buyer's form; return the answer."""
        return client.call(
            f"/preorder/form/{self.form_id}/save",
            {
                "batch": batch,
                "cells": [
                    {
                        "product": self.world.product_ids[0],
                        "date": None,
                        "quantity": quantity,
                        "revision": int(self._get_cell("revision")),
                    }
                ],
            },
        )

    def _insist(self, client, quantity, batch):
        """Save again until it is acknowledged, as the browser does."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                answer = self._save(client, quantity, batch)
            except (OSError, RuntimeError):
                self.assertLess(time.monotonic(), until, "Never saved.")
                time.sleep(0.2)
            else:
                self.assertEqual(answer["cells"][0]["status"], "stored")
                return answer

    def _get_cell(self, column, server=None):
        """What a database server has of the buyer's cell, as text."""
        return (server or self.cluster.primary).sql(
            f"SELECT {column} FROM preorder_order_line WHERE order_id = {self.form_id}"
            f" AND product_id = {self.world.product_ids[0]}",
            get_db_name(),
        )

    def _stored(self):
        return float(self._get_cell("quantity"))

    def _listen(self, client):
        """A browser's live connection, through nginx."""
        connection = websocket.create_connection(
            f"ws://127.0.0.1:{self.cluster.port}/websocket?version=19.0-2",
            header={"Cookie": client.cookie},
            origin=f"http://127.0.0.1:{self.cluster.port}",
            timeout=_PATIENCE_SECONDS,
        )
        self.addCleanup(connection.close)
        connection.send(
            json.dumps(
                {
                    "event_name": "subscribe",
                    "data": {
                        "channels": [f"preorder_form:{self.form_id}"],
                        "last": 0,
                    },
                }
            )
        )
        return connection

    # The tests; their numbers are their order, since machines die in the later ones

    def _get_reading(self):
        """The routes that only read: address → who asks, what with."""
        world, form_id = self.world, self.form_id
        campaign = f"/preorder/campaign/{world.campaign_id}"
        return {
            "/preorder": (self.buyer, None),
            "/outlet": (self.buyer, None),
            f"{campaign}/catalog": (self.buyer, None),
            f"/preorder/form/{form_id}/catalog": (self.buyer, None),
            f"{campaign}/picture/{world.template_id}": (self.buyer, None),
            f"{campaign}/document/{world.document_id}": (self.buyer, None),
            f"{campaign}/stock": (self.buyer, {}),
            f"{campaign}/prices": (self.buyer, {"products": world.product_ids}),
            f"{campaign}/for/{world.partner_ids[0]}/prices": (
                self.office,
                {"products": world.product_ids},
            ),
            f"/preorder/form/{form_id}/prices": (
                self.buyer,
                {"products": world.product_ids},
            ),
            f"/preorder/form/{form_id}/product/{world.template_id}": (
                self.buyer,
                {},
            ),
            f"/preorder/form/{form_id}/scan": (self.buyer, {"code": "4006381333931"}),
            f"/preorder/snippet/{world.campaign_id}": (self.buyer, {}),
            f"/preorder/plan/{self.plan_id}/xlsx": (self.office, None),
            f"/preorder/plan/supplier/{self.supplier_id}/xlsx": (self.office, None),
        }

    def _ask(self, path, client, params):
        if params is None:
            client.timed_get(path)
        else:
            client.call(path, params)

    def test_0_a_restored_backup_has_the_forms(self):
        cells = (
            "SELECT"
            " CONCAT_WS(' ', order_id, product_id, quantity, price_unit, revision)"
            " FROM preorder_order_line ORDER BY id"
        )
        restored = self.cluster.primary.sql(cells, get_db_name()).splitlines()
        self.assertEqual(restored, [cell for (cell,) in self.world.query(cells)])
        self.assertTrue(restored)
        page, _seconds = self.buyer.timed_get(f"/preorder/form/{self.form_id}")
        self.assertIn(b"Race", page)
        # From the files, not the database.
        document, _seconds = self.buyer.timed_get(
            f"/preorder/campaign/{self.world.campaign_id}"
            f"/document/{self.world.document_id}"
        )
        self.assertEqual(document, b"Wash by hand.")

    def test_0_every_query_of_the_operations_page_runs(self):
        page = (DOCS.parent / "operations.md").read_text()
        queries = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
        self.assertGreater(len(queries), 10)
        for query in queries:
            with self.subTest(query=query):
                self.cluster.primary.sql(query, get_db_name())
                self.cluster.replica.sql(query, get_db_name())

    def test_1_what_only_reads_is_served_from_the_replica(self):
        # Twice: what a process keeps in memory is built at the first time.
        for _time in range(2):
            for path, (client, params) in self._get_reading().items():
                with self.subTest(path=path):
                    self.setUp()
                    primary = Log(self.cluster.primary_log)
                    replica = Log(self.cluster.replica_log)
                    self._ask(path, client, params)
                    self.assertEqual(self._see(path), "ro")
                    self.assertIn("SELECT", replica.read())
                    self.assertNotRegex(
                        primary.read(), r"statement: (UPDATE|INSERT|DELETE)"
                    )
                    for log in self.logs:
                        self.assertNotIn(RETRIED, log.read())

    def test_1_the_list_above_is_complete(self):
        # Odoo's own way to tell for which database there are routes.
        threading.current_thread().dbname = get_db_name()
        self.addCleanup(delattr, threading.current_thread(), "dbname")
        reading = set()
        with self.world.registry.cursor() as cr:
            rules = self.world._get_env(cr)["ir.http"].routing_map().iter_rules()
            for rule in rules:
                addon = rule.endpoint.func.__module__.split(".")[2:3]
                if addon and addon[0].startswith(OWN_ADDONS):
                    if rule.endpoint.routing["readonly"]:
                        reading.add(rule.endpoint.func.__qualname__)
            adapter = self.world._get_env(cr)["ir.http"].routing_map().bind("localhost")
            asked = set()
            for path, (_client, params) in self._get_reading().items():
                method = "GET" if params is None else "POST"
                endpoint, _arguments = adapter.match(path, method=method)
                asked.add(endpoint.func.__qualname__)
        self.assertEqual(reading, asked)

    def test_1_a_plan_and_the_analysis_are_read_from_the_replica(self):
        for model in ("preorder.purchase.plan.line", "preorder.report"):
            path = f"/web/dataset/call_kw/{model}/formatted_read_group"
            self.office.call(
                path,
                {
                    "model": model,
                    "method": "formatted_read_group",
                    "args": [[], ["product_id"], ["__count"]],
                    "kwargs": {},
                },
            )
            self.assertEqual(self._see(path), "ro")

    def test_1_saving_goes_to_the_primary(self):
        replica = Log(self.cluster.replica_log)
        self._insist(self.buyer, 4, "first-cell")
        self.assertEqual(self._see(f"/preorder/form/{self.form_id}/save"), "rw")
        self.assertEqual(self._stored(), 4)
        self.assertNotIn("INSERT INTO preorder", replica.read())
        self.cluster.wait_for_replica()
        replicated = self._get_cell("quantity", self.cluster.replica)
        self.assertEqual(float(replicated), 4)

    def test_1_a_form_begun_a_moment_ago_is_found_though_the_replica_lags(self):
        client = Client(self.cluster.port, get_db_name(), self.world.logins[-1])
        self.cluster.replica.sql("SELECT pg_wal_replay_pause()")
        self.addCleanup(self.cluster.replica.sql, "SELECT pg_wal_replay_resume()")
        answer = client.call(
            f"/preorder/campaign/{self.world.campaign_id}/save",
            {
                "batch": "begun-anew",
                "cells": [
                    {
                        "product": self.world.product_ids[0],
                        "date": None,
                        "quantity": 3,
                        "revision": 0,
                    }
                ],
            },
        )
        path = f"/preorder/form/{answer['form']}/prices"
        prices = client.call(path, {"products": self.world.product_ids})
        self.assertEqual(len(prices["product"]), len(self.world.product_ids))
        self.assertEqual(self._see(path), "rw")

    def test_2_a_colleague_hears_of_a_cell_through_nginx(self):
        listener = self._listen(self.buyer)
        tab = "listener-1"
        self.buyer.call(f"/preorder/form/{self.form_id}/live", {"tab": tab})
        time.sleep(1)
        self._save(self.buyer, 6, "typist-22.1")
        message = json.loads(listener.recv())
        self.assertEqual(message[0]["message"]["type"], "preorder_cells")
        self.assertEqual(message[0]["message"]["payload"]["cells"][0]["quantity"], 6)

    def test_3_the_form_works_on_when_the_replica_dies(self):
        self.cluster.stop_replica()
        began = time.monotonic()
        self._insist(self.buyer, 7, "without-replica")
        self.assertEqual(self._stored(), 7)
        for path, (client, params) in self._get_reading().items():
            with self.subTest(path=path):
                self.setUp()
                self._ask(path, client, params)
                self.assertEqual(self._see(path), "rw")
        self.assertLess(time.monotonic() - began, _PATIENCE_SECONDS)

    def test_4_the_form_works_on_when_an_odoo_server_dies(self):
        first, second = self.cluster.servers
        first.kill()
        began = time.monotonic()
        for number in range(20):
            answer = self._save(self.buyer, 10 + number, f"one-server-{number}")
            self.assertEqual(answer["cells"][0]["status"], "stored")
            self.assertEqual(self._stored(), 10 + number)
        self.buyer.timed_get(f"/preorder/form/{self.form_id}")
        self.assertLess(time.monotonic() - began, _PATIENCE_SECONDS)
        # The session was begun on either; colleagues are told of cells still.
        self.assertTrue(self._listen(self.buyer).connected)
        first.start()
        second.kill()
        self._insist(self.buyer, 99, "other-server")
        self.assertEqual(self._stored(), 99)

    def test_5_negative_control_no_server_no_answer(self):
        for server in self.cluster.servers:
            server.kill()
        with self.assertRaises((OSError, RuntimeError)):
            Visitor(self.cluster.port).timed_get("/preorder")
