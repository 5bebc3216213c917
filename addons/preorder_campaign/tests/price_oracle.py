"""What an order form has to amount to, in plain decimal arithmetic.

The tests' own arithmetic, written from the rules on paper and sharing nothing with the
addon: sixty digits, amounts as people write them down, and rounding half up where the
rules say so. Only *where* taxes are rounded is Odoo's definition.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext

_CONTEXT = Context(prec=60)
_HUNDRED = Decimal(100)


def round_half_up(amount, unit):
    """Round to a multiple of ``unit``, halves away from zero.

    Quotients that do not end are cut off at the sixtieth digit; what that leaves is
    taken off first, so that it does not decide on a half.
    """
    with localcontext(_CONTEXT):
        steps = (amount / unit).quantize(Decimal("1e-25"), ROUND_HALF_EVEN)
        return steps.quantize(Decimal(1), ROUND_HALF_UP) * unit


@dataclass(frozen=True)
class Tax:
    """A tax: ``percent`` of the amount, or ``fee`` a piece.

    ``included`` in the price or on top of it; ``raises_others``: taxes after it are
    computed on the amount including it.
    """

    key: int
    percent: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    included: bool = False
    raises_others: bool = False


@dataclass(frozen=True)
class Rule:
    """A price rule. ``scope`` is 0 for a product, 1 for a category, 2 for everything.

    ``kind`` is "fixed" (``value`` is the price), "percent" (a discount that is
    printed), or "formula" (a discount, rounded to five cents, less a cent).
    """

    scope: int
    target: int
    min_quantity: Decimal
    kind: str
    value: Decimal


@dataclass(frozen=True)
class Article:
    """What decides an article's price and terms; keys are whatever the caller uses."""

    price: Decimal
    taxes: tuple[Tax, ...]
    template: int
    categories: frozenset[int]
    brand: int


@dataclass(frozen=True)
class Exclusion:
    """One of ``template``, ``category`` and ``brand`` that discounts leave out."""

    place: str
    key: int
    no_discount: bool
    not_counted: bool


@dataclass(frozen=True)
class Deal:
    """On what terms a form is priced.

    :ivar unit: the smallest amount of the currency
    :ivar rate: one of the company's currency is so many of the form's
    :ivar tiers: (target in the company's currency, discount in percent)
    :ivar replaced_taxes: included taxes that are taken out of prices (an export)
    """

    unit: Decimal
    rate: Decimal
    per_line: bool
    rules: tuple[Rule, ...]
    campaign_discount: Decimal
    exclusions: tuple[Exclusion, ...]
    tiers: tuple[tuple[Decimal, Decimal], ...]
    replaced_taxes: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Expected:
    """What a form has to say; ``tier`` is a target, ``discounts`` one a line."""

    untaxed: Decimal
    tax: Decimal
    total: Decimal
    balance: Decimal
    tier: Decimal | None
    discounts: tuple[Decimal, ...]


def expect(deal, quantities):
    """Say what a form has to amount to.

    :param quantities: list of (:class:`Article`, quantity)
    :return: :class:`Expected`
    """
    with localcontext(_CONTEXT):
        lines = [_price(deal, article, quantity) for article, quantity in quantities]
        counted = [line for line in lines if not line.not_counted]
        balance, _tax = _add_up(deal, counted, Decimal(0))
        reached = max(
            (
                (round_half_up(target * deal.rate, deal.unit), target, discount)
                for target, discount in deal.tiers
                if round_half_up(target * deal.rate, deal.unit) <= balance
            ),
            default=(None, None, Decimal(0)),
        )
        untaxed, tax = _add_up(deal, lines, reached[2])
        return Expected(
            untaxed,
            tax,
            untaxed + tax,
            balance,
            reached[1],
            tuple(line.get_discount(reached[2]) for line in lines),
        )


