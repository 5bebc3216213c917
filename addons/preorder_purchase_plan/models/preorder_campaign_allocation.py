from odoo import fields, models

from .preorder_allocation import STRATEGIES


class PreorderCampaign(models.Model):
    """Who gets how much when a campaign's goods are short."""

    _inherit = "preorder.campaign"

    allocation_strategy = fields.Selection(
        STRATEGIES,
        "When Goods Are Short",
        required=True,
        default="first",
        help="How goods are shared out of which less arrives, or less is confirmed by "
        "the supplier, than customers have ordered.",
    )
    allocation_priority_ids = fields.One2many(
        "preorder.allocation.priority",
        "campaign_id",
        "Priority of Labels",
        copy=True,
        help="Customers with the first label come first, then those with the second, "
        "then all others; among equals, who confirmed first.",
    )
    allocation_count = fields.Integer(compute="_compute_allocation_count")

    def _compute_allocation_count(self):
        counts = dict(
            self.env["preorder.allocation"]._read_group(
                [("campaign_ids", "in", self.ids)], ["campaign_ids"], ["__count"]
            )
        )
        for campaign in self:
            campaign.allocation_count = counts.get(campaign._origin, 0)

    def _get_allocation_warehouse(self):
        """The warehouse in which the campaign's goods arrive."""
        self.ensure_one()
        return self.picking_type_id.warehouse_id or self.env[
            "stock.warehouse"
        ].sudo().search([("company_id", "=", self.company_id.id)], limit=1)

    def action_allocate(self):
        """Open the preview of who gets how much of what is in stock now."""
        return self.env["preorder.allocation"]._open(self)

    def action_view_allocations(self):
        """Show the campaign's allocations."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "preorder_purchase_plan.preorder_allocation_action"
        )
        action["domain"] = [("campaign_ids", "in", self.ids)]
        return action
