from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import PreorderHttpCommon
from .test_payment import SIGNATURE


@tagged("post_install", "-at_install")
class TestSigning(PreorderHttpCommon):
    """A customer signs on the quotation's page and does not wait for documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.confirmation = "signature"

    def _make_quotation(self):
        now = fields.Datetime.now()
        form = self._get_form(
            self._save({self.jacket.product_variant_ids[0]: 12}, now=now)
        )
        quotation = form._submit(now)
        quotation._portal_ensure_token()
        return quotation

    def _sign(self, order, token=None, signature=SIGNATURE):
        answer, error = self._call(
            f"/my/orders/{order.id}/accept",
            access_token=token or order.access_token,
            name="Eva Bergmann",
            signature=signature.decode(),
        )
        self.assertFalse(error)
        self.env.invalidate_all()
        return answer

    def _run_documents(self):
        self.env.flush_all()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["sale.order"]._cron_send_preorder_documents()
        self.env.invalidate_all()

    def _get_signed_messages(self, order):
        return order.message_ids.filtered(
            lambda message: "Order signed by" in message.body
        )

    def test_signing_confirms_and_leaves_deliveries_and_documents_to_later(self):
        order = self._make_quotation()
        answer = self._sign(order)
        self.assertIn("message=sign_ok", answer["redirect_url"])
        self.assertTrue(answer["force_refresh"])
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.signed_by, "Eva Bergmann")
        self.assertTrue(order.preorder_launch_pending)
        self.assertFalse(order.message_ids.attachment_ids)

    def test_the_signed_document_and_the_confirmation_follow_each_once(self):
        order = self._make_quotation()
        self._sign(order)
        for _time in range(2):
            self._run_documents()
            signed = self._get_signed_messages(order)
            self.assertEqual(len(signed), 1)
            self.assertEqual(signed.attachment_ids.name, f"{order.name}.pdf")
            self.assertEqual(signed.author_id, order.partner_id)
            self.assertIn("Eva Bergmann", signed.body)
            mails = order.message_ids.filtered("attachment_ids") - signed
            self.assertEqual(len(mails), 1)

    def test_signed_by_somebody_signed_in_it_is_theirs(self):
        order = self._make_quotation()
        self._login(self.customer)
        self._sign(order)
        self._run_documents()
        self.assertEqual(
            self._get_signed_messages(order).author_id, self.customer.partner_id
        )

    def test_signing_again_is_refused(self):
        order = self._make_quotation()
        self._sign(order)
        self.assertIn("not in a state", self._sign(order)["error"])
        self._run_documents()
        self.assertEqual(len(self._get_signed_messages(order)), 1)

    def test_nobody_signs_with_a_wrong_token_or_without_a_signature(self):
        order = self._make_quotation()
        self.assertEqual(self._sign(order, token="guess")["error"], "Invalid order.")
        self.assertIn("missing", self._sign(order, signature=b"")["error"])
        self.assertEqual(order.state, "sent")
        self.assertFalse(order.signature)
        self.assertFalse(order.preorder_signatory_id)

    def test_nobody_signs_what_has_expired(self):
        order = self._make_quotation()
        order.validity_date = "2020-01-01"
        self.assertIn("not in a state", self._sign(order)["error"])
        self.assertEqual(order.state, "sent")

    def test_signing_leads_to_the_payment_where_one_is_asked(self):
        self.campaign.confirmation = "signature_payment"
        order = self._make_quotation()
        answer = self._sign(order)
        self.assertIn("allow_payment=yes", answer["redirect_url"])
        self.assertEqual(order.state, "sent")
        self._run_documents()
        self.assertEqual(len(self._get_signed_messages(order)), 1)

    def test_ordinary_quotations_are_signed_as_ever(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.partner_id.id,
                "require_signature": True,
                "require_payment": False,
                "order_line": [
                    Command.create({"product_id": self.bottle.product_variant_id.id})
                ],
            }
        )
        order._portal_ensure_token()
        self._sign(order)
        self.assertEqual(order.state, "sale")
        self.assertEqual(len(order.picking_ids), 1)
        self.assertEqual(len(self._get_signed_messages(order)), 1)