@dataclass(frozen=True)
class _Line:
    price: Decimal
    quantity: Decimal
    taxes: tuple[Tax, ...]
    own_discount: Decimal
    campaign_discount: Decimal
    no_discount: bool
    not_counted: bool

    def get_discount(self, tier_discount):
        """Percent, printed with two decimals."""
        left = _HUNDRED - self.own_discount
        if not self.no_discount:
            left = left * (_HUNDRED - self.campaign_discount) / _HUNDRED
            left = left * (_HUNDRED - tier_discount) / _HUNDRED
        return round_half_up(_HUNDRED - left, Decimal("0.01"))


def _price(deal, article, quantity):
    excluded = [
        each
        for each in deal.exclusions
        if each.place == "template"
        and each.key == article.template
        or each.place == "category"
        and each.key in article.categories
        or each.place == "brand"
        and each.key == article.brand
    ]
    price, discount = article.price * deal.rate, Decimal(0)
    rule = _find_rule(deal, article, quantity)
    if rule and rule.kind == "fixed":
        price = rule.value
    elif rule and rule.kind == "percent":
        discount = rule.value
    elif rule:
        price = round_half_up(
            price * (_HUNDRED - rule.value) / _HUNDRED, Decimal("0.05")
        )
        price -= Decimal("0.01")
    taxes = article.taxes
    taken_out = [tax for tax in taxes if tax.key in deal.replaced_taxes]
    if taken_out:
        price /= 1 + sum(tax.percent for tax in taxes if tax.included) / _HUNDRED
        # Nothing is left to pay, on top of the price.
        taxes = tuple(tax for tax in taxes if tax not in taken_out) + (Tax(0),)
    return _Line(
        price,
        quantity,
        taxes,
        discount,
        deal.campaign_discount,
        any(each.no_discount for each in excluded),
        any(each.not_counted for each in excluded),
    )


def _find_rule(deal, article, quantity):
    fitting = [
        rule
        for rule in deal.rules
        if quantity >= rule.min_quantity
        and (
            rule.scope == 2
            or rule.scope == 1
            and rule.target in article.categories
            or rule.scope == 0
            and rule.target == article.template
        )
    ]
    return min(fitting, key=lambda rule: (rule.scope, -rule.min_quantity), default=None)


def _add_up(deal, lines, tier_discount):
    """(untaxed, tax) of lines under a tier's discount."""
    untaxed = on_lines = Decimal(0)
    taxes = defaultdict(Decimal)
    for line in lines:
        discount = line.get_discount(tier_discount)
        amount = line.price * line.quantity * (_HUNDRED - discount) / _HUNDRED
        if deal.per_line:
            amount = round_half_up(amount, deal.unit)
        base, found = _tax(deal, amount, line)
        untaxed += base
        on_lines += sum(found.values())
        for tax, tax_amount in found.items():
            taxes[tax] += tax_amount
    total_tax = sum(
        (round_half_up(amount, deal.unit) for amount in taxes.values()), Decimal(0)
    )
    if all(tax.included for tax in taxes):
        # Prices are what is paid: they are rounded, and the taxes are taken off.
        return round_half_up(untaxed + on_lines, deal.unit) - total_tax, total_tax
    return round_half_up(untaxed, deal.unit), total_tax


def _tax(deal, amount, line):
    """(amount without taxes, dict of tax → its amount) of one line."""

    def settle(value):
        return round_half_up(value, deal.unit) if deal.per_line else value

    included = [tax for tax in line.taxes if tax.included]
    whole = _HUNDRED + sum(tax.percent for tax in included)
    found = {tax: settle(amount * tax.percent / whole) for tax in included}
    base = amount - sum(found.values())
    raised = Decimal(0)
    for tax in line.taxes:
        if not tax.included:
            found[tax] = settle(
                tax.fee * line.quantity + (base + raised) * tax.percent / _HUNDRED
            )
            if tax.raises_others:
                raised += found[tax]
    return base, found
