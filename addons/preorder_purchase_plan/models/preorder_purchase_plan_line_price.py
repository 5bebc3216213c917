from odoo import fields, models
from odoo.tools import float_round

from ..offers import choose_offer, choose_smallest_offer
from ..plan import Demand, PriceStep, get_next_step, get_wanted


def _round(amount, currency):
    """An amount as it is kept, since what differs from it is written anew.

    :param currency: record, empty on a line that belongs to no plan yet
    """
    return currency.round(amount) if currency else amount


class PreorderPurchasePlanLine(models.Model):
    """From whom a line is bought, at which price, until when it is to be ordered."""

    _inherit = "preorder.purchase.plan.line"

    def _get_quantities(self, quantity, offers):
        """A quantity of the product's unit in each unit in which it is offered."""
        unit = self.product_uom_id
        units = self.env["uom.uom"].browse({offer.unit for offer in offers})
        return {other.id: unit._compute_quantity(quantity, other) for other in units}

    def _is_convertible(self, unit, other_id, known):
        """Whether a unit converts to another, given by its id."""
        key = (unit, other_id)
        if key not in known.related:
            known.related[key] = unit._has_common_reference(unit.browse(other_id))
        return known.related[key]

    def _set_seller(self, offers, known):
        """Choose the supplier as Odoo would for what is missing, or as was chosen.

        Below every minimum, the supplier with the smallest one: the order is raised to
        it.

        :param offers: list of :class:`~..offers.Offer` of the product
        :param known: :class:`Known`
        """
        today = known.today
        unit = self.product_uom_id
        wanted = self.quantity_wanted
        quantity = (
            max(0.0, wanted - self.quantity_ordered) + self.quantity_growing or wanted
        )
        suppliers = None
        if self.is_supplier_chosen:
            # As Odoo does, a contact's company's prices hold for the contact.
            suppliers = (self.partner_id | self.partner_id.parent_id).ids
        convertible = [
            offer for offer in offers if self._is_convertible(unit, offer.unit, known)
        ]
        offer = choose_offer(
            convertible, self._get_quantities(quantity, convertible), today, suppliers
        ) or choose_smallest_offer(convertible, today, suppliers)
        seller = self.env["product.supplierinfo"].browse(offer and offer.key)
        partner = self.partner_id if self.is_supplier_chosen else seller.partner_id
        self._assign(
            seller_id=seller,
            seller_uom_id=seller.product_uom_id or unit,
            partner_id=partner,
        )
        if self._is_left_to_rule():
            supply = "rule"
        else:
            supply = "buy" if partner else "none"
        self._assign(supply=supply)
        self._assign(problem=self._find_problem(offers, convertible))

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

    def _set_amounts(self, order, offers, known):
        """The price that the order will have, and what follows from it.

        :param order: :class:`~..plan.Order`
        :param offers: list of :class:`~..offers.Offer` of the product
        :param known: :class:`Known`
        """
        seller = self.seller_id
        unit = self.seller_uom_id
        own_unit = self.product_uom_id
        company = self.company_id
        factor = own_unit.factor / unit.factor
        step = None
        if order.quantity and seller:
            # The whole order's quantity decides the price, as on the order itself.
            quantity = self.quantity_growing * factor + order.quantity
            suppliers = (self.partner_id | self.partner_id.parent_id).ids
            possible = self._get_offers_for_order(offers, suppliers)
            offer = choose_offer(
                possible,
                {unit.id: quantity, own_unit.id: quantity / factor},
                known.today,
                suppliers,
            )
            if offer:
                seller = seller.browse(offer.key)
            step = self._find_next_step(quantity, seller, possible, known)
        currency = seller.currency_id or company.currency_id
        price = (seller.product_uom_id or unit)._compute_price(seller.price, unit)
        each = price * (1 - seller.discount / 100)
        amount = order.quantity * each
        key = (company, currency)
        if key not in known.rates:
            known.rates[key] = currency._get_conversion_rate(
                currency, company.currency_id, company, known.today
            )
        rate = known.rates[key]
        # Before the amounts, which are rounded by it.
        self._assign(currency_id=currency)
        known.last[self].update(
            price=price,
            discount=seller.discount,
            amount=_round(amount, currency),
            amount_company=_round(amount * rate, company.currency_id),
        )
        self._set_next_step(step, known)
        self._set_sales(each * rate * factor, known)
        self._set_dates(seller, order, known)

    def _get_offers_for_order(self, offers, suppliers):
        """The offers whose price the line's order could have, as Odoo sees it.

        On an order in the supplier's unit, prices by the product's own unit count too.

        :param offers: list of :class:`~..offers.Offer` of the product
        :param suppliers: ids of those whose prices hold on the order
        :return: those of the supplier, under the same agreement
        """
        chosen = next((each for each in offers if each.key == self.seller_id.id), None)
        if not chosen:
            return []
        units = (self.seller_uom_id.id, self.product_uom_id.id)
        return [
            offer
            for offer in offers
            if offer.unit in units
            and offer.supplier in suppliers
            and offer.agreement == chosen.agreement
        ]

    def _find_next_step(self, quantity, seller, offers, known):
        """What ordering more would make cheaper.

        :param quantity: what is to be ordered, in the line's unit of purchase
        :param seller: the ``product.supplierinfo`` whose price holds
        :param offers: what :meth:`_get_offers_for_order` returns
        :param known: :class:`Known`
        :return: :class:`~..plan.NextStep`, ``None`` if nothing becomes cheaper
        """
        own = next((offer for offer in offers if offer.key == seller.id), None)
        if not own or len(offers) < 2:
            return None
        unit, own_unit = self.seller_uom_id, self.product_uom_id
        factors = {unit.id: unit.factor, own_unit.id: own_unit.factor}

        def get_step(offer):
            factor = factors[offer.unit] / unit.factor
            return PriceStep(
                offer.minimum * factor,
                offer.price / factor * (1 - offer.discount / 100),
            )

        return get_next_step(
            quantity,
            get_step(own).price,
            (
                get_step(offer)
                for offer in offers
                if offer.is_valid(known.today)
                and offer.currency == own.currency
                and offer.supplier == own.supplier
            ),
            self.seller_id.order_multiple,
        )

    def _set_next_step(self, step, known):
        """Keep what ordering more would make cheaper.

        :param step: :class:`~..plan.NextStep` or ``None``
        :param known: :class:`Known`
        """
        values = dict.fromkeys(("step_more", "step_less_each", "step_cost"), 0.0)
        if step:
            values = {
                "step_more": step.more,
                "step_less_each": float_round(step.less_each, known.price_digits),
                "step_cost": _round(step.cost, self.currency_id),
            }
        known.last[self].update(values)

    def _set_sales(self, cost_each, known):
        """Expected sales, and what is left of them.

        :param cost_each: of one of the product's unit, in the company's currency
        :param known: :class:`Known`
        """
        chances = self._get_chances()
        sales = (
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
        currency = self.company_id.currency_id
        known.last[self].update(
            sales_amount=_round(sales, currency),
            margin=_round(sales - sold * cost_each, currency),
        )

    def _set_dates(self, seller, order, known):
        """Until when it is to be ordered."""
        latest = self.date_needed and fields.Date.subtract(
            self.date_needed, days=seller.delay
        )
        plan = self.plan_id
        if plan not in known.expire:
            days = plan.campaign_ids.mapped("supplier_expire_date")
            known.expire[plan] = min(filter(None, days), default=None)
        expire = known.expire[plan]
        if expire:
            latest = min(latest, expire) if latest else expire
        known.last[self].update(
            date_order_latest=latest,
            is_late=bool(latest and latest < known.today and order.quantity > 0),
        )
