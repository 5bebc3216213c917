import uuid
from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL

from .preorder_notice_line import GoodsNews


class SaleOrder(models.Model):
    """Promised dates of a pre-order, as its customer reads them."""

    _inherit = "sale.order"

    preorder_promised_date = fields.Date(
        "Promised Date",
        compute="_compute_preorder_promised_date",
        compute_sudo=True,
        help="The earliest date promised for what is left to deliver.",
    )

    def _compute_preorder_promised_date(self):
        promises = self._get_promised_quantities()
        for order in self:
            order.preorder_promised_date = min(promises.get(order.id, ()), default=None)

    def _get_promised_quantities(self):
        """What is left to deliver of orders, by promised date: one query for all.

        :return: dict of order's id → dict of date → number of pieces
        """
        if not self.ids:
            return {}
        self.env["sale.order.line"].flush_model()
        promises = defaultdict(dict)
        for order_id, day, quantity in self.env.execute_query(
            SQL(
                """
                SELECT order_id, preorder_promised_date,
                       SUM(product_uom_qty - COALESCE(qty_delivered, 0))
                  FROM sale_order_line
                 WHERE order_id IN %s
                   AND state = 'sale'
                   AND preorder_promised_date IS NOT NULL
                   AND product_uom_qty > COALESCE(qty_delivered, 0)
              GROUP BY order_id, preorder_promised_date
              ORDER BY preorder_promised_date
                """,
                tuple(self.ids),
            )
        ):
            promises[order_id][day] = float(quantity)
        return dict(promises)

    def _get_promised_weeks(self):
        """When what is left of an order is expected, week by week, for its customer.

        :return: list of dicts ``week`` (in words) and ``quantity`` (pieces)
        """
        self.ensure_one()
        weeks = defaultdict(float)
        for day, quantity in self._get_promised_quantities().get(self.id, {}).items():
            weeks[day.isocalendar()[:2]] += quantity
        return [
            {"week": self._format_week(*week), "quantity": quantity}
            for week, quantity in sorted(weeks.items())
        ]

    def _format_week(self, year: int, week: int) -> str:
        """A calendar week (ISO 8601) in words."""
        return self.env._("week %(week)s of %(year)s", week=week, year=year)

    def _get_goods_recipients(self):
        """Whom messages about the goods of orders go to, in bulk.

        :return: dict of ``sale.order`` → (``res.partner``, its ``preorder.order`` if
            the order was made from one form alone, else empty)
        """
        forms_by_order = self._get_preorder_forms().grouped("sale_order_id")
        recipients = {}
        for order in self:
            forms = forms_by_order.get(order.sudo(), self.env["preorder.order"].sudo())
            if len(forms) == 1:
                recipients[order] = (forms._get_notice_recipient(), forms)
            else:
                partner = order.sudo().partner_id
                if not partner.email_normalized:
                    partner = partner.commercial_partner_id
                recipients[order] = (partner, forms.browse())
        return recipients


class SaleOrderLine(models.Model):
    """Telling customers of dates that have changed, when the office says so."""

    _inherit = "sale.order.line"

    def _group_date_changes(self):
        """Changed lines by who is to be told: one message per customer and campaign.

        :return: dict of (``preorder.campaign``, ``res.partner``) → changed lines
        """
        changed = self.filtered("preorder_date_change")
        recipients = changed.order_id._get_goods_recipients()
        return changed.grouped(
            lambda line: (line.preorder_campaign_id, recipients[line.order_id][0])
        )

    def _announce_date_changes(self, message=""):
        """Queue one message per customer that lists what has changed, and remember
        that these dates are known now.

        Two people who do so at the same moment write the same lines: the second is
        repeated and finds nothing left to tell.

        :param message: what the office adds, as plain text
        :return: the new ``preorder.notice`` records
        """
        groups = self._group_date_changes()
        key = uuid.uuid4().hex
        notices = (
            self.env["preorder.notice"]
            .sudo()
            ._announce_goods(
                "rescheduled",
                [
                    GoodsNews(
                        campaign,
                        partner,
                        self.env["preorder.order"],
                        key,
                        [
                            {
                                "sale_line_id": line.id,
                                "sale_order_id": line.order_id.id,
                                "product_id": line.product_id.id,
                                "product_uom_id": line.product_uom_id.id,
                                "quantity": line.preorder_open_quantity,
                                "date_before": line.preorder_told_date,
                                "date_after": line.preorder_promised_date,
                            }
                            for line in lines.sorted(
                                lambda line: (line.order_id.id, line.sequence, line.id)
                            )
                        ],
                    )
                    for (campaign, partner), lines in groups.items()
                ],
                message,
            )
        )
        self.browse().union(*groups.values())._set_dates_told()
        return notices
