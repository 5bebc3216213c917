"""Workbooks made to do harm, and honest ones that are none: what uploads may bring."""

import io
import zipfile

import openpyxl
import xlsxwriter

from odoo.addons.preorder_campaign.tests.test_spreadsheet import make_workbook, repack

_XML = b'<?xml version="1.0"?>'
_MEGABYTE = 1024**2


def make_archive(parts):
    """A zip archive: name → content."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_sheet(change):
    """An honest workbook, its sheet changed."""
    return repack(make_workbook([["Code", "Quantity"]]), sheet1_xml=change)


def with_rows(rows):
    """An honest workbook with further rows, as XML."""
    return with_sheet(
        lambda data: data.replace(b"</sheetData>", rows + b"</sheetData>")
    )


def with_texts(change):
    """A workbook that keeps its texts apart from its sheets, as Excel does."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.add_worksheet("Sheet").write_row(0, 0, ["Code", "Quantity"])
    book.close()
    return repack(stream.getvalue(), sharedStrings_xml=change)


def with_head(head, body=None):
    """An honest workbook whose sheet begins with something else."""
    return with_sheet(lambda data: _XML + head + (body or data.split(b"?>")[-1]))


def with_parts(parts):
    """An honest workbook with further parts."""
    sample = make_workbook([["Code", "Quantity"], ["BOT", 3]])
    with zipfile.ZipFile(io.BytesIO(sample)) as source:
        own = {name: source.read(name) for name in source.namelist()}
    return make_archive({**own, **parts})


def make_far_cell():
    """One cell, in the last row of the sheet."""
    book = openpyxl.Workbook()
    book.active["A1048576"] = 3
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def make_declared_size(size):
    """An archive whose entry says that it unpacks to less than it does."""
    content = bytearray(with_rows(b" " * (20 * _MEGABYTE)))
    mark = content.rfind(b"xl/worksheets/sheet1.xml") - 46
    content[mark + 24 : mark + 28] = size.to_bytes(4, "little")
    return bytes(content)


def make_quoted(values):
    """A table of our reading with one quantity of each kind."""
    return make_workbook([["Code", "Quantity"], *(["BOT", value] for value in values)])


def get_entities(count, text=b"lol"):
    """Entities that each repeat the one before."""
    lines = [b'<!ENTITY e0 "' + text + b'">']
    lines += [
        b'<!ENTITY e%d "%s">' % (number, b"&e%d;" % (number - 1) * 10)
        for number in range(1, count)
    ]
    return b"<!DOCTYPE x [" + b"".join(lines) + b"]>"


