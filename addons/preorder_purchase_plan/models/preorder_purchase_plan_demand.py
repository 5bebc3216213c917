from dataclasses import dataclass, field
from datetime import date

from odoo import fields, models
from odoo.tools import SQL

#: Columns of a line that say what customers want; none of them is anybody's to change.
_DEMAND = (
    "quantity_confirmed",
    "quantity_own_shop",
    "quantity_by_route",
    "quantity_quoted",
    "quantity_started",
    "own_shop_quoted",
    "own_shop_started",
    "sales_confirmed",
    "sales_quoted",
    "sales_started",
    "date_needed",
)


_NOTHING = dict.fromkeys(_DEMAND[:-1], 0.0)


@dataclass(slots=True)
class Wanted:
    """What customers want of a variant, in its unit and the company's currency."""

    quantities: dict = field(default_factory=_NOTHING.copy)
    day: date | None = None

    def add(self, day, **quantities):
        """Add quantities that are wanted on a day, or whenever."""
        for name, quantity in quantities.items():
            self.quantities[name] += quantity
        if day and (not self.day or day < self.day):
            self.day = day


class PreorderPurchasePlan(models.Model):
    """Demand: read live from the documents, never kept up by those who order."""

    _inherit = "preorder.purchase.plan"

    def _get_demand(self):
        """What customers want of the plan's campaigns.

        :return: dict of (product id, operation type's id or ``None``, Monday of the
            delivery week or ``None``) → :class:`Wanted`
        """
        self.ensure_one()
        self.env.flush_all()
        places = {
            campaign.id: (
                campaign.picking_type_id.id or None,
                campaign.delivery_from or None,
            )
            for campaign in self.campaign_ids
        }
        by_route = self._get_quantities_by_route(self.campaign_ids)
        usual, sold = self._read_sold(by_route)
        filled, moved = (
            self.env.execute_query(query)
            for query in (self._select_filled(), self._select_moved())
        )
        units, factors = self._get_units(
            {row[0] for rows in (sold, filled, moved) for row in rows}
        )
        rates = self._get_sale_rates({row[3] for row in sold} | {usual.currency})
        demand = self._start_demand(usual, places, factors, rates)

        def find(product_id, campaign_id, week, day):
            place, default = places[campaign_id]
            key = (product_id, place, week)
            if key not in demand:
                demand[key] = Wanted()
            return demand[key], day or default

        for (
            product_id,
            campaign_id,
            unit_id,
            currency_id,
            confirmed,
            week,
            quantity,
            by_route,
            amount,
            day,
        ) in sold:
            own_unit = units.get(product_id)
            if own_unit is None:
                # A service: there is nothing to buy.
                continue
            if own_unit != unit_id:
                quantity *= factors[unit_id] / factors[own_unit]
            wanted, day = find(product_id, campaign_id, week, day)
            amount *= rates[currency_id]
            if confirmed:
                wanted.add(
                    day,
                    quantity_confirmed=quantity,
                    quantity_by_route=by_route,
                    sales_confirmed=amount,
                )
            else:
                # Once confirmed, its route would buy it, too.
                wanted.add(
                    day,
                    quantity_quoted=max(0.0, quantity - by_route),
                    sales_quoted=amount,
                )
        left_to_routes = self._get_left_to_routes(filled)
        for (
            product_id,
            campaign_id,
            own_shop,
            started,
            week,
            quantity,
            amount,
            day,
        ) in filled:
            if product_id not in units:
                continue
            wanted, day = find(product_id, campaign_id, week, day)
            if not own_shop and (product_id, campaign_id) in left_to_routes:
                quantity = 0.0
            status = "started" if started else "quoted"
            wanted.add(
                day,
                **{
                    f"quantity_{status}": quantity,
                    f"own_shop_{status}": quantity if own_shop else 0.0,
                    f"sales_{status}": 0.0 if own_shop else amount,
                },
            )
        for product_id, campaign_id, week, quantity, by_route, day in moved:
            wanted, day = find(product_id, campaign_id, week, day)
            wanted.add(
                day,
                quantity_confirmed=quantity,
                quantity_own_shop=quantity,
                quantity_by_route=by_route,
            )
        return demand

    def _start_demand(self, usual, places, factors, rates):
        """The demand as far as it is confirmed in the usual unit and currency.

        :param usual: what ``_read_sold`` says is usual
        :param places: dict of campaign id → (operation type's id, usual day)
        :return: as by :meth:`_get_demand`
        """
        demand = {}
        rate, unit = rates[usual.currency], usual.unit
        single = self.campaign_ids[:1].id
        own_units = usual.own_units
        for (
            product_id,
            campaign_id,
            week,
            quantity,
            by_route,
            amount,
            day,
            _is_mixed,
        ) in usual.rows:
            if product_id in own_units:
                own_unit = own_units[product_id]
                if own_unit is None:
                    # A service: there is nothing to buy.
                    continue
                quantity *= factors[unit] / factors[own_unit]
            place, default = places[campaign_id or single]
            key = (product_id, place, week)
            if key not in demand:
                # Tens of thousands of variants: the quickest way to make one.
                quantities = _NOTHING.copy()
                quantities["quantity_confirmed"] = quantity
                quantities["quantity_by_route"] = by_route or 0.0
                quantities["sales_confirmed"] = amount * rate
                demand[key] = Wanted(quantities, day or default)
            else:
                demand[key].add(
                    day or default,
                    quantity_confirmed=quantity,
                    quantity_by_route=by_route or 0.0,
                    sales_confirmed=amount * rate,
                )
        return demand

    def _get_units(self, product_ids):
        """The units of goods among products.

        :return: (dict of product id → unit id, without services; dict of unit id →
            factor)
        """
        units = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT product.id, template.uom_id
                      FROM product_product product
                      JOIN product_template template
                        ON template.id = product.product_tmpl_id
                     WHERE product.id = ANY(%s) AND template.type = 'consu'
                    """,
                    list(product_ids),
                )
            )
        )
        factors = dict(self.env.execute_query(SQL("SELECT id, factor FROM uom_uom")))
        return units, {unit: float(factor) for unit, factor in factors.items()}

    def _get_sale_rates(self, currency_ids):
        """What one of each currency is worth in the company's, today."""
        today = fields.Date.context_today(self)
        currencies = self.env["res.currency"].sudo()
        return {
            currency_id: currencies._get_conversion_rate(
                currencies.browse(currency_id) or self.currency_id,
                self.currency_id,
                self.company_id,
                today,
            )
            for currency_id in currency_ids
        }

    def _get_week(self, day: SQL) -> SQL:
        """The Monday of a day's week, if the plan tells weeks apart."""
        if not self.by_week:
            return SQL("NULL::date")
        return SQL("date_trunc('week', %s)::date", day)

    def _select_filled(self) -> SQL:
        """Forms being filled, and own shops' that the office has not accepted yet."""
        report = self.env["preorder.report"].with_context(
            allowed_company_ids=self.company_id.ids
        )
        day = SQL("COALESCE(cell.delivery_date, form.requested_delivery_from)")
        return SQL(
            """
            SELECT cell.product_id,
                   form.campaign_id,
                   form.is_own_shop IS TRUE,
                   form.state = 'draft',
                   %(week)s,
                   SUM(cell.quantity)::float8,
                   COALESCE(
                       SUM(
                           cell.price_unit * cell.quantity
                           * (1 - COALESCE(cell.base_discount, 0) / 100)
                           * %(untaxed)s / %(rate)s
                       ),
                       0
                   )::float8,
                   MIN(%(day)s)
              FROM preorder_order form
              JOIN preorder_order_line cell ON cell.order_id = form.id
             WHERE form.campaign_id IN %(campaigns)s
               AND cell.quantity > 0
               AND (
                   form.state = 'draft'
                   OR form.is_own_shop AND form.state = 'submitted'
               )
          GROUP BY cell.product_id, form.campaign_id, form.is_own_shop IS TRUE,
                   form.state = 'draft', %(week)s
            """,
            week=self._get_week(day),
            day=day,
            untaxed=report._get_untaxed_share(),
            rate=report._get_currency_rate(),
            campaigns=tuple(self.campaign_ids.ids or [0]),
        )

    def _select_moved(self) -> SQL:
        """What accepted forms of own shops are to get by internal transfers."""
        day = SQL("picking.scheduled_date::date")
        return SQL(
            """
            SELECT move.product_id,
                   form.campaign_id,
                   %(week)s,
                   SUM(move.product_qty)::float8,
                   COALESCE(
                       SUM(move.product_qty)
                           FILTER (WHERE move.procure_method = 'make_to_order'),
                       0
                   )::float8,
                   MIN(%(day)s)
              FROM preorder_order form
              JOIN stock_picking picking ON picking.preorder_order_id = form.id
              JOIN stock_move move ON move.picking_id = picking.id
             WHERE form.campaign_id IN %(campaigns)s
               AND move.state != 'cancel'
          GROUP BY move.product_id, form.campaign_id, %(week)s
            """,
            week=self._get_week(day),
            day=day,
            campaigns=tuple(self.campaign_ids.ids or [0]),
        )

    # Lines

    def _update_demand(self):
        """Write what customers want into the lines, new ones where there are none.

        Lines for which it has not changed are not written.
        """
        self.ensure_one()
        lines = self.env["preorder.purchase.plan.line"]
        demand = self._get_demand()
        keys = list(demand)
        columns = {
            name: [demand[key].quantities[name] for key in keys]
            for name in _DEMAND[:-1]
        }
        columns["date_needed"] = [demand[key].day for key in keys]
        names = [SQL.identifier(name) for name in _DEMAND]
        self.env.execute_query(
            SQL(
                """
                WITH source AS MATERIALIZED (
                    SELECT product_id, picking_type_id, week, %(names)s
                      FROM unnest(
                               %(products)s::int[], %(places)s::int[],
                               %(weeks)s::date[], %(values)s
                           ) AS source(product_id, picking_type_id, week, %(names)s)
                ), written AS (
                    INSERT INTO preorder_purchase_plan_line AS line (
                        plan_id, company_id, product_id, product_tmpl_id, categ_id,
                        product_brand_id, picking_type_id, week, %(names)s,
                        create_uid, create_date, write_uid, write_date)
                    SELECT %(plan)s, %(company)s, product.id, template.id,
                           template.categ_id, template.product_brand_id,
                           source.picking_type_id, source.week, %(sources)s,
                           %(user)s, %(now)s, %(user)s, %(now)s
                      FROM source
                      JOIN product_product product ON product.id = source.product_id
                      JOIN product_template template
                        ON template.id = product.product_tmpl_id
                        ON CONFLICT (
                               plan_id, product_id, COALESCE(picking_type_id, 0),
                               COALESCE(week, '0001-01-01')
                           ) WHERE split_of_id IS NULL
                        DO UPDATE SET (%(names)s) = ROW(%(excluded)s),
                                      write_uid = excluded.write_uid,
                                      write_date = excluded.write_date
                            WHERE (%(own)s) IS DISTINCT FROM (%(excluded)s)
                )
                UPDATE preorder_purchase_plan_line line
                   SET (%(names)s) = ROW(%(nothing)s),
                       write_uid = %(user)s, write_date = %(now)s
                 WHERE line.plan_id = %(plan)s AND line.split_of_id IS NULL
                   AND (%(own)s) IS DISTINCT FROM (%(nothing)s)
                   AND NOT EXISTS (
                           SELECT FROM source
                            WHERE source.product_id = line.product_id
                              AND COALESCE(source.picking_type_id, 0)
                                = COALESCE(line.picking_type_id, 0)
                              AND COALESCE(source.week, '0001-01-01')
                                = COALESCE(line.week, '0001-01-01')
                       )
             RETURNING line.id
                """,
                names=SQL(", ").join(names),
                sources=SQL(", ").join(SQL("source.%s", name) for name in names),
                excluded=SQL(", ").join(SQL("excluded.%s", name) for name in names),
                own=SQL(", ").join(SQL("line.%s", name) for name in names),
                nothing=SQL(", ").join(
                    [SQL("0")] * (len(names) - 1) + [SQL("NULL::date")]
                ),
                values=SQL(", ").join(
                    SQL(
                        "%s::date[]" if name == "date_needed" else "%s::float8[]",
                        values,
                    )
                    for name, values in columns.items()
                ),
                plan=self.id,
                company=self.company_id.id,
                products=[key[0] for key in keys],
                places=[key[1] for key in keys],
                weeks=[key[2] for key in keys],
                user=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        lines.invalidate_model()
        self.invalidate_recordset(["line_ids"])
        self.line_ids.filtered(lambda line: line._is_empty()).unlink()
