from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import NOW, PreorderCommon

FAILURES = "odoo.addons.preorder_campaign.models.sale_order_background"


@tagged("post_install", "-at_install")
class TestLaunch(PreorderCommon):
    """Confirming returns at once; deliveries and documents follow, exactly once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.variants = cls.jacket.product_variant_ids
        cls.bottle_variant = cls.bottle.product_variant_id
        cls.campaign.write(
            {"delivery_from": "2027-03-01", "delivery_until": "2027-04-15"}
        )
        cls.salesperson = cls.env["res.users"].create(
            {
                "name": "Sven",
                "login": "sven",
                "group_ids": [
                    Command.set(cls.env.ref("sales_team.group_sale_salesman").ids)
                ],
            }
        )

    def _make_quotation(self, quantities=None, user=None):
        form = self._get_form(
            self._save(
                quantities or {self.variants[0]: 12, self.bottle_variant: 5}, user=user
            )
        )
        form.user_id = self.salesperson
        return form._submit(NOW)

    def _confirm(self, quantities=None, user=None):
        quotation = self._make_quotation(quantities, user)
        quotation.action_confirm()
        return quotation

    def _run(self, method):
        """Run a cron's method as the scheduler does, with commits."""
        self.env.flush_all()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            getattr(env["sale.order"], method)()
        self.env.invalidate_all()

    def _run_launch(self):
        self._run("_cron_launch_preorders")

    # Deliveries

    def test_confirming_makes_no_delivery_and_says_it_is_pending(self):
        order = self._confirm()
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.picking_ids)
        self.assertTrue(order.preorder_launch_pending)
        self.assertEqual(order.delivery_status, "pending")

    def test_the_scheduler_is_woken_by_the_confirmation(self):
        cron = self.env.ref("preorder_campaign.ir_cron_launch")
        domain = [("cron_id", "=", cron.id)]
        before = self.env["ir.cron.trigger"].search_count(domain)
        self._confirm()
        after = self.env["ir.cron.trigger"].search_count(domain)
        self.assertGreater(after, before)

    def test_the_scheduler_makes_the_delivery_once_however_often_it_runs(self):
        # A crash between confirmation and delivery leaves just this state behind.
        order = self._confirm()
        for _time in range(3):
            self._run_launch()
            self.assertEqual(len(order.picking_ids), 1)
            self.assertEqual(
                {m.product_id: m.product_uom_qty for m in order.picking_ids.move_ids},
                {self.variants[0]: 12, self.bottle_variant: 5},
            )
        self.assertFalse(order.preorder_launch_pending)
        self.assertEqual(order.delivery_status, "pending")

    def test_whoever_needs_the_delivery_at_once_gets_it(self):
        quotation = self._make_quotation()
        quotation.with_context(preorder_inline=True).action_confirm()
        self.assertEqual(len(quotation.picking_ids), 1)
        self._run_launch()
        self.assertEqual(len(quotation.picking_ids), 1)

    def test_ordinary_orders_are_delivered_as_ever_also_confirmed_together(self):
        ordinary = self.env["sale.order"].create(
            {
                "partner_id": self.customer.partner_id.id,
                "order_line": [
                    Command.create({"product_id": self.bottle_variant.id}),
                ],
            }
        )
        quotation = self._make_quotation()
        (ordinary | quotation).action_confirm()
        self.assertEqual(len(ordinary.picking_ids), 1)
        self.assertFalse(ordinary.preorder_launch_pending)
        self.assertEqual(quotation.state, "sale")
        self.assertFalse(quotation.picking_ids)
        self.assertEqual(
            ordinary.stock_reference_ids.mapped("preorder_delivery_date"), [False]
        )

    def test_locked_orders_are_delivered_and_locked_then(self):
        self.env["res.config.settings"].create(
            {"group_auto_done_setting": True}
        ).execute()
        order = self._confirm()
        self.assertFalse(order.locked)
        self._run_launch()
        self.assertEqual(len(order.picking_ids), 1)
        self.assertTrue(order.locked)

    def test_an_order_locked_by_hand_meanwhile_is_delivered_and_stays_locked(self):
        order = self._confirm()
        order.action_lock()
        self._run_launch()
        self.assertEqual(len(order.picking_ids), 1)
        self.assertTrue(order.locked)

    def test_two_delivery_dates_make_two_deliveries_with_their_dates(self):
        quotation = self._make_quotation()
        late = quotation.order_line.filtered(
            lambda line: line.product_id == self.bottle_variant
        )
        late.commitment_date = "2027-04-10 12:00:00"
        quotation.action_confirm()
        self._run_launch()
        self.assertEqual(
            {
                (picking.scheduled_date.date(), picking.move_ids.product_id)
                for picking in quotation.picking_ids
            },
            {
                (fields.Date.to_date("2027-03-01"), self.variants[0]),
                (fields.Date.to_date("2027-04-10"), self.bottle_variant),
            },
        )
        self.assertEqual(len(quotation.picking_ids), 2)
        self.assertEqual(len(quotation.stock_reference_ids), 2)

    def test_what_the_office_adds_later_goes_to_the_delivery_of_its_date(self):
        quotation = self._make_quotation()
        late = quotation.order_line.filtered(
            lambda line: line.product_id == self.bottle_variant
        )
        late.commitment_date = "2027-04-10 12:00:00"
        quotation.action_confirm()
        self._run_launch()
        late.product_uom_qty = 8
        quotation.order_line = [
            Command.create(
                {
                    "product_id": self.variants[1].id,
                    "product_uom_qty": 2,
                    "commitment_date": "2027-04-10 12:00:00",
                }
            )
        ]
        self.assertEqual(len(quotation.picking_ids), 2)
        later = quotation.picking_ids.filtered(
            lambda picking: self.bottle_variant in picking.move_ids.product_id
        )
        self.assertEqual(
            {m.product_id: m.product_uom_qty for m in later.move_ids},
            {self.bottle_variant: 8, self.variants[1]: 2},
        )

    def test_a_quantity_changed_before_the_delivery_is_what_is_delivered(self):
        order = self._confirm()
        order.order_line.filtered(
            lambda line: line.product_id == self.bottle_variant
        ).product_uom_qty = 9
        self.assertFalse(order.picking_ids)
        self._run_launch()
        self.assertEqual(sum(order.picking_ids.move_ids.mapped("product_uom_qty")), 21)

    def test_cancelled_before_the_delivery_nothing_is_delivered(self):
        order = self._confirm()
        order._action_cancel()
        self._run_launch()
        self.assertFalse(order.picking_ids)
        self.assertFalse(order.preorder_launch_pending)

    def test_confirmed_again_after_a_cancellation_it_is_delivered(self):
        order = self._confirm()
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self._run_launch()
        self.assertEqual(len(order.picking_ids), 1)

    # Stock figures

    def _get_figures(self, **context):
        product = self.bottle_variant.with_context(**context)
        product.invalidate_recordset()
        return product.outgoing_qty, product.virtual_available, product.free_qty

    def test_stock_figures_are_the_same_before_and_after_the_delivery_is_made(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        other = self.env["stock.warehouse"].create({"name": "Far", "code": "FAR"})
        self.env["stock.quant"]._update_available_quantity(
            self.bottle_variant, warehouse.lot_stock_id, 8
        )
        views = (
            {},
            {"warehouse_id": warehouse.id},
            {"warehouse_id": other.id},
            {"location": warehouse.lot_stock_id.id},
            {"to_date": "2027-02-01 00:00:00"},
            {"to_date": "2027-03-02 00:00:00"},
        )
        order = self._confirm()
        before = [self._get_figures(**view) for view in views]
        self._run_launch()
        self.assertTrue(order.picking_ids)
        after = [self._get_figures(**view) for view in views]
        self.assertEqual(before, after)
        self.assertEqual(before[0], (5, 3, 3))
        self.assertEqual(before[2], (0, 0, 0))
        self.assertEqual(before[4][:2], (0, 8))

    # Failures

    def _fail(self, names=()):
        """Break the launch of some orders, as a missing rule does."""
        model = type(self.env["sale.order.line"])
        original = model._action_launch_stock_rule

        def launch(lines, **kwargs):
            if lines.order_id.name in names and lines.order_id.state == "sale":
                raise UserError(self.env._("No rule has been found"))
            return original(lines, **kwargs)

        return patch.object(model, "_action_launch_stock_rule", launch)

    def test_a_failure_holds_up_no_other_order_and_is_told_to_the_salesperson(self):
        dealer = self._make_customer("Second", "second", self.label)
        first = self._make_quotation()
        second = self._make_quotation(user=dealer)
        (first | second).action_confirm()
        with self._fail([first.name]), mute_logger(FAILURES):
            self._run_launch()
        self.assertFalse(first.picking_ids)
        self.assertTrue(first.preorder_launch_pending)
        self.assertEqual(len(second.picking_ids), 1)
        activity = first.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.salesperson)
        self.assertIn("No rule has been found", activity.note)
        self.assertIn(first.name, activity.note)
        self.assertFalse(second.activity_ids)

    def test_what_failed_is_tried_again_later_and_later_not_at_once(self):
        order = self._confirm()
        waits = []
        with self._fail([order.name]), mute_logger(FAILURES):
            for _time in range(12):
                self._run_launch()
                now = fields.Datetime.now()
                wait = order.preorder_launch_retry_at - now
                waits.append(round(wait.total_seconds() / 60))
                failures = order.preorder_launch_failures
                self._run_launch()
                self.assertEqual(order.preorder_launch_failures, failures)
                order.preorder_launch_retry_at = now - timedelta(seconds=1)
        self.assertEqual(waits[:4], [5, 10, 20, 40])
        self.assertEqual(waits[-1], 24 * 60)
        self.assertEqual(len(order.activity_ids), 1)
        self._run_launch()
        self.assertEqual(len(order.picking_ids), 1)
        self.assertFalse(order.activity_ids)
        self.assertFalse(order.preorder_launch_failures)

    # Documents

    def _get_mails(self, order):
        """Messages to the customer with a document."""
        return order.message_ids.filtered("attachment_ids")

    def test_the_confirmation_mail_is_sent_in_the_background_once(self):
        quotation = self._make_quotation()
        quotation._validate_order()
        self.assertFalse(self._get_mails(quotation))
        for _time in range(2):
            self._run("_cron_send_preorder_documents")
            self.assertEqual(len(self._get_mails(quotation)), 1)
        self.assertFalse(quotation.preorder_pending_template_ids)

    def _write_subject(self, template, subject):
        self.env.cr.execute(
            "UPDATE mail_template SET subject = jsonb_build_object('en_US', %s)"
            " WHERE id = %s",
            (subject, template.id),
        )
        self.env.invalidate_all()

    def test_a_mail_that_fails_is_told_and_sent_later(self):
        quotation = self._make_quotation()
        quotation._validate_order()
        template = self.env.ref("sale.mail_template_sale_confirmation")
        good = template.subject
        # Odoo would not let a broken template be saved.
        self._write_subject(template, "{{ object.nothing_like_this }}")
        with mute_logger(FAILURES, "odoo.addons.mail.models.mail_render_mixin"):
            self._run("_cron_send_preorder_documents")
        self.assertFalse(self._get_mails(quotation))
        self.assertEqual(quotation.activity_ids.user_id, self.salesperson)
        self._write_subject(template, good)
        quotation.preorder_documents_retry_at = False
        self._run("_cron_send_preorder_documents")
        self.assertEqual(len(self._get_mails(quotation)), 1)
        self.assertFalse(quotation.activity_ids)

    def test_what_is_cancelled_meanwhile_is_not_confirmed_by_mail(self):
        quotation = self._make_quotation()
        quotation._validate_order()
        quotation._action_cancel()
        self._run("_cron_send_preorder_documents")
        self.assertFalse(self._get_mails(quotation))
