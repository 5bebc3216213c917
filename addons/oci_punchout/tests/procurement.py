"""A procurement system, as far as tests need one: written from the reference alone.

It shares no code with ``oci.py``: forms are read with lxml as a browser would, and the
rules of OCI 4.0 are checked by patterns of its own.
"""

import re
from collections import defaultdict
from decimal import Decimal

from lxml import html

LENGTHS = (
    "DESCRIPTION 40, MATNR 40, QUANTITY 15, UNIT 3, PRICE 15, CURRENCY 5, PRICEUNIT 5,"
    "LEADTIME 5, VENDOR 10, VENDORMAT 40, MANUFACTCODE 10, MANUFACTMAT 40, MATGROUP 10,"
    "SERVICE 1, CONTRACT 10, CONTRACT_ITEM 5, EXT_QUOTE_ID 35, EXT_QUOTE_ITEM 10,"
    "EXT_PRODUCT_ID 40, ATTACHMENT 255, ATTACHMENT_TITLE 255, ATTACHMENT_PURPOSE 1,"
    "EXT_SCHEMA_TYPE 10, EXT_CATEGORY_ID 60, EXT_CATEGORY 40, SLD_SYS_NAME 60,"
    "CUST_FIELD1 10, CUST_FIELD2 10, CUST_FIELD3 10, CUST_FIELD4 20, CUST_FIELD5 50,"
    "ITEM_TYPE 1, PARENT_ID 5, TAX 5"
)
LENGTHS = {
    name: int(length) for name, length in (e.split() for e in LENGTHS.split(","))
}


def read_form(page):
    """Return a page's only form as a browser would send it: a dict of action, target,
    method, fields (a list of pairs), and whether it has something to click.

    :param page: bytes, whose charset the page itself tells
    :return: ``None`` where the page has no form
    """
    forms = html.document_fromstring(page).forms
    if not forms:
        return None
    (form,) = forms
    inputs = form.xpath(".//input[@name]")
    return {
        "action": form.get("action"),
        "target": form.get("target"),
        "method": form.get("method").upper(),
        "fields": [(node.get("name"), node.get("value", "")) for node in inputs],
        "hidden": all(node.get("type") == "hidden" for node in inputs),
        "button": bool(form.xpath(".//button|.//input[@type='submit']")),
    }


def read_lines(fields):
    """Return the lines of a basket, a dict each, as SAP would number them.

    :raise AssertionError: where a name is none of OCI's, or comes twice
    """
    lines = defaultdict(dict)
    for name, value in fields:
        if not name.startswith("NEW_ITEM-"):
            continue
        if found := re.match(r"^NEW_ITEM-LONGTEXT_([0-9]+):132\[\]$", name):
            key, number = "LONGTEXT", int(found.group(1))
        else:
            found = re.match(r"^NEW_ITEM-([A-Z0-9_]+)\[([0-9]+)\]$", name)
            assert found, name
            key, number = found.group(1), int(found.group(2))
            assert key != "LONGTEXT", name
        assert key not in lines[number], name
        lines[number][key] = value
    assert list(lines) == [number + 1 for number in range(len(lines))], list(lines)
    return list(lines.values())


def find_faults(lines, charset="utf-8", *, both=False):
    """Return what a strict procurement system would refuse, a text a fault."""
    faults = []

    def check(right, fault):
        if not right:
            faults.append(f"{fault}: {line}")

    for line in lines:
        has = {key for key in line if line[key] != ""}
        check("DESCRIPTION" in has or "MATNR" in has, "neither text nor number")
        check(both or not {"DESCRIPTION", "MATNR"} <= has, "text and number")
        check("QUANTITY" in has, "no quantity")
        check("MATNR" in has or "UNIT" in has, "no unit")
        check("PRICE" not in has or "CURRENCY" in has, "no currency")
        check(
            not has & {"EXT_CATEGORY", "EXT_CATEGORY_ID"} or "EXT_SCHEMA_TYPE" in has,
            "no schema",
        )
        check("EXT_QUOTE_ITEM" not in has or "EXT_QUOTE_ID" in has, "no quotation")
        check("CONTRACT_ITEM" not in has or "CONTRACT" in has, "no contract")
        check(line.get("SERVICE", "") in ("", "X"), "service")
        for key in has & {"QUANTITY", "PRICE"}:
            whole, point, thousandths = line[key].partition(".")
            check(
                set(whole + thousandths) <= set("0123456789")
                and 1 <= len(whole) <= 11
                and point
                and len(thousandths) == 3,
                key,
            )
        for key in has & {"PRICEUNIT", "LEADTIME"}:
            check(set(line[key]) <= set("0123456789") and len(line[key]) <= 5, key)
        if "PRICEUNIT" in has:
            check(int(line["PRICEUNIT"]) >= 1, "price unit")
        for key in has:
            units = sum(2 if ord(char) > 0xFFFF else 1 for char in line[key])
            check(units <= LENGTHS.get(key, units), f"{key} too long")
            check(line[key][0] not in " \t\n", f"{key} begins with a blank")
            try:
                line[key].encode(charset)
            except UnicodeEncodeError:
                check(False, f"{key} not in {charset}")
    return faults


def get_price(line):
    """Return what one unit costs over there."""
    return Decimal(line["PRICE"]) / Decimal(line["PRICEUNIT"] or 1)
