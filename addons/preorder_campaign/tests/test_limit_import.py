import base64

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import PreorderCommon
from .test_spreadsheet import make_workbook


@tagged("post_install", "-at_install")
class TestLimitImport(PreorderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for variant in cls.jacket.product_variant_ids:
            names = variant.product_template_attribute_value_ids.mapped("name")
            variant.default_code = "-".join(["FJ-10", *sorted(names)])
        cls.red_medium = cls.jacket.product_variant_ids.filtered(
            lambda variant: variant.default_code == "FJ-10-M-Red"
        )
        cls.colour, cls.size = cls.jacket.attribute_line_ids.attribute_id.sorted(
            "sequence"
        )
        cls.large = cls.size.value_ids.filtered(lambda value: value.name == "L")
        cls.red = cls.colour.value_ids.filtered(lambda value: value.name == "Red")
        cls.shop = cls.customer.partner_id.parent_id
        cls.shop.write({"ref": "K-100", "email": "Info@Bergmann.example"})

    def _check(self, rows=None, text=None, campaign=None):
        campaign = campaign or self.campaign
        values = {"campaign_id": campaign.id, "text": text}
        if text is None:
            values.update(source="file", file=base64.b64encode(make_workbook(rows)))
        wizard = campaign.env["preorder.limit.import"].create(values)
        wizard.action_check()
        return wizard

    def _import(self, *rows, **arguments):
        """Import a table that is right; return its limits."""
        before = self.campaign.limit_ids
        wizard = self._check(rows or None, **arguments)
        self.assertEqual(self._get_problems(wizard), [])
        wizard.action_import()
        return self.campaign.limit_ids - before

    def _get_problems(self, wizard):
        return [
            (problem.place or "", problem.heading or "", problem.value, problem.reason)
            for problem in wizard.problem_ids
        ]

    def _get_reason(self, heading, cell):
        """Why a cell is refused, in a table that is right but for it."""
        wizard = self._check([[heading, "Maximum"], [cell, 5]])
        [(place, column, value, reason)] = self._get_problems(wizard)
        self.assertEqual((place, column, value), ("A2", heading, str(cell)))
        return reason

    # What the columns mean

    def test_each_row_makes_one_limit(self):
        first, second = self._import(
            ["Product", "Minimum", "Maximum", "Multiple", "Counted per", "Name"],
            ["fj-10-m-red", 2, 12, 2, "Branch", "Red parka"],
            ["FJ-10", None, 40, None, None, None],
        )
        self.assertEqual(first.product_ids, self.red_medium)
        self.assertFalse(first.product_tmpl_ids)
        self.assertEqual((first.minimum, first.maximum, first.multiple), (2, 12, 2))
        self.assertEqual((first.name, first.counted_per), ("Red parka", "branch"))
        self.assertEqual(second.product_tmpl_ids, self.jacket)
        self.assertFalse(second.product_ids)
        self.assertEqual((second.minimum, second.maximum), (0, 40))
        self.assertEqual((second.name, second.counted_per), ("Parka", "company"))

    def test_headings_come_in_any_order_and_spelling(self):
        [limit] = self._import(
            text=" MAXIMUM\tcounted  PER\tproduct\n7\tEverybody\tBOT"
        )
        self.assertEqual(limit.product_tmpl_ids, self.bottle)
        self.assertEqual((limit.maximum, limit.counted_per), (7, "everyone"))

    def test_products_are_found_by_barcode_too(self):
        self.red_medium.barcode = "8712345678906"
        [limit] = self._import(["Product", "Maximum"], [8712345678906, 3])
        self.assertEqual(limit.product_ids, self.red_medium)

    def test_a_size_is_found_by_its_name_or_with_its_attribute(self):
        limits = self._import(
            ["Attribute Value", "Maximum"], ["l", 1], ["size:L", 2], ["Size: l", 3]
        )
        self.assertEqual(
            limits.mapped("attribute_value_ids"), self.large, "the same of all"
        )
        self.assertEqual(limits.mapped("name"), ["Size: L"] * 3)

    def test_a_value_of_several_attributes_is_ambiguous_until_said_in_full(self):
        self.env["product.attribute"].create(
            {"name": "Waist", "value_ids": [Command.create({"name": "L"})]}
        )
        reason = self._get_reason("Attribute Value", "L")
        self.assertIn("Ambiguous: ", reason)
        self.assertIn("Size: L", reason)
        self.assertIn("Waist: L", reason)
        [limit] = self._import(["Attribute Value", "Maximum"], ["Size: L", 2])
        self.assertEqual(limit.attribute_value_ids, self.large)

    def test_values_called_alike_in_full_are_to_be_renamed(self):
        self.size.copy({"value_ids": [Command.create({"name": "L"})], "name": "Size"})
        self.assertIn("Rename", self._get_reason("Attribute Value", "Size: L"))

    def test_an_attribute_may_have_a_column_of_its_own(self):
        self.env["product.attribute"].create(
            {"name": "Waist", "value_ids": [Command.create({"name": "L"})]}
        )
        [limit] = self._import(
            ["Product", "size", "Colour", "Maximum"], ["FJ-10", "L", "red", 4]
        )
        self.assertEqual(limit.attribute_value_ids, self.large | self.red)
        self.assertEqual(limit.name, "Parka, Size: L, Colour: Red")
        self.assertEqual(self._get_reason("Colour", "L"), "Not found")

    def test_a_category_is_found_by_its_name_or_with_those_above_it(self):
        clothing, shoes = self.env["product.category"].create(
            [{"name": "Clothing"}, {"name": "Shoes"}]
        )
        warm, _other = self.env["product.category"].create(
            [
                {"name": "Warm", "parent_id": clothing.id},
                {"name": "Warm", "parent_id": shoes.id},
            ]
        )
        self.assertIn("Shoes / Warm", self._get_reason("Category", "Warm"))
        limits = self._import(
            ["Category", "Minimum"], ["winter", 1], ["clothing/warm", 2]
        )
        self.assertEqual([limit.categ_ids for limit in limits], [self.category, warm])
        self.assertEqual(limits.mapped("name"), ["Winter", "Warm"])

    def test_a_customer_is_found_by_reference_e_mail_or_name(self):
        limits = self._import(
            ["Customer", "Maximum"],
            ["k-100", 1],
            ["info@bergmann.example", 2],
            ["bergmann sport", 3],
        )
        self.assertEqual([limit.partner_ids for limit in limits], [self.shop] * 3)
        self.assertEqual(set(limits.mapped("name")), {"Bergmann Sport"})

    def test_a_reference_counts_before_a_name(self):
        namesake = self.env["res.partner"].create({"name": "K-100"})
        [limit] = self._import(["Customer", "Maximum"], ["K-100", 1])
        self.assertEqual(limit.partner_ids, self.shop)
        self.assertNotEqual(limit.partner_ids, namesake)

    def test_an_ambiguous_customer_is_named(self):
        self.env["res.partner"].create(
            {"name": "Bergmann Sport", "email": "other@bergmann.example"}
        )
        reason = self._get_reason("Customer", "Bergmann Sport")
        self.assertIn("info@bergmann.example", reason.lower())
        self.assertIn("other@bergmann.example", reason)
        self.assertIn("Enter the customer's own reference", reason)

    def test_a_label_is_found_and_kept_out_of_what_customers_read(self):
        [limit] = self._import(["Label", "Product", "Multiple"], ["dealer", "BOT", 6])
        self.assertEqual(limit.label_ids, self.label)
        self.assertEqual(limit.name, "Bottle")

    def test_a_row_of_quantities_only_limits_everything(self):
        [limit] = self._import(["Minimum"], [20])
        self.assertEqual((limit.name, limit.minimum), ("All products", 20))

    def test_numbers_have_a_decimal_point_or_a_decimal_comma(self):
        wizard = self._check([["Maximum"], ["1,5"], ["1.5"], [1.5], [3.0], ["1000"]])
        vals_list, _problems = wizard._prepare_limits(wizard._read_rows())
        self.assertEqual(
            [vals["maximum"] for vals in vals_list], [1.5, 1.5, 1.5, 3, 1000]
        )

    # What is wrong

    def test_what_is_no_quantity_is_refused(self):
        rows = [-1, "-1,5", "many", "1.000", "1,000.00", 2_000_000, True, "=1/0"]
        wizard = self._check([["Product", "Maximum"], *(["BOT", row] for row in rows)])
        reasons = [problem[3] for problem in self._get_problems(wizard)]
        self.assertEqual(
            reasons,
            [
                "A quantity cannot be negative",
                "A quantity cannot be negative",
                "Not a number",
                "More than 2 decimals. Write thousands without a point or comma.",
                "Not a number",
                "More than 1000000",
                "Not a number",
                # Never computed by a spreadsheet programme: an empty cell.
                "“Bottle” limits nothing yet. Enter a minimum, a maximum or "
                "a multiple.",
            ],
        )

    def test_every_error_is_told_with_its_row_and_column(self):
        wizard = self._check(
            [
                ["Product", "Size", "Customer", "Label", "Counted per", "Maximum"],
                ["BOT", None, None, None, None, 5],
                ["NOPE", "XXL", "Nobody", "None such", "planet", "x"],
                [],
                ["HAT", None, "#N/A", None, None, 1],
            ]
        )
        self.assertEqual(
            self._get_problems(wizard),
            [
                ("A3", "Product", "NOPE", "Not found"),
                ("B3", "Size", "XXL", "Not found"),
                ("C3", "Customer", "Nobody", "Not found"),
                ("D3", "Label", "None such", "Not found"),
                (
                    "E3",
                    "Counted per",
                    "planet",
                    "Enter one of: company, branch, everybody, everyone, "
                    "customer company, all customers together",
                ),
                ("F3", "Maximum", "x", "Not a number"),
                ("A5", "Product", "HAT", "Not found"),
                ("C5", "Customer", "#N/A", "The cell shows an error"),
            ],
        )
        self.assertEqual(wizard.row_count, 3)

    def test_unknown_headings_are_told_by_name(self):
        wizard = self._check(
            [
                ["Product", "Max", "Minimum", None, "minimum", None],
                ["BOT", 3, 1, "loose", 2],
            ]
        )
        self.assertEqual(
            self._get_problems(wizard),
            [
                ("B1", "Max", "Max", "Unknown heading"),
                ("D1", "", "", "This column has no heading"),
                (
                    "E1",
                    "minimum",
                    "minimum",
                    "Another column has this heading already",
                ),
            ],
        )

    def test_quantities_that_contradict_each_other_are_told(self):
        wizard = self._check(
            [
                ["Product", "Minimum", "Maximum", "Multiple"],
                ["BOT", 10, 5, None],
                ["BOT", None, None, None],
                ["BOT", 5, 7, 4],
                ["BOT", 5, 8, 4],
            ]
        )
        self.assertEqual(wizard.problem_ids.mapped("row"), [2, 3, 4])
        reasons = wizard.problem_ids.mapped("reason")
        self.assertIn("lets nothing be ordered", reasons[0])
        self.assertIn("limits nothing yet", reasons[1])
        self.assertIn("lets nothing be ordered", reasons[2])

    def test_a_table_of_headings_only_is_explained(self):
        with self.assertRaisesRegex(UserError, "no limits below"):
            self._check([["Product", "Maximum"]])

    # All or nothing

    def test_nothing_is_added_while_a_row_is_wrong(self):
        rows = [["Product", "Maximum"], ["BOT", 5], ["NOPE", 5]]
        wizard = self._check(rows)
        self.assertEqual((wizard.limit_count, wizard.problem_count), (0, 1))
        answer = wizard.action_import()
        self.assertEqual(answer["res_id"], wizard.id)
        self.assertFalse(self.campaign.limit_ids)

    def test_nothing_is_added_before_the_report_was_seen(self):
        wizard = self._check([["Product", "Maximum"], ["BOT", 5], ["FJ-10", 5]])
        self.assertEqual((wizard.row_count, wizard.limit_count), (2, 2))
        self.assertFalse(self.campaign.limit_ids)
        wizard.action_import()
        self.assertEqual(len(self.campaign.limit_ids), 2)

    def test_the_same_table_again_adds_nothing_and_says_so(self):
        table = [
            ["Product", "Size", "Customer", "Label", "Counted per", "Maximum"],
            ["FJ-10", "L", "K-100", None, "branch", 5],
            ["BOT", None, None, "Dealer", None, 7.5],
            ["FJ-10-M-Red", None, None, None, None, 3],
        ]
        first = self._import(*table)
        self.assertEqual(len(first), 3)
        # A name does not make another limit of it.
        first[0].name = "Parkas in L"
        wizard = self._check([*table, ["BOT", None, None, None, None, 8]])
        self.assertEqual((wizard.limit_count, wizard.present_count), (1, 3))
        answer = wizard.action_import()
        self.assertIn("3 were already there", answer["params"]["message"])
        self.assertEqual(len(self.campaign.limit_ids), 4)

    def test_a_row_that_stands_twice_in_a_table_makes_one_limit(self):
        [limit] = self._import(["Product", "Maximum"], ["BOT", 5], ["bot", 5])
        self.assertEqual(limit.maximum, 5)

    def test_what_became_wrong_since_the_report_is_told_instead(self):
        wizard = self._check([["Product", "Maximum"], ["BOT", 5]])
        self.bottle.action_archive()
        wizard.action_import()
        self.assertFalse(self.campaign.limit_ids)
        self.assertEqual(wizard.problem_ids.reason, "Archived or not for sale")

    def test_a_table_can_be_corrected_and_looked_up_again(self):
        wizard = self._check(text="Product\tMaximum\nNOPE\t5")
        wizard.action_back()
        wizard.text = "Product\tMaximum\nBOT\t5"
        wizard.action_check()
        self.assertFalse(wizard.problem_ids)
        self.assertEqual(wizard.limit_count, 1)

    # Who

    def test_only_sales_managers_import(self):
        sally = new_test_user(
            self.env, "sally", groups="sales_team.group_sale_salesman"
        )
        mandy = new_test_user(self.env, "mandy", groups="sales_team.group_sale_manager")
        rows = [["Product", "Size", "Customer", "Maximum"], ["FJ-10", "L", "K-100", 5]]
        with self.assertRaises(AccessError):
            self._check(rows, campaign=self.campaign.with_user(sally))
        wizard = self._check(rows, campaign=self.campaign.with_user(mandy))
        wizard.action_import()
        self.assertEqual(self.campaign.limit_ids.attribute_value_ids, self.large)

    def test_a_manager_of_another_company_imports_nothing_here(self):
        other = self.env["res.company"].create({"name": "Other"})
        mallory = new_test_user(
            self.env,
            "mallory",
            groups="sales_team.group_sale_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            self._check(
                [["Product", "Maximum"], ["BOT", 5]],
                campaign=self.campaign.with_user(mallory),
            )

    def test_products_and_customers_of_another_company_are_not_found(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.bottle.company_id = other
        self.env["res.partner"].create(
            {"name": "Their Customer", "company_id": other.id}
        )
        self.assertEqual(self._get_reason("Product", "BOT"), "Not found")
        self.assertEqual(self._get_reason("Customer", "Their Customer"), "Not found")

    # What the office reads, and speed

    def test_the_dialog_names_every_column(self):
        arch = self.env["preorder.limit.import"].get_view(view_type="form")["arch"]
        for heading in (
            *("Product", "Attribute Value", "Category", "Customer", "Label"),
            *("Counted per", "Minimum, Maximum, Multiple", "Name"),
        ):
            self.assertIn(f">{heading}</dt>", arch)

    def test_a_thousand_rows_take_as_many_queries_as_ten(self):
        variants = self.jacket.product_variant_ids.mapped("default_code")

        def count(rows):
            table = ["Product\tSize\tCategory\tCustomer\tLabel\tMaximum"]
            table += [
                f"{variants[row % 6]}\tL\tWinter\tK-100\tDealer\t{row + 1}"
                for row in range(rows)
            ]
            wizard = self.env["preorder.limit.import"].create(
                {"campaign_id": self.campaign.id, "text": "\n".join(table)}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            vals_list, problems = wizard._prepare_limits(wizard._read_rows())
            self.assertEqual((len(vals_list), problems), (rows, []))
            return self.env.cr.sql_log_count - before

        count(1)  # Settings that the registry keeps are read once.
        few = count(10)
        # Each column's texts, and the names of what was found: some of each.
        self.assertLessEqual(few, 20)
        self.assertEqual(count(1000), few)
