from odoo import models

from odoo.addons.preorder_campaign.line_amounts import are_taxes_plain
from odoo.addons.preorder_campaign.overrides import is_defined_only_by

_AMOUNTS_METHODS = {"_amount_all": {"purchase", "preorder_purchase_plan"}}


class PurchaseOrder(models.Model):
    """The totals of a plan's requests, by what their lines have in common."""

    _inherit = "purchase.order"

    def _amount_all(self):
        # Odoo computes the taxes of each line once more for the order's totals. The two
        # agree to the cent (test_bulk_purchase_lines).
        folded = self.filtered(lambda order: order._is_adding_up_like_a_form())
        result = super(PurchaseOrder, self - folded)._amount_all()
        pricing = self.env["preorder.pricing"]
        for order in folded:
            totals = pricing._get_order_totals(order, order.order_line, "product_qty")
            order.amount_untaxed = totals.untaxed
            order.amount_tax = totals.tax
            order.amount_total = totals.total
            order.amount_total_cc = totals.total
        return result

    def _is_adding_up_like_a_form(self) -> bool:
        """Whether the total is that of a plan's lines in the company's currency."""
        self.ensure_one()
        lines = self.order_line
        return bool(
            self.preorder_plan_id
            and self.currency_id == self.company_id.currency_id
            and not any(line.display_type for line in lines)
            and lines._are_amounts_plain()
            and are_taxes_plain(lines.tax_ids)
            and is_defined_only_by(self, _AMOUNTS_METHODS)
        )
