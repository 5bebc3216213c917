from dataclasses import replace

from odoo import api, fields, models, tools
from odoo.tools import SQL

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
    exclusion_ids = fields.One2many(
        "preorder.exclusion", "campaign_id", "Exclusions", copy=True
    )
    manual_tier_by = fields.Selection(
        [
            ("salesperson", "Salespersons"),
            ("manager", "Sales managers"),
        ],
        "Tier Set by Hand by",
        default="salesperson",
        required=True,
        help="Who may set the tier of a single quotation by hand.",
    )

    _campaign_discount_range = models.Constraint(
        "CHECK(campaign_discount >= 0 AND campaign_discount <= 100)",
        "The campaign discount must lie between 0 and 100 %.",
    )

    def _get_pricelist(self, partner):
        """The pricelist of a customer's order form: the campaign's, or the customer's.

        The customer's own is the one that the office's quotations use, even where a
        website would not let customers choose it. Own shops keep their own, of zero.
        """
        self.ensure_one()
        if self.pricelist_id and not partner._get_preorder_shop_location():
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
        # Not the campaign's own field, which is computed anew for each saved cell.
        own_currency = self.company_id.currency_id
        if currency != own_currency:
            steps = [
                replace(
                    step,
                    target=own_currency._convert(
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

    def _get_tier(self, tier):
        """A tier set by hand, as the algorithm's; ``None`` for none."""
        self.ensure_one()
        return next(
            (
                each
                for each in self._get_tiers(self.id, self.env.lang)
                if each.key == tier.id
            ),
            None,
        )

    # What the campaign does to a customer's price

    def _apply_terms(self, prices):
        """Bring the campaign's discount and exclusions into customers' prices.

        :param prices: dict of product id → :class:`~.preorder_pricing.Price` as the
            pricelist gives it
        :return: dict of product id → :class:`~.preorder_pricing.Price`, its discount
            the pricelist's and the campaign's in one
        """
        self.ensure_one()
        discount = self._get_campaign_discount(self.id)
        left_out = self._get_left_out(prices)
        if not (discount or left_out):
            return prices
        applied = {}
        for product_id, price in prices.items():
            no_discount, not_counted = left_out.get(product_id, (False, False))
            applied[product_id] = replace(
                price,
                discount=price.discount
                if no_discount or not discount
                else tiers.combine_discounts(price.discount, discount),
                no_discount=no_discount,
                not_counted=not_counted,
            )
        return applied

    @api.model
    @tools.ormcache("campaign_id")
    def _get_campaign_discount(self, campaign_id):
        """The campaign's discount in percent, kept in memory: every cell asks."""
        return self.sudo().browse(campaign_id).campaign_discount

    def _get_left_out(self, product_ids):
        """Which variants the campaign's discounts leave out.

        Several exclusions may name a variant: what one of them says, holds.

        :param product_ids: iterable of ``product.product`` ids
        :return: dict of product id → (gets no discount, does not count), of those that
            are left out in some way
        """
        self.ensure_one()
        exclusions = self._get_exclusions(self.id)
        if not (exclusions and product_ids):
            return {}
        self.env["product.template"].flush_model(["categ_id", "product_brand_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product.id, template.id, template.product_brand_id,
                       category.parent_path
                  FROM product_product product
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
             LEFT JOIN product_category category ON category.id = template.categ_id
                 WHERE product.id IN %s
                """,
                tuple(product_ids),
            )
        )
        left_out = {}
        for product_id, template_id, brand_id, path in rows:
            places = {("product", template_id), ("brand", brand_id)}
            places.update(
                ("category", int(part)) for part in (path or "").split("/") if part
            )
            found = [flags for place, flags in exclusions if place in places]
            if found:
                left_out[product_id] = tuple(map(any, zip(*found, strict=True)))
        return left_out

    @api.model
    @tools.ormcache("campaign_id")
    def _get_exclusions(self, campaign_id):
        """A campaign's exclusions, kept in memory; forgotten when one is written.

        :return: tuple of ((kind of place, its id), (gets no discount, does not count))
        """
        return tuple(
            (
                ("product", exclusion.product_tmpl_id.id)
                if exclusion.product_tmpl_id
                else ("brand", exclusion.brand_id.id)
                if exclusion.brand_id
                else ("category", exclusion.categ_id.id),
                (exclusion.no_discount, exclusion.not_counted),
            )
            for exclusion in self.sudo().browse(campaign_id).exclusion_ids
        )

    def write(self, vals):
        """Forget what was kept in memory of the terms."""
        result = super().write(vals)
        if "campaign_discount" in vals:
            self.env.registry.clear_cache()
        return result
