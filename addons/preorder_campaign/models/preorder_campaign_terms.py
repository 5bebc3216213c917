from dataclasses import replace

from odoo import api, fields, models, tools

from .. import tiers


class PreorderCampaign(models.Model):
    """On what terms a campaign sells: pricelist and discount tiers."""

    _inherit = "preorder.campaign"

    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Empty: each customer's own pricelist.",
    )
    campaign_discount = fields.Float(
        "Campaign Discount (%)",
        digits="Discount",
        help="Comes on top of the customer's own price, before the tiers.",
    )
    tier_scope = fields.Selection(
        [
            ("order", "Each order"),
            ("company", "The company's branches together"),
        ],
        "Totals of",
        default="order",
        required=True,
        help="What counts towards a tier: an order's own total, or all orders of the "
        "customer's company in this campaign.",
    )
    tier_ids = fields.One2many(
        "preorder.tier", "campaign_id", "Discount Tiers", copy=True
    )

    _campaign_discount_range = models.Constraint(
        "CHECK(campaign_discount >= 0 AND campaign_discount <= 100)",
        "The campaign discount must lie between 0 and 100 %.",
    )

    def _get_pricelist(self, partner):
        """The pricelist of a customer's order form: the campaign's, or the customer's.

        The customer's own is the one that the office's quotations use, even where a
        website would not let customers choose it.
        """
        self.ensure_one()
        if self.pricelist_id:
            return self.pricelist_id
        pricelists = (
            self.env["product.pricelist"]
            .with_company(self.company_id)
            .with_context(preorder_own_pricelist=True)
            ._get_partner_pricelist_multi(partner.ids)
        )
        return pricelists[partner.id].with_context(preorder_own_pricelist=None)

    def _get_tier_progress(self, balance, currency, date):
        """Find which of the campaign's tiers a balance reaches.

        :param balance: amount in ``currency``, net of taxes
        :param currency: the order form's; targets, set in the company's currency, are
            converted at the rate of ``date`` and rounded
        :return: :class:`~..tiers.TierProgress`, ids of tiers as keys
        """
        self.ensure_one()
        steps = self._get_tiers(self.id, self.env.lang)
        if currency != self.currency_id:
            steps = [
                replace(
                    step,
                    target=self.currency_id._convert(
                        step.target, currency, self.company_id, date
                    ),
                )
                for step in steps
            ]
        return tiers.get_progress(steps, balance)

    @api.model
    @tools.ormcache("campaign_id", "lang")
    def _get_tiers(self, campaign_id, lang):
        """A campaign's tiers, kept in memory; forgotten when a tier is written."""
        records = self.sudo().browse(campaign_id).with_context(lang=lang).tier_ids
        return tuple(
            tiers.Tier(tier.id, tier.target_amount, tier.discount, tier.name)
            for tier in records
        )