def get_files():
    """Forty files that are to be refused: name → (function that makes it, refusal).

    The refusal is a part of what a person reads.
    """
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    )
    external = b'<!DOCTYPE x [<!ENTITY x SYSTEM "%s">]>'
    secret = (
        sheet
        + b'<sheetData><row><c t="str"><v>&x;</v></c></row></sheetData></worksheet>'
    )
    damaged, other = "is damaged", "not an Excel workbook"
    large, cells = "larger than 5 MB", "more than can be read at once"
    return {
        # Other files
        "empty": (lambda: b"", other),
        "text": (lambda: b"code;quantity\nBOT;3\n", other),
        "page": (lambda: b"<html><script>alert(1)</script></html>", other),
        "portable document": (lambda: b"%PDF-1.7\n%%EOF", other),
        "programme": (lambda: b"MZ" + bytes(2000), other),
        "archive": (lambda: make_archive({"readme.txt": b"hello"}), other),
        "old workbook": (
            lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(5000),
            "an old .xls file or a workbook with a password",
        ),
        "end cut off": (lambda: make_far_cell()[:-400], other),
        "random bytes": (lambda: b"PK\x03\x04" + bytes(range(256)) * 40, other),
        # Size
        "five megabytes and one byte": (
            lambda: b"PK\x03\x04" + bytes(5 * _MEGABYTE),
            large,
        ),
        "fifty megabytes": (lambda: bytes(50 * _MEGABYTE), large),
        "a part of two hundred megabytes": (
            lambda: with_parts({"xl/media/x.xml": bytes(200 * _MEGABYTE)}),
            damaged,
        ),
        "a sheet of blanks": (lambda: with_rows(b" " * (40 * _MEGABYTE)), damaged),
        "a part that lies about its size": (lambda: make_declared_size(1000), other),
        "two thousand parts": (
            lambda: with_parts(
                {f"xl/p{number}.xml": b"<x/>" for number in range(2000)}
            ),
            damaged,
        ),
        # Entities
        "a billion laughs": (
            lambda: with_head(get_entities(10), sheet + b"&e9;</worksheet>"),
            damaged,
        ),
        "laughs in the texts": (
            lambda: with_texts(
                lambda data: (
                    _XML + get_entities(10) + b"<sst><si><t>&e9;</t></si></sst>"
                ),
            ),
            damaged,
        ),
        "laughs in the types": (
            lambda: make_archive(
                {"[Content_Types].xml": _XML + get_entities(10) + b"<x>&e9;</x>"}
            ),
            damaged,
        ),
        "one long entity": (
            lambda: with_head(
                get_entities(1, b"a" * 100_000), sheet + b"&e0;" * 10_000
            ),
            damaged,
        ),
        "a file of the server": (
            lambda: with_head(external % b"file:///etc/passwd", secret),
            damaged,
        ),
        "an address inside": (
            lambda: with_head(external % b"http://127.0.0.1:5432/", secret),
            damaged,
        ),
        "a definition from elsewhere": (
            lambda: with_head(
                b'<!DOCTYPE x [<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd"> %x;]>'
            ),
            damaged,
        ),
        "entities in another encoding": (
            lambda: with_sheet(
                lambda data: (
                    '<?xml version="1.0"?>' + get_entities(10).decode() + "<x>&e9;</x>"
                ).encode("utf-16")
            ),
            damaged,
        ),
        # Elements
        "a million rows without cells": (lambda: with_rows(b"<row/>" * 10**6), cells),
        "a row of a million cells": (
            lambda: with_rows(b"<row>" + b"<c/>" * 10**6 + b"</row>"),
            damaged,
        ),
        "a million texts": (
            lambda: with_texts(
                lambda data: data.replace(
                    b"</sst>", b"<si><t>x</t></si>" * 450_000 + b"</sst>"
                ),
            ),
            cells,
        ),
        "a hundred thousand styles": (
            lambda: repack(
                make_workbook([["Code", "Quantity"], ["BOT", 3]]),
                styles_xml=lambda data: data.replace(
                    b"</cellXfs>", b"<xf/>" * 100_000 + b"</cellXfs>"
                ),
            ),
            damaged,
        ),
        "elements a hundred thousand deep": (
            lambda: with_rows(b"<a>" * 100_000 + b"</a>" * 100_000),
            "",
        ),
        "a hundred thousand pairs": (
            lambda: with_rows(
                b'<row><c t="n"><v>1</v></c><c t="n"><v>1</v></c></row>' * 130_000
            ),
            "more than 20000 rows",
        ),
        # Places
        "one cell in the last row": (make_far_cell, "no table"),
        "a row beyond all sheets": (
            lambda: with_sheet(
                lambda data: data.replace(b'r="1"', b'r="999999999999"')
            ),
            damaged,
        ),
        "a hundred columns": (
            lambda: with_rows(b"<row>" + b'<c t="n"><v>1</v></c>' * 100 + b"</row>"),
            "more than 64 columns",
        ),
        "a cell without a place": (
            lambda: with_rows(b'<row r="9"><c r="@@@" t="n"><v>1</v></c></row>'),
            damaged,
        ),
        "a hundred thousand rows": (
            lambda: with_rows(b'<row><c t="n"><v>1</v></c></row>' * 100_000),
            "more than 20000 rows",
        ),
        # Values
        "formulas": (
            lambda: make_quoted(
                ["=2+1", '=WEBSERVICE("http://x")', "=cmd|'/c calc'!A0"]
            ),
            "no result in the file",
        ),
        "errors": (lambda: make_quoted(["#N/A", "#REF!", "#DIV/0!"]), "is no quantity"),
        "truths, dates and times": (
            lambda: make_workbook(
                [
                    ["Code", "Quantity"],
                    ["BOT", True],
                    ["BOT", openpyxl.utils.datetime.from_excel(45000)],
                    ["BOT", openpyxl.utils.datetime.from_excel(0.5)],
                ]
            ),
            "is no quantity",
        ),
        "numbers beyond all bounds": (
            lambda: make_quoted([1e308, -1e308, 10**15, "9" * 400]),
            "",
        ),
        "numbers that are none": (
            lambda: with_rows(
                b'<row><c t="str"><v>BOT</v></c><c t="n"><v>NaN</v></c></row>'
                b'<row><c t="str"><v>BOT</v></c><c t="n"><v>Infinity</v></c></row>'
            ),
            "",
        ),
        "codes made for a database": (
            lambda: make_workbook(
                [
                    ["Code", "Quantity"],
                    ["'; DROP TABLE res_users; --", 1],
                    ["%s%s%n", 1],
                    ["x" * 32_000, 1],
                    ["𝕏\u202eBOT", 1],
                ]
            ),
            "is not known here",
        ),
    }
