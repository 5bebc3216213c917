from odoo import api, fields, models
from odoo.tools import SQL, formatLang

#: How quantities reach an order form.
CHANNELS = [
    ("website", "Website"),
    ("representative", "Representative"),
    ("import", "Excel"),
    ("scan", "Scanner"),
    ("punchout", "Punchout"),
]


class PreorderOrder(models.Model):
    """An order form: what a customer enters over days, until it becomes a quotation."""

    _name = "preorder.order"
    _description = "Pre-Order Form"
    _inherit = ["portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Number", required=True, readonly=True, copy=False)
    campaign_id = fields.Many2one(
        "preorder.campaign", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="restrict", index=True
    )
    customer_company_id = fields.Many2one(
        "res.partner",
        compute="_compute_customer_company_id",
        store=True,
        index=True,
        help="The company at the top of the customer's hierarchy.",
    )
    # Stored: the record rule asks with each saved cell, of a row that is read anyway.
    customer_own_forms_only = fields.Boolean(
        related="customer_company_id.preorder_own_forms_only", store=True
    )
    partner_shipping_id = fields.Many2one("res.partner", "Delivery Address")
    contact_id = fields.Many2one(
        "res.partner", "Contact Person", help="Whom to ask about this order."
    )
    user_id = fields.Many2one("res.users", "Salesperson", tracking=True)
    channel = fields.Selection(
        CHANNELS, default="website", required=True, help="How the form was begun."
    )
    pricelist_id = fields.Many2one("product.pricelist", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    fiscal_position_id = fields.Many2one("account.fiscal.position", readonly=True)
    requested_delivery_from = fields.Date("Requested Delivery")
    requested_delivery_until = fields.Date("Requested Until")
    client_order_ref = fields.Char("Customer Reference")
    note = fields.Text()
    state = fields.Selection(
        [
            ("draft", "Being filled"),
            ("submitted", "Submitted"),
            ("confirmed", "Confirmed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        copy=False,
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many("preorder.order.line", "order_id", "Cells")
    sale_order_id = fields.Many2one(
        "sale.order", "Quotation", copy=False, readonly=True, index="btree_not_null"
    )
    unmerged_sale_order_id = fields.Many2one(
        "sale.order",
        "Quotation Before Merging",
        copy=False,
        readonly=True,
        help="The form's own quotation, while it is merged with others into one.",
    )
    date_submitted = fields.Datetime("Submitted on", copy=False, readonly=True)
    revision = fields.Integer(
        copy=False,
        readonly=True,
        help="How many times the form has been submitted.",
    )
    office_reopened = fields.Boolean(
        "Reopened by the Office",
        copy=False,
        readonly=True,
        help="The office may change and submit the form, after the campaign's end too.",
    )
    piece_count = fields.Float("Pieces", compute="_compute_progress", digits=(16, 0))
    line_count = fields.Integer("Lines", compute="_compute_progress")
    date_last_change = fields.Datetime("Last Change", compute="_compute_progress")
    amount_untaxed = fields.Monetary("Expected", compute="_compute_amounts")
    amount_total = fields.Monetary("Expected Total", compute="_compute_amounts")

    # Two first cells saved at the same moment make one form: the loser's transaction
    # is repeated and finds the winner's.
    _one_form_being_filled = models.UniqueIndex(
        "(campaign_id, partner_id) WHERE state = 'draft'",
        "This customer is already filling an order form in this campaign.",
    )

    @api.depends("partner_id.parent_id")
    def _compute_customer_company_id(self):
        for order in self:
            order.customer_company_id = order.partner_id._get_preorder_company()

    def _compute_progress(self):
        self.env["preorder.order.line"].flush_model()
        figures = {}
        if self.ids:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT order_id,
                           SUM(quantity),
                           COUNT(*) FILTER (WHERE quantity > 0),
                           MAX(changed_at)
                      FROM preorder_order_line
                     WHERE order_id IN %s
                  GROUP BY order_id
                    """,
                    tuple(self.ids),
                )
            )
            figures = {row[0]: row[1:] for row in rows}
        for order in self:
            (
                order.piece_count,
                order.line_count,
                order.date_last_change,
            ) = figures.get(order.id, (0.0, 0, False))

    def _get_pieces_text(self):
        """How many pieces the form has, in words."""
        self.ensure_one()
        if self.piece_count == 1:
            return self.env._("1 piece")
        quantity = formatLang(self.env, self.piece_count, digits=0)
        return self.env._("%(quantity)s pieces", quantity=quantity)

    def _compute_amounts(self):
        # A merged quotation is more than this form.
        quoted = self.filtered(
            lambda order: order.sale_order_id and not order.unmerged_sale_order_id
        )
        for order in quoted:
            order.amount_untaxed = order.sale_order_id.amount_untaxed
            order.amount_total = order.sale_order_id.amount_total
        for order, totals in (self - quoted)._get_totals_by_form().items():
            order.amount_untaxed = totals["untaxed"]
            order.amount_total = totals["total"]

    # Beginning a form

    @api.model
    def _get_own_domain(self, campaign, partner) -> fields.Domain:
        """A customer's forms in a campaign, among which the current one is looked for.

        What keeps several people apart who fill forms under one log-in narrows it down.
        """
        return fields.Domain("campaign_id", "=", campaign.id) & fields.Domain(
            "partner_id", "=", partner.id
        )

    @api.model
    def _find_current(self, campaign, partner):
        """The form that a customer continues in a campaign, or none.

        The one being filled; else the last one submitted, unless the campaign lets
        customers begin another one.
        """
        own = self._get_own_domain(campaign, partner)
        current = self.search(own & fields.Domain("state", "=", "draft"), limit=1)
        if current or campaign.allow_multiple_forms:
            return current
        return self.search(own & fields.Domain("state", "!=", "cancelled"), limit=1)

    @api.model
    def _prepare_terms(self, campaign, partner):
        """Values of an order form that decide a customer's prices."""
        company = campaign.company_id
        partner = partner.with_company(company)
        pricelist = campaign._get_pricelist(partner)
        address = partner.address_get(["delivery"])["delivery"]
        fiscal_position = (
            self.env["account.fiscal.position"]
            .with_company(company)
            ._get_fiscal_position(partner, partner.browse(address))
        )
        return {
            "campaign_id": campaign.id,
            "company_id": company.id,
            "partner_id": partner.id,
            "pricelist_id": pricelist.id,
            "currency_id": (pricelist.currency_id or company.currency_id).id,
            "fiscal_position_id": fiscal_position.id,
        }

    @api.model
    def _prepare_values(self, campaign, partner):
        """Values of a new order form for a customer."""
        salesperson = partner.user_id or partner.commercial_partner_id.user_id
        return {
            **self._prepare_terms(campaign, partner),
            "name": campaign._next_order_number(),
            "user_id": (salesperson or campaign.user_id).id,
        }

    @api.model
    def _start(self, campaign, partner, *, channel="website"):
        """Begin the form of a customer, or return the one that is there.

        A salesperson who begins it for a customer that has none is its salesperson.
        """
        current = self._find_current(campaign, partner)
        if current:
            return current
        values = {**self._prepare_values(campaign, partner), "channel": channel}
        if (
            channel == "representative"
            and self.env.user._is_internal()
            and not (partner.user_id or partner.commercial_partner_id.user_id)
        ):
            values["user_id"] = self.env.uid
        return self.create(values)

    # Actions

    def action_view_quotation(self):
        """Open the form's quotation."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.sale_order_id.id,
            "view_mode": "form",
        }
