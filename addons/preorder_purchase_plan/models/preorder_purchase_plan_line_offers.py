from datetime import date
from typing import NamedTuple

from odoo import fields, models
from odoo.fields import Domain

from ..offers import Offer


class SupplierPrice(NamedTuple):
    """A ``product.supplierinfo``, by the columns that ``_PRICE_COLUMNS`` names."""

    key: int
    supplier: int
    unit: int
    minimum: float
    price: float
    sequence: int
    valid_from: date | None
    valid_until: date | None
    currency: int
    discount: float | None
    company: int | None
    product: int | None
    template: int


_PRICE_COLUMNS = (
    "id",
    "partner_id",
    "product_uom_id",
    "min_qty",
    "price",
    "sequence",
    "date_start",
    "date_end",
    "currency_id",
    "discount",
    "company_id",
    "product_id",
    "product_tmpl_id",
)


class PreorderPurchasePlanLine(models.Model):
    """What suppliers offer for the lines of a plan, which are many."""

    _inherit = "preorder.purchase.plan.line"

    def _get_offers(self):
        """The suppliers' prices of the lines' products, all read together.

        :return: dict of line → list of :class:`~..offers.Offer`
        """
        templates = self.product_tmpl_id
        prices = self._read_supplier_prices(templates)
        today = fields.Date.context_today(self)
        currencies = self.env["res.currency"].browse({row.currency for row in prices})
        units = templates.uom_id | templates.uom_id.browse({row.unit for row in prices})
        factors = {unit.id: unit.factor for unit in units}
        own_factors = {
            template.id: factors[template.uom_id.id] for template in templates
        }
        offers = {}
        for company, lines in self.grouped("company_id").items():
            rates = {
                currency.id: currency._get_conversion_rate(
                    currency, company.currency_id, company, today
                )
                for currency in currencies
            }
            made = {}
            of_template = {template.id: [] for template in templates}
            for row in prices:
                if row.company not in (company.id, None):
                    continue
                discount = row.discount or 0.0
                made[row.key] = Offer(
                    key=row.key,
                    supplier=row.supplier,
                    unit=row.unit,
                    minimum=row.minimum,
                    price=row.price,
                    compared_price=row.price
                    * own_factors[row.template]
                    / factors[row.unit]
                    * (1 - discount / 100)
                    * rates[row.currency],
                    sequence=row.sequence or 0,
                    valid_from=row.valid_from,
                    valid_until=row.valid_until,
                    currency=row.currency,
                    discount=discount,
                )
                of_template[row.template].append((row.product, row.key))
            made = self._complete_offers(made)
            for line in lines:
                its_products = (line.product_id.id, None)
                offers[line] = [
                    made[key]
                    for product, key in of_template.get(line.product_tmpl_id.id, ())
                    if product in its_products
                ]
        return offers

    def _read_supplier_prices(self, templates):
        """Prices of suppliers that are not archived, as rows: they are many.

        :return: list of :class:`SupplierPrice`
        """
        sellers = self.env["product.supplierinfo"].sudo()
        query = sellers._search(
            Domain("product_tmpl_id", "in", templates.ids)
            & Domain("partner_id.active", "=", True),
            order=sellers._order,
        )
        return [
            SupplierPrice(*row)
            for row in self.env.execute_query(
                query.select(
                    *(
                        sellers._field_to_sql(query.table, name, query)
                        for name in _PRICE_COLUMNS
                    )
                )
            )
        ]

    def _fetch_sellers(self, offers):
        """Have the records of suppliers' prices at hand, all read together.

        :param offers: dict of line → list of :class:`~..offers.Offer`
        """
        keys = {offer.key for its_offers in offers.values() for offer in its_offers}
        sellers = self.env["product.supplierinfo"].sudo().browse(keys)
        sellers.fetch([*_PRICE_COLUMNS, "delay", "order_multiple"])

    def _complete_offers(self, offers):
        """Add what other addons know of suppliers' prices.

        :param offers: dict of id of a supplier's price → :class:`~..offers.Offer`
        :return: the same, completed
        """
        return offers
