import contextlib
import resource

from playwright.sync_api import expect, sync_playwright

from odoo.tests import tagged
from odoo.tests.common import _find_executable

from .common import PunchoutHttpCase
from .procurement import find_faults, read_lines
from .procurement_system import ProcurementSystemMixin

PATIENCE = 60_000


@tagged("post_install", "-at_install")
class TestBrowser(ProcurementSystemMixin, PunchoutHttpCase):
    """A buyer in Chromium, sent by a procurement system of another site."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Browsers take more address space than Odoo gives itself.
        limits = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (limits[1], limits[1]))
        try:
            playwright = cls.enterClassContext(sync_playwright())
            cls.chromium = playwright.chromium.launch(
                executable_path=_find_executable(),
                args=["--no-sandbox", "--disable-dev-shm-usage"],
            )
        finally:
            resource.setrlimit(resource.RLIMIT_AS, limits)
        cls.addClassCleanup(cls.chromium.close)

    @contextlib.contextmanager
    def _window(self, *, phone=False):
        """A browser window; whatever a page complains about fails the test."""
        self._prepare_system()
        self.product_url = self.screw.website_url
        self.env.flush_all()
        self.env.invalidate_all()
        faults = []
        with self.allow_requests(all_requests=True):
            context = self.chromium.new_context(
                viewport={"width": 390, "height": 844}
                if phone
                else {"width": 1366, "height": 900},
                is_mobile=phone,
                has_touch=phone,
                locale="en-US",
            )
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on(
                "response",
                lambda answer: (
                    answer.status >= 400
                    and answer.url.startswith(self.base_url())
                    and faults.append(f"{answer.status} {answer.url}")
                ),
            )
            try:
                yield page
            finally:
                context.close()
                self._wait_remaining_requests()
        self.env.invalidate_all()
        self.assertFalse(faults)

    def _fill(self, page):
        """Put a screw into the basket, and open the basket."""
        page.goto(self.base_url() + self.product_url, wait_until="domcontentloaded")
        badge = page.locator(".o_oci_bar .my_cart_quantity")
        # Clicks before the page's scripts are there are kept, and repeated all at once.
        expect(page.locator("body:not(.o_lazy_js_waiting)")).to_be_attached()
        for _attempt in range(8):
            # The first one after that may still come before the button listens.
            page.click("#add_to_cart")
            with contextlib.suppress(AssertionError):
                expect(badge).to_be_visible(timeout=PATIENCE / 8)
                break
        expect(page.locator(".o_error_dialog")).to_have_count(0)
        page.goto(self.base_url() + "/shop/cart", wait_until="domcontentloaded")

    def _check_basket(self):
        (fields,) = self.system.baskets
        (line,) = read_lines(fields)
        self.assertFalse(find_faults([line]))
        self.assertEqual((line["DESCRIPTION"], line["PRICE"]), ("Screw", "9.000"))
        self.assertEqual(self._get_session().state, "transferred")

    def _travel(self, *, phone):
        with self._window(phone=phone) as page:
            page.goto(self.system.origin)
            page.click("button")
            page.wait_for_url("**/shop", wait_until="domcontentloaded")
            self._fill(page)
            # Not innerWidth: a phone zooms out until a page that is too wide fits.
            width = page.evaluate("document.documentElement.scrollWidth")
            self.assertLessEqual(width, page.viewport_size["width"])
            page.locator("button[name=oci_transfer]:visible").first.click()
            page.wait_for_url(
                f"{self.system.origin}/back?sid=1", wait_until="domcontentloaded"
            )
        self._check_basket()

    def test_buyer_comes_and_goes_in_a_window(self):
        self._travel(phone=False)

    def test_buyer_comes_and_goes_on_a_phone(self):
        self._travel(phone=True)

    def test_buyer_comes_and_goes_in_a_frame(self):
        with self._window() as page:
            page.goto(f"{self.system.origin}/framed")
            page.click("button")
            frame = page.frame("shop")
            frame.wait_for_url("**/shop", wait_until="domcontentloaded")
            self._fill(frame)
            frame.locator("button[name=oci_transfer]:visible").first.click()
            # ~TARGET is _top: the basket fills the window.
            page.wait_for_url(
                f"{self.system.origin}/back?sid=1", wait_until="domcontentloaded"
            )
        self._check_basket()

    def test_sites_that_were_not_agreed_frame_nothing(self):
        self.connection.frame_ancestors = "https://erp.example.com"
        with self._window() as page:
            page.goto(f"{self.system.origin}/framed")
            page.click("button")
            page.wait_for_timeout(3000)
            text = page.frame("shop").evaluate("document.body.innerText")
            self.assertNotIn("Screw", text)
