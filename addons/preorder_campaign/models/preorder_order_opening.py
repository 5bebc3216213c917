from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

#: What saving reads, by the alias it has in the query: the records that it puts into
#: the cache, so that saving does not read these wide rows one by one.
_READ = {
    "form": (
        "name",
        "is_own_shop",
        "state",
        "campaign_id",
        "company_id",
        "pricelist_id",
        "currency_id",
        "fiscal_position_id",
        "sale_order_id",
        "office_reopened",
        "partner_id",
        "customer_company_id",
        "channel",
    ),
    "campaign": (
        "kind",
        "state",
        "date_start",
        "date_end",
        "company_id",
        "tier_scope",
        "delivery_dates",
    ),
    "company": ("currency_id", "tax_calculation_rounding_method"),
    "currency": ("rounding", "decimal_places"),
    "opener": ("partner_id",),
}
_COLUMNS = SQL(", ").join(
    SQL("%s.%s", SQL.identifier(alias), SQL.identifier(name))
    for alias, names in _READ.items()
    for name in ("id", *names)
)
_FORM_COLUMNS = SQL(", ").join(
    SQL.identifier("preorder_order", name) for name in ("id", *_READ["form"])
)


class Opened(NamedTuple):
    """A form opened for saving.

    ``answer`` is what the batch was answered before; ``watched``, whether other tabs
    show the form.
    """

    order_id: int
    answer: dict | None
    watched: bool


class PreorderOrder(models.Model):
    """How saving reaches an order form: one query for all that it needs to know."""

    _inherit = "preorder.order"

    @api.model
    def _open_for_saving(self, order_id, batch, visible=None):
        """Lock a form for saving, and read what saving needs, in one query.

        Keeps the form from being submitted until this transaction ends. Savers share
        this lock. One that meets a submission waits for it, fails to serialize, is
        repeated, and finds the form submitted.

        :param batch: id of the batch that will be saved
        :param visible: (FROM, WHERE) of the forms that may be opened, of which
            ``preorder_order`` is the alias; all of them if not given
        :return: :class:`Opened`, or ``None`` if the form is not among them
        """
        source, condition = visible or (SQL("preorder_order"), SQL("TRUE"))
        rows = self.env.execute_query(
            SQL(
                """
                WITH form AS MATERIALIZED (
                    SELECT %(form_columns)s
                      FROM %(source)s
                     WHERE preorder_order.id = %(order)s AND (%(condition)s)
                       FOR KEY SHARE OF preorder_order
                )
                SELECT (SELECT answer
                          FROM preorder_save_batch
                         WHERE batch = %(batch)s
                           AND user_id = %(user)s
                           AND campaign_id = form.campaign_id),
                       %(watched)s,
                       %(columns)s
                  FROM form
                  JOIN preorder_campaign campaign ON campaign.id = form.campaign_id
                  JOIN res_company company ON company.id = form.company_id
                  JOIN res_currency currency ON currency.id = form.currency_id
                  JOIN res_users opener ON opener.id = %(user)s
                """,
                columns=_COLUMNS,
                form_columns=_FORM_COLUMNS,
                watched=self._get_watched_sql(SQL("form.id"), self._get_tab(batch)),
                source=source,
                user=self.env.uid,
                batch=batch,
                order=order_id,
                condition=condition,
            )
        )
        if not rows:
            return None
        [(answer, watched, *values)] = rows
        self._keep_what_saving_reads(values)
        return Opened(order_id, answer, watched)

    def _keep_what_saving_reads(self, values):
        """Put the columns of a form that is opened into the records' cache."""
        values = iter(values)
        env = self.env
        for (_alias, names), model in zip(
            _READ.items(),
            (
                self,
                env["preorder.campaign"],
                env["res.company"],
                env["res.currency"],
                env["res.users"],
            ),
            strict=True,
        ):
            record = model.browse(next(values))
            for name in names:
                model._fields[name]._insert_cache(record, [next(values)])
