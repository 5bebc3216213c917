from odoo import api, fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    oci_delivery_days = fields.Integer(
        "Days Until Delivery",
        compute="_compute_oci_delivery_days",
        help="Of a pre-order, until the day on which the line is wanted; else the "
        "product's lead time.",
    )

    @api.depends("preorder_delivery_date", "customer_lead")
    def _compute_oci_delivery_days(self):
        for line in self:
            wanted = line.preorder_delivery_date
            if wanted:
                days = (wanted - fields.Date.context_today(line)).days
                line.oci_delivery_days = max(days, 0)
            else:
                line.oci_delivery_days = int(line.customer_lead)
