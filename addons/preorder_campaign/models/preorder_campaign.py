import re
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.base.models.res_partner import _tz_get

from .. import seasons

#: What may follow a state when the office sets it, as by moving a card: the action that
#: makes it so, with its checks and consequences.
_TRANSITIONS = {
    ("draft", "open"): "action_open",
    ("open", "closed"): "action_close",
    ("closed", "done"): "action_done",
}
#: A new campaign lasts so long and ends at this hour, unless the office says otherwise.
_USUAL_LENGTH = timedelta(weeks=4)
_USUAL_END_HOUR = 18


class PreorderCampaign(models.Model):
    """What is sold ahead: which products, to whom, from when to when, on what terms."""

    _name = "preorder.campaign"
    _description = "Pre-Order Campaign"
    _inherit = ["mail.thread", "mail.activity.mixin", "image.mixin"]
    _order = "date_end desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    kind = fields.Selection(
        [("preorder", "Pre-Order"), ("outlet", "Outlet")],
        default="preorder",
        required=True,
        tracking=True,
        help="A pre-order sells what is bought or made later; an outlet sells what is "
        "left in stock.",
    )
    code = fields.Char(
        required=True,
        tracking=True,
        compute="_compute_code",
        store=True,
        readonly=False,
        precompute=True,
        help="Short and unique, such as W26: the numbers of the order forms begin "
        "with it.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("open", "Open"),
            ("closed", "Closed"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    description = fields.Html(
        translate=True, help="Shown to customers above the order form."
    )

    date_start = fields.Datetime(
        "Start", required=True, default=fields.Datetime.now, tracking=True
    )
    date_end = fields.Datetime(
        "End",
        required=True,
        tracking=True,
        default=lambda self: self._default_date_end(),
        help="The last moment at which a customer can change or submit an order form.",
    )
    tz = fields.Selection(
        _tz_get,
        "Time Zone",
        required=True,
        default=lambda self: self._default_tz(),
        help="Customers see start and end in this time zone.",
    )
    previous_campaign_id = fields.Many2one(
        "preorder.campaign",
        copy=False,
        check_company=True,
        help="Last season's: figures are compared with it.",
    )

    order_ids = fields.One2many(
        "preorder.order", "campaign_id", "Order Forms", groups="base.group_user"
    )
    sale_order_ids = fields.One2many(
        "sale.order",
        "preorder_campaign_id",
        "Quotations and Orders",
        groups="base.group_user",
    )
    order_count = fields.Integer(
        "Pre-Orders Made",
        compute="_compute_order_counts",
        compute_sudo=True,
        groups="base.group_user",
    )
    draft_count = fields.Integer(
        "Forms Being Filled",
        compute="_compute_order_counts",
        compute_sudo=True,
        groups="base.group_user",
    )
    submitted_count = fields.Integer(
        "Forms Submitted",
        compute="_compute_order_counts",
        compute_sudo=True,
        groups="base.group_user",
    )
    confirmed_count = fields.Integer(
        "Forms Confirmed",
        compute="_compute_order_counts",
        compute_sudo=True,
        groups="base.group_user",
    )
    sale_count = fields.Integer(
        "Confirmed Sales",
        compute="_compute_sale_figures",
        compute_sudo=True,
        groups="base.group_user",
    )
    sale_amount = fields.Monetary(
        "Confirmed Amount",
        compute="_compute_sale_figures",
        compute_sudo=True,
        help="Confirmed sales excluding taxes, in the company's currency.",
        groups="base.group_user",
    )
    deadline_text = fields.Char("Deadline", compute="_compute_deadline_text")
    missing_to_open = fields.Html(
        "Missing to Open", compute="_compute_missing_to_open", sanitize=False
    )
    remarks = fields.Html(compute="_compute_remarks", sanitize=False)

    _code_company_unique = models.Constraint(
        "UNIQUE(code, company_id)",
        "Another campaign already has this code. Choose a code that is not in use.",
    )
    sequence_id = fields.Many2one("ir.sequence", readonly=True, copy=False)

    # Defaults

    @api.model
    def _default_tz(self) -> str:
        """The user's time zone, else the one in which the company works."""
        return self.env.user.tz or self.env.company.resource_calendar_id.tz or "UTC"

    @api.model
    def _default_date_end(self) -> datetime:
        """The usual end of a new campaign, in the evening of its time zone."""
        zone = ZoneInfo(self.tz or self._default_tz())
        local = (self._now() + _USUAL_LENGTH).replace(tzinfo=ZoneInfo("UTC"))
        end = local.astimezone(zone).replace(
            hour=_USUAL_END_HOUR, minute=0, second=0, microsecond=0
        )
        return end.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    @api.model
    def default_get(self, fields):
        """Begin every campaign as a draft, in whichever column “New” was clicked."""
        return super(
            PreorderCampaign, self.with_context(default_state="draft")
        ).default_get(fields)

    @api.depends("name")
    def _compute_code(self):
        """Propose a code that is not in use; one that is there stays."""
        for campaign in self:
            if not campaign.code and campaign.name:
                campaign.code = campaign._get_free_code(
                    seasons.propose_code(campaign.name)
                )

    def _get_free_code(self, code: str) -> str:
        """A code, with a number behind it if another campaign has it already."""
        self.ensure_one()
        company = self.company_id or self.env.company
        taken = set(
            self.sudo()
            .with_context(active_test=False)
            .search([("company_id", "=", company.id), ("id", "!=", self._origin.id)])
            .mapped("code")
        )
        proposals = (f"{code}-{number}" for number in range(2, len(taken) + 3))
        return next(text for text in (code, *proposals) if text not in taken)

    # Numbers

    @api.model_create_multi
    def create(self, vals_list):
        """Give each campaign its own counter of order forms."""
        campaigns = super().create(vals_list)
        for campaign in campaigns:
            campaign.sequence_id = (
                self.env["ir.sequence"]
                .sudo()
                .create(
                    {
                        "name": self.env._("Order forms of %s", campaign.name),
                        "code": "preorder.order",
                        "padding": 4,
                        "company_id": campaign.company_id.id,
                    }
                )
            )
        return campaigns

    @api.ondelete(at_uninstall=False)
    def _unlink_sequence(self):
        self.sequence_id.sudo().unlink()

    def _next_order_number(self) -> str:
        """The number of the next order form: the campaign's code and a counter."""
        self.ensure_one()
        return f"{self.code}-{self.sequence_id.next_by_id()}"

    # Checks

    @api.constrains("code")
    def _check_code(self):
        for campaign in self:
            if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,15}", campaign.code):
                raise ValidationError(
                    self.env._(
                        "“%(code)s” cannot be a campaign code. Use up to 16 letters, "
                        "digits and hyphens, such as W26.",
                        code=campaign.code,
                    )
                )

    @api.constrains("date_start", "date_end")
    def _check_dates(self):
        for campaign in self:
            if campaign.date_end <= campaign.date_start:
                raise ValidationError(
                    self.env._(
                        "%(name)s would end (%(end)s) before it starts (%(start)s). "
                        "Choose an end after the start.",
                        name=campaign.name,
                        start=campaign._format_moment(campaign.date_start),
                        end=campaign._format_moment(campaign.date_end),
                    )
                )

    # Figures

    def _compute_order_counts(self):
        groups = self.env["preorder.order"]._read_group(
            [("campaign_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["campaign_id", "state"],
            ["__count"],
        )
        counts = {(campaign.id, state): count for campaign, state, count in groups}
        for campaign in self:
            campaign.draft_count, campaign.submitted_count, campaign.confirmed_count = (
                counts.get((campaign.id, state), 0)
                for state in ("draft", "submitted", "confirmed")
            )
            campaign.order_count = (
                campaign.draft_count
                + campaign.submitted_count
                + campaign.confirmed_count
            )

    def _compute_sale_figures(self):
        groups = self.env["sale.order"]._read_group(
            [("preorder_campaign_id", "in", self.ids), ("state", "=", "sale")],
            ["preorder_campaign_id", "currency_rate"],
            ["__count", "amount_untaxed:sum"],
        )
        counts = dict.fromkeys(self.ids, 0)
        amounts = dict.fromkeys(self.ids, 0.0)
        for campaign, rate, count, amount in groups:
            counts[campaign.id] += count
            amounts[campaign.id] += amount / (rate or 1.0)
        for campaign in self:
            campaign.sale_count = counts.get(campaign.id, 0)
            campaign.sale_amount = amounts.get(campaign.id, 0.0)

    # Time

    @api.model
    def _now(self):
        """The present moment, naive UTC: the one clock of order forms.

        A web request puts the moment at which it began into the context
        (``preorder_now``), so that a change counts if its request began in time,
        however long its answer takes.
        """
        return self.env.context.get("preorder_now") or fields.Datetime.now()

    def _is_open(self, now: datetime) -> bool:
        """Whether customers can order: state open and start ≤ now < end (UTC)."""
        self.ensure_one()
        return self.state == "open" and self.date_start <= now < self.date_end

    def _get_phase(self, now: datetime) -> str:
        """Where the campaign stands for a customer: coming, running or past."""
        self.ensure_one()
        if self.state == "open" and now < self.date_start:
            return "coming"
        return "running" if self._is_open(now) else "past"

    def _format_moment(self, moment: datetime) -> str:
        """A UTC moment in the campaign's time zone, to the minute, with its zone."""
        self.ensure_one()
        local = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(self.tz))
        text = self.env["ir.qweb.field.datetime"].value_to_html(
            moment, {"tz_name": self.tz, "format": "d MMM y HH:mm"}
        )
        return f"{text} {local.tzname()}"

    def _get_closed_message(self) -> str:
        """Why customers cannot order now, in their words."""
        self.ensure_one()
        now = self._now()
        if self._get_phase(now) == "coming":
            return self.env._(
                "“%(name)s” opens on %(start)s.",
                name=self.name,
                start=self._format_moment(self.date_start),
            )
        return self.env._(
            "“%(name)s” ended on %(end)s. Changes are no longer accepted.",
            name=self.name,
            end=self._format_moment(min(self.date_end, now)),
        )

    def _describe_deadline(self, now: datetime) -> str:
        """How long a running campaign still lasts, in words."""
        self.ensure_one()
        seconds = int((self.date_end - now).total_seconds())
        days, hours, minutes = seconds // 86400, seconds // 3600, seconds // 60
        if days > 1:
            return self.env._("%s days left", days)
        if hours > 1:
            return self.env._("%s hours left", hours)
        if minutes > 1:
            return self.env._("%s minutes left", minutes)
        return self.env._("1 minute left")

    @api.depends("state", "date_start", "date_end", "tz")
    def _compute_deadline_text(self):
        now = self._now()
        for campaign in self:
            if not (campaign.date_start and campaign.date_end and campaign.tz):
                campaign.deadline_text = False
            elif campaign.state == "cancelled":
                campaign.deadline_text = self.env._("Called off")
            elif campaign.state in ("closed", "done") or campaign.date_end <= now:
                campaign.deadline_text = self.env._(
                    "Ended %s", campaign._format_moment(campaign.date_end)
                )
            elif now < campaign.date_start:
                campaign.deadline_text = self.env._(
                    "From %s", campaign._format_moment(campaign.date_start)
                )
            else:
                campaign.deadline_text = self.env._(
                    "Until %(end)s · %(left)s",
                    end=campaign._format_moment(campaign.date_end),
                    left=campaign._describe_deadline(now),
                )

    # States

    def write(self, vals):
        """Let a state that is set do what its button does, or refuse it.

        A card that is moved to another column opens, closes or finishes the campaign
        with the same checks as the button. Everything else that changes states goes
        through :meth:`_set_state`.
        """
        if "state" not in vals or self.env.context.get("preorder_set_state"):
            return super().write(vals)
        others = {name: value for name, value in vals.items() if name != "state"}
        if others:
            super().write(others)
        for campaign in self:
            if campaign.state != vals["state"]:
                campaign._move_to(vals["state"])
        return True

    def _set_state(self, state: str, **values):
        """Write a state whose conditions have been checked."""
        self.with_context(preorder_set_state=True).write({"state": state, **values})

    def _move_to(self, state: str):
        """Take a campaign to another state as its button does.

        :raise UserError: if the one does not follow the other
        """
        self.ensure_one()
        action = _TRANSITIONS.get((self.state, state))
        if not action:
            names = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "“%(name)s” is %(old)s and cannot simply become %(new)s. Open the "
                    "campaign and use its buttons: they ask what is to happen to order "
                    "forms and quotations.",
                    name=self.name,
                    old=names[self.state],
                    new=names.get(state, state),
                )
            )
        getattr(self, action)()

    # Actions

    def action_open(self):
        """Let customers order, from the start date on."""
        for campaign in self:
            missing = campaign._get_missing_to_open()
            if missing:
                raise UserError(
                    self.env._(
                        "“%(name)s” cannot be opened yet:\n%(missing)s",
                        name=campaign.name,
                        missing="\n".join(f"• {reason}" for reason in missing),
                    )
                )
        self._set_state("open")
        self._announce_opening()
        self._wake_up_at_end()

    def _get_missing_to_open(self) -> list[str]:
        """What keeps a campaign from being opened, in the user's words."""
        self.ensure_one()
        missing = []
        if self.state == "cancelled":
            missing.append(self.env._("It is cancelled: set it back to draft first."))
        if not self.variant_count:
            missing.append(
                self.env._("Choose products on the tab Products: nothing is on sale.")
            )
        if not (self.for_everyone or self.label_ids or self.partner_ids):
            missing.append(
                self.env._(
                    "Choose customers on the tab Customers: nobody would see it."
                )
            )
        if self.date_end <= self._now():
            missing.append(self.env._("Choose an end that is not in the past."))
        return missing

    @api.depends(
        "state",
        "date_end",
        "for_everyone",
        "label_ids",
        "partner_ids",
        "variant_count",
    )
    def _compute_missing_to_open(self):
        for campaign in self:
            campaign.missing_to_open = (
                _make_list(campaign._get_missing_to_open())
                if campaign.state == "draft"
                else False
            )

    def _get_remarks(self) -> list[str]:
        """Consequences of what was entered that the office might not expect."""
        self.ensure_one()
        remarks = []
        if self.state == "open" and not self.variant_count:
            remarks.append(
                self.env._(
                    "Nothing is on sale any more: the products chosen are archived or "
                    "left out. Customers see an empty form."
                )
            )
        if self.state == "open" and not (
            self.for_everyone or self.label_ids or self.partner_ids
        ):
            remarks.append(
                self.env._("Nobody sees the campaign: no customers are chosen.")
            )
        both = self._get_chosen_and_excluded()
        if both:
            remarks.append(
                self.env._(
                    "Both chosen and left out, so that they are not on sale: %s.",
                    ", ".join(both),
                )
            )
        tiers = self.tier_ids.sorted("target_amount")
        for lower, higher in pairwise(tiers):
            if higher.discount < lower.discount:
                remarks.append(
                    self.env._(
                        "The tier “%(higher)s” begins at a larger total than "
                        "“%(lower)s” and discounts less (%(less)g instead of "
                        "%(more)g %%): who orders more may pay more.",
                        higher=higher.name,
                        less=higher.discount,
                        lower=lower.name,
                        more=lower.discount,
                    )
                )
        if self.pricelist_id and self.pricelist_id.currency_id != self.currency_id:
            remarks.append(
                self.env._(
                    "The pricelist “%(pricelist)s” is in %(foreign)s. The tiers' "
                    "amounts are in %(own)s and converted at the day's rate.",
                    pricelist=self.pricelist_id.name,
                    foreign=self.pricelist_id.currency_id.name,
                    own=self.currency_id.name,
                )
            )
        return remarks

    @api.depends(lambda self: self._get_remarks_dependencies())
    def _compute_remarks(self):
        for campaign in self:
            campaign.remarks = _make_list(campaign._get_remarks())

    @api.model
    def _get_remarks_dependencies(self):
        """Fields that :meth:`_get_remarks` reads, for who adds to it."""
        return (
            "state",
            "variant_count",
            "for_everyone",
            "label_ids",
            "partner_ids",
            "pricelist_id",
            "company_id",
            "tier_ids.name",
            "tier_ids.discount",
            "tier_ids.target_amount",
        )

    def action_close(self):
        """End ordering now. What is submitted is signed and paid as before."""
        self.filtered(lambda campaign: campaign.state == "open")._begin_closing()

    def action_done(self):
        """Put a closed campaign aside: nothing more is expected of it."""
        for campaign in self:
            if campaign.closing:
                raise UserError(
                    self.env._(
                        "“%(name)s” is still being closed (%(progress)s). Wait until "
                        "that is finished.",
                        name=campaign.name,
                        progress=campaign.closing_progress,
                    )
                )
        self.filtered(lambda campaign: campaign.state == "closed")._set_state("done")

    def action_draft(self):
        """Take a campaign back into preparation: customers no longer see it."""
        self._set_state("draft", closing=False)

    def _action_wizard(self, model, title, **context):
        """Open one of the campaign's dialogs."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_campaign_id": self.id, **context},
        }

    def action_change_dates(self):
        """Ask for other dates: end, last date to confirm, delivery period."""
        return self._action_wizard(
            "preorder.campaign.dates", self.env._("Change Dates")
        )

    def action_reopen(self):
        """Ask for a new end of a closed campaign."""
        return self._action_wizard(
            "preorder.campaign.dates", self.env._("Reopen"), default_reopen=True
        )

    def action_cancel(self):
        """Ask what is to happen to forms and quotations when it is called off."""
        return self._action_wizard(
            "preorder.campaign.cancel", self.env._("Cancel the Campaign")
        )

    def action_duplicate(self):
        """Ask for the dates of the same campaign next season."""
        return self._action_wizard(
            "preorder.campaign.duplicate", self.env._("Duplicate for Next Season")
        )

    def action_preview_assortment(self):
        """Ask for the customer whose prices are to be seen."""
        return self._action_wizard(
            "preorder.assortment.preview", self.env._("What a Customer Sees")
        )

    def action_view_orders(self):
        """Show the campaign's order forms."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "preorder_campaign.preorder_order_action"
        )
        action["domain"] = [("campaign_id", "=", self.id)]
        action["context"] = {"default_campaign_id": self.id}
        return action

    def action_view_sales(self):
        """Show the campaign's confirmed sales orders."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        action["domain"] = [
            ("preorder_campaign_id", "=", self.id),
            ("state", "=", "sale"),
        ]
        action["context"] = {"create": False}
        return action

    def action_view_assortment(self):
        """Show the variants that can be ordered."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "product.product_normal_action_sell"
        )
        action["domain"] = list(self._get_assortment_domain())
        action["context"] = {"create": False}
        return action

    def copy_data(self, default=None):
        """Name copies so that both name and code stay apart from the original's."""
        vals_list = super().copy_data(default)
        for campaign, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", campaign.name)
            if "code" not in (default or {}):
                vals["code"] = f"{campaign.code[:11]}-copy"
        return vals_list


def _make_list(reasons: list[str]) -> Markup:
    """Reasons as a list to read on the form; nothing without any."""
    if not reasons:
        return Markup()
    items = Markup().join(Markup("<li>%s</li>") % reason for reason in reasons)
    return Markup("<ul class='mb-0'>%s</ul>") % items
