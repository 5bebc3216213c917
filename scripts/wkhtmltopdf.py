"""Stands in for the command ``wkhtmltopdf``, with which Odoo makes PDFs.

Understands what Odoo's ``ir.actions.report`` passes, and prints with Chromium: the
bodies first, then, knowing the number of pages, their headers and footers on top.
"""

import argparse
import copy
import io
import math
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import lxml.html
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    Fit,
    NameObject,
    NullObject,
    NumberObject,
)

from .chromium import Chromium, ChromiumError, browser

VERSION = "wkhtmltopdf 0.12.6 (with patched qt), played by Chromium"
MM_PER_INCH = 25.4
# By how much wkhtmltopdf's "smart shrinking" makes Odoo's reports smaller; their
# margins are made for it.
SHRINKING = 0.8
BODY_STYLE = """
    /* the whole width of the paper, whatever the screen's sizes say */
    .container { max-width: none !important; overflow: visible !important; }
    /* Odoo switches the repeated table head off, for wkhtmltopdf overlaps it */
    thead { display: table-header-group !important; }
    tr, img { break-inside: avoid; }
"""
# width and height in mm; the A and B series are computed
PAGE_SIZES = {
    "c5e": (163, 229),
    "comm10e": (105, 241),
    "dle": (110, 220),
    "executive": (190.5, 254),
    "folio": (210, 330),
    "ledger": (431.8, 279.4),
    "legal": (215.9, 355.6),
    "letter": (215.9, 279.4),
    "tabloid": (279.4, 431.8),
}


def page_size(name: str) -> tuple[float, float]:
    """Return width and height of a paper format in mm."""
    name = name.lower()
    if name in PAGE_SIZES:
        return PAGE_SIZES[name]
    width, height = {"a": (841, 1189), "b": (1000, 1414)}[name[0]]
    for _half in range(int(name[1:])):
        width, height = math.floor(height / 2), width
    return width, height


