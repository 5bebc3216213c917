"""SAP Open Catalog Interface (OCI) 4.0, the shop's side, free of ``env``.

A procurement system *launches* the shop with parameters of a browser's request
(:func:`parse_launch`), and takes the basket home as the hidden fields of a form
(:func:`build_fields`, :func:`build_form`). Nothing tells a shop that its fields were
refused, so :func:`validate_fields` knows every rule that a machine can check.

Amounts are ``Decimal``. Lengths are in UTF-16 units, as procurement systems of Java and
ABAP count them.
"""

import ipaddress
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit, urlunsplit

# -- Fields of a returned line ---------------------------------------------------------

#: Kinds of a field's content. A text may be shortened; a code may not, since what is
#: left would be another code.
TEXT, CODE, DECIMAL, INTEGER, FLAG = "text", "code", "decimal", "integer", "flag"


class FieldSpec(NamedTuple):
    """What OCI says of a field: its kind, and its length or ``None`` for any."""

    kind: str
    length: int | None


#: The fields of OCI 4.0 in their order, and three of OCI 5.0 that buyers ask for.
FIELDS = {
    "DESCRIPTION": FieldSpec(TEXT, 40),
    "MATNR": FieldSpec(CODE, 40),
    "QUANTITY": FieldSpec(DECIMAL, 15),
    "UNIT": FieldSpec(CODE, 3),
    "PRICE": FieldSpec(DECIMAL, 15),
    "CURRENCY": FieldSpec(CODE, 5),
    "PRICEUNIT": FieldSpec(INTEGER, 5),
    "LEADTIME": FieldSpec(INTEGER, 5),
    "LONGTEXT": FieldSpec(TEXT, None),
    "VENDOR": FieldSpec(CODE, 10),
    "VENDORMAT": FieldSpec(CODE, 40),
    "MANUFACTCODE": FieldSpec(CODE, 10),
    "MANUFACTMAT": FieldSpec(CODE, 40),
    "MATGROUP": FieldSpec(CODE, 10),
    "SERVICE": FieldSpec(FLAG, 1),
    "CONTRACT": FieldSpec(CODE, 10),
    "CONTRACT_ITEM": FieldSpec(CODE, 5),
    "EXT_QUOTE_ID": FieldSpec(CODE, 35),
    "EXT_QUOTE_ITEM": FieldSpec(CODE, 10),
    "EXT_PRODUCT_ID": FieldSpec(CODE, 40),
    "ATTACHMENT": FieldSpec(CODE, 255),
    "ATTACHMENT_TITLE": FieldSpec(TEXT, 255),
    "ATTACHMENT_PURPOSE": FieldSpec(CODE, 1),
    "EXT_SCHEMA_TYPE": FieldSpec(CODE, 10),
    "EXT_CATEGORY_ID": FieldSpec(CODE, 60),
    "EXT_CATEGORY": FieldSpec(CODE, 40),
    "SLD_SYS_NAME": FieldSpec(CODE, 60),
    "CUST_FIELD1": FieldSpec(TEXT, 10),
    "CUST_FIELD2": FieldSpec(TEXT, 10),
    "CUST_FIELD3": FieldSpec(TEXT, 10),
    "CUST_FIELD4": FieldSpec(TEXT, 20),
    "CUST_FIELD5": FieldSpec(TEXT, 50),
    "ITEM_TYPE": FieldSpec(CODE, 1),
    "PARENT_ID": FieldSpec(CODE, 5),
    "TAX": FieldSpec(CODE, 5),
}
#: What an item brings itself; no mapping may set it.
OWN_FIELDS = frozenset({"QUANTITY", "UNIT", "PRICE", "CURRENCY", "PRICEUNIT"})
#: Sent present but empty where the customer's system wants every field.
OCI_4_FIELDS = tuple(
    name for name in FIELDS if name not in {"ITEM_TYPE", "PARENT_ID", "TAX"}
)
#: Fields that mean nothing without another one.
NEEDS = {
    "EXT_CATEGORY": "EXT_SCHEMA_TYPE",
    "EXT_CATEGORY_ID": "EXT_SCHEMA_TYPE",
    "EXT_QUOTE_ITEM": "EXT_QUOTE_ID",
    "CONTRACT_ITEM": "CONTRACT",
    "ATTACHMENT_TITLE": "ATTACHMENT",
    "ATTACHMENT_PURPOSE": "ATTACHMENT",
    "PRICE": "CURRENCY",
}

