from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PreorderExclusion(models.Model):
    """Products that a campaign's discounts leave out, in one way or the other."""

    _name = "preorder.exclusion"
    _inherit = ["preorder.terms.mixin"]
    _description = "Pre-Order Discount Exclusion"
    _order = "campaign_id, id"

    campaign_id = fields.Many2one(
        "preorder.campaign", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="campaign_id.company_id")
    categ_id = fields.Many2one(
        "product.category",
        "Category",
        ondelete="cascade",
        help="With its sub-categories.",
    )
    brand_id = fields.Many2one("product.brand", ondelete="cascade")
    product_tmpl_id = fields.Many2one("product.template", "Product", ondelete="cascade")
    no_discount = fields.Boolean(
        "Gets No Discount",
        default=True,
        help="Neither the campaign's discount nor a tier's. The customer's own price "
        "stays.",
    )
    not_counted = fields.Boolean(
        "Does Not Count Towards Tiers",
        help="Its amount does not help to reach a tier.",
    )

    @api.depends("categ_id", "brand_id", "product_tmpl_id")
    def _compute_display_name(self):
        for exclusion in self:
            exclusion.display_name = (
                exclusion.product_tmpl_id or exclusion.brand_id or exclusion.categ_id
            ).display_name

    @api.constrains(
        "categ_id", "brand_id", "product_tmpl_id", "no_discount", "not_counted"
    )
    def _check_meaning(self):
        for exclusion in self:
            chosen = [
                each
                for each in (
                    exclusion.categ_id,
                    exclusion.brand_id,
                    exclusion.product_tmpl_id,
                )
                if each
            ]
            if len(chosen) != 1:
                raise ValidationError(
                    self.env._(
                        "Each exclusion is for one category, one brand or one product. "
                        "Use a line for each."
                    )
                )
            if not (exclusion.no_discount or exclusion.not_counted):
                raise ValidationError(
                    self.env._(
                        "%(name)s: say whether it gets no discount, does not count "
                        "towards tiers, or both. Otherwise remove the line.",
                        name=exclusion.display_name,
                    )
                )
