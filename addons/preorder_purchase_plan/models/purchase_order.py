from odoo import fields, models


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    preorder_plan_id = fields.Many2one(
        "preorder.purchase.plan",
        "Purchase Plan",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    preorder_campaign_ids = fields.Many2many(
        "preorder.campaign",
        "preorder_campaign_purchase_order_rel",
        string="Campaigns",
        readonly=True,
        copy=False,
    )
