from odoo import fields, models


class PreorderAllocationPriority(models.Model):
    """A place in a campaign's list of labels: who comes first when goods are short."""

    _name = "preorder.allocation.priority"
    _description = "Pre-Order Allocation Priority"
    _order = "campaign_id, sequence, id"

    campaign_id = fields.Many2one(
        "preorder.campaign", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="campaign_id.company_id")
    sequence = fields.Integer(default=10)
    label_id = fields.Many2one(
        "res.partner.category", required=True, ondelete="cascade"
    )

    _label_unique = models.Constraint(
        "UNIQUE(campaign_id, label_id)",
        "A label has one place in a campaign's list of priorities.",
    )
