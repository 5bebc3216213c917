from playwright.sync_api import expect

from odoo import fields
from odoo.tests import tagged

from .browser import BrowserCase


@tagged("post_install", "-at_install")
class TestBrowserPayment(BrowserCase):
    """From the form to a confirmed order: review, submit, sign and pay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["payment.provider"].search([]).state = "disabled"
        cls.customer.partner_id.write(
            {
                "street": "Kade 1",
                "city": "Utrecht",
                "zip": "3511 AA",
                "country_id": cls.env.ref("base.nl").id,
                "phone": "+31 30 123 45 67",
            }
        )
        answer = cls._save(
            cls, {cls.jacket.product_variant_ids[1]: 12}, now=fields.Datetime.now()
        )
        cls.form = cls.env["preorder.order"].browse(answer["form"])

    def _offer(self, provider):
        provider = self.env.ref(f"payment.payment_provider_{provider}")
        provider.write({"state": "test", "is_published": True})
        return provider

    def _submit_and_sign(self, window):
        window.wait_for_products()
        window.button("review").click()
        window.button("submit").click()
        window.wait_for_page("**/my/orders/**")
        window.expect_text("#portal_sale_content", "1,379.40")
        window.find("#sale_order_sidebar_button a:visible", "Sign & Pay").click()
        # Odoo empties the signature once its dialog has faded in.
        window.page.wait_for_function(
            "document.querySelector('.modal.show')"
            "?.getAnimations({ subtree: true }).length === 0"
        )
        name = window.find(".modal .o_web_sign_name_and_signature input").first
        name.fill("Buyer of Bergmann Sport")
        window.find(".modal .o_portal_sign_submit:enabled").click()

    def _pay_by(self, window, code):
        window.find(
            f".modal.show input[name=o_payment_radio][data-provider-code={code}]"
        ).check()

    def test_a_signed_order_paid_at_once_is_confirmed(self):
        self._offer("demo")
        with self._browsing() as open_window:
            window = open_window("bergmann", self.campaign_url)
            self._submit_and_sign(window)
            self._pay_by(window, "demo")
            window.find("input[name=customer_input]").fill("4242424242424242")
            window.find("button[name=o_payment_submit_button]:enabled").click()
            window.expect_text("#portal_sale_content", "Sales Order")
            window.go_to("/my/preorders")
            window.expect_text("#wrap", "onfirmed")
        order = self.form.sale_order_id
        self.assertEqual(self.form.state, "confirmed")
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.signature)
        # 30 % of 12 × 100, less 5 %, plus 21 % VAT.
        self.assertEqual(order.amount_paid, 413.82)

    def test_a_signed_order_paid_by_wire_transfer_waits_for_the_money(self):
        self._offer("transfer")
        with self._browsing() as open_window:
            window = open_window("bergmann", self.campaign_url)
            self._submit_and_sign(window)
            self._pay_by(window, "custom")
            window.find("button[name=o_payment_submit_button]:enabled").click()
            window.wait_for_page("**/payment/status**")
            window.wait_for_page("**/my/orders/**")
            window.expect_text("#portal_sale_content", "Quotation")
            with self._office():
                order = self.form.sale_order_id
                self.assertEqual(self.form.state, "submitted")
                transaction = order.transaction_ids
                self.assertEqual(transaction.state, "pending")
                self.assertEqual(transaction.amount, 413.82)
                # The office sees the money on the bank account.
                order.action_confirm()
            window.page.reload()
            window.expect_text("#portal_sale_content", "Sales Order")
            window.go_to(self.campaign_url)
            window.wait_for_products()
            window.expect_text(".alert", "is confirmed. Thank you!")
            expect(window.button("review")).to_have_count(0)
        self.assertEqual(self.form.state, "confirmed")
