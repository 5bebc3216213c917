"""What many lines amount to when taxes are rounded over the whole document.

Plain Python, free of Odoo's environment. Under *round globally* Odoo sums raw amounts
per tax before it rounds. For taxes that are linear in price and quantity (percentages,
fixed amounts per piece, included in the price or not) the sums can be had from the
lines' sums: a form of ten thousand lines costs as much as one of ten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class LinearTax:
    """One tax's raw amount: ``rate`` × the lines' amount + ``fee`` × their quantity."""

    tax_id: int
    price_include: bool
    rate: float
    fee: float


@dataclass(frozen=True)
class LinearTaxes:
    """A set of taxes on lines: the raw untaxed amount and each tax's, linear likewise.

    An empty set leaves the amount as it is: ``rate`` 1, ``fee`` 0, no taxes.
    """

    rate: float
    fee: float
    taxes: tuple[LinearTax, ...]


@dataclass(frozen=True)
class Totals:
    """Amounts in the order form's currency, rounded to it."""

    untaxed: float
    tax: float

    @property
    def total(self) -> float:
        """The amount including taxes."""
        return self.untaxed + self.tax


def get_totals(
    groups: Iterable[tuple[LinearTaxes, float, float]],
    round_amount: Callable[[float], float],
) -> Totals:
    """Add up lines as ``account.tax`` does under *round globally*.

    Each tax's sum is rounded once. The untaxed amount is rounded once too, unless all
    taxes are included in prices: then the sum including taxes is, and taxes are taken
    off. (``_round_tax_details_tax_amounts`` and ``_round_tax_details_base_lines`` of
    Odoo's ``account.tax``, mode ``mixed``.)

    :param groups: per set of taxes, the sum of price × quantity after discount, and the
        sum of quantities
    :param round_amount: rounds an amount to the currency
    """
    untaxed = 0.0
    raw_taxes: dict[tuple[int, bool], float] = defaultdict(float)
    for taxes, amount, quantity in groups:
        untaxed += taxes.rate * amount + taxes.fee * quantity
        for tax in taxes.taxes:
            raw_taxes[tax.tax_id, tax.price_include] += (
                tax.rate * amount + tax.fee * quantity
            )
    tax_total = sum(map(round_amount, raw_taxes.values()))
    if all(price_include for _tax_id, price_include in raw_taxes):
        return Totals(
            round_amount(untaxed + sum(raw_taxes.values())) - tax_total, tax_total
        )
    return Totals(round_amount(untaxed), tax_total)
