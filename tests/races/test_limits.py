"""Limits are never oversold and never undersold, whoever submits at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Thread
from unittest import TestCase
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tools import SQL

from .world import CUSTOMERS, World


class TestLimitRaces(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.addClassCleanup(cls.world.remove)

    def setUp(self):
        self.addCleanup(self.world.clear)
        self.reservations = self.world.registry["preorder.limit.reservation"]

    def _submit(self, form_id):
        """Submit a form as a request does.

        :return: ``True``, or what the customer reads instead
        """
        with self.world.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            form = env["preorder.order"].browse(form_id)
            try:
                retrying(lambda: form._submit(fields.Datetime.now()).id, env)
            except UserError as error:
                cr.rollback()
                return str(error)
            return True

    def _submit_all(self, form_ids):
        with ThreadPoolExecutor(len(form_ids)) as pool:
            return list(pool.map(self._submit, form_ids))

    def _make_two_forms(self):
        """Two forms that want more than there is.

        The counter is there already, from a quotation that was cancelled: making one
        makes rivals wait by itself.
        """
        first, second, earlier, *_rest = self.world.make_forms([4])
        self._submit(earlier)
        with self.world.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["preorder.order"].browse(earlier).sale_order_id._action_cancel()
        return first, second

    @contextmanager
    def _rival_between_check_and_write(self, form_id):
        """Let a rival submit just after somebody else's check, before it is written.

        The rival has a second to come through; then the first one goes on.
        """
        write = self.reservations._write_difference
        answers, began = [], Event()

        def submit_rival():
            answers.append(self._submit(form_id))

        rival = Thread(target=submit_rival)

        def write_after_rival(*args):
            if not began.is_set():
                began.set()
                rival.start()
                rival.join(1)
            return write(*args)

        with patch.object(self.reservations, "_write_difference", write_after_rival):
            yield answers
            rival.join()

    def _without_lock(self):
        """The guard switched off: counters are read, not locked."""
        lock = self.reservations._lock_counters
        execute = api.Environment.execute_query

        def execute_without_lock(env, query):
            return execute(
                env, SQL(query.code.replace("FOR UPDATE", ""), *query.params)
            )

        def read_only(*args):
            with patch.object(api.Environment, "execute_query", execute_without_lock):
                return lock(*args)

        return patch.object(self.reservations, "_lock_counters", read_only)

    def test_everything_is_sold_and_nothing_twice(self):
        self.world.set_rules(
            {"name": "A", "counted_per": "everyone", "maximum": 8},
            {
                "name": "B",
                "counted_per": "everyone",
                "maximum": 100,
                "product_ids": self.world.product_ids,
            },
            {"name": "C", "counted_per": "company", "maximum": 2},
        )
        answers = self._submit_all(self.world.make_forms([1, 1]))
        self.assertEqual(answers.count(True), 4)
        for answer in answers:
            if answer is not True:
                self.assertIn("A: at most 8 for all customers together", answer)
        self.assertEqual(self.world.get_used(), [8, 8, 8])
        self.assertEqual(self.world.get_sold(), 4)

    def test_a_rival_between_check_and_write_waits_and_is_refused(self):
        self.world.set_rules({"name": "A", "counted_per": "everyone", "maximum": 5})
        first, second = self._make_two_forms()
        with self._rival_between_check_and_write(second) as answers:
            self.assertIs(self._submit(first), True)
        self.assertIn("1 are left; your form has 4", answers[0])
        self.assertEqual(self.world.get_sold(), 4)

    def test_negative_control_without_the_lock_the_same_race_oversells(self):
        self.world.set_rules({"name": "A", "counted_per": "everyone", "maximum": 5})
        first, second = self._make_two_forms()
        with (
            self._without_lock(),
            self._rival_between_check_and_write(second) as answers,
        ):
            self.assertIs(self._submit(first), True)
        self.assertEqual(answers, [True])
        self.assertEqual(self.world.get_sold(), 8)

    def test_no_more_is_promised_than_is_in_stock(self):
        self.world.put_in_stock(9)
        self.world.set_rules(only_in_stock=True)
        form_ids = self.world.make_forms([2])
        answers = self._submit_all(form_ids)
        self.assertEqual(answers.count(True), 4)
        self.assertEqual(self.world.get_sold(), 8)

    def test_negative_control_without_the_lock_stock_is_promised_twice(self):
        self.world.put_in_stock(5)
        self.world.set_rules(only_in_stock=True)
        first, second = self._make_two_forms()
        with (
            self._without_lock(),
            self._rival_between_check_and_write(second) as answers,
        ):
            self._submit(first)
        self.assertEqual(answers, [True])
        self.assertEqual(self.world.get_sold(), 8)

    def test_a_submission_that_fails_gives_back_at_once(self):
        self.world.set_rules({"name": "A", "counted_per": "everyone", "maximum": 4})
        first, second, *_rest = self.world.make_forms([4])
        with self.assertRaises(ZeroDivisionError), self.world.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["preorder.order"].browse(first)._submit(fields.Datetime.now())
            self.assertEqual(self.world.get_used(), [4])
            raise ZeroDivisionError
        self.assertEqual(self.world.get_used(), [0])
        self.assertIs(self._submit(second), True)

    def test_a_crash_leaks_nothing_and_the_sweep_spares_who_is_under_way(self):
        self.world.set_rules({"name": "A", "counted_per": "everyone", "maximum": 9})
        crashed, slow, *_rest = self.world.make_forms([4])
        connection = self.world.registry.cursor()
        api.Environment(connection, SUPERUSER_ID, {})["preorder.order"].browse(
            crashed
        )._submit(fields.Datetime.now())
        connection.postrollback.clear()
        connection.close()
        self.assertEqual(self.world.get_used(), [4])
        with self.world.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["preorder.order"].browse(slow)._submit(fields.Datetime.now())
            self._sweep_later()
            self.assertEqual(self.world.get_used(), [4])
        self.assertEqual(self.world.get_used(), [4])
        self.assertEqual(self.world.get_sold(), 4)

    def _sweep_later(self):
        """Sweep as if some minutes had gone by."""
        with self.world.registry.cursor() as cr:
            cr.execute(
                "UPDATE preorder_limit_reservation"
                "   SET settled_at = settled_at - interval '1 hour'"
            )
        with self.world.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["preorder.limit.reservation"]._sweep()

    def test_cancelling_gives_back_after_the_commit_and_not_before(self):
        self.world.set_rules({"name": "A", "counted_per": "everyone", "maximum": 4})
        first, second, *_rest = self.world.make_forms([4])
        self.assertIs(self._submit(first), True)
        with self.world.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["preorder.order"].browse(first).sale_order_id._action_cancel()
            env.flush_all()
            self.assertIn("0 are left", self._submit(second))
        self.assertEqual(self.world.get_used(), [0])
        self.assertIs(self._submit(second), True)

    def test_a_limit_made_while_customers_submit_counts_them_all(self):
        form_ids = self.world.make_forms([3])
        with ThreadPoolExecutor(CUSTOMERS + 1) as pool:
            answers = [pool.submit(self._submit, form_id) for form_id in form_ids]
            pool.submit(
                self.world.set_rules,
                {"name": "A", "counted_per": "everyone", "maximum": 1000},
            ).result()
            submitted = [answer.result() for answer in answers].count(True)
        self._sweep_later()
        self.assertEqual(submitted, CUSTOMERS)
        self.assertEqual(self.world.get_used(), [3 * submitted])