def millimetres(text: str) -> float:
    """Read a length; without a unit it is in mm."""
    for unit, factor in (("mm", 1), ("cm", 10), ("in", MM_PER_INCH)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor
    return float(text)


@dataclass(frozen=True)
class Layout:
    """The paper and its margins in mm, and the scale of what is printed on it."""

    width: float
    height: float
    top: float
    bottom: float
    left: float
    right: float
    header_spacing: float
    scale: float

    def print_options(self, *, margins: bool) -> dict[str, float]:
        """Return the options that Chromium's printing takes."""
        factor = 1 / MM_PER_INCH if margins else 0
        return {
            "scale": self.scale,
            "paperWidth": self.width / MM_PER_INCH,
            "paperHeight": self.height / MM_PER_INCH,
            "marginTop": self.top * factor,
            "marginBottom": self.bottom * factor,
            "marginLeft": self.left * factor,
            "marginRight": self.right * factor,
        }


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line as wkhtmltopdf would."""
    parser = argparse.ArgumentParser("wkhtmltopdf", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=VERSION)
    for flag in ("disable-local-file-access", "quiet", "header-line"):
        parser.add_argument(f"--{flag}", action="store_true")
    parser.add_argument("--disable-smart-shrinking", action="store_true")
    # of no meaning here: there is no screen, and there are no scripts to wait for
    for ignored in ("viewport-size", "dpi", "zoom", "javascript-delay"):
        parser.add_argument(f"--{ignored}")
    parser.add_argument("--page-size", default="A4")
    parser.add_argument("--orientation", default="Portrait")
    for length in ("page-width", "page-height"):
        parser.add_argument(f"--{length}", type=millimetres)
    for margin in ("top", "bottom", "left", "right"):
        parser.add_argument(f"--margin-{margin}", type=millimetres, default=10)
    parser.add_argument("--header-spacing", type=millimetres, default=0)
    for file in ("header-html", "footer-html", "cookie-jar"):
        parser.add_argument(f"--{file}", type=Path)
    parser.add_argument("--cookie", nargs=2, action="append", default=[])
    parser.add_argument("bodies", type=Path, nargs="+")
    parser.add_argument("output", type=Path)
    return parser.parse_args(arguments)


def layout_of(options: argparse.Namespace) -> Layout:
    """Return the layout that the command line describes."""
    width, height = page_size(options.page_size)
    width, height = options.page_width or width, options.page_height or height
    if options.orientation.lower() == "landscape":
        width, height = height, width
    return Layout(
        width=width,
        height=height,
        top=options.margin_top,
        bottom=options.margin_bottom,
        left=options.margin_left,
        right=options.margin_right,
        header_spacing=options.header_spacing,
        scale=1 if options.disable_smart_shrinking else SHRINKING,
    )


def cookies_of(options: argparse.Namespace) -> list[list[str]]:
    """Return the names and values of the cookies that the pages' server is sent."""
    kept = []
    if options.cookie_jar:
        kept = [options.cookie_jar.read_text().partition(";")[0].split("=", 1)]
    return [*kept, *options.cookie]


def base_url(document: lxml.html.HtmlElement) -> str:
    """Return the address of the Odoo that the document comes from."""
    return next(iter(document.xpath("//base/@href")), "http://127.0.0.1")


def with_style(document: lxml.html.HtmlElement, style: str) -> str:
    """Return the document with a style sheet added."""
    element = lxml.html.Element("style")
    element.text = style
    document.find("head").append(element)
    return lxml.html.tostring(document, encoding="unicode", doctype="<!DOCTYPE html>")


def sheet_part(document: lxml.html.HtmlElement, kind: str, index: int, numbers: dict):
    """Return the header or footer of the body ``index``, with its page numbers.

    Odoo puts the headers of all bodies into one document, and leaves choosing and
    numbering to a script.
    """
    container = document.get_element_by_id(f"minimal_layout_report_{kind}s", None)
    if container is None:
        container = document.find("body")
        chosen = list(container)
    else:
        chosen = [container[index]] if index < len(container) else []
    part = lxml.html.Element("div", id=container.get("id") or "")
    part.extend(copy.deepcopy(chosen))
    for name, number in numbers.items():
        for element in part.find_class(name):
            element.text = str(number)
    return part


def sheets(
    parts: dict[str, lxml.html.HtmlElement], layout: Layout, index: int, pages: int
) -> str:
    """Return a document with the headers and footers of all pages of one body."""
    first = next(iter(parts.values()))
    head = copy.deepcopy(first.find("head"))
    for script in head.findall("script"):
        head.remove(script)
    document = lxml.html.Element("html")
    document.append(head)
    body = lxml.html.Element("body")
    document.append(body)
    for page in range(1, pages + 1):
        sheet = lxml.html.Element("div", {"class": "pdf_sheet"})
        numbers = {"page": page, "topage": pages}
        for kind, part in parts.items():
            # Odoo's margins hang on the classes of the body
            classes = f"pdf_{kind} {part.find('body').get('class', '')}"
            place = lxml.html.Element("div", {"class": classes})
            place.append(sheet_part(part, kind, index, numbers))
            sheet.append(place)
        body.append(sheet)

    def scaled(length: float) -> str:
        return f"{length / layout.scale:.3f}mm"

    style = f"""
        {BODY_STYLE}
        html, body {{ background: none !important; }}
        body {{ margin: 0 !important; padding: 0 !important; }}
        .pdf_sheet {{
            position: relative; overflow: hidden; break-after: page;
            height: calc({scaled(layout.height)} - 1px);
        }}
        .pdf_sheet:last-child {{ break-after: auto; }}
        .pdf_header, .pdf_footer {{
            position: absolute;
            left: {scaled(layout.left)}; right: {scaled(layout.right)};
            width: auto !important; margin: 0 !important;
        }}
        .pdf_header {{ top: {scaled(layout.top - layout.header_spacing)}; }}
        .pdf_footer {{ top: {scaled(layout.height - layout.bottom)}; }}
    """
    return with_style(document, style)


def print_body(
    writer: PdfWriter,
    page: Chromium,
    body: lxml.html.HtmlElement,
    parts: dict[str, lxml.html.HtmlElement],
    layout: Layout,
    index: int,
) -> None:
    """Add the pages of a body, with their headers and footers, to the file."""
    url = base_url(body)
    page.show(with_style(body, BODY_STYLE), url)
    printed = page.print_to_pdf(**layout.print_options(margins=True))
    pages = [writer.add_page(each) for each in PdfReader(io.BytesIO(printed)).pages]
    if parts:
        page.show(sheets(parts, layout, index, len(pages)), url)
        printed = page.print_to_pdf(**layout.print_options(margins=False))
        for each, sheet in zip(
            pages, PdfReader(io.BytesIO(printed)).pages, strict=True
        ):
            each.merge_page(sheet)


def add_outline(writer: PdfWriter, starts: list[int]) -> None:
    """Mark where each body begins, as Odoo expects in order to split the file again: an
    outline that names destinations in the catalogue's dictionary ``/Dests``."""
    destinations = DictionaryObject()
    for number, start in enumerate(starts):
        name = NameObject(f"/body_{number}")
        destinations[name] = ArrayObject(
            [NumberObject(start), NameObject("/XYZ"), *[NullObject()] * 3]
        )
        item = writer.add_outline_item(f"{number + 1}", start, fit=Fit.fit())
        entry = item.get_object()
        entry.pop("/A", None)
        entry[NameObject("/Dest")] = name
    writer._root_object[NameObject("/Dests")] = destinations


def convert(options: argparse.Namespace, program: str) -> list[str]:
    """Make the PDF; return the addresses of what it could not load."""
    layout = layout_of(options)
    files = {"header": options.header_html, "footer": options.footer_html}
    parts = {
        kind: lxml.html.document_fromstring(file.read_bytes())
        for kind, file in files.items()
        if file
    }
    writer = PdfWriter()
    starts = []
    with browser(program) as page:
        for index, file in enumerate(options.bodies):
            body = lxml.html.document_fromstring(file.read_bytes())
            if not index:
                for cookie in cookies_of(options):
                    page.set_cookie(base_url(body), *cookie)
            starts.append(len(writer.pages))
            print_body(writer, page, body, parts, layout, index)
        missing = page.missing
    if len(starts) > 1:
        add_outline(writer, starts)
    # fonts and pictures of the headers are on every page: keep one of each
    writer.compress_identical_objects()
    with options.output.open("wb") as file:
        writer.write(file)
    return missing


def main(arguments: list[str]) -> int:
    """Convert as the arguments say; return an exit code that Odoo understands."""
    options = parse(arguments)
    try:
        missing = convert(options, os.environ["PDF_CHROMIUM"])
    except (ChromiumError, OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        # not 1: with that Odoo would take the empty file
        return 2
    for each in missing:
        sys.stderr.write(f"Not loaded: {each}\n")
    # with 1 Odoo takes the file and logs what is missing
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
