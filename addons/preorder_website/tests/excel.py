import io

import openpyxl

from odoo.fields import Command


def make_workbook(*sheets):
    """A workbook as a person saves it: per sheet, rows of cells from A1 on."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
    return save(book)


def save(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def load(content):
    """Open an exported workbook to change it, as Excel does: results are kept."""
    return openpyxl.load_workbook(io.BytesIO(content))


def find_cell(book, row_text, column_text, sheet=0):
    """The cell of a matrix below a size and right of a colour."""
    sheet = book.worksheets[sheet]
    heading = None
    for row in sheet.iter_rows(min_col=2):
        texts = [cell.value for cell in row]
        if column_text in texts:
            heading = row[texts.index(column_text)].column
        elif heading and row_text in texts:
            return sheet.cell(row[0].row, heading)
    raise AssertionError(f"{row_text} / {column_text} is not on the sheet")


def give_references(template, prefix):
    """Give a product's variants references that tell colour and size."""
    for variant in template.product_variant_ids:
        names = variant.product_template_attribute_value_ids.mapped("name")
        variant.default_code = "-".join([prefix, *names]).upper()


def link_supplier_code(env, variant, code):
    vendor = env["res.partner"].create({"name": f"Supplier of {code}"})
    variant.product_tmpl_id.seller_ids = [
        Command.create(
            {
                "partner_id": vendor.id,
                "product_id": variant.id,
                "product_code": code,
            }
        )
    ]
