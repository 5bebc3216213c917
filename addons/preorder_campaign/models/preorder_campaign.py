import re
from datetime import datetime
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.base.models.res_partner import _tz_get


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
        help="The last moment at which a customer can change or submit an order form.",
    )
    tz = fields.Selection(
        _tz_get,
        "Time Zone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="Customers see start and end in this time zone.",
    )
    previous_campaign_id = fields.Many2one(
        "preorder.campaign",
        "Previous Campaign",
        copy=False,
        check_company=True,
        help="Last season's: figures are compared with it.",
    )

    order_ids = fields.One2many("preorder.order", "campaign_id", "Order Forms")
    sale_order_ids = fields.One2many(
        "sale.order", "preorder_campaign_id", "Quotations and Orders"
    )
    order_count = fields.Integer(
        "Pre-Orders Made", compute="_compute_order_count", compute_sudo=True
    )
    sale_count = fields.Integer(
        "Confirmed Sales", compute="_compute_sale_figures", compute_sudo=True
    )
    sale_amount = fields.Monetary(
        "Confirmed Amount",
        compute="_compute_sale_figures",
        compute_sudo=True,
        help="Confirmed sales excluding taxes, in the company's currency.",
    )

    _code_company_unique = models.Constraint(
        "UNIQUE(code, company_id)",
        "Another campaign already has this code. Choose a code that is not in use.",
    )
    _end_after_start = models.Constraint(
        "CHECK(date_end > date_start)",
        "The campaign would end before it starts. Choose an end after the start.",
    )
    sequence_id = fields.Many2one("ir.sequence", readonly=True, copy=False)

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

    # Figures

    def _compute_order_count(self):
        groups = self.env["preorder.order"]._read_group(
            [("campaign_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["campaign_id"],
            ["__count"],
        )
        counts = {campaign.id: count for campaign, count in groups}
        for campaign in self:
            campaign.order_count = counts.get(campaign.id, 0)

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
        self.state = "open"

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

    def action_close(self):
        """End ordering now. What is submitted is signed and paid as before."""
        self.filtered(lambda campaign: campaign.state == "open").state = "closed"

    def action_draft(self):
        """Take a campaign back into preparation: customers no longer see it."""
        self.state = "draft"

    def action_cancel(self):
        """Call a campaign off."""
        self.state = "cancelled"

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
