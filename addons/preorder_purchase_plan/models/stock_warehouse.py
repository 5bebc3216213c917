from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    preorder_allocation_revision = fields.Integer(
        copy=False,
        readonly=True,
        help="Written by each allocation of the warehouse's goods, so that two never "
        "share out the same goods at the same time.",
    )
