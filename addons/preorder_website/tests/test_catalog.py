import gzip
import json
from datetime import datetime, timedelta
from itertools import count

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.preorder_campaign.tests.common import PreorderCommon

from ..models import preorder_campaign_catalog_ranges


@tagged("post_install", "-at_install")
class TestCatalog(PreorderCommon):
    def _get_catalog(self):
        body, _etag = self.campaign._get_catalog_json()
        return json.loads(gzip.decompress(body))

    def test_sizes_run_across_and_colours_down(self):
        catalog = self._get_catalog()
        position = catalog["products"]["id"].index(self.jacket.id)
        self.assertEqual(catalog["products"]["columns"][position], ["S", "M", "L"])
        self.assertEqual(catalog["products"]["rows"][position], [["Black"], ["Red"]])
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
            self.assertEqual({*row, column}, set(names))

    def test_a_product_without_variants_is_one_cell(self):
        catalog = self._get_catalog()
        position = catalog["products"]["id"].index(self.bottle.id)
        self.assertEqual(catalog["products"]["rows"][position], [[]])
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
        self.assertIn(["Black", "S"], catalog["products"]["rows"][position])
        self.assertEqual(catalog["products"]["axis"][position], 0)

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

    def test_its_etag_changes_with_what_is_committed_late(self):
        (self.jacket | self.bottle).flush_recordset()

        def set_write_date(template, moment):
            self.env.cr.execute(
                "UPDATE product_template SET write_date = %s WHERE id = %s",
                [moment, template.id],
            )

        set_write_date(self.jacket, "2026-03-10 12:00:00")
        set_write_date(self.bottle, "2026-03-10 10:00:00")
        before = self.campaign._get_catalog_etag()
        set_write_date(self.bottle, "2026-03-10 11:59:59")
        self.assertNotEqual(before, self.campaign._get_catalog_etag())

    def test_another_company_s_supplier_codes_are_left_out(self):
        supplier = self.env["res.partner"].create({"name": "Mill"})
        self.env["product.supplierinfo"].create(
            [
                {
                    "partner_id": supplier.id,
                    "product_tmpl_id": self.bottle.id,
                    "product_code": code,
                    "company_id": company.id,
                }
                for code, company in (
                    ("OURS", self.company),
                    ("THEIRS", self.env["res.company"].create({"name": "Other"})),
                    ("COMMON", self.env["res.company"]),
                )
            ]
        )
        codes = " ".join(self._get_catalog()["variants"]["supplier"]).split()
        self.assertEqual(set(codes), {"OURS", "COMMON"})

    def _get_product(self, template):
        # Not from memory, which sales do not change.
        products = self.campaign._get_catalog()["products"]
        position = products["id"].index(template.id)
        return {name: column[position] for name, column in products.items()}

    def test_it_carries_all_that_one_looks_for(self):
        variant = self.jacket.product_variant_ids[0]
        variant.barcode = "4006381333931"
        supplier = self.env["res.partner"].create({"name": "Mill"})
        self.env["product.supplierinfo"].create(
            {
                "partner_id": supplier.id,
                "product_tmpl_id": self.jacket.id,
                "product_id": variant.id,
                "product_code": "MILL-9",
            }
        )
        self.jacket.product_tag_ids = [
            Command.create({"name": "Bestseller"}),
            Command.create({"name": "Internal", "visible_to_customers": False}),
        ]
        catalog = self._get_catalog()
        columns = catalog["variants"]
        place = columns["id"].index(variant.id)
        self.assertEqual(columns["barcode"][place], "4006381333931")
        self.assertEqual(columns["supplier"][place], "MILL-9")
        values = {catalog["values"]["name"][i] for i in columns["values"][place]}
        self.assertEqual(
            values, set(variant.product_template_attribute_value_ids.mapped("name"))
        )
        product = self._get_product(self.jacket)
        self.assertEqual(
            [catalog["tags"][tag] for tag in product["tags"]], ["Bestseller"]
        )
        names = []
        category = product["category"]
        while category is not None:
            names.insert(0, catalog["categories"]["name"][category])
            category = catalog["categories"]["parent"][category]
        self.assertEqual(" / ".join(names), self.jacket.categ_id.complete_name)

    def test_new_is_what_nobody_ordered_before_the_campaign(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.partner_id.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create({"product_id": self.bottle.product_variant_ids.id})
                ],
            }
        )
        self.assertTrue(self._get_product(self.bottle)["new"])
        order.action_confirm()
        order.date_order = self.campaign.date_start - timedelta(days=1)
        self.assertFalse(self._get_product(self.bottle)["new"])
        self.assertTrue(self._get_product(self.jacket)["new"])
        order.date_order = self.campaign.date_start
        self.assertTrue(self._get_product(self.bottle)["new"])

    def _let_time_pass(self):
        """Give everything that is written a moment of its own, as if committed."""
        moments = (
            datetime(2026, 1, 5) + timedelta(seconds=number) for number in count()
        )
        self.patch(type(self.env.cr), "now", lambda cursor: next(moments))

    def test_what_is_kept_of_products_follows_every_change(self):
        self._let_time_pass()
        first, second = self.jacket.product_variant_ids[:2]
        supplier = self.env["res.partner"].create({"name": "Mill"})
        price = self.env["product.supplierinfo"].create(
            {"partner_id": supplier.id, "product_tmpl_id": self.jacket.id}
        )
        lines = self.jacket.attribute_line_ids
        value = lines[-1].value_ids[0]
        changes = {
            "a reference": lambda: first.write({"default_code": "NEW-1"}),
            "a barcode": lambda: second.write({"barcode": "4006381333931"}),
            "a name": lambda: self.jacket.write({"name": "Anorak"}),
            "a supplier's code": lambda: price.write({"product_code": "M-1"}),
            "whose code it is": lambda: price.write({"product_id": first.id}),
            "no code any more": price.unlink,
            "a value's name": lambda: value.write({"name": "Tiny"}),
            "a value's place": lambda: value.write({"sequence": 99}),
            "an attribute's name": lambda: value.attribute_id.write({"name": "Fit"}),
            "a variant less": second.action_archive,
            "and again": second.action_unarchive,
            "a value less": lambda: lines[-1].write(
                {"value_ids": [Command.unlink(value.id)]}
            ),
            "a category's name": lambda: self.jacket.categ_id.write({"name": "Coats"}),
            "a tag": lambda: self.jacket.write(
                {"product_tag_ids": [Command.create({"name": "Bestseller"})]}
            ),
            "another order": lambda: self.jacket.write({"sequence": 999}),
            "a product less": self.bottle.action_archive,
        }
        before = self.campaign._get_catalog()
        for name, change in changes.items():
            with self.subTest(name):
                change()
                after = self.campaign._get_catalog()
                self.assertNotEqual(after, before)
                preorder_campaign_catalog_ranges._KEPT.clear()
                self.assertEqual(after, self.campaign._get_catalog())
                before = after

    def test_only_what_has_changed_is_arranged_anew(self):
        self._let_time_pass()
        before = self.campaign._get_catalog_ranges()
        self.jacket.product_variant_ids[0].default_code = "NEW-1"
        after = self.campaign._get_catalog_ranges()
        self.assertIsNot(after[self.jacket.id], before[self.jacket.id])
        self.assertIs(after[self.bottle.id], before[self.bottle.id])

    def test_campaigns_with_different_variants_do_not_share_what_is_kept(self):
        other = self.campaign.copy({"code": "OTHER"})
        offered = self.jacket.product_variant_ids[0]
        other.write(
            {"product_ids": [Command.set(offered.ids)], "product_tmpl_ids": False}
        )
        other.categ_ids = False
        before = self.campaign._get_catalog_ranges()
        self.assertEqual(other._get_catalog()["variants"]["id"], offered.ids)
        after = self.campaign._get_catalog_ranges()
        self.assertIs(after[self.jacket.id], before[self.jacket.id])

    def test_reading_it_does_not_take_a_query_a_product(self):
        # openfoodnetwork #5098, #8202: a cycle of 4,016 products did not load.
        def count_queries():
            # What a process keeps may have been forgotten.
            self._get_catalog()
            self.campaign._get_catalog()
            preorder_campaign_catalog_ranges._KEPT.clear()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.campaign._get_catalog()
            return self.env.cr.sql_log_count - before

        small = count_queries()
        for number in range(5):
            self._make_jacket(f"Parka {number}", 100.0)
        self.assertLessEqual(count_queries(), small)
