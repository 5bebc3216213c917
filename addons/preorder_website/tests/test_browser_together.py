from datetime import timedelta

from playwright.sync_api import expect

from odoo import fields
from odoo.tests import tagged

from .browser import BrowserCase


@tagged("post_install", "-at_install")
class TestBrowserTogether(BrowserCase):
    """Two people on one order form, and a deadline that passes meanwhile."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls._make_login(
            "Colleague of Bergmann Sport",
            "colleague",
            cls.customer.partner_id.commercial_partner_id,
        )

    def _begin_form(self):
        answer = self._save(
            {self.bottle.product_variant_id: 1}, now=fields.Datetime.now()
        )
        return self._get_form(answer)

    def test_what_one_saves_the_other_sees_within_seconds_with_a_mark(self):
        form = self._begin_form()
        with self._browsing() as open_window:
            one = open_window("bergmann", f"/preorder/form/{form.id}")
            other = open_window("colleague", f"/preorder/form/{form.id}")
            for window in (one, other):
                window.wait_for_products()
            one.page.bring_to_front()
            one.type_quantity("Parka, Black, M", 9)
            one.expect_saved()
            other.expect_quantity("Parka, Black, M", 9)
            other.expect_text(".o_preorder_remote_by", "Buyer of Bergmann Sport")
            other.expect_text("[name=pieces]", "10")
        self.assertEqual(
            self._get_quantities(form), {"Parka (Black, M)": 9, "Bottle": 1}
        )

    def test_a_field_with_the_cursor_shows_what_another_saved_once_it_is_left(self):
        form = self._begin_form()
        with self._browsing() as open_window:
            one = open_window("bergmann", f"/preorder/form/{form.id}")
            other = open_window("colleague", f"/preorder/form/{form.id}")
            for window in (one, other):
                window.wait_for_products()
            other.cell("Bottle").focus()
            one.type_quantity("Bottle", 5)
            one.expect_saved()
            other.expect_text(".o_preorder_remote_by", "Buyer of Bergmann Sport")
            other.expect_quantity("Bottle", 1)
            other.page.keyboard.press("Tab")
            other.expect_quantity("Bottle", 5)

    def test_a_conflict_is_told_and_settled_by_taking_one(self):
        form = self._begin_form()
        with self._browsing() as open_window:
            one = open_window("bergmann", f"/preorder/form/{form.id}")
            one.wait_for_products()
            # Somebody without a network types what somebody else changes meanwhile.
            one.page.context.set_offline(True)
            one.type_quantity("Bottle", 5)
            one.expect_text(".o_preorder_status", "Offline: 1 change is kept")
            other = open_window("colleague", f"/preorder/form/{form.id}")
            other.wait_for_products()
            other.type_quantity("Bottle", 8)
            other.expect_saved()
            one.page.context.set_offline(False)
            one.expect_text(".alert", "has entered 8 meanwhile, you 5")
            one.page.get_by_role("button", name="Keep 5").click()
            one.expect_saved()
            expect(one.find(".alert", "meanwhile")).to_have_count(0)
            # Who has been typed over hears of it, and may go back.
            other.expect_text(".alert", "has changed your 8 to 5")
            other.page.get_by_role("button", name="All right").click()
            expect(other.find(".alert", "has changed")).to_have_count(0)
            other.expect_quantity("Bottle", 5)
        self.assertEqual(self._get_quantities(form), {"Bottle": 5})

    def test_a_closed_tab_does_not_overwrite_what_its_user_typed_elsewhere_since(self):
        form = self._begin_form()
        with self._browsing() as open_window:
            phone = open_window("bergmann", f"/preorder/form/{form.id}")
            phone.wait_for_products()
            phone.page.context.set_offline(True)
            phone.type_quantity("Bottle", 5)
            phone.expect_text(".o_preorder_status", "Offline: 1 change is kept")
            context = phone.page.context
            phone.page.close(run_before_unload=False)
            laptop = open_window("bergmann", f"/preorder/form/{form.id}")
            laptop.wait_for_products()
            laptop.type_quantity("Bottle", 8)
            laptop.expect_saved()
            context.set_offline(False)
            phone.page = context.new_page()
            phone.open_form(f"/preorder/form/{form.id}")
            phone.expect_text(
                ".alert", "You have entered 8 elsewhere meanwhile, here 5"
            )
            laptop.expect_quantity("Bottle", 8)
            phone.page.get_by_role("button", name="Take 8").click()
            phone.expect_quantity("Bottle", 8)
        self.assertEqual(self._get_quantities(form), {"Bottle": 8})

    def test_a_deadline_that_passes_while_typing_loses_nothing(self):
        form = self._begin_form()
        with self._browsing() as open_window:
            window = open_window("bergmann", f"/preorder/form/{form.id}")
            window.wait_for_products()
            window.type_quantity("Parka, Black, M", 9)
            window.expect_saved()
            with self._office():
                self.campaign.date_end = fields.Datetime.now() - timedelta(seconds=1)
            window.type_quantity("Parka, Red, L", 4)
            window.expect_text(".o_preorder_status", "1 change came too late")
            window.expect_text(".alert", "ended")
            # What came too late can still be read, not changed.
            window.expect_quantity("Parka, Red, L", 4)
            window.expect_quantity("Parka, Black, M", 9)
            expect(window.cell("Parka, Black, M")).to_be_disabled()
            expect(window.button("review")).to_have_count(0)
            window.open_form(f"/preorder/form/{form.id}")
            window.expect_quantity("Parka, Black, M", 9)
        self.assertEqual(
            self._get_quantities(form), {"Parka (Black, M)": 9, "Bottle": 1}
        )
