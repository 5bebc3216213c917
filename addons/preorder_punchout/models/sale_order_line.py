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

    def _get_ubl_promise(self):
        """Of a pre-order, the day that what is on its way allows; until that is known,
        the agreed period, of which the order's delivery date is the beginning."""
        if not self._is_preorder_line():
            return super()._get_ubl_promise()
        if self.preorder_promised_date:
            return self.preorder_promised_date, self.preorder_promised_date
        order = self.order_id
        dated = self if self.commitment_date else order
        if not dated.commitment_date:
            return None
        first = last = order._get_preorder_day(dated.commitment_date)
        if self.requested_delivery_period_start:
            dated = self
        start = dated.requested_delivery_period_start
        end = dated.requested_delivery_period_end
        if start and end and order._get_preorder_day(start) == first:
            last = max(first, order._get_preorder_day(end))
        return first, last
