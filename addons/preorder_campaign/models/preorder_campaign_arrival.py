from odoo import fields, models


class PreorderCampaign(models.Model):
    """What customers are told of their goods between order and delivery."""

    _inherit = "preorder.campaign"

    date_change_days = fields.Integer(
        "Dates Change From (Days)",
        default=1,
        help="Promised dates that moved by fewer days are not listed as changed.",
        groups="base.group_user",
    )
    ready_notice = fields.Boolean(
        "Tell Customers When Goods Are Ready",
        default=True,
        help="One mail when a part of a delivery is ready, and one when all of it is.",
        groups="base.group_user",
    )
    shop_arrival_notice = fields.Boolean(
        "Tell End Customers When Goods Reach the Shop",
        default=True,
        help="Who has reserved goods with a shop of ours gets a mail when its "
        "transfer has arrived there.",
        groups="base.group_user",
    )
    date_change_count = fields.Integer(
        "Changed Dates", compute="_compute_date_change_count"
    )

    _date_change_days_positive = models.Constraint(
        "CHECK(date_change_days >= 1)",
        "Dates change from one day on: enter 1 or more.",
    )

    def _compute_date_change_count(self):
        counts = dict(
            self.env["sale.order.line"]
            .sudo()
            ._read_group(
                [
                    ("preorder_campaign_id", "in", self.ids),
                    ("preorder_date_change", "!=", False),
                ],
                ["preorder_campaign_id"],
                ["__count"],
            )
        )
        for campaign in self:
            campaign.date_change_count = counts.get(campaign, 0)

    def action_view_date_changes(self):
        """Show the lines whose promised dates moved since customers were told."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "preorder_campaign.preorder_date_change_action"
        )
        action["domain"] = [
            ("preorder_date_change", "!=", False),
            ("preorder_campaign_id", "in", self.ids),
        ]
        action["context"] = {
            "search_default_group_customer": 1,
            "create": False,
            "preorder_campaign_ids": self.ids,
        }
        return action
