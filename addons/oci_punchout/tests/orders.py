"""Orders as customers' systems write them: Peppol BIS Ordering 3 and UBL alike."""

from xml.sax.saxutils import escape

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">"""


def _ref(name, number):
    return f"<cac:{name}><cbc:ID>{escape(number)}</cbc:ID></cac:{name}>"


def _wanted(days):
    """The period in which something is to come: texts, either may be empty."""
    if not days:
        return ""
    inner = "".join(
        f"<cbc:{name}>{day}</cbc:{name}>"
        for name, day in zip(("StartDate", "EndDate"), days, strict=True)
        if day
    )
    return (
        f"<cac:Delivery><cac:RequestedDeliveryPeriod>{inner}"
        "</cac:RequestedDeliveryPeriod></cac:Delivery>"
    )


def build_line(
    number,
    quantity,
    *,
    price=None,
    unit="C62",
    seller="",
    buyer="",
    gtin="",
    name="Thing",
    base=None,
    quotation=None,
    quotation_line=None,
    currency="EUR",
    wanted=None,
):
    """Return a line; ``quotation`` and ``quotation_line`` go along as OCI fields.

    :param wanted: first and last day on which it is to come, as texts
    """
    ids = "".join(
        f"<cac:{party}ItemIdentification><cbc:ID>{escape(text)}</cbc:ID>"
        f"</cac:{party}ItemIdentification>"
        for party, text in (
            ("Buyers", buyer),
            ("Sellers", seller),
            ("Standard", gtin),
        )
        if text
    )
    properties = "".join(
        f"<cac:AdditionalItemProperty><cbc:Name>{key}</cbc:Name>"
        f"<cbc:Value>{escape(str(text))}</cbc:Value></cac:AdditionalItemProperty>"
        for key, text in (
            ("EXT_QUOTE_ID", quotation),
            ("EXT_QUOTE_ITEM", quotation_line),
        )
        if text
    )
    amount = ""
    if price is not None:
        amount = f'<cbc:PriceAmount currencyID="{currency}">{price}</cbc:PriceAmount>'
        if base:
            amount += f'<cbc:BaseQuantity unitCode="{unit}">{base}</cbc:BaseQuantity>'
        amount = f"<cac:Price>{amount}</cac:Price>"
    return (
        f"<cac:OrderLine><cac:LineItem><cbc:ID>{number}</cbc:ID>"
        f'<cbc:Quantity unitCode="{unit}">{quantity}</cbc:Quantity>'
        f"{_wanted(wanted)}{amount}"
        f"<cac:Item><cbc:Name>{escape(name)}</cbc:Name>{ids}{properties}</cac:Item>"
        "</cac:LineItem></cac:OrderLine>"
    )


def build_order(
    lines,
    *,
    number="PO-1",
    quotation="",
    reference="QuotationDocumentReference",
    customization="urn:fdc:peppol.eu:poacc:trns:order:3",
    endpoint=("", ""),
    vat="",
    name="Azure",
    note="",
    currency="EUR",
    wanted=None,
):
    """Return an order as bytes.

    :param lines: as ``build_line`` returns them
    :param reference: where the quotation is named, ``SalesOrderID`` too
    :param wanted: first and last day on which all of it is to come, as texts
    """
    scheme, address = endpoint
    sales = ""
    if reference == "SalesOrderID" and quotation:
        sales = f"<cbc:SalesOrderID>{quotation}</cbc:SalesOrderID>"
        quotation = ""
    party = (
        (
            f'<cbc:EndpointID schemeID="{scheme}">{address}</cbc:EndpointID>'
            if address
            else ""
        )
        + (
            f"<cac:PartyTaxScheme><cbc:CompanyID>{vat}</cbc:CompanyID><cac:TaxScheme>"
            "<cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"
            if vat
            else ""
        )
        + "<cac:PartyLegalEntity><cbc:RegistrationName>"
        + escape(name)
        + "</cbc:RegistrationName></cac:PartyLegalEntity>"
    )
    return (
        _HEAD
        + f"<cbc:CustomizationID>{customization}</cbc:CustomizationID>"
        + "<cbc:ProfileID>urn:fdc:peppol.eu:poacc:bis:ordering:3</cbc:ProfileID>"
        + f"<cbc:ID>{escape(number)}</cbc:ID>{sales}"
        + "<cbc:IssueDate>2026-11-20</cbc:IssueDate>"
        + (f"<cbc:Note>{escape(note)}</cbc:Note>" if note else "")
        + f"<cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>"
        + (_ref(reference, quotation) if quotation else "")
        + f"<cac:BuyerCustomerParty><cac:Party>{party}</cac:Party>"
        + "</cac:BuyerCustomerParty>"
        + "<cac:SellerSupplierParty><cac:Party><cac:PartyLegalEntity>"
        + "<cbc:RegistrationName>Us</cbc:RegistrationName></cac:PartyLegalEntity>"
        + "</cac:Party></cac:SellerSupplierParty>"
        + _wanted(wanted)
        + "".join(lines)
        + "</Order>"
    ).encode()
