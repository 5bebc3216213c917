from odoo import models
from odoo.tools import format_date


class SaleOrderLine(models.Model):
    """A pre-order's lines are delivered apart by delivery date.

    Odoo puts all moves of one reference into one delivery, whatever their dates; so
    each delivery date has a reference of its own.
    """

    _inherit = "sale.order.line"

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        lines = self.filtered(lambda line: not line.order_id.preorder_launch_pending)
        if not self.env.context.get("skip_procurement"):
            lines.filtered(
                lambda line: (
                    line._is_preorder_line()
                    and line.state == "sale"
                    and not line.order_id.locked
                    and line.product_id.type == "consu"
                )
            )._provide_delivery_references()
        return super(SaleOrderLine, lines)._action_launch_stock_rule(
            previous_product_uom_qty=previous_product_uom_qty
        )

    def _get_delivery_day(self):
        """The day for which the line is to be delivered; ``False`` if none is set."""
        self.ensure_one()
        moment = self.commitment_date or self.order_id.commitment_date
        return moment and moment.date()

    def _get_delivery_reference(self):
        """The reference that the deliveries of the line's date have in common."""
        day = self._get_delivery_day()
        return self.order_id.stock_reference_ids.filtered(
            lambda reference: reference.preorder_delivery_date == day
        )[:1]

    def _provide_delivery_references(self):
        """See to it that each delivery date of the lines' orders has a reference."""
        for order, lines in self.grouped("order_id").items():
            known = set(order.stock_reference_ids.mapped("preorder_delivery_date"))
            by_day = lines.grouped(lambda line: line._get_delivery_day())
            several = len(known | by_day.keys()) > 1
            for day in sorted(by_day.keys() - known, key=str):
                values = by_day[day][0]._prepare_reference_vals()
                if several and day:
                    lang = order.partner_id.lang
                    values["name"] += f" {format_date(self.env, day, lang_code=lang)}"
                self.env["stock.reference"].create(
                    {**values, "preorder_delivery_date": day}
                )

    def _prepare_procurement_values(self):
        values = super()._prepare_procurement_values()
        if self._is_preorder_line():
            values["reference_ids"] = (
                self._get_delivery_reference() or values["reference_ids"]
            )
        return values
