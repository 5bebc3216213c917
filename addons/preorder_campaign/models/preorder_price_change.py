from odoo import api, fields, models
from odoo.tools import SQL

#: Tables, besides those of products, that prices depend on.
WATCHED_TABLES = (
    "account_fiscal_position",
    "account_tax",
    "account_tax_repartition_line",
    "decimal_precision",
    "product_category",
    "product_pricelist",
    "product_pricelist_item",
    "res_company",
    "res_currency_rate",
    "res_groups",
    "uom_uom",
)
#: Of the function in the database, and of each table's trigger.
_TRIGGER = SQL("preorder_note_price_change")


class PreorderPriceChange(models.Model):
    """That something changed on which prices depend: a row a transaction.

    Written by the database, so that no way of changing a tax or a price rule escapes,
    SQL typed by an administrator included. A transaction has a row of its own, with
    another id after each statement: nobody waits for anybody, each sees what it has
    changed itself, and what is undone never looks like what came instead.
    """

    _name = "preorder.price.change"
    _description = "Change of What Prices Depend On"
    _log_access = False

    #: Rows that are read in no time.
    KEPT = 200

    made_in = fields.Char("Transaction", required=True, index=True)

    def init(self):
        """Have the database note changes, wherever it does not do so yet."""
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    UPDATE preorder_price_change
                       SET id = nextval('preorder_price_change_id_seq')
                     WHERE made_in = pg_current_xact_id()::text;
                    IF NOT FOUND THEN
                        INSERT INTO preorder_price_change (made_in)
                             VALUES (pg_current_xact_id()::text);
                    END IF;
                    RETURN NULL;
                END
                $$
                """,
                _TRIGGER,
            )
        )
        watched = {
            table
            for (table,) in self.env.execute_query(
                SQL(
                    "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = %s",
                    _TRIGGER.code,
                )
            )
        }
        for table in WATCHED_TABLES:
            # Making one waits for all who write the table.
            if table not in watched:
                self.env.cr.execute(
                    SQL(
                        "CREATE TRIGGER %(trigger)s"
                        " AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %(table)s"
                        " FOR EACH STATEMENT EXECUTE FUNCTION %(trigger)s()",
                        trigger=_TRIGGER,
                        table=SQL.identifier(table),
                    )
                )
        return super().init()

    @api.model
    def _stop_noting(self):
        """Leave the watched tables as they were before the addon came."""
        self.env.cr.execute(SQL("DROP FUNCTION %s() CASCADE", _TRIGGER))

    @api.model
    def _get_state_sql(self) -> SQL:
        """All changes as this transaction sees them, as a text: another after each."""
        return SQL(
            "(SELECT (COUNT(*), MAX(id), SUM(id))::text FROM preorder_price_change)"
        )

    @api.autovacuum
    def _gc_changes(self):
        """Keep the table short, under an id that it never had."""
        latest = self.search([], order="id desc", limit=1)
        if self.search_count([], limit=self.KEPT + 1) > self.KEPT:
            self.search([("id", "<=", latest.id)]).unlink()
            self.create({"made_in": ""})
