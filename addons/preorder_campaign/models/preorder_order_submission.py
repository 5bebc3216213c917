from datetime import datetime, time

from psycopg2.errors import SerializationFailure

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

#: Days without a time are noon UTC: the same day in every time zone of the trade.
NOON = time(12)


class PreorderOrder(models.Model):
    """How an order form becomes a quotation, once."""

    _inherit = "preorder.order"

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
            "prepayment_percent": campaign._get_prepayment_percent(),
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
