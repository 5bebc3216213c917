"""What an order's lines amount to: taxes by Odoo, each computation done once.

Odoo computes the taxes of each line for itself. Lines of a pre-order are many and often
alike, so what depends on the same figures is computed once.
"""

#: Taxes whose amounts depend on price, discount and quantity alone.
_PLAIN_TAXES = {"fixed", "percent", "division", "group"}


def are_taxes_plain(taxes) -> bool:
    """Whether taxes follow from price, discount and quantity, whatever the product.

    :param taxes: ``account.tax`` records
    """
    return _PLAIN_TAXES.issuperset(
        taxes.flatten_taxes_hierarchy().mapped("amount_type")
    )


class LineAmounts:
    """Amounts of the lines of one sales or purchase order.

    :param order: ``sale.order`` or ``purchase.order`` record
    """

    def __init__(self, order):
        self._order = order
        self._company = order.company_id or order.env.company
        self._currency = order.currency_id or self._company.currency_id
        self._are_plain = {}
        self._known = {}

    def compute(self, product, uom, taxes, figures):
        """A line's amounts in the order's currency, rounded as Odoo rounds them.

        :param product: ``product.product`` record
        :param uom: ``uom.uom`` record, the line's unit
        :param taxes: ``account.tax`` records, those of the order's fiscal position
        :param figures: tuple of unit price, quantity, discount in percent
        :return: tuple of amounts without taxes and with them
        """
        ids = taxes._ids
        if ids not in self._are_plain:
            self._are_plain[ids] = are_taxes_plain(taxes)
        key = (ids, figures, None if self._are_plain[ids] else (product.id, uom.id))
        if key not in self._known:
            self._known[key] = self._compute_taxes(product, uom, taxes, figures)
        return self._known[key]

    def _compute_taxes(self, product, uom, taxes, figures):
        unit, quantity, discount = figures
        if not taxes:
            amount = self._currency.round(quantity * (unit * (1 - discount / 100.0)))
            return amount, amount
        base_line = taxes._prepare_base_line_for_taxes_computation(
            {},
            product_id=product,
            product_uom_id=uom,
            tax_ids=taxes,
            price_unit=unit,
            quantity=quantity,
            discount=discount,
            partner_id=self._order.partner_id,
            currency_id=self._currency,
            rate=self._order.currency_rate,
        )
        taxes._add_tax_details_in_base_line(base_line, self._company)
        taxes._round_base_lines_tax_details([base_line], self._company)
        details = base_line["tax_details"]
        return (
            self._currency.round(details["total_excluded_currency"]),
            self._currency.round(details["total_included_currency"]),
        )
