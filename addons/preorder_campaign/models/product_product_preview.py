from odoo import api, fields, models


class ProductProduct(models.Model):
    """A variant as a customer sees it in a campaign.

    The context names them: ``preorder_campaign_id`` and ``preorder_partner_id``.
    """

    _inherit = "product.product"

    preorder_currency_id = fields.Many2one(
        "res.currency", compute="_compute_preorder_price", compute_sudo=True
    )
    preorder_price = fields.Monetary(
        "Price",
        currency_field="preorder_currency_id",
        compute="_compute_preorder_price",
        compute_sudo=True,
        help="What one unit costs the customer in the campaign, before discount.",
    )
    preorder_discount = fields.Float(
        "Disc. %",
        digits="Discount",
        compute="_compute_preorder_price",
        compute_sudo=True,
    )
    preorder_net_price = fields.Monetary(
        "Net Price",
        currency_field="preorder_currency_id",
        compute="_compute_preorder_price",
        compute_sudo=True,
    )

    @api.depends_context("preorder_campaign_id", "preorder_partner_id")
    def _compute_preorder_price(self):
        context = self.env.context
        campaign = self.env["preorder.campaign"].browse(
            context.get("preorder_campaign_id")
        )
        partner = self.env["res.partner"].browse(context.get("preorder_partner_id"))
        prices, currency = {}, self.env["res.currency"]
        if campaign and partner:
            orders = self.env["preorder.order"]
            order = orders.new(orders._prepare_terms(campaign, partner))
            currency = order.currency_id
            prices = campaign._apply_terms(
                self.env["preorder.pricing"]._get_prices(
                    dict.fromkeys(self, 1.0),
                    terms=order._get_pricing_terms(),
                    date=campaign._now(),
                )
            )
        for product in self:
            price = prices.get(product.id)
            product.preorder_currency_id = currency
            product.preorder_price = price.unit if price else 0.0
            product.preorder_discount = price.discount if price else 0.0
            product.preorder_net_price = (
                currency.round(price.unit * (1 - price.discount / 100))
                if price
                else 0.0
            )
