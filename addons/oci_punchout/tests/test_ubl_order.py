import itertools
from collections import Counter
from decimal import Decimal
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.oci_punchout import ubl_order
from odoo.addons.oci_punchout.ubl_order import Buyer, OrderedLine, QuotedLine

from .orders import build_line, build_order
from .peppol import validate

codes = st.sampled_from(["A", "B", "C", ""])
quoted_lines = st.lists(
    st.builds(
        QuotedLine,
        key=st.just(0),
        number=st.just(0),
        quantity=st.integers(1, 4).map(Decimal),
        units=st.sampled_from([frozenset({"C62", "EA"}), frozenset()]),
        prices=st.sampled_from([(Decimal("1.005"),), (Decimal(2), Decimal("2.42"))]),
        seller_ids=st.sampled_from([frozenset({"A"}), frozenset({"B"})]),
        buyer_ids=st.sampled_from([frozenset(), frozenset({"C"})]),
        gtin=st.sampled_from(["", "4006381333931"]),
    ),
    max_size=5,
).map(
    lambda lines: tuple(
        QuotedLine(**{**line.__dict__, "key": 100 + number, "number": number})
        for number, line in enumerate(lines, start=1)
    )
)
ordered_lines = st.lists(
    st.builds(
        OrderedLine,
        id=st.just(""),
        quantity=st.integers(0, 4).map(Decimal),
        unit=st.sampled_from(["", "C62", "KGM"]),
        price=st.sampled_from([None, Decimal("1.01"), Decimal("2.42"), Decimal(2)]),
        quotation=st.sampled_from(["", "S1", "S2"]),
        quotation_line=st.sampled_from(["", "1", "2", "003", "9"]),
        seller_id=codes,
        buyer_id=codes,
        gtin=st.sampled_from(["", "4006381333931", "04006381333931"]),
    ),
    max_size=5,
).map(
    lambda lines: tuple(
        OrderedLine(**{**line.__dict__, "id": str(number)})
        for number, line in enumerate(lines, start=10)
    )
)


def read(content):
    return ubl_order.read_order(ubl_order.parse(content))


