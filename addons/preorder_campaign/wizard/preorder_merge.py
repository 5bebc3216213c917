from odoo import api, fields, models


class PreorderMerge(models.TransientModel):
    """Merge the quotations of a company's branches into one."""

    _name = "preorder.merge"
    _description = "Merge Pre-Orders"

    order_ids = fields.Many2many("sale.order", string="Quotations", required=True)
    company_partner_id = fields.Many2one("res.partner")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        domain="[('id', 'child_of', company_partner_id)]",
        help="To whom the merged quotation goes: the company's buyer confirms it.",
    )

    @api.model
    def default_get(self, fields_list):
        """Take over the quotations chosen in the list; refuse what does not fit."""
        values = super().default_get(fields_list)
        orders = self.env["sale.order"].browse(self.env.context.get("active_ids"))
        orders._check_mergeable()
        company = orders.preorder_company_id
        values.update(
            order_ids=orders.ids, company_partner_id=company.id, partner_id=company.id
        )
        return values

    def action_merge(self):
        """Merge, and open the new quotation."""
        self.ensure_one()
        merged = self.order_ids._merge_preorders(self.partner_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": merged.id,
            "view_mode": "form",
        }
