from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import groupby


class PreorderPurchasePlan(models.Model):
    """How many of what to buy from whom, for one or several campaigns."""

    _name = "preorder.purchase.plan"
    _description = "Pre-Order Purchase Plan"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True, copy=False, default="/")
    campaign_ids = fields.Many2many(
        "preorder.campaign",
        "preorder_purchase_plan_campaign_rel",
        string="Campaigns",
        required=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users", "Purchaser", default=lambda self: self.env.user
    )
    line_ids = fields.One2many("preorder.purchase.plan.line", "plan_id", "Lines")
    date_updated = fields.Datetime("Demand of", readonly=True)
    purchase_order_ids = fields.One2many(
        "purchase.order", "preorder_plan_id", "Purchase Orders"
    )
    purchase_order_count = fields.Integer(compute="_compute_purchase_order_count")
    amount_to_order = fields.Monetary(
        "To Order",
        compute="_compute_amount_to_order",
        help="In the company's currency, excluding taxes.",
    )
    without_supplier_count = fields.Integer(compute="_compute_without_supplier_count")

    @api.model_create_multi
    def create(self, vals_list):
        """Number plans, and file them under their campaigns' company."""
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code(
                    "preorder.purchase.plan"
                )
        plans = super().create(vals_list)
        for plan in plans:
            if plan.campaign_ids:
                plan.company_id = plan.campaign_ids[0].company_id
        return plans

    @api.depends("purchase_order_ids")
    def _compute_purchase_order_count(self):
        for plan in self:
            plan.purchase_order_count = len(plan.purchase_order_ids)

    @api.depends("line_ids.amount")
    def _compute_amount_to_order(self):
        for plan in self:
            today = fields.Date.context_today(plan)
            plan.amount_to_order = sum(
                currency._convert(
                    sum(line.amount for line in lines),
                    plan.currency_id,
                    plan.company_id,
                    today,
                )
                for currency, lines in groupby(
                    plan.line_ids.filtered("currency_id"),
                    lambda line: line.currency_id,
                )
            )

    @api.depends("line_ids.partner_id")
    def _compute_without_supplier_count(self):
        for plan in self:
            plan.without_supplier_count = len(
                plan.line_ids.filtered(
                    lambda line: not line.partner_id and line.quantity_missing
                )
            )

    # Demand

    def _get_demand(self):
        """What customers have confirmed, per variant in the variant's unit.

        Orders, and what accepted forms of own shops are to get by internal transfers.

        :return: dict of ``product.product`` record → quantity
        """
        self.ensure_one()
        groups = (
            self.env["sale.order.line"]
            .sudo()
            ._read_group(
                [
                    ("order_id.preorder_campaign_id", "in", self.campaign_ids.ids),
                    ("state", "=", "sale"),
                    ("product_id.type", "=", "consu"),
                ],
                ["product_id", "product_uom_id"],
                ["product_uom_qty:sum"],
            )
        )
        demand = defaultdict(float)
        for product, uom, quantity in groups:
            demand[product.with_env(self.env)] += uom._compute_quantity(
                quantity, product.uom_id, round=False
            )
        transfers = (
            self.env["stock.move"]
            .sudo()
            ._read_group(
                [
                    (
                        "picking_id.preorder_order_id.campaign_id",
                        "in",
                        self.campaign_ids.ids,
                    ),
                    ("state", "!=", "cancel"),
                ],
                ["product_id"],
                ["product_qty:sum"],
            )
        )
        for product, quantity in transfers:
            demand[product.with_env(self.env)] += quantity
        return demand

    def action_update(self):
        """Bring the lines up to what customers have confirmed by now."""
        for plan in self:
            plan._update_lines()

    def _update_lines(self):
        self.ensure_one()
        demand = self._get_demand()
        lines = {line.product_id: line for line in self.line_ids}
        self.env["preorder.purchase.plan.line"].create(
            [
                {
                    "plan_id": self.id,
                    "product_id": product.id,
                    "quantity_confirmed": quantity,
                }
                for product, quantity in demand.items()
                if product not in lines
            ]
        )
        for product, line in lines.items():
            quantity = demand.get(product, 0.0)
            if line.quantity_confirmed != quantity:
                line.quantity_confirmed = quantity
        self.line_ids._update_suppliers()
        self.date_updated = fields.Datetime.now()

    # Orders to suppliers

    def action_create_purchase_orders(self):
        """Request quotations for exactly what is missing, one per supplier.

        Again makes nothing new: what is on order is no longer missing.
        """
        self.ensure_one()
        # Two buyers at once: the second is repeated and finds nothing missing.
        self.date_updated = fields.Datetime.now()
        self.flush_recordset()
        self._update_lines()
        missing = self.line_ids.filtered(
            lambda line: line.partner_id and line.quantity_to_order > 0
        )
        if not missing:
            raise UserError(self._get_nothing_to_order_message())
        orders = self.env["purchase.order"].create(
            [
                self._prepare_purchase_order(partner, currency, lines)
                for (partner, currency), lines in groupby(
                    missing, lambda line: (line.partner_id, line.currency_id)
                )
            ]
        )
        self.message_post(
            body=self.env._(
                "Requests for quotation made: %s.", ", ".join(orders.mapped("name"))
            )
        )
        return self.action_view_purchase_orders()

    def _get_nothing_to_order_message(self):
        if self.without_supplier_count:
            return self.env._(
                "Nothing to order: what is missing has no supplier. Add a supplier's "
                "price on the tab Purchase of these products."
            )
        return self.env._("Nothing to order: everything confirmed is on order.")

    def _prepare_purchase_order(self, partner, currency, lines):
        """Values of one supplier's request for quotation."""
        self.ensure_one()
        picking_types = self.campaign_ids.picking_type_id
        values = {
            "preorder_plan_id": self.id,
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "currency_id": currency.id,
            "user_id": self.user_id.id,
            "origin": ", ".join(self.campaign_ids.mapped("code")),
            "order_line": [
                fields.Command.create(line._prepare_purchase_order_line())
                for line in lines
            ],
        }
        if len(picking_types) == 1:
            values["picking_type_id"] = picking_types.id
        return values

    def action_view_purchase_orders(self):
        """Show the plan's requests for quotation and purchase orders."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Purchase Orders"),
            "res_model": "purchase.order",
            "view_mode": "list,form",
            "domain": [("preorder_plan_id", "=", self.id)],
            "context": {"create": False},
        }
