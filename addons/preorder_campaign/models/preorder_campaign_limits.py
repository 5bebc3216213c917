from dataclasses import dataclass
from functools import partial

from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..limits import Limit


@dataclass(frozen=True)
class LimitRules:
    """A campaign's limits in force, and what their scopes name."""

    limits: tuple[Limit, ...] = ()
    only_in_stock: bool = False

    def __bool__(self):
        return bool(self.limits) or self.only_in_stock

    def get_named(self, name) -> list[int]:
        """All ids that the limits name in one of their sets."""
        return sorted({id_ for limit in self.limits for id_ in getattr(limit, name)})

    def get_named_values(self) -> list[int]:
        """All attribute values that the limits name."""
        return sorted(
            {
                id_
                for limit in self.limits
                for values in limit.value_ids
                for id_ in values
            }
        )


class PreorderCampaign(models.Model):
    """How much of a campaign may be ordered."""

    _inherit = "preorder.campaign"

    limit_ids = fields.One2many("preorder.limit", "campaign_id", "Limits", copy=True)
    keep_reserved = fields.Boolean(
        "Keep the Quantities of Cancelled Quotations",
        help="What a cancelled, refused or expired quotation held of a limit is not "
        "given back to others.",
    )
    only_in_stock = fields.Boolean(
        "Only What Is in Stock",
        help="Together, customers can order of each product what is free in stock, and "
        "no more.",
    )
    warehouse_ids = fields.Many2many(
        "stock.warehouse",
        "preorder_campaign_warehouse_rel",
        "campaign_id",
        "warehouse_id",
        string="Warehouses",
        check_company=True,
        help="Whose stock counts. Empty: all of the company's warehouses.",
    )
    pending_recount = fields.Integer(
        readonly=True,
        copy=False,
        help="How many changes of limits do not count earlier orders yet.",
    )

    # Rules

    def _prepare_limit_rules(self) -> LimitRules:
        """The campaign's limits in force, as the algorithm knows them."""
        self.ensure_one()
        return LimitRules(
            tuple(limit._prepare_rule() for limit in self.limit_ids),
            self.only_in_stock,
        )

    @api.model
    @tools.ormcache("campaign_id", "lang")
    def _get_limit_rules(self, campaign_id, lang) -> LimitRules:
        """The limits of a campaign, kept in memory, since every saved cell asks.

        Forgotten when limits or campaign are written. Submitting does not rely on it.
        """
        return self.sudo().browse(campaign_id)._prepare_limit_rules()

    # Counting what was ordered before a limit was made

    def _count_limits_anew(self):
        """Have the campaigns' order forms counted once more, after this transaction."""
        self.env.registry.clear_cache()
        for campaign in self.exists().sudo():
            campaign.pending_recount += 1
        self.env.cr.postcommit.add(
            partial(self.env["preorder.limit.reservation"]._recount_safely, self.ids)
        )

    def write(self, vals):
        """Count anew if what is in stock counts otherwise now."""
        result = super().write(vals)
        if {"only_in_stock", "warehouse_ids"} & vals.keys():
            self._count_limits_anew()
        return result

    # Stock

    @api.model
    def _overlap_sql(self, first: SQL, second: SQL) -> SQL:
        """Whether two campaigns draw on a common warehouse; none named means all."""
        return SQL(
            """(
                NOT EXISTS (
                    SELECT
                      FROM preorder_campaign_warehouse_rel
                     WHERE campaign_id = %(a)s
                )
                OR NOT EXISTS (
                    SELECT
                      FROM preorder_campaign_warehouse_rel
                     WHERE campaign_id = %(b)s
                )
                OR EXISTS (
                    SELECT
                      FROM preorder_campaign_warehouse_rel one
                      JOIN preorder_campaign_warehouse_rel other USING (warehouse_id)
                     WHERE one.campaign_id = %(a)s AND other.campaign_id = %(b)s
                )
            )""",
            a=first,
            b=second,
        )

    @api.model
    def _free_sql(self, campaign: SQL, company: SQL, product: SQL) -> SQL:
        """The free quantity of a variant in a campaign's warehouses, not our shops.

        Less what confirmed pre-orders will take whose deliveries are still to be made
        and that were promised nothing of the stock.
        """
        return SQL(
            """(
                SELECT COALESCE(SUM(quant.quantity - quant.reserved_quantity), 0)
                  FROM stock_quant quant
                  JOIN stock_location location ON location.id = quant.location_id
                  JOIN stock_warehouse warehouse
                    ON warehouse.id = location.warehouse_id
                 WHERE quant.product_id = %(product)s
                   AND warehouse.company_id = %(company)s
                   AND location.id NOT IN (%(shops)s)
                   AND (
                        NOT EXISTS (
                            SELECT
                              FROM preorder_campaign_warehouse_rel
                             WHERE campaign_id = %(campaign)s
                        )
                        OR warehouse.id IN (
                            SELECT warehouse_id
                              FROM preorder_campaign_warehouse_rel
                             WHERE campaign_id = %(campaign)s
                        )
                   )
            ) - (
                SELECT COALESCE(
                           SUM(line.product_uom_qty * unit.factor / own_unit.factor), 0
                       )
                  FROM sale_order unlaunched
                  JOIN sale_order_line line ON line.order_id = unlaunched.id
                  JOIN product_product variant ON variant.id = line.product_id
                  JOIN product_template own ON own.id = variant.product_tmpl_id
                  JOIN uom_uom unit ON unit.id = line.product_uom_id
                  JOIN uom_uom own_unit ON own_unit.id = own.uom_id
                 WHERE unlaunched.preorder_launch_pending IS TRUE
                   AND unlaunched.state = 'sale'
                   AND unlaunched.company_id = %(company)s
                   AND line.product_id = %(product)s
                   AND (
                        NOT EXISTS (
                            SELECT
                              FROM preorder_campaign_warehouse_rel
                             WHERE campaign_id = %(campaign)s
                        )
                        OR unlaunched.warehouse_id IN (
                            SELECT warehouse_id
                              FROM preorder_campaign_warehouse_rel
                             WHERE campaign_id = %(campaign)s
                        )
                   )
                   AND NOT EXISTS (
                        SELECT
                          FROM preorder_order form
                          JOIN preorder_limit_reservation held
                            ON held.form_ref = form.id
                          JOIN preorder_limit_counter counter
                            ON counter.id = held.counter_ref
                         WHERE form.sale_order_id = unlaunched.id
                           AND counter.limit_ref = 0
                           AND counter.product_ref = %(product)s
                   )
            )""",
            campaign=campaign,
            company=company,
            product=product,
            shops=self._shops_sql(),
        )

    @api.model
    def _shops_sql(self) -> SQL:
        """The locations of our own shops: what lies there is not free for customers."""
        return SQL(
            """
            SELECT inside.id
              FROM res_partner shop
              JOIN stock_location root ON root.id = shop.preorder_location_id
              JOIN stock_location inside
                ON inside.parent_path LIKE root.parent_path || '%%'
             WHERE shop.preorder_location_id IS NOT NULL
            """
        )

    @api.model
    def _promised_sql(self, company: SQL, product: SQL, form_condition: SQL) -> SQL:
        """What order forms hold of a variant and stock has not set aside for them yet.

        A confirmed order's deliveries (transfers, to a shop of ours) reserve stock,
        which lowers the free quantity: what they have reserved or taken away is taken
        off here, in the same statement that reads the free quantity, so that it counts
        exactly once.

        :param form_condition: on ``held`` (``preorder.limit.reservation``)
        """
        return SQL(
            """(
                SELECT COALESCE(SUM(promise.quantity), 0)
                  FROM (
                    SELECT GREATEST(
                               SUM(held.quantity) - COALESCE(MAX(moved.quantity), 0), 0
                           ) AS quantity
                      FROM preorder_limit_counter counter
                      JOIN preorder_limit_reservation held
                        ON held.counter_ref = counter.id
                 LEFT JOIN preorder_order form ON form.id = held.form_ref
                 LEFT JOIN LATERAL (
                        SELECT SUM(move_line.quantity_product_uom) AS quantity
                          FROM stock_move move
                          JOIN stock_move_line move_line ON move_line.move_id = move.id
                          JOIN stock_location source ON source.id = move.location_id
                          JOIN stock_location target
                            ON target.id = move.location_dest_id
                         WHERE move.id IN (
                            SELECT move.id
                              FROM sale_order_line line
                              JOIN stock_move move ON move.sale_line_id = line.id
                             WHERE line.order_id = form.sale_order_id
                             UNION ALL
                            SELECT move.id
                              FROM stock_picking picking
                              JOIN stock_move move ON move.picking_id = picking.id
                             WHERE picking.preorder_order_id = form.id
                         )
                           AND move_line.product_id = %(product)s
                           AND source.usage = 'internal'
                           AND (
                                move.state NOT IN ('done', 'cancel')
                                OR move.state = 'done'
                               AND (
                                    target.usage != 'internal'
                                    OR target.warehouse_id
                                       IS DISTINCT FROM source.warehouse_id
                                    OR target.id IN (%(shops)s)
                               )
                           )
                       ) moved ON TRUE
                     WHERE counter.limit_ref = 0
                       AND counter.product_ref = %(product)s
                       AND counter.company_ref = %(company)s
                       AND %(form_condition)s
                  GROUP BY COALESCE(form.sale_order_id, -held.form_ref)
                  ) promise
            )""",
            product=product,
            company=company,
            form_condition=form_condition,
            shops=self._shops_sql(),
        )

    def _get_stock_query(self, product_ids, form_id) -> SQL:
        """What is free and what is promised of variants, in one statement.

        Rows: variant id, free quantity, what other order forms were promised of it,
        and what the form has of it. Products that are not stored have no row.
        """
        self.ensure_one()
        company, campaign = SQL("%s", self.company_id.id), SQL("%s", self.id)
        product = SQL("product.id")
        condition = SQL(
            "held.form_ref != %s AND %s",
            form_id or 0,
            self._overlap_sql(SQL("held.campaign_ref"), campaign),
        )
        return SQL(
            """
            SELECT product.id,
                   %(free)s,
                   %(promised)s,
                   (
                    SELECT COALESCE(SUM(cell.quantity), 0)
                      FROM preorder_order_line cell
                     WHERE cell.order_id = %(form)s AND cell.product_id = product.id
                   )
              FROM product_product product
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE template.is_storable AND product.id = ANY(%(products)s)
            """,
            free=self._free_sql(campaign, company, product),
            promised=self._promised_sql(company, product, condition),
            form=form_id or 0,
            products=list(product_ids),
        )
