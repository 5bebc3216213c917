from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PreorderHttpCommon


@tagged("post_install", "-at_install")
class TestScan(PreorderHttpCommon):
    """Codes scanned or typed into the order form."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.variant = cls.jacket.product_variant_ids[0]
        cls.variant.write({"barcode": "4006381333931", "default_code": "JKT-1"})

    def _scan(self, code, **params):
        result, error = self._call(
            f"/preorder/campaign/{self.campaign.id}/scan", code=code, **params
        )
        self.assertFalse(error)
        return result

    def test_barcodes_and_references_are_found_however_they_are_written(self):
        self._login(self.customer)
        for code in ("4006381333931", "jkt-1", " JKT-1 "):
            self.assertEqual(
                self._scan(code),
                {"product": self.variant.id, "replaced": "", "problem": ""},
            )

    def test_an_old_code_goes_to_the_successor_and_says_so(self):
        old = self.env["product.product"].create(
            {"name": "Last Year's Jacket", "default_code": "OLD-1"}
        )
        self._login(self.customer)
        # It is not on sale here, and has no successor yet.
        self.assertEqual(self._scan("OLD-1")["product"], 0)
        old.preorder_replaced_by_id = self.variant
        old.action_archive()
        answer = self._scan("OLD-1")
        self.assertEqual(answer["product"], self.variant.id)
        self.assertEqual(answer["replaced"], "Last Year's Jacket")

    def test_an_unknown_code_says_so_in_the_customer_s_words(self):
        self._login(self.customer)
        answer = self._scan("999")
        self.assertEqual(answer["product"], 0)
        self.assertEqual(answer["problem"], "No product has this code.")

    def test_a_form_is_scanned_into_by_those_who_may_see_it_only(self):
        self._login(self.customer)
        result, _error = self._save_online({self.variant: 2})
        url = f"/preorder/form/{result['form']}/scan"
        answer, _error = self._call(url, code="JKT-1")
        self.assertEqual(answer["product"], self.variant.id)
        self._login(self.outsider)
        with mute_logger("odoo.http"):
            _result, error = self._call(url, code="JKT-1")
        self.assertEqual(error["code"], 404)

    def test_what_is_no_text_is_refused(self):
        self._login(self.customer)
        with mute_logger("odoo.http"):
            _result, error = self._call(
                f"/preorder/campaign/{self.campaign.id}/scan", code=[1]
            )
        self.assertIn("BadRequest", error["data"]["name"])
