from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PreorderTier(models.Model):
    """A step of a campaign's discount on the order's total."""

    _name = "preorder.tier"
    _inherit = ["preorder.terms.mixin"]
    _description = "Pre-Order Discount Tier"
    _order = "campaign_id, target_amount"

    campaign_id = fields.Many2one(
        "preorder.campaign", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="campaign_id.company_id")
    currency_id = fields.Many2one(related="campaign_id.currency_id")
    name = fields.Char(required=True, translate=True, help="Printed on documents.")
    target_amount = fields.Monetary(
        "From",
        help="The tier holds from this total on: net of taxes, with pricelist "
        "discounts, without the tier's own.",
    )
    discount = fields.Float("Discount (%)", digits="Discount", required=True)

    _target_unique = models.Constraint(
        "UNIQUE(campaign_id, target_amount)",
        "Two tiers begin at the same amount. Give each tier an amount of its own.",
    )

    @api.constrains("discount", "target_amount")
    def _check_ranges(self):
        for tier in self:
            if not 0 <= tier.discount <= 100:
                raise ValidationError(
                    self.env._(
                        "Tier “%(tier)s”: the discount must lie between 0 and 100 %%.",
                        tier=tier.name,
                    )
                )
            if tier.target_amount < 0:
                raise ValidationError(
                    self.env._(
                        "Tier “%(tier)s”: the amount cannot be negative.",
                        tier=tier.name,
                    )
                )
