import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class PreorderCampaign(models.Model):
    """What customers are told of a campaign, and whom it reaches."""

    _inherit = "preorder.campaign"

    opening_notice = fields.Boolean(
        "Tell Customers When It Opens",
        default=True,
        help="Everyone whom the campaign is for and who has a log-in gets a mail when "
        "ordering begins.",
        groups="base.group_user",
    )
    remind_automatically = fields.Boolean(
        help="Customers who have not changed a form that is not submitted for as long "
        "as the days between reminders are reminded of it.",
        groups="base.group_user",
    )
    date_opening_told = fields.Datetime(
        "Customers Told on", readonly=True, copy=False, groups="base.group_user"
    )
    ending_told_for = fields.Datetime(
        readonly=True,
        copy=False,
        help="The end of which customers have been told.",
        groups="base.group_user",
    )
    notice_ids = fields.One2many(
        "preorder.notice", "campaign_id", "Customer Messages", groups="base.group_user"
    )
    notice_count = fields.Integer(
        "Messages Sent", compute="_compute_notice_counts", compute_sudo=True
    )
    failed_notice_count = fields.Integer(
        "Failed Mails", compute="_compute_notice_counts", compute_sudo=True
    )

    def _compute_notice_counts(self):
        groups = self.env["preorder.notice"]._read_group(
            [("campaign_id", "in", self.ids), ("state", "!=", "dropped")],
            ["campaign_id", "state"],
            ["__count"],
        )
        counts = {(campaign.id, state): count for campaign, state, count in groups}
        for campaign in self:
            campaign.failed_notice_count = counts.get((campaign.id, "failed"), 0)
            campaign.notice_count = counts.get((campaign.id, "sent"), 0)

    def _get_customer_url(self) -> str:
        """Where a customer sees the campaign, as a path.

        The website's addon overrides it with the order form's address.
        """
        self.ensure_one()
        return "/my"

    # Whom it reaches

    def _get_partners_with_login(self):
        """Everyone whom the campaign is for and who can log in."""
        self.ensure_one()
        return (
            self.env["res.partner"]
            .sudo()
            .search(
                self._get_audience_partners_domain()
                & Domain("user_ids", "any", [("share", "=", True)])
            )
        )

    def _get_told_partners(self):
        """Everyone who has been told that the campaign is open."""
        self.ensure_one()
        return (
            self.env["preorder.notice"]
            .sudo()
            .search(
                [
                    ("campaign_id", "=", self.id),
                    ("kind", "in", ("opened", "invitation")),
                ]
            )
            .partner_id
        )

    def _get_active_orders(self):
        self.ensure_one()
        return (
            self.env["preorder.order"]
            .sudo()
            .search([("campaign_id", "=", self.id), ("state", "!=", "cancelled")])
        )

    # What it tells

    def _announce_opening(self):
        """Tell customers, once, that ordering has begun."""
        now = self._now()
        for campaign in self:
            if campaign.date_opening_told or not campaign._is_open(now):
                continue
            campaign.date_opening_told = now
            if campaign.opening_notice:
                self.env["preorder.notice"]._announce(
                    "opened",
                    campaign._get_partners_with_login() - campaign._get_told_partners(),
                    campaign=campaign,
                )

    def _announce_ending(self):
        """Tell customers whose forms are not submitted that the end is near, once."""
        now = self._now()
        for campaign in self:
            notice = timedelta(days=campaign.ending_notice_days)
            if (
                not notice
                or campaign.ending_told_for == campaign.date_end
                or campaign.date_end - notice > now
            ):
                continue
            campaign.ending_told_for = campaign.date_end
            self.env["preorder.notice"]._announce(
                "ending",
                campaign._get_active_orders().filtered(
                    lambda order: order.state == "draft" and order.line_count
                ),
                key=fields.Datetime.to_string(campaign.date_end),
            )

    def _announce_dates(self, message="", *, to_everyone=False):
        """Tell customers that dates have changed.

        :param message: what the office adds
        :param to_everyone: also those who have been told of the campaign and have not
            begun a form; else only those with a form
        """
        self.ensure_one()
        notices = self.env["preorder.notice"]
        key = uuid.uuid4().hex
        orders = self._get_active_orders()
        notices._announce("dates", orders, key=key, message=message)
        if to_everyone:
            others = self._get_told_partners() - orders.partner_id
            notices._announce("dates", others, campaign=self, key=key, message=message)

    @api.model
    def _cron_remind(self):
        """Once a day: remind of forms left alone, and look after the audience."""
        progress = self.env["ir.cron"]._commit_progress
        now = self._now()
        running = self.search([("state", "=", "open")]).filtered(
            lambda campaign: campaign._is_open(now)
        )
        progress(remaining=len(running))
        for campaign in running:
            orders = campaign._get_active_orders().filtered(
                lambda order: order.state == "draft" and order.line_count
            )
            if campaign.remind_automatically:
                quiet_since = now - timedelta(days=campaign.reminder_interval_days)
                orders.filtered(
                    lambda order, since=quiet_since: order.date_last_change < since
                )._remind()
            outsiders = orders.filtered("outside_audience")
            self.env["preorder.notice"]._announce("audience", outsiders)
            if not progress(1):
                return

    def action_view_notices(self):
        """Show what customers have been told."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "preorder_campaign.preorder_notice_action"
        )
        action["domain"] = [("campaign_id", "=", self.id)]
        return action

    def action_view_failed_notices(self):
        """Show the messages that did not reach their customers, by name."""
        action = self.action_view_notices()
        action["name"] = self.env._("Failed Mails")
        action["context"] = {"search_default_failed": 1}
        return action
