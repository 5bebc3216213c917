from datetime import date, datetime, time

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from .. import deliveries

#: Days without a time are noon UTC: the same day in every time zone of the trade.
NOON = time(12)


def at_noon(day: date | None):
    """A day as Odoo's date and time fields take it; ``False`` for none."""
    return datetime.combine(day, NOON) if day else False


class PreorderOrder(models.Model):
    """When an order form's goods are wanted."""

    _inherit = "preorder.order"

    def _get_requested_delivery(self, lines):
        """The first and the last day on which the form's goods are wanted.

        :param lines: the cells that are ordered
        :return: (date or ``False``, date or ``False``)
        """
        self.ensure_one()
        campaign = self.campaign_id
        if campaign._has_order_delivery():
            start = self.requested_delivery_from
            return start, self.requested_delivery_until or start
        days = [day for day in lines.mapped("delivery_date") if day]
        if campaign.delivery_dates == "line" and days:
            return min(days), max(days)
        return campaign.delivery_from, campaign.delivery_until

    def _get_delivery_days(self):
        """The days on which the form's goods are wanted, where the customer chooses.

        Of a week or a period the first one.
        """
        days = set()
        for order in self:
            if order.campaign_id._has_order_delivery():
                days.add(order.requested_delivery_from)
            elif order.campaign_id.delivery_dates == "line":
                days.update(order.line_ids.filtered("quantity").mapped("delivery_date"))
        return days - {False}

    def _get_sister_delivery_days(self, campaign, partner):
        """The delivery days of the customer's other forms in the campaign."""
        return self.search(
            self._get_sisters_domain(campaign, partner)
        )._get_delivery_days()

    def _get_sisters_domain(self, campaign, partner) -> Domain:
        """The customer's other forms in the campaign, whose deliveries count here."""
        return (
            Domain("campaign_id", "=", campaign.id)
            & Domain("partner_id", "=", partner.id)
            & Domain("state", "!=", "cancelled")
            & Domain("id", "not in", self.ids)
        )

    def _check_delivery_dates(self, now):
        """Refuse delivery dates that are not possible, and name one that is.

        :param now: naive UTC moment
        :raise UserError: in the customer's words
        """
        self.ensure_one()
        campaign = self.campaign_id
        if campaign.delivery_dates == "period":
            return
        days = self._get_delivery_days()
        if not days or (
            campaign.delivery_dates == "line"
            and self.line_ids.filtered(
                lambda line: line.quantity and not line.delivery_date
            )
        ):
            raise UserError(
                self.env._(
                    "Choose a delivery date. The earliest possible one is %(date)s.",
                    date=self._format_possible(
                        deliveries.find_possible(
                            campaign._get_today(now),
                            campaign._get_delivery_period(now),
                            self._get_sister_delivery_days(campaign, self.partner_id),
                        )
                    ),
                )
            )
        taken = days | self._get_sister_delivery_days(campaign, self.partner_id)
        for day in sorted(days):
            refusal = campaign._get_delivery_refusal(day, taken, now)
            if refusal:
                raise UserError(refusal)
        last = self.requested_delivery_until
        if campaign._has_order_delivery() and last:
            refusal = campaign._get_delivery_refusal(last, {last}, now)
            if refusal:
                raise UserError(refusal)

    def _get_delivery_weeks(self, now):
        """The weeks that the customer can choose for the form.

        :param now: naive UTC moment
        :return: list of :class:`~..deliveries.Span`
        """
        self.ensure_one()
        campaign = self.campaign_id
        return deliveries.find_weeks(
            campaign._get_delivery_period(now),
            self._get_sister_delivery_days(campaign, self.partner_id),
        )

    def _format_possible(self, day):
        return format_date(self.env, day) if day else self.env._("none")
