from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..models.preorder_order_delivery import at_noon

_DATES = ("date_end", "confirm_until", "delivery_from", "delivery_until")


class PreorderCampaignDates(models.TransientModel):
    """Change a campaign's dates, or reopen it, and tell everyone concerned."""

    _name = "preorder.campaign.dates"
    _description = "Change a Campaign's Dates"

    campaign_id = fields.Many2one(
        "preorder.campaign", required=True, ondelete="cascade"
    )
    campaign_state = fields.Selection(related="campaign_id.state")
    tz = fields.Selection(related="campaign_id.tz")
    reopen = fields.Boolean()
    date_end = fields.Datetime("End")
    confirm_until = fields.Date("Last Date to Confirm")
    delivery_from = fields.Date("Earliest Delivery")
    delivery_until = fields.Date("Latest Delivery")
    move_quotations = fields.Boolean(
        "Quotations Take the New Dates",
        default=True,
        help="Quotations that are not confirmed yet and have the old dates.",
    )
    move_confirmed = fields.Boolean(
        "Confirmed Orders Take the New Delivery Dates",
        help="Otherwise confirmed orders keep the dates that were agreed.",
    )
    tell_customers = fields.Boolean(default=True)
    message = fields.Text(help="Added to the mail, in your own words.")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        campaign = self.env["preorder.campaign"].browse(values.get("campaign_id"))
        values.update({name: campaign[name] for name in _DATES if name in fields})
        if values.get("reopen"):
            values["date_end"] = campaign._default_date_end() - timedelta(weeks=3)
        return values

    def action_apply(self):
        """Write the dates, move what has the old ones, tell customers."""
        self.ensure_one()
        campaign = self.campaign_id
        if campaign.state not in ("draft", "open", "closed"):
            raise UserError(self.env._("“%s” is over: its dates stay.", campaign.name))
        if (self.reopen or campaign.state == "open") and (
            not self.date_end or self.date_end <= campaign._now()
        ):
            raise UserError(
                self.env._(
                    "Choose an end that is not in the past. To end now, use "
                    "“Close Now”."
                )
            )
        old = {name: campaign[name] for name in _DATES}
        changed = {
            name: self[name]
            for name in _DATES
            if self[name] != old[name]
            and (name != "date_end" or campaign.state != "closed")
        }
        if not changed and not self.reopen:
            raise UserError(self.env._("All dates are as they were."))
        campaign.write(changed)
        if self.reopen:
            campaign._reopen(self.date_end)
        elif "date_end" in changed and campaign.state == "open":
            campaign._wake_up_at_end()
        self._move_orders(old, changed)
        campaign.message_post(body=self._describe(old, changed))
        if self.tell_customers and campaign.state != "draft":
            campaign._announce_dates(
                self.message or "", to_everyone=self.reopen or "date_end" in changed
            )
        return {"type": "ir.actions.act_window_close"}

    def _move_orders(self, old, changed):
        """Give quotations, and orders if chosen, the dates that replace the old ones.

        What was agreed otherwise with a customer stays.
        """
        orders = (
            self.env["sale.order"]
            .sudo()
            .search([("preorder_campaign_id", "=", self.campaign_id.id)])
        )
        unconfirmed = orders.filtered(lambda order: order.state in ("draft", "sent"))
        if "confirm_until" in changed and self.move_quotations:
            unconfirmed.filtered(
                lambda order: order.validity_date == old["confirm_until"]
            ).validity_date = changed["confirm_until"]
        moved = orders.browse()
        if self.move_quotations:
            moved |= unconfirmed
        if self.move_confirmed:
            moved |= orders.filtered(lambda order: order.state == "sale")
        for name, field_names in (
            ("delivery_from", ("requested_delivery_period_start", "commitment_date")),
            ("delivery_until", ("requested_delivery_period_end",)),
        ):
            if name not in changed:
                continue
            for field_name in field_names:
                moved.filtered(
                    lambda order, field_name=field_name, before=old[name]: (
                        (order[field_name] and order[field_name].date()) == before
                    )
                )[field_name] = at_noon(changed[name])

    def _describe(self, old, changed):
        """What was changed, for the campaign's history."""
        env = self.env
        labels = self._fields

        def show(name, value):
            if not value:
                return env._("none")
            if name == "date_end":
                return self.campaign_id._format_moment(value)
            return format_date(env, value)

        parts = [
            f"{labels[name].string}: {show(name, old[name])} → {show(name, value)}"
            for name, value in changed.items()
        ]
        if self.reopen:
            parts.insert(
                0,
                env._("Reopened until %s", show("date_end", self.date_end)),
            )
        if self.message:
            parts.append(self.message)
        return "\n".join(parts)
