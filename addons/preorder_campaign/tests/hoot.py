from odoo.tests import HttpCase

from odoo.addons.web.tests import test_js


class HootCommon(HttpCase):
    """Runs the JavaScript tests of an addon in a browser."""

    def _run_suite(self, addon):
        suite = test_js.HOOTCommon._generate_hash(self, f"@{addon}")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )
