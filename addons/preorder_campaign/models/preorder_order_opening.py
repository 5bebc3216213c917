from typing import NamedTuple

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

#: What saving reads, by the alias it has in the query: the records that it puts into
#: the cache, so that saving does not read these wide rows one by one.
_FORM = "preorder_order"
_CAMPAIGN = "preorder_order__campaign_id"
_READ = {
    _FORM: (
        "name",
        "state",
        "campaign_id",
        "company_id",
        "pricelist_id",
        "currency_id",
        "fiscal_position_id",
        "sale_order_id",
        "partner_id",
        "customer_company_id",
    ),
    _CAMPAIGN: (
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
    "res.company": ("currency_id", "tax_calculation_rounding_method"),
    "res.currency": ("rounding", "decimal_places"),
    "res.users": ("partner_id",),
}
_COLUMNS = SQL(", ").join(
    SQL.identifier(alias, name)
    for alias, names in _READ.items()
    for name in ("id", *names)
)


class Visible(NamedTuple):
    """Which forms may be opened: SQL in which the campaign is joined."""

    source: SQL
    condition: SQL


class Opened(NamedTuple):
    """A form opened for saving.

    ``answer`` is what the batch was answered before; ``watched``, whether other tabs
    show the form; ``stamps``, what ``preorder.pricing._make_stamps`` takes; ``rest``,
    what the form has besides the variants that are saved, folded.
    """

    order_id: int
    answer: dict | None
    watched: bool
    stamps: tuple
    rest: list


class PreorderOrder(models.Model):
    """How saving reaches an order form: one query for all that it needs to know."""

    _inherit = "preorder.order"

    @api.model
    def _open_for_saving(
        self, order_id, batch, product_ids=(), *, company, visible=None
    ):
        """Lock a form for saving, and read what saving needs, in one query.

        Keeps the form from being submitted until this transaction ends. Savers share
        this lock. One that meets a submission waits for it, fails to serialize, is
        repeated, and finds the form submitted.

        :param batch: id of the batch that will be saved
        :param product_ids: ids of the variants whose cells will be saved
        :param company: whose form it is
        :param visible: :class:`Visible`; all forms if not given
        :return: :class:`Opened`, or ``None`` if the form is not among them
        """
        self.env.flush_all()
        self._keep_in_cache("res.company", company.id)
        visible = visible or self.sudo()._get_visible(Domain.TRUE)
        form = SQL.identifier(_FORM, "id")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT (SELECT answer
                          FROM preorder_save_batch
                         WHERE batch = %(batch)s
                           AND user_id = %(user)s
                           AND campaign_id = %(campaign)s),
                       %(watched)s,
                       %(rest)s,
                       %(stamps)s,
                       %(columns)s
                  FROM %(source)s
                 WHERE %(form)s = %(order)s AND (%(condition)s)
                   FOR KEY SHARE OF preorder_order
                """,
                columns=_COLUMNS,
                watched=self._get_watched_sql(form, self._get_tab(batch)),
                rest=self._get_rest_sql(form, product_ids, company),
                stamps=self.env["preorder.pricing"]._get_stamps_sql(product_ids, form),
                source=visible.source,
                condition=visible.condition,
                campaign=SQL.identifier(_CAMPAIGN, "id"),
                user=self.env.uid,
                batch=batch,
                form=form,
                order=order_id,
            )
        )
        if not rows:
            return None
        [(answer, watched, rest, products, settings, *values)] = rows
        values = iter(values)
        for names, model in zip(
            _READ.values(), (self, self.env["preorder.campaign"]), strict=True
        ):
            self._put_into_cache(model.browse(next(values)), names, values)
        currency = self.browse(order_id).sudo().currency_id
        self._keep_in_cache("res.currency", currency.id)
        self._keep_in_cache("res.users", self.env.uid)
        return Opened(
            order_id,
            answer,
            watched,
            (products, settings),
            [self._get_folded(row) for row in rest or ()],
        )

    @api.model
    def _get_visible(self, domain) -> Visible:
        """The forms of a domain that the user's own rights let it find.

        Not those that the campaign's rights add: that is for the domain to say.
        """
        query = self._search(domain)
        self._fields["campaign_id"].join(self, query.table, query)
        return Visible(query.from_clause, query.where_clause or SQL("TRUE"))

    def _keep_in_cache(self, model_name, record_id):
        """Put what is kept in memory of a record into the cache."""
        self._put_into_cache(
            self.env[model_name].browse(record_id),
            _KEPT[model_name],
            iter(self._get_kept_values(model_name, record_id)),
        )

    @api.model
    @tools.ormcache("model_name", "record_id")
    def _get_kept_values(self, model_name, record_id):
        """The columns of :data:`_KEPT` of a record.

        Forgotten when one of them is written: joining these tables in each save costs
        the database as much as the rights of whoever saves.
        """
        [row] = self.env.execute_query(
            SQL(
                "SELECT %s FROM %s WHERE id = %s",
                SQL(", ").join(map(SQL.identifier, _KEPT[model_name])),
                SQL.identifier(self.env[model_name]._table),
                record_id,
            )
        )
        return row

    @api.model
    def _put_into_cache(self, record, names, values):
        """Put as many columns into a record's cache as there are names."""
        for name in names:
            record._fields[name]._insert_cache(record, [next(values)])
