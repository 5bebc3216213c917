import gzip
import json

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.preorder_campaign.tests.common import PreorderCommon


@tagged("post_install", "-at_install")
class TestCatalog(PreorderCommon):
    def _get_catalog(self):
        body, _etag = self.campaign._get_catalog_json()
        return json.loads(gzip.decompress(body))

    def test_sizes_run_across_and_colours_down(self):
        catalog = self._get_catalog()
        position = catalog["products"]["id"].index(self.jacket.id)
        self.assertEqual(catalog["products"]["columns"][position], ["S", "M", "L"])
        self.assertEqual(catalog["products"]["rows"][position], ["Black", "Red"])
        self.assertEqual(
            catalog["products"]["swatches"][position], ["#000000", "#cc0000"]
        )
        variants = catalog["variants"]
        for i, variant_id in enumerate(variants["id"]):
            variant = self.env["product.product"].browse(variant_id)
            if variant.product_tmpl_id != self.jacket:
                continue
            names = variant.product_template_attribute_value_ids.mapped("name")
            row = catalog["products"]["rows"][position][variants["row"][i]]
            column = catalog["products"]["columns"][position][variants["column"][i]]
            self.assertEqual({row, column}, set(names))

    def test_a_product_without_variants_is_one_cell(self):
        catalog = self._get_catalog()
        position = catalog["products"]["id"].index(self.bottle.id)
        self.assertEqual(catalog["products"]["rows"][position], [""])
        self.assertEqual(catalog["products"]["columns"][position], [""])

    def test_three_axes_put_all_but_the_last_in_the_rows(self):
        length = self.env["product.attribute"].create(
            {
                "name": "Length",
                "sequence": 30,
                "value_ids": [
                    Command.create({"name": name, "sequence": sequence})
                    for sequence, name in enumerate(("Short", "Long"))
                ],
            }
        )
        self.jacket.attribute_line_ids = [
            Command.create(
                {
                    "attribute_id": length.id,
                    "value_ids": [Command.set(length.value_ids.ids)],
                }
            )
        ]
        catalog = self._get_catalog()
        position = catalog["products"]["id"].index(self.jacket.id)
        self.assertEqual(catalog["products"]["columns"][position], ["Short", "Long"])
        self.assertIn("Black / S", catalog["products"]["rows"][position])

    def test_every_variant_of_the_assortment_is_there_once(self):
        variants = self._get_catalog()["variants"]
        assortment = self.env["product.product"].search(
            self.campaign._get_assortment_domain()
        )
        self.assertEqual(sorted(variants["id"]), sorted(assortment.ids))
        places = list(
            zip(variants["product"], variants["row"], variants["column"], strict=True)
        )
        self.assertEqual(len(places), len(set(places)))

    def test_its_etag_changes_with_the_products(self):
        before = self.campaign._get_catalog_etag()
        self.assertEqual(before, self.campaign._get_catalog_etag())
        self.jacket.product_variant_ids[0].action_archive()
        self.assertNotEqual(before, self.campaign._get_catalog_etag())

    def test_reading_it_does_not_take_a_query_a_product(self):
        def count_queries():
            # What a process keeps may have been forgotten.
            self._get_catalog()
            self.campaign._get_catalog()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.campaign._get_catalog()
            return self.env.cr.sql_log_count - before

        small = count_queries()
        for number in range(5):
            self._make_jacket(f"Parka {number}", 100.0)
        self.assertLessEqual(count_queries(), small)
