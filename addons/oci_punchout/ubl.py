"""Documents of Peppol BIS 3 that a supplier sends, free of ``env``: order response,
despatch advice and catalogue, in UBL 2.1.

Amounts are ``Decimal``, dates ``datetime.date``. Prices exclude taxes. Texts may come
as people wrote them; what XML cannot carry is left out. What has no content is not
written: Peppol refuses empty elements.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from lxml import etree

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC = f"{_UBL}CommonAggregateComponents-2"
_CBC = f"{_UBL}CommonBasicComponents-2"
_PEPPOL = "urn:fdc:peppol.eu:poacc:"

#: Codes of an order response: accepted, accepted with changes, rejected.
ACCEPTED, CHANGED, REJECTED = "AP", "CA", "RE"
#: Codes of a line of it.
LINE_ADDED, LINE_CHANGED, LINE_ACCEPTED, LINE_REJECTED = "1", "3", "5", "7"
#: The line's reference where the buyer's order has none.
NO_LINE = "NA"
#: Code lists of classifications, as UNCL 7143 calls them.
UNSPSC, ECLASS = "TST", "STQ"

#: First and last day of something; ``None`` as the last is open.
Period = tuple[date, date | None]

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Address:
    """A postal address; ``country`` is its code of ISO 3166-1."""

    country: str
    street: str = ""
    street2: str = ""
    city: str = ""
    zip: str = ""
    region: str = ""


@dataclass(frozen=True)
class Party:
    """A company with its electronic address: scheme (EAS code) and identifier."""

    name: str
    scheme: str
    endpoint: str
    address: Address | None = None
    contact: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Item:
    """A product. ``seller_id`` or ``gtin`` identifies it; ``classifications`` are pairs
    of code list and code."""

    name: str
    seller_id: str
    gtin: str = ""
    buyer_id: str = ""
    description: str = ""
    classifications: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ResponseLine:
    """What becomes of a line of the buyer's order."""

    id: str
    reference: str
    status: str
    item: Item
    quantity: Decimal | None = None
    unit: str = ""
    price: Decimal | None = None
    promised: Period | None = None
    note: str = ""


@dataclass(frozen=True)
class OrderResponse:
    """An order confirmation: ``code`` is ``AP``, ``CA`` or ``RE``, and ``lines`` are
    written for ``CA`` alone, as the others say everything for all of them.
    ``promised`` is when all of it is delivered."""

    id: str
    order: str
    sales_order: str
    issued: date
    code: str
    currency: str
    seller: Party
    buyer: Party
    note: str = ""
    promised: Period | None = None
    lines: tuple[ResponseLine, ...] = ()


@dataclass(frozen=True)
class DespatchLine:
    """What was sent of a line; ``lots`` are pairs of ``lot`` or ``serial`` and a
    number."""

    id: str
    reference: str
    sales_line: str
    quantity: Decimal
    unit: str
    item: Item
    outstanding: Decimal = Decimal(0)
    outstanding_reason: str = ""
    lots: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class DespatchAdvice:
    """A delivery on its way: weight in kilograms, 0 where it is not known."""

    id: str
    issued: date
    order: str
    seller: Party
    buyer: Party
    receiver: Party
    despatched: date
    lines: tuple[DespatchLine, ...]
    note: str = ""
    carrier: str = ""
    tracking: str = ""
    weight: Decimal = Decimal(0)


@dataclass(frozen=True)
class CatalogueHead:
    """What a catalogue says of itself."""

    id: str
    name: str
    issued: date
    start: date
    end: date | None
    provider: Party
    receiver: Party


@dataclass(frozen=True)
class CatalogueLine:
    """A product that can be ordered, at the customer's price for one ``unit``.

    ``tax`` is a code of UNCL 5305 and a percentage.
    """

    id: str
    item: Item
    unit: str
    price: Decimal
    currency: str
    minimum: Decimal | None = None
    lead_days: int | None = None
    tax: tuple[str, Decimal] | None = None


