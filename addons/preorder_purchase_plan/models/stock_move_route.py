from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    # Which order lines' goods were bought for them is found without reading all moves.
    _preorder_route_index = models.Index(
        """(location_id, procure_method) INCLUDE (sale_line_id)
        WHERE sale_line_id IS NOT NULL"""
    )
