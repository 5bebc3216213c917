"""Takes the pictures with Playwright: address, browser, folder, which.

Run by the tests' Python.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from .. import console

DESKTOP = {"width": 1366, "height": 900}
PHONE = {"width": 390, "height": 844}
#: What the README shows; the others are for looking at one's work.
README = {
    "order-form",
    "order-form-phone",
    "review",
    "campaigns",
    "purchase-plan",
}
CUSTOMER, BUYER, MANAGER, PURCHASER = "carla", "sepp", "admin", "pim"


class Photographer:
    """Somebody signed in to the demo, with a camera."""

    def __init__(self, browser: Browser, address: str, folder: Path, *, all_: bool):
        self.browser = browser
        self.address = address
        self.folder = folder
        self.all = all_

    def sign_in(self, login: str, viewport: dict[str, int]) -> Page:
        """Open a browser window of a size, signed in."""
        phone = viewport["width"] < 600
        context = self.browser.new_context(
            viewport=viewport, is_mobile=phone, has_touch=phone, locale="en-GB"
        )
        page = context.new_page()
        if login:
            page.goto(f"{self.address}/web/login")
            page.fill("#login", login)
            page.fill("#password", login)
            page.click(".oe_login_form button[type=submit]")
            page.wait_for_url(lambda url: "/web/login" not in url)
        return page

    def shoot(self, page: Page, name: str) -> None:
        """Save what the window shows, if it is wanted."""
        if not self.all and name not in README:
            return
        page.wait_for_timeout(1500)
        page.screenshot(path=self.folder / f"{name}.png")
        console.say(f"  {name}.png")

    def open_form(self, page: Page) -> None:
        """Open the customer's order form in the running campaign."""
        page.goto(f"{self.address}/preorder")
        page.click("article .btn-primary")
        page.wait_for_selector(".o_preorder_product input", timeout=60_000)
        page.locator(".o_preorder_grid").first.scroll_into_view_if_needed()

    def take_customer_pictures(self, viewport: dict[str, int], suffix: str) -> None:
        """Landing page, order form and review, as a customer sees them."""
        page = self.sign_in(CUSTOMER, viewport)
        page.goto(f"{self.address}/preorder")
        page.wait_for_load_state("networkidle")
        self.shoot(page, f"landing{suffix}")
        self.open_form(page)
        self.shoot(page, f"order-form{suffix}")
        page.click("button[name=review]")
        page.wait_for_selector(".o_preorder_review button[name=submit]")
        self.shoot(page, f"review{suffix}")
        page.context.close()

    def take_quotation_picture(self, viewport: dict[str, int], suffix: str) -> None:
        """A quotation that waits to be signed, as its customer sees it."""
        page = self.sign_in(BUYER, viewport)
        page.goto(f"{self.address}/my/quotes")
        page.locator(".o_portal_my_doc_table a").first.click()
        page.wait_for_selector(".o_preorder_matrix")
        self.shoot(page, f"quotation{suffix}")
        page.context.close()

    def take_office_pictures(self, viewport: dict[str, int], suffix: str) -> None:
        """Campaigns and order forms in the back office."""
        page = self.sign_in(MANAGER, viewport)
        page.goto(f"{self.address}/odoo/preorder-campaigns")
        page.wait_for_selector(".o_kanban_record", timeout=60_000)
        self.shoot(page, f"campaigns{suffix}")
        page.click(".o_kanban_record:has-text('Winter')")
        page.wait_for_selector(".o_form_view")
        self.shoot(page, f"campaign{suffix}")
        for tab in ("Products", "Customers", "Discounts", "Confirmation"):
            page.click(f".o_notebook .nav-link:has-text('{tab}')")
            self.shoot(page, f"campaign-{tab.lower()}{suffix}")
        page.goto(f"{self.address}/odoo/preorder-forms")
        page.wait_for_selector(".o_data_row, .o_kanban_record", timeout=60_000)
        self.shoot(page, f"order-forms{suffix}")
        page.locator(".o_data_row td.o_data_cell, .o_kanban_record").first.click()
        page.wait_for_selector(".o_form_view")
        self.shoot(page, f"order-form-office{suffix}")
        page.context.close()

    def take_purchaser_pictures(self, viewport: dict[str, int], suffix: str) -> None:
        """The purchase plan."""
        page = self.sign_in(PURCHASER, viewport)
        page.goto(f"{self.address}/odoo/preorder-campaigns")
        page.wait_for_selector(".o_kanban_record", timeout=60_000)
        page.click(".o_kanban_record:has-text('Winter')")
        page.click("button[name=action_view_purchase_plan]")
        page.wait_for_selector(".o_field_widget[name=supplier_ids] .o_data_row")
        self.shoot(page, f"purchase-plan{suffix}")
        page.context.close()


def main(address: str, chromium: str, folder: str, which: str) -> None:
    """Take pictures at desktop and phone width.

    :param which: ``all``, or ``readme`` for those of the README
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        photographer = Photographer(browser, address, Path(folder), all_=which == "all")
        visitor = photographer.sign_in("", DESKTOP)
        visitor.goto(f"{address}/preorder")
        photographer.shoot(visitor, "landing-visitor")
        for viewport, suffix in ((DESKTOP, ""), (PHONE, "-phone")):
            photographer.take_customer_pictures(viewport, suffix)
            photographer.take_quotation_picture(viewport, suffix)
            photographer.take_office_pictures(viewport, suffix)
        photographer.take_purchaser_pictures(DESKTOP, "")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
