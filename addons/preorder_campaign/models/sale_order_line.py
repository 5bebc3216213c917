from dataclasses import replace

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.sql import column_exists, create_column

from .preorder_pricing import Price, Terms


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    preorder_campaign_id = fields.Many2one(
        related="order_id.preorder_campaign_id",
        store=True,
        precompute=True,
        help="Stored, so that demand is read from the lines alone.",
    )
    preorder_delivery_date = fields.Date(
        "Requested Delivery Day",
        compute="_compute_preorder_delivery_date",
        store=True,
        help="When a pre-order's line is wanted: its own date, else its order's. "
        "Stored for the same reason.",
    )
    # All that demand is added up from: one campaign's is read without its lines, and
    # without the lines of others.
    _preorder_demand_index = models.Index(
        """(preorder_campaign_id, product_id) INCLUDE (
            state, is_downpayment, product_uom_qty, product_uom_id, price_subtotal,
            currency_id, preorder_delivery_date, order_id
        ) WHERE preorder_campaign_id IS NOT NULL"""
    )
    # What is quoted and not confirmed is little of it, and found by itself.
    _preorder_quoted_index = models.Index(
        """(preorder_campaign_id, product_id)
        WHERE preorder_campaign_id IS NOT NULL AND state IN ('draft', 'sent')"""
    )
    preorder_base_discount = fields.Float(
        "Own Discount (%)",
        compute="_compute_preorder_terms",
        store=True,
        precompute=True,
        # An editable field's value is kept when the line is created with it.
        readonly=False,
        help="The pricelist's and the campaign's part of a pre-order line's discount, "
        "not rounded.",
    )
    preorder_no_discount = fields.Boolean(
        "Gets No Tier's Discount",
        compute="_compute_preorder_terms",
        store=True,
        precompute=True,
        readonly=False,
    )
    preorder_not_counted = fields.Boolean(
        "Does Not Count Towards Tiers",
        compute="_compute_preorder_terms",
        store=True,
        precompute=True,
        readonly=False,
    )
    preorder_price_frozen = fields.Boolean(
        help="The price stands as the customer submitted it.", copy=False
    )

    def _auto_init(self):
        """Add and fill our columns without reading all lines ever sold."""
        if not column_exists(self.env.cr, "sale_order_line", "preorder_campaign_id"):
            create_column(
                self.env.cr, "sale_order_line", "preorder_campaign_id", "int4"
            )
            if column_exists(self.env.cr, "sale_order", "preorder_campaign_id"):
                self.env.cr.execute(
                    """
                    UPDATE sale_order_line line
                       SET preorder_campaign_id = sale.preorder_campaign_id
                      FROM sale_order sale
                     WHERE sale.id = line.order_id
                       AND sale.preorder_campaign_id IS NOT NULL
                    """
                )
        if not column_exists(self.env.cr, "sale_order_line", "preorder_delivery_date"):
            create_column(
                self.env.cr, "sale_order_line", "preorder_delivery_date", "date"
            )
            self.env.cr.execute(
                """
                UPDATE sale_order_line line
                   SET preorder_delivery_date = COALESCE(
                           line.commitment_date, sale.commitment_date
                       )::date
                  FROM sale_order sale
                 WHERE sale.id = line.order_id
                   AND line.preorder_campaign_id IS NOT NULL
                """
            )
        return super()._auto_init()

    @api.depends("preorder_campaign_id", "commitment_date", "order_id.commitment_date")
    def _compute_preorder_delivery_date(self):
        for line in self:
            line.preorder_delivery_date = line.preorder_campaign_id and (
                line.commitment_date or line.order_id.commitment_date
            )

    def _is_preorder_line(self) -> bool:
        """Whether the line sells something in a pre-order."""
        self.ensure_one()
        return bool(
            self.order_id.preorder_campaign_id
            and self.product_id
            and not self.display_type
            and not self.is_downpayment
            and not self._is_global_discount()
            # Of the addon "delivery", where it is installed.
            and not ("is_delivery" in self._fields and self.is_delivery)
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Give new lines the discount of the tier that is reached with them.

        Core computes it before they count.
        """
        given = ["discount" in vals for vals in vals_list]
        lines = super().create(vals_list)
        following = self.browse(
            line.id
            for line, is_given in zip(lines, given, strict=True)
            if not is_given and line._is_preorder_line()
        )
        if following:
            self.env.add_to_compute(self._fields["discount"], following)
            following.modified(["discount"])
        # What somebody gives stays.
        with self.env.protecting([self._fields["discount"]], lines - following):
            lines.order_id._follow_preorder_tier()
        return lines

    def write(self, vals):
        """Let the tier follow at once: other lines of the order depend on it."""
        result = super().write(vals)
        self.order_id._follow_preorder_tier()
        return result

    def unlink(self):
        """Let the tier follow what was taken away."""
        orders = self.order_id
        result = super().unlink()
        orders.exists()._follow_preorder_tier()
        return result

    @api.depends("product_id", "product_uom_qty")
    def _compute_preorder_terms(self):
        for line in self:
            if line.preorder_price_frozen:
                # Assigned all the same: a computation must not leave fields out.
                line.preorder_base_discount = line.preorder_base_discount
                line.preorder_no_discount = line.preorder_no_discount
                line.preorder_not_counted = line.preorder_not_counted
                continue
            price = line._get_preorder_price()
            line.preorder_base_discount = price.discount
            line.preorder_no_discount = price.no_discount
            line.preorder_not_counted = price.not_counted

    def _get_preorder_price(self):
        """What the line's product costs in its pre-order; nothing for other lines."""
        self.ensure_one()
        if not self._is_preorder_line():
            return Price(0.0, 0.0, ())
        order = self.order_id
        campaign = order.preorder_campaign_id
        offered = self.env["product.product"].search_count(
            campaign._get_assortment_domain() & Domain("id", "=", self.product_id.id)
        )
        prices = self.env["preorder.pricing"]._get_prices(
            {self.product_id: self.product_uom_qty},
            terms=Terms(
                order.company_id.id,
                order.pricelist_id.id,
                order.currency_id.id,
                order.fiscal_position_id.id,
            ),
            date=order.date_order,
        )
        if not offered:
            # Carriage, a gift: the campaign's terms are for what it sells.
            price = prices[self.product_id.id]
            return replace(price, no_discount=True, not_counted=True)
        return campaign._apply_terms(prices)[self.product_id.id]

    # The order's tier is no dependency: that would compute the discounts of ordinary
    # orders anew, those typed by hand too, whenever one of their lines is changed. The
    # order says when its tier moves (_recompute_preorder_discounts).
    @api.depends("preorder_base_discount", "preorder_no_discount")
    def _compute_discount(self):
        # The tier's discount is compounded with the pricelist's own, which is never
        # read back from the line: a second computation would drift.
        preorder_lines = self.filtered(lambda line: line._is_preorder_line())
        result = super(SaleOrderLine, self - preorder_lines)._compute_discount()
        for line in preorder_lines:
            if line._origin.id and line.order_id.state not in ("draft", "sent"):
                # What is agreed stays.
                line.discount = line.discount
                continue
            tier = line.order_id.preorder_tier_id
            line.discount = self.env["preorder.pricing"]._get_line_discount(
                line.preorder_base_discount,
                0.0 if line.preorder_no_discount else tier.discount,
            )
        return result

    def _compute_price_unit(self):
        frozen = self.filtered("preorder_price_frozen")
        for line in frozen:
            line.price_unit = line.price_unit
        return super(SaleOrderLine, self - frozen)._compute_price_unit()
