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
        suppliers = set(sellers.partner_id.filtered("active"))
        units = sellers.product_uom_id | sellers.product_tmpl_id.uom_id
        offers = {}
        for company, lines in self.grouped("company_id").items():
            rates = {
                currency: currency._get_conversion_rate(
                    currency, company.currency_id, company, today
                )
                for currency in sellers.currency_id
            }
            of_template = {}
            companies = (company, company.browse())
            factors = {unit: unit.factor for unit in units}
            for seller in sellers:
                if (
                    seller.company_id not in companies
                    or seller.partner_id not in suppliers
                ):
                    continue
                template = seller.product_tmpl_id
                of_template.setdefault(template, []).append(
                    (
                        seller.product_id,
                        Offer(
                            compared_price=seller.price
                            * factors[template.uom_id]
                            / factors[seller.product_uom_id]
                            * (1 - seller.discount / 100)
                            * rates[seller.currency_id],
                            **self._prepare_offer(seller),
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

    def _prepare_offer(self, seller):
        """What the plan knows of a supplier's price.

        :param seller: ``product.supplierinfo`` record
        :return: values of :class:`~..offers.Offer`
        """
        return {
            "key": seller.id,
            "supplier": seller.partner_id.id,
            "unit": seller.product_uom_id.id,
            "minimum": seller.min_qty,
            "price": seller.price,
            "sequence": seller.sequence,
            "valid_from": seller.date_start or None,
            "valid_until": seller.date_end or None,
        }

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
        growing = 0.0
        if order.quantity and self.quantity_growing:
            growing = self.quantity_growing * own_unit.factor / unit.factor
        possible = self._get_offers_for_order(offers)
        if order.quantity and seller:
            # The whole order's quantity decides the price, as on the order itself.
            quantity = growing + order.quantity
            offer = choose_offer(
                possible,
                {
                    unit.id: quantity,
                    own_unit.id: quantity * unit.factor / own_unit.factor,
                },
                known.today,
                (self.partner_id | self.partner_id.parent_id).ids,
            )
            if offer:
                seller = seller.browse(offer.key)
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
        step = self._get_next_step(growing + order.quantity, seller, possible, known)
        self._assign(
            price=price,
            discount=seller.discount,
            currency_id=currency,
            amount=amount,
            amount_company=amount * rate,
            step_more=step.more if step else 0.0,
            step_less_each=step.less_each if step else 0.0,
            step_cost=step.cost if step else 0.0,
        )
        self._set_sales(each * rate * own_unit.factor / unit.factor)
        self._set_dates(seller, order, known)

    def _get_offers_for_order(self, offers):
        """The offers whose price the line's order could have, as Odoo sees it.

        On an order in the supplier's unit, prices by the product's own unit count too.

        :param offers: list of :class:`~..offers.Offer` of the product
        :return: those of the supplier, under the same agreement
        """
        chosen = next((each for each in offers if each.key == self.seller_id.id), None)
        units = (self.seller_uom_id.id, self.product_uom_id.id)
        suppliers = (self.partner_id | self.partner_id.parent_id).ids
        return [
            offer
            for offer in offers
            if chosen
            and offer.unit in units
            and offer.supplier in suppliers
            and offer.agreement == chosen.agreement
        ]

    def _get_next_step(self, quantity, seller, offers, known):
        """What ordering more would make cheaper, :class:`~..plan.NextStep` or ``None``.

        :param quantity: what is to be ordered, in the line's unit of purchase
        :param seller: the ``product.supplierinfo`` whose price holds
        :param offers: what :meth:`_get_offers_for_order` returns
        """
        if not quantity or len(offers) < 2:
            return None
        unit = self.seller_uom_id

        def get_step(other):
            own = other.product_uom_id
            return PriceStep(
                other.min_qty * own.factor / unit.factor,
                own._compute_price(other.price, unit) * (1 - other.discount / 100),
            )

        others = seller.browse(
            offer.key for offer in offers if offer.is_valid(known.today)
        )
        return get_next_step(
            quantity,
            get_step(seller).price,
            (
                get_step(other)
                for other in others
                if other.currency_id == seller.currency_id
                and other.partner_id == seller.partner_id
            ),
            self.seller_id.order_multiple,
        )

    def _set_sales(self, cost_each):
        """Expected sales, and what is left of them.

        :param cost_each: of one of the product's unit, in the company's currency
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
        self._assign(sales_amount=sales, margin=sales - sold * cost_each)

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
        self._assign(
            date_order_latest=latest,
            is_late=bool(latest and latest < known.today and order.quantity > 0),
        )
