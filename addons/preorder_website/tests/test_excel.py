import io
from datetime import date, timedelta

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.preorder_campaign.tests.common import NOW, PreorderCommon

from ..controllers.guard import Filling
from ..xlsx_export import Options
from .excel import (
    find_cell,
    give_references,
    link_supplier_code,
    load,
    make_workbook,
    save,
)


@tagged("post_install", "-at_install")
class ExcelCommon(PreorderCommon):
    """A form of the wholesaler's customer, and workbooks for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        give_references(cls.jacket, "PAR")
        cls.black_s, cls.black_m, cls.black_l, cls.red_s, cls.red_m, cls.red_l = (
            cls.jacket.product_variant_ids.sorted(
                lambda variant: [
                    (
                        value.attribute_line_id.sequence,
                        value.product_attribute_value_id.sequence,
                        value.id,
                    )
                    for value in variant.product_template_attribute_value_ids
                ]
            )
        )

    def _get_filling(self, user=None, campaign=None):
        user = user or self.customer
        campaign = (campaign or self.campaign).with_user(user).sudo()
        return Filling(
            campaign=campaign,
            order=campaign.env["preorder.order"]._find_current(
                campaign, user.partner_id
            ),
            partner=user.partner_id.with_user(user).sudo(),
            channel="website",
            can_edit=True,
            by_office=False,
        )

    def _export(self, filling=None, *, only_ordered=False, **options):
        filling = filling or self._get_filling()
        _name, content = filling.campaign.env["preorder.excel.export"]._export(
            filling, Options(**options), only_ordered=only_ordered
        )
        return content

    def _read(self, content, filling=None, now=NOW, **choice):
        filling = filling or self._get_filling()
        return filling.campaign.env["preorder.excel.import"]._read(
            filling, content, choice, now
        )

    def _report(self, content, **arguments):
        return self._read(content, **arguments)["report"]

    def _take_over(self, content, report, filling=None, now=NOW, **values):
        filling = filling or self._get_filling()
        return filling.campaign.env["preorder.excel.import"]._take_over(
            filling,
            content,
            values.get("choice", {}),
            now,
            fingerprint=values.get("fingerprint", report["fingerprint"]),
            leave_out=values.get("leave_out", False),
            batch=values.get("batch", "attempt-0001"),
            filename="order.xlsx",
        )

    def _get_quantities(self):
        self.env.invalidate_all()
        order = self._get_filling().order
        return {line.product_id: line.quantity for line in order.line_ids}

    def _get_reasons(self, report):
        return [row[8] for row in report["rows"] if row[7] == "refused"]


class TestExport(ExcelCommon):
    def test_sizes_stand_across_and_colours_down_filled_with_the_form(self):
        self._save({self.black_m: 12, self.red_l: 5})
        book = load(self._export())
        self.assertEqual(book.sheetnames, ["Winter"])
        self.assertEqual(find_cell(book, "Black", "M").value, 12)
        self.assertEqual(find_cell(book, "Red", "L").value, 5)
        self.assertIsNone(find_cell(book, "Red", "S").value)

    def test_products_without_a_category_are_exported_too(self):
        self.jacket.categ_id = False
        self.campaign.product_tmpl_ids = self.jacket
        book = load(self._export())
        self.assertEqual(book.sheetnames, ["Sheet", "Winter"])
        self.assertIsNone(find_cell(book, "Black", "S").value)

    def test_looking_at_a_form_not_begun_exports_it_without_beginning_it(self):
        book = load(self._export(prices=True))
        self.assertIsNone(find_cell(book, "Black", "S").value)
        self.assertFalse(self.campaign.order_count)

    def test_totals_come_with_their_results(self):
        self._save({self.black_m: 12, self.red_l: 5})
        book = openpyxl.load_workbook(
            io.BytesIO(self._export(prices=True)), data_only=True
        )
        totals = [
            cell.value
            for row in book.active.iter_rows()
            if row[1].value == "Total"
            for cell in row
            if isinstance(cell.value, (int, float))
        ]
        self.assertEqual(totals, [17, 1700])

    def test_prices_are_the_customer_s_own_and_only_where_wanted(self):
        self.campaign.campaign_discount = 10
        self._save({self.black_m: 1})
        rows = self._get_rows(self._export(matrix=False, flat=True, prices=True))
        row = next(row for row in rows if row["Reference"] == "PAR-RED-S")
        self.assertEqual((row["Price"], row["Discount"]), (100, 0.1))
        headings = self._get_rows(self._export(matrix=False, flat=True))[0].keys()
        self.assertNotIn("Price", headings)

    def test_what_is_no_longer_on_sale_is_told_counts_and_is_not_read_back(self):
        bottle = self.bottle.product_variant_id
        self._save({self.black_m: 12, bottle: 3})
        self.bottle.sale_ok = False
        untaxed = self._get_filling().order._get_totals()["before"]
        for options in (
            {"matrix": True},
            {"matrix": False, "flat": True},
            {"matrix": True, "flat": True},
        ):
            with self.subTest(**options):
                content = self._export(prices=True, **options)
                book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
                last = book.worksheets[-1]
                rows = [
                    [cell for cell in row[1:] if cell not in (None, "")]
                    for row in last.iter_rows(values_only=True)
                ]
                self.assertIn(["BOT", "Bottle", 3, 10.01, 0, 30.03], rows)
                told = " ".join(str(cell) for row in rows for cell in row)
                self.assertIn("No longer on sale", told)
                totals = [
                    row[-1].value
                    for sheet in (book.worksheets if len(options) == 1 else [last])
                    for row in sheet.iter_rows()
                    if row[1].value == "Total"
                ]
                self.assertAlmostEqual(sum(totals), untaxed)
                report = self._report(content)
                self.assertFalse(self._get_reasons(report))
                self.assertNotIn("Bottle", str(report["rows"]))

    def _get_rows(self, content):
        """The rows of a list by their headings."""
        sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["List"]
        values = [row[1:] for row in sheet.iter_rows(values_only=True)]
        start = next(i for i, row in enumerate(values) if row[0] == "Reference")
        return [
            dict(zip(values[start], row, strict=True)) for row in values[start + 1 :]
        ]

    def test_what_looks_like_a_formula_is_written_as_a_text(self):
        self.jacket.name = "=HYPERLINK(1)"
        self.bottle.product_variant_id.default_code = "@SUM(A1)"
        self.category.name = "+1"
        dangerous = ("=HYPERLINK(1)", "@SUM(A1)", "+1")
        seen = set()
        for options in ({}, {"matrix": False, "flat": True}):
            for sheet in load(self._export(**options)).worksheets:
                for row in sheet.iter_rows():
                    for cell in row:
                        if str(cell.value).startswith(dangerous):
                            self.assertEqual(cell.data_type, "s")
                            self.assertTrue(cell.quotePrefix)
                            seen.add(cell.value)
        self.assertLessEqual(set(dangerous[:2]), seen)

    def test_only_quantities_can_be_changed(self):
        sheet = load(self._export(prices=True)).active
        self.assertTrue(sheet.protection.sheet)
        unlocked = [
            cell
            for row in sheet.iter_rows()
            for cell in row
            if not cell.protection.locked
        ]
        self.assertEqual(len(unlocked), 7)

    def test_pictures_are_small_and_limited(self):
        self.jacket.image_1920 = PICTURE
        with_pictures = load(self._export(pictures=True)).active
        self.assertEqual(len(with_pictures._images), 1)
        self.assertFalse(load(self._export()).active._images)

    def test_only_what_is_ordered(self):
        self._save({self.black_m: 12})
        content = self._export(only_ordered=True, matrix=False, flat=True)
        self.assertEqual({row["Product"] for row in self._get_rows(content)}, {"Parka"})

    def test_each_delivery_date_has_a_sheet(self):
        self._make_dated_form()
        book = load(self._export())
        self.assertEqual(book.sheetnames, ["2026-06-01 Winter", "2026-06-15 Winter"])
        self.assertEqual(find_cell(book, "Black", "M", 0).value, 3)
        self.assertEqual(find_cell(book, "Black", "M", 1).value, 4)

    def _make_dated_form(self):
        self.campaign.write(
            {
                "delivery_dates": "line",
                "delivery_from": date(2026, 6, 1),
                "delivery_until": date(2026, 7, 31),
            }
        )
        cells = [
            {"product": self.black_m.id, "date": day, "quantity": n, "revision": 0}
            for day, n in (("2026-06-01", 3), ("2026-06-15", 4))
        ]
        self._save({}, cells=cells)

    # Delivery dates, back

    def _get_dated(self):
        self.env.invalidate_all()
        return {
            (line.product_id, line.delivery_date.isoformat()): line.quantity
            for line in self._get_filling().order.line_ids
            if line.quantity
        }

    def test_quantities_come_back_under_their_delivery_dates(self):
        self._make_dated_form()
        for options in ({}, {"matrix": False, "flat": True}):
            counts = self._report(self._export(**options))["counts"]
            self.assertEqual(counts, {"new": 0, "changed": 0, "same": 2, "refused": 0})

    def test_a_sheet_whose_date_is_changed_moves_its_quantities(self):
        self._make_dated_form()
        book = load(self._export())
        sheet = book.worksheets[1]
        [day] = [
            cell
            for row in sheet.iter_rows()
            for cell in row
            if getattr(cell, "is_date", False)
        ]
        day.value = date(2026, 7, 1)
        content = save(book)
        report = self._report(content)
        self._take_over(content, report)
        self.assertEqual(
            self._get_dated(),
            {(self.black_m, "2026-06-01"): 3, (self.black_m, "2026-07-01"): 4},
        )

    def test_a_date_that_is_not_possible_is_refused_with_the_reason(self):
        self._make_dated_form()
        book = load(self._export(matrix=False, flat=True))
        for row in book.active.iter_rows():
            for cell in row:
                if cell.is_date and cell.value.date() == date(2026, 6, 15):
                    cell.value = date(2027, 1, 1)
        reasons = self._get_reasons(self._report(save(book)))
        self.assertEqual(len(reasons), 1)
        self.assertIn("too late", reasons[0])

    def test_what_is_no_date_is_refused(self):
        self._make_dated_form()
        content = make_workbook([["SKU", "Qty", "Date"], ["PAR-RED-S", 1, "soon"]])
        report = self._report(
            content, sheet="Sheet 1", headings=1, code=0, quantity=1, date=2
        )
        self.assertIn("“soon” is no delivery date", self._get_reasons(report)[0])


class TestImport(ExcelCommon):
    def test_an_export_that_is_not_changed_changes_nothing(self):
        self._save({self.black_m: 12, self.red_l: 5})
        for options in (
            {},
            {"matrix": False, "flat": True},
            {"flat": True, "prices": True, "pictures": True},
        ):
            report = self._report(self._export(**options))
            self.assertEqual(
                report["counts"], {"new": 0, "changed": 0, "same": 2, "refused": 0}
            )

    def test_new_changed_and_cleared_cells_come_back(self):
        self._save({self.black_m: 12, self.red_l: 5, self.red_m: 1})
        book = load(self._export())
        find_cell(book, "Black", "S").value = 7
        find_cell(book, "Black", "M").value = 13
        find_cell(book, "Red", "L").value = None
        content = save(book)
        report = self._report(content)
        self.assertEqual(
            report["counts"], {"new": 1, "changed": 2, "same": 1, "refused": 0}
        )
        self.assertEqual(
            {(row[5], row[6]) for row in report["rows"] if row[7] == "changed"},
            {(12, 13), (5, 0)},
        )
        answer = self._take_over(content, report)
        self.assertEqual(answer["taken"], 3)
        self.assertEqual(
            self._get_quantities(),
            {self.black_s: 7, self.black_m: 13, self.red_l: 0, self.red_m: 1},
        )
        line = self._get_filling().order.line_ids.filtered(
            lambda line: line.product_id == self.black_s
        )
        self.assertEqual(line.channel, "import")
        self.assertEqual(line.changed_by_id, self.customer)

    def test_the_first_quantities_begin_the_form(self):
        book = load(self._export())
        find_cell(book, "Black", "S").value = 7
        content = save(book)
        self._take_over(content, self._report(content))
        self.assertEqual(self._get_quantities(), {self.black_s: 7})

    def test_rows_and_columns_may_be_moved_and_inserted(self):
        self._save({self.black_m: 12})
        book = load(self._export())
        sheet = book.active
        sheet.insert_cols(find_cell(book, "Black", "M").column)
        sheet.insert_rows(find_cell(book, "Black", "M").row)
        find_cell(book, "Red", "M").value = 4
        content = save(book)
        report = self._report(content)
        self.assertEqual(
            report["counts"], {"new": 1, "changed": 0, "same": 1, "refused": 0}
        )
        self._take_over(content, report)
        self.assertEqual(self._get_quantities(), {self.black_m: 12, self.red_m: 4})

    def test_changed_headings_are_refused_rather_than_guessed(self):
        book = load(self._export())
        cell = find_cell(book, "Black", "M")
        cell.value = 4
        heading = next(c for c in book.active[cell.row - 1] if c.value == "M")
        heading.value = "XXL"
        report = self._report(save(book))
        self.assertEqual(report["counts"]["refused"], 2)
        self.assertIn("headings", self._get_reasons(report)[0])

    def test_a_row_that_was_added_is_refused(self):
        book = load(self._export())
        sheet = book.active
        black = find_cell(book, "Black", "S")
        sheet.insert_rows(black.row + 1)
        sheet.cell(black.row + 1, 2).value = "Green"
        sheet.cell(black.row + 1, black.column).value = 3
        self.assertIn("none of those", self._get_reasons(self._report(save(book)))[0])

    def test_a_variant_without_reference_and_barcode_comes_back_by_its_hidden_id(self):
        self.red_m.default_code = False
        self.red_l.default_code = self.red_s.default_code
        self._save({self.red_m: 3, self.red_l: 4, self.red_s: 5})
        report = self._report(self._export(matrix=False, flat=True))
        self.assertEqual(
            report["counts"], {"new": 0, "changed": 0, "same": 3, "refused": 0}
        )

    def test_a_list_beside_matrices_follows_them(self):
        self._save({self.black_m: 12})
        book = load(self._export(flat=True))
        find_cell(book, "Black", "M").value = 30
        report = self._report(save(book))
        self.assertEqual(
            report["counts"], {"new": 0, "changed": 1, "same": 0, "refused": 0}
        )

    # Other tables

    def _read_table(self, *rows, **choice):
        content = make_workbook([["Art. no.", "Remark", "Qty"], *rows])
        choice = {"sheet": "Sheet 1", "headings": 1, "code": 0, "quantity": 2, **choice}
        return content, choice, self._read(content, **choice)["report"]

    def test_columns_are_proposed_for_any_other_table(self):
        content = make_workbook(
            [["Our order"], [], ["Art. no.", "EAN", "Aantal"], ["x", 8712345678906, 2]],
            [],
        )
        [choice] = self._read(content)["choose"]
        self.assertEqual(choice["sheet"], "Sheet 1")
        self.assertEqual(choice["headings"], 3)
        self.assertEqual(choice["guess"], {"code": 1, "quantity": 2})
        self.assertEqual(choice["columns"][1]["samples"], ["8712345678906"])

    def test_codes_are_references_barcodes_and_supplier_s_codes(self):
        self.black_m.barcode = "0087123456789"
        link_supplier_code(self.env, self.black_l, "V-9")
        content, choice, report = self._read_table(
            ["par-black-s", None, 2], [87123456789, None, "3"], ["V-9", "hello", 4.0]
        )
        self.assertEqual(
            report["counts"], {"new": 3, "changed": 0, "same": 0, "refused": 0}
        )
        self._take_over(content, report, choice=choice)
        self.assertEqual(
            self._get_quantities(), {self.black_s: 2, self.black_m: 3, self.black_l: 4}
        )

    def test_a_replaced_product_s_code_stands_for_its_successor(self):
        old = self.env["product.product"].create(
            {"name": "Old parka", "default_code": "OLD-1", "active": False}
        )
        old.preorder_replaced_by_id = self.red_s
        _content, _choice, report = self._read_table(["OLD-1", None, 2])
        [row] = report["rows"]
        self.assertEqual(row[7], "new")
        self.assertIn("OLD-1 is replaced by", row[8])
        self.assertIn("Red, S", row[3])

    def test_each_row_that_cannot_be_taken_says_why(self):
        self.other_product.default_code = "HAT"
        self.red_l.default_code = self.red_m.default_code
        for code, quantity, reason in (
            ("NO-SUCH", 1, "NO-SUCH is not known here."),
            ("HAT", 1, "HAT is not part of this order form."),
            ("PAR-RED-M", 1, "PAR-RED-M is the code of several products"),
            ("BOT", 1.5, "sold in whole"),
            ("BOT", -1, "cannot be negative"),
            ("BOT", "-1", "cannot be negative"),
            ("BOT", "a few", "“a few”: Not a number."),
            ("BOT", "1.000", "Write thousands without"),
            ("BOT", 5_000_000, "At most 1,000,000"),
            ("BOT", True, "“TRUE” is no quantity."),
            ("BOT", date(2026, 3, 1), "is no quantity."),
            ("BOT", "=1+1", "formula has no result"),
            (None, 3, "no code"),
        ):
            _content, _choice, report = self._read_table([code, None, quantity])
            [row] = report["rows"]
            self.assertEqual((row[1], row[7]), (2, "refused"), code)
            self.assertIn(reason, row[8])

    def test_a_product_that_is_not_for_the_customer_is_not_named(self):
        self.other_product.write({"default_code": "HAT", "name": "Secret hat"})
        book = load(self._export())
        cell = find_cell(book, "Black", "S")
        cell.value = 3
        book.active.cell(cell.row, 1).value = f"[{self.other_product.id},0,0]"
        _content, _choice, table = self._read_table(["HAT", None, 2])
        for report in (self._report(save(book)), table):
            self.assertEqual(report["counts"]["refused"], 1)
            self.assertNotIn("Secret", str(report))

    def test_a_code_that_stands_twice_counts_once_or_is_refused(self):
        *_rest, report = self._read_table(["BOT", None, 2], ["bot", None, 2])
        self.assertEqual(
            report["counts"], {"new": 1, "changed": 0, "same": 1, "refused": 0}
        )
        *_rest, report = self._read_table(["BOT", None, 2], ["bot", None, 3])
        self.assertEqual(report["counts"]["refused"], 2)
        self.assertIn("Sheet 1, row 3", self._get_reasons(report)[0])

    def test_a_table_without_quantities_is_refused(self):
        with self.assertRaisesRegex(UserError, "no quantities"):
            self._read_table(["BOT", 2, None])
        with self.assertRaisesRegex(UserError, "no table"):
            self._read(make_workbook([["alone"]]))

    # All or nothing

    def test_nothing_is_taken_over_while_anything_is_refused(self):
        content, choice, report = self._read_table(["BOT", None, 2], ["X", None, 3])
        answer = self._take_over(content, report, choice=choice)
        self.assertEqual(answer["report"]["counts"]["refused"], 1)
        self.assertFalse(self.campaign.order_count)
        answer = self._take_over(content, report, choice=choice, leave_out=True)
        self.assertEqual(answer["taken"], 1)
        self.assertEqual(self._get_quantities(), {self.bottle.product_variant_id: 2})

    def test_a_cell_that_was_changed_since_leads_to_a_new_report(self):
        content, choice, report = self._read_table(["BOT", None, 2])
        bottle = self.bottle.product_variant_id
        self._save({bottle: 9})
        answer = self._take_over(content, report, choice=choice)
        self.assertEqual(answer["report"]["counts"]["changed"], 1)
        self.assertEqual(self._get_quantities(), {bottle: 9})
        self._take_over(content, answer["report"], choice=choice)
        self.assertEqual(self._get_quantities(), {bottle: 2})

    def test_the_same_attempt_sent_again_changes_nothing(self):
        content, choice, report = self._read_table(["BOT", None, 2])
        first = self._take_over(content, report, choice=choice)
        again = self._take_over(content, report, choice=choice)
        self.assertEqual(first, again)
        self.assertEqual(self._get_filling().order.line_ids.revision, 1)

    def test_nothing_is_accepted_after_the_end(self):
        content, choice, report = self._read_table(["BOT", None, 2])
        late = NOW + timedelta(days=21)
        self.assertIn("ended", self._read(content, now=late, **choice)["closed"])
        answer = self._take_over(content, report, choice=choice, now=late)
        self.assertIn("ended", answer["closed"])
        self.assertFalse(self.campaign.order_count)

    def test_the_form_tells_which_file_was_taken_over(self):
        content, choice, report = self._read_table(["BOT", None, 2])
        self._take_over(content, report, choice=choice)
        message = self._get_filling().order.message_ids[0]
        self.assertIn("order.xlsx", message.body)


#: A red dot.
PICTURE = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHx"
    b"gljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg=="
)