def is_gtin(code: str) -> bool:
    """Whether a barcode is a GTIN: 8, 12, 13 or 14 digits, the last one checking."""
    if not (code.isascii() and code.isdigit() and len(code) in (8, 12, 13, 14)):
        return False
    total = sum(
        int(digit) * (3 if position % 2 else 1)
        for position, digit in enumerate(reversed(code))
    )
    return total % 10 == 0


# -- Writing ---------------------------------------------------------------------------


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text).strip()


def _write(number: Decimal) -> str:
    """Write a number as XML Schema wants it: no exponent, no needless zeros."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _open(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_CAC}}}{name}")


def _add(
    parent: etree._Element, name: str, value: str | Decimal | date | None, **attributes
) -> None:
    """Add a basic component, unless there is nothing to say."""
    if isinstance(value, Decimal):
        text = _write(value)
    elif isinstance(value, date):
        text = value.strftime("%Y-%m-%d")
    else:
        text = _clean(value or "")
    if text:
        node = etree.SubElement(parent, f"{{{_CBC}}}{name}", attributes)
        node.text = text


def _start(document: str) -> etree._Element:
    root = etree.Element(
        f"{{{_UBL}{document}-2}}{document}",
        nsmap={None: f"{_UBL}{document}-2", "cac": _CAC, "cbc": _CBC},
    )
    transaction, profile = {
        "OrderResponse": ("order_response", "ordering"),
        "DespatchAdvice": ("despatch_advice", "despatch_advice"),
        "Catalogue": ("catalogue", "catalogue_wo_response"),
    }[document]
    _add(root, "CustomizationID", f"{_PEPPOL}trns:{transaction}:3")
    _add(root, "ProfileID", f"{_PEPPOL}bis:{profile}:3")
    return root


def _finish(root: etree._Element) -> bytes:
    return etree.tostring(
        root, xml_declaration=True, encoding="UTF-8", pretty_print=True
    )


def _add_endpoint(node: etree._Element, party: Party) -> None:
    _add(node, "EndpointID", party.endpoint, schemeID=party.scheme)


def _add_address(node: etree._Element, address: Address | None) -> None:
    if not address or not address.country:
        return
    postal = _open(node, "PostalAddress")
    _add(postal, "StreetName", address.street)
    _add(postal, "AdditionalStreetName", address.street2)
    _add(postal, "CityName", address.city)
    _add(postal, "PostalZone", address.zip)
    _add(postal, "CountrySubentity", address.region)
    _add(_open(postal, "Country"), "IdentificationCode", address.country)


def _add_legal_entity(node: etree._Element, party: Party) -> None:
    _add(_open(node, "PartyLegalEntity"), "RegistrationName", party.name)


def _add_contact(node: etree._Element, name: str, party: Party) -> None:
    if _clean(party.contact) or _clean(party.phone) or _clean(party.email):
        contact = _open(node, name)
        _add(contact, "Name", party.contact)
        _add(contact, "Telephone", party.phone)
        _add(contact, "ElectronicMail", party.email)


def _add_item_ids(node: etree._Element, item: Item) -> None:
    if _clean(item.buyer_id):
        _add(_open(node, "BuyersItemIdentification"), "ID", item.buyer_id)
    if _clean(item.seller_id):
        _add(_open(node, "SellersItemIdentification"), "ID", item.seller_id)
    if is_gtin(item.gtin):
        standard = _open(node, "StandardItemIdentification")
        _add(standard, "ID", item.gtin, schemeID="0160")


def _add_period(node: etree._Element, name: str, start: date, end: date | None) -> None:
    period = _open(node, name)
    _add(period, "StartDate", start)
    _add(period, "EndDate", end)


def _add_promise(node: etree._Element, promised: Period | None) -> None:
    if promised:
        _add_period(_open(node, "Delivery"), "PromisedDeliveryPeriod", *promised)


# -- Order response --------------------------------------------------------------------


def build_order_response(response: OrderResponse) -> bytes:
    """Return an order confirmation as Peppol's Order Response (T76)."""
    root = _start("OrderResponse")
    _add(root, "ID", response.id)
    _add(root, "SalesOrderID", response.sales_order)
    _add(root, "IssueDate", response.issued)
    _add(root, "OrderResponseCode", response.code)
    _add(root, "Note", response.note)
    _add(root, "DocumentCurrencyCode", response.currency)
    _add(_open(root, "OrderReference"), "ID", response.order)
    for name, party in (
        ("SellerSupplierParty", response.seller),
        ("BuyerCustomerParty", response.buyer),
    ):
        node = _open(_open(root, name), "Party")
        _add_endpoint(node, party)
        _add_legal_entity(node, party)
    if response.code != REJECTED:
        _add_promise(root, response.promised)
    for line in response.lines if response.code == CHANGED else ():
        _add_response_line(root, line, response.currency)
    return _finish(root)


