import io
import zipfile
from datetime import date, datetime

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from .. import spreadsheet


def make_workbook(rows, title="Sheet"):
    """A workbook as a person saves it: rows of cells, from A1 on."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return save(book)


def save(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repack(content, **parts):
    """The workbook with some parts' content replaced (name → function or bytes)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in source.infolist():
                data = source.read(entry)
                for name, change in parts.items():
                    if entry.filename.endswith(name.replace("_", ".")):
                        data = change(data)
                target.writestr(entry.filename, data)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestSpreadsheet(BaseCase):
    def _read(self, rows):
        return spreadsheet.read_workbook(make_workbook(rows))

    def _assert_refused(self, error, content):
        with self.assertRaises(error):
            spreadsheet.read_workbook(content)

    # What is read

    def test_rows_keep_the_numbers_that_the_spreadsheet_shows(self):
        rows = self._read([["A"], [], ["B", None, "C", None]])
        self.assertEqual(
            rows,
            [spreadsheet.Row(1, ("A",)), spreadsheet.Row(3, ("B", None, "C"))],
        )

    def test_cells_keep_their_kind(self):
        moment = datetime(2026, 3, 10, 12, 0)
        [row] = self._read([["12", 12, 12.5, True, moment]])
        self.assertEqual(row.cells, ("12", 12, 12.5, True, moment))

    def test_invisible_characters_around_a_text_do_not_count(self):
        [row] = self._read([[" AB\xa01 \n", "\xa0\u200b", "x"]])
        self.assertEqual(row.cells, ("AB\xa01", None, "x"))

    def test_numbers_read_as_people_write_them(self):
        for value, text in (
            (8712345678901.0, "8712345678901"),
            (8712345678901, "8712345678901"),
            (0.5, "0.5"),
            (None, ""),
            (date(2026, 3, 10), "2026-03-10"),
            (spreadsheet.ErrorValue("#N/A"), "#N/A"),
        ):
            self.assertEqual(spreadsheet.as_text(value), text)

    def test_a_cell_is_named_as_on_the_screen(self):
        self.assertEqual(spreadsheet.get_place(3, 0), "A3")
        self.assertEqual(spreadsheet.get_place(12, 27), "AB12")

    def test_formulas_are_not_evaluated(self):
        [row] = self._read([["AB-1", "=1+1"]])
        self.assertEqual(row.cells, ("AB-1",))

    def test_the_result_that_excel_stored_for_a_formula_is_read(self):
        content = repack(
            make_workbook([["AB-1", "=1+1"]]),
            sheet1_xml=lambda data: data.replace(b"<v />", b"<v>2</v>").replace(
                b"<v></v>", b"<v>2</v>"
            ),
        )
        [row] = spreadsheet.read_workbook(content)
        self.assertEqual(row.cells, ("AB-1", 2))

    def test_an_error_in_a_cell_is_told_from_a_text(self):
        book = openpyxl.Workbook()
        book.active["A1"] = "#N/A"
        self.assertEqual(book.active["A1"].data_type, "e")
        [row] = spreadsheet.read_workbook(save(book))
        self.assertEqual(row.cells, (spreadsheet.ErrorValue("#N/A"),))

    def test_the_first_sheet_that_shows_is_read(self):
        book = openpyxl.Workbook()
        book.active["A1"] = "hidden"
        book.active.sheet_state = "hidden"
        book.create_sheet("Second")["A1"] = "shown"
        book.active = 1
        book.create_sheet("Third")["A1"] = "third"
        [row] = spreadsheet.read_workbook(save(book))
        self.assertEqual(row.cells, ("shown",))

    def test_an_empty_workbook_has_no_rows(self):
        self.assertEqual(self._read([]), [])

    def test_a_sheet_that_understates_its_size_is_read_whole(self):
        content = repack(
            make_workbook([["A", "B"], ["C", "D"]]),
            sheet1_xml=lambda data: data.replace(b'ref="A1:B2"', b'ref="A1:A1"'),
        )
        self.assertEqual(
            [row.cells for row in spreadsheet.read_workbook(content)],
            [("A", "B"), ("C", "D")],
        )

    # Limits

    def test_reading_stops_after_as_many_rows_as_are_read(self):
        rows = [[number] for number in range(spreadsheet.MAXIMUM_ROWS)]
        self.assertEqual(len(self._read(rows)), spreadsheet.MAXIMUM_ROWS)
        with self.assertRaises(spreadsheet.TableTooLarge) as refusal:
            self._read([*rows, ["one more"]])
        self.assertEqual(refusal.exception.limit, "rows")

    def test_formatted_rows_without_content_do_not_count(self):
        book = openpyxl.Workbook()
        book.active["A1"] = "A"
        book.active[f"A{spreadsheet.MAXIMUM_ROWS + 9}"].font = openpyxl.styles.Font(
            bold=True
        )
        self.assertEqual(len(spreadsheet.read_workbook(save(book))), 1)

    def test_columns_beyond_the_last_one_read_are_not_lost_silently(self):
        width = spreadsheet.MAXIMUM_COLUMNS
        self.assertEqual(len(self._read([range(1, width + 1)])[0].cells), width)
        with self.assertRaises(spreadsheet.TableTooLarge) as refusal:
            self._read([range(1, width + 2)])
        self.assertEqual(refusal.exception.limit, "columns")

    def test_a_file_that_is_too_large_is_refused_unread(self):
        with self.assertRaises(spreadsheet.TableTooLarge) as refusal:
            spreadsheet.read_workbook(b"PK" + bytes(spreadsheet.MAXIMUM_BYTES))
        self.assertEqual(refusal.exception.limit, "bytes")

    # Hostile files

    def test_other_files_are_refused(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("readme.txt", "hello")
        for content in (b"", b"reference;quantity\n", b"%PDF-1.7", stream.getvalue()):
            self._assert_refused(spreadsheet.NotAWorkbook, content)

    def test_old_and_protected_workbooks_are_told_apart(self):
        content = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
        self._assert_refused(spreadsheet.ProtectedWorkbook, content)

    def test_a_small_file_that_unpacks_to_gigabytes_is_refused(self):
        size = spreadsheet.MAXIMUM_UNPACKED_BYTES
        content = repack(
            make_workbook([["A"]]),
            sheet1_xml=lambda data: data.replace(
                b"<sheetData>", b"<sheetData>" + b" " * size
            ),
        )
        self.assertLess(len(content), spreadsheet.MAXIMUM_BYTES)
        self._assert_refused(spreadsheet.BrokenWorkbook, content)

    def test_entities_are_refused(self):
        bomb = (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">'
            b'<!ENTITY b "&a;&a;&a;">]>'
        )
        for encode in (bytes, lambda data: data.decode().encode("utf-16")):
            content = repack(
                make_workbook([["A"]]),
                sheet1_xml=lambda data, encode=encode: encode(
                    bomb + data.split(b"?>")[-1]
                ),
            )
            self._assert_refused(spreadsheet.BrokenWorkbook, content)

    def test_more_elements_than_an_honest_file_has_are_refused(self):
        for name, end, more in (
            ("sheet1_xml", b"</sheetData>", b"<row/>" * 2_000_001),
            ("sheet1_xml", b"</sheetData>", b"<row>" + b"<c/>" * 17_000 + b"</row>"),
            ("styles_xml", b"</cellXfs>", b"<xf/>" * 50_001),
        ):
            content = repack(
                SAMPLE,
                **{
                    name: lambda data, end=end, more=more: data.replace(end, more + end)
                },
            )
            self._assert_refused(spreadsheet.BrokenWorkbook, content)

    def test_a_sheet_of_blank_rows_is_not_read_for_ever(self):
        blank = b"<row/>" * (spreadsheet.MAXIMUM_BLANK_ROWS + 1)
        content = repack(
            SAMPLE,
            sheet1_xml=lambda data: data.replace(
                b"</sheetData>", blank + b"</sheetData>"
            ),
        )
        self._assert_refused(spreadsheet.TableTooLarge, content)

    def test_a_row_number_beyond_all_sheets_is_refused(self):
        content = repack(
            make_workbook([["A"]]),
            sheet1_xml=lambda data: data.replace(b'r="1"', b'r="999999999999"'),
        )
        self._assert_refused(spreadsheet.BrokenWorkbook, content)

    def test_a_part_that_is_missing_is_refused(self):
        content = repack(make_workbook([["A"]]), workbook_xml=lambda data: b"<x/>")
        self._assert_refused(spreadsheet.BrokenWorkbook, content)

    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def test_whatever_is_done_to_a_file_it_is_read_or_refused(self, data):
        content = bytearray(SAMPLE)
        for _change in range(data.draw(st.integers(1, 8))):
            place = data.draw(st.integers(0, len(content) - 1))
            content[place] = data.draw(st.integers(0, 255))
        try:
            spreadsheet.read_workbook(bytes(content))
        except spreadsheet.SpreadsheetError:
            return

    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def test_whatever_is_done_to_a_sheet_it_is_read_or_refused(self, data):
        def change(part):
            part = bytearray(part)
            for _change in range(data.draw(st.integers(1, 8))):
                place = data.draw(st.integers(0, len(part) - 1))
                part[place] = data.draw(st.sampled_from(b'<>"/=tsvrc019A-.'))
            return bytes(part)

        name = data.draw(
            st.sampled_from(
                ("sheet1_xml", "workbook_xml", "styles_xml", "sharedStrings_xml")
            )
        )
        try:
            spreadsheet.read_workbook(repack(SAMPLE, **{name: change}))
        except spreadsheet.SpreadsheetError:
            return

    # Pasted text

    def test_a_pasted_block_is_read_as_rows_of_cells(self):
        rows = spreadsheet.read_text("AB-1\t12\r\n\r\n\t\xa0\n CD-2 \t\t3\n")
        self.assertEqual(
            rows,
            [
                spreadsheet.Row(1, ("AB-1", "12")),
                spreadsheet.Row(4, ("CD-2", None, "3")),
            ],
        )

    @given(
        st.lists(
            st.text(st.characters(min_codepoint=33, max_codepoint=126)), max_size=9
        )
    )
    def test_every_line_pasted_is_read_under_its_number(self, lines):
        self.assertEqual(
            {
                row.number: row.cells[0]
                for row in spreadsheet.read_text("\n".join(lines))
            },
            {number: line for number, line in enumerate(lines, 1) if line},
        )

    def test_pasted_text_has_the_same_limits(self):
        text = "x\n" * (spreadsheet.MAXIMUM_ROWS + 1)
        with self.assertRaises(spreadsheet.TableTooLarge):
            spreadsheet.read_text(text)


SAMPLE = make_workbook(
    [["Reference", "Quantity"], ["AB-1", 12.5], ["CD-2", date(2026, 3, 10)]]
)
