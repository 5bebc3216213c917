from decimal import Decimal
from fractions import Fraction
from html import escape
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.oci_punchout import oci

from .procurement import find_faults, get_price, read_form, read_lines

texts = st.text(max_size=300) | st.sampled_from(
    [
        "",
        " Schraube M8 – 4,2 € ",
        "é" * 41,
        "😀" * 30,
        "a\r\nb",
        '"><script>',
        "e\u0301",
    ]
)
codes = st.text(max_size=70) | st.from_regex(r"[A-Z0-9-]{1,45}", fullmatch=True)
decimals = st.decimals(
    min_value=-10, max_value=10**12, allow_nan=False, allow_infinity=False, places=6
) | st.sampled_from([Decimal("NaN"), Decimal("Infinity"), Decimal(0), Decimal("1E-9")])
items = st.builds(
    oci.Item,
    name=st.just("Screw"),
    quantity=decimals,
    unit=st.sampled_from(["C62", "KGM", "", "BOXX", "é"]),
    price=decimals,
    currency=st.sampled_from(["EUR", "USD", "", "euro"]),
    values=st.dictionaries(
        st.sampled_from([*oci.FIELDS, "GTIN", "_CERT", "no name", "a"]), texts | codes
    ),
)
good_items = st.builds(
    oci.Item,
    name=st.just("Screw"),
    quantity=st.decimals(
        min_value=Decimal("0.001"), max_value=10**10, places=3, allow_nan=False
    ),
    unit=st.sampled_from(["C62", "KGM"]),
    price=st.decimals(min_value=0, max_value=10**10, places=6, allow_nan=False),
    currency=st.just("EUR"),
    values=st.dictionaries(
        st.sampled_from([*oci.FIELDS, "GTIN"]), texts | codes, max_size=12
    )
    .map(lambda values: {"DESCRIPTION": "Screw", **values})
    .filter(lambda values: values["DESCRIPTION"].strip()),
)
charsets = st.sampled_from(sorted(oci.CHARSET_LABELS))
options = st.builds(
    oci.Options,
    charset=charsets,
    send_empty=st.booleans(),
    description_with_number=st.booleans(),
    lengths=st.just({"GTIN": 14}),
)


def make_item(**values):
    """A screw that obeys every rule, but for what is given."""
    own = {
        "name": "Screw",
        "quantity": Decimal(3),
        "unit": "C62",
        "price": Decimal("9.95"),
        "currency": "EUR",
        **{
            key: values.pop(key)
            for key in ("quantity", "unit", "price")
            if key in values
        },
    }
    return oci.Item(values={"DESCRIPTION": "Screw", **values}, **own)


def render(basket, charset="utf-8"):
    """The page of a basket, in bytes, escaped as a template engine does."""
    inputs = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}"/>'
        for name, value in basket.fields
    )
    page = (
        f'<html><head><meta charset="{charset}"/></head><body>'
        f'<form method="post" action="/">{inputs}</form></body></html>'
    )
    return page.encode(charset)