class TestUblOrder(TestCase):
    def test_our_example_orders_are_valid_ubl(self):
        content = build_order(
            [build_line(1, 2, price="1.5", base=10, seller="A", quotation_line=1)],
            quotation="S1",
            endpoint=("0088", "7300010000001"),
            vat="NL1",
        )
        self.assertEqual(validate(content), [])

    def test_an_order_is_read_as_it_was_written(self):
        order = read(
            build_order(
                [
                    build_line(
                        "10", "2.5", price="30.15", base=10, unit="MTR", seller="CAB-1"
                    ),
                    build_line("20", 3, quotation="S7", quotation_line="2", buyer="B"),
                ],
                quotation="S0001",
                endpoint=("0088", "7300010000001"),
                vat="NL 123.B01",
                note="Gate 4",
            )
        )
        self.assertEqual(
            (order.number, order.references, order.line_references, order.note),
            ("PO-1", ("S0001",), ("S7",), "Gate 4"),
        )
        self.assertEqual(order.buyer.endpoints, (("0088", "7300010000001"),))
        first, second = order.lines
        self.assertEqual(
            (first.id, first.quantity, first.unit, first.price),
            ("10", Decimal("2.5"), "MTR", Decimal("3.015")),
        )
        self.assertEqual(first.price_digits, 3)
        self.assertEqual((second.quotation_line, second.price), ("2", None))

    def test_the_quotation_reference_is_believed_before_others(self):
        for place in (
            "QuotationDocumentReference",
            "OriginatorDocumentReference",
            "SalesOrderID",
            "OrderDocumentReference",
            "AdditionalDocumentReference",
        ):
            content = build_order([build_line(1, 1)], quotation="S1", reference=place)
            self.assertEqual(read(content).references, ("S1",), place)
        both = build_order([build_line(1, 1)], quotation="S1").replace(
            b"<cac:BuyerCustomerParty>",
            b"<cac:OriginatorDocumentReference><cbc:ID>S2</cbc:ID>"
            b"</cac:OriginatorDocumentReference><cac:BuyerCustomerParty>",
        )
        self.assertEqual(read(both).references, ("S1", "S2"))

    def test_what_cannot_be_an_order_is_refused_with_its_reason(self):
        order = build_order([build_line(1, 1)])
        bomb = (
            b'<!DOCTYPE o [<!ENTITY a "aaaaaaaaaa">'
            + b"".join(
                b'<!ENTITY %c "%s">' % (name, b"&%c;" % (name - 1) * 10)
                for name in range(ord("b"), ord("k"))
            )
            + b"]>"
        )
        body = order.partition(b"?>")[2]
        for reason, content in (
            ("malformed", b""),
            ("malformed", order[:-9]),
            ("malformed", b"\x00\x01"),
            ("size", order + b" " * ubl_order.MAX_BYTES),
            ("entities", bomb + body),
            ("entities", b"<!DOCTYPE Order>" + body),
            (
                "entities",
                b'<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
                + body.replace(b"PO-1", b"&x;"),
            ),
            ("empty", build_order([])),
            ("missing", build_order([build_line(1, 1)], number=" ")),
            ("missing", build_order([build_line("", 1)])),
            ("duplicate", build_order([build_line(1, 1), build_line(1, 2)])),
            ("number", build_order([build_line(1, "NaN")])),
            ("number", build_order([build_line(1, "-1")])),
            ("number", build_order([build_line(1, "1e9")])),
            ("number", build_order([build_line(1, "9" * 50)])),
            ("number", build_order([build_line(1, "٣")])),
            ("number", build_order([build_line(1, 1, price=1, base="0")])),
            ("lines", build_order([build_line(1, 1)] * (ubl_order.MAX_LINES + 1))),
        ):
            with (
                self.subTest(reason, content=content[:200]),
                self.assertRaises(ubl_order.UnreadableOrder) as caught,
            ):
                read(content)
            self.assertEqual(caught.exception.reason, reason)

    def test_a_bomb_in_an_attribute_does_no_harm(self):
        content = (
            b'<!DOCTYPE o [<!ENTITY a "' + b"a" * 1000 + b'">'
            b'<!ENTITY b "'
            + b"&a;" * 1000
            + b'"><!ENTITY c "'
            + b"&b;" * 1000
            + b'">]>'
            b'<Order x="&c;"/>'
        )
        with self.assertRaises(ubl_order.UnreadableOrder):
            ubl_order.parse(content)

    def test_the_same_order_written_another_way_has_the_same_fingerprint(self):
        one = build_order([build_line(1, 1)], quotation="S1")
        other = (
            one.replace(b"><", b">\n   <")
            .replace(b"cbc:", b"x:")
            .replace(b"xmlns:cbc", b"xmlns:x")
        )
        changed = one.replace(b"PO-1", b"PO-2")
        first, second, third = (
            ubl_order.get_fingerprint(ubl_order.parse(content))
            for content in (one, one.replace(b"><", b">\n  <"), changed)
        )
        self.assertEqual(first, second)
        self.assertNotEqual(first, third)
        self.assertEqual(read(one), read(other))

    # -- Whose it is ---

    def test_a_sender_is_known_by_what_identifies_a_company(self):
        customer = Buyer(
            "Azure", (("0088", "7300010000001"),), ("NL123456782B90",), ("12345678",)
        )
        for sender in (
            Buyer(tax_ids=("nl 1234.56.782.B90",)),
            Buyer(endpoints=(("0088", "7300010000001"),)),
            Buyer(company_ids=("1234 5678",)),
        ):
            self.assertTrue(ubl_order.is_sent_by(sender, customer), sender)
        for stranger in (
            Buyer("Azure"),
            Buyer("Azure", (("0106", "7300010000001"),)),
            # The address of a service provider says nothing against a VAT number.
            Buyer("Azure", customer.endpoints, ("NL999999999B01",)),
            Buyer(),
        ):
            self.assertFalse(ubl_order.is_sent_by(stranger, customer), stranger)
        self.assertTrue(ubl_order.is_sent_by(Buyer("AZURE"), Buyer("Azure")))
        self.assertFalse(ubl_order.is_sent_by(Buyer("Other"), Buyer("Azure")))
        self.assertFalse(ubl_order.is_sent_by(Buyer(), Buyer()))

    # -- Line by line ---

    @given(quoted_lines, ordered_lines)
    def test_no_line_is_lost_and_none_is_matched_twice(self, quoted, ordered):
        result = ubl_order.compare(quoted, ordered, "S1")
        self.assertEqual([pair.quoted for pair in result if pair.quoted], list(quoted))
        self.assertEqual(
            Counter(pair.ordered.id for pair in result if pair.ordered),
            Counter(line.id for line in ordered),
        )
        for pair in result:
            if pair.quoted is None:
                self.assertEqual(pair.changes, {"added"})
            elif pair.ordered is None:
                self.assertEqual(pair.changes, {"missing"})
            else:
                self.assertEqual(
                    "quantity" in pair.changes,
                    pair.quoted.quantity != pair.ordered.quantity,
                )

    @given(quoted_lines, ordered_lines)
    def test_two_lines_that_belong_together_are_never_both_left_alone(
        self, quoted, ordered
    ):
        result = ubl_order.compare(quoted, ordered, "S1")
        missing = [pair.quoted for pair in result if pair.ordered is None]
        added = [pair.ordered for pair in result if pair.quoted is None]
        for one, other in itertools.product(missing, added):
            self.assertNotIn(other.seller_id or None, one.seller_ids)
            self.assertNotIn(other.buyer_id or None, one.buyer_ids)

    @given(quoted_lines)
    def test_what_was_quoted_and_comes_back_is_equal(self, quoted):
        ordered = [
            OrderedLine(
                id=str(line.key),
                quantity=line.quantity,
                unit="EA" if line.units else "",
                price=line.prices[-1],
                price_digits=3,
                quotation_line=str(line.number),
            )
            for line in quoted
        ]
        for order in (ordered, ordered[::-1]):
            result = ubl_order.compare(quoted, order, "S1")
            self.assertFalse([pair for pair in result if pair.changes])

    def test_the_line_number_counts_unless_the_product_is_another(self):
        screw, nut = (
            QuotedLine(
                number,
                number,
                Decimal(5),
                frozenset(),
                (Decimal(1),),
                frozenset({code}),
            )
            for number, code in ((1, "SCREW"), (2, "NUT"))
        )

        def match(**values):
            line = OrderedLine("10", Decimal(5), **values)
            (found,) = (
                pair.quoted
                for pair in ubl_order.compare((screw, nut), (line,), "S1")
                if pair.ordered
            )
            return found

        self.assertEqual(match(quotation_line="2"), nut)
        self.assertEqual(match(quotation_line="2", seller_id="NUT"), nut)
        self.assertEqual(match(quotation_line="2", seller_id="SCREW"), screw)
        self.assertEqual(match(quotation_line="2", quotation="S1"), nut)
        self.assertIsNone(match(quotation_line="2", quotation="S2"))
        self.assertIsNone(match(seller_id="BOLT"))

    def test_of_one_products_lines_the_one_with_the_quantity_is_taken(self):
        quoted = [
            QuotedLine(
                number,
                number,
                Decimal(quantity),
                frozenset({"C62"}),
                (Decimal(1),),
                frozenset({"SCREW"}),
            )
            for number, quantity in ((1, 5), (2, 7))
        ]
        ordered = [
            OrderedLine("10", Decimal(7), unit="KGM", seller_id="SCREW"),
            OrderedLine("20", Decimal(6), unit="C62", seller_id="SCREW"),
        ]
        self.assertEqual(
            [
                (pair.quoted.key, pair.ordered.id, pair.changes)
                for pair in ubl_order.compare(quoted, ordered, "S1")
            ],
            [(1, "20", {"quantity"}), (2, "10", {"unit"})],
        )

    def test_prices_are_compared_to_the_decimals_that_an_order_has(self):
        def differs(quoted, ordered, digits=2):
            line = QuotedLine(
                1, 1, Decimal(1), frozenset(), (Decimal(quoted),), frozenset({"A"})
            )
            content = build_order([build_line(1, 1, seller="A", **ordered)])
            (pair,) = ubl_order.compare((line,), read(content).lines, "S1", digits)
            return "price" in pair.changes

        self.assertFalse(differs("10.494", {"price": "10.49"}))
        self.assertFalse(differs("10.494", {"price": "10.494"}))
        self.assertTrue(differs("10.494", {"price": "10.490"}))
        # A whole price is no rounded one.
        self.assertTrue(differs("10.49", {"price": "10"}))
        self.assertFalse(differs("0.01234", {"price": "12.34", "base": 1000}))
        self.assertTrue(differs("0.01239", {"price": "12.34", "base": 1000}))
        self.assertFalse(differs("5", {}))
