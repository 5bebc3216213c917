from odoo import fields, models


class PreorderPurchasePlanSplit(models.TransientModel):
    """From whom a part of a variant is to be bought."""

    _name = "preorder.purchase.plan.split"
    _description = "Buy a Part from Another Supplier"

    line_id = fields.Many2one(
        "preorder.purchase.plan.line", required=True, ondelete="cascade", readonly=True
    )
    product_id = fields.Many2one(related="line_id.product_id")
    uom_id = fields.Many2one(related="line_id.product_uom_id")
    wanted = fields.Float(related="line_id.quantity_wanted")
    partner_id = fields.Many2one("res.partner", "Supplier", required=True)
    quantity = fields.Float(digits="Product Unit", required=True)

    def action_split(self):
        """Buy that part from the other supplier."""
        self.ensure_one()
        self.line_id._split(self.partner_id, self.quantity)
        return {"type": "ir.actions.act_window_close"}