def _add_response_line(root, line: ResponseLine, currency: str) -> None:
    order_line = _open(root, "OrderLine")
    node = _open(order_line, "LineItem")
    _add(node, "ID", line.id)
    _add(node, "Note", line.note)
    _add(node, "LineStatusCode", line.status)
    if line.quantity is not None:
        _add(node, "Quantity", line.quantity, unitCode=line.unit)
    _add_promise(node, line.promised)
    if line.price is not None:
        _add(_open(node, "Price"), "PriceAmount", line.price, currencyID=currency)
    item = _open(node, "Item")
    _add(item, "Name", line.item.name)
    _add_item_ids(item, line.item)
    _add(_open(order_line, "OrderLineReference"), "LineID", line.reference)


# -- Despatch advice -------------------------------------------------------------------


def build_despatch_advice(advice: DespatchAdvice) -> bytes:
    """Return a delivery as Peppol's Despatch Advice (T16)."""
    root = _start("DespatchAdvice")
    _add(root, "ID", advice.id)
    _add(root, "IssueDate", advice.issued)
    _add(root, "Note", advice.note)
    if _clean(advice.order):
        _add(_open(root, "OrderReference"), "ID", advice.order)
    node = _open(_open(root, "DespatchSupplierParty"), "Party")
    _add_endpoint(node, advice.seller)
    _add_address(node, advice.seller.address)
    _add_legal_entity(node, advice.seller)
    _add_contact(node, "Contact", advice.seller)
    receiver = _open(root, "DeliveryCustomerParty")
    node = _open(receiver, "Party")
    _add_endpoint(node, advice.receiver)
    _add_address(node, advice.receiver.address)
    _add_legal_entity(node, advice.receiver)
    _add_contact(receiver, "DeliveryContact", advice.receiver)
    for name, party in (
        ("BuyerCustomerParty", advice.buyer),
        ("SellerSupplierParty", advice.seller),
    ):
        node = _open(_open(root, name), "Party")
        _add(_open(node, "PartyName"), "Name", party.name)
        _add_address(node, party.address)
    _add_shipment(root, advice)
    for line in advice.lines:
        _add_despatch_line(root, line)
    return _finish(root)


def _add_shipment(root, advice: DespatchAdvice) -> None:
    shipment = _open(root, "Shipment")
    _add(shipment, "ID", advice.id)
    if advice.weight > 0:
        _add(shipment, "GrossWeightMeasure", advice.weight, unitCode="KGM")
    if _clean(advice.carrier):
        consignment = _open(shipment, "Consignment")
        _add(consignment, "ID", _clean(advice.tracking) or advice.id)
        carrier = _open(consignment, "CarrierParty")
        _add(_open(carrier, "PartyName"), "Name", advice.carrier)
    delivery = _open(shipment, "Delivery")
    _add(delivery, "TrackingID", advice.tracking)
    _add(_open(delivery, "Despatch"), "ActualDespatchDate", advice.despatched)


