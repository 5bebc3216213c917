from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .office import OfficeCommon


@tagged("post_install", "-at_install")
class TestCampaignOffice(OfficeCommon):
    """Setting up a campaign, and moving it from state to state."""

    # Setting up

    def test_name_products_customers_and_open_are_enough(self):
        form = Form(self.env["preorder.campaign"])
        form.name = "Summer 2027"
        form.categ_ids.add(self.category)
        form.label_ids.add(self.label)
        campaign = form.save()
        self.assertEqual(campaign.code, "S27")
        campaign.action_open()
        self.assertTrue(campaign._is_open(fields.Datetime.now()))
        self.assertEqual(campaign.confirmation, "signature")

    def test_a_new_campaign_ends_in_four_weeks_at_six_in_the_evening(self):
        self.env.user.tz = "Europe/Amsterdam"
        campaign = self.env["preorder.campaign"].create({"name": "A", "code": "A"})
        end = campaign.date_end.replace(tzinfo=ZoneInfo("UTC"))
        local = end.astimezone(ZoneInfo("Europe/Amsterdam"))
        self.assertEqual((local.hour, local.minute), (18, 0))
        self.assertEqual((end.date() - self.now.date()).days, 28)

    def test_a_proposed_code_is_not_in_use_and_a_chosen_one_stays(self):
        campaigns = self.env["preorder.campaign"].create(
            [{"name": "Winter 2026"}, {"name": "Winter 2026", "code": "MINE"}]
        )
        # W26 is the fixture's.
        self.assertEqual(campaigns.mapped("code"), ["W26-2", "MINE"])
        campaigns[1].name = "Other"
        self.assertEqual(campaigns[1].code, "MINE")

    def test_the_check_list_says_what_is_missing_while_it_is_typed(self):
        form = Form(self.env["preorder.campaign"])
        form.name = "Summer 2027"
        self.assertIn("Choose products", form.missing_to_open)
        form.categ_ids.add(self.category)
        self.assertNotIn("Choose products", form.missing_to_open)
        self.assertIn("Choose customers", form.missing_to_open)
        form.for_everyone = True
        self.assertFalse(form.missing_to_open)

    def test_an_end_before_the_start_names_both(self):
        with self.assertRaisesRegex(ValidationError, "Winter would end .* before"):
            self.campaign.date_end = self.campaign.date_start - timedelta(days=1)

    def test_what_is_chosen_and_left_out_is_named(self):
        self.assertFalse(self.campaign.remarks)
        self.campaign.write(
            {
                "product_tmpl_ids": [Command.set(self.bottle.ids)],
                "excluded_product_tmpl_ids": [Command.set(self.bottle.ids)],
            }
        )
        self.assertIn("Bottle", self.campaign.remarks)
        self.assertNotIn(
            self.bottle_variant,
            self.env["product.product"].search(self.campaign._get_assortment_domain()),
        )

    def test_a_pricelist_in_another_currency_says_how_tiers_are_counted(self):
        currency = self.env.ref("base.CHF")
        currency.active = True
        self.campaign.pricelist_id = self.env["product.pricelist"].create(
            {"name": "Swiss", "currency_id": currency.id}
        )
        self.assertIn("CHF", self.campaign.remarks)

    def test_a_tier_that_gives_less_for_more_is_pointed_out(self):
        low, high = self.campaign.tier_ids.sorted("target_amount")[:2]
        low.discount, high.discount = 5, 5
        self.assertFalse(self.campaign.remarks)
        high.discount = 3.5
        self.assertIn(f"“{high.name}” begins", self.campaign.remarks)
        self.assertIn("(3.5 instead of 5 %)", self.campaign.remarks)

    def test_an_open_campaign_with_nothing_left_on_sale_says_so(self):
        (self.jacket + self.bottle).action_archive()
        self.campaign.invalidate_recordset()
        self.assertIn("Nothing is on sale", self.campaign.remarks)

    def test_an_archived_product_in_an_old_form_is_named_at_submission(self):
        form = self._fill()
        self.bottle.action_archive()
        with self.assertRaisesRegex(UserError, "No longer available: .*Bottle"):
            form._submit(fields.Datetime.now())
        self.assertEqual(form.state, "draft")

    def test_forms_are_counted_by_how_far_they_are(self):
        self._fill()
        self._fill(self.other_customer)._submit(self.now)
        self.assertEqual(
            (
                self.campaign.draft_count,
                self.campaign.submitted_count,
                self.campaign.confirmed_count,
                self.campaign.order_count,
            ),
            (1, 1, 0, 2),
        )

    def test_the_deadline_is_told_in_words_in_the_campaign_s_zone(self):
        self.assertRegex(self.campaign.deadline_text, "Until .* CES?T · 9 days left")
        self.campaign.date_start = self.now + timedelta(days=2)
        self.assertIn("From", self.campaign.deadline_text)

    # States: moving a card writes the state

    def _make_draft(self, **values):
        return self._make_campaign(
            "Draft",
            "DRAFT",
            date_start=self.now - timedelta(days=1),
            date_end=self.now + timedelta(days=5),
            **values,
        ).with_context(preorder_now=None)

    def test_a_card_moved_to_open_is_checked_like_the_button(self):
        campaign = self._make_draft(label_ids=False)
        with self.assertRaisesRegex(UserError, "Choose customers"):
            campaign.write({"state": "open"})
        self.assertEqual(campaign.state, "draft")
        campaign.label_ids = self.label
        campaign.write({"state": "open"})
        self.assertEqual(campaign.state, "open")
        self.assertTrue(self._get_notices("opened", campaign))

    def test_a_card_moved_to_closed_closes_now(self):
        self.campaign.write({"state": "closed"})
        self.assertEqual(self.campaign.state, "closed")
        self.assertTrue(self.campaign.closing)
        self.assertLessEqual(self.campaign.date_end, fields.Datetime.now())

    def test_a_closed_campaign_is_done_once_its_forms_are_closed(self):
        self._fill()
        self.campaign.action_close()
        with self.assertRaisesRegex(UserError, "0 of 1 forms"):
            self.campaign.write({"state": "done"})
        self._run_cron("cron_run_campaigns")
        self.campaign.write({"state": "done"})
        self.assertEqual(self.campaign.state, "done")

    def test_no_other_card_can_be_moved(self):
        for old in ("draft", "open", "closed", "done", "cancelled"):
            for new in ("draft", "open", "closed", "done", "cancelled"):
                if old == new or (old, new) in (
                    ("draft", "open"),
                    ("open", "closed"),
                    ("closed", "done"),
                ):
                    continue
                with self.subTest(old=old, new=new):
                    self.campaign._set_state(old)
                    with self.assertRaisesRegex(UserError, "use its buttons"):
                        self.campaign.write({"state": new})
                    self.assertEqual(self.campaign.state, old)

    def test_new_in_the_column_open_still_begins_as_a_draft(self):
        campaign = (
            self.env["preorder.campaign"]
            .with_context(default_state="open")
            .create(
                self.env["preorder.campaign"]
                .with_context(default_state="open")
                .default_get(["state"])
                | {"name": "New 2027"}
            )
        )
        self.assertEqual(campaign.state, "draft")
