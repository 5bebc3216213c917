from odoo import fields, models
from odoo.tools import SQL


class PreorderLimitReport(models.Model):
    """What is used and left, per limit and whoever it is counted for."""

    _name = "preorder.limit.report"
    _description = "Pre-Order Limits Used"
    _auto = False
    _order = "campaign_id, limit_id, partner_id, product_id"

    campaign_id = fields.Many2one("preorder.campaign", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    limit_id = fields.Many2one(
        "preorder.limit", readonly=True, help="Empty: what is left in stock."
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Counted For",
        readonly=True,
        help="The company or branch. Empty: all customers together.",
    )
    product_id = fields.Many2one(
        "product.product", "Variant", readonly=True, help="In stock: which variant."
    )
    quantity_maximum = fields.Float(
        "Maximum",
        digits="Product Unit",
        readonly=True,
        help="In stock: the free quantity.",
    )
    quantity_used = fields.Float(
        "Used",
        digits="Product Unit",
        readonly=True,
        help="What submitted and confirmed order forms hold. In stock: what is not set "
        "aside by their deliveries yet.",
    )
    quantity_left = fields.Float("Left", digits="Product Unit", readonly=True)

    @property
    def _table_query(self) -> SQL:
        return SQL("%s UNION ALL %s", self._limits_query(), self._stock_query())

    def _limits_query(self) -> SQL:
        """A row for each counter, and for each limit that nobody uses yet."""
        return SQL(
            """
            SELECT COALESCE(counter.id * 3, lim.id * 3 + 1) AS id,
                   lim.campaign_id,
                   lim.company_id,
                   lim.id AS limit_id,
                   NULLIF(counter.subject_ref, 0) AS partner_id,
                   NULL::integer AS product_id,
                   NULLIF(lim.maximum, 0) AS quantity_maximum,
                   COALESCE(counter.used, 0) AS quantity_used,
                   NULLIF(lim.maximum, 0) - COALESCE(counter.used, 0) AS quantity_left
              FROM preorder_limit lim
         LEFT JOIN preorder_limit_counter counter
                ON counter.limit_ref = lim.id AND counter.used != 0
             WHERE lim.active
            """
        )

    def _stock_query(self) -> SQL:
        """A row for each variant that order forms hold of a campaign's stock."""
        campaigns = self.env["preorder.campaign"]
        place = (SQL("promise.company_id"), SQL("promise.product_id"))
        campaign = SQL("promise.campaign_id")
        return SQL(
            """
            SELECT id, campaign_id, company_id, NULL, NULL, product_id,
                   free, used, free - promised
              FROM (
                SELECT promise.*, %(free)s AS free, %(used)s AS used,
                       %(promised)s AS promised
                  FROM (
                    SELECT MIN(held.id) * 3 + 2 AS id,
                           campaign.id AS campaign_id,
                           campaign.company_id,
                           counter.product_ref AS product_id
                      FROM preorder_limit_reservation held
                      JOIN preorder_limit_counter counter
                        ON counter.id = held.counter_ref AND counter.limit_ref = 0
                      JOIN preorder_campaign campaign ON campaign.id = held.campaign_ref
                  GROUP BY campaign.id, campaign.company_id, counter.product_ref
                  ) promise
              ) stock
            """,
            free=campaigns._free_sql(campaign, *place),
            used=campaigns._promised_sql(
                *place, SQL("held.campaign_ref = %s", campaign)
            ),
            promised=campaigns._promised_sql(
                *place, campaigns._overlap_sql(SQL("held.campaign_ref"), campaign)
            ),
        )
