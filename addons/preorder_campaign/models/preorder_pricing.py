from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.lru import LRU

from .. import tiers, totals
from ..line_amounts import are_taxes_plain
from ..overrides import is_defined_only_by

#: The state of a table's rows. Where a row stands (``ctid``) changes with each update,
#: also with two in one transaction, which have the same ``write_date``.
_VERSION = SQL("(COUNT(*), SUM(hashtid(ctid)::bigint), MAX(write_date))")

#: What a variant's price is made of, and the addons known to define it: there, variants
#: of a product differ by the extras of their attribute values alone.
_PRODUCT_PRICE_METHODS = {
    "_price_compute": {"product"},
    "_get_attributes_extra_price": {"product"},
    "_compute_product_price_extra": {"product"},
    "_get_product_price_context": {"product"},
    "_get_no_variant_attributes_price_extra": {"product"},
    "_get_tax_included_unit_price_from_price": {"account"},
}
_RULE_PRICE_METHODS = {
    "_compute_price": {"product"},
    "_compute_base_price": {"product"},
    "_compute_price_before_discount": {"product"},
    "_show_discount": {"product", "sale"},
}

#: Shared by all requests of a process; keys begin with the database.
_KEPT_PRICES = LRU(50_000)
_KEPT_TAXES = LRU(1_000)
_KEPT_RULES = LRU(100)


class PriceStamps(NamedTuple):
    """What prices of some variants depend on, as it is now.

    ``by_product``: a variant's stamp, by its id. ``units``: its unit of measure's id.
    ``breaks``: all quantity breaks of price rules, in ascending order. ``settings``:
    the state of all that is no product, taxes among it. ``cells``: what an order form
    has of a variant, by its id, each as [delivery date, quantity, revision, id of the
    user who changed it, and its price: unit price, discount, tax key, whether it gets
    no tier's discount, whether it does not count towards tiers].
    """

    by_product: dict[int, tuple]
    units: dict[int, int]
    breaks: tuple[float, ...]
    settings: str
    cells: dict[int, list]


class RuleTurns(NamedTuple):
    """Where the price rules make a difference, each in ascending order.

    ``breaks``: quantities from which one applies; ``starts`` and ``ends``: naive UTC
    moments at which one begins, or applies for the last time.
    """

    breaks: tuple[float, ...]
    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]


@dataclass(frozen=True)
class Price:
    """What one unit of a variant costs a customer.

    ``unit`` is the price printed on a quotation's line, ``discount`` the pricelist's
    discount on it in percent, not rounded; ``tax_ids`` are the taxes that apply, after
    the fiscal position, in ascending order. A campaign adds its own discount, and
    whether the variant gets no tier's discount or does not count towards tiers.
    """

    unit: float
    discount: float
    tax_ids: tuple[int, ...]
    no_discount: bool = False
    not_counted: bool = False


class PricedQuantity(NamedTuple):
    """Some lines alike of an order form.

    They have the taxes ``tax_ids`` and the discount ``discount`` (percent, as printed).
    ``quantity`` times ``unit`` is what they amount to before discount, and there are
    ``count`` of them. The ``product_id`` counts where a tax looks at the product.
    """

    tax_ids: tuple[int, ...]
    unit: float
    quantity: float
    discount: float
    count: int = 1
    product_id: int | None = None


@dataclass(frozen=True)
class Terms:
    """What decides a customer's prices, as ids: the part of a price's cache key."""

    company_id: int
    pricelist_id: int
    currency_id: int
    fiscal_position_id: int


