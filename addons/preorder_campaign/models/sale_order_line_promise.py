from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: How a promised date differs from what the customer was told last.
DATE_CHANGES = [
    ("later", "Later"),
    ("earlier", "Earlier"),
    ("new", "First date"),
    ("open", "No date any more"),
]


class SaleOrderLine(models.Model):
    """When a pre-order's goods are promised, and which date the customer knows."""

    _inherit = "sale.order.line"

    preorder_promised_date = fields.Date(
        "Promised Date",
        readonly=True,
        copy=False,
        help="When all of what is left to deliver can be delivered, by what is on its "
        "way. Empty: nothing that is on its way serves it.",
    )
    preorder_first_promised_date = fields.Date(
        "First Promised", readonly=True, copy=False
    )
    preorder_told_date = fields.Date(
        "Customer Knows",
        readonly=True,
        copy=False,
        help="The date that the customer was told last. A first date within what was "
        "agreed on the order is known.",
    )
    preorder_date_change = fields.Selection(
        DATE_CHANGES,
        "Change",
        compute="_compute_preorder_date_change",
        search="_search_preorder_date_change",
        compute_sudo=True,
        help="How the promised date differs from what the customer knows.",
    )
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

    def _get_date_change_sql(self) -> SQL:
        """The one rule for what counts as a changed date: id and kind of change."""
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
        self.env["preorder.campaign"].flush_model(["date_change_days"])
        return SQL(
            """
            SELECT line.id,
                   CASE
                   WHEN line.preorder_promised_date IS NULL THEN 'open'
                   WHEN line.preorder_told_date IS NULL THEN 'new'
                   WHEN line.preorder_promised_date > line.preorder_told_date
                   THEN 'later'
                   ELSE 'earlier' END AS change
              FROM sale_order_line line
              JOIN preorder_campaign campaign
                ON campaign.id = line.preorder_campaign_id
             WHERE line.state = 'sale'
               AND line.product_uom_qty > COALESCE(line.qty_delivered, 0)
               AND line.preorder_promised_date
                   IS DISTINCT FROM line.preorder_told_date
               AND (line.preorder_promised_date IS NULL
                    OR line.preorder_told_date IS NULL
                    OR ABS(line.preorder_promised_date - line.preorder_told_date)
                       >= COALESCE(campaign.date_change_days, 1))
            """
        )

    def _compute_preorder_date_change(self):
        changes = {}
        ids = self._origin.ids
        if ids:
            changes = dict(
                self.env.execute_query(
                    SQL(
                        "SELECT id, change FROM (%s) changed WHERE id IN %s",
                        self._get_date_change_sql(),
                        tuple(ids),
                    )
                )
            )
        for line in self:
            line.preorder_date_change = changes.get(line._origin.id, False)

    @api.model
    def _search_preorder_date_change(self, operator, value):
        if operator != "in":
            return NotImplemented
        kinds = [kind for kind in value if kind]
        found = Domain.FALSE
        if kinds:
            found = Domain(
                "id",
                "in",
                SQL(
                    "(SELECT id FROM (%s) changed WHERE change = ANY(%s))",
                    self._get_date_change_sql(),
                    kinds,
                ),
            )
        if False in value:
            found |= Domain(
                "id",
                "not in",
                SQL("(SELECT id FROM (%s) changed)", self._get_date_change_sql()),
            )
        return found

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