class TestBuilding(TestCase):
    def _build(self, *items, **options):
        basket = oci.build_fields(items, oci.Options(**options))
        return read_lines(basket.fields), basket.notes

    @given(st.lists(items | good_items, max_size=4), options)
    def test_whatever_is_built_obeys_every_rule(self, items, options):
        basket = oci.build_fields(items, options)
        lines = read_lines(basket.fields)
        self.assertFalse(
            find_faults(lines, options.charset, both=options.description_with_number)
        )
        self.assertFalse(oci.validate_fields(basket.fields, options))
        self.assertEqual(len(lines), 0 if basket.refusals else len(items))

    @given(st.lists(good_items, min_size=1, max_size=4), options)
    def test_a_browser_reads_what_was_built(self, items, options):
        basket = oci.build_fields(items, options)
        form = read_form(render(basket, options.charset))
        self.assertEqual(
            [(n, v.replace("\r\n", "\n")) for n, v in form["fields"]],
            list(basket.fields),
        )

    @given(good_items)
    def test_nothing_changes_without_a_note(self, item):
        basket = oci.build_fields([item])
        noted = {note.field for note in basket.notes}
        if basket.refusals:
            return
        (line,) = read_lines(basket.fields)
        for name, value in item.values.items():
            if name in oci.OWN_FIELDS | noted | {"DESCRIPTION", "EXT_SCHEMA_TYPE"}:
                continue
            self.assertEqual(
                "".join(line.get(name, "").split()),
                "".join(oci._clean(value).split()),
            )

    @given(
        st.decimals(min_value=0, max_value=10**7, places=6, allow_nan=False),
        st.integers(1, 10**4),
    )
    def test_price_of_up_to_six_decimals_arrives_exactly(self, price, quantity):
        (line,), notes = self._build(make_item(price=price, quantity=Decimal(quantity)))
        self.assertFalse(notes)
        self.assertEqual(Fraction(get_price(line)), Fraction(price))

    @given(st.integers(1, 10**9), st.integers(1, 999), st.integers(0, 2))
    def test_rounded_price_comes_to_our_amount(self, numerator, quantity, digits):
        price = Decimal(numerator) / 1210
        amount = (price * quantity).quantize(
            Decimal(1).scaleb(-digits), rounding="ROUND_HALF_UP"
        )
        scaled, unit, exact = oci.scale_price(price, Decimal(quantity), amount, digits)
        there = (scaled * quantity / unit).quantize(
            Decimal(1).scaleb(-digits), rounding="ROUND_HALF_UP"
        )
        if not exact and unit < 1000:
            self.assertEqual(there, amount)
        self.assertLessEqual(abs(scaled / unit - price), Decimal("0.0005") / unit)

    def test_fine_prices_are_given_for_more_units(self):
        for price, expected in (
            ("12.5", ("12.500", 1)),
            ("0.0125", ("0.125", 10)),
            ("0.01234", ("1.234", 100)),
            ("13.327333", ("13327.333", 1000)),
        ):
            scaled, unit, exact = oci.scale_price(Decimal(price))
            self.assertEqual((str(scaled), unit), expected)
            self.assertTrue(exact)

    def test_price_that_never_ends_is_rounded_for_the_fewest_units(self):
        price = Decimal(100) / 3
        self.assertEqual(
            oci.scale_price(price, Decimal(3), Decimal("100.00")),
            (Decimal("33.333"), 1, False),
        )
        self.assertEqual(
            oci.scale_price(price, Decimal(300), Decimal("10000.00")),
            (Decimal("3333.333"), 100, False),
        )

    def test_lines_are_numbered_from_one_and_longtext_has_its_odd_name(self):
        basket = oci.build_fields([make_item(LONGTEXT="Long"), make_item()])
        names = [name for name, _value in basket.fields]
        self.assertEqual(names[0], "NEW_ITEM-DESCRIPTION[1]")
        self.assertIn("NEW_ITEM-LONGTEXT_1:132[]", names)
        self.assertIn("NEW_ITEM-QUANTITY[2]", names)

    def test_what_is_cut_is_told(self):
        (line,), (note,) = self._build(make_item(DESCRIPTION="Stainless " * 9))
        self.assertEqual(line["DESCRIPTION"], "Stainless Stainless Stainless Stainless")
        self.assertEqual((note.code, note.field, note.index), ("cut", "DESCRIPTION", 1))

    def test_codes_are_never_cut(self):
        (line,), (note,) = self._build(make_item(VENDORMAT="A" * 41))
        self.assertNotIn("VENDORMAT", line)
        self.assertEqual((note.code, note.before), ("left_out", "A" * 41))

    def test_unit_without_a_code_is_refused_with_the_products_name(self):
        basket = oci.build_fields([make_item(), make_item(unit="")])
        (note,) = basket.refusals
        self.assertEqual((note.code, note.item, note.index), ("no_unit", "Screw", 2))
        self.assertFalse(basket.fields)

    def test_customers_own_number_takes_the_place_of_the_text(self):
        (line,), _notes = self._build(make_item(MATNR="4711"))
        self.assertEqual((line["MATNR"], "DESCRIPTION" in line), ("4711", False))
        (line,), _notes = self._build(
            make_item(MATNR="4711"), description_with_number=True
        )
        self.assertEqual((line["MATNR"], line["DESCRIPTION"]), ("4711", "Screw"))

    def test_category_without_its_schema_is_left_out_and_told(self):
        (line,), (note,) = self._build(make_item(EXT_CATEGORY_ID="31161500"))
        self.assertNotIn("EXT_CATEGORY_ID", line)
        self.assertEqual((note.code, note.field), ("left_out", "EXT_CATEGORY_ID"))
        (line,), notes = self._build(
            make_item(EXT_CATEGORY_ID="31161500", EXT_SCHEMA_TYPE="UNSPSC")
        )
        self.assertEqual(line["EXT_SCHEMA_TYPE"], "UNSPSC")
        self.assertFalse(notes)

    def test_characters_that_the_other_side_lacks_are_replaced_and_told(self):
        (line,), (note,) = self._build(
            make_item(DESCRIPTION="Čep 5 € 漢"), charset="iso-8859-1"
        )
        self.assertEqual(line["DESCRIPTION"], "Cep 5 EUR ?")
        self.assertEqual(note.code, "replaced")

    def test_empty_fields_are_sent_only_where_asked_for(self):
        (line,), _notes = self._build(make_item())
        self.assertNotIn("LEADTIME", line)
        (line,), _notes = self._build(make_item(), send_empty=True)
        self.assertEqual(line["LEADTIME"], "")

    def test_shares_of_a_quantity_beyond_three_decimals_are_told(self):
        (line,), (note,) = self._build(make_item(quantity=Decimal("1.00049")))
        self.assertEqual(line["QUANTITY"], "1.000")
        self.assertEqual((note.code, note.field), ("rounded", "QUANTITY"))


