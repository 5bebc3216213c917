from odoo import api, fields, models


class PreorderAssortmentPreview(models.TransientModel):
    """Whose prices of a campaign's assortment are to be seen?"""

    _name = "preorder.assortment.preview"
    _description = "Preview a Campaign's Assortment"

    campaign_id = fields.Many2one(
        "preorder.campaign", required=True, ondelete="cascade"
    )
    variant_count = fields.Integer(related="campaign_id.variant_count")
    partner_id = fields.Many2one("res.partner", "Customer", required=True)
    is_for_partner = fields.Boolean(compute="_compute_is_for_partner")

    @api.depends("campaign_id", "partner_id")
    def _compute_is_for_partner(self):
        for wizard in self:
            wizard.is_for_partner = not wizard.partner_id or wizard.campaign_id._is_for(
                wizard.partner_id
            )

    def action_apply(self):
        """List the variants with the customer's prices."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "preorder_campaign.preorder_assortment_action"
        )
        action["display_name"] = self.env._(
            "%(campaign)s for %(customer)s",
            campaign=self.campaign_id.name,
            customer=self.partner_id.display_name,
        )
        action["domain"] = list(self.campaign_id._get_assortment_domain())
        action["context"] = {
            "create": False,
            "preorder_campaign_id": self.campaign_id.id,
            "preorder_partner_id": self.partner_id.id,
        }
        return action
