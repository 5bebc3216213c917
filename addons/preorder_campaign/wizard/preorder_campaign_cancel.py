from odoo import api, fields, models
from odoo.exceptions import UserError


class PreorderCampaignCancel(models.TransientModel):
    """Call a campaign off: what happens to what customers have entered?"""

    _name = "preorder.campaign.cancel"
    _description = "Call a Campaign Off"

    campaign_id = fields.Many2one(
        "preorder.campaign", required=True, ondelete="cascade"
    )
    draft_count = fields.Integer(related="campaign_id.draft_count")
    submitted_count = fields.Integer(related="campaign_id.submitted_count")
    confirmed_count = fields.Integer(related="campaign_id.confirmed_count")
    forms = fields.Selection(
        [("cancel", "Are cancelled"), ("keep", "Are kept, closed")],
        "Outcome of Forms",
        default="cancel",
        required=True,
    )
    quotations = fields.Selection(
        [("cancel", "Are cancelled"), ("keep", "Can still be confirmed")],
        "Outcome of Quotations",
        default="cancel",
        required=True,
    )
    message = fields.Text(help="Added to the mail, in your own words.")

    @api.depends("campaign_id")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = wizard.campaign_id.display_name

    def action_apply(self):
        """Call the campaign off and tell everyone who has a form or was invited."""
        self.ensure_one()
        campaign = self.campaign_id
        if campaign.state not in ("draft", "open"):
            raise UserError(
                self.env._(
                    "“%s” has ended already. Cancel single quotations instead.",
                    campaign.name,
                )
            )
        campaign._begin_ending(
            "cancelled", self.forms, self.quotations, self.message or ""
        )
        if self.message:
            campaign.message_post(body=self.message)
        self.env["preorder.notice"]._announce(
            "cancelled",
            campaign._get_told_partners() - campaign._get_active_orders().partner_id,
            campaign=campaign,
            key=campaign.ending_key,
            message=self.message or "",
        )
        return {"type": "ir.actions.act_window_close"}
