from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestCustomerCodes(TransactionCase):
    """Customers search and scan by the codes that they use themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.info = cls.env["product.customerinfo"].search(
            [("product_code", "=", "DWK401001")]
        )
        [cls.campaign] = (
            cls.env["preorder.campaign"]
            .search([("kind", "=", "preorder"), ("state", "=", "open")])
            .filtered(
                lambda campaign: cls.info.product_id.filtered_domain(
                    campaign._get_assortment_domain()
                )
            )
        )

    def _get_partner(self, login):
        return self.env["res.users"].search([("login", "=", login)]).partner_id

    def test_a_customer_finds_a_variant_by_its_own_code(self):
        self.assertTrue(self.info)
        answer = self.campaign._scan(self._get_partner("carla"), "dwk401001")
        self.assertEqual(answer["product"], self.info.product_id.id)

    def test_other_customers_do_not_know_the_code(self):
        answer = self.campaign._scan(self._get_partner("claire"), "DWK401001")
        self.assertEqual(answer["product"], 0)
        self.assertFalse(self.campaign._get_customer_codes(self._get_partner("claire")))

    def test_the_form_is_searched_by_them(self):
        codes = self.campaign._get_customer_codes(self._get_partner("carla"))
        self.assertEqual(codes[self.info.product_id.id], ["DWK401001"])

    def test_a_code_of_a_whole_product_stands_for_no_variant_alone(self):
        template = self.info.product_tmpl_id
        self.info.create(
            {
                "partner_id": self.info.partner_id.id,
                "product_tmpl_id": template.id,
                "product_code": "WHOLE-1",
            }
        )
        answer = self.campaign._scan(self._get_partner("carla"), "WHOLE-1")
        self.assertEqual(answer["product"], 0)
        self.assertIn("Several", answer["problem"])
