"""What all workbooks that are written have in common.

Plain Python, free of Odoo's environment. Texts are written as texts, whatever they
begin with, so that no product's name is ever a formula. Formulas come with their
results: previews on phones, which do not calculate, show them too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

#: Names of sheets in any spreadsheet programme.
_TITLE_LENGTH = 31
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
_TEXT_LENGTH = 32_767
COLORS = {"head": "#E9ECEF", "entry": "#FFFDE7", "line": "#CED4DA", "muted": "#6C757D"}
#: Of headings, and of what stands below them.
HEAD = {
    "bold": True,
    "bg_color": COLORS["head"],
    "bottom": 1,
    "bottom_color": COLORS["line"],
}
ROW = {"bottom": 1, "bottom_color": COLORS["line"]}


class WorkbookWriter:
    """Writes on sheets of one XlsxWriter workbook; each format exists once."""

    def __init__(self, workbook):
        self.workbook = workbook
        self.formats = {}

    def get_format(self, **properties):
        """A format with these properties of XlsxWriter, centred between the lines."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format(
                {"valign": "vcenter", **properties}
            )
        return self.formats[key]

    def write_text(self, sheet, row, column, text, **properties):
        """Write a text as a text: what looks like a formula stays one when edited."""
        if text[:1] in ("=", "+", "-", "@", "\t", "\r"):
            properties["quote_prefix"] = True
        sheet.write_string(
            row, column, text[:_TEXT_LENGTH], self.get_format(**properties)
        )

    def make_sheet(self, title):
        """A sheet that prints on A4 across, as many pages long as it takes."""
        sheet = self.workbook.add_worksheet(title)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet


def get_titles(names: Sequence[str], taken: Sequence[str] = ()) -> list[str]:
    """Names of sheets, as close to the given ones as spreadsheet programmes allow.

    >>> get_titles(["Tops / Shirts", "tops   shirts", "[?]"])
    ['Tops - Shirts', 'tops shirts', 'Sheet']
    """
    used = {title.lower() for title in taken} | {"history"}
    titles = []
    for name in names:
        name = _NOT_IN_TITLES.sub("-", name)
        name = " ".join(name.split()).strip("'- ") or "Sheet"
        title, number = name[:_TITLE_LENGTH].rstrip("' "), 1
        while title.lower() in used:
            number += 1
            ending = f" ({number})"
            title = name[: _TITLE_LENGTH - len(ending)].rstrip("' ") + ending
        used.add(title.lower())
        titles.append(title)
    return titles


def get_number_format(
    symbol: str, decimals: int, most: int = 0, *, before: bool = False
) -> str:
    """How spreadsheets write amounts of a currency.

    :param symbol: the currency's, or its code
    :param decimals: shown always
    :param most: shown where there are as many
    :param before: whether the symbol stands before the number

    >>> get_number_format("€", 2, 4)
    '#,##0.00## "€"'
    """
    digits = "0" * decimals + "#" * max(most - decimals, 0)
    number = "#,##0" + (f".{digits}" if digits else "")
    symbol = symbol.replace('"', "")
    return f'"{symbol}" {number}' if before else f'{number} "{symbol}"'
