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


class PreorderPromiseMixin(models.AbstractModel):
    """When goods are promised, and which date their customer knows.

    Of order lines, and of the moves of transfers to own shops.
    """

    _name = "preorder.promise.mixin"
    _description = "Promised Dates of Pre-Ordered Goods"

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

    def _get_waiting_sql(self) -> SQL:
        """The records that wait for goods of a campaign, what is read of them flushed.

        :return: a query of ``id``, ``campaign_id``, ``promised`` and ``told``
        """
        raise NotImplementedError

    def _get_date_change_sql(self) -> SQL:
        """The one rule for what counts as a changed date: id and kind of change."""
        self.env["preorder.campaign"].flush_model(["date_change_days"])
        return SQL(
            """
            SELECT waiting.id,
                   CASE
                   WHEN waiting.promised IS NULL THEN 'open'
                   WHEN waiting.told IS NULL THEN 'new'
                   WHEN waiting.promised > waiting.told THEN 'later'
                   ELSE 'earlier' END AS change
              FROM (%s) waiting
              JOIN preorder_campaign campaign ON campaign.id = waiting.campaign_id
             WHERE waiting.promised IS DISTINCT FROM waiting.told
               AND (waiting.promised IS NULL
                    OR waiting.told IS NULL
                    OR ABS(waiting.promised - waiting.told)
                       >= COALESCE(campaign.date_change_days, 1))
            """,
            self._get_waiting_sql(),
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

    def _set_dates_told(self):
        """Take the promised dates for known to the customers."""
        if not self:
            return
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s
                   SET preorder_told_date = preorder_promised_date
                 WHERE id IN %s
                """,
                SQL.identifier(self._table),
                tuple(self.ids),
            )
        )
        self.invalidate_recordset(["preorder_told_date", "preorder_date_change"])
