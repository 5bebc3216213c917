import re

from odoo.tests import tagged

from .browser import BrowserCase

FIELD = "input.o_preorder_quantity[aria-label='{}']"
#: Stops on the way from one place of a page to another, at most.
STOPS = 80


@tagged("post_install", "-at_install")
class TestBrowserKeyboard(BrowserCase):
    """A whole order by somebody who has no mouse: real keys, no click anywhere."""

    def _press(self, *keys):
        for key in keys:
            self.window.page.keyboard.press(key)

    def _tab_to(self, selector):
        """Press Tab until the focus is where it should be, and can be seen to be."""
        page = self.window.page
        for _stop in range(STOPS):
            page.keyboard.press("Tab")
            if page.evaluate(
                "(selector) => document.activeElement.matches(selector)", selector
            ):
                self.assertTrue(
                    page.evaluate(
                        """() => {
                            const {outlineStyle, boxShadow} =
                                getComputedStyle(document.activeElement);
                            return outlineStyle !== "none" || boxShadow !== "none";
                        }"""
                    ),
                    f"The focus cannot be seen on {selector}",
                )
                return
        self.fail(f"{selector} cannot be reached by keyboard")

    def _put_on_clipboard(self, text):
        """What the customer has copied in Excel."""
        self.window.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)

    def test_a_whole_order_is_placed_with_the_keyboard_alone(self):
        with self._browsing() as open_window:
            self.window = window = open_window(
                permissions=["clipboard-read", "clipboard-write"]
            )
            keyboard = window.page.keyboard
            window.go_to("/preorder")
            self._tab_to("#wrap a[href^='/web/login']")
            self._press("Enter")
            window.wait_for_page(re.compile(r"/web/login\?"))
            self._tab_to("#login")
            keyboard.type("bergmann")
            self._tab_to("#password")
            keyboard.type("bergmann")
            self._press("Enter")
            window.wait_for_page(re.compile(r"\d/preorder$"))
            self._tab_to("#wrap article a")
            self._press("Enter")
            window.wait_for_products()
            # Search, and go to what was found.
            self._tab_to(".o_preorder_search")
            keyboard.type("park", delay=60)
            window.expect_text("[role=search] [role=status]", "1 product")
            self._tab_to(FIELD.format("Parka, Black, S"))
            # Type and walk like in a spreadsheet.
            keyboard.type("4", delay=200)
            self._press("ArrowRight")
            window.expect_focus(FIELD.format("Parka, Black, M"))
            keyboard.type("6", delay=200)
            self._press("ArrowDown")
            window.expect_focus(FIELD.format("Parka, Red, M"))
            keyboard.type("9", delay=200)
            window.expect_text("[name=pieces]", "19")
            self._press("Control+z")
            window.expect_quantity("Parka, Red, M", "")
            self._press("Control+y")
            window.expect_quantity("Parka, Red, M", 9)
            self._press("ArrowUp", "Control+d")
            window.expect_quantity("Parka, Red, S", 4)
            window.expect_quantity("Parka, Red, M", 6)
            # A block from Excel goes where the cursor stands.
            self._press("ArrowDown", "ArrowLeft")
            window.expect_focus(FIELD.format("Parka, Red, S"))
            self._put_on_clipboard("1\t2\t3\n")
            self._press("Control+v")
            window.expect_quantity("Parka, Red, L", 3)
            window.expect_saved()
            # Review, say what it is for, submit.
            self._tab_to("button[name=review]")
            self._press("Enter")
            window.expect_text(".o_preorder_review", "Review your order")
            self._tab_to("#o_preorder_reference")
            keyboard.type("PO-KEYS")
            self._tab_to("button[name=submit]")
            self._press("Enter")
            window.wait_for_page("**/my/orders/**")
            window.expect_text("#portal_sale_content", "Parka")
        form = self.campaign.order_ids
        self.assertEqual(form.state, "submitted")
        self.assertEqual(form.client_order_ref, "PO-KEYS")
        self.assertEqual(
            self._get_quantities(form),
            {
                "Parka (Black, S)": 4,
                "Parka (Black, M)": 6,
                "Parka (Red, S)": 1,
                "Parka (Red, M)": 2,
                "Parka (Red, L)": 3,
            },
        )

    def test_the_focus_follows_to_the_review_and_back(self):
        with self._browsing() as open_window:
            self.window = window = open_window("bergmann", self.campaign_url)
            window.wait_for_products()
            window.type_quantity("Bottle", 4)
            window.expect_saved()
            window.button("review").focus()
            self._press("Enter")
            window.expect_focus(".o_preorder_review h2")
            self._tab_to("button[name=submit]")
            window.button("back").focus()
            self._press("Enter")
            window.expect_focus("button[name=review]")

    def test_a_product_is_looked_at_closely_and_left_by_keyboard(self):
        with self._browsing() as open_window:
            self.window = window = open_window("bergmann", self.campaign_url)
            window.wait_for_products()
            self._tab_to("article[aria-label=Parka] .o_preorder_name")
            self._press("Enter")
            window.expect_text(".o_dialog", "Your price")
            self._press("Escape")
            window.expect_focus("article[aria-label=Parka] .o_preorder_name")
            self._tab_to("article[aria-label=Parka] .o_preorder_menu")
            self._press("Enter", "ArrowDown")
            window.expect_focus(
                "article[aria-label=Parka] .dropdown-menu button >> nth=0"
            )