#: SAPscript's width of a line, part of LONGTEXT's name and never another number.
_LONGTEXT_WIDTH = 132
_EXTENSION = FieldSpec(TEXT, None)
_FIELD_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,39}")
_DECIMAL = re.compile(r"\d{1,11}(\.\d{1,3})?")
_INTEGER = re.compile(r"\d{1,5}")
_THOUSANDTH = Decimal("0.001")
_PRICE_UNITS = (1, 10, 100, 1000)
_TOO_LARGE = Decimal(10) ** 11


def is_field_name(name: str) -> bool:
    """Return whether a name can be that of a field, of OCI's or an agreed one."""
    return bool(_FIELD_NAME.fullmatch(name))


def get_input_name(name: str, index: int) -> str:
    """Return a field's name in the form, for the line of an index that begins at 1."""
    if name == "LONGTEXT":
        return f"NEW_ITEM-LONGTEXT_{index}:{_LONGTEXT_WIDTH}[]"
    return f"NEW_ITEM-{name}[{index}]"


# -- Character sets --------------------------------------------------------------------

#: Labels that a launch may ask for, and Python's codec for what both sides understand.
CHARSETS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "iso-8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "iso-8859-2": "iso-8859-2",
    "iso-8859-9": "iso-8859-9",
    "iso-8859-15": "iso-8859-15",
    "windows-1250": "windows-1250",
    "windows-1252": "windows-1252",
    "us-ascii": "ascii",
}
#: How the label is written in the page, one for each codec.
CHARSET_LABELS = {
    codec: "us-ascii" if codec == "ascii" else codec for codec in CHARSETS.values()
}
_SUBSTITUTES = {
    "€": "EUR",
    "£": "GBP",
    "…": "...",
    "–": "-",
    "—": "-",
    "‘": "'",
    "’": "'",
    "‚": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "•": "-",
    "™": "(TM)",
    "×": "x",
    "ß": "ss",
    "Æ": "AE",
    "æ": "ae",
    "Ø": "O",
    "ø": "o",
    "Œ": "OE",
    "œ": "oe",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
}


def get_charset(asked: str | None, default: str = "utf-8") -> str:
    """Return the codec of a label, or of the default where we do not know it."""
    return CHARSETS.get((asked or "").strip().strip("\"'").lower(), default)


