from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .office import OfficeCommon


class ServerStops(BaseException):
    """What a worker that is killed looks like from inside."""


@tagged("post_install", "-at_install")
class TestClosing(OfficeCommon):
    """The end of a campaign: each form has its outcome once, everyone hears once."""

    def _make_customers(self, count):
        return [
            self._make_customer(f"Shop {number}", f"shop{number}", self.label)
            for number in range(count)
        ]

    def _pass_the_end(self):
        self.campaign.date_end = self.now - timedelta(minutes=1)
        self._run_cron("cron_run_campaigns")

    def _crash(self):
        """Run the scheduled action until the server stops."""
        # assertRaises would also undo what the action has committed.
        try:
            self._run_cron("cron_run_campaigns")
        except ServerStops:
            self.env.invalidate_all()
        else:
            self.fail("The server did not stop.")

    def test_at_its_end_a_campaign_closes_by_itself(self):
        form = self._fill()
        self._run_cron("cron_run_campaigns")
        self.assertEqual(self.campaign.state, "open")
        self._pass_the_end()
        self.assertEqual(self.campaign.state, "closed")
        self.assertFalse(self.campaign.closing)
        self.assertEqual((form.state, form.closing_result), ("draft", "kept"))
        self.assertEqual(self._get_notices("closed").order_id, form)

    def test_opening_wakes_the_scheduled_action_at_the_end(self):
        self.campaign._set_state("draft")
        self.campaign.action_open()
        triggers = self.env["ir.cron.trigger"].search(
            [
                (
                    "cron_id",
                    "=",
                    self.env.ref("preorder_campaign.cron_run_campaigns").id,
                ),
                ("call_at", "=", self.campaign.date_end),
            ]
        )
        self.assertTrue(triggers)

    def test_forms_are_submitted_for_the_customer_if_the_office_chose_so(self):
        self.campaign.closing_outcome = "submit"
        self.campaign.confirm_until = self.now.date() + timedelta(days=14)
        form = self._fill(quantity=3)
        self._pass_the_end()
        self.assertEqual((form.state, form.closing_result), ("submitted", "submitted"))
        self.assertEqual(form.sale_order_id.amount_untaxed, 30.03)
        self.assertEqual(form.sale_order_id.validity_date, self.campaign.confirm_until)
        self.assertEqual(len(form.notice_ids.filtered(lambda n: n.kind != "opened")), 1)

    def test_forms_are_cancelled_if_the_office_chose_so(self):
        self.campaign.closing_outcome = "cancel"
        form = self._fill()
        self._pass_the_end()
        self.assertEqual((form.state, form.closing_result), ("cancelled", "cancelled"))

    def test_a_form_that_cannot_be_submitted_is_named_and_the_others_are(self):
        self.campaign.closing_outcome = "submit"
        good, bad = self._fill(self.other_customer), self._fill()
        bad_jacket = self.jacket.product_variant_ids[0]
        self._save({bad_jacket: 1}, order=bad, campaign=self.campaign, now=self.now)
        bad_jacket.action_archive()
        self._pass_the_end()
        self.assertEqual(good.closing_result, "submitted")
        self.assertEqual((bad.state, bad.closing_result), ("draft", "failed"))
        self.assertIn("Parka", bad.closing_note)
        self.assertEqual(self.campaign.closing_failed_count, 1)
        [activity] = self.campaign.activity_ids
        self.assertEqual(activity.user_id, self.campaign.user_id)
        self.assertIn(bad.name, activity.note)
        self.assertIn("Parka", activity.note)
        # Once mended, it can be tried again.
        bad_jacket.action_unarchive()
        self.campaign.action_retry_closing()
        self._run_cron("cron_run_campaigns")
        self.assertEqual(
            (bad.state, bad.closing_result, bad.closing_note),
            ("submitted", "submitted", False),
        )

    def test_an_empty_form_is_no_failure(self):
        self.campaign.closing_outcome = "submit"
        form = self._fill()
        self._save({self.bottle_variant: (0, 1)}, campaign=self.campaign, now=self.now)
        self._pass_the_end()
        self.assertEqual((form.state, form.closing_result), ("draft", "kept"))

    def test_quotations_get_the_last_date_to_confirm(self):
        form = self._fill()
        quotation = form._submit(self.now)
        self.campaign.confirm_until = self.now.date() + timedelta(days=9)
        self.assertNotEqual(quotation.validity_date, self.campaign.confirm_until)
        self._pass_the_end()
        self.assertEqual(quotation.validity_date, self.campaign.confirm_until)
        self.assertEqual(form.closing_result, "quoted")

    def test_everyone_hears_the_result_once(self):
        forms = self._fill() | self._fill(self.other_customer)
        forms[1]._submit(self.now)
        self.campaign.action_close()
        for _twice in range(3):
            self._run_cron("cron_run_campaigns")
        notices = self._get_notices("closed")
        self.assertEqual(notices.order_id, forms)
        self.assertEqual(len(notices), 2)
        self._run_cron("cron_send_notices")
        bodies = {
            mail["email_to"][0]: mail["body"]
            for mail in self._mails
            if "has ended" in mail["subject"]
        }
        self.assertEqual(len(bodies), 2)
        for address, words in (
            (self.customer.email, "was not submitted"),
            (self.other_customer.email, "is a quotation of"),
        ):
            [body] = [body for to, body in bodies.items() if address in to]
            self.assertIn(words, body)

    def test_the_responsible_gets_the_result_in_numbers(self):
        self._fill()
        self._fill(self.other_customer, quantity=2)._submit(self.now).action_confirm()
        self._close()
        [activity] = self.campaign.activity_ids
        self.assertIn("20.02", activity.summary)
        self.assertIn("1 confirmed sales", activity.note)
        self.assertIn("1 forms not submitted", activity.note)

    def test_closing_goes_on_after_a_restart_and_does_nothing_twice(self):
        self.campaign.closing_outcome = "submit"
        users = self._make_customers(5)
        forms = self.env["preorder.order"].union(*map(self._fill, users))
        self.campaign.action_close()
        submit = type(self.campaign)._submit_at_close
        calls = []

        def stop_after_two(campaign, order):
            if len(calls) == 2:
                raise ServerStops
            calls.append(order.id)
            return submit(campaign, order)

        with patch.object(type(self.campaign), "_submit_at_close", stop_after_two):
            self._crash()
        self.assertTrue(self.campaign.closing)
        self.assertEqual(self.campaign.closing_progress, "2 of 5 forms")
        done = forms.filtered("closing_result")
        self.assertEqual(len(done), 2)
        quotations = done.sale_order_id
        self._run_cron("cron_run_campaigns")
        self.assertFalse(self.campaign.closing)
        self.assertEqual(set(forms.mapped("closing_result")), {"submitted"})
        self.assertEqual(done.sale_order_id, quotations)
        self.assertEqual(len(self.campaign.sale_order_ids), 5)
        self.assertEqual(len(self._get_notices("closed")), 5)
        self.assertEqual(len(self.campaign.activity_ids), 1)

    def test_a_form_that_stops_the_server_each_time_is_given_up(self):
        self.campaign.closing_outcome = "submit"
        form, other = self._fill(), self._fill(self.other_customer)
        self.campaign.action_close()
        submit = type(self.campaign)._submit_at_close

        def crash(campaign, order):
            if order == form:
                raise ServerStops
            return submit(campaign, order)

        with patch.object(type(self.campaign), "_submit_at_close", crash):
            for _time in range(3):
                self._crash()
            self._run_cron("cron_run_campaigns")
        self.assertEqual(form.closing_result, "failed")
        self.assertEqual(other.closing_result, "submitted")
        self.assertFalse(self.campaign.closing)

    @mute_logger("odoo.addons.preorder_campaign.models.preorder_order_closing")
    def test_an_unexpected_error_is_recorded_and_the_rest_goes_on(self):
        self.campaign.closing_outcome = "submit"
        form, other = self._fill(), self._fill(self.other_customer)
        self.campaign.action_close()
        submit = type(self.campaign)._submit_at_close

        def break_one(campaign, order):
            if order == form:
                raise ZeroDivisionError
            return submit(campaign, order)

        with patch.object(type(self.campaign), "_submit_at_close", break_one):
            self._run_cron("cron_run_campaigns")
        self.assertEqual(form.closing_result, "failed")
        self.assertEqual(other.closing_result, "submitted")

    def test_others_follow_up_once_when_all_is_closed(self):
        self._fill()
        self.campaign.action_close()
        calls = []

        def after_close(campaign):
            calls.append(campaign.order_ids.mapped("closing_result"))

        with patch.object(type(self.campaign), "_after_close", after_close):
            for _twice in range(2):
                self._run_cron("cron_run_campaigns")
        self.assertEqual(calls, [["kept"]])

    def test_many_forms_that_are_kept_are_closed_in_few_transactions(self):
        users = self._make_customers(8)
        self.env["preorder.order"].union(*map(self._fill, users))
        self.campaign.action_close()
        steps = []
        step = type(self.campaign)._continue_closing

        def count(campaign, checkpoint):
            steps.append(campaign.id)
            return step(campaign, checkpoint)

        with patch.object(type(self.campaign), "_continue_closing", count):
            self._run_cron("cron_run_campaigns")
        # All of them, then the end.
        self.assertEqual(len(steps), 2)

    # Reopening

    def test_a_closed_campaign_is_reopened_with_a_new_end(self):
        # foodsoft #618: a closed order could not be opened again.
        self.campaign.closing_outcome = "cancel"
        form = self._fill(quantity=4)
        submitted = self._fill(self.other_customer)
        submitted._submit(self.now)
        self._pass_the_end()
        self.assertEqual(form.state, "cancelled")
        wizard = (
            self.env["preorder.campaign.dates"]
            .with_context(**self.campaign.action_reopen()["context"])
            .create({"message": "One more week!"})
        )
        self.assertGreater(wizard.date_end, self.now)
        wizard.action_apply()
        self.assertEqual(self.campaign.state, "open")
        self.assertEqual(self.campaign.date_end, wizard.date_end)
        self.assertEqual((form.state, form.piece_count), ("draft", 4))
        self.assertEqual(submitted.state, "submitted")
        self.assertFalse((form | submitted).filtered("closing_result"))
        notices = self._get_notices("dates")
        self.assertEqual(notices.order_id, form | submitted)
        self.assertEqual(set(notices.mapped("message")), {"One more week!"})
        # And its next end is closed as the first was.
        self._pass_the_end()
        self.assertEqual(form.state, "cancelled")
        self.assertEqual(len(self._get_notices("closed")), 4)

    def test_a_reopened_campaign_needs_an_end_in_the_future(self):
        self._close()
        wizard = self.env["preorder.campaign.dates"].create(
            {
                "campaign_id": self.campaign.id,
                "reopen": True,
                "date_end": self.now - timedelta(days=1),
            }
        )
        with self.assertRaisesRegex(UserError, "not in the past"):
            wizard.action_apply()
        self.assertEqual(self.campaign.state, "closed")

    def test_a_form_that_was_reopened_is_cancelled_with_its_quotation(self):
        self.campaign.closing_outcome = "cancel"
        form = self._fill()
        quotation = form._submit(self.now)
        form._reopen(self.now)
        self._pass_the_end()
        self.assertEqual((form.state, form.closing_result), ("cancelled", "cancelled"))
        self.assertEqual(quotation.state, "cancel")

    def test_a_form_that_was_reopened_is_submitted_to_the_same_quotation(self):
        self.campaign.closing_outcome = "submit"
        form = self._fill()
        quotation = form._submit(self.now)
        form._reopen(self.now)
        self._pass_the_end()
        self.assertEqual((form.state, form.sale_order_id), ("submitted", quotation))
        self.assertFalse(form.office_reopened)

    # Calling off

    def _cancel(self, **values):
        wizard = (
            self.env["preorder.campaign.cancel"]
            .with_context(**self.campaign.action_cancel()["context"])
            .create(values)
        )
        wizard.action_apply()
        self._run_cron("cron_run_campaigns")

    def _pay(self, quotation, state):
        provider = self.env["payment.provider"].search([], limit=1)
        self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env["payment.method"].search([], limit=1).id,
                "reference": "PAID-1",
                "amount": 1.0,
                "currency_id": quotation.currency_id.id,
                "partner_id": quotation.partner_id.id,
                "state": state,
                "sale_order_ids": [(6, 0, quotation.ids)],
            }
        )

    def test_calling_off_cancels_forms_and_quotations_and_tells_everyone(self):
        third = self._make_customer("Third", "third", self.label)
        self.env["preorder.notice"]._announce(
            "opened", third.partner_id, campaign=self.campaign
        )
        draft, quoted = self._fill(), self._fill(self.other_customer)
        quotation = quoted._submit(self.now)
        self._cancel(message="The factory burned down.")
        self.assertEqual(self.campaign.state, "cancelled")
        self.assertEqual(draft.state, "cancelled")
        self.assertEqual((quoted.state, quotation.state), ("cancelled", "cancel"))
        notices = self._get_notices("cancelled")
        self.assertEqual(
            notices.partner_id,
            (self.customer | self.other_customer | third).partner_id,
        )
        self.assertEqual(len(notices), 3)
        self.assertEqual(set(notices.mapped("message")), {"The factory burned down."})

    def test_calling_off_can_keep_forms_and_quotations(self):
        draft, quoted = self._fill(), self._fill(self.other_customer)
        quotation = quoted._submit(self.now)
        self._cancel(forms="keep", quotations="keep")
        self.assertEqual((draft.state, draft.closing_result), ("draft", "kept"))
        self.assertEqual((quoted.state, quotation.state), ("submitted", "sent"))

    def test_a_merged_quotation_is_cancelled_once_and_all_its_customers_are_told(self):
        sister = self._make_login(
            "Sister", "sister", self.customer.partner_id.parent_id
        )
        forms = self._fill() | self._fill(sister)
        quotations = forms[0]._submit(self.now) | forms[1]._submit(self.now)
        forms.sale_order_id = quotations[0]
        self._cancel()
        self.assertEqual(set(forms.mapped("state")), {"cancelled"})
        self.assertEqual(set(forms.mapped("closing_result")), {"cancelled"})
        self.assertEqual(self._get_notices("cancelled").order_id, forms)

    def test_what_was_paid_for_a_quotation_that_is_called_off_is_to_be_refunded(self):
        form = self._fill()
        quotation = form._submit(self.now)
        self._pay(quotation, "done")
        self._cancel()
        self.assertEqual(quotation.state, "cancel")
        self.assertIn("PAID-1", " ".join(quotation.activity_ids.mapped("note")))

    def test_a_confirmed_order_survives_calling_off(self):
        form = self._fill()
        order = form._submit(self.now)
        order.action_confirm()
        self._cancel()
        self.assertEqual((form.state, order.state), ("confirmed", "sale"))

    def test_a_quotation_whose_payment_is_under_way_is_left_to_a_person(self):
        form = self._fill()
        quotation = form._submit(self.now)
        self._pay(quotation, "pending")
        self._cancel()
        self.assertEqual(quotation.state, "sent")
        self.assertEqual(form.closing_result, "failed")
        self.assertIn("is under way", form.closing_note)
