from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from .. import seasons

_UTC = ZoneInfo("UTC")


class PreorderCampaignDuplicate(models.TransientModel):
    """The same campaign next season: other dates, nothing else lost."""

    _name = "preorder.campaign.duplicate"
    _description = "Duplicate a Campaign for Next Season"

    campaign_id = fields.Many2one(
        "preorder.campaign", required=True, ondelete="cascade"
    )
    tz = fields.Selection(related="campaign_id.tz")
    shift = fields.Selection(
        [
            ("year", "By a year"),
            ("weeks", "By weeks"),
            ("days", "By days"),
            ("start", "To a new start"),
        ],
        "Move Dates",
        default="year",
        required=True,
    )
    amount = fields.Integer("How Many", default=26)
    new_start = fields.Date()
    date_start = fields.Datetime("Start", compute="_compute_dates")
    date_end = fields.Datetime("End", compute="_compute_dates")
    delivery_from = fields.Date("Earliest Delivery", compute="_compute_dates")
    delivery_until = fields.Date("Latest Delivery", compute="_compute_dates")
    name = fields.Char(
        required=True, compute="_compute_name", store=True, readonly=False
    )
    code = fields.Char(
        required=True, compute="_compute_name", store=True, readonly=False
    )

    @api.model
    def _get_moved_fields(self):
        """Fields of the campaign that hold dates. Other addons may add theirs."""
        return [
            "date_start",
            "date_end",
            "confirm_until",
            "delivery_from",
            "delivery_until",
            "supplier_expire_date",
        ]

    def _get_distance(self):
        """How far dates move."""
        self.ensure_one()
        if self.shift == "year":
            return relativedelta(years=1)
        if self.shift == "start":
            start = self._get_local(self.campaign_id.date_start).date()
            days = (self.new_start - start).days if self.new_start else 0
            return relativedelta(days=days)
        return relativedelta(**{self.shift: self.amount})

    def _get_local(self, moment):
        zone = ZoneInfo(self.campaign_id.tz or "UTC")
        return moment.replace(tzinfo=_UTC).astimezone(zone)

    def _move(self, value):
        """A date or moment of the original, moved; the hour stays in its time zone."""
        if not value:
            return False
        distance = self._get_distance()
        if not hasattr(value, "hour"):
            return value + distance
        moved = self._get_local(value) + distance
        return moved.astimezone(_UTC).replace(tzinfo=None)

    @api.depends("campaign_id", "shift", "amount", "new_start")
    def _compute_dates(self):
        for wizard in self:
            for name in ("date_start", "date_end", "delivery_from", "delivery_until"):
                wizard[name] = wizard._move(wizard.campaign_id[name])

    @api.depends("campaign_id", "shift", "amount", "new_start")
    def _compute_name(self):
        for wizard in self:
            campaign = wizard.campaign_id
            # The season that a campaign sells is that of its deliveries.
            before = campaign.delivery_from or campaign.date_end
            after = wizard._move(before)
            if not before:
                continue
            years = after.year - before.year
            name = seasons.shift_years(campaign.name, years, before.year)
            if name == campaign.name:
                name = self.env._("%s (copy)", campaign.name)
            wizard.name = name
            wizard.code = (
                self.env["preorder.campaign"]
                .new({"company_id": campaign.company_id.id})
                ._get_free_code(seasons.shift_years(campaign.code, years, before.year))
            )

    def action_apply(self):
        """Make the new campaign and open its form."""
        self.ensure_one()
        campaign = self.campaign_id
        copy = campaign.copy(
            {
                "name": self.name,
                "code": self.code,
                "previous_campaign_id": campaign.id,
                **{
                    name: self._move(campaign[name])
                    for name in self._get_moved_fields()
                },
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "preorder.campaign",
            "res_id": copy.id,
            "view_mode": "form",
        }
