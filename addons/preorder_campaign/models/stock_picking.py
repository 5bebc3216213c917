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

    def _create_backorder_picking(self):
        """What is left of a transfer to a shop of ours serves its form as well."""
        backorder = super()._create_backorder_picking()
        if self.preorder_order_id:
            backorder.preorder_order_id = self.preorder_order_id
        return backorder
