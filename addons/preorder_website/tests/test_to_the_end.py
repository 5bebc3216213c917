from datetime import date, timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.preorder_campaign.tests.common import NOW

from .test_prepayment import PrepaymentCommon


@tagged("post_install", "-at_install")
class TestToTheEnd(PrepaymentCommon):
    """From the order form to the last invoice, with goods that really leave."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.campaign.write(
            {"delivery_from": "2026-09-01", "delivery_until": "2026-12-31"}
        )

    def _put_in_stock(self, quantity):
        self.env["stock.quant"]._update_available_quantity(
            self.line.product_id, self.warehouse.lot_stock_id, quantity
        )

    def _make_deliveries(self):
        """What the scheduled action does with a confirmed order."""
        self.assertEqual(self.quotation.state, "sale")
        self.quotation._launch_deliveries()
        return self.quotation.picking_ids

    def _send_off(self, quantity):
        """Let so many pieces leave; the rest waits in a delivery of its own."""
        picking = self.quotation.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        picking.action_assign()
        picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def _get_untaxed(self):
        return [
            invoice.amount_untaxed_signed
            for invoice in self.quotation.invoice_ids.sorted("id")
        ]

    def test_a_partial_delivery_worth_less_than_the_prepayment_is_billed_to_the_end(
        self,
    ):
        # 600.00 ordered, 180.00 paid and invoiced beforehand, 100.00 delivered: Odoo
        # gives the difference back by a credit note.
        self._set_automatic_invoices()
        self._sign()
        self._pay(0.3)
        self._make_deliveries()
        self._put_in_stock(6)
        self._send_off(1)
        self._invoice()
        self.assertEqual(self._get_untaxed(), [180, -80])
        self._send_off(5)
        self.assertEqual(self.line.qty_delivered, 6)
        self._invoice()
        self.assertEqual(self._get_untaxed(), [180, -80, 500])
        self.assertAsksForAllOnce()
        self.assertFalse(self.quotation._get_invoiceable_lines(final=True))

    def test_without_automatic_invoices_a_small_delivery_leaves_the_rest_to_the_next(
        self,
    ):
        self._set_automatic_invoices(False)
        self._sign()
        self._pay(0.3)
        self._make_deliveries()
        self._put_in_stock(6)
        self._send_off(1)
        first = self._invoice()
        self.assertAlmostEqual(first.amount_total, self.total / 6)
        self.assertEqual(first.amount_residual, 0)
        self._send_off(5)
        last = self._invoice()
        self.assertAlmostEqual(last.amount_residual, self.total * 0.7)
        self.assertAsksForAllOnce()

    def test_what_is_never_delivered_is_given_back_of_the_prepayment(self):
        self._set_automatic_invoices()
        self._sign()
        self._pay(0.5)
        self._make_deliveries()
        self._put_in_stock(1)
        self._send_off(1)
        self.quotation.picking_ids.filtered(
            lambda picking: picking.state != "done"
        ).action_cancel()
        self._invoice()
        self.assertEqual(self._get_untaxed(), [300, -200])
        self.assertAlmostEqual(
            sum(self.quotation.invoice_ids.mapped("amount_total_signed")),
            self.total / 6,
        )

    def test_the_chosen_delivery_date_follows_the_order_to_the_delivery(self):
        # odoo #287236: the chosen delivery date was overwritten at checkout.
        self.campaign.write({"allow_multiple_forms": True, "delivery_dates": "order"})
        form = self._get_form(self._save({self.jacket.product_variant_ids[1]: 6}))
        form.requested_delivery_from = "2026-10-05"
        self.quotation = form._submit(NOW)
        self._sign()
        self._pay(0.3)
        [picking] = self._make_deliveries()
        self.assertEqual(self.quotation.commitment_date.date(), date(2026, 10, 5))
        self.assertEqual(picking.date_deadline.date(), date(2026, 10, 5))
        self.assertEqual(
            {move.date_deadline.date() for move in picking.move_ids},
            {date(2026, 10, 5)},
        )

    def test_a_payment_begun_before_the_end_completes_though_the_campaign_has_closed(
        self,
    ):
        # openfoodnetwork #13519, #8142: the close fell during card authentication;
        # lines vanished, or money was taken without an order.
        now = fields.Datetime.now()
        campaign = self.campaign.with_context(preorder_now=None)
        self._sign()
        transaction = self._make_transaction(round(self.total * 0.3, 2))
        transaction._set_pending()
        campaign.closing_outcome = "cancel"
        campaign.date_end = now - timedelta(minutes=1)
        self.env.ref("preorder_campaign.cron_run_campaigns").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(campaign.state, "closed")
        transaction._set_done()
        self._process(transaction)
        self.assertEqual(self.quotation.state, "sale")
        self.assertEqual(self.quotation.preorder_order_ids.state, "confirmed")
        self.assertEqual(self.line.product_uom_qty, 6)
