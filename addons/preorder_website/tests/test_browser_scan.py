from playwright.sync_api import expect

from odoo.tests import tagged

from .browser import BrowserCase

#: Milliseconds between the keys of a hand scanner.
SCANNER = 8
BLACK_M = "4006381333931"
FIELD = "input.o_preorder_quantity[aria-label='{}']"


@tagged("post_install", "-at_install")
class TestBrowserScan(BrowserCase):
    """A hand scanner at the order form: it types like a keyboard, only faster."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code, variant in enumerate(cls.jacket.product_variant_ids):
            variant.barcode = f"400638133393{code}"
        cls.black_m = cls.jacket.product_variant_ids[1]
        cls.env["product.product"].create(
            {
                "name": "Last Year's Jacket",
                "default_code": "OLD-2025",
                "preorder_replaced_by_id": cls.black_m.id,
            }
        )

    def _open_form(self, open_window):
        window = open_window("bergmann", self.campaign_url)
        window.wait_for_products()
        return window

    def _scan(self, window, code):
        window.page.keyboard.type(code, delay=SCANNER)
        window.page.keyboard.press("Enter")

    def test_a_scanned_code_goes_to_its_field_wherever_one_is_on_the_page(self):
        with self._browsing() as open_window:
            window = self._open_form(open_window)
            self.assertEqual(
                window.page.evaluate("document.activeElement.tagName"), "BODY"
            )
            self._scan(window, BLACK_M)
            window.expect_focus(FIELD.format("Parka, Black, M"))
            window.expect_text(".o_preorder_scanned", "Parka, Black, M")
            window.page.keyboard.type("4", delay=200)
            window.expect_saved()
        self.assertEqual(
            self._get_quantities(self.campaign.order_ids), {"Parka (Black, M)": 4}
        )

    def test_a_scan_into_a_quantity_leaves_that_quantity_as_it_was(self):
        with self._browsing() as open_window:
            window = self._open_form(open_window)
            window.type_quantity("Parka, Red, L", 7)
            window.expect_saved()
            # The cursor still stands in the field.
            window.page.wait_for_timeout(400)
            self._scan(window, BLACK_M)
            window.expect_focus(FIELD.format("Parka, Black, M"))
            window.expect_quantity("Parka, Red, L", 7)
            window.page.wait_for_timeout(400)
            window.page.keyboard.type("12", delay=200)
            window.expect_saved()
            window.expect_text("[name=pieces]", "19")
        self.assertEqual(
            self._get_quantities(self.campaign.order_ids),
            {"Parka (Red, L)": 7, "Parka (Black, M)": 12},
        )

    def test_an_unknown_code_is_listed_until_it_is_forgotten(self):
        with self._browsing() as open_window:
            window = self._open_form(open_window)
            window.type_quantity("Parka, Red, L", 7)
            window.page.wait_for_timeout(400)
            self._scan(window, "999999999")
            window.expect_text(".o_preorder_unknown", "999999999")
            window.expect_text(".o_preorder_unknown", "No product has this code.")
            window.expect_quantity("Parka, Red, L", 7)
            window.expect_saved()
            window.page.get_by_role("button", name="Forget 999999999").click()
            expect(window.find(".o_preorder_unknown")).to_have_count(0)
        self.assertEqual(
            self._get_quantities(self.campaign.order_ids), {"Parka (Red, L)": 7}
        )

    def test_a_replaced_code_goes_to_the_successor_and_says_so(self):
        with self._browsing() as open_window:
            window = self._open_form(open_window)
            self._scan(window, "OLD-2025")
            window.expect_focus(FIELD.format("Parka, Black, M"))
            window.expect_text(
                ".o_preorder_scanned", "takes the place of Last Year's Jacket"
            )

    def test_a_person_who_types_a_quantity_is_not_taken_for_a_scanner(self):
        with self._browsing() as open_window:
            window = self._open_form(open_window)
            window.cell("Parka, Black, M").focus()
            window.page.keyboard.type("144", delay=70)
            window.page.keyboard.press("Enter")
            window.expect_saved()
            window.expect_focus(FIELD.format("Parka, Red, M"))
            expect(window.find(".o_preorder_unknown")).to_have_count(0)
        self.assertEqual(
            self._get_quantities(self.campaign.order_ids), {"Parka (Black, M)": 144}
        )
