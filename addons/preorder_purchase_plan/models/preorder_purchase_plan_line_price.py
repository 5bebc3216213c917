from odoo import fields, models

from ..offers import Offer, choose_offer, choose_smallest_offer
from ..plan import Demand, PriceStep, get_next_step, get_wanted


class PreorderPurchasePlanLine(models.Model):
    """From whom a line is bought, at which price, until when it is to be ordered."""

    _inherit = "preorder.purchase.plan.line"

    def _get_offers(self):
        """The suppliers' prices of the lines' products, all read together.

        :return: dict of line → list of :class:`~..offers.Offer`
        """
        products = self.product_id
        sellers = products.product_tmpl_id.sudo().seller_ids
        sellers.fetch(
            [
                "company_id",
                "currency_id",
                "date_end",
                "date_start",
                "delay",
                "discount",
                "min_qty",
                "order_multiple",
                "partner_id",
                "price",
                "product_id",
                "product_tmpl_id",
                "product_uom_id",
                "sequence",
            ]
        )
        today = fields.Date.context_today(self)
        offers = {}
        for company, lines in self.grouped("company_id").items():
            rates = {
                currency: currency._get_conversion_rate(
                    currency, company.currency_id, company, today
                )
                for currency in sellers.currency_id
            }
            of_template = {}
            for seller in sellers:
                if seller.company_id not in (company, company.browse()):
                    continue
                if not seller.partner_id.active:
                    continue
                unit = seller.product_tmpl_id.uom_id
                of_template.setdefault(seller.product_tmpl_id, []).append(
                    (
                        seller.product_id,
                        Offer(
                            key=seller.id,
                            supplier=seller.partner_id.id,
                            unit=seller.product_uom_id.id,
                            minimum=seller.min_qty,
                            price=seller.price,
                            compared_price=seller.price
                            * unit.factor
                            / seller.product_uom_id.factor
                            * (1 - seller.discount / 100)
                            * rates[seller.currency_id],
                            sequence=seller.sequence,
                            valid_from=seller.date_start or None,
                            valid_until=seller.date_end or None,
                        ),
                    )
                )
            for line in lines:
                offers[line] = [
                    offer
                    for product, offer in of_template.get(line.product_tmpl_id, ())
                    if not product or product == line.product_id
                ]
        return offers

    def _get_quantities(self, quantity, offers):
        """A quantity of the product's unit in each unit in which it is offered."""
        unit = self.product_uom_id
        units = self.env["uom.uom"].browse({offer.unit for offer in offers})
        return {other.id: unit._compute_quantity(quantity, other) for other in units}

    def _set_seller(self, offers):
        """Choose the supplier as Odoo would for what is missing, or as was chosen.

        Below every minimum, the supplier with the smallest one: the order is raised to
        it.
        """
        today = fields.Date.context_today(self)
        wanted = self.quantity_wanted
        quantity = (
            max(0.0, wanted - self.quantity_ordered) + self.quantity_growing or wanted
        )
        suppliers = None
        if self.is_supplier_chosen:
            # As Odoo does, a contact's company's prices hold for the contact.
            suppliers = (self.partner_id | self.partner_id.parent_id).ids
        convertible = [
            offer
            for offer in offers
            if self.product_uom_id._has_common_reference(
                self.product_uom_id.browse(offer.unit)
            )
        ]
        offer = choose_offer(
            convertible, self._get_quantities(quantity, convertible), today, suppliers
        ) or choose_smallest_offer(convertible, today, suppliers)
        seller = self.env["product.supplierinfo"].browse(offer and offer.key)
        self.seller_id = seller
        self.seller_uom_id = seller.product_uom_id or self.product_uom_id
        if not self.is_supplier_chosen:
            self.partner_id = seller.partner_id
        else:
            self.partner_id = self.partner_id
        if self._is_left_to_rule():
            self.supply = "rule"
        elif self.partner_id:
            self.supply = "buy"
        else:
            self.supply = "none"
        self.problem = self._find_problem(offers, convertible)

    def _find_problem(self, offers, convertible):
        """Why the line cannot be ordered as it is; ``False`` if it can."""
        if self.supply == "rule":
            return False
        if self.partner_id and not self.partner_id.active:
            return "archived"
        if offers and not convertible:
            return "no_unit"
        if not self.seller_id:
            return "no_price" if self.partner_id else "no_supplier"
        currency = self.seller_id.currency_id
        if (
            currency != self.company_id.currency_id
            and not currency.sudo().rate_ids.filtered(
                lambda rate: (
                    rate.company_id
                    in (self.company_id.root_id, rate.company_id.browse())
                )
            )
        ):
            return "no_rate"
        return False

    def _set_amounts(self, order, offers, rates):
        """The price that the order will have, and what follows from it.

        :param order: :class:`~..plan.Order`
        :param rates: filled: currency → its rate in the company's currency
        """
        seller = self.seller_id
        unit = self.seller_uom_id
        today = fields.Date.context_today(self)
        growing = (
            self.quantity_growing * self.product_uom_id.factor / unit.factor
            if order.quantity
            else 0.0
        )
        if order.quantity and seller:
            # The whole order's quantity decides the price, as on the order itself.
            same = [
                offer
                for offer in offers
                if offer.unit == unit.id and offer.supplier == seller.partner_id.id
            ]
            offer = choose_offer(same, {unit.id: growing + order.quantity}, today)
            if offer:
                seller = seller.browse(offer.key)
        self.price = seller.price
        self.discount = seller.discount
        self.currency_id = seller.currency_id or self.company_id.currency_id
        each = seller.price * (1 - seller.discount / 100)
        self.amount = order.quantity * each
        key = (self.company_id, self.currency_id)
        if key not in rates:
            rates[key] = self.currency_id._get_conversion_rate(
                self.currency_id, self.company_id.currency_id, self.company_id, today
            )
        self.amount_company = self.amount * rates[key]
        self._set_sales(each * rates[key] * self.product_uom_id.factor / unit.factor)
        self._set_dates(seller, today)
        step = get_next_step(
            growing + order.quantity,
            each,
            (
                PriceStep(other.min_qty, other.price * (1 - other.discount / 100))
                for other in self.env["product.supplierinfo"].browse(
                    offer.key
                    for offer in offers
                    if offer.supplier == seller.partner_id.id
                    and offer.unit == unit.id
                    and offer.is_valid(today)
                )
                if other.currency_id == seller.currency_id
            ),
            seller.order_multiple,
        )
        self.step_more = step.more if step else 0.0
        self.step_less_each = step.less_each if step else 0.0
        self.step_cost = step.cost if step else 0.0

    def _set_sales(self, cost_each):
        """Expected sales, and what is left of them.

        :param cost_each: of one of the product's unit, in the company's currency
        """
        chances = self._get_chances()
        self.sales_amount = (
            self.sales_confirmed
            + self.sales_quoted * chances.quoted
            + self.sales_started * chances.started
        )
        sold = get_wanted(
            Demand(
                confirmed=self.quantity_confirmed - self.quantity_own_shop,
                quoted=self.quantity_quoted - self.own_shop_quoted,
                started=self.quantity_started - self.own_shop_started,
            ),
            chances,
        )
        self.margin = self.sales_amount - sold * cost_each

    def _set_dates(self, seller, today):
        """Until when it is to be ordered."""
        latest = self.date_needed and fields.Date.subtract(
            self.date_needed, days=seller.delay
        )
        expires = [
            day
            for day in self.plan_id.campaign_ids.mapped("supplier_expire_date")
            if day
        ]
        if expires:
            latest = min([latest, *expires] if latest else expires)
        self.date_order_latest = latest
        self.is_late = bool(latest and latest < today and self.quantity_to_order > 0)
