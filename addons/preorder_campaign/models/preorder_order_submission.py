from datetime import datetime, timedelta

from psycopg2.errors import SerializationFailure

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, formatLang, plaintext2html

from .preorder_order_delivery import at_noon

#: What stays on a quotation when its form is submitted again.
_KEPT_ON_QUOTATION = (
    # Written again, it would bring the company's own terms back.
    "company_id",
    "name",
    "preorder_campaign_id",
    "preorder_tier_id",
    "require_signature",
    "require_payment",
    "prepayment_percent",
    "validity_date",
    "user_id",
    "partner_id",
    "origin",
)
#: What stays too where the form says nothing of it.
_KEPT_IF_EMPTY = ("client_order_ref", "note", "partner_shipping_id")


class PreorderOrder(models.Model):
    """How an order form becomes a quotation, once."""

    _inherit = "preorder.order"

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

    def _is_open_for(self, now: datetime, *, by_office: bool) -> bool:
        """Whether the form can be filled and submitted at a moment, by whom.

        Customers until the campaign's end. The office later too, once it has reopened
        the form, which is on the record.
        """
        self.ensure_one()
        return self.campaign_id._is_open(now) or (by_office and self.office_reopened)

    def _check_submittable(self, now: datetime, *, by_office=False):
        """Refuse, in the customer's words, what cannot become a quotation."""
        self.ensure_one()
        campaign = self.campaign_id
        if not self._is_open_for(now, by_office=by_office):
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
        self._check_delivery_dates(now)

    def _submit(self, now: datetime, *, by_office=False, agrees=None):
        """Make the form's quotation, once, however often it is asked for.

        A form that was reopened brings its quotation up to date instead.

        :param now: naive UTC moment at which the submission began
        :param by_office: the office submits: a form that it reopened also after the
            campaign's end
        :param agrees: function of the form's total at prices of now; if it says no, the
            form stays a draft
        :return: the quotation (``sale.order``); empty for an own shop
        :raise UserError: with the reason, in the customer's words
        """
        self.ensure_one()
        self._lock_for_submitting()
        if self.state in ("submitted", "confirmed"):
            return self.sale_order_id
        if self.state == "cancelled":
            raise UserError(self.env._("This order form has been cancelled."))
        self._check_submittable(now, by_office=by_office)
        self._refresh_prices(now)
        if agrees and not agrees(self._get_totals()["total"]):
            return self.sale_order_id
        self._reserve_limits()
        quotation = self.sale_order_id
        if not self.is_own_shop:
            quotation = self._update_quotation(now) or self._make_quotation()
        self.write(
            {
                "state": "submitted",
                "sale_order_id": quotation.id,
                "date_submitted": now,
                "revision": self.revision + 1,
                "office_reopened": False,
            }
        )
        self._log_submission()
        self.env["preorder.notice"]._announce("submitted", self, key=str(self.revision))
        if self.is_own_shop:
            self._submit_own_shop()
        quotation._confirm_if_paid()
        return quotation

    def _make_quotation(self):
        """Create the form's quotation; it waits for the office where that is wanted."""
        quotation = (
            self.env["sale.order"]
            .with_company(self.company_id)
            .create(self._prepare_quotation_values())
        )
        if not quotation.preorder_review:
            quotation.action_quotation_sent()
        return quotation

    def _update_quotation(self, now):
        """Bring the quotation of a form that was reopened up to date.

        Lines are told apart by variant and delivery date. What the office added besides
        (carriage, a note) stays, and so do the terms it gave this quotation. Where the
        office reviews first, it reviews again.

        :return: the quotation; empty if the form has none yet
        """
        self.ensure_one()
        quotation = self.sale_order_id.with_context(preorder_submitting=True)
        if not quotation or quotation.state == "cancel":
            return self.sale_order_id.browse()
        values = self._prepare_quotation_values()
        for name in _KEPT_ON_QUOTATION:
            values.pop(name, None)
        for name in _KEPT_IF_EMPTY:
            if not self[name]:
                values.pop(name, None)
        for name in ("pricelist_id", "fiscal_position_id"):
            if values[name] == quotation[name].id:
                del values[name]
        start = "requested_delivery_period_start"
        if values[start] == quotation[start]:
            del values["commitment_date"]
        # Rates are those at which the customer has agreed, and the time to confirm
        # begins anew.
        values["date_order"] = now
        if quotation.is_expired or self.campaign_id.confirm_until:
            days = self.company_id.quotation_validity_days
            values["validity_date"] = self.campaign_id.confirm_until or (
                now.date() + timedelta(days=days) if days else False
            )
        values["state"] = "draft" if self.campaign_id.review_required else "sent"
        wanted = {
            (line["product_id"], line["commitment_date"]): line
            for _command, _id, line in values.pop("order_line")
        }
        ordered = set(wanted)
        commands = []
        for line in quotation.order_line.filtered(
            lambda line: line._is_preorder_line()
        ):
            key = (line.product_id.id, line.commitment_date or False)
            if key in wanted:
                commands.append(Command.update(line.id, wanted.pop(key)))
            elif key in ordered or line.preorder_price_frozen:
                # Added up with another line, or no longer wanted.
                commands.append(Command.delete(line.id))
        commands += map(Command.create, wanted.values())
        quotation.write(
            {
                **values,
                "order_line": commands,
                "preorder_reopened": False,
                "preorder_office_edited": False,
            }
        )
        return self.sale_order_id

    def _log_submission(self):
        """Note on the form what was submitted, by whom and when."""
        self.ensure_one()
        self.message_post(
            body=self.env._(
                "Submitted, revision %(revision)s: %(pieces)s, %(total)s excl. taxes.",
                revision=self.revision,
                pieces=self._get_pieces_text(),
                total=formatLang(
                    self.env, self.amount_untaxed, currency_obj=self.currency_id
                ),
            )
        )

    def _prepare_quotation_values(self):
        """Values of the quotation: prices frozen, tier and terms of the campaign."""
        self.ensure_one()
        campaign = self.campaign_id
        totals = self._get_totals()
        tier = campaign.tier_ids.browse(totals["tier"] and totals["tier"]["id"])
        lines = self.line_ids.filtered("quantity")
        start, end = self._get_requested_delivery(lines)
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
            "preorder_review": campaign.review_required,
            "preorder_contact_id": self.contact_id.id,
            "require_signature": campaign.require_signature,
            "require_payment": campaign.require_payment,
            "prepayment_percent": campaign._get_prepayment_percent(),
            "requested_delivery_period_start": at_noon(start),
            "requested_delivery_period_end": at_noon(end),
            # Deliveries are planned for the season, not for today.
            "commitment_date": at_noon(start),
            "order_line": [
                Command.create(line._prepare_quotation_line_values(tier, sequence))
                for sequence, line in enumerate(lines._sorted_for_documents(), 1)
            ],
        }
        if self.partner_shipping_id:
            values["partner_shipping_id"] = self.partner_shipping_id.id
        if campaign.confirm_until:
            values["validity_date"] = campaign.confirm_until
        if self.note:
            values["note"] = plaintext2html(self.note)
        return values
