from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from .. import deliveries


class PreorderCampaign(models.Model):
    """When and how a campaign's goods reach the customers."""

    _inherit = "preorder.campaign"

    delivery_from = fields.Date("Earliest Delivery")
    delivery_until = fields.Date("Latest Delivery")
    delivery_dates = fields.Selection(
        [
            ("period", "The campaign's delivery period"),
            ("order", "One date per order form"),
            ("week", "One week per order form"),
            ("span", "One period per order form, from – until"),
            ("line", "Dates per product"),
        ],
        default="period",
        required=True,
        help="What the customer chooses: nothing; the delivery date, week or period of "
        "the whole order; or several delivery dates with quantities for each.",
    )
    delivery_gap_days = fields.Integer(
        "Days Between Deliveries",
        help="Two delivery dates of one customer lie at least so many days apart.",
    )
    route_id = fields.Many2one(
        "stock.route",
        domain=[("sale_selectable", "=", True)],
        check_company=True,
        help="How the goods reach the customers. Empty: as usual.",
    )
    supplier_expire_date = fields.Date(
        "Suppliers' Prices Expire",
        help="Until this day the suppliers keep the prices agreed for this campaign.",
    )

    _delivery_gap_positive = models.Constraint(
        "CHECK(delivery_gap_days >= 0)",
        "The days between deliveries cannot be negative.",
    )

    @api.constrains("delivery_from", "delivery_until")
    def _check_delivery_period(self):
        for campaign in self:
            if (
                campaign.delivery_from
                and campaign.delivery_until
                and campaign.delivery_from > campaign.delivery_until
            ):
                raise ValidationError(
                    self.env._(
                        "%(name)s: the earliest delivery (%(start)s) is after the "
                        "latest (%(end)s).",
                        name=campaign.name,
                        start=campaign.delivery_from,
                        end=campaign.delivery_until,
                    )
                )

    def _has_order_delivery(self) -> bool:
        """Whether customers choose when the whole order is delivered."""
        self.ensure_one()
        return self.delivery_dates in ("order", "week", "span")

    def _get_today(self, now):
        """The day it is in the campaign's time zone at a naive UTC moment."""
        self.ensure_one()
        moment = now.replace(tzinfo=ZoneInfo("UTC"))
        return moment.astimezone(ZoneInfo(self.tz)).date()

    def _get_delivery_period(self, now):
        """When deliveries are possible, seen from a naive UTC moment.

        :return: :class:`~..deliveries.DeliveryPeriod`
        """
        self.ensure_one()
        today = self._get_today(now)
        return deliveries.DeliveryPeriod(
            max(self.delivery_from, today) if self.delivery_from else today,
            self.delivery_until or None,
            self.delivery_gap_days,
        )

    def _get_delivery_refusal(self, day, taken, now) -> str:
        """Why a delivery is not possible on a day, in the customer's words.

        :param taken: the customer's other delivery days in the campaign
        :param now: naive UTC moment
        :return: empty if it is possible
        """
        self.ensure_one()
        problem = deliveries.find_problem(day, self._get_delivery_period(now), taken)
        if not problem:
            return ""
        values = {
            "day": format_date(self.env, day),
            "gap": self.delivery_gap_days,
            "other": problem.other and format_date(self.env, problem.other),
        }
        reason = {
            "early": self.env._("%(day)s is too early for a delivery."),
            "late": self.env._("%(day)s is too late for a delivery."),
            "close": self.env._(
                "%(day)s is too close to your delivery on %(other)s: deliveries lie at "
                "least %(gap)s days apart."
            ),
        }[problem.kind] % values
        if not problem.possible:
            return reason
        return self.env._(
            "%(reason)s The earliest possible date is %(date)s.",
            reason=reason,
            date=format_date(self.env, problem.possible),
        )
