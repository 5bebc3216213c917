from unittest.mock import patch

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.account_payment.tests.common import AccountPaymentCommon
from odoo.addons.preorder_campaign.tests.common import NOW, PreorderCommon

from .test_payment import SIGNATURE


class _Accounting(AccountPaymentCommon):
    """A company that keeps books; what follows is done with all rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            user=SUPERUSER_ID,
            context={
                **cls.env.context,
                "allowed_company_ids": cls.company_data["company"].ids,
            },
        )


class PrepaymentCommon(PreorderCommon, _Accounting):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.jacket.invoice_policy = "delivery"

    def setUp(self):
        super().setUp()
        answer = self._save({self.jacket.product_variant_ids[0]: 6})
        self.quotation = self._get_form(answer)._submit(NOW)
        self.line = self.quotation.order_line
        # 600.00 and VAT.
        self.total = self.quotation.amount_total
        self.assertEqual(self.total, 726.0)

    def _set_automatic_invoices(self, value=True):
        self.env["ir.config_parameter"].set_param(
            "sale.automatic_invoice", str(bool(value))
        )

    def _make_transaction(self, amount, **values):
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.dummy_provider.id,
                "payment_method_id": self.payment_method_id,
                "amount": amount,
                "currency_id": self.quotation.currency_id.id,
                "partner_id": self.quotation.partner_id.id,
                "sale_order_ids": [fields.Command.set(self.quotation.ids)],
                "operation": "online_direct",
                **values,
            }
        )

    def _pay(self, share):
        """Pay a share of the total, from 0 to 1, as a provider reports it."""
        transaction = self._make_transaction(round(self.total * share, 2))
        transaction._set_done()
        self._process(transaction)
        return transaction

    def _process(self, transaction):
        with mute_logger("odoo.addons.sale.models.payment_transaction"):
            transaction._post_process()

    def _sign(self):
        self.quotation.write(
            {"signature": SIGNATURE, "signed_by": "Eva", "signed_on": NOW}
        )
        if not self.quotation._has_to_be_paid():
            self.quotation._validate_order()

    def _deliver(self, quantity):
        """As far as invoices go: so many pieces have left in all."""
        self.line.qty_delivered = quantity

    def _invoice(self):
        """Invoice as the office does: what is delivered, less down payments."""
        invoices = self.quotation._create_invoices(final=True)
        invoices.action_post()
        return invoices

    def _get_shares(self, invoices=None):
        """What invoices ask for, as shares of the order's total, oldest first."""
        invoices = self.quotation.invoice_ids if invoices is None else invoices
        return [
            round(invoice.amount_total_signed / self.total, 4)
            for invoice in invoices.sorted("id")
        ]

    def assertAsksForAllOnce(self):
        """Invoices amount to the order, and owe what was not paid."""
        invoices = self.quotation.invoice_ids.filtered(lambda i: i.state == "posted")
        self.assertAlmostEqual(sum(invoices.mapped("amount_total_signed")), self.total)
        self.assertAlmostEqual(
            sum(invoices.mapped("amount_residual_signed")),
            self.total - self.quotation.amount_paid,
        )
        self.assertEqual(self.quotation.invoice_status, "invoiced")


@tagged("post_install", "-at_install")
class TestPrepaymentInvoices(PrepaymentCommon):
    """The prepayment is deducted on the final invoice; nothing is asked for twice."""

    def test_the_prepayment_pays_part_of_the_final_invoice(self):
        # odoo #187504, #185645: an online prepayment was not deducted from the invoice.
        self._set_automatic_invoices(False)
        self._sign()
        self._pay(0.3)
        self.assertFalse(self.quotation.invoice_ids)
        self._deliver(6)
        invoice = self._invoice()
        self.assertAlmostEqual(invoice.amount_total, self.total)
        self.assertAlmostEqual(invoice.amount_residual, self.total * 0.7)
        self.assertAsksForAllOnce()

    def test_an_automatic_down_payment_invoice_is_deducted_from_the_final_one(self):
        self._set_automatic_invoices()
        self._sign()
        self._pay(0.3)
        self.assertEqual(self._get_shares(), [0.3])
        self.assertEqual(self.quotation.invoice_ids.amount_residual, 0)
        self._deliver(6)
        self._invoice()
        self.assertEqual(self._get_shares(), [0.3, 0.7])
        self.assertAsksForAllOnce()

    def test_a_second_payment_invoices_what_the_first_has_not(self):
        # Odoo invoices all that was paid so far: 30 % and 50 %.
        self._set_automatic_invoices()
        self._sign()
        self._pay(0.3)
        self._pay(0.2)
        self.assertEqual(self._get_shares(), [0.3, 0.2])
        self.assertFalse(any(self.quotation.invoice_ids.mapped("amount_residual")))
        self._deliver(6)
        self._invoice()
        self.assertEqual(self._get_shares(), [0.3, 0.2, 0.5])
        self.assertAsksForAllOnce()

    def test_two_payments_pay_part_of_the_final_invoice(self):
        self._set_automatic_invoices(False)
        self._sign()
        self._pay(0.3)
        self._pay(0.2)
        self._deliver(6)
        invoice = self._invoice()
        self.assertAlmostEqual(invoice.amount_residual, self.total * 0.5)
        self.assertAsksForAllOnce()

    def test_two_payments_that_confirm_together_are_invoiced_once(self):
        self._set_automatic_invoices()
        self._sign()
        self._pay(0.1)
        self.assertEqual(self.quotation.state, "sent")
        self._pay(0.2)
        self.assertEqual(self.quotation.state, "sale")
        self.assertEqual(self._get_shares(), [0.3])
        self.assertEqual(self.quotation.invoice_ids.amount_residual, 0)

    def test_a_partial_delivery_between_two_payments(self):
        self._set_automatic_invoices()
        self._sign()
        self._pay(0.3)
        self._deliver(3)
        self._invoice()
        self.assertEqual(self._get_shares(), [0.3, 0.2])
        self._pay(0.2)
        self._deliver(6)
        self._invoice()
        self.assertEqual(self._get_shares(), [0.3, 0.2, 0.2, 0.3])
        self.assertAsksForAllOnce()

    def test_a_partial_delivery_without_automatic_invoices(self):
        self._set_automatic_invoices(False)
        self._sign()
        self._pay(0.3)
        self._deliver(3)
        self._invoice()
        self._pay(0.2)
        self._deliver(6)
        self._invoice()
        self.assertEqual(self._get_shares(), [0.5, 0.5])
        self.assertAsksForAllOnce()

    def test_paid_in_full_nothing_is_asked_for_at_the_delivery(self):
        self._set_automatic_invoices()
        self._sign()
        self._pay(1.0)
        self.assertEqual(self._get_shares(), [1.0])
        self._deliver(6)
        self.assertAsksForAllOnce()

    def test_paid_in_full_the_invoice_at_the_delivery_is_paid(self):
        self._set_automatic_invoices(False)
        self._sign()
        self._pay(1.0)
        self._deliver(6)
        self._invoice()
        self.assertEqual(self._get_shares(), [1.0])
        self.assertAsksForAllOnce()

    def test_the_rest_paid_at_once_makes_the_final_invoice(self):
        self._set_automatic_invoices()
        self._sign()
        self._pay(0.3)
        self._pay(0.7)
        self.assertEqual(self._get_shares(), [0.3, 0.7])
        self._deliver(6)
        self.assertAsksForAllOnce()

    def test_automatic_invoices_begun_between_two_payments(self):
        self._set_automatic_invoices(False)
        self._sign()
        self._pay(0.3)
        self._set_automatic_invoices()
        self._pay(0.2)
        self.assertEqual(self._get_shares(), [0.5])
        self.assertEqual(self.quotation.invoice_ids.amount_residual, 0)
        self._deliver(6)
        self._invoice()
        self.assertAsksForAllOnce()

    def test_a_payment_processed_again_invoices_nothing(self):
        self._set_automatic_invoices()
        self._sign()
        transaction = self._pay(0.3)
        self._process(transaction)
        self.assertEqual(self._get_shares(), [0.3])

    def test_a_credited_down_payment_is_not_counted(self):
        self._set_automatic_invoices()
        self._sign()
        self._pay(0.3)
        self.assertAlmostEqual(
            self.quotation._get_invoiced_down_payments(), self.total * 0.3
        )
        self.quotation.invoice_ids._reverse_moves(cancel=True)
        self.assertAlmostEqual(self.quotation._get_invoiced_down_payments(), 0)

    def test_what_was_paid_before_the_signature_is_invoiced_with_it(self):
        self._set_automatic_invoices()
        self._pay(0.3)
        self.assertFalse(self.quotation.invoice_ids)
        self._sign()
        self.assertEqual(self._get_shares(), [0.3])
        self.assertEqual(self.quotation.invoice_ids.amount_residual, 0)
        self._deliver(6)
        self._invoice()
        self.assertAsksForAllOnce()

    def test_ordinary_orders_keep_odoo_s_way(self):
        self._set_automatic_invoices()
        self._sign()
        self._pay(0.3)
        self.quotation.preorder_order_ids.sale_order_id = False
        self.quotation.preorder_campaign_id = False
        self._pay(0.2)
        self.assertEqual(self._get_shares(), [0.3, 0.5])


@tagged("post_install", "-at_install")
class TestConfirmedOnce(PrepaymentCommon):
    """Signature and prepayment confirm together, once, in whatever order they come."""

    def _count_confirmations(self, *steps):
        orders = self.env.registry["sale.order"]
        original = orders._action_confirm
        confirmed = []

        def count(this):
            confirmed.extend(this.ids)
            return original(this)

        with patch.object(orders, "_action_confirm", count):
            for step in steps:
                # Each in a request of its own: Odoo keeps the amount paid in memory.
                self.env.flush_all()
                self.env.invalidate_all()
                step()
        self.assertEqual(self.quotation.state, "sale")
        return confirmed.count(self.quotation.id)

    def _begin_payment(self):
        self.transaction = self._make_transaction(round(self.total * 0.3, 2))
        self.transaction._set_pending()
        self._process(self.transaction)

    def _receive_payment(self):
        self.transaction._set_done()

    def _process_payment(self):
        self._process(self.transaction)

    def test_in_every_order(self):
        begin, receive, process = (
            self._begin_payment,
            self._receive_payment,
            self._process_payment,
        )
        for steps in (
            (self._sign, begin, receive, process),
            (begin, self._sign, receive, process),
            (begin, receive, self._sign, process),
            (begin, receive, process, self._sign),
            (begin, receive, process, self._sign, process),
        ):
            names = [step.__name__ for step in steps]
            with self.subTest(steps=names), self.env.cr.savepoint() as savepoint:
                self.assertEqual(self._count_confirmations(*steps), 1)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_an_announced_transfer_does_not_confirm_with_the_signature(self):
        self._begin_payment()
        self._sign()
        self.assertEqual(self.quotation.state, "sent")


@tagged("post_install", "-at_install")
class TestAmountDue(PrepaymentCommon, HttpCase):
    """A customer is asked for what is left, and can pay no more."""

    def test_what_is_paid_is_taken_off_a_prepayment_that_was_raised(self):
        self._pay(0.3)
        self._sign_only()
        self.quotation.state = "sent"
        self.quotation.prepayment_percent = 0.5
        self.assertAlmostEqual(
            self.quotation._get_preorder_amount_due(down_payment=True),
            self.total * 0.2,
        )
        self.assertAlmostEqual(
            self.quotation._get_preorder_amount_due(), self.total * 0.7
        )

    def _sign_only(self):
        self.quotation.write(
            {"signature": SIGNATURE, "signed_by": "Eva", "signed_on": NOW}
        )

    def test_the_page_asks_for_what_is_left(self):
        self._sign_only()
        self._pay(0.1)
        self.env.flush_all()
        page = self.url_open(self.quotation.get_portal_url()).text
        self.assertIn('oe_currency_value">145.20', page)  # 20 %
        self.assertIn('oe_currency_value">653.40', page)  # 90 %
        self.assertNotIn('oe_currency_value">217.80', page)  # 30 %

    def test_more_than_is_left_cannot_be_paid(self):
        self._sign_only()
        self._pay(0.3)
        self.quotation._check_preorder_payable(amount=round(self.total * 0.7, 2))
        with self.assertRaisesRegex(ValidationError, "508.20.*is left"):
            self.quotation._check_preorder_payable(amount=self.total)


@tagged("post_install", "-at_install")
class TestTransferReference(PrepaymentCommon):
    """Transfers are known by the order form's number."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.transfer = cls.env["payment.provider"].search(
            [("code", "=", "custom"), ("company_id", "=", cls.env.company.id)], limit=1
        ) or cls.env.ref("payment.payment_provider_transfer").copy(
            {"company_id": cls.env.company.id}
        )
        cls.transfer.state = "enabled"

    def _announce(self):
        transaction = self._make_transaction(
            100.0,
            provider_id=self.transfer.id,
            payment_method_id=self.env.ref(
                "payment_custom.payment_method_wire_transfer"
            ).id,
            operation="online_redirect",
        )
        transaction._set_pending()
        self._process(transaction)
        return transaction

    def test_whatever_the_provider_is_set_to(self):
        number = self.quotation.preorder_order_ids.name
        self.assertRegex(number, r"^W26-\d{4}$")
        for setting in ("so_name", "partner", False):
            with self.subTest(setting=setting):
                self.transfer.so_reference_type = setting
                transaction = self._announce()
                self.assertTrue(transaction.reference.startswith(number))
                self.assertEqual(transaction._get_communication(), number)
                self.assertEqual(self.quotation.reference, number)

    def test_a_second_transfer_has_a_reference_of_its_own(self):
        first, second = self._announce(), self._announce()
        self.assertEqual(first.reference, self.quotation.name)
        self.assertEqual(second.reference, f"{self.quotation.name}-1")

    def test_a_prefix_of_the_caller_s_comes_after_the_number(self):
        reference = self.env["payment.transaction"]._compute_reference(
            "demo",
            prefix="tx-1",
            sale_order_ids=[fields.Command.set(self.quotation.ids)],
        )
        self.assertEqual(reference, f"{self.quotation.name}-tx-1")

    def test_the_communication_stays_when_there_is_an_invoice(self):
        self._sign()
        transaction = self._announce()
        self.quotation.action_confirm()
        self._deliver(6)
        invoice = self._invoice()
        self.assertEqual(invoice.payment_reference, self.quotation.name)
        transaction.invoice_ids = invoice
        self.assertEqual(transaction._get_communication(), self.quotation.name)
