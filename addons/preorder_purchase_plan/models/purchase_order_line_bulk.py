from collections import Counter

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Command, Domain
from odoo.tools import float_round, get_lang

from odoo.addons.preorder_campaign.line_amounts import LineAmounts
from odoo.addons.preorder_campaign.overrides import is_defined_only_by

from ..offers import choose_offer

#: What a plan gives for a line; the rest follows from the order and the product.
_GIVEN = ("order_id", "product_id", "product_uom_id", "product_qty")
#: What is given only by somebody who wants it otherwise.
_DECIDED = ("price_unit", "discount", "name", "date_planned", "tax_ids")

#: What is asked of a supplier's price.
_SELLER_FIELDS = (
    "currency_id",
    "delay",
    "discount",
    "partner_id",
    "price",
    "product_code",
    "product_name",
    "product_uom_id",
)
#: What follows from what is given and decided, and nobody sets.
_FOLLOWING = {
    "company_id",
    "partner_id",
    "preorder_plan_id",
    "product_uom_qty",
    "qty_invoiced",
    "qty_received_method",
    "qty_to_invoice",
}

_PRICE_METHODS = {
    "_compute_price_unit_and_date_planned_and_name": {
        "purchase",
        "purchase_requisition",
    },
    "_compute_selected_seller_id": {"purchase"},
    "_get_select_sellers_params": {"purchase"},
    "_get_date_planned": {"purchase", "preorder_purchase_plan"},
    "_compute_tax_id": {"purchase"},
}
_SELLER_METHODS = {
    "_select_seller": {"product"},
    "_get_filtered_sellers": {"product"},
    # Where it is asked for a purchase order: the agreement's own prices.
    "_prepare_sellers": {"product", "purchase_requisition", "mrp_subcontracting"},
}
_OFFER_METHODS = {"_get_filtered_supplier": {"product", "purchase"}}
_AMOUNT_METHODS = {
    "_compute_amount": {"purchase", "preorder_purchase_plan"},
    "_prepare_base_line_for_taxes_computation": {"purchase"},
}
_QUANTITY_METHODS = {
    "_compute_product_uom_qty": {"purchase"},
    "_compute_qty_received_method": {"purchase", "purchase_stock"},
    "_compute_qty_invoiced": {"purchase"},
    "_prepare_qty_invoiced": {"purchase"},
    "_get_invoice_lines": {"purchase"},
}
#: Type of product → how what was received of it is found.
_RECEIVED_BY = {"consu": "stock_moves", "service": "manual"}
_ANALYTIC_METHODS = {"_compute_analytic_distribution": {"analytic", "purchase"}}


class PurchaseOrderLine(models.Model):
    """The lines of a plan become lines of requests for quotation, all at once.

    Odoo finds price, description and taxes of a new line on a record of its own, with
    some eight queries each, and for the supplier's smallest quantity; only a form
    corrects that for the quantity typed in. Here, lines that a plan orders get what a
    form would give them (``test_bulk_purchase_lines`` compares every column). Where
    another addon has a say in prices, each line is left to Odoo, and corrected as a
    form would.
    """

    _inherit = "purchase.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Complete the lines of plans, as a form would."""
        unpriced = [
            bool(vals.get("preorder_plan_line_id"))
            and all(vals.get(name) for name in _GIVEN)
            and not any(name in vals for name in _DECIDED)
            for vals in vals_list
        ]
        to_fill = [
            vals for vals, is_new in zip(vals_list, unpriced, strict=True) if is_new
        ]
        filled = {id(vals) for vals in self._fill_bulk_values(to_fill)}
        left_to_core = [
            is_new and id(vals) not in filled
            for vals, is_new in zip(vals_list, unpriced, strict=True)
        ]
        lines = super().create(vals_list)
        self._keep_bulk_values(lines, vals_list, filled)
        rest = self.browse(
            line.id
            for line, is_left in zip(lines, left_to_core, strict=True)
            if is_left
        )
        if rest:
            rest._compute_price_unit_and_date_planned_and_name()
        return lines

    def _keep_bulk_values(self, lines, vals_list, filled):
        """Let what lines were created with stand: Odoo would compute it once more.

        :param filled: the ``id()`` of those of ``vals_list`` that were completed
        """
        by_names = {}
        for line, vals in zip(lines, vals_list, strict=True):
            if id(vals) in filled:
                names = frozenset(_FOLLOWING & vals.keys())
                by_names.setdefault(names, []).append(line.id)
        for names, ids in by_names.items():
            for name in names:
                self.env.remove_to_compute(self._fields[name], self.browse(ids))

    def _fill_bulk_values(self, vals_list):
        """Complete the values of new lines of plans.

        :param vals_list: values with what :data:`_GIVEN` names
        :return: those that were completed; the others are left to Odoo
        """
        products = self.env["product.product"]
        if not (
            vals_list
            and is_defined_only_by(self, _PRICE_METHODS)
            and is_defined_only_by(products, _SELLER_METHODS)
            and is_defined_only_by(self.env["product.supplierinfo"], _OFFER_METHODS)
        ):
            return []
        by_order = {}
        for vals in vals_list:
            by_order.setdefault(vals["order_id"], []).append(vals)
        # As the superuser, like every stored field that Odoo computes.
        orders = self.env["purchase.order"].sudo().browse(by_order)
        plan_lines = orders.env["preorder.purchase.plan.line"].browse(
            vals["preorder_plan_line_id"] for vals in vals_list
        )
        # Read for all orders together.
        products = tuple({vals["product_id"] for vals in vals_list})
        offers = plan_lines._get_offers()
        plan_lines.fetch(["date_needed"])
        return [
            vals
            for order in orders
            for vals in self._fill_lines_of_order(
                order, by_order[order.id], products, offers
            )
        ]

    def _fill_lines_of_order(self, order, vals_list, all_products, offers):
        """Complete the values of an order's new lines.

        :param order: ``purchase.order`` record, as the superuser
        :param all_products: ids of the products of all orders' new lines
        :param offers: dict of plan line → list of :class:`~..offers.Offer`
        :return: those of ``vals_list`` that were completed
        """
        if "requisition_id" in order._fields and order.requisition_id:
            return []
        lines = self.sudo().with_company(order.company_id)
        plan_lines = lines.env["preorder.purchase.plan.line"]
        products = lines.env["product.product"].browse(
            vals["product_id"] for vals in vals_list
        )
        choose_seller = lines._get_bulk_chooser(order)
        sellers = {
            id(vals): choose_seller(
                vals, product, offers[plan_lines.browse(vals["preorder_plan_line_id"])]
            )
            for vals, product in zip(
                vals_list, products.with_prefetch(all_products), strict=True
            )
        }
        # Without a price, Odoo takes the cost.
        priced = [vals for vals in vals_list if sellers[id(vals)]]
        products = products.browse(vals["product_id"] for vals in priced).with_prefetch(
            all_products
        )
        chosen = lines.env["product.supplierinfo"].concat(*sellers.values())
        chosen.fetch(_SELLER_FIELDS)
        get_name = lines._get_bulk_namer(order, products)
        get_price = lines._get_bulk_pricer(order)
        get_distribution = lines._get_bulk_distributor(order)
        complete = lines._get_bulk_completer(order)
        for vals, product in zip(priced, products, strict=True):
            seller = sellers[id(vals)]
            unit = lines.env["uom.uom"].browse(vals["product_uom_id"])
            price, taxes = get_price(product, seller, unit)
            vals.update(
                name=get_name(product, seller),
                price_unit=price,
                technical_price_unit=price,
                discount=seller.discount or 0.0,
                tax_ids=[Command.set(taxes.ids)],
                date_planned=lines._get_arrival_for_plan(
                    order,
                    plan_lines.browse(vals["preorder_plan_line_id"]),
                    order.date_order + relativedelta(days=seller.delay),
                ),
            )
            if get_distribution and "analytic_distribution" not in vals:
                vals["analytic_distribution"] = get_distribution(product)
            complete(vals, product, unit)
        return priced

    def _get_bulk_chooser(self, order):
        """A function (values, product, offers) → the supplier's price for a new line.

        The price that Odoo chooses for the order's form. Offers are those of the
        product, each an :class:`~..offers.Offer`.
        """
        units = self.env["uom.uom"]
        sellers = self.env["product.supplierinfo"]
        has_agreements = "purchase_requisition_id" in sellers._fields
        day = order.date_order.date()
        suppliers = (order.partner_id | order.partner_id.parent_id).ids

        def choose_seller(vals, product, offers):
            unit = units.browse(vals["product_uom_id"])
            allowed = (unit.id, product.product_tmpl_id.uom_id.id)
            possible = [
                offer
                for offer in offers
                if offer.unit in allowed
                and not (
                    has_agreements and sellers.browse(offer.key).purchase_requisition_id
                )
            ]
            quantities = {
                other: unit._compute_quantity(vals["product_qty"], units.browse(other))
                for other in {offer.unit for offer in possible}
            }
            offer = choose_offer(possible, quantities, day, suppliers)
            return sellers.browse(offer and offer.key)

        return choose_seller

    def _get_bulk_namer(self, order, products):
        """A function (product, supplier's price) → the line's description."""
        described = products.with_context(
            lang=get_lang(self.env, order.partner_id.lang).code,
            display_default_code=True,
        )
        # Read for all at once: a name is made of each product for itself.
        for name in ("name", "default_code", "description_purchase"):
            described.mapped(name)
        described.product_template_attribute_value_ids.mapped("name")
        described.product_template_attribute_value_ids.attribute_line_id.mapped(
            "value_count"
        )
        sample = self.new({"order_id": order.id})
        # Odoo names a product by one price, or by all of a supplier's: where these say
        # the same, products need not be named one by one.
        suppliers = order.partner_id | order.partner_id.commercial_partner_id
        alike = self._filter_named_alike(products, suppliers)
        by_supplier = described.with_context(partner_id=order.partner_id.id)
        by_supplier.browse(alike).mapped("display_name")

        def get_name(product, seller):
            if product.id in alike and seller.partner_id in suppliers:
                named = by_supplier.browse(product.id)
            else:
                # A name of its own for each price: without the others to prefetch.
                named = described.browse(product.id).with_context(seller_id=seller.id)
            return sample._get_product_purchase_description(named)

        return get_name

    def _filter_named_alike(self, products, suppliers):
        """Ids of products to which all prices of suppliers give the same name."""
        names = Counter(
            template.id
            for template, _name, _code in self.env["product.supplierinfo"]._read_group(
                Domain("product_tmpl_id", "in", products.product_tmpl_id.ids)
                & Domain("partner_id", "in", suppliers.ids),
                ["product_tmpl_id", "product_name", "product_code"],
            )
        )
        return {
            product.id for product in products if names[product.product_tmpl_id.id] == 1
        }

    def _get_bulk_pricer(self, order):
        """A function (product, supplier's price, unit) → (unit price, taxes)."""
        company, currency = order.company_id, order.currency_id
        taxes_of = {}
        rates = {}
        digits = max(
            currency.decimal_places,
            self.env["decimal.precision"].precision_get("Product Price"),
        )
        position = (
            order.fiscal_position_id
            or order.fiscal_position_id._get_fiscal_position(order.partner_id)
        )
        tax_model = self.env["account.tax"]

        def get_price(product, seller, unit):
            of_product = product.product_tmpl_id.supplier_taxes_id
            if of_product not in taxes_of:
                taxes_of[of_product] = position.map_tax(
                    of_product._filter_taxes_by_company(company)
                )
            taxes = taxes_of[of_product]
            own = seller.currency_id
            if own not in rates:
                rates[own] = own._get_conversion_rate(
                    own, currency, company, order.date_order
                )
            price = tax_model._fix_tax_included_price_company(
                seller.price, of_product, taxes, company
            )
            if own != currency:
                price *= rates[own]
            price = float_round(price, precision_digits=digits)
            return seller.product_uom_id._compute_price(price, unit), taxes

        return get_price

    def _get_bulk_completer(self, order):
        """A function (values, product, unit) that adds what follows from them.

        Odoo would compute it once the lines are inserted, and write each line again.
        """
        common = {"company_id": order.company_id.id, "partner_id": order.partner_id.id}
        has_quantities = order.state in ("draft", "sent") and is_defined_only_by(
            self, _QUANTITY_METHODS
        )
        plan_lines = self.env["preorder.purchase.plan.line"]
        ordered = self._fields["product_qty"]

        def complete(vals, product, unit):
            plan_line = plan_lines.browse(vals["preorder_plan_line_id"])
            vals.update(common, preorder_plan_id=plan_line.plan_id.id)
            if not has_quantities:
                return
            quantity = ordered.convert_to_cache(vals["product_qty"], self)
            template = product.product_tmpl_id
            if unit != template.uom_id:
                quantity = unit._compute_quantity(quantity, template.uom_id)
            vals.update(
                product_uom_qty=quantity,
                qty_received_method=_RECEIVED_BY.get(template.type, False),
                qty_invoiced=0.0,
                qty_to_invoice=0.0,
            )

        return complete

    def _get_bulk_distributor(self, order):
        """A function product → analytic distribution; ``None`` to leave it to Odoo.

        Lines of an order differ by product and category alone, and only by those that a
        distribution model names.
        """
        if not is_defined_only_by(self, _ANALYTIC_METHODS):
            return None
        models_of_all = self.env["account.analytic.distribution.model"]
        rules = models_of_all.search(Domain.TRUE)
        named, categories = set(rules.product_id.ids), set(rules.product_categ_id.ids)
        known = {}

        def get_distribution(product):
            category = product.categ_id.id if categories else 0
            key = (
                product.id if product.id in named else 0,
                category if category in categories else 0,
            )
            if key not in known:
                known[key] = models_of_all._get_distribution(
                    {
                        "product_id": product.id,
                        "product_categ_id": product.categ_id.id,
                        "partner_id": order.partner_id.id,
                        "partner_category_id": order.partner_id.category_id.ids,
                        "company_id": order.company_id.id,
                    }
                )
            return known[key] or False

        return get_distribution

    def _are_amounts_plain(self) -> bool:
        """Whether Odoo alone says what a line amounts to."""
        return is_defined_only_by(self, _AMOUNT_METHODS)

    def _compute_amount(self):
        # The lines of a request are many, and each costs Odoo a computation of taxes.
        planned = self.browse()
        if self._are_amounts_plain():
            planned = self.filtered(
                lambda line: line.preorder_plan_line_id and not line.display_type
            )
        result = super(PurchaseOrderLine, self - planned)._compute_amount()
        for order, lines in planned.grouped("order_id").items():
            amounts = LineAmounts(order)
            for line in lines:
                subtotal, total = amounts.compute(
                    line.product_id,
                    line.product_uom_id,
                    line.tax_ids,
                    (line.price_unit, line.product_qty, line.discount),
                )
                line.price_subtotal = subtotal
                line.price_total = total
                line.price_tax = total - subtotal
        return result
