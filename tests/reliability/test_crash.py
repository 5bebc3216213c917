"""Servers and connections die in the middle: what was acknowledged stands, once."""

import os
import random
import time
from unittest import TestCase

from scripts import reliability

from .invariants import find_violations
from .server import serve
from .world import Trade

#: Rounds per point of a usual run; ``./dev test-long`` takes 42 times as many.
ROUNDS = max(1, int(os.environ.get("PREORDER_TEST_TIMES", "1")) // 2)
SAVING = ("save.begun", "save.judged", "save.stored", "committed")
SUBMITTING = ("submit.begun", "submit.reserved", "submit.quoted", "committed")
_PATIENCE_SECONDS = 60


class TestCrash(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = Trade(1)
        cls.addClassCleanup(cls.world.remove)
        cls.deaths = 0

    @classmethod
    def tearDownClass(cls):
        planned = 2 * ROUNDS * (len(SAVING) + len(SUBMITTING))
        reliability.note(
            "crash",
            cls.deaths == planned,
            f"{cls.deaths} of {planned} deaths of workers and connections: no "
            "acknowledged cell lost, one quotation, all invariants held",
            deaths=cls.deaths,
        )

    def setUp(self):
        self.addCleanup(self.world.clear)

    def _insist(self, client, path, params):
        """Send a request again until it is answered, as a browser does."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return client.call(path, params)
            except (OSError, RuntimeError) as error:
                # The worker died, or its connection, which Odoo answers with an error.
                if time.monotonic() > until:
                    raise AssertionError(f"{path} was never answered") from error
                time.sleep(0.2)

    def _get_cells(self):
        return {
            product_id: float(quantity)
            for product_id, quantity in self.world.query(
                "SELECT product_id, quantity FROM preorder_order_line"
                "  JOIN preorder_order form ON form.id = order_id"
                " WHERE form.campaign_id = %s",
                self.world.campaign_id,
            )
        }

    def test_no_acknowledged_cell_is_lost(self):
        chance = random.Random(1)
        with serve() as server:
            client = server.sign_in(self.world.logins[0])
            acknowledged = {}
            path = f"/preorder/campaign/{self.world.campaign_id}/save"
            for number in range(ROUNDS):
                for point in SAVING:
                    for how in ("kill", "terminate"):
                        product_id = chance.choice(self.world.product_ids)
                        quantity = chance.randint(1, 500)
                        server.arm(point, how)
                        answer = self._insist(
                            client,
                            path,
                            {
                                "batch": f"{number}-{point}-{how}",
                                "cells": [
                                    {
                                        "product": product_id,
                                        "date": None,
                                        "quantity": quantity,
                                        "revision": 0,
                                    }
                                ],
                            },
                        )
                        self.assertFalse(server.is_armed(point))
                        type(self).deaths += 1
                        self.assertEqual(answer["cells"][0]["status"], "stored")
                        acknowledged[product_id] = quantity
                        self.assertEqual(self._get_cells(), acknowledged)
                        path = f"/preorder/form/{answer['form']}/save"
            self.assertEqual(find_violations(self.world.query), [])

    def test_a_submission_makes_one_quotation_whatever_dies(self):
        with serve() as server:
            client = server.sign_in(self.world.logins[0])
            for _number in range(ROUNDS):
                for point in SUBMITTING:
                    for how in ("kill", "terminate"):
                        self.world.clear()
                        self.world.set_maximum(5)
                        [form_id] = self.world.make_forms([2, 1])
                        review = client.call(f"/preorder/form/{form_id}/review", {})
                        server.arm(point, how)
                        answer = self._insist(
                            client,
                            f"/preorder/form/{form_id}/submit",
                            {
                                "reviewed_total": review["totals"]["total"],
                                "details": {},
                            },
                        )
                        self.assertFalse(server.is_armed(point))
                        type(self).deaths += 1
                        self.assertIn("url", answer)
                        [(quotations,)] = self.world.query(
                            "SELECT COUNT(*) FROM sale_order"
                            " WHERE preorder_campaign_id = %s",
                            self.world.campaign_id,
                        )
                        self.assertEqual(quotations, 1)
                        self.assertEqual(self.world.get_used(), [3])
                        self.assertEqual(find_violations(self.world.query), [])

    def test_negative_control_an_unanswered_save_is_not_there(self):
        with serve() as server:
            client = server.sign_in(self.world.logins[0])
            server.arm("save.stored", "kill")
            with self.assertRaises((OSError, RuntimeError)):
                client.call(
                    f"/preorder/campaign/{self.world.campaign_id}/save",
                    {
                        "batch": "lost",
                        "cells": [
                            {
                                "product": self.world.product_ids[0],
                                "date": None,
                                "quantity": 7,
                                "revision": 0,
                            }
                        ],
                    },
                )
            self.assertEqual(self._get_cells(), {})
