from odoo.tests import no_retry, tagged

from .hoot import HootCommon


@tagged("post_install", "-at_install")
class TestJavascript(HootCommon):
    @no_retry
    def test_hoot_suite(self):
        self._run_suite("preorder_campaign")
