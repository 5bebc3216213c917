from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment.tests.common import PaymentCommon
from odoo.addons.preorder_campaign.tests.common import NOW, PreorderCommon

#: A picture of one pixel.
SIGNATURE = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    b"AABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestPayment(PaymentCommon, PreorderCommon):
    """Signature and prepayment both asked: neither alone confirms."""

    def setUp(self):
        super().setUp()
        answer = self._save({self.jacket.product_variant_ids[0]: 12})
        self.quotation = self._get_form(answer)._submit(NOW)

    def _pay(self, amount):
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.dummy_provider.id,
                "payment_method_id": self.payment_method_id,
                "amount": amount,
                "currency_id": self.quotation.currency_id.id,
                "partner_id": self.quotation.partner_id.id,
                "reference": f"{self.quotation.name}-{amount}",
                "sale_order_ids": [fields.Command.set(self.quotation.ids)],
                "operation": "online_direct",
            }
        )
        transaction._set_done()
        with mute_logger("odoo.addons.sale.models.payment_transaction"):
            transaction._post_process()

    def _sign(self):
        self.quotation.write(
            {"signature": SIGNATURE, "signed_by": "Eva", "signed_on": NOW}
        )
        if not self.quotation._has_to_be_paid():
            self.quotation._validate_order()

    def test_a_signature_alone_does_not_confirm(self):
        self._sign()
        self.assertEqual(self.quotation.state, "sent")

    def test_a_payment_alone_does_not_confirm(self):
        self._pay(self.quotation.amount_total)
        self.assertEqual(self.quotation.state, "sent")

    def test_signature_then_prepayment_confirm(self):
        self._sign()
        self._pay(self.quotation._get_prepayment_required_amount())
        self.assertEqual(self.quotation.state, "sale")
        self.assertEqual(self.quotation.preorder_order_ids.state, "confirmed")

    def test_prepayment_then_signature_confirm(self):
        self._pay(self.quotation._get_prepayment_required_amount())
        self._sign()
        self.assertEqual(self.quotation.state, "sale")

    def test_less_than_the_prepayment_does_not_confirm(self):
        self._sign()
        self._pay(self.quotation._get_prepayment_required_amount() - 0.01)
        self.assertEqual(self.quotation.state, "sent")

    def test_the_prepayment_is_thirty_percent_of_the_total(self):
        self.assertEqual(
            self.quotation._get_prepayment_required_amount(),
            round(self.quotation.amount_total * 0.3, 2),
        )

    def test_no_payment_begins_before_the_signature(self):
        with self.assertRaisesRegex(ValidationError, "Sign"):
            self.quotation._check_preorder_payable()
        self._sign()
        self.quotation._check_preorder_payable()

    def test_no_payment_begins_for_what_is_cancelled_or_expired(self):
        self._sign()
        self.quotation.validity_date = "2020-01-01"
        self.quotation.invalidate_recordset(["is_expired"])
        with self.assertRaisesRegex(ValidationError, "no longer valid"):
            self.quotation._check_preorder_payable()
        self.quotation.validity_date = False
        self.quotation._action_cancel()
        with self.assertRaisesRegex(ValidationError, "no longer valid"):
            self.quotation._check_preorder_payable()

    def test_a_payment_that_completes_after_the_end_confirms(self):
        # openfoodnetwork #13519, #8142: the close fell during card authentication;
        # money was taken without an order.
        self._sign()
        self.campaign.date_end = fields.Datetime.now()
        self.quotation.validity_date = "2020-01-01"
        self._pay(self.quotation._get_prepayment_required_amount())
        self.assertEqual(self.quotation.state, "sale")
