from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import formatLang


class SaleOrderLine(models.Model):
    """A line of a merged quotation: which branch wants what of it."""

    _inherit = "sale.order.line"

    preorder_source_line_ids = fields.Many2many(
        "sale.order.line",
        "preorder_merged_line_rel",
        "merged_line_id",
        "source_line_id",
        "Merged Lines",
        copy=False,
        readonly=True,
    )
    preorder_branches = fields.Char(
        "Branches",
        compute="_compute_preorder_branches",
        compute_sudo=True,
        help="What of this line is for which branch.",
    )

    @api.depends("preorder_source_line_ids.product_uom_qty")
    def _compute_preorder_branches(self):
        for line in self:
            line.preorder_branches = ", ".join(
                f"{_get_branch_name(partner)} {line._format_pieces(quantity)}"
                for partner, quantity in line._get_branch_quantities().items()
            )

    def _get_branch_quantities(self):
        """What of a merged line is for whom.

        :return: dict of the contact that ordered → quantity in the line's unit; empty
            for a line that is not merged
        """
        self.ensure_one()
        quantities = defaultdict(float)
        for source in self.sudo().preorder_source_line_ids:
            quantities[source.order_id.partner_id] += source.product_uom_qty
        return dict(quantities)

    def _format_pieces(self, quantity):
        return formatLang(
            self.env, quantity, digits=0 if quantity == int(quantity) else 2
        )

    def _get_negotiated_discount(self):
        """The line's discount if somebody has set it by hand, else ``None``."""
        self.ensure_one()
        tier = self.order_id.preorder_tier_id
        usual = self.env["preorder.pricing"]._get_line_discount(
            self.preorder_base_discount,
            0.0 if self.preorder_no_discount else tier.discount,
        )
        return None if self.discount == usual else self.discount

    def _prepare_merged_lines(self):
        """Values of a merged quotation's lines, alike ones added up."""
        alike = defaultdict(self.browse)
        for line in self.filtered(lambda line: line._is_preorder_line()):
            alike[
                line.product_id,
                line.product_uom_id,
                line.commitment_date,
                line.price_unit,
                line.preorder_base_discount,
                line.preorder_no_discount,
                line.preorder_not_counted,
                line._get_negotiated_discount(),
                line.tax_ids,
            ] |= line
        values = [
            {
                "product_id": lines[0].product_id.id,
                "product_uom_id": lines[0].product_uom_id.id,
                "product_uom_qty": sum(lines.mapped("product_uom_qty")),
                "price_unit": lines[0].price_unit,
                "technical_price_unit": lines[0].price_unit,
                "preorder_base_discount": lines[0].preorder_base_discount,
                "preorder_no_discount": lines[0].preorder_no_discount,
                "preorder_not_counted": lines[0].preorder_not_counted,
                "preorder_price_frozen": True,
                "tax_ids": [Command.set(lines[0].tax_ids.ids)],
                "commitment_date": lines[0].commitment_date,
                "requested_delivery_period_start": lines[
                    0
                ].requested_delivery_period_start,
                "requested_delivery_period_end": lines[0].requested_delivery_period_end,
                "preorder_source_line_ids": [Command.set(lines.ids)],
                # What follows from the tier follows from the merged order's.
                **({} if negotiated is None else {"discount": negotiated}),
            }
            for lines in alike.values()
            for negotiated in (lines[0]._get_negotiated_discount(),)
        ]
        # Carriage, notes: what the office added stands in the merged quotation too.
        values += [
            {**line.copy_data()[0], "order_id": False}
            for line in self
            if not line._is_preorder_line() and not line.is_downpayment
        ]
        for sequence, line_values in enumerate(values, 1):
            line_values["sequence"] = sequence
            line_values.pop("order_id", None)
        return values


def _get_branch_name(partner):
    """A branch's name: its own, or its company's where a person ordered for it."""
    return (partner if partner.is_company else partner.parent_id or partner).name
