from odoo import fields, models


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    preorder_plan_line_id = fields.Many2one(
        "preorder.purchase.plan.line",
        "Plan Line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    preorder_plan_id = fields.Many2one(
        related="preorder_plan_line_id.plan_id", store=True, index="btree_not_null"
    )
