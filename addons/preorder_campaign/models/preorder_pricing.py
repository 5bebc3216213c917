from collections import defaultdict
from dataclasses import dataclass

from odoo import api, models

from .. import tiers


@dataclass(frozen=True)
class Price:
    """What one unit of a variant costs a customer.

    ``unit`` is the price printed on a quotation's line, ``discount`` the pricelist's
    discount on it in percent, not rounded; ``tax_ids`` are the taxes that apply, after
    the fiscal position, in ascending order.
    """

    unit: float
    discount: float
    tax_ids: tuple[int, ...]


@dataclass(frozen=True)
class PricedQuantity:
    """Some lines alike of an order form.

    They have the taxes ``tax_ids`` and the discount ``discount`` (percent, as printed).
    ``quantity`` times ``unit`` is what they amount to before discount, and there are
    ``count`` of them.
    """

    tax_ids: tuple[int, ...]
    unit: float
    quantity: float
    discount: float
    count: int = 1


@dataclass(frozen=True)
class Totals:
    """Amounts in the order form's currency, rounded to it."""

    untaxed: float
    tax: float

    @property
    def total(self):
        """The amount including taxes."""
        return self.untaxed + self.tax


class PreorderPricing(models.AbstractModel):
    """Prices and totals of order forms, in bulk: to the cent what a quotation says."""

    _name = "preorder.pricing"
    _description = "Pre-Order Prices"

    @api.model
    def _get_prices(
        self, quantities, *, company, pricelist, currency, fiscal_position, date
    ):
        """Price variants as ``sale.order.line`` does, many at once.

        :param quantities: dict of ``product.product`` record → quantity in its unit
            (0 is priced as 1, as on a quotation)
        :param date: naive UTC moment at which price rules and rates apply
        :return: dict of product id → :class:`Price`
        """
        products = self.env["product.product"].browse(
            [product.id for product in quantities]
        )
        products = products.with_company(company)
        find_rule = pricelist._preorder_get_rule_finder(products, date)
        return {
            product.id: self._get_price(
                product,
                quantities[product] or 1.0,
                find_rule,
                company=company,
                currency=currency,
                fiscal_position=fiscal_position,
                date=date,
            )
            for product in products
        }

    def _get_price(
        self, product, quantity, find_rule, *, company, currency, fiscal_position, date
    ):
        # The steps of sale.order.line: _get_display_price, _reset_price_unit and
        # _compute_discount.
        rule = find_rule(product, quantity)
        context = product._get_product_price_context(
            self.env["product.template.attribute.value"]
        )
        arguments = (product.with_context(**context), quantity, product.uom_id, date)
        price = display = rule._compute_price(*arguments, currency=currency)
        discount = 0.0
        if rule._show_discount():
            base = rule._compute_price_before_discount(*arguments, currency=currency)
            display = max(base, price)
            if base and (base - price) * base > 0:
                discount = (base - price) / base * 100
        taxes = product.taxes_id._filter_taxes_by_company(company)
        unit = product._get_tax_included_unit_price_from_price(
            display, product_taxes=taxes, fiscal_position=fiscal_position
        )
        applied = fiscal_position.map_tax(taxes) if fiscal_position else taxes
        return Price(unit, discount, tuple(sorted(applied.ids)))

    @api.model
    def _get_line_discount(self, base_discount, tier):
        """The discount printed on a line: the pricelist's and the tier's in one.

        :param base_discount: percent, not rounded
        :param tier: ``preorder.tier`` record, or empty
        """
        digits = self.env["decimal.precision"].precision_get("Discount")
        return tiers.compound_discount(digits, base_discount, tier.discount)

    @api.model
    def _get_totals(self, quantities, *, company, currency) -> Totals:
        """Add up lines as a quotation does, under the company's rounding method.

        Rounding per line needs every line, so that lines may be combined only if they
        are exactly alike (``count``). Rounding globally sums before it rounds, so that
        all lines of the same taxes may be combined into one beforehand.

        :param quantities: iterable of :class:`PricedQuantity`
        """
        Tax = self.env["account.tax"].with_company(company)
        base_lines = []
        for line in quantities:
            base_line = Tax._prepare_base_line_for_taxes_computation(
                {},
                currency_id=currency,
                rate=1.0,
                tax_ids=Tax.browse(line.tax_ids),
                price_unit=line.unit,
                quantity=line.quantity,
                discount=line.discount,
            )
            Tax._add_tax_details_in_base_line(base_line, company)
            if line.count > 1:
                self._multiply_tax_details(base_line["tax_details"], line.count)
            base_lines.append(base_line)
        Tax._round_base_lines_tax_details(base_lines, company)
        summary = Tax._get_tax_totals_summary(base_lines, currency, company)
        return Totals(summary["base_amount_currency"], summary["tax_amount_currency"])

    def _multiply_tax_details(self, details, count):
        for values in (details, *details["taxes_data"]):
            for key, value in values.items():
                if key.startswith("raw_"):
                    values[key] = value * count

    @api.model
    def _combine(self, quantities):
        """Fold lines of the same taxes, discount, quantity and price into one each."""
        counts = defaultdict(int)
        for line in quantities:
            key = (line.tax_ids, line.unit, line.quantity, line.discount)
            counts[key] += line.count
        return [PricedQuantity(*key, count) for key, count in counts.items()]
