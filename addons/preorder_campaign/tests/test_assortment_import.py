import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..references import get_common_reference
from .common import PreorderCommon
from .test_spreadsheet import make_workbook


@tagged("post_install", "-at_install")
class TestAssortmentImport(PreorderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.categ_ids = False
        for variant in cls.jacket.product_variant_ids:
            names = variant.product_template_attribute_value_ids.mapped("name")
            variant.default_code = "-".join(["FJ-10", *sorted(names)])
        cls.water = cls.bottle.product_variant_id
        cls.water.barcode = "8712345678906"
        cls.hat = cls.other_product
        cls.hat.default_code = "HAT"

    def _import(self, text=None, rows=None, content=None, campaign=None):
        campaign = campaign or self.campaign
        values = {"campaign_id": campaign.id, "text": text}
        if text is None:
            content = make_workbook(rows) if content is None else content
            values.update(source="file", file=base64.b64encode(content))
        wizard = campaign.env["preorder.assortment.import"].create(values)
        wizard.action_check()
        return wizard

    def _get_problems(self, wizard):
        return [
            (problem.place, problem.value, problem.reason)
            for problem in wizard.problem_ids
        ]

    # What is found

    def test_variants_are_found_by_reference_or_barcode(self):
        wizard = self._import("fj-10-m-RED\n8712345678906\nHAT\n")
        red = self.jacket.product_variant_ids.filtered(
            lambda variant: variant.default_code == "FJ-10-M-Red"
        )
        self.assertEqual(wizard.product_ids, red | self.water | self.hat)
        self.assertFalse(wizard.problem_ids)

    def test_a_product_s_reference_stands_for_all_its_variants(self):
        wizard = self._import("FJ-10")
        self.assertEqual(wizard.product_ids, self.jacket.product_variant_ids)

    def test_the_first_and_the_last_reference_tell_what_all_share(self):
        for references, common in (
            ([], ""),
            (["HAT"], "HAT"),
            (["FJ-10-M-Red", "FJ-10-L-Black", "FJ-10"], "FJ-10"),
            (["AB", "CD"], ""),
        ):
            self.assertEqual(get_common_reference(references), common)
            if references:
                ends = [min(references), max(references)]
                self.assertEqual(
                    get_common_reference(ends if len(references) > 1 else references),
                    common,
                )

    def test_part_of_a_reference_stands_for_nothing(self):
        wizard = self._import("FJ-1\nFJ-10-M")
        self.assertFalse(wizard.product_ids)
        self.assertEqual(wizard.problem_count, 2)

    def test_a_reference_that_all_variants_share_stands_for_all(self):
        self.jacket.product_variant_ids.default_code = "PARKA"
        wizard = self._import("PARKA")
        self.assertEqual(wizard.product_ids, self.jacket.product_variant_ids)

    def test_a_supplier_s_code_counts_where_nothing_else_does(self):
        supplier = self.env["res.partner"].create({"name": "Huang Garments"})
        self.env["product.supplierinfo"].create(
            [
                {
                    "partner_id": supplier.id,
                    "product_tmpl_id": template.id,
                    "product_code": code,
                }
                for template, code in (
                    (self.jacket, "HG-7"),
                    (self.bottle, "HAT"),
                )
            ]
        )
        wizard = self._import("HG-7\nHAT")
        self.assertEqual(wizard.product_ids, self.jacket.product_variant_ids | self.hat)

    def test_of_a_block_the_column_counts_in_which_most_is_found(self):
        # A product that happens to be called like a quantity misleads nobody.
        self.hat.default_code = "12"
        wizard = self._import("12\tBOT\n4\tFJ-10-L-Red\n7\tNOPE")
        self.assertEqual(
            wizard.product_ids.mapped("default_code"), ["BOT", "FJ-10-L-Red"]
        )
        self.assertEqual(self._get_problems(wizard), [("B3", "NOPE", "Not found")])

    def test_numbers_of_a_workbook_are_barcodes_too(self):
        wizard = self._import(rows=[["EAN"], [8712345678906]])
        self.assertEqual(wizard.product_ids, self.water)
        self.assertEqual(self._get_problems(wizard), [("A1", "EAN", "Not found")])

    # What is not

    def test_every_row_that_is_not_found_is_told_with_its_place(self):
        wizard = self._import(
            rows=[["Parka", "FJ-10"], [], ["?", "NOPE"], ["!"], ["x", "HAT"], [1, "no"]]
        )
        self.assertEqual(
            self._get_problems(wizard),
            [
                ("B3", "NOPE", "Not found"),
                ("B4", "", "Empty"),
                ("B6", "no", "Not found"),
            ],
        )
        self.assertEqual(wizard.row_count, 5)

    def test_a_code_of_several_products_is_ambiguous(self):
        self.hat.default_code = "BOT"
        [problem] = self._get_problems(self._import("BOT"))
        self.assertIn("Ambiguous", problem[2])
        self.assertIn("Bottle", problem[2])
        self.assertIn("Summer hat", problem[2])

    def test_an_archived_product_is_told_from_an_unknown_one(self):
        self.hat.action_archive()
        self.water.sale_ok = False
        self.assertEqual(
            [problem[2] for problem in self._get_problems(self._import("HAT\nBOT"))],
            ["Archived or not for sale"] * 2,
        )

    def test_an_archived_namesake_does_not_stand_in_the_way(self):
        namesake = self.env["product.product"].create(
            {"name": "Old hat", "default_code": "HAT"}
        )
        namesake.action_archive()
        self.assertEqual(self._import("HAT").product_ids, self.hat)

    def test_products_of_another_company_are_not_found(self):
        self.hat.company_id = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(self._import("HAT").product_ids)

    def test_what_cannot_be_read_is_explained(self):
        for arguments, words in (
            ({"text": " \n"}, "empty"),
            ({"content": b""}, "Choose a workbook"),
            ({"content": b"%PDF"}, "not an Excel workbook"),
            ({"content": bytes.fromhex("d0cf11e0a1b11ae1")}, "password"),
            ({"content": b"x" * (5 * 1024 * 1024 + 1)}, "5 MB"),
            ({"rows": [[number] for number in range(20_001)]}, "20000 rows"),
            ({"rows": [range(1, 80)]}, "64 columns"),
        ):
            with self.assertRaises(UserError) as refusal:
                self._import(**arguments)
            self.assertIn(words, str(refusal.exception))

    # Adding

    def test_nothing_is_added_before_the_report_was_seen(self):
        wizard = self._import("HAT\nNOPE")
        self.assertFalse(self.campaign.product_ids)
        self.assertEqual((wizard.found_count, wizard.new_count), (1, 1))
        wizard.action_import()
        self.assertEqual(self.campaign.product_ids, self.hat)

    def test_adding_keeps_what_was_chosen_before(self):
        self.campaign.product_ids = self.water
        wizard = self._import("HAT\nBOT")
        self.assertEqual((wizard.found_count, wizard.new_count), (2, 1))
        wizard.action_import()
        self.assertEqual(self.campaign.product_ids, self.water | self.hat)
        self.assertEqual(self.campaign.variant_count, 2)

    def test_what_the_office_left_out_stays_out_and_is_told(self):
        self.campaign.excluded_product_ids = self.hat
        answer = self._import("HAT\nBOT").action_import()
        self.assertIn("1 stay out", answer["params"]["message"])
        self.assertEqual(self.campaign.variant_count, 1)

    def test_nothing_found_is_nothing_to_add(self):
        with self.assertRaises(UserError):
            self._import("NOPE").action_import()

    def test_a_list_can_be_corrected_and_looked_up_again(self):
        wizard = self._import("HAT\nNOPE")
        wizard.action_back()
        wizard.text = "BOT"
        wizard.action_check()
        self.assertEqual(wizard.product_ids, self.water)
        self.assertFalse(wizard.problem_ids)

    def test_only_sales_managers_import(self):
        sally = new_test_user(
            self.env, "sally", groups="sales_team.group_sale_salesman"
        )
        mandy = new_test_user(self.env, "mandy", groups="sales_team.group_sale_manager")
        with self.assertRaises(AccessError):
            self._import("HAT", campaign=self.campaign.with_user(sally))
        wizard = self._import("HAT", campaign=self.campaign.with_user(mandy))
        wizard.action_import()
        self.assertEqual(self.campaign.product_ids, self.hat)

    # Speed

    def test_a_thousand_rows_take_as_many_queries_as_ten(self):
        def count(rows):
            text = "\n".join(["FJ-10", "HAT", "BOT", *map(str, range(rows))])
            wizard = self.env["preorder.assortment.import"].create(
                {"campaign_id": self.campaign.id, "text": text}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard._match(wizard._read_rows())
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(1000), count(10))
