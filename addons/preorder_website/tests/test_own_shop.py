from odoo.tests import tagged

from .common import PreorderHttpCommon


@tagged("post_install", "-at_install")
class TestOwnShop(PreorderHttpCommon):
    """A shop of our own submits online, though it gets no quotation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.customer.partner_id.parent_id.preorder_location_id = cls.env[
            "stock.location"
        ].create(
            {
                "name": "Shop",
                "usage": "internal",
                "location_id": warehouse.view_location_id.id,
                "company_id": cls.company.id,
            }
        )

    def _submit_online(self):
        self._login(self.customer)
        result, _error = self._save_online({self.jacket.product_variant_ids[0]: 3})
        url = f"/preorder/form/{result['form']}"
        review, _error = self._call(f"{url}/review")
        answer, error = self._call(
            f"{url}/submit", reviewed_total=review["totals"]["total"], details={}
        )
        self.assertFalse(error)
        return self.env["preorder.order"].browse(result["form"]), answer, url

    def test_submitted_online_its_goods_are_moved(self):
        form, answer, url = self._submit_online()
        self.assertEqual(answer, {"url": url})
        self.assertEqual(form.state, "confirmed")
        self.assertTrue(form.picking_ids)
        self.assertEqual(self.url_open(url).status_code, 200)

    def test_waiting_for_the_office_its_page_says_so(self):
        self.campaign.review_required = True
        form, _answer, url = self._submit_online()
        self.assertEqual(form.state, "submitted")
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("We are looking at it", page.text)
