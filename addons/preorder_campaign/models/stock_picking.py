from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    preorder_order_id = fields.Many2one(
        "preorder.order",
        "Order Form",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The own shop's order form that this transfer serves.",
    )
