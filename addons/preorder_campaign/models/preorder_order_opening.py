from typing import NamedTuple

from odoo import api, models, tools
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
}
#: What saving needs besides, of tables that hardly ever change: kept in memory.
_KEPT = {
    "company": ("currency_id", "tax_calculation_rounding_method"),
    "currency": ("rounding", "decimal_places"),
    "opener": ("partner_id",),
}


def _get_columns(names_by_alias):
    return SQL(", ").join(
        SQL.identifier(alias, name)
        for alias, names in names_by_alias.items()
        for name in ("id", *names)
    )


_COLUMNS = _get_columns(_READ)
_FORM_COLUMNS = SQL(", ").join(
    SQL.identifier("preorder_order", name) for name in ("id", *_READ["form"])
)


class Opened(NamedTuple):
    """A form opened for saving.

    ``answer`` is what the batch was answered before; ``watched``, whether other tabs
    show the form; ``stamps``, what ``preorder.pricing._make_stamps`` takes.
    """

    order_id: int
    answer: dict | None
    watched: bool
    stamps: tuple


class PreorderOrder(models.Model):
    """How saving reaches an order form: one query for all that it needs to know."""

    _inherit = "preorder.order"

    @api.model
    def _open_for_saving(self, order_id, batch, product_ids=(), visible=None):
        """Lock a form for saving, and read what saving needs, in one query.

        Keeps the form from being submitted until this transaction ends. Savers share
        this lock. One that meets a submission waits for it, fails to serialize, is
        repeated, and finds the form submitted.

        :param batch: id of the batch that will be saved
        :param product_ids: ids of the variants whose cells will be saved
        :param visible: (FROM, WHERE) of the forms that may be opened, of which
            ``preorder_order`` is the alias; all of them if not given
        :return: :class:`Opened`, or ``None`` if the form is not among them
        """
        self.env.flush_all()
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
                       %(stamps)s,
                       %(columns)s
                  FROM form
                  JOIN preorder_campaign campaign ON campaign.id = form.campaign_id
                """,
                columns=_COLUMNS,
                form_columns=_FORM_COLUMNS,
                watched=self._get_watched_sql(SQL("form.id"), self._get_tab(batch)),
                stamps=self.env["preorder.pricing"]._get_stamps_sql(
                    product_ids, SQL("form.id")
                ),
                source=source,
                user=self.env.uid,
                batch=batch,
                order=order_id,
                condition=condition,
            )
        )
        if not rows:
            return None
        [(answer, watched, products, settings, *values)] = rows
        campaigns = self.env["preorder.campaign"]
        self._keep_what_saving_reads(_READ, (self, campaigns), values)
        order = self.browse(order_id).sudo()
        self._keep_what_saving_reads(
            _KEPT,
            (self.env["res.company"], self.env["res.currency"], self.env["res.users"]),
            self._get_kept_facts(order.company_id.id, order.currency_id.id),
        )
        return Opened(order_id, answer, watched, (products, settings))

    @api.model
    @tools.ormcache("company_id", "currency_id", "self.env.uid")
    def _get_kept_facts(self, company_id, currency_id):
        """The columns of :data:`_KEPT`, of the user who saves.

        Forgotten when one of them is written: joining these tables in each save costs
        the database as much as the rights of whoever saves.
        """
        [row] = self.env.execute_query(
            SQL(
                "SELECT %s FROM res_company company, res_currency currency,"
                " res_users opener"
                " WHERE company.id = %s AND currency.id = %s AND opener.id = %s",
                _get_columns(_KEPT),
                company_id,
                currency_id,
                self.env.uid,
            )
        )
        return row

    def _keep_what_saving_reads(self, names_by_alias, models_, values):
        """Put columns into the cache of the records that saving reads."""
        values = iter(values)
        for names, model in zip(names_by_alias.values(), models_, strict=True):
            record = model.browse(next(values))
            for name in names:
                model._fields[name]._insert_cache(record, [next(values)])
