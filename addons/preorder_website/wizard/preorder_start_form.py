from odoo import fields, models
from odoo.exceptions import UserError


class PreorderStartForm(models.TransientModel):
    """Open the order form of a customer, to fill it on its behalf."""

    _name = "preorder.start.form"
    _description = "Fill an Order Form for a Customer"

    campaign_id = fields.Many2one(
        "preorder.campaign", required=True, domain=[("state", "=", "open")]
    )
    partner_id = fields.Many2one("res.partner", "Customer", required=True)

    def action_open(self):
        """Go to the order form as the customer sees it."""
        self.ensure_one()
        if not self.campaign_id._is_for(self.partner_id):
            raise UserError(
                self.env._(
                    "“%(campaign)s” is not meant for %(customer)s. Add the customer, "
                    "or one of its labels, on the campaign's tab Customers.",
                    campaign=self.campaign_id.name,
                    customer=self.partner_id.display_name,
                )
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/preorder/campaign/{self.campaign_id.id}/for/{self.partner_id.id}",
            "target": "self",
        }
