from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from ..models.preorder_notice import KINDS
from .office import OfficeCommon


@tagged("post_install", "-at_install")
class TestNotices(OfficeCommon):
    """What customers are told: once, in their language, failures by name."""

    def setUp(self):
        super().setUp()
        self.env["preorder.notice"].search([]).unlink()

    def _send(self):
        self._run_cron("cron_send_notices")
        return [mail["email_to"] for mail in self._mails]

    def test_everyone_hears_of_an_event_once_however_often_it_is_announced(self):
        form = self._fill()
        notices = self.env["preorder.notice"]
        first = notices._announce("submitted", form, key="1")
        self.assertEqual(first.partner_id, self.customer.partner_id)
        self.assertFalse(notices._announce("submitted", form, key="1"))
        self.assertTrue(notices._announce("submitted", form, key="2"))
        self.assertEqual(len(self._send()), 2)
        self.assertEqual(len(self._send()), 0)

    def test_nothing_is_mailed_before_the_scheduled_action_runs(self):
        with self.mock_mail_gateway():
            self.env["preorder.notice"]._announce("submitted", self._fill())
            self.assertFalse(self._mails)
            self.assertFalse(self._new_mails)

    def test_every_kind_of_message_can_be_made(self):
        form = self._fill()
        self.campaign.write(
            {
                "confirm_until": self.now.date() + timedelta(days=30),
                "delivery_from": self.now.date() + timedelta(days=60),
                "delivery_until": self.now.date() + timedelta(days=90),
            }
        )
        for kind, _label in KINDS:
            with self.subTest(kind=kind):
                notice = self.env["preorder.notice"]._announce(
                    kind, form, key="test", message="Sincerely"
                )
                [to] = self._send()
                self.assertIn(self.customer.email, to[0])
                self.assertEqual((notice.state, notice.reason), ("sent", False))
                self.assertTrue(notice.date_sent)
                mail = self._mails[0]
                self.assertIn("Winter", mail["body"] + mail["subject"])
                self.assertIn("Sincerely", mail["body"])
                self.assertIn(self.campaign.user_id.name, mail["body"])

    def test_a_submitted_form_s_quotation_goes_with_its_message(self):
        form = self._fill()
        form._submit(self.now)
        self._send()
        [mail] = self._mails
        [(name, content, _kind)] = mail["attachments"]
        self.assertEqual(
            name.rpartition(".")[0], form.sale_order_id.name.replace("/", "-")
        )
        self.assertIn(form.sale_order_id.name, str(content))

    def test_while_the_office_looks_at_it_the_form_itself_goes_with_it(self):
        self.campaign.review_required = True
        form = self._fill()
        form._submit(self.now)
        self._send()
        [mail] = self._mails
        [(name, _content, _kind)] = mail["attachments"]
        self.assertEqual(name.rpartition(".")[0], form.name)

    def test_times_carry_the_campaign_s_zone(self):
        # openfoodnetwork #6108: deadlines were in the server's time zone.
        self.env["preorder.notice"]._announce("reminder", self._fill())
        self._send()
        self.assertRegex(self._mails[0]["body"], r"\d\d:\d\d CES?T")

    def test_mails_are_in_the_customer_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.partner_id.lang = "fr_FR"
        template = self.env.ref("preorder_campaign.notice_reminder")
        template.with_context(lang="fr_FR").subject = "Votre formulaire"
        self.campaign.with_context(lang="fr_FR").name = "Hiver"
        self.env["preorder.notice"]._announce("reminder", self._fill())
        self._send()
        self.assertEqual(self._mails[0]["subject"], "Votre formulaire")
        self.assertIn("Hiver", self._mails[0]["body"])

    def test_a_message_is_kept_in_the_form_s_history(self):
        form = self._fill()
        self.env["preorder.notice"]._announce("reminder", form)
        self._send()
        self.assertIn("not submitted", form.message_ids[0].body)

    def test_a_customer_without_e_mail_is_named_and_the_others_are_mailed(self):
        forms = self._fill() | self._fill(self.other_customer)
        self.customer.partner_id.email = False
        notices = self.env["preorder.notice"]._announce("reminder", forms)
        self.assertEqual(len(self._send()), 1)
        failed = notices.filtered(lambda notice: notice.state == "failed")
        self.assertEqual(failed.partner_id, self.customer.partner_id)
        self.assertEqual(failed.reason, "No e-mail address.")
        self.assertEqual(self.campaign.failed_notice_count, 1)
        action = self.campaign.action_view_failed_notices()
        self.assertIn(failed, notices.search(action["domain"]))
        self.customer.partner_id.email = "again@example.com"
        failed.action_send_again()
        self.assertEqual(len(self._send()), 1)
        self.assertEqual(failed.state, "sent")

    def test_the_contact_person_hears_where_the_customer_has_no_e_mail(self):
        form = self._fill()
        self.customer.partner_id.email = False
        form.contact_id = self.env["res.partner"].create(
            {"name": "Contact", "email": "contact@example.com"}
        )
        notice = self.env["preorder.notice"]._announce("reminder", form)
        self.assertEqual(notice.partner_id, form.contact_id)

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_a_mail_server_s_refusal_is_the_reason(self):
        forms = self._fill() | self._fill(self.other_customer)
        notices = self.env["preorder.notice"]._announce("reminder", forms)
        address = self.customer.email
        with self.mock_mail_gateway():
            sent = IrMail_Server.send_email

            def send_email(model, message, *args, **kwargs):
                if address in message["To"]:
                    raise OSError("mailbox full")
                return sent(model, message, *args, **kwargs)

            with patch.object(IrMail_Server, "send_email", send_email):
                self.env.ref(
                    "preorder_campaign.cron_send_notices"
                ).method_direct_trigger()
        self.env.invalidate_all()
        states = {notice.partner_id: notice.state for notice in notices}
        self.assertEqual(states[self.customer.partner_id], "failed")
        self.assertEqual(states[self.other_customer.partner_id], "sent")
        self.assertIn(
            "mailbox full", " ".join(notices.filtered("reason").mapped("reason"))
        )

    @mute_logger("odoo.addons.preorder_campaign.models.preorder_notice")
    def test_a_broken_template_stops_nobody_else(self):
        forms = self._fill() | self._fill(self.other_customer)
        broken = self.env["preorder.notice"]._announce("reminder", forms[0])
        fine = self.env["preorder.notice"]._announce("submitted", forms[1])
        # Odoo refuses to save such a template; an addon's removal may leave one.
        self.env.cr.execute(
            "UPDATE mail_template SET body_html = %s WHERE id = %s",
            [
                '{"en_US": "<p t-out=\'object.no_such_field\'/>"}',
                self.env.ref("preorder_campaign.notice_reminder").id,
            ],
        )
        self.env.invalidate_all()
        self.assertEqual(len(self._send()), 1)
        self.assertEqual((broken.state, fine.state), ("failed", "sent"))

    def test_what_was_being_sent_when_the_server_stopped_is_not_sent_twice(self):
        notice = self.env["preorder.notice"]._announce("reminder", self._fill())
        notice.state = "sending"
        self.assertFalse(self._send())
        self.assertEqual(notice.state, "failed")
        self.assertIn("may have arrived", notice.reason)

    def test_a_reminder_of_a_form_that_is_submitted_meanwhile_is_not_sent(self):
        form = self._fill()
        notice = self.env["preorder.notice"]._announce("reminder", form)
        form._submit(self.now)
        self._send()
        self.assertEqual(notice.state, "dropped")
        self.assertEqual((form.notice_ids - notice).mapped("kind"), ["submitted"])

    def test_a_hundred_announcements_are_one_insert(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{n}", "email": f"p{n}@example.com"} for n in range(100)]
        )
        self.env.flush_all()
        notices = self.env["preorder.notice"]
        cron = self.env.ref("preorder_campaign.cron_send_notices")
        self.assertTrue(cron.active)
        with self.assertQueryCount(4):  # flush, insert, cron's trigger
            notices._announce("opened", partners, campaign=self.campaign)

    # Events of a campaign

    def test_an_opening_reaches_all_with_a_log_in_when_ordering_begins(self):
        campaign = self._make_campaign(
            "Soon",
            "SOON",
            date_start=self.now + timedelta(days=1),
            date_end=self.now + timedelta(days=5),
        ).with_context(preorder_now=None)
        campaign.action_open()
        self.assertFalse(self._get_notices("opened", campaign))
        campaign.date_start = self.now - timedelta(minutes=1)
        for _twice in range(2):
            self._run_cron("cron_run_campaigns")
        self.assertEqual(
            self._get_notices("opened", campaign).partner_id,
            (self.customer | self.other_customer).partner_id,
        )

    def test_the_office_can_open_a_campaign_quietly(self):
        campaign = self._make_campaign(
            "Quiet",
            "QUIET",
            date_start=self.now,
            date_end=self.now + timedelta(days=5),
            opening_notice=False,
        ).with_context(preorder_now=None)
        campaign.action_open()
        self._run_cron("cron_run_campaigns")
        self.assertFalse(self._get_notices("opened", campaign))

    def test_the_end_is_announced_once_to_those_who_have_not_submitted(self):
        form = self._fill()
        self._fill(self.other_customer)._submit(self.now)
        self._run_cron("cron_run_campaigns")
        self.assertFalse(self._get_notices("ending"))
        self.campaign.date_end = self.now + timedelta(days=2)
        for _twice in range(2):
            self._run_cron("cron_run_campaigns")
        self.assertEqual(self._get_notices("ending").order_id, form)
        # A new end is announced again.
        self.campaign.date_end = self.now + timedelta(days=1)
        self._run_cron("cron_run_campaigns")
        self.assertEqual(len(self._get_notices("ending")), 2)

    # Reminders

    def test_a_reminder_by_hand_says_who_was_reminded_and_who_not_and_why(self):
        forms = self._fill() | self._fill(self.other_customer)
        forms[1]._submit(self.now)
        third = self._make_customer("Third", "third", self.label)
        silent = self._fill(third)
        third.partner_id.email = False
        answer = (forms | silent).action_remind()["params"]
        self.assertEqual(answer["title"], "1 customers reminded")
        self.assertIn(f"{forms[1].name} ", answer["message"])
        self.assertIn("not being filled", answer["message"])
        self.assertIn("no e-mail address", answer["message"])
        self.assertEqual(self._get_notices("reminder").order_id, forms[0])

    def test_nobody_is_reminded_twice_within_the_interval(self):
        form = self._fill()
        form.action_remind()
        form.invalidate_recordset()
        self.assertIn("reminded on", form.action_remind()["params"]["message"])
        later = form.with_context(preorder_now=self.now + timedelta(days=8))
        self.campaign.date_end = self.now + timedelta(days=20)
        later.action_remind()
        self.assertEqual(len(self._get_notices("reminder")), 2)

    def test_forms_left_alone_are_reminded_of_automatically_if_chosen(self):
        form = self._fill()
        form.line_ids.changed_at = self.now - timedelta(days=8)
        form.flush_recordset()
        self._run_cron("cron_remind")
        self.assertFalse(self._get_notices("reminder"))
        self.campaign.remind_automatically = True
        for _twice in range(2):
            self._run_cron("cron_remind")
        self.assertEqual(self._get_notices("reminder").order_id, form)