def _can_encode(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _replace(text: str, charset: str) -> str:
    """Write what a charset lacks with what it has: é as e, € as EUR, else a ``?``."""
    result = []
    for char in text:
        if _can_encode(char, charset):
            result.append(char)
            continue
        plain = _SUBSTITUTES.get(char)
        if plain is None:
            plain = "".join(
                part
                for part in unicodedata.normalize("NFKD", char)
                if not unicodedata.combining(part) and _can_encode(part, charset)
            )
        result.append(plain or "?")
    return "".join(result)


def _measure(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str, length: int) -> str:
    """The longest beginning that fits, without half a character at its end."""
    if _measure(text) <= length:
        return text
    kept = text[:length]
    while _measure(kept) > length:
        kept = kept[:-1]
    rest = text[len(kept) :]
    while kept and rest and (unicodedata.combining(rest[0]) or rest[0] == "\u200d"):
        rest = kept[-1]
        kept = kept[:-1]
    return kept.rstrip()


def _clean(text: str, *, lines: bool = False) -> str:
    """Composed text without control characters, and without blanks around it.

    :param lines: keep the ends of lines
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (
        char
        if (lines and char == "\n")
        else " "
        if char.isspace()
        else ""
        if unicodedata.category(char) in {"Cc", "Cs", "Cn", "Co"}
        else char
        for char in text
    )
    return "".join(kept).strip()


# -- Building a basket -----------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """A line of a basket, before OCI's limits are applied.

    ``name`` is what the buyer calls it, for messages. ``price`` is for one unit, net or
    gross as agreed, not rounded; ``amount`` what the quotation says for the whole line,
    where it is known, rounded to ``amount_digits``. ``unit`` is empty where the unit
    has no code. ``values`` are other fields by OCI's names.
    """

    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    currency: str
    values: Mapping[str, str] = field(default_factory=dict)
    amount: Decimal | None = None
    amount_digits: int = 2


@dataclass(frozen=True)
class Options:
    """How a customer's system wants the fields, where the sources of OCI differ.

    ``lengths`` of fields beyond OCI's own. ``description_with_number`` sends
    DESCRIPTION beside the buyer's own number, which some read as a contradiction.
    """

    charset: str = "utf-8"
    send_empty: bool = False
    description_with_number: bool = False
    lengths: Mapping[str, int] = field(default_factory=dict)


#: What is told of a line. All but those of ``REFUSALS`` let it be transferred.
CUT, REPLACED, LEFT_OUT, ROUNDED = "cut", "replaced", "left_out", "rounded"
NO_UNIT, BAD_UNIT, BAD_QUANTITY, BAD_PRICE = (
    "no_unit",
    "bad_unit",
    "bad_quantity",
    "bad_price",
)
NO_CURRENCY, NO_DESCRIPTION = "no_currency", "no_description"
REFUSALS = frozenset(
    {NO_UNIT, BAD_UNIT, BAD_QUANTITY, BAD_PRICE, NO_CURRENCY, NO_DESCRIPTION}
)


@dataclass(frozen=True)
class Note:
    """What became of a field's content on its way: ``code`` is one of the above.

    ``index`` is the line's, from 1; ``item`` its name.
    """

    code: str
    index: int
    item: str
    field: str = ""
    before: str = ""
    after: str = ""

    @property
    def is_refusal(self) -> bool:
        """Whether the line cannot be transferred."""
        return self.code in REFUSALS


@dataclass(frozen=True)
class Basket:
    """The fields of a form, in order, and what the buyer should know before."""

    fields: tuple[tuple[str, str], ...]
    notes: tuple[Note, ...]

    @property
    def refusals(self) -> tuple[Note, ...]:
        """The notes of lines that cannot be transferred: then ``fields`` is empty."""
        return tuple(note for note in self.notes if note.is_refusal)


def _format_decimal(value: Decimal) -> str:
    return f"{value.quantize(_THOUSANDTH):f}"


def _round(value: Decimal, step: Decimal = _THOUSANDTH) -> Decimal:
    return value.quantize(step, rounding=ROUND_HALF_UP)


def scale_price(
    price: Decimal,
    quantity: Decimal = Decimal(1),
    amount: Decimal | None = None,
    digits: int = 2,
) -> tuple[Decimal, int, bool]:
    """Return PRICE, PRICEUNIT and whether they say exactly what a price says.

    Prices of more than three decimals are given for 10, 100 or 1000 units. One that
    still is not exact is rounded, half up, for the fewest units with which the other
    side comes to our ``amount`` for the ``quantity``.

    :param price: for one unit, ≥ 0 and below 10¹¹
    """
    fitting = [unit for unit in _PRICE_UNITS if _round(price * unit) < _TOO_LARGE]
    for unit in fitting:
        scaled = price * unit
        if scaled == _round(scaled):
            return _round(scaled), unit, True
    if amount is not None:
        step = Decimal(1).scaleb(-digits)
        for unit in fitting:
            scaled = _round(price * unit)
            if _round(scaled * quantity / unit, step) == amount:
                return scaled, unit, False
    return _round(price * fitting[-1]), fitting[-1], False


def _is_amount(value: Decimal, *, zero: bool) -> bool:
    return (
        value.is_finite()
        and (value >= 0 if zero else _round(value) > 0)
        and _round(value) < _TOO_LARGE
    )


class _LineBuilder:
    """Applies OCI's limits to one item and remembers what it changed."""

    def __init__(self, index: int, item: Item, options: Options):
        self.index = index
        self.item = item
        self.options = options
        self.values: dict[str, str] = {}
        self.notes: list[Note] = []

    def note(self, code, name="", before="", after=""):
        self.notes.append(Note(code, self.index, self.item.name, name, before, after))

    def build(self) -> None:
        self._set_amounts()
        for name, value in self.item.values.items():
            if name not in OWN_FIELDS and is_field_name(name):
                self._set_value(name, value)
        self._drop_what_lacks_its_partner()
        if not self.values.get("MATNR") and not self.values.get("DESCRIPTION"):
            self.note(NO_DESCRIPTION, "DESCRIPTION")
        elif self.values.get("MATNR") and not self.options.description_with_number:
            self.values.pop("DESCRIPTION", None)

    def _set_amounts(self):
        item = self.item
        unit = _clean(item.unit)
        if not unit:
            self.note(NO_UNIT, "UNIT")
        elif _measure(unit) > 3 or not _can_encode(unit, self.options.charset):
            self.note(BAD_UNIT, "UNIT", unit)
        self.values["UNIT"] = unit
        if not _is_amount(item.quantity, zero=False):
            self.note(BAD_QUANTITY, "QUANTITY", str(item.quantity))
        else:
            self.values["QUANTITY"] = _format_decimal(_round(item.quantity))
            if _round(item.quantity) != item.quantity:
                self.note(
                    ROUNDED, "QUANTITY", str(item.quantity), self.values["QUANTITY"]
                )
        currency = _clean(item.currency)
        if not re.fullmatch(r"[A-Z]{3}", currency):
            self.note(NO_CURRENCY, "CURRENCY", currency)
        self.values["CURRENCY"] = currency
        if not _is_amount(item.price, zero=True):
            self.note(BAD_PRICE, "PRICE", str(item.price))
            return
        price, price_unit, exact = scale_price(
            item.price, item.quantity, item.amount, item.amount_digits
        )
        self.values["PRICE"] = _format_decimal(price)
        self.values["PRICEUNIT"] = str(price_unit)
        if not exact:
            self.note(
                ROUNDED,
                "PRICE",
                str(item.price),
                f"{_format_decimal(price)}/{price_unit}",
            )

    def _set_value(self, name, value):
        spec = FIELDS.get(name, _EXTENSION)
        length = spec.length or self.options.lengths.get(name)
        clean = _clean(value or "", lines=name == "LONGTEXT")
        if not clean:
            return
        replaced = _clean(
            _replace(clean, self.options.charset), lines=name == "LONGTEXT"
        )
        if spec.kind == TEXT:
            if replaced != clean:
                self.note(REPLACED, name, clean, replaced)
            kept = _cut(replaced, length) if length else replaced
            if kept != replaced:
                self.note(CUT, name, replaced, kept)
        else:
            kept = clean if self._is_code(spec, clean, replaced, length) else ""
            if not kept:
                self.note(LEFT_OUT, name, clean)
        if kept:
            self.values[name] = kept

    @staticmethod
    def _is_code(spec, clean, replaced, length):
        if clean != replaced or (length and _measure(clean) > length):
            return False
        if spec.kind == INTEGER:
            return bool(_INTEGER.fullmatch(clean))
        if spec.kind == FLAG:
            return clean == "X"
        return True

    def _drop_what_lacks_its_partner(self):
        for name, needed in NEEDS.items():
            if self.values.get(name) and not self.values.get(needed):
                if name not in OWN_FIELDS:
                    self.note(LEFT_OUT, name, self.values.pop(name))
        if not (self.values.get("EXT_CATEGORY") or self.values.get("EXT_CATEGORY_ID")):
            self.values.pop("EXT_SCHEMA_TYPE", None)


def build_fields(items: Iterable[Item], options: Options | None = None) -> Basket:
    """Return the fields in which a basket goes home, and what the buyer should know.

    Lines are numbered from 1 without a gap. A basket with a line that cannot be
    transferred has no fields at all: half a basket is worse than none.
    """
    options = options or Options()
    fields: list[tuple[str, str]] = []
    notes: list[Note] = []
    for index, item in enumerate(items, start=1):
        line = _LineBuilder(index, item, options)
        line.build()
        notes.extend(line.notes)
        names = [name for name in FIELDS if name in line.values]
        if options.send_empty:
            names = [
                name for name in FIELDS if name in OCI_4_FIELDS or name in line.values
            ]
        names.extend(sorted(set(line.values) - set(FIELDS)))
        fields.extend(
            (get_input_name(name, index), line.values.get(name, "")) for name in names
        )
    if any(note.is_refusal for note in notes):
        fields = []
    return Basket(tuple(fields), tuple(notes))


# -- Validating what came back ---------------------------------------------------------


@dataclass(frozen=True)
class Violation:
    """A rule of OCI that a field breaks: ``name`` as it stands in the form."""

    rule: str
    name: str
    value: str = ""


_INPUT = re.compile(
    r"NEW_ITEM-(?:(?P<long>LONGTEXT)_(?P<long_index>\d+):(?P<width>\d+)\[\]"
    r"|(?P<name>[A-Z_][A-Z0-9_]*)\[(?P<index>\d+)\])"
)


def read_fields(
    fields: Iterable[tuple[str, str]],
) -> tuple[dict[int, dict[str, str]], list[Violation]]:
    """Return lines by index from what a form brought, and names that are none.

    What is no ``NEW_ITEM-`` field belongs to the buyer's system and is passed over.
    """
    lines: dict[int, dict[str, str]] = defaultdict(dict)
    broken = []
    for name, value in fields:
        if not name.upper().startswith("NEW_ITEM-"):
            continue
        match = _INPUT.fullmatch(name)
        if not match or (match["width"] and int(match["width"]) != _LONGTEXT_WIDTH):
            broken.append(Violation("name", name, value))
            continue
        key = match["long"] or match["name"]
        index = int(match["long_index"] or match["index"])
        if key == "LONGTEXT" and not match["long"]:
            broken.append(Violation("name", name, value))
        elif key in lines[index]:
            broken.append(Violation("twice", name, value))
        else:
            lines[index][key] = value
    return dict(lines), broken


def _validate_value(name, key, value, options):
    spec = FIELDS.get(key, _EXTENSION)
    length = spec.length or options.lengths.get(key)
    if value != value.lstrip():
        yield Violation("leading_blank", name, value)
    if length and _measure(value) > length:
        yield Violation("length", name, value)
    if not _can_encode(value, options.charset):
        yield Violation("charset", name, value)
    if spec.kind == DECIMAL and not _DECIMAL.fullmatch(value):
        yield Violation("decimal", name, value)
    if spec.kind == DECIMAL and not re.search(r"\.\d{3}$", value):
        yield Violation("three_decimals", name, value)
    if spec.kind == INTEGER and not _INTEGER.fullmatch(value):
        yield Violation("integer", name, value)
    if key == "PRICEUNIT" and value.isdigit() and int(value) < 1:
        yield Violation("price_unit", name, value)
    if spec.kind == FLAG and value != "X":
        yield Violation("flag", name, value)


def _validate_line(index, line, options):
    line = {key: value for key, value in line.items() if value}

    def name(key):
        return get_input_name(key, index)

    for key, value in line.items():
        yield from _validate_value(name(key), key, value, options)
    if "DESCRIPTION" not in line and "MATNR" not in line:
        yield Violation("description_or_number", name("DESCRIPTION"))
    if "DESCRIPTION" in line and "MATNR" in line:
        if not options.description_with_number:
            yield Violation("description_and_number", name("MATNR"), line["MATNR"])
    if "QUANTITY" not in line:
        yield Violation("quantity", name("QUANTITY"))
    if "UNIT" not in line and "MATNR" not in line:
        yield Violation("unit", name("UNIT"))
    for key, needed in NEEDS.items():
        if key in line and needed not in line:
            yield Violation(f"{key.lower()}_needs_{needed.lower()}", name(needed))


def validate_fields(
    fields: Iterable[tuple[str, str]], options: Options | None = None
) -> tuple[Violation, ...]:
    """Return every rule of OCI 4.0 that the fields of a form break.

    An empty field counts as one that is not there.
    """
    options = options or Options()
    lines, broken = read_fields(fields)
    if lines:
        for index in range(1, max(lines) + 1)[: len(lines) + 1]:
            if index not in lines:
                broken.append(Violation("gap", get_input_name("QUANTITY", index)))
        if 0 in lines:
            broken.append(Violation("index", "NEW_ITEM-…[0]"))
    for index in sorted(lines):
        broken.extend(_validate_line(index, lines[index], options))
    return tuple(broken)


# -- Launch ----------------------------------------------------------------------------

SHOP = ""
DETAIL, VALIDATE = "DETAIL", "VALIDATE"
BACKGROUND_SEARCH, SOURCING = "BACKGROUND_SEARCH", "SOURCING"
FUNCTIONS = (SHOP, DETAIL, VALIDATE, BACKGROUND_SEARCH, SOURCING)

#: Letters by which SAP calls a language in one character.
_SAP_LANGUAGES = {
    "D": "de",
    "E": "en",
    "F": "fr",
    "I": "it",
    "K": "da",
    "L": "pl",
    "N": "nl",
    "O": "no",
    "P": "pt",
    "S": "es",
    "U": "fi",
    "V": "sv",
}
_TARGETS = {name.lower(): name for name in ("_top", "_self", "_parent", "_blank")}
_FRAME_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_SECRETIVE = re.compile(r"pass|pwd|secret|token|sessionid|session_id|auth|cookie", re.I)
#: What stands in the place of a secret.
REDACTED = "…"


class LaunchError(Exception):
    """A launch that cannot be served: ``code`` tells why.

    ``return_address``, ``ambiguous``, ``function``, ``xml``, ``product``, ``quantity``
    or ``search``.
    """

    def __init__(self, code: str, value: str = ""):
        super().__init__(code)
        self.code = code
        self.value = value


@dataclass(frozen=True)
class Names:
    """What a connection calls the parameters that OCI leaves to agreement."""

    login: str = "USERNAME"
    secret: str = "PASSWORD"
    return_address: str = "HOOK_URL"


@dataclass(frozen=True)
class Launch:
    """What a procurement system asks for. Nothing in it is to be trusted.

    ``echo`` are the parameters that go back as they came, in their own spelling.
    """

    login: str
    secret: str = field(repr=False)
    return_address: str
    function: str
    target: str
    charset: str
    language: str
    version: str
    product: str
    quantity: Decimal
    search: str
    vendor: str
    cancel_address: str
    echo: tuple[tuple[str, str], ...]


def _key(name: str) -> str:
    return name.strip().lower().removeprefix("~")


class _Parameters:
    """The parameters of a launch by name, whatever its case and tilde."""

    def __init__(self, parameters):
        self.found = defaultdict(list)
        for name, value in parameters:
            self.found[_key(name)].append((name, value))

    def get(self, *names):
        """The first value that is not empty, of the first name that has one.

        :raise LaunchError: where one name came with two values: which one counts would
            be for the sender to play with
        """
        for name in names:
            values = {value for _name, value in self.found.get(_key(name), ()) if value}
            if len(values) > 1:
                raise LaunchError("ambiguous", name)
            if values:
                return values.pop()
        return ""

    def spelled(self, name):
        """The name as it came, or ``None``."""
        return next(
            (spelled for spelled, _value in self.found.get(_key(name), ())), None
        )


def parse_language(value: str) -> str:
    """Return the code of a language (``de``, ``pt_BR``), or empty if it is none."""
    value = value.strip()
    if value.upper() in _SAP_LANGUAGES:
        return _SAP_LANGUAGES[value.upper()]
    match = re.fullmatch(r"([A-Za-z]{2})(?:[-_]([A-Za-z]{2}))?", value)
    if not match:
        return ""
    language, region = match.groups()
    return f"{language.lower()}_{region.upper()}" if region else language.lower()


def parse_target(value: str) -> str:
    """Return the frame of a form: one of HTML's, a frame's name, or ``_top``."""
    value = value.strip()
    if value.lower() in _TARGETS:
        return _TARGETS[value.lower()]
    return value if _FRAME_NAME.fullmatch(value) else "_top"


def parse_login(parameters: Iterable[tuple[str, str]], names: Names) -> tuple[str, str]:
    """Return log-in and secret of a launch, whatever else is wrong with it.

    Both are empty where one of them came twice with different values.
    """
    found = _Parameters(parameters)
    try:
        return found.get(names.login), found.get(names.secret)
    except LaunchError:
        return "", ""


def parse_launch(parameters: Iterable[tuple[str, str]], names: Names) -> Launch:
    """Return what a procurement system asks for.

    :param parameters: name and value, decoded, of the query and of the form
    :raise LaunchError: if it asks for what is not there, or leaves out what is needed
    """
    found = _Parameters(parameters)
    for name in ("xmlType", "xml_type", "xmlDocument"):
        if found.get(name):
            raise LaunchError("xml", name)
    function = found.get("FUNCTION").strip().upper()
    if function not in FUNCTIONS:
        raise LaunchError("function", function)
    address = found.get(names.return_address).strip()
    if not address and function != DETAIL:
        raise LaunchError("return_address")
    product = found.get("PRODUCTID").strip()
    if not product and function in {DETAIL, VALIDATE}:
        raise LaunchError("product")
    search = found.get("SEARCHSTRING").strip()[:200]
    if not search and function == BACKGROUND_SEARCH:
        raise LaunchError("search")
    quantity = found.get("QUANTITY").strip().replace(",", ".") or "1"
    if function == VALIDATE and (
        not _DECIMAL.fullmatch(quantity) or not Decimal(quantity)
    ):
        raise LaunchError("quantity", quantity)
    echo = tuple(
        (spelled, found.get(name))
        for name in ("~OkCode", "~TARGET", "~CALLER")
        if (spelled := found.spelled(name)) and found.get(name)
    )
    return Launch(
        login=found.get(names.login),
        secret=found.get(names.secret),
        return_address=address,
        function=function,
        target=parse_target(found.get("returntarget", "~TARGET")),
        charset=found.get("http_content_charset"),
        language=parse_language(
            found.get("Language", "LANGU", "sap-language", "uilanguage")
        ),
        version=found.get("OCI_VERSION", "OCIVERSION"),
        product=product,
        quantity=Decimal(quantity) if function == VALIDATE else Decimal(1),
        search=search,
        vendor=found.get("NEW_ITEM-VENDOR", "VENDOR").strip(),
        cancel_address=found.get("OCICANCEL").strip(),
        echo=echo,
    )


def redact_address(address: str) -> str:
    """Return an address without its query, in which sessions and tokens travel."""
    try:
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(
            (parts.scheme, host, parts.path, REDACTED if parts.query else "", "")
        )
    except ValueError:
        return REDACTED


def redact_parameters(
    parameters: Iterable[tuple[str, str]], names: Names
) -> tuple[tuple[str, str], ...]:
    """Return the parameters of a launch as they may be kept: without secrets.

    The secret, what is called like one, and queries of addresses are left out; long
    values are cut.
    """
    secret = _key(names.secret)
    # A secret that somebody sent under another name, by mistake, stays a secret.
    secrets = {
        value
        for name, value in parameters
        if value and (_key(name) == secret or _SECRETIVE.search(name))
    }

    def redact(name, value):
        if _key(name) == secret or _SECRETIVE.search(name) or value in secrets:
            return REDACTED if value else ""
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", value):
            value = redact_address(value)
        for known in secrets:
            if len(known) > 3:
                value = value.replace(known, REDACTED)
        return value[:500]

    return tuple((name[:100], redact(name, value)) for name, value in parameters)


# -- Return address --------------------------------------------------------------------

_HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
)
_DOTS = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|;|$)", re.I)
_SAPEVENT = re.compile(r"sapevent:[A-Za-z0-9_]{0,40}", re.I)
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    """An address a form may be sent to: ``origin`` is for a content security policy."""

    url: str
    scheme: str
    host: str
    port: int
    path: str
    query: str

    @property
    def origin(self) -> str:
        """Scheme, host and port, or the scheme of one that has no host."""
        if not self.host:
            return f"{self.scheme}:"
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"


