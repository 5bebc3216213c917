from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PreorderCampaign(models.Model):
    """When and how a campaign's goods reach the customers."""

    _inherit = "preorder.campaign"

    delivery_from = fields.Date("Earliest Delivery")
    delivery_until = fields.Date("Latest Delivery")
    delivery_dates = fields.Selection(
        [
            ("period", "The campaign's delivery period"),
            ("order", "One date per order form"),
            ("line", "Dates per product"),
        ],
        default="period",
        required=True,
        help="What the customer chooses: nothing, the delivery date of the whole "
        "order, or several delivery dates with quantities for each.",
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
