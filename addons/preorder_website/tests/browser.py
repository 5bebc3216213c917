"""Several people at Odoo's test server, each with a real browser of their own."""

import contextlib
import re
import resource
from unittest.mock import patch

from playwright.sync_api import expect, sync_playwright

from odoo.tests.common import (
    HOST,
    TEST_CURSOR_COOKIE_NAME,
    _find_executable,
    _registry_test_lock,
)

from odoo.addons.bus.models.bus import BusBus
from odoo.addons.bus.websocket import (
    CloseCode,
    WebsocketConnectionHandler,
    _kick_all,
)

from .common import PreorderHttpCommon

#: Milliseconds within which a page does what it is asked for, also on a busy machine.
PATIENCE = 60_000
DESKTOP = {"width": 1366, "height": 900}
PHONE = {"width": 390, "height": 844}

expect.set_options(timeout=PATIENCE)


@contextlib.contextmanager
def _unlimited_memory():
    """Lift the limit of address space that Odoo gives itself: browsers inherit it and
    take more, though they do not use it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


class Window:
    """A browser window of somebody who is signed in, or of a visitor.

    Everything a test asks for by what a person sees or hears is here; the rest is done
    with ``page``, Playwright's page.
    """

    def __init__(self, case, page):
        self.case = case
        self.page = page
        self.errors = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def go_to(self, url):
        """Open a page of the website."""
        self.page.goto(f"{self.case.base_url()}{url}")

    def sign_in(self, login, url="/my"):
        """Sign in by the website's own form, and be led to a page."""
        self.go_to(f"/web/login?redirect={url}")
        self.page.fill("#login", login)
        self.page.fill("#password", login)
        self.page.press("#password", "Enter")
        self.page.wait_for_url(
            lambda address: "/web/login" not in address, wait_until="domcontentloaded"
        )

    def wait_for_page(self, pattern):
        """Wait until the window has been led to a page."""
        self.page.wait_for_url(pattern, wait_until="domcontentloaded")

    def open_form(self, url):
        """Open an order form and wait until its products are there."""
        self.go_to(url)
        self.wait_for_products()

    def wait_for_products(self):
        """Wait until quantities can be typed, or at least be seen."""
        expect(self.page.locator(".o_preorder_quantity").first).to_be_visible()

    def find(self, selector, text=None):
        """Return what a selector finds, with a text if need be."""
        return self.page.locator(selector, has_text=text)

    def cell(self, label):
        """Return the field of a quantity by what a screen reader calls it."""
        return self.page.get_by_role("textbox", name=label, exact=True)

    def button(self, name):
        """Return the button of a technical name."""
        return self.page.locator(f"button[name={name}]:visible")

    def type_quantity(self, label, quantity):
        """Type a quantity over what stands in a field, key by key."""
        self.cell(label).focus()
        self.page.keyboard.type(str(quantity), delay=60)

    def expect_quantity(self, label, quantity):
        """Wait until a field shows a quantity; none is an empty text."""
        expect(self.cell(label)).to_have_value(str(quantity))

    def expect_saved(self):
        """Wait until the status line says that everything typed is saved."""
        status = self.page.locator(".o_preorder_status[data-state=saved]")
        expect(status).to_contain_text("All changes saved")

    def expect_text(self, selector, text):
        """Wait until a place shows a text, or matches a pattern."""
        expect(self.page.locator(selector).first).to_contain_text(text)

    def expect_no_sideways_scrolling(self):
        """Check that the page is no wider than the window.

        Not ``innerWidth``: a phone zooms out until a page that is too wide fits.
        """
        width = self.page.evaluate("document.documentElement.scrollWidth")
        self.case.assertLessEqual(width, self.page.viewport_size["width"])

    def expect_focus(self, selector):
        """Wait until the keyboard is where a selector says."""
        expect(self.page.locator(selector)).to_be_focused()


class BrowserCase(PreorderHttpCommon):
    """The wholesaler's website, and people in front of it.

    Within ``_browsing`` requests are served, so the test itself must not touch the
    database; it does within ``_office``, where they wait.
    """

    #: Options of the browser besides those that a container needs.
    chromium_options = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign_url = cls.campaign.website_url
        with _unlimited_memory():
            playwright = cls.enterClassContext(sync_playwright())
            # Containers give little shared memory, and root no sandbox.
            cls.chromium = playwright.chromium.launch(
                executable_path=_find_executable(),
                args=[
                    "--no-sandbox",
                    "--disable-dev-shm-usage",
                    *cls.chromium_options,
                ],
            )
        cls.addClassCleanup(cls.chromium.close)

    @contextlib.contextmanager
    def _browsing(self):
        """Serve the windows that are opened by the function this yields."""
        contexts = []
        windows = []
        self.env.flush_all()
        self.env.invalidate_all()
        with self.allow_requests(), self._serving_bus():

            def open_window(login=None, url="/my", *, phone=False, **options):
                """Open a window with a session of its own, signed in by the login."""
                context = self.chromium.new_context(
                    viewport=PHONE if phone else DESKTOP,
                    is_mobile=phone,
                    has_touch=phone,
                    locale="en-US",
                    timezone_id="Europe/Amsterdam",
                    **options,
                )
                context.set_default_timeout(PATIENCE)
                context.add_cookies(
                    [
                        {
                            "name": TEST_CURSOR_COOKIE_NAME,
                            "value": self.http_request_key,
                            "domain": HOST,
                            "path": "/",
                        }
                    ]
                )
                contexts.append(context)
                window = Window(self, context.new_page())
                windows.append(window)
                if login:
                    window.sign_in(login, url)
                return window

            try:
                yield open_window
            finally:
                for context in contexts:
                    context.close()
                self._wait_remaining_requests()
        self.env.invalidate_all()
        for window in windows:
            self.assertFalse(window.errors)

    @contextlib.contextmanager
    def _serving_bus(self):
        """Let websockets work in a transaction that is never committed, as Odoo's own
        browser tests do."""
        send_one = BusBus._sendone

        def send_at_once(bus, target, notification_type, message):
            send_one(bus, target, notification_type, message)
            bus.env.cr.precommit.run()
            bus.env.cr.postcommit.run()

        with (
            patch.object(BusBus, "_sendone", send_at_once),
            patch.object(
                WebsocketConnectionHandler, "websocket_allowed", return_value=True
            ),
        ):
            try:
                yield
            finally:
                _kick_all(CloseCode.KILL_NOW)

    @contextlib.contextmanager
    def _office(self):
        """Look into the database, or change it, while windows are open."""
        with _registry_test_lock:
            self.env.invalidate_all()
            yield
            self.env.flush_all()
            self.env.invalidate_all()

    def _get_quantities(self, form):
        """The form's quantities by the variants' names."""
        return {
            re.sub(r"\[.*?\] ", "", line.product_id.display_name): line.quantity
            for line in form.line_ids
            if line.quantity
        }
