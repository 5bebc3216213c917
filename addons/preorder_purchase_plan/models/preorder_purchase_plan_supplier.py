from odoo import api, fields, models


class PreorderPurchasePlanSupplier(models.Model):
    """What a plan orders from a supplier in a currency: its total and its minimum."""

    _name = "preorder.purchase.plan.supplier"
    _description = "Supplier of a Pre-Order Purchase Plan"
    _order = "plan_id, partner_id, currency_id"
    _rec_name = "partner_id"

    plan_id = fields.Many2one(
        "preorder.purchase.plan", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner", "Supplier", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one("res.currency", required=True)
    line_ids = fields.One2many(
        "preorder.purchase.plan.line", compute="_compute_figures", string="Lines"
    )
    line_count = fields.Integer("Variants", compute="_compute_figures")
    amount_to_order = fields.Monetary(
        "To Order", compute="_compute_figures", help="In the supplier's currency."
    )
    amount_ordered = fields.Monetary(
        "On Order",
        compute="_compute_figures",
        help="On this plan's requests and purchase orders, without taxes.",
    )
    amount_minimum = fields.Monetary(
        "Minimum Order",
        compute="_compute_figures",
        help="The least that this supplier delivers for, from the supplier's card.",
    )
    amount_lacking = fields.Monetary(
        "To the Minimum",
        compute="_compute_figures",
        help="What is missing to the supplier's minimum order amount.",
    )
    date_order_latest = fields.Date("Order by", compute="_compute_figures")
    is_late = fields.Boolean("Late", compute="_compute_figures")

    _once = models.Constraint(
        "UNIQUE(plan_id, partner_id, currency_id)",
        "A plan has a supplier once in each currency.",
    )

    @api.depends(
        "plan_id.line_ids.amount",
        "plan_id.line_ids.partner_id",
        "plan_id.line_ids.currency_id",
        "plan_id.line_ids.quantity_ordered",
        "partner_id.purchase_minimum_amount",
    )
    def _compute_figures(self):
        lines = self.plan_id.line_ids.grouped(
            lambda line: (line.plan_id, line.partner_id, line.currency_id)
        )
        ordered = {
            (plan, partner, currency): amount
            for plan, partner, currency, amount in self.env[
                "purchase.order"
            ]._read_group(
                [
                    ("preorder_plan_id", "in", self.plan_id.ids),
                    ("state", "!=", "cancel"),
                ],
                ["preorder_plan_id", "partner_id", "currency_id"],
                ["amount_untaxed:sum"],
            )
        }
        for supplier in self:
            key = (supplier.plan_id, supplier.partner_id, supplier.currency_id)
            its_lines = lines.get(key, self.env["preorder.purchase.plan.line"])
            company = supplier.company_id
            supplier.line_ids = its_lines
            supplier.line_count = len(its_lines.filtered("quantity_to_order"))
            supplier.amount_to_order = sum(its_lines.mapped("amount"))
            supplier.amount_ordered = ordered.get(key, 0.0)
            supplier.amount_minimum = company.currency_id._convert(
                supplier.partner_id.with_company(company).purchase_minimum_amount,
                supplier.currency_id,
                company,
                fields.Date.context_today(supplier),
            )
            supplier.amount_lacking = (
                max(0.0, supplier.amount_minimum - supplier.amount_to_order)
                if supplier.amount_to_order
                else 0.0
            )
            open_lines = its_lines.filtered("quantity_to_order")
            supplier.date_order_latest = min(
                filter(None, open_lines.mapped("date_order_latest")), default=False
            )
            supplier.is_late = any(open_lines.mapped("is_late"))
