from odoo import models
from odoo.fields import Command, Domain

from ..line_amounts import LineAmounts
from ..overrides import is_defined_only_by

#: What a line must be given so that its other values follow from the order.
_GIVEN = (
    "order_id",
    "product_id",
    "product_uom_id",
    "product_uom_qty",
    "price_unit",
    "discount",
    "tax_ids",
)
#: What makes a line more than a quantity of a product at a price.
_SPECIAL = (
    "combo_item_id",
    "display_type",
    "extra_tax_data",
    "is_downpayment",
    "is_expense",
    "linked_line_id",
    "linked_virtual_id",
    "product_custom_attribute_value_ids",
    "product_no_variant_attribute_value_ids",
    "selected_combo_items",
    "virtual_id",
)

_ANALYTIC_METHODS = {
    "_compute_analytic_distribution": {"analytic", "sale", "preorder_campaign"}
}
_NAME_METHODS = {
    "_compute_name": {"sale", "sale_management"},
    "_get_sale_order_line_multiline_description_sale": {"sale"},
    "_get_sale_order_line_multiline_description_variants": {"sale"},
}
_AMOUNT_METHODS = {
    "_compute_amount": {"sale", "preorder_campaign"},
    "_prepare_base_line_for_taxes_computation": {"sale"},
    "_is_global_discount": {"sale"},
}
#: Fields that core computes before a line is inserted, and the methods that say how.
_METHODS = {
    "name": _NAME_METHODS,
    "price_subtotal": _AMOUNT_METHODS,
    "price_tax": _AMOUNT_METHODS,
    "price_total": _AMOUNT_METHODS,
    "price_reduce_taxexcl": {
        **_AMOUNT_METHODS,
        "_compute_price_reduce_taxexcl": {"sale"},
    },
    "price_reduce_taxinc": {
        **_AMOUNT_METHODS,
        "_compute_price_reduce_taxinc": {"sale"},
    },
    "customer_lead": {"_compute_customer_lead": {"sale", "sale_stock"}},
    "qty_delivered_method": {"_compute_qty_delivered_method": {"sale", "sale_stock"}},
    "product_custom_attribute_value_ids": {
        "_compute_custom_attribute_values": {"sale"}
    },
    "product_no_variant_attribute_value_ids": {
        "_compute_no_variant_attribute_values": {"sale"}
    },
}


class SaleOrderLine(models.Model):
    """The lines of an order form become lines of a quotation, all at once.

    Core computes each of a new line's values on a record of its own, and looks up the
    analytic distribution line by line. Where a line comes with its price, most of it
    follows from the order and the product; it is filled in here, as core would compute
    it (``test_bulk_lines`` compares every column). What another addon computes in its
    own way, or adds, is left to it.
    """

    _inherit = "sale.order.line"

    def _add_precomputed_values(self, vals_list):
        filled = [vals for vals in vals_list if self._is_plain_priced_line(vals)]
        names = self._get_bulk_field_names() if filled else ()
        self._fill_bulk_values(filled, names)
        result = super()._add_precomputed_values(vals_list)
        # What was filled in was computed, not set by hand: no inverse is called for.
        fields = {self._fields[name] for name in names}
        for vals in filled:
            vals["__precomputed__"] = fields | vals.get("__precomputed__", set())
        return result

    def _is_plain_priced_line(self, vals) -> bool:
        """Whether a new line is a product's quantity at a frozen price, no more."""
        if not vals.get("preorder_price_frozen") or any(map(vals.get, _SPECIAL)):
            return False
        if not all(name in vals for name in _GIVEN):
            return False
        taxes = vals["tax_ids"]
        return len(taxes) == 1 and taxes[0][0] == Command.SET

    def _get_bulk_field_names(self):
        """The fields whose values need no line to compute them."""
        return [
            name
            for name, field in self._fields.items()
            if field.precompute
            and (
                is_defined_only_by(self, _METHODS[name])
                if name in _METHODS
                else field.related and field.related.startswith("order_id.")
            )
        ]

    def _fill_bulk_values(self, vals_list, names):
        """Complete the values of new lines of an order form.

        :param vals_list: values of lines as :meth:`_is_plain_priced_line` wants them
        :param names: fields to fill in
        """
        names = set(names)
        related = {
            name: self._fields[name].related.split(".")[1:]
            for name in names
            if self._fields[name].related
        }
        products = self.env["product.product"].browse(
            {vals["product_id"] for vals in vals_list}
        )
        amounts = {}
        orders = {}
        for vals in vals_list:
            order_id = vals["order_id"]
            if order_id not in orders:
                order = self.env["sale.order"].browse(order_id)
                orders[order_id] = (
                    order,
                    products.with_context(lang=order._get_lang()),
                    {
                        name: self._fields[name].convert_to_write(
                            self._follow(order, path), self
                        )
                        for name, path in related.items()
                    },
                )
            order, described, common = orders[order_id]
            product = products.browse(vals["product_id"]).with_prefetch(products._ids)
            if product.type == "combo":
                continue
            filled = {
                **common,
                "product_custom_attribute_value_ids": [],
                "product_no_variant_attribute_value_ids": [],
                "customer_lead": product.sale_delay,
                "qty_delivered_method": (
                    "stock_move" if product.type == "consu" else "manual"
                ),
                **self._get_bulk_amounts(order, product, vals, amounts),
            }
            if not order.sale_order_template_id:
                filled["name"] = (
                    described.browse(product.id)
                    .with_prefetch(products._ids)
                    .get_product_multiline_description_sale()
                )
            for name, value in filled.items():
                if name in names:
                    vals.setdefault(name, value)

    def _follow(self, record, path):
        for name in path:
            record = record[name]
        return record

    def _get_bulk_amounts(self, order, product, vals, known):
        unit, quantity, discount = (
            self._fields[name].convert_to_cache(vals[name], self)
            for name in ("price_unit", "product_uom_qty", "discount")
        )
        return self._get_line_amounts(
            order,
            product,
            self.env["uom.uom"].browse(vals["product_uom_id"]),
            self.env["account.tax"].browse(vals["tax_ids"][0][2]),
            (unit, quantity, discount),
            known,
        )

    def _get_line_amounts(self, order, product, uom, taxes, figures, known):
        """A line's amounts, computed once for all lines with the same figures.

        :param figures: tuple of unit price, quantity, discount in percent
        :param known: dict that keeps the orders' :class:`~..line_amounts.LineAmounts`
        :return: dict of field name → amount
        """
        if order not in known:
            known[order] = LineAmounts(order)
        subtotal, total = known[order].compute(product, uom, taxes, figures)
        quantity = figures[1]
        return {
            "price_subtotal": subtotal,
            "price_total": total,
            "price_tax": total - subtotal,
            "price_reduce_taxexcl": subtotal / quantity if quantity else 0.0,
            "price_reduce_taxinc": total / quantity if quantity else 0.0,
        }

    def _are_amounts_plain(self) -> bool:
        """Whether core alone says what a line amounts to."""
        return is_defined_only_by(self, _AMOUNT_METHODS)

    def _is_plain_product_line(self) -> bool:
        """Whether the line is a quantity of a product at a price, in a pre-order."""
        return self._is_preorder_line() and not (self.extra_tax_data or self.is_expense)

    def _compute_amount(self):
        # A change of the order's tier or state asks for all its lines' amounts.
        plain = self.browse()
        if self._are_amounts_plain():
            plain = self.filtered(lambda line: line._is_plain_product_line())
        result = super(SaleOrderLine, self - plain)._compute_amount()
        known = {}
        for line in plain:
            amounts = self._get_line_amounts(
                line.order_id,
                line.product_id,
                line.product_uom_id,
                line.tax_ids,
                (line.price_unit, line.product_uom_qty, line.discount),
                known,
            )
            line.price_subtotal = amounts["price_subtotal"]
            line.price_total = amounts["price_total"]
            line.price_tax = amounts["price_tax"]
        return result

    def _compute_analytic_distribution(self):
        # Core looks models up line by line. Lines of a customer's order differ by
        # product and category alone, and only by those that a model names.
        if not is_defined_only_by(self, _ANALYTIC_METHODS):
            return super()._compute_analytic_distribution()
        lines = self.filtered(
            lambda line: line._is_preorder_line() and not line.analytic_distribution
        )
        result = super(SaleOrderLine, self - lines)._compute_analytic_distribution()
        if not lines:
            return result
        rules = (
            self.env["account.analytic.distribution.model"].sudo().search(Domain.TRUE)
        )
        named = set(rules.product_id.ids)
        categories = set(rules.product_categ_id.ids)
        alike = {}
        for line in lines:
            product = line.product_id
            category = product.categ_id if categories else product.categ_id.browse()
            key = (
                line.order_id,
                line.company_id,
                product.id if product.id in named else 0,
                category.id if category.id in categories else 0,
            )
            if key in alike:
                line.analytic_distribution = alike[key].analytic_distribution
            else:
                super(SaleOrderLine, line)._compute_analytic_distribution()
                alike[key] = line
        return result

    def _check_company(self, fnames=None):
        # What all lines together refer to is checked at once; only if something is
        # wrong with it, line by line, to name it.
        if not all(order.preorder_campaign_id for order in self.order_id):
            return super()._check_company(fnames)
        if fnames is None or {"company_id", "company_ids"} & set(fnames):
            fnames = self._fields
        names = [
            name
            for name in fnames
            if self._fields[name].relational and self._fields[name].check_company
        ]
        if any(self._fields[name].company_dependent for name in names):
            return super()._check_company(fnames)
        for company, lines in self.grouped("company_id").items():
            for name in names:
                others = lines.sudo()[name]
                domain = others._check_company_domain(company)
                if domain and others != others.with_context(
                    active_test=False
                ).filtered_domain(domain):
                    return super()._check_company(fnames)
        return None
