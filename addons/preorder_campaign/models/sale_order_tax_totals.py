from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _compute_tax_totals(self):
        """Sum up a pre-order's lines alike before taxes are computed on them.

        Odoo computes each line's taxes for the totals below a document: a quarter of
        the time of a page of a thousand lines. Where taxes are rounded over the whole
        order, lines that differ in nothing but the variant can be one. Whatever would
        differ from the order's own amounts is left to Odoo.
        """
        done = self.browse()
        for order in self.filtered("preorder_campaign_id"):
            totals = order._get_folded_tax_totals()
            if totals:
                order.tax_totals = totals
                done |= order
        return super(SaleOrder, self - done)._compute_tax_totals()

    def _get_folded_tax_totals(self):
        """The totals of folded lines, or None if they would not be the same."""
        self.ensure_one()
        company = self.company_id
        if company.tax_calculation_rounding_method != "round_globally":
            return None
        lines = self._get_priced_lines()
        folded = lines.filtered(
            lambda line: line._is_preorder_line() and not line.extra_tax_data
        ).grouped(
            lambda line: (
                line.tax_ids,
                line.price_unit,
                line.discount,
            )
        )
        base_lines = [
            alike[0]._prepare_base_line_for_taxes_computation(
                quantity=sum(alike.mapped("product_uom_qty"))
            )
            for alike in folded.values()
        ]
        rest = lines - lines.browse().concat(*folded.values())
        base_lines += [line._prepare_base_line_for_taxes_computation() for line in rest]
        base_lines += self._add_base_lines_for_early_payment_discount()
        Tax = self.env["account.tax"]
        Tax._add_tax_details_in_base_lines(base_lines, company)
        Tax._round_base_lines_tax_details(base_lines, company)
        totals = Tax._get_tax_totals_summary(
            base_lines=base_lines, currency=self.currency_id, company=company
        )
        same = all(
            self.currency_id.compare_amounts(totals[key], amount) == 0
            for key, amount in (
                ("base_amount_currency", self.amount_untaxed),
                ("tax_amount_currency", self.amount_tax),
                ("total_amount_currency", self.amount_total),
            )
        )
        return totals if same else None
