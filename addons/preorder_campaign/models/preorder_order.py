from datetime import datetime, time

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from .preorder_pricing import PricedQuantity, Terms

#: Days without a time are noon UTC: the same day in every time zone of the trade.
NOON = time(12)


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
    user_id = fields.Many2one("res.users", "Salesperson", tracking=True)
    pricelist_id = fields.Many2one("product.pricelist", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    fiscal_position_id = fields.Many2one("account.fiscal.position", readonly=True)
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
    date_submitted = fields.Datetime("Submitted on", copy=False, readonly=True)
    piece_count = fields.Float("Pieces", compute="_compute_progress", digits=(16, 0))
    line_count = fields.Integer("Lines", compute="_compute_progress")
    date_last_change = fields.Datetime("Last Change", compute="_compute_progress")
    amount_untaxed = fields.Monetary("Expected Amount", compute="_compute_amounts")
    amount_total = fields.Monetary("Expected Total", compute="_compute_amounts")

    # Two first cells saved at the same moment make one form: the loser's transaction
    # is repeated and finds the winner's.
    _one_form_per_customer = models.UniqueIndex(
        "(campaign_id, partner_id) WHERE state != 'cancelled'",
        "This customer already has an order form in this campaign.",
    )

    @api.depends("partner_id.parent_id")
    def _compute_customer_company_id(self):
        for order in self:
            partner = order.partner_id
            while partner.parent_id:
                partner = partner.parent_id
            order.customer_company_id = partner

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

    def _compute_amounts(self):
        for order in self:
            if order.sale_order_id:
                order.amount_untaxed = order.sale_order_id.amount_untaxed
                order.amount_total = order.sale_order_id.amount_total
            else:
                totals = order._get_totals()
                order.amount_untaxed = totals["untaxed"]
                order.amount_total = totals["total"]

    # Beginning a form

    @api.model
    def _find_current(self, campaign, partner):
        """The form that a customer continues in a campaign, or none."""
        return self.search(
            [
                ("campaign_id", "=", campaign.id),
                ("partner_id", "=", partner.id),
                ("state", "!=", "cancelled"),
            ],
            limit=1,
        )

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
    def _start(self, campaign, partner):
        """Begin the form of a customer, or return the one that is there."""
        return self._find_current(campaign, partner) or self.create(
            self._prepare_values(campaign, partner)
        )

    # Prices and totals

    def _get_pricing_terms(self):
        """What decides this form's prices."""
        self.ensure_one()
        return Terms(
            self.company_id.id,
            self.pricelist_id.id,
            self.currency_id.id,
            self.fiscal_position_id.id,
        )

    def _read_quantities(self):
        """The form's cells folded as far as its totals allow, in one query.

        :return: list of (tax ids, base discount, unit price, quantity, count of lines
            alike, number of lines, number of pieces)
        """
        self.ensure_one()
        lines = self.env["preorder.order.line"]
        lines.flush_model()
        if self.company_id.tax_calculation_rounding_method == "round_globally":
            query = SQL(
                """
                SELECT tax_key, base_discount,
                       SUM(price_unit * quantity) / SUM(quantity),
                       SUM(quantity), 1, COUNT(*), SUM(quantity)
                  FROM preorder_order_line
                 WHERE order_id = %s AND quantity > 0
              GROUP BY tax_key, base_discount
                """,
                self.id,
            )
        else:
            query = SQL(
                """
                SELECT tax_key, base_discount, price_unit, quantity,
                       COUNT(*), COUNT(*), SUM(quantity)
                  FROM preorder_order_line
                 WHERE order_id = %s AND quantity > 0
              GROUP BY tax_key, base_discount, price_unit, quantity
                """,
                self.id,
            )
        return [
            (lines._parse_tax_key(tax_key), *rest)
            for tax_key, *rest in self.env.execute_query(query)
        ]

    def _get_totals(self):
        """What the form amounts to, in its currency.

        The *balance* is net of taxes with pricelist discounts, without the tier's; the
        tier it reaches then discounts every line.

        :return: dict with ``pieces``, ``lines``, ``balance``, ``untaxed``, ``tax``,
            ``total``, ``tier`` and ``next_tier`` (each ``None`` or a dict)
        """
        self.ensure_one()
        pricing = self.env["preorder.pricing"]
        rows = self._read_quantities()
        place = {"company": self.company_id, "currency": self.currency_id}
        linear_taxes = pricing._get_linear_taxes({row[0] for row in rows}, **place)

        def get_totals(tier_discount):
            return pricing._get_totals(
                (
                    PricedQuantity(
                        tax_ids,
                        unit,
                        quantity,
                        pricing._get_line_discount(base_discount, tier_discount),
                        count,
                    )
                    for tax_ids, base_discount, unit, quantity, count, *_rest in rows
                ),
                linear_taxes=linear_taxes,
                **place,
            )

        before = get_totals(0.0)
        progress = self.campaign_id._get_tier_progress(
            before.untaxed, self.currency_id, self.campaign_id._now().date()
        )
        reached, following = progress.reached, progress.following
        totals = get_totals(reached.discount) if reached else before
        rounded = self.currency_id.round
        return {
            "pieces": sum(row[6] for row in rows),
            "lines": sum(row[5] for row in rows),
            "balance": rounded(before.untaxed),
            "untaxed": rounded(totals.untaxed),
            "tax": rounded(totals.tax),
            "total": rounded(totals.total),
            "tier": reached
            and {
                "id": reached.key,
                "name": reached.name,
                "target": reached.target,
                "discount": reached.discount,
            },
            "next_tier": following
            and {
                "name": following.name,
                "target": following.target,
                "discount": following.discount,
                "missing": rounded(progress.missing),
            },
        }

    def _refresh_prices(self, now: datetime):
        """Bring the prices of a form that is being filled up to date.

        With the terms that decide them: the customer may have a new pricelist.

        :return: list of dicts, one for each line in the order whose price changed:
            ``product``, ``old`` and ``new`` unit price after the pricelist's discount
        """
        self.ensure_one()
        if self.state != "draft":
            return []
        self._refresh_terms()
        lines = self.line_ids
        changes = []
        prices = lines._get_current_prices(now)
        for line in lines:
            price = prices[line]
            values = line._prepare_price_values(price)
            if any(line[name] != value for name, value in values.items()):
                old = line.price_unit * (1 - line.base_discount / 100)
                new = price.unit * (1 - price.discount / 100)
                if line.quantity and self.currency_id.compare_amounts(old, new):
                    changes.append({"product": line.product_id, "old": old, "new": new})
                line.write(values)
        return changes

    def _refresh_terms(self):
        terms = self._prepare_terms(self.campaign_id, self.partner_id)
        changed = {
            name: value
            for name, value in terms.items()
            if self[name].id != (value or False)
        }
        if changed:
            self.write(changed)

    # Submitting

    def _lock_for_saving(self):
        """Keep the form from being submitted until this transaction ends.

        Savers share this lock. One that meets a submission waits for it, fails to
        serialize, is repeated, and finds the form submitted.
        """
        if self:
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM preorder_order WHERE id IN %s FOR KEY SHARE",
                    tuple(self.ids),
                )
            )

    def _lock_for_submitting(self):
        """Wait for savers under way, then make sure that what they saved is seen.

        This transaction's snapshot may be older than their commits: if it is, the
        transaction is repeated, so that no acknowledged cell misses the quotation.
        """
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT id FROM preorder_order WHERE id = %s FOR UPDATE", self.id)
        )
        # Cells are never deleted and revisions only rise, so that a committed sum above
        # the one seen here means a cell that this transaction cannot see.
        query = SQL(
            "SELECT COALESCE(SUM(revision), 0) FROM preorder_order_line"
            " WHERE order_id = %s",
            self.id,
        )
        [(seen,)] = self.env.execute_query(query)
        with self.env.registry.cursor() as fresh:
            fresh.execute(query)
            [committed] = fresh.fetchone()
        if committed > seen:
            raise SerializationFailure("cells were saved since the snapshot")
        self.invalidate_recordset()

    def _check_submittable(self, now: datetime):
        """Refuse, in the customer's words, what cannot become a quotation."""
        self.ensure_one()
        campaign = self.campaign_id
        if not campaign._is_open(now):
            raise UserError(campaign._get_closed_message())
        lines = self.line_ids.filtered("quantity")
        if not lines:
            raise UserError(
                self.env._("Your order form is empty. Enter a quantity first.")
            )
        available = self.env["product.product"].search(
            campaign._get_assortment_domain()
            & fields.Domain("id", "in", lines.product_id.ids)
        )
        gone = lines.product_id - available
        if gone:
            raise UserError(
                self.env._(
                    "No longer available: %(products)s. Set their quantities to zero "
                    "and submit again.",
                    products=", ".join(gone.mapped("display_name")),
                )
            )

    def _submit(self, now: datetime):
        """Make the form's quotation, once, however often it is asked for.

        :param now: naive UTC moment at which the submission began
        :return: the quotation (``sale.order``)
        :raise UserError: with the reason, in the customer's words
        """
        self.ensure_one()
        self._lock_for_submitting()
        if self.state != "draft" and self.sale_order_id:
            return self.sale_order_id
        if self.state == "cancelled":
            raise UserError(self.env._("This order form has been cancelled."))
        self._check_submittable(now)
        self._refresh_prices(now)
        quotation = (
            self.env["sale.order"]
            .with_company(self.company_id)
            .create(self._prepare_quotation_values())
        )
        quotation.action_quotation_sent()
        self.write(
            {
                "state": "submitted",
                "sale_order_id": quotation.id,
                "date_submitted": now,
            }
        )
        return quotation

    def _prepare_quotation_values(self):
        """Values of the quotation: prices frozen, tier and terms of the campaign."""
        self.ensure_one()
        campaign = self.campaign_id
        totals = self._get_totals()
        tier = campaign.tier_ids.browse(totals["tier"] and totals["tier"]["id"])
        values = {
            "name": self.name,
            "origin": self.name,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "pricelist_id": self.pricelist_id.id,
            "fiscal_position_id": self.fiscal_position_id.id,
            "user_id": self.user_id.id,
            "client_order_ref": self.client_order_ref,
            "preorder_campaign_id": campaign.id,
            "preorder_tier_id": tier.id,
            "require_signature": campaign.require_signature,
            "require_payment": campaign.require_payment,
            "prepayment_percent": campaign.prepayment_percent,
            "requested_delivery_period_start": campaign.delivery_from
            and datetime.combine(campaign.delivery_from, NOON),
            "requested_delivery_period_end": campaign.delivery_until
            and datetime.combine(campaign.delivery_until, NOON),
            "order_line": [
                Command.create(line._prepare_quotation_line_values(tier, sequence))
                for sequence, line in enumerate(
                    self.line_ids.filtered("quantity")._sorted_for_documents(), 1
                )
            ],
        }
        if campaign.delivery_from:
            # Deliveries are planned for the season, not for today.
            values["commitment_date"] = datetime.combine(campaign.delivery_from, NOON)
        if campaign.confirm_until:
            values["validity_date"] = campaign.confirm_until
        return values

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

    def action_cancel(self):
        """Cancel forms being filled; submitted ones through their quotation."""
        for order in self:
            if order.state != "draft":
                raise UserError(
                    self.env._(
                        "%(number)s is submitted. Cancel its quotation instead.",
                        number=order.name,
                    )
                )
        self.state = "cancelled"
