import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.base.models.res_partner import _tz_get

from .. import tiers


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
    confirm_until = fields.Date(
        "Last Date to Confirm",
        help="The quotations made from order forms are valid until this day. "
        "Empty: as set for all quotations.",
    )
    delivery_from = fields.Date("Earliest Delivery")
    delivery_until = fields.Date("Latest Delivery")

    categ_ids = fields.Many2many(
        "product.category",
        "preorder_campaign_categ_rel",
        string="Product Categories",
        help="With their sub-categories.",
    )
    product_tag_ids = fields.Many2many(
        "product.tag", "preorder_campaign_tag_rel", string="Product Tags"
    )
    brand_ids = fields.Many2many(
        "product.brand", "preorder_campaign_brand_rel", string="Brands"
    )
    product_tmpl_ids = fields.Many2many(
        "product.template", "preorder_campaign_template_rel", string="Products"
    )
    product_ids = fields.Many2many(
        "product.product", "preorder_campaign_product_rel", string="Variants"
    )
    excluded_categ_ids = fields.Many2many(
        "product.category",
        "preorder_campaign_excluded_categ_rel",
        string="Without Categories",
    )
    excluded_brand_ids = fields.Many2many(
        "product.brand", "preorder_campaign_excluded_brand_rel", string="Without Brands"
    )
    excluded_product_tmpl_ids = fields.Many2many(
        "product.template",
        "preorder_campaign_excluded_template_rel",
        string="Without Products",
    )
    excluded_product_ids = fields.Many2many(
        "product.product",
        "preorder_campaign_excluded_product_rel",
        string="Without Variants",
    )
    variant_count = fields.Integer(compute="_compute_variant_count")

    for_everyone = fields.Boolean(
        "Everyone Signed In", help="Every customer with a log-in sees the campaign."
    )
    label_ids = fields.Many2many(
        "res.partner.category",
        "preorder_campaign_label_rel",
        string="Customer Labels",
        help="Contacts with one of these labels, on themselves or on their company.",
    )
    partner_ids = fields.Many2many(
        "res.partner", "preorder_campaign_partner_rel", string="Customers"
    )
    excluded_partner_ids = fields.Many2many(
        "res.partner",
        "preorder_campaign_excluded_partner_rel",
        string="Without Customers",
    )

    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Empty: each customer's own pricelist.",
    )
    tier_ids = fields.One2many(
        "preorder.tier", "campaign_id", "Discount Tiers", copy=True
    )
    require_signature = fields.Boolean(
        "Online Signature",
        default=True,
        help="The customer signs the quotation online to confirm it.",
    )
    require_payment = fields.Boolean(
        "Online Payment",
        help="The customer pays online to confirm the quotation.",
    )
    prepayment_percent = fields.Float(
        "Prepayment", default=1.0, help="Part of the total to be paid to confirm."
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
    _prepayment_range = models.Constraint(
        "CHECK(prepayment_percent > 0 AND prepayment_percent <= 1)",
        "The prepayment must be above 0 % and at most 100 % of the total.",
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

    # Figures

    def _compute_variant_count(self):
        for campaign in self:
            campaign.variant_count = campaign.env["product.product"].search_count(
                campaign._get_assortment_domain()
            )

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

    # Customers

    @api.model
    def _get_audience_domain(self, partner) -> Domain:
        """The campaigns meant for a contact, as a domain on ``preorder.campaign``.

        Everyone signed in, or labels (on the contact or its company) ∪ contacts, minus
        excluded contacts. Written through stored relations only, so that the record
        rule for portal users, which says the same, never works with stale labels.
        """
        lineage = partner._get_preorder_lineage()
        return (
            Domain("for_everyone", "=", True)
            | Domain("label_ids.partner_ids", "in", lineage)
            | Domain("partner_ids", "in", lineage)
        ) & ~Domain("excluded_partner_ids", "in", lineage)

    def _is_for(self, partner) -> bool:
        """Whether the campaign is meant for a contact."""
        self.ensure_one()
        return bool(
            self.search_count(
                Domain("id", "=", self.id) & self._get_audience_domain(partner), limit=1
            )
        )

    def _get_pricelist(self, partner):
        """The pricelist of a customer's order form: the campaign's, or the customer's.

        The customer's own is the one that the office's quotations use, even where a
        website would not let customers choose it.
        """
        self.ensure_one()
        if self.pricelist_id:
            return self.pricelist_id
        pricelists = (
            self.env["product.pricelist"]
            .with_company(self.company_id)
            .with_context(preorder_own_pricelist=True)
            ._get_partner_pricelist_multi(partner.ids)
        )
        return pricelists[partner.id].with_context(preorder_own_pricelist=None)

    # Tiers

    def _get_tier_progress(self, balance, currency, date):
        """Find which of the campaign's tiers a balance reaches.

        :param balance: amount in ``currency``, net of taxes
        :param currency: the order form's; targets, set in the company's currency, are
            converted at the rate of ``date`` and rounded
        :return: :class:`~..tiers.TierProgress`, ids of tiers as keys
        """
        self.ensure_one()
        steps = self._get_tiers(self.id, self.env.lang)
        if currency != self.currency_id:
            steps = [
                replace(
                    step,
                    target=self.currency_id._convert(
                        step.target, currency, self.company_id, date
                    ),
                )
                for step in steps
            ]
        return tiers.get_progress(steps, balance)

    @api.model
    @tools.ormcache("campaign_id", "lang")
    def _get_tiers(self, campaign_id, lang):
        """A campaign's tiers, kept in memory; forgotten when a tier is written."""
        records = self.sudo().browse(campaign_id).with_context(lang=lang).tier_ids
        return tuple(
            tiers.Tier(tier.id, tier.target_amount, tier.discount, tier.name)
            for tier in records
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
