import io

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfReader

from .common import PreorderHttpCommon


@tagged("post_install", "-at_install")
class TestFormServices(PreorderHttpCommon):
    """Printing a form, asking about it, and proposals to its customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parka = cls.jacket.product_variant_ids[0]
        cls.seller = new_test_user(
            cls.env,
            "sally",
            groups="base.group_user,sales_team.group_sale_salesman",
            email="sally@example.com",
            password="sally",
        )
        cls.campaign.user_id = cls.seller
        cls.agent = cls._make_agent()

    def _begin(self, user=None):
        self._login(user or self.customer)
        result, _error = self._save_online({self.parka: 4})
        form = self._get_form(result)
        form.user_id = self.seller
        return form

    def _begin_on_behalf(self):
        company = self.customer.partner_id.parent_id
        company.preorder_agent_ids = self.agent.partner_id
        self._login(self.agent)
        result, _error = self._call(
            f"/preorder/campaign/{self.campaign.id}/for/{self.customer.partner_id.id}/save",
            batch="batch-on-behalf",
            cells=[
                {"product": self.parka.id, "date": None, "quantity": 4, "revision": 0}
            ],
        )
        return self._get_form(result)

    # Paper

    def test_the_form_is_printed_with_and_without_prices(self):
        form = self._begin()
        page = self.url_open(f"/preorder/form/{form.id}/pdf")
        self.assertEqual(page.status_code, 200)
        self.assertIn(form.name, page.headers["Content-Disposition"])
        self.assertIn("400.00", page.text)
        page = self.url_open(f"/preorder/form/{form.id}/pdf?prices=0").text
        self.assertIn(form.name, page)
        self.assertNotIn("400.00", page)

    def test_the_printed_form_is_a_pdf_with_what_was_ordered(self):
        form = self._begin()
        content, kind = form.with_context(force_report_rendering=True)._render_form_pdf(
            with_prices=True
        )
        self.assertEqual(kind, "pdf")
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
        self.assertEqual(len(pages), 1)
        for text in (form.name, "Parka", "400.00"):
            self.assertIn(text, pages[0])

    def test_what_is_not_yours_is_neither_printed_nor_asked_about(self):
        form = self._begin()
        page = self.url_open(f"/preorder/form/{form.id}/pdf", allow_redirects=False)
        self.assertEqual(page.status_code, 200)
        for user in (self.outsider, self.agent):
            self._login(user)
            for order_id in (form.id, form.id + 10**6):
                page = self.url_open(f"/preorder/form/{order_id}/pdf")
                self.assertEqual(page.status_code, 404)
                for action, arguments in (
                    ("ask", {"message": "Hello?"}),
                    ("propose", {}),
                ):
                    with mute_logger("odoo.http"):
                        _result, error = self._call(
                            f"/preorder/form/{order_id}/{action}", **arguments
                        )
                    self.assertEqual(error["code"], 404)
        self.authenticate(None, None)
        page = self.url_open(f"/preorder/form/{form.id}/pdf", allow_redirects=False)
        self.assertIn("/web/login", page.headers["Location"])

    def test_colleagues_print_each_other_s_forms_unless_kept_apart(self):
        form = self._begin()
        company = self.customer.partner_id.parent_id
        colleague = self._make_login("Colleague", "colleague", company)
        self._login(colleague)
        url = f"/preorder/form/{form.id}/pdf"
        self.assertEqual(self.url_open(url).status_code, 200)
        company.preorder_own_forms_only = True
        self.assertEqual(self.url_open(url).status_code, 404)

    # Questions

    def _ask(self, form, message="Is the parka warm?"):
        with mute_logger("odoo.http"):
            return self._call(f"/preorder/form/{form.id}/ask", message=message)

    def test_a_question_reaches_the_salesperson_and_the_answer_the_form(self):
        form = self._begin()
        result, _error = self._ask(form)
        [message] = result["messages"]
        self.assertEqual(message["text"], "Is the parka warm?")
        self.assertTrue(message["mine"])
        [posted] = form.message_ids.filtered(lambda m: "warm" in m.body)
        self.assertEqual(posted.author_id, self.customer.partner_id)
        self.assertIn(self.seller.partner_id, posted.notified_partner_ids)
        form.with_user(self.seller).message_post(
            body="An internal note", subtype_xmlid="mail.mt_note"
        )
        answer = form.with_user(self.seller).message_post(
            body="Very.", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertIn(self.customer.partner_id, answer.notified_partner_ids)
        texts = [each["text"] for each in form.sudo()._get_conversation(self.customer)]
        self.assertEqual(texts, ["Is the parka warm?", "Very."])

    def test_what_is_asked_is_text_and_no_markup(self):
        form = self._begin()
        self._ask(form, "<img src=x onerror=alert(1)>\nSecond line")
        [posted] = form.message_ids.filtered(lambda m: "Second line" in m.body)
        self.assertNotIn("<img", posted.body)
        [shown] = form.sudo()._get_conversation(self.customer)
        self.assertEqual(shown["text"], "<img src=x onerror=alert(1)>\nSecond line")

    def test_questions_are_neither_empty_nor_endless_nor_a_flood(self):
        form = self._begin()
        for message, reason in ((" \n", "first"), ("x" * 2001, "2,000")):
            result, _error = self._ask(form, message)
            self.assertIn(reason, result["refused"])
        for number in range(5):
            result, _error = self._ask(form, f"Question {number}")
            self.assertIn("messages", result)
        result, _error = self._ask(form, "One more")
        self.assertIn("wait", result["refused"])
        _result, error = self._ask(form, {"not": "text"})
        self.assertEqual(error["data"]["name"], "werkzeug.exceptions.BadRequest")

    def test_the_form_s_page_names_whom_to_ask(self):
        form = self._begin()
        page = self.url_open(f"/preorder/form/{form.id}").text
        self.assertIn("sally@example.com", page)

    # Proposals

    def _propose(self, form, message=""):
        with mute_logger("odoo.http"):
            return self._call(f"/preorder/form/{form.id}/propose", message=message)

    def test_a_proposal_is_mailed_once_and_stays_the_customer_s_to_submit(self):
        form = self._begin_on_behalf()
        result, _error = self._propose(form, "As we discussed.")
        self.assertEqual(result, {"sent": True})
        [notice] = form.notice_ids.filtered(lambda notice: notice.kind == "proposal")
        self.assertEqual(notice.partner_id, self.customer.partner_id)
        self.assertEqual(notice.message, "As we discussed.")
        self.assertIn(f"/preorder/form/{form.id}", notice._get_url())
        mail = notice._create_mail()
        self.assertIn("As we discussed.", mail.body_html)
        self.assertIn(form.name, mail.body_html)
        result, _error = self._propose(form)
        self.assertIn("already", result["refused"])
        self.assertEqual(form.state, "draft")
        self._login(self.customer)
        self.assertEqual(self.url_open(f"/preorder/form/{form.id}").status_code, 200)

    def test_a_customer_proposes_nothing_to_itself(self):
        form = self._begin()
        _result, error = self._propose(form)
        self.assertEqual(error["data"]["name"], "werkzeug.exceptions.BadRequest")

    def test_a_proposal_needs_quantities_an_address_and_a_log_in(self):
        form = self._begin_on_behalf()
        form.line_ids.quantity = 0
        result, _error = self._propose(form)
        self.assertIn("empty", result["refused"])
        form.line_ids.quantity = 1
        self.customer.partner_id.email = False
        result, _error = self._propose(form)
        self.assertIn("e-mail", result["refused"])
        form.action_cancel()
        result, _error = self._propose(form)
        self.assertIn("submitted", result["refused"])

    def test_the_office_proposes_too(self):
        form = self._begin()
        self._login(self.seller)
        result, _error = self._propose(form)
        self.assertEqual(result, {"sent": True})

    def test_the_office_proposes_from_its_own_screen(self):
        form = self._begin().with_context(preorder_now=None)
        form.with_user(self.seller).action_send_proposal()
        self.assertIn("proposal", form.notice_ids.mapped("kind"))
        with self.assertRaises(UserError):
            form.with_user(self.seller).action_send_proposal()
        with self.assertRaises(AccessError):
            form.with_user(self.customer).action_send_proposal()