class TestValidating(TestCase):
    def _rules(self, *changes, **options):
        fields = dict(oci.build_fields([make_item()]).fields)
        fields.update(changes)
        fields = [(name, value) for name, value in fields.items() if value is not None]
        found = oci.validate_fields(fields, oci.Options(**options))
        return {violation.rule for violation in found}

    def test_every_rule_names_itself(self):
        line = "NEW_ITEM-%s[1]"
        for rule, *changes in (
            ("description_or_number", (line % "DESCRIPTION", "")),
            ("description_and_number", (line % "MATNR", "4711")),
            ("quantity", (line % "QUANTITY", None)),
            ("unit", (line % "UNIT", "")),
            ("price_needs_currency", (line % "CURRENCY", "")),
            ("ext_category_needs_ext_schema_type", (line % "EXT_CATEGORY", "1")),
            ("ext_category_id_needs_ext_schema_type", (line % "EXT_CATEGORY_ID", "1")),
            ("ext_quote_item_needs_ext_quote_id", (line % "EXT_QUOTE_ITEM", "1")),
            ("contract_item_needs_contract", (line % "CONTRACT_ITEM", "1")),
            ("decimal", (line % "PRICE", "1,234.560")),
            ("decimal", (line % "QUANTITY", "-1.000")),
            ("three_decimals", (line % "PRICE", "9.95")),
            ("integer", (line % "LEADTIME", "2.5")),
            ("price_unit", (line % "PRICEUNIT", "0")),
            ("length", (line % "UNIT", "PIECE")),
            ("leading_blank", (line % "DESCRIPTION", " Screw")),
            ("flag", (line % "SERVICE", "yes")),
            ("name", ("NEW_ITEM-LONGTEXT[1]", "Long")),
            ("name", ("NEW_ITEM-LONGTEXT_1:72[]", "Long")),
            ("name", ("NEW_ITEM-PRICE", "1.000")),
            ("gap", ("NEW_ITEM-QUANTITY[3]", "1.000")),
        ):
            with self.subTest(rule, changes=changes):
                self.assertIn(rule, self._rules(*changes))
        self.assertFalse(self._rules())
        self.assertIn(
            "charset", self._rules((line % "DESCRIPTION", "漢"), charset="iso-8859-1")
        )

    def test_a_name_that_comes_twice_is_told(self):
        fields = oci.build_fields([make_item()]).fields
        self.assertIn("twice", {v.rule for v in oci.validate_fields(fields + fields)})

    @given(st.lists(st.tuples(st.text(), st.text())))
    def test_no_form_can_break_the_validation(self, fields):
        oci.validate_fields(fields)
        oci.validate_fields([(f"NEW_ITEM-{name}", value) for name, value in fields])

    def test_enormous_index_does_not_take_enormous_time(self):
        self.assertTrue(oci.validate_fields([("NEW_ITEM-PRICE[" + "9" * 18 + "]", "")]))


class TestForm(TestCase):
    echo = (("~OkCode", "ADDI"), ("~TARGET", "_top"), ("~CALLER", "CTLG"))

    def test_parameters_of_the_launch_go_back_as_they_came(self):
        form = oci.build_form("https://erp/x", "_top", [("a", "b")], self.echo)
        self.assertEqual(form.fields, (*self.echo, ("a", "b")))

    def test_no_parameter_goes_back_twice(self):
        address = "https://erp/x?%7EOkCode=ADDI&~caller=CTLG&sid=1"
        form = oci.build_form(address, "_top", [], self.echo)
        self.assertEqual(form.action, address)
        self.assertEqual(form.fields, (("~TARGET", "_top"),))

    def test_query_of_the_return_address_becomes_fields_where_asked_for(self):
        address = "https://erp/x?sid=a%26b&empty="
        form = oci.build_form(address, "_top", [], split_query=True)
        self.assertEqual(form.action, "https://erp/x")
        self.assertEqual(form.fields, (("sid", "a&b"), ("empty", "")))
