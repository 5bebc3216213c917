"""A limit is sold to the last piece and never beyond, over HTTP on two workers."""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from unittest import TestCase

from scripts import reliability

from .invariants import find_violations
from .server import serve
from .world import Trade

CUSTOMERS = 16
#: Rounds of a usual run; ``./dev test-long`` takes 42 times as many.
ROUNDS = 5 * int(os.environ.get("PREORDER_TEST_TIMES", "1"))


class TestQuota(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = Trade(CUSTOMERS)
        cls.addClassCleanup(cls.world.remove)

    def setUp(self):
        self.addCleanup(self.world.clear)

    def _submit_at_once(self, clients, form_ids):
        """Let every customer submit its form at the same moment.

        :return: list of answers: ``True``, what the customer reads, or what went wrong
        """

        def submit(client, form_id):
            review = client.call(f"/preorder/form/{form_id}/review", {})
            answer = client.call(
                f"/preorder/form/{form_id}/submit",
                {"reviewed_total": review["totals"]["total"], "details": {}},
            )
            return True if "url" in answer else answer.get("refused", answer)

        with ThreadPoolExecutor(len(clients)) as pool:
            return list(pool.map(submit, clients, form_ids))

    def _race(self, server, rounds, prepare):
        """Race so many times.

        :param prepare: function of a quantity that lets so much be sold
        :return: (rounds that sold exactly what there was, answers that are neither)
        """
        clients = [server.sign_in(login) for login in self.world.logins]
        exact, lost = 0, []
        chance = random.Random(20260310)
        for _round in range(rounds):
            self.world.clear()
            quantity = chance.randint(1, CUSTOMERS + 4)
            prepare(quantity)
            answers = self._submit_at_once(clients, self.world.make_forms([1]))
            lost += [
                answer
                for answer in answers
                if answer is not True and not isinstance(answer, str)
            ]
            self.assertEqual(find_violations(self.world.query), [])
            exact += self.world.get_sold() == min(quantity, CUSTOMERS)
        return exact, lost

    def test_quota_race(self):
        # openfoodnetwork #4018, #6417: the last item was sold twice.
        with serve() as server:
            exact, lost = self._race(server, ROUNDS, self.world.set_maximum)
        reliability.note(
            "quota.race",
            exact == ROUNDS and not lost,
            f"{exact} of {ROUNDS} rounds of {CUSTOMERS} clients sold exactly what "
            f"there was; {len(lost)} requests lost",
            rounds=ROUNDS,
            exact=exact,
            lost=len(lost),
        )
        self.assertEqual((exact, lost), (ROUNDS, []))

    def test_outlet_race(self):
        def put_in_stock(quantity):
            self.world.put_in_stock(quantity)
            self.world.set_rules(only_in_stock=True)

        with serve() as server:
            exact, lost = self._race(server, ROUNDS, put_in_stock)
        reliability.note(
            "outlet.race",
            exact == ROUNDS and not lost,
            f"{exact} of {ROUNDS} rounds of {CUSTOMERS} clients promised exactly what "
            f"was in stock; {len(lost)} requests lost",
            rounds=ROUNDS,
            exact=exact,
            lost=len(lost),
        )
        self.assertEqual((exact, lost), (ROUNDS, []))

    def test_negative_control_without_the_lock_the_same_race_oversells(self):
        with serve(without="lock") as server:
            clients = [server.sign_in(login) for login in self.world.logins]
            oversold = False
            for _round in range(20):
                self.world.clear()
                self.world.set_maximum(2)
                forms = self.world.make_forms([1])
                # The first to count anything makes its counter, which lets others wait.
                self._submit_at_once(clients[:1], forms[:1])
                self._submit_at_once(clients[1:], forms[1:])
                oversold = self.world.get_sold() > 2
                if oversold:
                    break
        self.assertTrue(oversold)
