from odoo import api, fields, models
from odoo.tools import SQL


class SaleOrderLine(models.Model):
    """When a pre-order's goods are promised, and which date the customer knows."""

    _name = "sale.order.line"
    _inherit = ["sale.order.line", "preorder.promise.mixin"]

    preorder_open_quantity = fields.Float(
        "To Deliver",
        digits="Product Unit",
        compute="_compute_preorder_open_quantity",
    )

    @api.depends("product_uom_qty", "qty_delivered")
    def _compute_preorder_open_quantity(self):
        for line in self:
            line.preorder_open_quantity = max(
                line.product_uom_qty - line.qty_delivered, 0.0
            )

    # Few lines differ from what their customers know.
    _preorder_date_change_idx = models.Index(
        "(preorder_campaign_id) "
        "WHERE preorder_promised_date IS DISTINCT FROM preorder_told_date"
    )

    def _get_waiting_sql(self) -> SQL:
        self.flush_model(
            [
                "preorder_campaign_id",
                "preorder_promised_date",
                "preorder_told_date",
                "product_uom_qty",
                "qty_delivered",
                "state",
            ]
        )
        return SQL(
            """
            SELECT id, preorder_campaign_id AS campaign_id,
                   preorder_promised_date AS promised, preorder_told_date AS told
              FROM sale_order_line
             WHERE state = 'sale' AND product_uom_qty > COALESCE(qty_delivered, 0)
            """
        )

    @api.model
    def _set_promised_dates(self, dates):
        """Store promised dates in bulk, whatever their number: one statement.

        The first date of a line is taken for known to the customer as far as it lies
        within what was agreed on the order; beyond, the customer still counts on the
        last day agreed.

        :param dates: dict of line's id → date, or ``None`` if nothing serves it
        :return: the lines whose date has changed
        """
        if not dates:
            return self.browse()
        self.flush_model()
        self.env["sale.order"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE sale_order_line line
                   SET preorder_promised_date = promise.day,
                       preorder_first_promised_date =
                           COALESCE(line.preorder_first_promised_date, promise.day),
                       preorder_told_date =
                           CASE WHEN line.preorder_first_promised_date IS NOT NULL
                           THEN line.preorder_told_date
                           WHEN promise.agreed_until IS NOT NULL
                           THEN LEAST(promise.day, promise.agreed_until) END
                  FROM (SELECT wanted.id, wanted.day,
                               -- Of an agreed period, its first day is what the order
                               -- is planned for, and its last what was agreed.
                               CASE WHEN agreed.moment IS NULL
                                      OR agreed.moment::date = agreed.since::date
                               THEN GREATEST(agreed.moment, agreed.until)::date
                               ELSE agreed.moment::date END AS agreed_until
                          FROM unnest(%(ids)s::int[], %(days)s::date[])
                               AS wanted(id, day)
                          JOIN sale_order_line line ON line.id = wanted.id
                          JOIN sale_order sale ON sale.id = line.order_id
                    CROSS JOIN LATERAL (SELECT
                               COALESCE(line.commitment_date, sale.commitment_date)
                                   AS moment,
                               COALESCE(line.requested_delivery_period_start,
                                        sale.requested_delivery_period_start) AS since,
                               COALESCE(line.requested_delivery_period_end,
                                        sale.requested_delivery_period_end) AS until
                               ) agreed
                       ) promise
                 WHERE line.id = promise.id
                   AND line.preorder_promised_date IS DISTINCT FROM promise.day
             RETURNING line.id
                """,
                ids=list(dates),
                days=list(dates.values()),
            )
        )
        changed = self.browse(row[0] for row in rows)
        changed.invalidate_recordset(
            [
                "preorder_promised_date",
                "preorder_first_promised_date",
                "preorder_told_date",
                "preorder_date_change",
            ]
        )
        self.env["sale.order"].invalidate_model(["preorder_promised_date"])
        return changed
