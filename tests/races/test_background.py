"""Two background steps meet on one order: each is done once, and nothing in vain."""

from contextlib import contextmanager
from threading import Thread
from unittest import TestCase
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.sql_db import Cursor
from odoo.tools import SQL

from .world import World

LAUNCH, DOCUMENTS = "_cron_launch_preorders", "_cron_send_preorder_documents"


class TestBackgroundRaces(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.addClassCleanup(cls.world.remove)

    def setUp(self):
        self.addCleanup(self.world.clear)
        self.orders = self.world.registry["sale.order"]
        self.events = []

    @contextmanager
    def _env(self):
        with self.world.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def _confirm(self):
        """Confirm an order whose deliveries and confirmation mail are still to come."""
        form_id, *_rest = self.world.make_forms([4])
        with self._env() as env:
            quotation = (
                env["preorder.order"].browse(form_id)._submit(fields.Datetime.now())
            )
        with self._env() as env:
            order = env["sale.order"].browse(quotation.id)
            order._validate_order()
            self.assertTrue(order.preorder_launch_pending)
            self.assertTrue(order.preorder_pending_template_ids)
            return order.id

    def _run(self, method):
        """Run a scheduled action's method, as a worker of its own does."""
        with self._env() as env:
            getattr(env["sale.order"], method)()

    def _record(self, name, before_end=lambda: None):
        """Note when a step's work begins and ends."""
        original = getattr(self.orders, name)

        def work(order):
            self.events.append(f"{name} begins")
            original(order)
            before_end()
            self.events.append(f"{name} ends")

        return patch.object(self.orders, name, work)

    def _meet(self):
        """Launch deliveries; while that is under way, documents come due.

        The rival has a second to come as far as it can; then the first one goes on.
        """
        rivals = []

        def start_rival():
            if not rivals:
                rivals.append(Thread(target=self._run, args=(DOCUMENTS,)))
                rivals[0].start()
                rivals[0].join(1)

        with (
            self._record("_launch_deliveries", start_rival),
            self._record("_send_pending_mails"),
        ):
            self._run(LAUNCH)
            rivals[0].join()
            # Whoever met a conflict has asked for another run.
            self._run(LAUNCH)
            self._run(DOCUMENTS)

    def _without_lock(self):
        """The guard switched off: the order is read, not locked."""
        execute = Cursor.execute

        def execute_without_lock(cr, query, *args, **kwargs):
            if isinstance(query, SQL) and query.code.startswith(
                "SELECT id FROM sale_order WHERE id ="
            ):
                query = SQL(query.code.replace("FOR NO KEY UPDATE", ""), *query.params)
            return execute(cr, query, *args, **kwargs)

        return patch.object(Cursor, "execute", execute_without_lock)

    def assertDoneOnce(self, order_id):
        with self._env() as env:
            order = env["sale.order"].browse(order_id)
            self.assertEqual(len(order.picking_ids), 1)
            self.assertEqual(
                sum(order.picking_ids.move_ids.mapped("product_uom_qty")), 4
            )
            self.assertFalse(order.preorder_launch_pending)
            self.assertFalse(order.preorder_pending_template_ids)
            self.assertFalse(order.preorder_launch_failures)
            self.assertFalse(order.preorder_documents_failures)
            self.assertFalse(order.activity_ids)
            self.assertEqual(len(order.message_ids.filtered("subject")), 1)

    def test_two_steps_wait_for_each_other_and_each_is_done_once(self):
        order_id = self._confirm()
        self._meet()
        self.assertEqual(
            self.events,
            [
                "_launch_deliveries begins",
                "_launch_deliveries ends",
                "_send_pending_mails begins",
                "_send_pending_mails ends",
            ],
        )
        self.assertDoneOnce(order_id)

    def test_the_same_step_on_two_workers_is_done_once(self):
        order_id = self._confirm()
        workers = [
            Thread(target=self._run, args=(method,))
            for method in (LAUNCH, LAUNCH, DOCUMENTS, DOCUMENTS)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        self._run(LAUNCH)
        self._run(DOCUMENTS)
        self.assertDoneOnce(order_id)

    def test_negative_control_without_the_lock_work_is_done_in_vain(self):
        self._confirm()
        with self._without_lock():
            self._meet()
        self.assertLess(
            self.events.index("_send_pending_mails begins"),
            self.events.index("_launch_deliveries ends"),
        )
