"""Two purchasers apply allocations of the same goods at the same moment."""

from threading import Event, Thread
from unittest import TestCase
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Command

from .world import World


class TestAllocationRaces(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.addClassCleanup(cls.world.remove)

    def setUp(self):
        self.addCleanup(self.world.clear)
        self.allocation_ids = []
        self.addCleanup(self._clear_allocations)
        first, second, *_rest = self.world.make_forms([6])
        for form_id in (first, second):
            with self.world.registry.cursor() as cr:
                form = self._get_env(cr)["preorder.order"].browse(form_id)
                order = form._submit(fields.Datetime.now())
                order.with_context(preorder_inline=True).action_confirm()
        with self.world.registry.cursor() as cr:
            env = self._get_env(cr)
            campaign = env["preorder.campaign"].browse(self.world.campaign_id)
            stock = campaign._get_allocation_warehouse().lot_stock_id
            product = env["product.product"].browse(self.world.product_ids[0])
            env["stock.quant"]._update_available_quantity(product, stock, 8)
            allocations = env["preorder.allocation"].create(
                [
                    {"campaign_ids": [Command.link(campaign.id)], "strategy": strategy}
                    for strategy in ("first", "proportional")
                ]
            )
            allocations.action_update()
            self.allocation_ids = allocations.ids

    def _get_env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def _clear_allocations(self):
        with self.world.registry.cursor() as cr:
            env = self._get_env(cr)
            allocations = env["preorder.allocation"].browse(self.allocation_ids)
            allocations.line_ids.is_applied = False
            allocations.state = "draft"
            allocations.unlink()

    def _apply_at_once(self):
        """Apply both: the second begins before the first is committed.

        :return: what became of the second: an error, or nothing
        """
        outcome = []
        begun = Event()

        def apply_second():
            with self.world.registry.cursor() as cr:
                env = self._get_env(cr)
                # The transaction sees what was committed when it first reads.
                allocation = env["preorder.allocation"].browse(self.allocation_ids[1])
                allocation.read(["state"])
                begun.set()
                try:
                    allocation.action_apply()
                except psycopg2.errors.SerializationFailure as error:
                    cr.rollback()
                    outcome.append(error)

        with self.world.registry.cursor() as cr:
            env = self._get_env(cr)
            env["preorder.allocation"].browse(self.allocation_ids[0]).action_apply()
            rival = Thread(target=apply_second)
            rival.start()
            begun.wait(30)
            rival.join(1)
        rival.join(60)
        return outcome

    def _get_held(self):
        with self.world.registry.cursor() as cr:
            lines = self._get_env(cr)["preorder.allocation.line"].search(
                [("is_applied", "=", True)]
            )
            return sum(lines.mapped("quantity"))

    def test_the_later_one_is_repeated_and_sees_what_is_left(self):
        # Odoo repeats the request after a serialization failure.
        self.assertTrue(self._apply_at_once())
        self.assertEqual(self._get_held(), 8)
        with self.world.registry.cursor() as cr:
            second = self._get_env(cr)["preorder.allocation"].browse(
                self.allocation_ids[1]
            )
            self.assertEqual(second.action_apply()["tag"], "display_notification")
            self.assertEqual(sum(second.line_ids.mapped("quantity")), 0)

    def test_without_the_lock_the_same_goods_are_given_twice(self):
        allocations = self.world.registry["preorder.allocation"]
        lines = self.world.registry["preorder.allocation.line"]
        with (
            patch.object(allocations, "_lock", lambda self: None),
            # Reserving touches the same rows of stock, which hides what is held.
            patch.object(lines, "_reserve", lambda self: None),
        ):
            self.assertFalse(self._apply_at_once())
        self.assertEqual(self._get_held(), 16)
