"""Whoever saves the same cells at once waits, and never for each other."""

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from unittest import TestCase

from scripts import reliability

from .invariants import find_violations
from .server import serve
from .world import Trade

#: Batches of a usual run; ``./dev test-long`` sends 42 times as many.
BATCHES = 240 * int(os.environ.get("PREORDER_TEST_TIMES", "1"))
#: Batches at most after which the control has to have deadlocked.
CONTROL_BATCHES = 2000
FORMS = 2
#: Tabs of each form's customer.
TABS = 3
PRODUCTS = 20
#: Between a batch's cells, so that two who write the same ones meet midway.
MOMENT = 0.004
_STATISTICS_SECONDS = 15


class TestDeadlock(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = Trade(FORMS, products=PRODUCTS)
        cls.addClassCleanup(cls.world.remove)

    def setUp(self):
        self.addCleanup(self.world.clear)
        self.addCleanup(self._execute, "DROP FUNCTION test_wait_between_cells CASCADE")
        self._execute(
            "CREATE FUNCTION test_wait_between_cells() RETURNS trigger"
            f" AS 'BEGIN PERFORM pg_sleep({MOMENT}); RETURN NEW; END' LANGUAGE plpgsql;"
            "CREATE TRIGGER test_wait_between_cells"
            " BEFORE INSERT ON preorder_order_line"
            " FOR EACH ROW EXECUTE FUNCTION test_wait_between_cells()"
        )

    def _execute(self, statement):
        with self.world.registry.cursor() as cr:
            cr.execute(statement)

    def _count_deadlocks(self):
        """Deadlocks that PostgreSQL has counted in this database, ever."""
        [(count,)] = self.world.query(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )
        return count

    def _storm(self, server, batches, *, enough=lambda: False):
        """Save batches of all products in random order, from several tabs at once.

        :param enough: asked before each batch whether to leave off
        :return: (batches that were stored, answers that say anything else)
        """
        form_ids = self.world.make_forms([])
        clients = [server.sign_in(login) for login in self.world.logins]
        tabs = [
            (form_id, copy(client), random.Random(f"{form_id} {number}"))
            for form_id, client in zip(form_ids, clients, strict=True)
            for number in range(TABS)
        ]

        def save(tab):
            number, (form_id, client, chance) = tab
            stored, others = 0, []
            for batch in range(number, batches, len(tabs)):
                if enough():
                    break
                product_ids = chance.sample(self.world.product_ids, PRODUCTS)
                answer = client.call(
                    f"/preorder/form/{form_id}/save",
                    {
                        "batch": f"deadlock-{batch}",
                        "cells": [
                            {
                                "product": product_id,
                                "date": None,
                                "quantity": chance.randint(1, 99),
                                "revision": 0,
                            }
                            for product_id in product_ids
                        ],
                    },
                )
                if all(cell["status"] == "stored" for cell in answer["cells"]):
                    stored += 1
                else:
                    others.append(answer)
            return stored, others

        with ThreadPoolExecutor(len(tabs)) as pool:
            results = list(pool.map(save, enumerate(tabs)))
        return (
            sum(stored for stored, _others in results),
            [answer for _stored, others in results for answer in others],
        )

    def test_cells_in_any_order_never_wait_for_each_other(self):
        before = self._count_deadlocks()
        with serve(repeat_soon=True) as server:
            stored, others = self._storm(server, BATCHES)
        # A connection that ends has told what it counted.
        deadlocks = self._count_deadlocks() - before
        reliability.note(
            "deadlock",
            (stored, others, deadlocks) == (BATCHES, [], 0),
            f"{stored} of {BATCHES} batches of {PRODUCTS} cells in random order, from "
            f"{FORMS * TABS} tabs on {FORMS} forms, were stored; {deadlocks} deadlocks",
            batches=stored,
            deadlocks=deadlocks,
        )
        self.assertEqual((stored, others, deadlocks), (BATCHES, [], 0))
        self.assertEqual(find_violations(self.world.query), [])

    def test_negative_control_cells_written_as_they_were_sent_deadlock(self):
        before = self._count_deadlocks()
        with serve(without="order", repeat_soon=True) as server:
            self._storm(
                server,
                CONTROL_BATCHES,
                enough=lambda: self._count_deadlocks() > before,
            )
        until = time.monotonic() + _STATISTICS_SECONDS
        while self._count_deadlocks() == before and time.monotonic() < until:
            time.sleep(0.2)
        self.assertGreater(self._count_deadlocks(), before)