def _add_despatch_line(root, line: DespatchLine) -> None:
    node = _open(root, "DespatchLine")
    _add(node, "ID", line.id)
    _add(node, "DeliveredQuantity", line.quantity, unitCode=line.unit)
    if line.outstanding > 0:
        _add(node, "OutstandingQuantity", line.outstanding, unitCode=line.unit)
        _add(node, "OutstandingReason", line.outstanding_reason)
    reference = _open(node, "OrderLineReference")
    _add(reference, "LineID", line.reference)
    _add(reference, "SalesOrderLineID", line.sales_line)
    item = _open(node, "Item")
    _add(item, "Name", line.item.name)
    _add_item_ids(item, line.item)
    for kind, number in line.lots:
        if not _clean(number):
            continue
        instance = _open(item, "ItemInstance")
        if kind == "serial":
            _add(instance, "SerialID", number)
        else:
            _add(_open(instance, "LotIdentification"), "LotNumberID", number)


# -- Catalogue -------------------------------------------------------------------------


def write_catalogue(
    target: BinaryIO, head: CatalogueHead, lines: Iterable[CatalogueLine]
) -> int:
    """Write a catalogue (T19) line by line: its length costs no memory.

    :param lines: read once, as they are written
    :return: the number of lines
    """
    root = _start("Catalogue")
    _add(root, "ID", head.id)
    _add(root, "Name", head.name)
    _add(root, "IssueDate", head.issued)
    _add_period(root, "ValidityPeriod", head.start, head.end)
    for name, party in (
        ("ProviderParty", head.provider),
        ("ReceiverParty", head.receiver),
    ):
        node = _open(root, name)
        _add_endpoint(node, party)
        _add_address(node, party.address)
        _add_legal_entity(node, party)
    for name, party in (
        ("SellerSupplierParty", head.provider),
        ("ContractorCustomerParty", head.receiver),
    ):
        node = _open(_open(root, name), "Party")
        _add(_open(node, "PartyName"), "Name", party.name)
        _add_address(node, party.address)
        _add_contact(node, "Contact", party)
    count = 0
    with etree.xmlfile(target, encoding="UTF-8") as file:
        file.write_declaration()
        with file.element(root.tag, nsmap=root.nsmap):
            for node in root:
                file.write(node)
            for line in lines:
                file.write(_build_catalogue_line(root, line))
                count += 1
    return count


def _build_catalogue_line(root, line: CatalogueLine) -> etree._Element:
    node = etree.Element(f"{{{_CAC}}}CatalogueLine", nsmap=root.nsmap)
    _add(node, "ID", line.id)
    _add(node, "OrderableIndicator", "true")
    _add(node, "OrderableUnit", line.unit)
    if line.minimum:
        _add(node, "MinimumOrderQuantity", line.minimum, unitCode=line.unit)
    location = _open(node, "RequiredItemLocationQuantity")
    if line.lead_days:
        _add(location, "LeadTimeMeasure", Decimal(line.lead_days), unitCode="DAY")
    price = _open(location, "Price")
    _add(price, "PriceAmount", line.price, currencyID=line.currency)
    _add(price, "BaseQuantity", Decimal(1), unitCode=line.unit)
    item = _open(node, "Item")
    _add(item, "Description", line.item.description)
    _add(item, "Name", line.item.name)
    _add_item_ids(item, line.item)
    for code_list, code in line.item.classifications:
        if _clean(code):
            classification = _open(item, "CommodityClassification")
            _add(classification, "ItemClassificationCode", code, listID=code_list)
    if line.tax:
        category, percent = line.tax
        tax = _open(item, "ClassifiedTaxCategory")
        _add(tax, "ID", category)
        if category != "O":
            _add(tax, "Percent", percent)
        _add(_open(tax, "TaxScheme"), "ID", "VAT")
    return node
