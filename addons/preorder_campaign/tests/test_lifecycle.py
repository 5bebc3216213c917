from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import NOW, PreorderCommon

#: One white dot.
SIGNATURE = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAA"
    b"SUVORK5CYII="
)


@tagged("post_install", "-at_install")
class TestLifecycle(PreorderCommon):
    """Second thoughts, the office's review, and every way to confirm."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parka, cls.anorak = cls.jacket.product_variant_ids[:2]
        cls.flask = cls.bottle.product_variant_id

    def _submit(self, quantities=None, **values):
        self.campaign.write(values)
        form = self._get_form(self._save(quantities or {self.parka: 12}))
        return form, form._submit(NOW)

    def _sign(self, quotation):
        quotation.write({"signed_by": "Buyer", "signature": SIGNATURE})

    def _pay(self, quotation, state="done", code="none"):
        values = {"name": "Bank", "code": code, "state": "test"}
        if code == "custom":
            values["custom_mode"] = "wire_transfer"
        provider = self.env["payment.provider"].create(values)
        method = self.env["payment.method"].search([], limit=1)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"{quotation.name}-{state}",
                "amount": 100.0,
                "currency_id": quotation.currency_id.id,
                "partner_id": quotation.partner_id.id,
                "sale_order_ids": [Command.set(quotation.ids)],
            }
        )
        transaction.state = state
        return transaction

    # Reopen

    def test_reopened_and_submitted_again_it_is_the_same_quotation(self):
        form, quotation = self._submit({self.parka: 12, self.flask: 3})
        form._reopen(NOW)
        self.assertEqual(form.state, "draft")
        self._save(
            {self.parka: (30, 1), self.flask: (0, 1), self.anorak: 5}, order=form
        )
        self.assertEqual(form._submit(NOW), quotation)
        self.assertEqual(form.revision, 2)
        self.assertEqual(
            {line.product_id: line.product_uom_qty for line in quotation.order_line},
            {self.parka: 30, self.anorak: 5},
        )
        self.assertEqual(quotation.state, "sent")
        self.assertEqual(quotation.preorder_tier_id.name, "Silver")
        self.assertEqual(quotation.order_line.mapped("discount"), [5, 5])
        self.assertFalse(quotation.preorder_office_edited)

    def test_reopening_voids_the_signature_and_the_old_link(self):
        form, quotation = self._submit()
        quotation._portal_ensure_token()
        token = quotation.access_token
        self._sign(quotation)
        form._reopen(NOW)
        self.assertFalse(quotation.signature)
        self.assertNotEqual(quotation.access_token, token)
        self.assertFalse(quotation._has_to_be_signed())
        self.assertFalse(quotation._has_to_be_paid())
        with self.assertRaisesRegex(UserError, "being changed"):
            quotation.action_confirm()
        form._submit(NOW)
        self.assertTrue(quotation._has_to_be_signed())

    def test_prices_are_fresh_after_reopening(self):
        form, quotation = self._submit()
        self.jacket.list_price = 110
        form._reopen(NOW)
        form._submit(NOW)
        self.assertEqual(quotation.order_line.price_unit, 110)

    def test_customers_reopen_until_the_end(self):
        form, _quotation = self._submit()
        with self.assertRaisesRegex(UserError, "ended"):
            form._reopen(self.campaign.date_end)

    def test_a_confirmed_form_is_not_reopened(self):
        form, quotation = self._submit()
        quotation.action_confirm()
        for change in (lambda: form._reopen(NOW), form._withdraw, form.action_reopen):
            with self.assertRaisesRegex(UserError, "confirmed"):
                change()

    def test_what_the_office_has_edited_only_the_office_reopens(self):
        form, quotation = self._submit({self.parka: 12, self.flask: 4})
        flask, parka = quotation.order_line
        parka.product_uom_qty = 20
        flask.unlink()
        quotation.order_line = [
            Command.create({"product_id": self.anorak.id, "product_uom_qty": 7}),
            Command.create({"product_id": self.other_product.id}),
        ]
        self.assertTrue(quotation.preorder_office_edited)
        with self.assertRaisesRegex(UserError, "ask us"):
            form._reopen(NOW)
        form.action_reopen()
        self.assertEqual(
            {line.product_id: line.quantity for line in form.line_ids if line.quantity},
            {self.parka: 20, self.anorak: 7},
        )
        form._submit(NOW, by_office=True)
        self.assertEqual(
            {line.product_id: line.product_uom_qty for line in quotation.order_line},
            {self.parka: 20, self.anorak: 7, self.other_product: 1},
        )

    def test_the_office_may_change_and_submit_after_the_end_on_the_record(self):
        form, quotation = self._submit()
        late = self.campaign.date_end + timedelta(days=1)
        with self.assertRaises(UserError):
            form._reopen(late)
        seller = new_test_user(
            self.env, "sally", groups="sales_team.group_sale_salesman_all_leads"
        )
        form.with_user(seller).action_reopen()
        self.assertEqual(form.message_ids[0].author_id, seller.partner_id)
        answer = self._save({self.parka: (15, 1)}, order=form, now=late)
        self.assertIn("ended", answer["closed"])
        answer = self._save(
            {self.parka: (15, 1)},
            order=form,
            now=late,
            user=seller,
            channel="representative",
        )
        self.assertEqual(answer["cells"][0]["status"], "stored")
        with self.assertRaises(UserError):
            form._submit(late)
        form._submit(late, by_office=True)
        self.assertEqual(quotation.order_line.product_uom_qty, 15)
        self.assertFalse(form.office_reopened)

    def test_the_office_continues_a_form_that_was_never_submitted(self):
        form = self._get_form(self._save({self.parka: 12}))
        late = self.campaign.date_end
        with self.assertRaises(UserError):
            form._submit(late, by_office=True)
        form.action_reopen()
        self.assertEqual(form._submit(late, by_office=True).state, "sent")

    def test_nothing_is_reopened_while_a_payment_is_under_way(self):
        form, quotation = self._submit()
        self._pay(quotation, "pending")
        with self.assertRaisesRegex(UserError, "under way"):
            form._reopen(NOW)

    def test_an_announced_transfer_is_called_off_by_reopening(self):
        form, quotation = self._submit()
        transaction = self._pay(quotation, "pending", code="custom")
        form._reopen(NOW)
        self.assertEqual(transaction.state, "cancel")

    def test_a_payment_that_arrives_while_it_is_changed_does_not_confirm(self):
        form, quotation = self._submit(confirmation="payment")
        form._reopen(NOW)
        transaction = self._pay(quotation)
        transaction.amount = quotation.amount_total
        transaction._check_amount_and_confirm_order()
        self.assertEqual(quotation.state, "sent")

    # Withdraw

    def test_a_customer_withdraws_what_is_not_confirmed(self):
        form, quotation = self._submit()
        form._withdraw()
        self.assertEqual(form.state, "cancelled")
        self.assertEqual(quotation.state, "cancel")
        self.assertFalse(quotation.activity_ids)

    def test_what_was_paid_is_listed_for_refund(self):
        form, quotation = self._submit()
        self._pay(quotation)
        form._withdraw()
        self.assertIn("100.00", quotation.activity_ids.note)
        self.assertEqual(
            quotation.activity_ids.user_id, quotation.user_id or self.campaign.user_id
        )

    def test_after_withdrawing_a_new_form_may_be_begun(self):
        form, _quotation = self._submit()
        form._withdraw()
        answer = self._save({self.parka: 1})
        self.assertNotEqual(answer["form"], form.id)

    # Office edits

    def test_every_change_after_submission_is_on_the_form_s_record(self):
        form, quotation = self._submit()
        quotation.order_line.write({"product_uom_qty": 13, "price_unit": 90})
        body = form.message_ids[0].body
        self.assertIn("12.00 → 13.00", body)
        self.assertIn("90.00", body)
        quotation.order_line = [Command.create({"product_id": self.flask.id})]
        self.assertIn("added", form.message_ids[0].body)
        quotation.order_line[-1:].unlink()
        self.assertIn("removed", form.message_ids[0].body)
        quotation.action_confirm()
        quotation.order_line.product_uom_qty = 14
        self.assertIn("13.00 → 14.00", form.message_ids[0].body)

    def test_submitting_is_no_office_edit(self):
        form, quotation = self._submit()
        self.assertFalse(quotation.preorder_office_edited)
        self.assertIn("revision 1", form.message_ids[0].body)

    # Review

    def test_a_form_to_review_can_be_neither_signed_nor_paid_nor_clicked(self):
        _form, quotation = self._submit(review_required=True)
        self.assertEqual(quotation.state, "draft")
        self.assertFalse(quotation._has_to_be_signed())
        self.assertFalse(quotation._has_to_be_paid())
        self.campaign.confirmation = "click"
        self.assertFalse(quotation._has_to_be_accepted())

    def test_reviewed_and_sent_the_customer_confirms(self):
        form, quotation = self._submit(review_required=True)
        quotation.prepayment_percent = 0.5
        quotation.order_line.product_uom_qty = 20
        quotation.action_send_reviewed()
        self.assertEqual(quotation.state, "sent")
        self.assertTrue(quotation._has_to_be_signed())
        self.assertEqual(
            quotation._get_prepayment_required_amount(), quotation.amount_total / 2
        )
        self.assertIn("Reviewed", form.message_ids[0].body)

    def test_the_office_changes_a_form_under_review_in_the_matrix(self):
        form, quotation = self._submit(review_required=True)
        form.action_reopen()
        self._save({self.parka: (24, 1)}, order=form, channel="representative")
        form._submit(NOW, by_office=True)
        self.assertEqual(quotation.order_line.product_uom_qty, 24)
        self.assertEqual(quotation.state, "draft")
        self.assertTrue(quotation._is_preorder_on_hold())

    def test_changed_after_the_review_it_is_reviewed_again_on_the_terms_given(self):
        form, quotation = self._submit(review_required=True)
        quotation.prepayment_percent = 0.5
        quotation.action_send_reviewed()
        form._reopen(NOW)
        form._submit(NOW)
        self.assertEqual(quotation.state, "draft")
        self.assertTrue(quotation._is_preorder_on_hold())
        self.assertEqual(quotation.prepayment_percent, 0.5)

    def test_put_back_to_draft_it_waits_for_the_office_and_old_links_are_void(self):
        form, quotation = self._submit()
        quotation._portal_ensure_token()
        token = quotation.access_token
        quotation.action_cancel()
        self.assertEqual(form.state, "cancelled")
        quotation.action_draft()
        self.assertEqual(form.state, "submitted")
        self.assertNotEqual(quotation.access_token, token)
        self.assertFalse(quotation._has_to_be_signed())

    # Ways to confirm

    def test_each_way_to_confirm_asks_for_what_it_says(self):
        for number, (way, signed, paid, accepted, percent) in enumerate(
            (
                ("salesperson", False, False, False, 0.3),
                ("click", False, False, True, 0.3),
                ("signature", True, False, False, 0.3),
                ("payment", False, True, False, 0.3),
                ("signature_payment", True, True, False, 0.3),
                ("direct", False, True, False, 1.0),
            )
        ):
            with self.subTest(way=way):
                campaign = self._make_campaign(way, f"WAY{number}", confirmation=way)
                campaign.action_open()
                answer = self._save({self.parka: 1}, campaign=campaign)
                quotation = self._get_form(answer)._submit(NOW)
                self.assertEqual(quotation._has_to_be_signed(), signed)
                self.assertEqual(quotation._has_to_be_paid(), paid)
                self.assertEqual(quotation._has_to_be_accepted(), accepted)
                self.assertEqual(quotation.prepayment_percent, percent)

    def test_a_click_confirms_and_says_who_clicked(self):
        form, quotation = self._submit(confirmation="click")
        quotation._accept_preorder(self.customer)
        self.assertEqual(quotation.state, "sale")
        self.assertEqual(form.state, "confirmed")
        self.assertIn(
            self.customer.partner_id, quotation.message_ids.mapped("author_id")
        )

    def test_an_expired_quotation_is_not_accepted(self):
        _form, quotation = self._submit(confirmation="click")
        quotation.validity_date = date.today() - timedelta(days=1)
        self.assertFalse(quotation._has_to_be_accepted())

    # Delivery dates

    def test_one_date_per_form_reaches_the_order(self):
        self.campaign.write(
            {
                "delivery_dates": "order",
                "delivery_from": "2026-09-01",
                "delivery_until": "2026-10-31",
            }
        )
        form = self._get_form(self._save({self.parka: 2}))
        with self.assertRaisesRegex(UserError, "09/01/2026"):
            form._submit(NOW)
        with self.assertRaisesRegex(UserError, "too early.*09/01/2026"):
            form._set_details({"delivery_date": "2026-08-15"})
            form._submit(NOW)
        form._set_details({"delivery_date": "2026-09-15"})
        quotation = form._submit(NOW)
        self.assertEqual(quotation.commitment_date.date(), date(2026, 9, 15))
        line = quotation.order_line
        self.assertEqual(line.requested_delivery_period_start.date(), date(2026, 9, 15))

    def test_one_week_per_form_reaches_the_order_and_its_documents(self):
        self.campaign.write(
            {
                "delivery_dates": "week",
                "delivery_from": "2026-09-02",
                "delivery_until": "2026-09-18",
                "delivery_gap_days": 7,
                "allow_multiple_forms": True,
            }
        )
        form = self._get_form(self._save({self.parka: 2}))
        weeks = [
            (str(week.first), str(week.last)) for week in form._get_delivery_weeks(NOW)
        ]
        self.assertEqual(
            weeks,
            [
                ("2026-09-02", "2026-09-06"),
                ("2026-09-07", "2026-09-13"),
                ("2026-09-14", "2026-09-18"),
            ],
        )
        for day, reason in (("2026-08-26", "too early"), ("2026-09-23", "too late")):
            form._set_details({"delivery_date": day})
            with self.assertRaisesRegex(UserError, reason):
                form._submit(NOW)
        with self.assertRaisesRegex(UserError, "Choose a week"):
            form._set_details({"delivery_date": "soon"})
        # Whichever of its days is named.
        form._set_details({"delivery_date": "2026-09-09"})
        quotation = form._submit(NOW)
        for record in (quotation, quotation.order_line):
            self.assertEqual(
                (
                    record.requested_delivery_period_start.date(),
                    record.requested_delivery_period_end.date(),
                ),
                (date(2026, 9, 7), date(2026, 9, 13)),
            )
        words = "09/07/2026 – 09/13/2026"
        self.assertEqual(quotation._get_preorder_delivery([]), words)
        self.assertEqual(form._describe_requested_delivery(form.line_ids), words)
        # Another order goes with this one, or keeps its distance from it.
        other = self._get_form(self._save({self.parka: 1}))
        self.assertEqual(
            [str(week.first) for week in other._get_delivery_weeks(NOW)],
            ["2026-09-07", "2026-09-14"],
        )

    def test_one_period_per_form_reaches_the_order(self):
        self.campaign.write(
            {
                "delivery_dates": "span",
                "delivery_from": "2026-09-01",
                "delivery_until": "2026-10-31",
            }
        )
        form = self._get_form(self._save({self.parka: 2}))
        for first, last, reason in (
            ("2026-09-10", None, "first and the last"),
            ("2026-09-10", "2026-09-09", "before the first"),
        ):
            with self.assertRaisesRegex(UserError, reason):
                form._set_details({"delivery_date": first, "delivery_until": last})
        form._set_details(
            {"delivery_date": "2026-09-10", "delivery_until": "2026-11-01"}
        )
        with self.assertRaisesRegex(UserError, "too late"):
            form._submit(NOW)
        form._set_details(
            {"delivery_date": "2026-09-10", "delivery_until": "2026-09-25"}
        )
        quotation = form._submit(NOW)
        self.assertEqual(
            quotation._get_preorder_delivery([]), "09/10/2026 – 09/25/2026"
        )

    def _save_dated(self, quantities, **values):
        return self._save(
            {},
            cells=[
                {
                    "product": product.id,
                    "date": day,
                    "quantity": quantity,
                    "revision": 0,
                }
                for product, day, quantity in quantities
            ],
            **values,
        )

    def test_several_delivery_dates_stand_in_one_quotation(self):
        self.campaign.write(
            {
                "delivery_dates": "line",
                "delivery_from": "2026-09-01",
                "delivery_until": "2026-10-31",
                "delivery_gap_days": 14,
            }
        )
        answer = self._save_dated(
            [
                (self.parka, "2026-09-01", 4),
                (self.parka, "2026-10-01", 6),
                (self.flask, "2026-10-01", 3),
            ]
        )
        self.assertEqual([cell["status"] for cell in answer["cells"]], ["stored"] * 3)
        form = self._get_form(answer)
        quotation = form._submit(NOW)
        self.assertEqual(
            {
                (line.product_id, line.commitment_date.date()): line.product_uom_qty
                for line in quotation.order_line
            },
            {
                (self.parka, date(2026, 9, 1)): 4,
                (self.parka, date(2026, 10, 1)): 6,
                (self.flask, date(2026, 10, 1)): 3,
            },
        )
        self.assertEqual(
            quotation.requested_delivery_period_end.date(), date(2026, 10, 1)
        )
        form._reopen(NOW)
        self._save_dated([(self.parka, "2026-10-01", 9)], order=form)
        form._submit(NOW)
        self.assertEqual(
            sorted(quotation.order_line.mapped("product_uom_qty")), [3, 4, 9]
        )

    def test_a_date_that_is_not_possible_is_refused_with_the_earliest_that_is(self):
        self.campaign.write(
            {
                "delivery_dates": "line",
                "delivery_from": "2026-09-01",
                "delivery_until": "2026-10-31",
                "delivery_gap_days": 14,
            }
        )
        self._save_dated([(self.parka, "2026-09-01", 4)])
        for day, reason in (
            ("2026-09-10", "at least 14 days apart.*09/15/2026"),
            ("2026-08-10", "too early.*09/15/2026|too early.*09/01/2026"),
            ("2026-12-01", "too late"),
            (None, "Choose a delivery date"),
        ):
            with self.subTest(day=day):
                [cell] = self._save_dated([(self.flask, day, 1)])["cells"]
                self.assertEqual(cell["status"], "refused")
                self.assertRegex(cell["reason"], reason)

    def test_where_there_is_one_delivery_a_dated_quantity_is_refused(self):
        [cell] = self._save_dated([(self.flask, "2026-09-01", 1)])["cells"]
        self.assertEqual(cell["status"], "refused")

    # One form or several

    def test_one_form_per_customer_unless_the_campaign_says_otherwise(self):
        form, _quotation = self._submit()
        answer = self._save({self.parka: (1, 1)})
        self.assertIn("submitted", answer["closed"])
        self.campaign.allow_multiple_forms = True
        answer = self._save({self.parka: 1})
        self.assertNotEqual(answer["form"], form.id)

    def test_deliveries_of_several_forms_keep_their_distance(self):
        self.campaign.write(
            {
                "allow_multiple_forms": True,
                "delivery_dates": "order",
                "delivery_from": "2026-09-01",
                "delivery_until": "2026-10-31",
                "delivery_gap_days": 10,
            }
        )
        for day, refusal in (
            ("2026-09-01", None),
            ("2026-09-05", "09/11/2026"),
            ("2026-09-11", None),
        ):
            form = self._get_form(self._save({self.parka: 1}))
            form._set_details({"delivery_date": day})
            if refusal:
                with self.assertRaisesRegex(UserError, refusal):
                    form._submit(NOW)
            else:
                form._submit(NOW)

    # Details

    def test_what_the_customer_says_reaches_the_quotation(self):
        company = self.customer.partner_id.parent_id
        warehouse, colleague = self.env["res.partner"].create(
            [
                {"name": "Warehouse", "type": "delivery", "parent_id": company.id},
                {"name": "Colleague", "parent_id": company.id},
            ]
        )
        form = self._get_form(self._save({self.parka: 2}))
        form._set_details(
            {
                "reference": " PO 4711 ",
                "note": "Ring <twice>",
                "address": warehouse.id,
                "contact": colleague.id,
            }
        )
        quotation = form._submit(NOW)
        self.assertEqual(quotation.client_order_ref, "PO 4711")
        self.assertEqual(quotation.partner_shipping_id, warehouse)
        self.assertEqual(quotation.preorder_contact_id, colleague)
        self.assertIn("Ring &lt;twice&gt;", quotation.note)

    def test_contacts_of_other_companies_are_refused(self):
        form = self._get_form(self._save({self.parka: 2}))
        for name in ("address", "contact"):
            with self.assertRaisesRegex(UserError, "your company"):
                form._set_details({name: self.outsider.partner_id.id})

    # What the customer hears

    def _get_notices(self, form):
        return form.notice_ids.sorted("id").mapped(lambda each: (each.kind, each.key))

    def test_the_customer_hears_of_each_submission_and_of_the_office_s_reopening(self):
        form, _quotation = self._submit()
        form._reopen(NOW)
        form._submit(NOW)
        form._submit(NOW)
        form.action_reopen()
        self.assertEqual(
            self._get_notices(form),
            [("submitted", "1"), ("submitted", "2"), ("reopened", "2")],
        )

    def test_the_customer_hears_that_the_quotation_is_reviewed(self):
        form, quotation = self._submit(review_required=True)
        quotation.action_send_reviewed()
        self.assertEqual(
            self._get_notices(form), [("submitted", "1"), ("reviewed", "1")]
        )

    # What the office has set stays, what is due happens

    def test_the_office_s_terms_survive_another_submission(self):
        form, quotation = self._submit()
        term = self.env["account.payment.term"].create({"name": "60 days"})
        quotation.write(
            {
                "payment_term_id": term.id,
                "note": "<p>Agreed by phone</p>",
                "client_order_ref": "PO 1",
            }
        )
        form.action_reopen()
        form._submit(NOW, by_office=True)
        self.assertEqual(quotation.payment_term_id, term)
        self.assertIn("Agreed by phone", quotation.note)
        self.assertEqual(quotation.client_order_ref, "PO 1")

    def test_submitted_again_the_time_to_confirm_begins_anew(self):
        form, quotation = self._submit()
        quotation.validity_date = date.today() - timedelta(days=1)
        self.assertTrue(quotation.is_expired)
        form._reopen(NOW)
        now = NOW.combine(date.today(), NOW.time())
        self.campaign.date_end = now + timedelta(days=1)
        form._submit(now)
        quotation.invalidate_recordset(["is_expired"])
        self.assertFalse(quotation.is_expired)
        self.assertTrue(quotation._has_to_be_signed())

    def test_what_was_paid_while_it_was_changed_confirms_afterwards(self):
        form, quotation = self._submit(confirmation="payment")
        form._reopen(NOW)
        transaction = self._pay(quotation)
        transaction.amount = quotation.amount_total
        form._submit(NOW)
        self.assertEqual(quotation.state, "sale")

    def test_put_back_to_draft_and_submitted_again_it_can_be_confirmed(self):
        form, quotation = self._submit(confirmation="click")
        quotation._action_cancel()
        quotation.action_draft()
        form._reopen(NOW)
        form._submit(NOW)
        self.assertTrue(quotation._has_to_be_accepted())

    def test_cancelling_a_reopened_form_lists_what_was_paid(self):
        form, quotation = self._submit()
        self._pay(quotation)
        form._reopen(NOW)
        form.action_cancel()
        self.assertEqual(quotation.state, "cancel")
        self.assertIn("100.00", quotation.activity_ids.note)

    def test_a_form_is_not_reopened_beside_another_being_filled(self):
        form, _quotation = self._submit(allow_multiple_forms=True)
        other = self._get_form(self._save({self.flask: 1}))
        for reopen in (lambda: form._reopen(NOW), form.action_reopen):
            with self.assertRaisesRegex(UserError, other.name):
                reopen()
