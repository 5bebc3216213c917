"""Orders of UBL (Peppol BIS Ordering 3 and UBL 2.x in general), free of ``env``.

:func:`parse` reads a file that a stranger may have written, :func:`read_order` what it
orders, and :func:`compare` holds that against the lines of a quotation.

Amounts are ``Decimal``. Prices exclude taxes, for one unit.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from lxml import etree

#: A file's largest size in bytes, and an order's largest number of lines.
MAX_BYTES = 10 * 2**20
MAX_LINES = 10_000
#: Larger numbers than these are nobody's quantity or price.
_TOO_LARGE = Decimal(10) ** 12
_MAX_DIGITS = 40

_ORDER = "{urn:oasis:names:specification:ubl:schema:xsd:Order-2}Order"
_NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
#: Where an order may name its quotation, in the order in which they are believed.
QUOTATION_REFERENCES = (
    "cac:QuotationDocumentReference/cbc:ID",
    "cac:OriginatorDocumentReference/cbc:ID",
    "cbc:SalesOrderID",
    "cac:OrderDocumentReference/cbc:ID",
    "cac:AdditionalDocumentReference/cbc:ID",
)
#: The same for a line, where a quotation's lines are ordered one by one.
_LINE_QUOTATION = (
    "cac:QuotationLineReference/cac:DocumentReference/cbc:ID",
    "cac:DocumentReference/cbc:ID",
)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


class UnreadableOrder(ValueError):
    """A file that is no order one can work with.

    ``reason`` is ``size``, ``malformed``, ``entities``, ``lines``, ``number``,
    ``duplicate`` (of a line's id), ``missing`` (an order's number or a line's id) or
    ``empty``; ``detail`` is what the file says there.
    """

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Buyer:
    """Who says to have sent an order, by what identifies a company."""

    name: str = ""
    endpoints: tuple[tuple[str, str], ...] = ()
    tax_ids: tuple[str, ...] = ()
    company_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class OrderedLine:
    """A line of an order. ``price`` is for one unit, ``None`` where none is said;
    ``price_digits`` tells how many decimals it has for certain; ``wanted`` are the
    first and the last day on which it is to come, ``None`` where that is open."""

    id: str
    quantity: Decimal
    unit: str = ""
    price: Decimal | None = None
    price_digits: int = 2
    quotation: str = ""
    quotation_line: str = ""
    seller_id: str = ""
    buyer_id: str = ""
    gtin: str = ""
    name: str = ""
    wanted: tuple[date | None, date | None] = (None, None)

    def is_in_time(self, first: date, last: date) -> bool:
        """Whether a delivery within a period is one on the days that were asked for."""
        start, end = self.wanted
        return (not start or first >= start) and (not end or last <= end)


@dataclass(frozen=True)
class Order:
    """What an order says. ``references`` may name its quotation, the best first;
    ``line_references`` are what its lines name."""

    number: str
    issue_date: str
    currency: str
    note: str
    buyer: Buyer
    references: tuple[str, ...]
    line_references: tuple[str, ...]
    lines: tuple[OrderedLine, ...]


@dataclass(frozen=True)
class QuotedLine:
    """A line of the quotation; ``number`` is 0 for a line that was not transferred.
    ``prices`` are those that count as agreed, the first being the one that is shown."""

    key: int
    number: int
    quantity: Decimal
    units: frozenset[str]
    prices: tuple[Decimal, ...]
    seller_ids: frozenset[str] = frozenset()
    buyer_ids: frozenset[str] = frozenset()
    gtin: str = ""


@dataclass(frozen=True)
class Comparison:
    """A quoted line, an ordered one, or both; ``changes`` says how they differ:
    ``missing`` and ``added`` lines, ``quantity``, ``unit`` and ``price``."""

    quoted: QuotedLine | None
    ordered: OrderedLine | None
    changes: frozenset[str]


# -- Reading ---------------------------------------------------------------------------


def parse(content: bytes) -> etree._Element:
    """Return the root of an XML file, however ill-meant.

    :raise UnreadableOrder: ``size``, ``malformed`` or ``entities``
    """
    if len(content) > MAX_BYTES:
        raise UnreadableOrder("size", str(len(content)))
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableOrder("malformed", str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableOrder("entities")
    return root


def is_order(root: etree._Element) -> bool:
    """Whether an XML file is an order of UBL 2."""
    return root.tag == _ORDER


def get_fingerprint(root: etree._Element) -> bytes:
    """Return the file's canonical form: the same for what says the same."""
    return etree.tostring(root, method="c14n2", strip_text=True)


def _find_all(node: etree._Element, path: str) -> list[str]:
    found = node.findall(path, _NAMESPACES)
    return [text for each in found if (text := " ".join((each.text or "").split()))]


def _find(node: etree._Element, *paths: str) -> str:
    return next((text for path in paths for text in _find_all(node, path)), "")


def _read_number(text: str) -> Decimal:
    """Return a number as XML Schema writes decimals; anything else is refused."""
    if len(text) > _MAX_DIGITS or not _NUMBER.fullmatch(text) or not text.isascii():
        raise UnreadableOrder("number", text[:_MAX_DIGITS])
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise UnreadableOrder("number", text) from error
    if abs(number) >= _TOO_LARGE:
        raise UnreadableOrder("number", text)
    return number


def _read_property(item: etree._Element, name: str) -> str:
    """Return an item's additional property, such as the field that OCI sent along."""
    for each in item.findall("cac:AdditionalItemProperty", _NAMESPACES):
        said = _find(each, "cbc:Name").upper().replace("-", "_").replace(" ", "_")
        if said.removeprefix("NEW_ITEM_") == name:
            return _find(each, "cbc:Value")
    return ""


def _read_buyer(root: etree._Element) -> Buyer:
    party = root.find("cac:BuyerCustomerParty/cac:Party", _NAMESPACES)
    if party is None:
        return Buyer()
    endpoints = [
        (each.get("schemeID") or "", "".join((each.text or "").split()))
        for path in ("cbc:EndpointID", "cac:PartyIdentification/cbc:ID")
        for each in party.findall(path, _NAMESPACES)
    ]
    return Buyer(
        name=_find(
            party, "cac:PartyLegalEntity/cbc:RegistrationName", "cac:PartyName/cbc:Name"
        ),
        endpoints=tuple(pair for pair in endpoints if pair[1]),
        tax_ids=tuple(_find_all(party, "cac:PartyTaxScheme/cbc:CompanyID")),
        company_ids=tuple(_find_all(party, "cac:PartyLegalEntity/cbc:CompanyID")),
    )


def _read_date(text: str) -> date | None:
    """Return a day; what is none asks for none, and refuses no order."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _read_wanted(node: etree._Element) -> tuple[date | None, date | None]:
    """Return the first and the last day on which an order or a line is to come."""
    period = "cac:Delivery/cac:RequestedDeliveryPeriod/cbc:"
    return (
        _read_date(_find(node, f"{period}StartDate")),
        _read_date(_find(node, f"{period}EndDate")),
    )


def _read_line(order_line: etree._Element, wanted) -> OrderedLine:
    """Return a line of an order.

    :param wanted: the days on which the whole order is to come
    """
    line = order_line.find("cac:LineItem", _NAMESPACES)
    if line is None or not (number := _find(line, "cbc:ID")):
        raise UnreadableOrder("missing", "LineItem/ID")
    item = line.find("cac:Item", _NAMESPACES)
    if item is None:
        item = etree.Element("none")
    quantity_node = line.find("cbc:Quantity", _NAMESPACES)
    if quantity_node is None:
        raise UnreadableOrder("missing", f"LineItem[{number}]/Quantity")
    quantity = _read_number((quantity_node.text or "").strip())
    if quantity < 0:
        raise UnreadableOrder("number", str(quantity))
    price, digits = None, 2
    if said := _find(line, "cac:Price/cbc:PriceAmount"):
        amount = _read_number(said)
        base = _read_number(_find(line, "cac:Price/cbc:BaseQuantity") or "1")
        if amount < 0 or base <= 0:
            raise UnreadableOrder("number", said)
        price = amount / base
        digits = max(0, -amount.as_tuple().exponent) + max(0, base.adjusted())
    return OrderedLine(
        id=number,
        quantity=quantity,
        unit=(quantity_node.get("unitCode") or "").strip(),
        price=price,
        price_digits=digits,
        quotation=_find(order_line, *_LINE_QUOTATION)
        or _read_property(item, "EXT_QUOTE_ID"),
        quotation_line=_find(order_line, "cac:QuotationLineReference/cbc:LineID")
        or _read_property(item, "EXT_QUOTE_ITEM"),
        seller_id=_find(item, "cac:SellersItemIdentification/cbc:ID"),
        buyer_id=_find(item, "cac:BuyersItemIdentification/cbc:ID"),
        gtin=_find(item, "cac:StandardItemIdentification/cbc:ID"),
        name=_find(item, "cbc:Name", "cbc:Description"),
        wanted=own if any(own := _read_wanted(line)) else wanted,
    )


def read_order(root: etree._Element) -> Order:
    """Return what an order says.

    :param root: of an order, as :func:`parse` returns it
    :raise UnreadableOrder: ``lines``, ``number``, ``duplicate``, ``missing``, ``empty``
    """
    nodes = root.findall("cac:OrderLine", _NAMESPACES)
    if len(nodes) > MAX_LINES:
        raise UnreadableOrder("lines", str(len(nodes)))
    if not nodes:
        raise UnreadableOrder("empty")
    if not (number := _find(root, "cbc:ID")):
        raise UnreadableOrder("missing", "ID")
    wanted = _read_wanted(root)
    lines = tuple(_read_line(node, wanted) for node in nodes)
    seen = set()
    for line in lines:
        if line.id in seen:
            raise UnreadableOrder("duplicate", line.id)
        seen.add(line.id)
    references = [
        text for path in QUOTATION_REFERENCES for text in _find_all(root, path)
    ]
    line_references = [line.quotation for line in lines if line.quotation]
    return Order(
        number=number,
        issue_date=_find(root, "cbc:IssueDate"),
        currency=_find(root, "cbc:DocumentCurrencyCode"),
        note=_find(root, "cbc:Note"),
        buyer=_read_buyer(root),
        references=tuple(dict.fromkeys(references)),
        line_references=tuple(dict.fromkeys(line_references)),
        lines=lines,
    )


# -- Whose it is -----------------------------------------------------------------------


def normalise_id(identifier: str) -> str:
    """Return an identifier of a company without the dots and blanks people write."""
    return re.sub(r"[^0-9A-Za-z]", "", identifier).upper()


def is_sent_by(sender: Buyer, customer: Buyer) -> bool:
    """Whether an order comes from a customer.

    A tax number that differs tells a stranger, whatever else agrees. Else an electronic
    address, a tax number or a registration number has to agree. A customer of whom none
    of these is known is recognised by the registered name.
    """
    theirs = {normalise_id(text) for text in sender.tax_ids}
    known = {normalise_id(text) for text in customer.tax_ids}
    if theirs and known and not theirs & known:
        return False
    if theirs & known:
        return True
    if {(scheme, normalise_id(text)) for scheme, text in sender.endpoints} & {
        (scheme, normalise_id(text)) for scheme, text in customer.endpoints
    }:
        return True
    if {normalise_id(text) for text in sender.company_ids} & {
        normalise_id(text) for text in customer.company_ids
    }:
        return True
    if customer.tax_ids or customer.endpoints or customer.company_ids:
        return False
    return bool(sender.name) and sender.name.casefold() == customer.name.casefold()


# -- Line by line ----------------------------------------------------------------------


#: How a line's product may be named, in the order in which it is believed.
_NAMINGS = ("seller", "buyer", "gtin")


def _get_names(line: QuotedLine, naming: str) -> frozenset[str]:
    if naming == "gtin":
        return frozenset({line.gtin.lstrip("0")} - {""})
    return line.seller_ids if naming == "seller" else line.buyer_ids


def _get_name(line: OrderedLine, naming: str) -> str:
    if naming == "gtin":
        return line.gtin.lstrip("0")
    return line.seller_id if naming == "seller" else line.buyer_id


def _is_another_product(quoted: QuotedLine, ordered: OrderedLine) -> bool:
    """Whether something names the product, and nothing names the quoted one."""
    answers = [
        _get_name(ordered, naming) in _get_names(quoted, naming)
        for naming in _NAMINGS
        if _get_names(quoted, naming) and _get_name(ordered, naming)
    ]
    return bool(answers) and not any(answers)


def _is_same_price(quoted: QuotedLine, ordered: OrderedLine, digits: int) -> bool:
    """Whether a price is an agreed one, as far as the order has decimals."""
    if ordered.price is None:
        return True
    step = Decimal(1).scaleb(-max(digits, ordered.price_digits))
    asked = ordered.price.quantize(step, ROUND_HALF_UP)
    return any(price.quantize(step, ROUND_HALF_UP) == asked for price in quoted.prices)


def _find_changes(quoted: QuotedLine, ordered: OrderedLine, digits: int) -> frozenset:
    changes = set()
    if quoted.quantity != ordered.quantity:
        changes.add("quantity")
    if quoted.units and ordered.unit and ordered.unit not in quoted.units:
        changes.add("unit")
    if not _is_same_price(quoted, ordered, digits):
        changes.add("price")
    return frozenset(changes)


def compare(
    quoted: Iterable[QuotedLine],
    ordered: Iterable[OrderedLine],
    quotation: str,
    digits: int = 2,
) -> tuple[Comparison, ...]:
    """Hold an order against a quotation, line by line.

    A line is found by its number in the quotation, unless its product is another one;
    then by the seller's product number, the buyer's, and the GTIN. Of several lines of
    one product the one with the same quantity is taken first.

    :param quotation: the quotation's number
    :param digits: decimals of the currency
    :return: every quoted line in its order, and then what was added
    """
    quoted, ordered = tuple(quoted), tuple(ordered)
    by_number = {str(line.number): line for line in quoted if line.number}
    partner: dict[int, OrderedLine] = {}
    left: list[OrderedLine] = []
    for line in ordered:
        own = not line.quotation or line.quotation == quotation
        found = by_number.get(line.quotation_line.lstrip("0")) if own else None
        if not found or found.key in partner or _is_another_product(found, line):
            left.append(line)
        else:
            partner[found.key] = line

    for naming in _NAMINGS:
        index: dict[str, list[QuotedLine]] = {}
        for candidate in quoted:
            for name in _get_names(candidate, naming):
                index.setdefault(name, []).append(candidate)
        for is_exact in (True, False):
            lines, left = left, []
            for line in lines:
                found = next(
                    (
                        candidate
                        for candidate in index.get(_get_name(line, naming), ())
                        if candidate.key not in partner
                        and (not is_exact or candidate.quantity == line.quantity)
                    ),
                    None,
                )
                if found:
                    partner[found.key] = line
                else:
                    left.append(line)

    result = [
        Comparison(line, match, _find_changes(line, match, digits))
        if (match := partner.get(line.key))
        else Comparison(line, None, frozenset({"missing"}))
        for line in quoted
    ]
    result += [Comparison(None, line, frozenset({"added"})) for line in left]
    return tuple(result)
