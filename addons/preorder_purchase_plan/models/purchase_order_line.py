from datetime import datetime, time

from pytz import UTC

from odoo import api, fields, models


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

    def _get_date_planned(self, seller, po=False):
        planned = super()._get_date_planned(seller, po)
        plan_line = self.preorder_plan_line_id
        if not plan_line:
            return planned
        return self._get_arrival_for_plan(po or self.order_id, plan_line, planned)

    @api.model
    def _get_arrival_for_plan(self, order, plan_line, soonest):
        """When goods of a plan shall arrive: not months before a customer wants them.

        :param order: ``purchase.order`` record
        :param plan_line: ``preorder.purchase.plan.line`` record
        :param soonest: naive UTC moment at which they could be there
        :return: naive UTC moment; of a day, noon of the order's time zone, as in Odoo
        """
        day = plan_line.date_needed
        if not day or day <= soonest.date():
            return soonest
        noon = order.get_order_timezone().localize(datetime.combine(day, time(12)))
        return noon.astimezone(UTC).replace(tzinfo=None)
