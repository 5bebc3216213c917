"""Two buyers, customers and a crash at the same moment: nothing is ordered twice."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Barrier
from unittest import TestCase
from unittest.mock import patch

from psycopg2 import OperationalError
from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import retrying

from .world import CUSTOMERS, World

QUANTITY = 4


class TestPurchasePlanRaces(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.addClassCleanup(cls.world.remove)
        with cls._env() as env:
            supplier = env["res.partner"].create({"name": "Race supplier"})
            products = env["product.product"].browse(cls.world.product_ids)
            sellers = env["product.supplierinfo"].create(
                [
                    {
                        "partner_id": supplier.id,
                        "product_tmpl_id": product.product_tmpl_id.id,
                        "price": 3.0,
                    }
                    for product in products
                ]
            )
            cls.supplier_id, cls.seller_ids = supplier.id, sellers.ids
        cls.addClassCleanup(cls._remove_supplier)

    @classmethod
    def _remove_supplier(cls):
        with cls._env() as env:
            env["product.supplierinfo"].browse(cls.seller_ids).unlink()
            env["res.partner"].browse(cls.supplier_id).unlink()

    @classmethod
    @contextmanager
    def _env(cls):
        with cls.world.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def setUp(self):
        self.addCleanup(self.world.clear)
        with self._env() as env:
            plan = env["preorder.purchase.plan"].create(
                {"campaign_ids": [Command.link(self.world.campaign_id)]}
            )
            self.plan_id = plan.id
        self.addCleanup(self._remove_plan)
        self.plans = self.world.registry["preorder.purchase.plan"]

    def _remove_plan(self):
        with self._env() as env:
            plan = env["preorder.purchase.plan"].browse(self.plan_id)
            orders = plan.purchase_order_ids
            orders.button_cancel()
            orders.unlink()
            plan.unlink()

    def _confirm(self, form_ids):
        for form_id in form_ids:
            with self._env() as env:
                form = env["preorder.order"].browse(form_id)
                form._submit(fields.Datetime.now())._validate_order()

    def _sell(self):
        self._confirm(self.world.make_forms([QUANTITY])[:1])

    def _order(self):
        """Order what is missing, as a request does.

        :return: ``True``, or what the buyer reads instead
        """
        with self.world.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            plan = env["preorder.purchase.plan"].browse(self.plan_id)
            try:
                retrying(lambda: bool(plan.action_create_purchase_orders()), env)
            except UserError as error:
                cr.rollback()
                return str(error)
            return True

    def _get_ordered(self):
        [(ordered,)] = self.world.query(
            "SELECT COALESCE(SUM(product_qty), 0) FROM purchase_order_line"
            " WHERE preorder_plan_id = %s AND product_id = %s",
            self.plan_id,
            self.world.product_ids[0],
        )
        return ordered

    def _order_at_once(self, buyers=2):
        with ThreadPoolExecutor(buyers) as pool:
            return list(pool.map(lambda _n: self._order(), range(buyers)))

    @contextmanager
    def _meeting(self, buyers=2):
        """Let buyers wait for each other once they know what is missing."""
        barrier = Barrier(buyers)
        original = self.plans._order_lines

        def order_lines(plan, lines):
            lines.mapped("quantity_to_order")
            barrier.wait(20)
            return original(plan, lines)

        with patch.object(self.plans, "_order_lines", order_lines):
            yield

    def test_two_buyers_at_the_same_moment_order_once(self):
        self._sell()
        answers = self._order_at_once()
        self.assertEqual(answers.count(True), 1)
        [refusal] = [answer for answer in answers if answer is not True]
        self.assertIn("everything confirmed is on order", refusal)
        self.assertEqual(self._get_ordered(), QUANTITY)

    def test_five_buyers_at_the_same_moment_order_once(self):
        self._sell()
        self.assertEqual(self._order_at_once(5).count(True), 1)
        self.assertEqual(self._get_ordered(), QUANTITY)

    def test_negative_control_buyers_who_do_not_wait_order_twice(self):
        self._sell()
        with self._env() as env:
            env["preorder.purchase.plan"].browse(self.plan_id).action_update()
        with ExitStack() as stack:
            # The guards switched off: no lock, nothing read again, and a database that
            # lets the second one overwrite what the first one wrote.
            for name in ("_lock_orders", "_update_lines"):
                stack.enter_context(patch.object(self.plans, name, lambda plan: None))
            stack.enter_context(self._meeting())
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda _n: self._order_and_commit(), range(2)))
        self.assertEqual(self._get_ordered(), 2 * QUANTITY)

    def _order_and_commit(self):
        cr = self.world.registry.cursor()
        try:
            cr.connection.set_isolation_level(ISOLATION_LEVEL_READ_COMMITTED)
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            env["preorder.purchase.plan"].browse(
                self.plan_id
            ).action_create_purchase_orders()
            env.flush_all()
            cr.commit()
        finally:
            cr.close()

    def test_a_plan_brought_up_to_date_while_customers_confirm_counts_them_all(self):
        form_ids = self.world.make_forms([QUANTITY])

        def update():
            with self.world.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
                plan = env["preorder.purchase.plan"].browse(self.plan_id)
                retrying(plan.action_update, env)

        with ThreadPoolExecutor(4) as pool:
            confirmed = pool.submit(self._confirm, form_ids)
            updates = [pool.submit(update) for _n in range(6)]
            for task in (confirmed, *updates):
                task.result()
        update()
        [(quantity,)] = self.world.query(
            "SELECT SUM(quantity_confirmed) FROM preorder_purchase_plan_line"
            " WHERE plan_id = %s",
            self.plan_id,
        )
        self.assertEqual(quantity, QUANTITY * CUSTOMERS)

    def test_ordering_while_customers_confirm_orders_each_piece_once(self):
        form_ids = self.world.make_forms([QUANTITY])
        with ThreadPoolExecutor(3) as pool:
            confirmed = pool.submit(self._confirm, form_ids)
            orders = [pool.submit(self._order) for _n in range(4)]
            for task in (confirmed, *orders):
                task.result()
        self._order()
        self.assertEqual(self._get_ordered(), QUANTITY * CUSTOMERS)

    def test_a_crash_before_the_commit_orders_nothing_and_again_orders_once(self):
        self._sell()
        crashed = self.world.registry.cursor()
        self.addCleanup(crashed.close)
        env = api.Environment(crashed, SUPERUSER_ID, {"tracking_disable": True})
        env["preorder.purchase.plan"].browse(
            self.plan_id
        ).action_create_purchase_orders()
        env.flush_all()
        process = crashed.connection.get_backend_pid()
        self.world.query("SELECT pg_terminate_backend(%s)", process)
        with self.assertRaises(OperationalError):
            crashed.commit()
        self.assertEqual(self._get_ordered(), 0)
        self.assertIs(self._order(), True)
        self.assertEqual(self._get_ordered(), QUANTITY)
        self.assertIn("on order", self._order())
