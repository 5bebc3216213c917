from odoo import api, fields, models


class SaleOrder(models.Model):
    """A quotation made from order forms: its campaign and its discount tier."""

    _inherit = "sale.order"

    preorder_campaign_id = fields.Many2one(
        "preorder.campaign",
        "Pre-Order Campaign",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    preorder_order_ids = fields.One2many(
        "preorder.order", "sale_order_id", "Order Forms"
    )
    preorder_shop_order_id = fields.Many2one(
        "preorder.order",
        "Counted in Order Form",
        copy=False,
        index="btree_not_null",
        domain="[('is_own_shop', '=', True), ('company_id', '=', company_id)]",
        help="An end customer's order with a shop of ours: the shop's order form "
        "includes it.",
    )
    preorder_company_id = fields.Many2one(
        "res.partner",
        "Customer's Company",
        compute="_compute_preorder_company_id",
        store=True,
        copy=False,
        index="btree_not_null",
        help="The company at the top of the customer's hierarchy, of a pre-order.",
    )
    preorder_balance = fields.Monetary(
        "Counts Towards Tiers",
        compute="_compute_preorder_balance",
        store=True,
        copy=False,
        help="What this order counts towards the campaign's tiers: net of taxes, with "
        "pricelist and campaign discounts, without the tier's.",
    )
    preorder_tier_id = fields.Many2one(
        "preorder.tier",
        "Discount Tier",
        compute="_compute_preorder_tier_id",
        store=True,
        readonly=False,
        copy=False,
        ondelete="restrict",
        domain="[('campaign_id', '=', preorder_campaign_id)]",
        help="The campaign's tier that the total reaches, or the one set by hand.",
    )
    preorder_tier_manual = fields.Boolean("Tier Set by Hand", copy=False, readonly=True)
    preorder_reached_tier_id = fields.Many2one(
        "preorder.tier",
        "Tier Reached",
        compute="_compute_preorder_reached_tier_id",
        compute_sudo=True,
        help="The tier that the total reaches now: a confirmed order keeps its own.",
    )

    @api.depends("preorder_campaign_id", "partner_id")
    def _compute_preorder_company_id(self):
        for order in self:
            partner = order.partner_id if order.preorder_campaign_id else False
            order.preorder_company_id = partner and partner._get_preorder_company()

    @api.depends(
        "order_line.product_uom_qty",
        "order_line.price_unit",
        "order_line.preorder_base_discount",
        "order_line.preorder_not_counted",
        "order_line.tax_ids",
    )
    def _compute_preorder_balance(self):
        pricing = self.env["preorder.pricing"]
        for order in self:
            if not order.preorder_campaign_id:
                order.preorder_balance = 0.0
                continue
            order.preorder_balance = pricing._get_order_totals(
                order,
                order.order_line.filtered(
                    lambda line: (
                        line._is_preorder_line() and not line.preorder_not_counted
                    )
                ),
                "product_uom_qty",
                lambda line: pricing._get_line_discount(
                    line.preorder_base_discount, 0.0
                ),
            ).untaxed

    # Where the campaign adds up branches, sisters count too. They are told by
    # _update_sister_tiers, not by dependencies: those would compute the lines of all
    # the company's orders anew, whether or not a tier has moved.
    @api.depends("preorder_balance", "preorder_tier_manual")
    def _compute_preorder_tier_id(self):
        before = {order: order.preorder_tier_id for order in self}
        for order in self:
            if not order.preorder_campaign_id:
                order.preorder_tier_id = False
            elif order.preorder_tier_manual or order.state not in ("draft", "sent"):
                # What is agreed stays, whatever is added or taken away later.
                order.preorder_tier_id = order.preorder_tier_id
            else:
                order.preorder_tier_id = order._find_preorder_tier()
        self.filtered(
            lambda order: order.preorder_tier_id != before[order]
        )._recompute_preorder_discounts()

    def _recompute_preorder_discounts(self):
        """Give pre-orders' lines the discount of their orders' tiers."""
        lines = self.filtered("preorder_campaign_id").order_line.filtered(
            lambda line: line._is_preorder_line()
        )
        discount = lines._fields["discount"]
        lines -= self.env.protected(discount)
        if lines:
            self.env.add_to_compute(discount, lines)
            lines.modified(["discount"])

    def _follow_preorder_tier(self):
        """Find the tiers of pre-orders now, not when somebody asks for them."""
        self.filtered("preorder_campaign_id").mapped("preorder_tier_id")

    @api.onchange("preorder_tier_id")
    def _onchange_preorder_tier_id(self):
        self._recompute_preorder_discounts()

    def _compute_preorder_reached_tier_id(self):
        for order in self:
            order.preorder_reached_tier_id = (
                order._find_preorder_tier() if order.preorder_campaign_id else False
            )

    def _find_preorder_tier(self):
        """The tier that the order's total reaches, with its sisters' where they count.

        :return: ``preorder.tier`` record, empty if none
        """
        self.ensure_one()
        campaign = self.preorder_campaign_id
        balance = self.preorder_balance
        if campaign.tier_scope == "company":
            balance += self._get_preorder_company_balance(
                campaign, self.preorder_company_id, self.currency_id, without=self
            )
        reached = campaign._get_tier_progress(
            balance, self.currency_id, self.date_order.date()
        ).reached
        return self.env["preorder.tier"].browse(reached and reached.key)

    def _update_sister_tiers(self):
        """Move the tiers of the company's other quotations that are not confirmed yet.

        To be called when what these orders count has changed. Only tiers that move are
        written: what the office has agreed on other lines stays.
        """
        for order in self:
            campaign = order.preorder_campaign_id
            if campaign.sudo().tier_scope != "company":
                continue
            sisters = self.sudo().search(
                [
                    ("preorder_campaign_id", "=", campaign.id),
                    ("preorder_company_id", "=", order.preorder_company_id.id),
                    ("state", "in", ("draft", "sent")),
                    ("preorder_tier_manual", "=", False),
                    ("id", "not in", self.ids),
                ]
            )
            for sister in sisters:
                tier = sister._find_preorder_tier()
                if tier != sister.preorder_tier_id:
                    sister.with_context(preorder_tier_follows=True).write(
                        {"preorder_tier_id": tier.id}
                    )

    @api.model
    def _get_preorder_company_balance(self, campaign, company, currency, *, without):
        """What a company's orders in a campaign count towards its tiers.

        :param company: ``res.partner`` at the top of its hierarchy
        :param currency: of the result
        :param without: ``sale.order`` records not to count
        """
        orders = company.sudo().preorder_quotation_ids.filtered(
            lambda order: (
                order.preorder_campaign_id == campaign and order.state != "cancel"
            )
        )
        return sum(
            order.currency_id._convert(
                order.preorder_balance, currency, order.company_id, order.date_order
            )
            for order in orders - without.sudo()
        )

    def _get_preorder_forms(self):
        """The order forms behind quotations, whatever the user may see of them.

        Searched for: the field may have been read with a salesperson's eyes before, and
        what was read is kept for all.

        :return: ``preorder.order`` with the rights of the system
        """
        return (
            self.env["preorder.order"]
            .sudo()
            .search([("sale_order_id", "in", self.ids)], order="id")
        )

    def _action_confirm(self):
        result = super()._action_confirm()
        self._get_preorder_forms().filtered(
            lambda form: form.state == "submitted"
        ).state = "confirmed"
        return result

    def _action_cancel(self):
        result = super()._action_cancel()
        self._get_preorder_forms().state = "cancelled"
        return result

    def _get_update_prices_lines(self):
        """Prices are frozen when an order form is submitted."""
        return (
            super()
            ._get_update_prices_lines()
            .filtered(lambda line: not line.preorder_price_frozen)
        )

    def _is_awaiting_signature(self) -> bool:
        """Whether a pre-order's quotation must be signed before it can be paid."""
        self.ensure_one()
        return bool(
            self.preorder_campaign_id and self.require_signature and not self.signature
        )

    def action_view_preorder_order(self):
        """Open the order form that this quotation was made from."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "preorder.order",
            "res_id": self.preorder_order_ids[:1].id,
            "view_mode": "form",
        }
