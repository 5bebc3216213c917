from odoo.tests import tagged

from odoo.addons.oci_punchout.tests.procurement import find_faults, read_lines
from odoo.addons.oci_punchout.tests.procurement_system import ProcurementSystemMixin
from odoo.addons.preorder_website.tests.browser import BrowserCase, expect
from odoo.addons.preorder_website.tests.excel import give_references, make_workbook

from .common import PreorderPunchoutCase


@tagged("post_install", "-at_install")
class TestBrowserForm(ProcurementSystemMixin, PreorderPunchoutCase, BrowserCase):
    """A buyer in Chromium, sent to an order form by a system of another site."""

    def allow_requests(self, *arguments, **options):
        """Of frames too, which send no cookie of the test's."""
        return super().allow_requests(*arguments, **{**options, "all_requests": True})

    def _launch_window(self, open_window, **options):
        """Come from the procurement system's own page."""
        window = open_window(**options)
        window.page.goto(self.system.origin)
        window.page.click("button")
        window.wait_for_products()
        return window

    def _fill_and_review(self, window):
        window.type_quantity("Parka, Black, M", 12)
        window.type_quantity("Parka, Red, L", 3)
        window.expect_saved()
        window.expect_text("button[name=review]", "Review and transfer")
        window.expect_no_sideways_scrolling()
        window.button("review").click()
        window.expect_text(".o_preorder_review", "Parka")
        window.expect_text("button[name=submit]", "Transfer to Azure ERP")
        window.expect_text("[name=outcome]", "for approval")
        window.expect_no_sideways_scrolling()
        window.page.get_by_label("Your reference").fill("PR-77")

    def _check_basket(self):
        [fields] = self.system.baskets
        lines = read_lines(fields)
        self.assertFalse(find_faults(lines))
        session = self._get_session()
        self.assertEqual(session.state, "transferred")
        quotation = session.order_id
        self.assertEqual(
            [
                (line["EXT_QUOTE_ID"], line["EXT_QUOTE_ITEM"], line["QUANTITY"])
                for line in lines
            ],
            [(quotation.name, "1", "12.000"), (quotation.name, "2", "3.000")],
        )
        # 100 less the customer's 10 % less Silver's 5 %.
        self.assertEqual({line["PRICE"] for line in lines}, {"85.500"})
        self.assertEqual({line["CUST_FIELD5"] for line in lines}, {"Winter"})
        self.assertEqual(quotation.client_order_ref, "PR-77")
        self.assertEqual(quotation.preorder_order_ids.state, "submitted")

    def _travel(self, **options):
        self._prepare_system()
        with self._browsing() as open_window:
            window = self._launch_window(open_window, **options)
            self._fill_and_review(window)
            window.button("submit").click()
            window.wait_for_page(f"{self.system.origin}/back?sid=1")
            window.expect_text("h1", "Your basket has arrived")
        self._check_basket()

    def test_a_form_is_filled_and_goes_home(self):
        self._travel()

    def test_a_form_is_filled_and_goes_home_on_a_phone(self):
        self._travel(phone=True)

    def test_a_refused_transfer_leaves_everything_as_it_was_entered(self):
        limit = self.env["preorder.limit"].create(
            {
                "campaign_id": self.campaign.id,
                "name": "Parkas",
                "counted_per": "everyone",
                "maximum": 10,
            }
        )
        self._prepare_system()
        with self._browsing() as open_window:
            window = self._launch_window(open_window)
            self._fill_and_review(window)
            window.button("submit").click()
            window.expect_text(".o_preorder_review .alert-danger", "Parkas")
            self.assertEqual(
                window.page.get_by_label("Your reference").input_value(), "PR-77"
            )
            with self._office():
                limit.maximum = 100
            window.button("submit").click()
            window.wait_for_page(f"{self.system.origin}/back?sid=1")
        self._check_basket()

    def test_a_form_in_a_frame_goes_home_in_the_window(self):
        self._prepare_system()
        with self._browsing() as open_window:
            window = open_window()
            page = window.page
            page.goto(f"{self.system.origin}/framed")
            page.click("button")
            frame = page.frame_locator("iframe[name=shop]")
            frame.get_by_role("textbox", name="Parka, Black, M", exact=True).fill("12")
            frame.get_by_role("textbox", name="Parka, Red, L", exact=True).fill("3")
            frame.locator(
                ".o_preorder_status[data-state=saved]", has_text="All changes saved"
            ).wait_for()
            frame.locator("button[name=review]").click()
            frame.get_by_label("Your reference").fill("PR-77")
            frame.locator("button[name=submit]").click()
            window.wait_for_page(f"{self.system.origin}/back?sid=1")
        self._check_basket()

    def _open_in_frame(self, window):
        """Come from the procurement system into its frame; the frame."""
        page = window.page
        page.goto(f"{self.system.origin}/framed")
        page.click("button")
        page.frame_locator("iframe[name=shop]").locator(
            ".o_preorder_quantity"
        ).first.wait_for()
        return page.frame("shop")

    def test_the_whole_form_works_in_a_frame_without_storage(self):
        give_references(self.jacket, "PAR")
        red_l = self.jacket.product_variant_ids[5]
        self.assertEqual(red_l.default_code, "PAR-RED-L")
        self._prepare_system()
        with self._browsing() as open_window:
            window = open_window()
            frame = self._open_in_frame(window)
            denied = """() => {
                try {
                    const frame = document.createElement("iframe");
                    document.body.append(frame);
                    return !frame.contentWindow.localStorage;
                } catch (error) {
                    return error.name;
                }
            }"""
            self.assertEqual(frame.evaluate(denied), "SecurityError")

            def close_dialog():
                dialog = frame.locator(".modal:visible")
                expect(dialog).to_have_count(1)
                frame.press(".modal", "Escape")
                expect(dialog).to_have_count(0)

            field = frame.get_by_role("textbox", name="Parka, Black, M", exact=True)
            field.fill("12")
            saved = frame.locator(".o_preorder_status[data-state=saved]")
            expect(saved).to_contain_text("All changes saved")
            # What was typed is undone and done again.
            frame.click("button[name=undo]")
            expect(field).to_have_value("")
            frame.click("button[name=redo]")
            expect(field).to_have_value("12")
            # A product's own panel.
            frame.locator("article[aria-label=Parka] .o_preorder_name").click()
            close_dialog()
            # The keyboard's shortcuts.
            frame.click("button[name=more]")
            frame.get_by_role("button", name="Keyboard").click()
            close_dialog()
            # Excel, there and back.
            frame.click("button[name=excel]")
            with window.page.expect_download():
                frame.click("button[name=download]")
            frame.locator("input[name=workbook]").set_input_files(
                {
                    "name": "order.xlsx",
                    "mimeType": "application/vnd.openxmlformats-officedocument"
                    ".spreadsheetml.sheet",
                    "buffer": make_workbook([["Code", "Quantity"], ["PAR-RED-L", 3]]),
                }
            )
            frame.click("button[name=read]")
            frame.click("button[name=take_over]")
            frame.click("button[name=finish]")
            red = frame.get_by_role("textbox", name="Parka, Red, L", exact=True)
            expect(red).to_have_value("3")
            # A code, typed like a hand scanner does.
            field.focus()
            window.page.keyboard.type("PAR-RED-L", delay=10)
            window.page.keyboard.press("Enter")
            expect(red).to_be_focused()
            expect(field).to_have_value("12")
            # A camera that the frame may not use is no error.
            frame.click("button[name=scan]")
            close_dialog()
            frame.click("button[name=more]")
            frame.click("button[name=figures]")
            expect(frame.locator(".o_error_dialog")).to_have_count(0)
            frame.locator("button[name=review]:visible").click()
            frame.locator("button[name=submit]").click()
            window.wait_for_page(f"{self.system.origin}/back?sid=1")
        [fields] = self.system.baskets
        self.assertEqual(
            [line["QUANTITY"] for line in read_lines(fields)], ["12.000", "3.000"]
        )
