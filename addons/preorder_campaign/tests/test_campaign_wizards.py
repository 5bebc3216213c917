from datetime import date, datetime, timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .office import OfficeCommon


@tagged("post_install", "-at_install")
class TestCampaignWizards(OfficeCommon):
    """Changing dates, duplicating for next season, inviting customers."""

    # Dates

    def _change(self, **values):
        wizard = (
            self.env["preorder.campaign.dates"]
            .with_context(**self.campaign.action_change_dates()["context"])
            .create(values)
        )
        wizard.action_apply()

    def test_a_later_end_is_told_to_all_who_know_of_the_campaign(self):
        form = self._fill()
        self.env["preorder.notice"]._announce(
            "opened",
            (self.customer | self.other_customer).partner_id,
            campaign=self.campaign,
        )
        end = self.campaign.date_end + timedelta(days=7)
        self._change(date_end=end, message="By popular demand")
        self.assertEqual(self.campaign.date_end, end)
        notices = self._get_notices("dates")
        self.assertEqual(
            notices.partner_id, (self.customer | self.other_customer).partner_id
        )
        self.assertEqual(len(notices), 2)
        self.assertEqual(notices.order_id, form)
        self.assertIn("By popular demand", self.campaign.message_ids[0].body)
        self.assertIn("→", self.campaign.message_ids[0].body)
        self._run_cron("cron_send_notices")
        text = self.campaign._format_moment(end)
        self.assertTrue(
            all(
                text in mail["body"]
                for mail in self._mails
                if "new dates" in mail["subject"]
            )
        )

    def test_a_new_delivery_period_reaches_quotations_and_those_with_a_form(self):
        # foodsoft #548: the delivery date could not be moved with a message to all.
        old, new = date(2027, 1, 10), date(2027, 2, 20)
        self.campaign.delivery_from = old
        form, confirmed = self._fill(), self._fill(self.other_customer)
        self._make_customer("Third", "third", self.label)
        quotation, order = form._submit(self.now), confirmed._submit(self.now)
        order.action_confirm()
        self._change(delivery_from=new)
        self.assertEqual(quotation.commitment_date.date(), new)
        self.assertEqual(quotation.requested_delivery_period_start.date(), new)
        self.assertEqual(order.commitment_date.date(), old)
        self.assertEqual(self._get_notices("dates").order_id, form | confirmed)

    def test_confirmed_orders_move_if_the_office_says_so(self):
        old, new = date(2027, 1, 10), date(2027, 2, 20)
        self.campaign.delivery_from = old
        order = self._fill()._submit(self.now)
        order.action_confirm()
        self._change(delivery_from=new, move_confirmed=True)
        self.assertEqual(order.commitment_date.date(), new)

    def test_a_delivery_date_agreed_with_a_customer_stays(self):
        self.campaign.delivery_from = date(2027, 1, 10)
        quotation = self._fill()._submit(self.now)
        quotation.commitment_date = datetime(2027, 3, 1, 12)
        self._change(delivery_from=date(2027, 2, 20))
        self.assertEqual(quotation.commitment_date.date(), date(2027, 3, 1))

    def test_a_new_last_date_to_confirm_reaches_open_quotations(self):
        self.campaign.confirm_until = date(2027, 1, 10)
        quotation = self._fill()._submit(self.now)
        self._change(confirm_until=date(2027, 1, 31))
        self.assertEqual(quotation.validity_date, date(2027, 1, 31))

    def test_nobody_is_told_if_the_office_does_not_want_it(self):
        self._fill()
        self._change(delivery_from=date(2027, 2, 20), tell_customers=False)
        self.assertFalse(self._get_notices("dates"))

    def test_dates_that_stay_and_ends_in_the_past_are_refused(self):
        with self.assertRaisesRegex(UserError, "as they were"):
            self._change()
        with self.assertRaisesRegex(UserError, "not in the past"):
            self._change(date_end=self.now - timedelta(hours=1))

    # Duplicating

    def _duplicate(self, campaign=None, **values):
        form = Form(
            self.env["preorder.campaign.duplicate"].with_context(
                default_campaign_id=(campaign or self.campaign).id
            )
        )
        for name, value in values.items():
            form[name] = value
        wizard = form.save()
        return self.env["preorder.campaign"].browse(wizard.action_apply()["res_id"])

    def test_next_season_is_a_year_later_with_everything_else(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        original = self.env["preorder.campaign"].create(
            {
                "name": "Winter 2026/27",
                "code": "WI26",
                "tz": "Europe/Amsterdam",
                "date_start": datetime(2026, 1, 10, 8),
                "date_end": datetime(2026, 2, 20, 17),
                "confirm_until": date(2026, 3, 1),
                "delivery_from": date(2026, 8, 1),
                "delivery_until": date(2026, 9, 30),
                "supplier_expire_date": date(2026, 4, 1),
                "categ_ids": [Command.set(self.category.ids)],
                "excluded_product_ids": [Command.set(self.bottle_variant.ids)],
                "label_ids": [Command.set(self.label.ids)],
                "excluded_partner_ids": [Command.set(self.outsider.partner_id.ids)],
                "description": "<p>Hello</p>",
                "image_1920": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAA"
                "DUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg==",
                "campaign_discount": 3,
                "closing_outcome": "submit",
                "tier_ids": [
                    Command.create(
                        {"name": "Silver", "target_amount": 10, "discount": 5}
                    )
                ],
                "exclusion_ids": [Command.create({"product_tmpl_id": self.bottle.id})],
            }
        )
        original.with_context(lang="fr_FR").description = "<p>Bonjour</p>"
        original.tier_ids.with_context(lang="fr_FR").name = "Argent"
        copy = self._duplicate(original)
        self.assertEqual(copy.name, "Winter 2027/28")
        self.assertEqual(copy.code, "WI27")
        self.assertEqual(copy.state, "draft")
        self.assertEqual(copy.previous_campaign_id, original)
        self.assertEqual(copy.date_start, datetime(2027, 1, 10, 8))
        self.assertEqual(copy.date_end, datetime(2027, 2, 20, 17))
        self.assertEqual(copy.confirm_until, date(2027, 3, 1))
        self.assertEqual(copy.delivery_from, date(2027, 8, 1))
        self.assertEqual(copy.delivery_until, date(2027, 9, 30))
        self.assertEqual(copy.supplier_expire_date, date(2027, 4, 1))
        for name in (
            "categ_ids",
            "excluded_product_ids",
            "label_ids",
            "excluded_partner_ids",
            "image_1920",
            "campaign_discount",
            "closing_outcome",
            "tz",
        ):
            with self.subTest(field=name):
                self.assertEqual(copy[name], original[name])
        self.assertEqual(
            copy.tier_ids.mapped(lambda tier: (tier.name, tier.discount)),
            [("Silver", 5)],
        )
        self.assertEqual(copy.exclusion_ids.product_tmpl_id, self.bottle)
        french = copy.with_context(lang="fr_FR")
        self.assertEqual(french.description, "<p>Bonjour</p>")
        self.assertEqual(french.tier_ids.name, "Argent")
        # A copy tells of its own opening and its own end.
        self.assertFalse(copy.date_opening_told or copy.order_count)

    def test_dates_move_by_weeks_and_keep_their_hour_in_summer_time(self):
        self.campaign.write(
            {
                "date_start": datetime(2026, 3, 1, 8),  # 9:00 in winter
                "date_end": datetime(2026, 3, 20, 17),  # 18:00 in winter
            }
        )
        copy = self._duplicate(shift="weeks", amount=4)
        self.assertEqual(copy.date_start, datetime(2026, 3, 29, 7))
        self.assertEqual(copy.date_end, datetime(2026, 4, 17, 16))

    def test_dates_move_to_a_new_start(self):
        self.campaign.write(
            {
                "date_start": datetime(2026, 1, 1, 23, 30),  # 2 January in Amsterdam
                "date_end": datetime(2026, 1, 12, 17),
                "delivery_from": date(2026, 6, 1),
            }
        )
        copy = self._duplicate(shift="start", new_start=date(2026, 1, 12))
        self.assertEqual(copy.date_start, datetime(2026, 1, 11, 23, 30))
        self.assertEqual(copy.delivery_from, date(2026, 6, 11))

    def test_a_name_without_a_year_and_a_code_in_use_are_told_apart(self):
        copy = self._duplicate(shift="days", amount=7)
        self.assertEqual(copy.name, "Winter (copy)")
        self.assertEqual(copy.code, "W26-2")

    # Inviting

    def _make_contact(self, name, email, **values):
        return self.env["res.partner"].create(
            {
                "name": name,
                "email": email,
                "parent_id": self.customer.partner_id.parent_id.id,
                **values,
            }
        )

    def _invite(self):
        action = self.campaign.action_invite()
        return self.env["portal.wizard"].browse(action["res_id"])

    def test_contacts_without_a_log_in_are_listed_problems_by_name(self):
        buyer = self._make_contact("Second buyer", "second@example.com")
        branch = self._make_contact("Branch", "branch@example.com", is_company=True)
        silent = self._make_contact("Silent", False)
        taken = self._make_contact("Taken", self.outsider.login)
        self.outsider.login = "fjell@example.com"
        taken.email = "fjell@example.com"
        double = self._make_contact("Twin", "second@example.com")
        odd = self._make_contact("Odd", "not an address")
        invoice = self._make_contact("Invoices", "inv@example.com", type="invoice")
        wizard = self._invite()
        lines = {line.partner_id: line for line in wizard.user_ids}
        self.assertNotIn(self.customer.partner_id, lines)
        self.assertNotIn(invoice, lines)
        self.assertFalse(
            lines[buyer].preorder_problem or lines[branch].preorder_problem
        )
        for partner, words in (
            (silent, "No e-mail"),
            (taken, "Buyer of Fjell Fashion logs in"),
            (double, "Second buyer has the same"),
            (odd, "no e-mail address"),
        ):
            with self.subTest(partner=partner.name):
                self.assertIn(words, lines[partner].preorder_problem)
                self.assertFalse(lines[partner].preorder_selected)
        self.assertTrue(lines[buyer].preorder_selected)
        self.assertTrue(lines[branch].preorder_selected)
        # The company itself has no e-mail; its people are invited.
        self.assertFalse(lines[self.customer.partner_id.parent_id].preorder_selected)

    def test_who_is_invited_gets_a_log_in_and_one_mail_that_leads_to_it(self):
        buyer = self._make_contact("Second buyer", "second@example.com")
        silent = self._make_contact("Silent", False)
        wizard = self._invite()
        line = wizard.user_ids.filtered(lambda line: line.partner_id == silent)
        line.preorder_selected = True
        with self.mock_mail_gateway():
            answer = wizard.action_preorder_invite()["params"]
            self.assertFalse(self._new_mails)
        self.assertEqual(answer["title"], "1 customers invited")
        self.assertIn("Silent: No e-mail address", answer["message"])
        self.assertEqual(buyer.user_ids.login, "second@example.com")
        self.assertTrue(buyer.user_ids._is_portal())
        self.assertFalse(silent.user_ids)
        self._run_cron("cron_send_notices")
        [mail] = [m for m in self._mails if "invites you" in m["subject"]]
        self.assertIn("second@example.com", mail["email_to"][0])
        self.assertIn("/web/signup?", mail["body"])
        self.assertIn("redirect=", mail["body"])
        # Told by the invitation, not again by the opening.
        self.campaign.date_opening_told = False
        self._run_cron("cron_run_campaigns")
        self.assertNotIn(buyer, self._get_notices("opened").partner_id)

    def test_an_invitation_can_be_sent_again(self):
        self._make_contact("Second buyer", "second@example.com")
        self._invite().action_preorder_invite()
        self._run_cron("cron_send_notices")
        notice = self._get_notices("invitation")
        notice.action_send_again()
        self._run_cron("cron_send_notices")
        self.assertEqual(len(self._mails), 1)
        self.assertEqual(notice.state, "sent")

    def test_customers_are_invited_to_open_campaigns(self):
        self.campaign._set_state("draft")
        with self.assertRaisesRegex(UserError, "Open .* first"):
            self.campaign.action_invite()

    # Rights

    def test_a_salesperson_previews_but_changes_no_campaign(self):
        salesperson = new_test_user(
            self.env, "sam", groups="sales_team.group_sale_salesman"
        )
        campaign = self.campaign.with_user(salesperson)
        self.assertTrue(campaign.action_view_audience()["domain"])
        self.assertTrue(campaign.deadline_text)
        for model in ("dates", "cancel", "duplicate"):
            self.assertFalse(
                self.env[f"preorder.campaign.{model}"]
                .with_user(salesperson)
                .has_access("create")
            )
        wizard = (
            self.env["preorder.assortment.preview"]
            .with_user(salesperson)
            .create(
                {
                    "campaign_id": campaign.id,
                    "partner_id": self.customer.partner_id.id,
                }
            )
        )
        action = wizard.action_apply()
        products = (
            self.env["product.product"]
            .with_user(salesperson)
            .with_context(**action["context"])
            .search(action["domain"])
        )
        self.assertTrue(all(products.mapped("preorder_price")))

    def test_a_sales_manager_does_all_of_it(self):
        manager = new_test_user(
            self.env,
            "mona",
            groups="sales_team.group_sale_manager,base.group_partner_manager",
        )
        self._make_contact("Second buyer", "second@example.com")
        self._fill()
        self._fill(self.other_customer)._submit(self.now)
        campaign = self.campaign.with_user(manager)
        wizard = self.env["portal.wizard"].with_user(manager)
        wizard.browse(campaign.action_invite()["res_id"]).action_preorder_invite()
        self.env["preorder.campaign.dates"].with_user(manager).create(
            {
                "campaign_id": campaign.id,
                "date_end": self.campaign.date_end + timedelta(days=1),
            }
        ).action_apply()
        self.env["preorder.order"].search(
            [("campaign_id", "=", campaign.id)]
        ).with_user(manager).action_remind()
        campaign.action_close()
        self._run_cron("cron_run_campaigns")
        campaign.with_user(manager).action_done()
        self.assertEqual(self.campaign.state, "done")
