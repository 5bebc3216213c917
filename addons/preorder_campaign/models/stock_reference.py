from odoo import fields, models


class StockReference(models.Model):
    _inherit = "stock.reference"

    preorder_delivery_date = fields.Date(
        "Delivery Date",
        help="Deliveries of a pre-order are made apart by delivery date.",
    )