def parse_address(url: str) -> Address | None:
    """Return the parts of an http(s) or SAPEVENT address, or ``None`` if it is none.

    Stricter than browsers: what Python and a browser could read differently (control
    characters, blanks, backslashes, user names, dots in the path) is no address.
    """
    if _SAPEVENT.fullmatch(url):
        return Address(url, "sapevent", "", 0, "", "")
    if not url.isascii() or re.search(r"[\x00-\x20\x7f\\<>\"]", url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    host = (parts.hostname or "").lower()
    if (
        scheme not in _PORTS
        or "@" in parts.netloc
        or not url[len(scheme) :].startswith("://")
    ):
        return None
    if parts.netloc.startswith("["):
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            return None
    elif not _HOST.fullmatch(host):
        return None
    if _DOTS.search(parts.path) or parts.fragment:
        return None
    return Address(
        url, scheme, host, port or _PORTS[scheme], parts.path or "/", parts.query
    )


def is_address_allowed(
    address: Address | None,
    allowed: Iterable[Address],
    *,
    sapevent: bool = False,
) -> bool:
    """Return whether a basket may be sent to an address.

    Scheme, host and port must be those of an allowed address, and the path its path or
    one below it.

    :param sapevent: allow ``SAPEVENT:``, which a browser inside the SAP GUI handles
    """
    if address is None:
        return False
    if not address.host:
        return sapevent
    return any(
        (address.scheme, address.host, address.port)
        == (other.scheme, other.host, other.port)
        and (
            address.path == other.path
            or address.path.startswith(other.path.rstrip("/") + "/")
        )
        for other in allowed
    )


# -- Form ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Form:
    """The HTML form that brings a basket home, by POST."""

    action: str
    target: str
    fields: tuple[tuple[str, str], ...]


def build_form(
    address: str,
    target: str,
    fields: Iterable[tuple[str, str]],
    echo: Iterable[tuple[str, str]] = (),
    *,
    split_query: bool = False,
) -> Form:
    """Return the form of a basket; without fields it is that of a buyer who gave up.

    Parameters of the launch go back unless the return address has them already: the
    same name twice is read differently by every system.

    :param split_query: send the parameters of the return address as fields, and post
        to the address without them, as some systems want it
    """
    parts = urlsplit(address)
    query = parse_qsl(parts.query, keep_blank_values=True)
    known = Counter(_key(name) for name, _value in query)
    hidden = [(name, value) for name, value in echo if not known[_key(name)]]
    action = address
    if split_query and parts.query and parts.scheme.lower() in _PORTS:
        action = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
        hidden = query + hidden
    return Form(action, target, (*hidden, *fields))
