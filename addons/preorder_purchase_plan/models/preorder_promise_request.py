from collections import defaultdict
from datetime import datetime, time, timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .. import promises

#: Days without a time are noon UTC, as on order forms.
_NOON = time(12)
#: So many requests are looked at in one transaction.
_BATCH = 20000
#: Where a transaction collects what it asks for.
_COLLECTED = "preorder_promise_request"


class PreorderPromiseRequest(models.Model):
    """What has to be promised anew: a product of a campaign.

    Whoever changes what comes or what is wanted only adds rows here, so that neither
    customers who confirm nor people at the warehouse wait for promises, or for each
    other. A scheduled action, started by the row, then goes through all there is in
    bulk.
    """

    _name = "preorder.promise.request"
    _description = "Pre-Order Dates to Be Promised Anew"
    _log_access = False

    campaign_id = fields.Many2one(
        "preorder.campaign", required=True, ondelete="cascade"
    )
    product_id = fields.Many2one("product.product", required=True, ondelete="cascade")

    @api.model
    def _request(self, pairs):
        """Have products promised anew as soon as this transaction is committed.

        :param pairs: iterable of (``preorder.campaign`` records, ``product.product``
            records)
        """
        wanted = {
            (campaign.id, product.id)
            for campaigns, products in pairs
            for campaign in campaigns
            for product in products
        }
        if not wanted:
            return
        precommit = self.env.cr.precommit
        if _COLLECTED not in precommit.data:
            precommit.data[_COLLECTED] = set()
            precommit.add(self.sudo()._store_requests)
        precommit.data[_COLLECTED] |= wanted

    def _store_requests(self):
        """Write down, once a transaction, what it asked for."""
        rows = sorted(self.env.cr.precommit.data.pop(_COLLECTED, ()))
        # Records that the transaction made and deleted again are left out.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO preorder_promise_request (campaign_id, product_id)
                     SELECT campaign.id, product.id
                       FROM unnest(%s::int[], %s::int[]) AS wanted(campaign, product)
                       JOIN preorder_campaign campaign ON campaign.id = wanted.campaign
                       JOIN product_product product ON product.id = wanted.product
                """,
                [campaign_id for campaign_id, _product_id in rows],
                [product_id for _campaign_id, product_id in rows],
            )
        )
        self.env.ref("preorder_purchase_plan.cron_promise")._trigger()

    @api.model
    def _cron_promise(self):
        """Promise anew what was asked for: everything alike in one go."""
        progress = self.env["ir.cron"]._commit_progress
        while rows := self.env.execute_query(
            SQL(
                """
                SELECT id, campaign_id, product_id
                  FROM preorder_promise_request
              ORDER BY id
                 LIMIT %s
                """,
                _BATCH,
            )
        ):
            campaigns = self.env["preorder.campaign"].browse({row[1] for row in rows})
            products = self.env["product.product"].browse({row[2] for row in rows})
            try:
                for group in self._get_campaign_groups(campaigns):
                    self._promise(group, products)
                self.env.flush_all()
            except OperationalError as error:
                if not isinstance(error, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
                    raise
                # Somebody works on these orders right now: look again.
                self.env.cr.rollback()
                self.env.ref("preorder_purchase_plan.cron_promise")._trigger()
                return
            self.env.cr.execute(
                SQL(
                    "DELETE FROM preorder_promise_request WHERE id = ANY(%s)",
                    [row[0] for row in rows],
                )
            )
            if not progress(len(rows), remaining=self.search_count([])):
                return

    @api.model
    def _get_campaign_groups(self, campaigns):
        """Campaigns that buy together share what arrives.

        :return: list of ``preorder.campaign`` records: each holds all campaigns that
            have, directly or through others, a purchase plan in common
        """
        relation = self.env["preorder.campaign"]._fields["purchase_plan_ids"].relation
        plans = defaultdict(set)
        for plan_id, campaign_id in self.env.execute_query(
            SQL(
                "SELECT preorder_purchase_plan_id, preorder_campaign_id FROM %s",
                SQL.identifier(relation),
            )
        ):
            plans[plan_id].add(campaign_id)
        groups: list[set[int]] = []
        for members in plans.values():
            joined = [group for group in groups if group & members]
            groups = [group for group in groups if group not in joined]
            groups.append(members.union(*joined))
        wanted = set(campaigns.ids)
        return [campaigns.browse(sorted(group)) for group in groups if group & wanted]

    @api.model
    def _promise(self, campaigns, products):
        """Promise products of campaigns that buy together: a fixed number of queries.

        :param campaigns: one of :meth:`_get_campaign_groups`
        :param products: ``product.product`` records
        """
        self.env.flush_all()
        company = campaigns.company_id[:1]
        lead = round(company.security_lead)
        demands = self._get_line_demands(campaigns, products)
        transfers = self._get_transfer_demands(campaigns, products)
        made = promises.get_promises(
            demands + transfers, self._get_arrivals(campaigns, products), lead
        )
        for model, waiting in (("sale.order.line", demands), ("stock.move", transfers)):
            records = self.env[model].browse(demand.key[1] for demand in waiting)
            known = {each.id: each.preorder_promised_date for each in records}
            # What is here keeps its promise: the customer hears that it is ready.
            records._set_promised_dates(
                {
                    each_id: known[each_id] or promise.day
                    if promise.is_here
                    else promise.day
                    for demand in waiting
                    for each_id, promise in [(demand.key[1], made[demand.key])]
                }
            )
        days = {}
        for demand in demands + transfers:
            promise = made[demand.key]
            if not promise.arrival:
                continue
            days[demand.key] = (
                promise.day - timedelta(days=lead)
                if demand.key[0] == "line"
                else max(promise.arrival, demand.wanted)
            )
        self._move_deliveries(days)

    @api.model
    def _get_promise_order(self):
        """Who is served first: SQL terms, the smallest first.

        Of an order's line (``line``, ``sale``) and of a transfer's move (``move``,
        ``picking``), each as (day for which it is wanted, moment since when it stands).
        Without a day, it is wanted since it stands.

        :return: (terms of lines, terms of transfers), each a tuple of ``SQL``
        """
        return (
            (
                SQL("line.preorder_delivery_date"),
                SQL("sale.date_order"),
            ),
            (
                SQL("COALESCE(move.date_deadline, move.date)::date"),
                SQL("picking.create_date"),
            ),
        )

    @api.model
    def _get_line_demands(self, campaigns, products):
        """What confirmed orders wait for, in each product's own unit.

        Lines whose goods are bought for them alone (made to order, drop-shipped) wait
        for nothing of a plan.

        :return: list of :class:`~..promises.Demand`, keys ``("line", id)``
        """
        wanted, since = self._get_promise_order()[0]
        return [
            promises.Demand(
                ("line", line_id),
                product_id,
                float(quantity),
                (day or moment.date(), moment, 0, line_id),
                day,
                float(secured or 0),
            )
            for line_id, product_id, quantity, day, moment, secured in (
                self.env.execute_query(
                    SQL(
                        """
                SELECT line.id, line.product_id,
                       (line.product_uom_qty - COALESCE(line.qty_delivered, 0))
                           * unit.factor / own_unit.factor,
                       %(wanted)s, COALESCE(%(since)s, sale.create_date),
                       (SELECT SUM(move.quantity * move_unit.factor / own_unit.factor)
                          FROM stock_move move
                          JOIN uom_uom move_unit ON move_unit.id = move.product_uom
                         WHERE move.sale_line_id = line.id
                           AND move.product_id = line.product_id
                           AND move.state IN ('assigned', 'partially_available'))
                  FROM sale_order_line line
                  JOIN sale_order sale ON sale.id = line.order_id
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                  JOIN uom_uom unit ON unit.id = line.product_uom_id
                  JOIN uom_uom own_unit ON own_unit.id = template.uom_id
                 WHERE line.preorder_campaign_id = ANY(%(campaigns)s)
                   AND line.product_id = ANY(%(products)s)
                   AND line.state = 'sale'
                   AND template.type = 'consu'
                   AND line.product_uom_qty > COALESCE(line.qty_delivered, 0)
                   AND NOT EXISTS (
                       SELECT 1
                         FROM stock_move move
                    LEFT JOIN stock_move_move_rel chain
                           ON chain.move_dest_id = move.id
                    LEFT JOIN stock_move source ON source.id = chain.move_orig_id
                    LEFT JOIN stock_move_created_purchase_line_rel created
                           ON created.move_id = move.id
                        WHERE move.sale_line_id = line.id
                          AND move.state != 'cancel'
                          AND (move.purchase_line_id IS NOT NULL
                               OR source.purchase_line_id IS NOT NULL
                               OR created.move_id IS NOT NULL))
                        """,
                        wanted=wanted,
                        since=since,
                        campaigns=campaigns.ids,
                        products=products.ids,
                    )
                )
            )
        ]

    @api.model
    def _get_transfer_demands(self, campaigns, products):
        """What transfers to shops of our own wait for, in each product's own unit.

        :return: list of :class:`~..promises.Demand`, keys ``("move", id)``
        """
        wanted, since = self._get_promise_order()[1]
        return [
            promises.Demand(
                ("move", move_id),
                product_id,
                float(quantity),
                (day, moment, 1, move_id),
                day,
                float(secured or 0),
            )
            for move_id, product_id, quantity, day, moment, secured in (
                self.env.execute_query(
                    SQL(
                        """
                SELECT move.id, move.product_id, move.product_qty, %(wanted)s,
                       %(since)s,
                       CASE WHEN move.state IN ('assigned', 'partially_available')
                       THEN move.quantity * unit.factor / own_unit.factor END
                  FROM stock_move move
                  JOIN stock_picking picking ON picking.id = move.picking_id
                  JOIN preorder_order form ON form.id = picking.preorder_order_id
                  JOIN product_product product ON product.id = move.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                  JOIN uom_uom unit ON unit.id = move.product_uom
                  JOIN uom_uom own_unit ON own_unit.id = template.uom_id
                 WHERE form.campaign_id = ANY(%(campaigns)s)
                   AND move.product_id = ANY(%(products)s)
                   AND move.state NOT IN ('draft', 'done', 'cancel')
                        """,
                        wanted=wanted,
                        since=since,
                        campaigns=campaigns.ids,
                        products=products.ids,
                    )
                )
            )
        ]

    @api.model
    def _get_arrivals(self, campaigns, products):
        """What the campaigns' purchases bring, and have brought for nobody yet.

        Goods that are in stock and reserved for nobody count as far as the plans'
        purchases brought them or the plans count on them; what was bought besides, as
        far as the plans count on it. The rest is not the campaigns'.

        :return: list of :class:`~..promises.Arrival`
        """
        # What an archived plan has bought comes all the same.
        plans = campaigns.sudo().with_context(active_test=False).purchase_plan_ids
        stock = (
            self.env["stock.warehouse"]
            .sudo()
            .search([("company_id", "in", campaigns.company_id.ids)])
        )
        places = (
            stock.lot_stock_id | stock.wh_input_stock_loc_id | stock.wh_qc_stock_loc_id
        )
        shops = (
            self.env["res.partner"]
            .sudo()
            .search([("preorder_location_id", "!=", False)])
            .preorder_location_id
        )
        return [
            promises.Arrival(product_id, float(quantity or 0), day)
            for product_id, quantity, day in self.env.execute_query(
                SQL(
                    """
              WITH counted AS (
                    SELECT product_id,
                           SUM(quantity_from_stock) AS quantity_from_stock,
                           SUM(quantity_from_incoming) AS quantity_from_incoming
                      FROM preorder_purchase_plan_line
                     WHERE plan_id = ANY(%(plans)s)
                       AND product_id = ANY(%(products)s)
                  GROUP BY product_id)
            SELECT product_id, SUM(LEAST(quantity, still_bought - before)), day
              FROM (
                    SELECT move.product_id, move.product_qty AS quantity,
                           move.date::date AS day,
                           -- A receipt may still say more than the purchase does.
                           (purchase.product_qty - COALESCE(purchase.qty_received, 0))
                               * purchase.product_uom_qty
                               / NULLIF(purchase.product_qty, 0) AS still_bought,
                           COALESCE(SUM(move.product_qty) OVER (
                               PARTITION BY purchase.id ORDER BY move.date, move.id
                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                           ), 0) AS before
                      FROM stock_move move
                      JOIN purchase_order_line purchase
                        ON purchase.id = move.purchase_line_id
                      JOIN stock_location source ON source.id = move.location_id
                     WHERE purchase.preorder_plan_id = ANY(%(plans)s)
                       AND move.product_id = ANY(%(products)s)
                       AND move.state NOT IN ('draft', 'done', 'cancel')
                       AND source.usage = 'supplier') coming
             WHERE still_bought > before
          GROUP BY product_id, day
             UNION ALL
            SELECT outside.product_id,
                   LEAST(outside.quantity, counted.quantity_from_incoming - before), day
              FROM (
                    SELECT move.product_id, move.product_qty AS quantity,
                           move.date::date AS day,
                           COALESCE(SUM(move.product_qty) OVER (
                               PARTITION BY move.product_id ORDER BY move.date, move.id
                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                           ), 0) AS before
                      FROM stock_move move
                      JOIN purchase_order_line purchase
                        ON purchase.id = move.purchase_line_id
                      JOIN stock_location source ON source.id = move.location_id
                 LEFT JOIN stock_move_move_rel chain ON chain.move_orig_id = move.id
                     WHERE purchase.preorder_plan_id IS NULL
                       AND chain.move_orig_id IS NULL
                       AND move.product_id = ANY(%(products)s)
                       AND move.company_id = ANY(%(companies)s)
                       AND move.state NOT IN ('draft', 'done', 'cancel')
                       AND source.usage = 'supplier') outside
              JOIN counted USING (product_id)
             WHERE counted.quantity_from_incoming > before
             UNION ALL
            SELECT product_id,
                   LEAST(here.quantity, COALESCE(received.quantity, 0)
                                        + COALESCE(counted.quantity_from_stock, 0)),
                   NULL
              FROM (
                    SELECT product_id, SUM(quantity - reserved_quantity) AS quantity
                      FROM stock_quant
                     WHERE product_id = ANY(%(products)s)
                       AND location_id IN %(places)s
                  GROUP BY product_id) here
         LEFT JOIN counted USING (product_id)
         LEFT JOIN (
                    SELECT purchase.product_id,
                           SUM(purchase.qty_received * unit.factor / own_unit.factor)
                               AS quantity
                      FROM purchase_order_line purchase
                      JOIN purchase_order bought ON bought.id = purchase.order_id
                      JOIN product_product product ON product.id = purchase.product_id
                      JOIN product_template template
                        ON template.id = product.product_tmpl_id
                      JOIN uom_uom unit ON unit.id = purchase.product_uom_id
                      JOIN uom_uom own_unit ON own_unit.id = template.uom_id
                     WHERE purchase.preorder_plan_id = ANY(%(plans)s)
                       AND purchase.product_id = ANY(%(products)s)
                       AND bought.state = 'purchase'
                  GROUP BY purchase.product_id) received USING (product_id)
                    """,
                    plans=plans.ids,
                    products=products.ids,
                    companies=campaigns.company_id.ids,
                    places=self.env["stock.location"]
                    .sudo()
                    ._search(
                        [
                            ("id", "child_of", places.ids),
                            ("usage", "=", "internal"),
                            "!",
                            ("id", "child_of", shops.ids),
                        ]
                    )
                    .subselect(),
                )
            )
        ]

    @api.model
    def _move_deliveries(self, days):
        """Plan waiting moves for the day on which their goods arrive.

        What was agreed with the customer stays: the moves' deadlines.

        :param days: dict of a demand's key → the day on which its goods leave
        """
        line_ids = [key[1] for key in days if key[0] == "line"]
        moves = (
            self.env["stock.move"]
            .sudo()
            .search_fetch(
                [
                    "|",
                    ("sale_line_id", "in", line_ids),
                    ("id", "in", [key[1] for key in days if key[0] == "move"]),
                    ("state", "in", ("waiting", "confirmed", "partially_available")),
                ],
                ["date", "sale_line_id"],
            )
        )
        by_day = defaultdict(moves.browse)
        for move in moves:
            key = (
                ("line", move.sale_line_id.id)
                if ("line", move.sale_line_id.id) in days
                else ("move", move.id)
            )
            if move.date.date() != days[key]:
                by_day[days[key]] |= move
        for day, waiting in by_day.items():
            waiting.with_context(preorder_promising=True).write(
                {"date": datetime.combine(day, _NOON)}
            )
