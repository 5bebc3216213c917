from odoo.tests import HttpCase, no_retry, tagged

from odoo.addons.web.tests import test_js


@tagged("post_install", "-at_install")
class TestJavascript(HttpCase):
    @no_retry
    def test_hoot_suite(self):
        suite = test_js.HOOTCommon._generate_hash(self, "@preorder_website")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )
