from odoo import models

from ..line_amounts import are_taxes_plain
from ..overrides import is_defined_only_by

_AMOUNTS_METHODS = {
    "_compute_amounts": {"sale", "preorder_campaign"},
    "_get_priced_lines": {"sale"},
    "_add_base_lines_for_early_payment_discount": {"sale"},
}


class SaleOrder(models.Model):
    """The totals of a pre-order's quotation, by what its lines have in common."""

    _inherit = "sale.order"

    def _add_precomputed_values(self, vals_list):
        # Core would make each line twice, the first time only to compute values of the
        # order, none of which looks at its lines.
        lines = {}
        if not self._are_precomputed_from_lines():
            lines = {
                position: vals.pop("order_line")
                for position, vals in enumerate(vals_list)
                if vals.get("preorder_campaign_id") and "order_line" in vals
            }
        result = super()._add_precomputed_values(vals_list)
        for position, commands in lines.items():
            vals_list[position]["order_line"] = commands
        return result

    def _are_precomputed_from_lines(self) -> bool:
        """Whether an addon computes an order's value from its lines beforehand."""
        return any(
            path.split(".")[0] == "order_line"
            for field in self._fields.values()
            if field.precompute
            for path in self.pool.field_depends[field]
        )

    def _compute_amounts(self):
        # What the order form adds up to, core would find line by line. The two agree
        # to the cent (test_totals).
        folded = self.filtered(lambda order: order._is_adding_up_like_a_form())
        result = super(SaleOrder, self - folded)._compute_amounts()
        pricing = self.env["preorder.pricing"]
        for order in folded:
            totals = pricing._get_order_totals(
                order, order._get_priced_lines(), "product_uom_qty"
            )
            order.amount_untaxed = totals.untaxed
            order.amount_tax = totals.tax
            order.amount_total = totals.total
        return result

    def _is_adding_up_like_a_form(self) -> bool:
        """Whether the order's total is made of a pre-order's lines, no more."""
        self.ensure_one()
        lines = self._get_priced_lines()
        return bool(
            self.preorder_campaign_id
            and not self.payment_term_id.early_discount
            and lines._are_amounts_plain()
            and are_taxes_plain(lines.tax_ids)
            and all(line._is_plain_product_line() for line in lines)
            and is_defined_only_by(self, _AMOUNTS_METHODS)
        )
