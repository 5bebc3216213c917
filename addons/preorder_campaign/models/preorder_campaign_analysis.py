from odoo import models


class PreorderCampaign(models.Model):
    """How a campaign does, by itself and next to last season's."""

    _inherit = "preorder.campaign"

    def action_view_analysis(self):
        """Show what the campaign brings in."""
        self.ensure_one()
        return self._get_analysis_action(
            "preorder_campaign.preorder_report_action", self
        )

    def action_compare(self):
        """Show the campaign's and its predecessor's curves towards their ends."""
        self.ensure_one()
        return self._get_analysis_action(
            "preorder_campaign.preorder_report_action_comparison",
            self | self.previous_campaign_id,
        )

    def _get_analysis_action(self, xml_id, campaigns):
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        action["domain"] = [("campaign_id", "in", campaigns.ids)]
        if len(campaigns) == 1:
            action["context"] = {}
        return action