class PreorderPricing(models.AbstractModel):
    """Prices and totals of order forms, in bulk: to the cent what a quotation says."""

    _name = "preorder.pricing"
    _description = "Pre-Order Prices"

    # Prices

    @api.model
    def _get_prices(self, quantities, *, terms, date):
        """Price variants as ``sale.order.line`` does, many at once.

        :param quantities: dict of ``product.product`` record → quantity in its unit
            (0 is priced as 1, as on a quotation)
        :param terms: :class:`Terms`
        :param date: naive UTC moment at which price rules and rates apply
        :return: dict of product id → :class:`Price`
        """
        company = self.env["res.company"].browse(terms.company_id)
        products = self.env["product.product"].browse(
            [product.id for product in quantities]
        )
        products = products.with_company(company)
        pricelist = self.env["product.pricelist"].browse(terms.pricelist_id or ())
        find_rule = pricelist._preorder_get_rule_finder(products, date)
        get_price_key = self._get_price_key_maker(products)
        # Variants that cost the same for the same reasons are priced once.
        alike = {}
        keys = {}
        for product in products:
            quantity = quantities[product] or 1.0
            rule = find_rule(product, quantity)
            key = get_price_key(product, quantity, rule)
            keys[product.id] = key
            alike.setdefault(key, (product.id, quantity, rule))
        # Read what prices depend on for these alone.
        priced = products.browse([each[0] for each in alike.values()])
        prices = {
            key: self._get_price(
                product,
                quantity,
                rule,
                company=company,
                currency=self.env["res.currency"].browse(terms.currency_id),
                fiscal_position=self.env["account.fiscal.position"].browse(
                    terms.fiscal_position_id or ()
                ),
                date=date,
            )
            for product, (key, (_id, quantity, rule)) in zip(
                priced, alike.items(), strict=True
            )
        }
        return {product_id: prices[key] for product_id, key in keys.items()}

    def _get_price_key_maker(self, products):
        """Prepare telling which variants have the same price.

        :param products: ``product.product`` records that will be asked for
        :return: function of (product, quantity, rule) → a key: what is equal by it
            costs the same
        """
        if products._fields["list_price"].inherited and is_defined_only_by(
            products, _PRODUCT_PRICE_METHODS
        ):
            extras = (
                self.env["product.template.attribute.value"]
                .sudo()
                .with_context(active_test=False)
                .search(
                    [
                        ("product_tmpl_id", "in", products.product_tmpl_id.ids),
                        ("price_extra", "!=", 0),
                    ]
                )
            )
            apart = set(extras.ptav_product_variant_ids.ids)
        else:
            apart = set(products.ids)
        known_rules = is_defined_only_by(
            self.env["product.pricelist.item"], _RULE_PRICE_METHODS
        )
        traits = {}

        def get_price_key(product, quantity, rule):
            if rule.id not in traits:
                computed = rule and rule.compute_price != "fixed"
                own_price = computed and rule.base == "standard_price"
                chained = computed and rule.base == "pricelist"
                known = known_rules and (
                    not rule
                    or rule.compute_price in ("fixed", "percentage", "formula")
                    and (rule.base or "list_price")
                    in ("list_price", "standard_price", "pricelist")
                )
                traits[rule.id] = (
                    own_price or chained or not known,
                    chained or not known,
                )
            by_product, by_quantity = traits[rule.id]
            return (
                rule.id,
                product.product_tmpl_id.id,
                product.id if by_product or product.id in apart else 0,
                quantity if by_quantity else 0,
            )

        return get_price_key

    def _get_price(
        self, product, quantity, rule, *, company, currency, fiscal_position, date
    ):
        # The steps of sale.order.line: _get_display_price, _reset_price_unit and
        # _compute_discount.
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

    # Prices kept in memory
    #
    # Saving a cell must not read products, rules, taxes and rates again. A price is
    # kept under a stamp of everything it depends on, read with the saving transaction's
    # own eyes: whatever is changed, the stamp changes with it. Planning the query takes
    # longer than running it, and each request begins with a connection that has
    # forgotten all plans (Odoo resets it): the fewer words, the better.

    @api.model
    def _read_price_stamps(self, product_ids, date):
        """The stamps of variants' prices, in one query.

        :param product_ids: ids of ``product.product``
        :param date: naive UTC moment at which price rules apply
        :return: :class:`PriceStamps`, without variants that do not exist
        """
        self.env.flush_all()
        [row] = self.env.execute_query(
            SQL("SELECT %s", self._get_stamps_sql(product_ids, SQL("NULL")))
        )
        return self._make_stamps(*row, date)

    @api.model
    def _get_stamps_sql(self, product_ids, order: SQL) -> SQL:
        """Two columns: what :meth:`_make_stamps` takes.

        :param order: SQL of the id of an order form whose cells of these variants are
            read besides
        """
        return SQL(
            """
            (SELECT json_agg(json_build_array(
                        product.id,
                        (product.ctid, product.write_date)::text,
                        (SELECT json_build_array(
                                    template.uom_id,
                                    (template.ctid, template.write_date,
                                     (SELECT %(version)s
                                        FROM product_template_attribute_value
                                       WHERE product_tmpl_id = template.id))::text
                                )
                           FROM product_template template
                          WHERE template.id = product.product_tmpl_id),
                        (SELECT json_agg(json_build_array(
                                    line.delivery_date,
                                    line.quantity,
                                    line.revision,
                                    line.changed_by_id,
                                    line.price_unit,
                                    line.base_discount,
                                    line.tax_key,
                                    line.no_discount,
                                    line.not_counted
                                ))
                           FROM preorder_order_line line
                          WHERE line.order_id = %(order)s
                            AND line.product_id = product.id)
                    ))
               FROM product_product product
              WHERE product.id = ANY(%(products)s::integer[])),
            %(settings)s
            """,
            version=_VERSION,
            order=order,
            products=list(product_ids),
            settings=self.env["preorder.price.change"]._get_state_sql(),
        )

    @api.model
    def _make_stamps(self, products, settings, date):
        """The stamps of variants' prices, of what :meth:`_get_stamps_sql` reads.

        :param date: naive UTC moment at which price rules apply
        :return: :class:`PriceStamps`, without variants that do not exist
        """
        products = products or ()
        turns = self._get_rule_turns(settings)
        common = (
            settings,
            bisect_right(turns.starts, date),
            bisect_left(turns.ends, date),
        )
        by_product, units, found = {}, {}, {}
        for product_id, own, (uom_id, template), cells in products:
            by_product[product_id] = (*common, own, template)
            units[product_id] = uom_id
            found[product_id] = cells or ()
        return PriceStamps(by_product, units, turns.breaks, settings, found)

    @api.model
    def _get_rule_turns(self, settings):
        """The price rules' :class:`RuleTurns`, in memory under their state."""
        key = (self.env.cr.dbname, settings)
        if key not in _KEPT_RULES:
            [row] = self.env.execute_query(
                SQL(
                    """
                    SELECT array_agg(DISTINCT min_quantity::float8
                                     ORDER BY min_quantity::float8)
                               FILTER (WHERE min_quantity > 0),
                           array_agg(DISTINCT date_start ORDER BY date_start)
                               FILTER (WHERE date_start IS NOT NULL),
                           array_agg(DISTINCT date_end ORDER BY date_end)
                               FILTER (WHERE date_end IS NOT NULL)
                      FROM product_pricelist_item
                    """
                )
            )
            _KEPT_RULES[key] = RuleTurns(*(tuple(each or ()) for each in row))
        return _KEPT_RULES[key]

    @api.model
    def _get_kept_prices(self, quantities, stamps, *, terms, date):
        """Prices as :meth:`_get_prices` gives them, from memory where it has them.

        A quantity counts by the price break it reaches alone, as in Odoo's rules.

        :param quantities: dict of product id → quantity
        :param stamps: :class:`PriceStamps` of these products
        :return: dict of product id → :class:`Price`
        """
        # Currency rates are by the day.
        common = (self.env.cr.dbname, terms, date.date())
        keys, missing = {}, {}
        for product_id, quantity in quantities.items():
            quantity = _get_representative(quantity or 1.0, stamps.breaks)
            key = (*common, product_id, quantity, *stamps.by_product[product_id])
            keys[product_id] = key
            if key not in _KEPT_PRICES:
                missing[product_id] = quantity
        if missing:
            products = self.env["product.product"].browse(list(missing))
            found = self._get_prices(
                {product: missing[product.id] for product in products},
                terms=terms,
                date=date,
            )
            for product_id, price in found.items():
                _KEPT_PRICES[keys[product_id]] = price
            return {
                product_id: found.get(product_id) or _KEPT_PRICES[key]
                for product_id, key in keys.items()
            }
        return {product_id: _KEPT_PRICES[key] for product_id, key in keys.items()}

    # Totals

    @api.model
    def _get_line_discount(self, base_discount, tier_discount):
        """The discount printed on a line: the pricelist's and the tier's in one.

        :param base_discount: percent, not rounded
        :param tier_discount: percent; 0 without a tier
        """
        digits = self.env["decimal.precision"].precision_get("Discount")
        return tiers.compound_discount(digits, base_discount, tier_discount)

    @api.model
    def _get_totals(self, quantities, *, company, currency, linear_taxes=None):
        """Add up lines as a quotation does, under the company's rounding method.

        Rounding per line needs every line, so that lines may be combined only if they
        are exactly alike (``count``). Rounding globally sums before it rounds, so that
        all lines of the same taxes may be combined into one beforehand.

        :param quantities: iterable of :class:`PricedQuantity`
        :param linear_taxes: what :meth:`_get_linear_taxes` says of the lines' taxes,
            for callers who add up the same lines several times
        :return: :class:`~..totals.Totals`
        """
        quantities = list(quantities)
        if linear_taxes is None:
            linear_taxes = self._get_linear_taxes(
                {line.tax_ids for line in quantities},
                company=company,
                currency=currency,
            )
        if not linear_taxes and quantities:
            return self._get_totals_by_line(
                quantities, company=company, currency=currency
            )
        return totals.get_totals(
            (
                (
                    linear_taxes[line.tax_ids],
                    line.unit * (1 - line.discount / 100) * line.quantity * line.count,
                    line.quantity * line.count,
                )
                for line in quantities
            ),
            currency.round,
        )

    def _get_totals_by_line(self, quantities, *, company, currency):
        """Add up lines through ``account.tax``, one by one."""
        products = {}
        if self._look_at_products({line.tax_ids for line in quantities}):
            ids = {line.product_id for line in quantities if line.product_id}
            products = self.env["product.product"].browse(ids).grouped("id")
        base_lines = []
        for line in quantities:
            base_line = self._prepare_base_line(
                line, company, currency, products.get(line.product_id)
            )
            if line.count > 1:
                self._multiply_tax_details(base_line["tax_details"], line.count)
            base_lines.append(base_line)
        Tax = self.env["account.tax"].with_company(company)
        Tax._round_base_lines_tax_details(base_lines, company)
        summary = Tax._get_tax_totals_summary(base_lines, currency, company)
        return totals.Totals(
            summary["base_amount_currency"], summary["tax_amount_currency"]
        )

    def _look_at_products(self, tax_sets):
        """Whether a tax may depend on the product, as formulas do: of its weight, say.

        :param tax_sets: tuples of tax ids
        """
        taxes = self.env["account.tax"].browse(
            {each for ids in tax_sets for each in ids}
        )
        return not are_taxes_plain(taxes)

    def _prepare_base_line(self, line, company, currency, product=None):
        """A line with its raw tax details, as ``account.tax`` works with it.

        :param product: ``product.product`` record, if a tax looks at it
        """
        Tax = self.env["account.tax"].with_company(company)
        product = product or self.env["product.product"]
        base_line = Tax._prepare_base_line_for_taxes_computation(
            {},
            product_id=product,
            product_uom_id=product.uom_id,
            currency_id=currency,
            rate=1.0,
            tax_ids=Tax.browse(line.tax_ids),
            price_unit=line.unit,
            quantity=line.quantity,
            discount=line.discount,
        )
        Tax._add_tax_details_in_base_line(base_line, company)
        return base_line

    def _multiply_tax_details(self, details, count):
        for values in (details, *details["taxes_data"]):
            for key, value in values.items():
                if key.startswith("raw_"):
                    values[key] = value * count

    @api.model
    def _get_linear_taxes(self, tax_sets, *, company, currency, stamp=""):
        """How sets of taxes work on sums of lines.

        :param tax_sets: tuples of tax ids
        :param stamp: ``settings`` of :class:`PriceStamps`, for callers who have them
        :return: dict of tax set → :class:`~..totals.LinearTaxes`; empty if the company
            rounds per line or a set is not linear: then lines count one by one
        """
        if company.tax_calculation_rounding_method != "round_globally":
            return {}
        if not stamp:
            # No more than these: this runs within computations of quotations.
            self.env["account.tax"].flush_model()
            self.env["account.tax.repartition.line"].flush_model()
            changes = self.env["preorder.price.change"]
            [(stamp,)] = self.env.execute_query(
                SQL("SELECT %s", changes._get_state_sql())
            )
        found = {}
        for tax_ids in tax_sets:
            key = (self.env.cr.dbname, company.id, currency.id, tax_ids, stamp)
            if key not in _KEPT_TAXES:
                _KEPT_TAXES[key] = self._make_linear_taxes(company, currency, tax_ids)
            found[tax_ids] = _KEPT_TAXES[key]
        return found if all(found.values()) else {}

    def _make_linear_taxes(self, company, currency, tax_ids):
        if not tax_ids:
            return totals.LinearTaxes(1.0, 0.0, ())
        # A formula may change its mind at any price or quantity.
        if self._look_at_products([tax_ids]):
            return None

        def get_raw_amounts(unit, quantity):
            line = PricedQuantity(tax_ids, unit, quantity, 0.0)
            details = self._prepare_base_line(line, company, currency)["tax_details"]
            if any(data["is_reverse_charge"] for data in details["taxes_data"]):
                return None
            return {
                None: details["raw_total_excluded_currency"],
                **{
                    (data["tax"].id, data["price_include"]): data[
                        "raw_tax_amount_currency"
                    ]
                    for data in details["taxes_data"]
                },
            }

        # Two points give the line, a third one tells whether it is one.
        one, two, check = (
            get_raw_amounts(*point) for point in ((1.0, 1.0), (2.0, 1.0), (10.0, 7.0))
        )
        if not (one and two and check) or not one.keys() == two.keys() == check.keys():
            return None
        lines = {key: (two[key] - one[key], 2 * one[key] - two[key]) for key in one}
        if any(
            abs(rate * 70 + fee * 7 - check[key]) > 1e-9
            for key, (rate, fee) in lines.items()
        ):
            return None
        rate, fee = lines.pop(None)
        return totals.LinearTaxes(
            rate,
            fee,
            tuple(
                totals.LinearTax(tax_id, price_include, *line)
                for (tax_id, price_include), line in lines.items()
            ),
        )

    @api.model
    def _get_order_totals(
        self, order, lines, quantity, get_discount=attrgetter("discount")
    ):
        """What lines of a sales or purchase order amount to, as the order adds them up.

        :param order: ``sale.order`` or ``purchase.order`` record
        :param lines: its lines of products
        :param quantity: name of the lines' field with the quantity ordered
        :param get_discount: line → its discount in percent
        :return: :class:`~..totals.Totals`
        """
        by_product = not are_taxes_plain(lines.tax_ids)
        return self._get_totals(
            self._combine(
                PricedQuantity(
                    tuple(line.tax_ids.ids),
                    line.price_unit,
                    line[quantity],
                    get_discount(line),
                    product_id=line.product_id.id if by_product else None,
                )
                for line in lines
            ),
            company=order.company_id,
            currency=order.currency_id,
        )

    @api.model
    def _combine(self, quantities):
        """Fold lines that are the same, one each, into one with their count."""
        counts = Counter(quantities)
        return [line._replace(count=count) for line, count in counts.items()]


def _get_representative(quantity, breaks):
    """A quantity that every price rule treats like the given one."""
    reached = [each for each in breaks if each <= quantity]
    return reached[-1] if reached else min(quantity, 1.0)
