from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.tools import SQL

#: Averages are shown from so many other companies on: of fewer, one could guess whose
#: quantity is whose.
MINIMUM_COMPANIES = 5


class PreorderCampaign(models.Model):
    """Figures that help customers decide how much to order."""

    _inherit = "preorder.campaign"

    previous_sales = fields.Selection(
        [
            ("none", "Not shown"),
            ("company", "The customer's own company"),
            ("all", "All customers"),
        ],
        default="none",
        required=True,
        help="Shown with each product: how much of it was sold lately, to the "
        "customer's company with all its branches, or to all customers.",
    )
    previous_sales_weeks = fields.Integer(
        "Weeks Back", default=52, help="How many weeks of sales count, up to yesterday."
    )
    show_colleagues_average = fields.Boolean(
        "Colleagues' Average",
        help="Shown with each variant: how much of it other companies order on average "
        f"in this campaign, as soon as {MINIMUM_COMPANIES} of them do.",
    )

    _previous_sales_weeks_positive = models.Constraint(
        "CHECK(previous_sales_weeks > 0)",
        "Previous sales: the number of weeks must be at least one.",
    )

    def _get_previous_sales(self, partner, product_ids):
        """How much of each variant was sold in the weeks before today.

        Confirmed sales orders of the campaign's company; goods taken back later do not
        lessen what was sold. This campaign's own orders are what is being decided, not
        a previous sale.

        :param partner: the customer: only sales to its company and all its branches
            count, unless the campaign shows those of all customers; of pre-orders only
            its own, where the company lets each see its own forms only
        :return: dict of product id → quantity in the product's unit; ids without sales
            are left out, all are when the campaign shows no previous sales
        """
        self.ensure_one()
        if self.previous_sales == "none" or not product_ids:
            return {}
        since, until = self._get_previous_sales_period()
        own_company = SQL()
        if self.previous_sales == "company":
            own_company = SQL(
                """
                AND sale.partner_id IN (
                    WITH RECURSIVE branch AS (
                        SELECT %s::integer AS id
                         UNION
                        SELECT partner.id
                          FROM res_partner partner
                          JOIN branch ON partner.parent_id = branch.id
                    )
                    SELECT id FROM branch
                )
                """,
                partner._get_preorder_lineage()[-1],
            )
            if partner._get_preorder_company().preorder_own_forms_only:
                own_company = SQL(
                    "%s AND (sale.preorder_campaign_id IS NULL"
                    " OR sale.partner_id = %s)",
                    own_company,
                    partner.id,
                )
        self._flush_figures()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT line.product_id,
                           SUM(
                               line.product_uom_qty * COALESCE(
                                   line_uom.factor / NULLIF(product_uom.factor, 0), 1
                               )
                           )
                      FROM sale_order_line line
                      JOIN sale_order sale ON sale.id = line.order_id
                      JOIN product_product product ON product.id = line.product_id
                      JOIN product_template template
                        ON template.id = product.product_tmpl_id
                 LEFT JOIN uom_uom line_uom ON line_uom.id = line.product_uom_id
                 LEFT JOIN uom_uom product_uom ON product_uom.id = template.uom_id
                     WHERE line.product_id IN %(products)s
                       AND line.state = 'sale'
                       AND line.product_uom_qty > 0
                       AND line.is_downpayment IS NOT TRUE
                       AND line.company_id = %(company)s
                       AND line.preorder_campaign_id IS DISTINCT FROM %(campaign)s
                       AND sale.date_order >= %(since)s
                       AND sale.date_order < %(until)s
                       %(own_company)s
                  GROUP BY line.product_id
                    """,
                    products=tuple(product_ids),
                    company=self.company_id.id,
                    campaign=self.id,
                    since=since,
                    until=until,
                    own_company=own_company,
                )
            )
        )

    def _get_previous_sales_period(self):
        """The weeks before today, today as the campaign's time zone has it.

        :return: (from, until): naive UTC, half-open
        """
        self.ensure_one()
        zone, utc = ZoneInfo(self.tz), ZoneInfo("UTC")
        today = self._now().replace(tzinfo=utc).astimezone(zone).date()
        return tuple(
            datetime.combine(day, time.min, zone).astimezone(utc).replace(tzinfo=None)
            for day in (today - timedelta(weeks=self.previous_sales_weeks), today)
        )

    def _get_colleagues_average(self, partner, product_ids):
        """How much of each variant other companies order in this campaign.

        An average over the order forms with a quantity of the variant, being filled,
        submitted or confirmed, of other companies than the customer's; from five such
        companies on, so that nobody's quantity shows.

        :return: dict of product id → average quantity in the product's unit; ids below
            five companies are left out, all are when the campaign shows no average
        """
        self.ensure_one()
        if not self.show_colleagues_average or not product_ids:
            return {}
        self._flush_figures()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT cell.product_id,
                           SUM(cell.quantity) / COUNT(DISTINCT form.id)
                      FROM preorder_order form
                      JOIN preorder_order_line cell ON cell.order_id = form.id
                     WHERE form.campaign_id = %(campaign)s
                       AND form.state != 'cancelled'
                       AND form.customer_company_id != %(company)s
                       AND cell.product_id IN %(products)s
                       AND cell.quantity > 0
                  GROUP BY cell.product_id
                    HAVING COUNT(DISTINCT form.customer_company_id) >= %(minimum)s
                    """,
                    campaign=self.id,
                    company=partner._get_preorder_lineage()[-1],
                    products=tuple(product_ids),
                    minimum=MINIMUM_COMPANIES,
                )
            )
        )

    def _flush_figures(self):
        for model in ("preorder.order", "preorder.order.line", "res.partner"):
            self.env[model].flush_model()
        for model in ("sale.order", "sale.order.line"):
            self.env[model].flush_model()
