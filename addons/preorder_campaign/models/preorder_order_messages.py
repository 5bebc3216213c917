from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class PreorderOrder(models.Model):
    """What the customer of an order form is told, and whether it still may fill it."""

    _inherit = "preorder.order"

    notice_ids = fields.One2many("preorder.notice", "order_id", "Customer Messages")
    date_reminded = fields.Datetime(
        "Reminded on", compute="_compute_date_reminded", compute_sudo=True
    )
    is_quiet = fields.Boolean(
        "No Change for a Week", search="_search_is_quiet", compute="_compute_is_quiet"
    )
    outside_audience = fields.Boolean(
        "No Longer in the Audience",
        compute="_compute_outside_audience",
        search="_search_outside_audience",
        compute_sudo=True,
        help="The campaign was meant for this customer when the form was begun, and no "
        "longer is. The form stays as it is.",
    )

    def _compute_date_reminded(self):
        groups = self.env["preorder.notice"]._read_group(
            [
                ("order_id", "in", self.ids),
                ("kind", "in", ("reminder", "ending")),
                ("state", "in", ("queued", "sending", "sent")),
            ],
            ["order_id"],
            ["create_date:max"],
        )
        dates = {order.id: date for order, date in groups}
        for order in self:
            order.date_reminded = dates.get(order.id)

    @api.model
    def _get_quiet_since(self):
        return self.env["preorder.campaign"]._now() - timedelta(days=7)

    @api.depends("state")
    def _compute_is_quiet(self):
        since = self._get_quiet_since()
        for order in self:
            changed = order.date_last_change or order.create_date
            order.is_quiet = order.state == "draft" and changed < since

    @api.model
    def _search_is_quiet(self, operator, value):
        if operator != "in":
            return NotImplemented
        since = self._get_quiet_since()
        quiet = (
            Domain("state", "=", "draft")
            & Domain("create_date", "<", since)
            & ~Domain("line_ids", "any", [("changed_at", ">=", since)])
        )
        return Domain.OR(quiet if each else ~quiet for each in value)

    def _compute_outside_audience(self):
        outside = set()
        for campaign, orders in self.grouped("campaign_id").items():
            inside = (
                self.env["res.partner"]
                .with_context(active_test=False)
                .search(
                    Domain("id", "in", orders.partner_id.ids)
                    & campaign._get_audience_partners_domain()
                )
            )
            outside.update(
                orders.filtered(lambda o, inside=inside: o.partner_id not in inside).ids
            )
        for order in self:
            order.outside_audience = order.id in outside

    @api.model
    def _search_outside_audience(self, operator, value):
        if operator != "in":
            return NotImplemented
        campaigns = (
            self.env["preorder.campaign"]
            .sudo()
            .with_context(active_test=False)
            .search([("order_ids", "!=", False)])
        )
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        outside = Domain.OR(
            Domain("campaign_id", "=", campaign.id)
            & Domain(
                "partner_id",
                "not in",
                partners._search(campaign._get_audience_partners_domain()),
            )
            for campaign in campaigns
        )
        return Domain.OR(outside if each else ~outside for each in value)

    # Messages

    def _get_notice_recipient(self):
        """Whom messages about the form go to: the customer, if it has an e-mail.

        Else the contact person, else the company that the customer belongs to.
        """
        self.ensure_one()
        candidates = (self.partner_id, self.contact_id, self.customer_company_id)
        return next(
            (partner for partner in candidates if partner.email_normalized),
            self.partner_id,
        )

    def _get_customer_url(self) -> str:
        """Where the customer sees the form or its quotation, as a path."""
        self.ensure_one()
        # A merged quotation is for the company's buyer, not for each of its branches.
        own = self.sale_order_id and not self.unmerged_sale_order_id
        if self.state in ("submitted", "confirmed") and own:
            return self.sale_order_id.get_portal_url()
        if self.access_url and self.access_url != "#":
            return self.access_url
        return self.campaign_id._get_customer_url()

    def _get_reminder_obstacle(self, now) -> str:
        """Why the customer is not to be reminded of the form now, or nothing."""
        self.ensure_one()
        campaign = self.campaign_id
        if self.state != "draft":
            return self.env._("not being filled")
        if not campaign._is_open(now):
            return self.env._("the campaign is not open")
        if not self._get_notice_recipient().email_normalized:
            return self.env._("no e-mail address")
        last = self.date_reminded
        if last and last > now - timedelta(days=campaign.reminder_interval_days):
            return self.env._("reminded on %s", fields.Date.to_string(last.date()))
        return ""

    def _remind(self):
        """Remind customers of forms that are not submitted, no more than once per
        interval.

        :return: (forms whose customers are reminded, dict of the others → why not)
        """
        now = self.env["preorder.campaign"]._now()
        obstacles = {order: order._get_reminder_obstacle(now) for order in self}
        reminded = self.filtered(lambda order: not obstacles[order])
        self.env["preorder.notice"]._announce(
            "reminder", reminded, key=fields.Date.to_string(now.date())
        )
        return reminded, {order: why for order, why in obstacles.items() if why}

    def action_remind(self):
        """Remind the customers of these forms, and say who was and who was not."""
        self.check_access("write")
        reminded, others = self._remind()
        lines = [
            self.env._(
                "%(number)s %(customer)s: %(reason)s",
                number=order.name,
                customer=order.partner_id.display_name,
                reason=reason,
            )
            for order, reason in others.items()
        ]
        shown = lines[:10]
        if len(lines) > len(shown):
            shown.append(self.env._("… and %s more", len(lines) - len(shown)))
        message = (
            self.env._("All get a mail within a minute.")
            if not lines
            else self.env._("Not reminded: %s", "; ".join(shown))
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("%s customers reminded", len(reminded)),
                "message": message,
                "type": "warning" if lines else "success",
                "sticky": bool(lines),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
