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
