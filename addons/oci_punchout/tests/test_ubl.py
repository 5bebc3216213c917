import io
from datetime import date
from decimal import Decimal
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from odoo.addons.oci_punchout import ubl

from .peppol import NAMESPACES, find_faults

texts = st.text(max_size=60) | st.sampled_from(
    [
        "",
        "  ",
        "A\x00B",
        "\ud800".encode("utf-8", "replace").decode(),
        "<b>&amp;",
        "é😀",
    ]
)
names = texts.map(lambda text: f"N{text}")
quantities = st.decimals(min_value=0, max_value=10**9, places=3)
prices = st.decimals(min_value=0, max_value=10**9, places=6)
dates = st.dates(min_value=date(1900, 1, 1))
periods = st.none() | st.tuples(dates, st.none() | dates).filter(
    lambda period: period[1] is None or period[0] <= period[1]
)
units = st.sampled_from(["C62", "KGM", "MTR"])
addresses = st.none() | st.builds(
    ubl.Address,
    country=st.sampled_from(["DE", "NO", ""]),
    street=texts,
    street2=texts,
    city=texts,
    zip=texts,
    region=texts,
)
parties = st.builds(
    ubl.Party,
    name=names,
    scheme=st.just("0088"),
    endpoint=st.sampled_from(["7300010000001", "4012345000009"]),
    address=addresses,
    contact=texts,
    phone=texts,
    email=texts,
)
items = st.builds(
    ubl.Item,
    name=names,
    seller_id=names,
    gtin=st.sampled_from(["", "4006381333931", "4006381333932", "no", "96385074"]),
    buyer_id=texts,
    description=texts,
    classifications=st.lists(
        st.tuples(st.sampled_from([ubl.UNSPSC, ubl.ECLASS]), texts), max_size=2
    ).map(tuple),
)


def number(lines):
    """Give lines the ids 1 to N, as a document has them."""
    return st.lists(lines, min_size=1, max_size=4).map(
        lambda found: tuple(
            type(line)(**{**line.__dict__, "id": str(index)})
            for index, line in enumerate(found, start=1)
        )
    )


responses = st.builds(
    ubl.OrderResponse,
    id=names,
    order=names,
    sales_order=texts,
    issued=dates,
    code=st.sampled_from([ubl.ACCEPTED, ubl.CHANGED, ubl.REJECTED]),
    currency=st.just("EUR"),
    seller=parties,
    buyer=parties,
    note=texts,
    promised=periods,
    lines=number(
        st.builds(
            ubl.ResponseLine,
            id=st.just(""),
            reference=names,
            status=st.sampled_from(
                [
                    ubl.LINE_ADDED,
                    ubl.LINE_CHANGED,
                    ubl.LINE_ACCEPTED,
                    ubl.LINE_REJECTED,
                ]
            ),
            item=items,
            quantity=st.none() | quantities,
            unit=units,
            price=st.none() | prices,
            promised=periods,
            note=texts,
        )
    ),
)
advices = st.builds(
    ubl.DespatchAdvice,
    id=names,
    issued=dates,
    order=texts,
    seller=parties,
    buyer=parties,
    receiver=parties,
    despatched=dates,
    note=texts,
    carrier=texts,
    tracking=texts,
    weight=quantities,
    lines=number(
        st.builds(
            ubl.DespatchLine,
            id=st.just(""),
            reference=names,
            sales_line=texts,
            quantity=quantities,
            unit=units,
            item=items,
            outstanding=quantities,
            outstanding_reason=names,
            lots=st.lists(
                st.tuples(st.sampled_from(["lot", "serial"]), texts), max_size=3
            ).map(tuple),
        )
    ),
)
heads = st.builds(
    ubl.CatalogueHead,
    id=names,
    name=texts,
    issued=dates,
    start=dates,
    end=st.none(),
    provider=parties,
    receiver=parties,
)
catalogue_lines = number(
    st.builds(
        ubl.CatalogueLine,
        id=st.just(""),
        item=items,
        unit=units,
        price=prices,
        currency=st.just("EUR"),
        minimum=st.none() | quantities,
        lead_days=st.none() | st.integers(0, 999),
        tax=st.none()
        | st.sampled_from(
            [("S", Decimal("19.00")), ("Z", Decimal(0)), ("O", Decimal(0))]
        ),
    )
)


class TestUbl(TestCase):
    @given(responses)
    def test_every_order_response_obeys_peppol_and_the_schema(self, response):
        self.assertEqual(find_faults(ubl.build_order_response(response)), [])

    @given(advices)
    def test_every_despatch_advice_obeys_peppol_and_the_schema(self, advice):
        self.assertEqual(find_faults(ubl.build_despatch_advice(advice)), [])

    @given(heads, catalogue_lines)
    def test_every_catalogue_obeys_peppol_and_the_schema(self, head, lines):
        target = io.BytesIO()
        self.assertEqual(ubl.write_catalogue(target, head, lines), len(lines))
        self.assertEqual(find_faults(target.getvalue()), [])

    @given(catalogue_lines, heads)
    def test_prices_of_a_catalogue_are_read_as_they_were_written(self, lines, head):
        target = io.BytesIO()
        ubl.write_catalogue(target, head, iter(lines))
        root = etree.fromstring(target.getvalue())
        self.assertEqual(
            [Decimal(each.text) for each in root.iterfind(".//{*}PriceAmount")],
            [line.price for line in lines],
        )

    def test_a_catalogue_is_written_while_its_products_are_read(self):
        party = ubl.Party("Customer", "0088", "7300010000001")
        head = ubl.CatalogueHead(
            "C1", "", date(2026, 1, 1), date(2026, 1, 1), None, party, party
        )
        target = io.BytesIO()
        sizes = []

        def read_lines():
            for index in range(20000):
                sizes.append(target.tell())
                yield ubl.CatalogueLine(
                    id=str(index),
                    item=ubl.Item("Screw", f"S{index}"),
                    unit="C62",
                    price=Decimal("1.50"),
                    currency="EUR",
                )

        self.assertEqual(ubl.write_catalogue(target, head, read_lines()), 20000)
        self.assertGreater(sizes[-1], 10**6)
        lines = etree.fromstring(target.getvalue()).iterfind(
            "cac:CatalogueLine", NAMESPACES
        )
        self.assertEqual(sum(1 for _line in lines), 20000)

    def test_only_a_barcode_with_a_right_check_digit_is_a_gtin(self):
        self.assertTrue(ubl.is_gtin("4006381333931"))
        for code in ("4006381333932", "", "ABC", "400638133393", "٤٠٠٦٣٨١٣٣٣٩٣١"):
            self.assertFalse(ubl.is_gtin(code), code)
