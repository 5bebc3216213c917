import logging

from psycopg2 import OperationalError

from odoo import fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class PreorderOrder(models.Model):
    """What the end of its campaign made of an order form."""

    _inherit = "preorder.order"

    closing_result = fields.Selection(
        [
            ("kept", "Kept, not submitted"),
            ("submitted", "Submitted for the customer"),
            ("cancelled", "Cancelled"),
            ("quoted", "Awaits confirmation"),
            ("confirmed", "Confirmed"),
            ("failed", "Failed"),
        ],
        "At the Campaign's End",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    closing_note = fields.Char("Why It Failed", readonly=True, copy=False)
    closing_attempts = fields.Integer(readonly=True, copy=False)

    def _is_closing_risky(self, outcome: str, quotations: str) -> bool:
        """Whether closing the form makes or cancels a quotation, which may fail."""
        self.ensure_one()
        if self.state == "draft":
            # A form that was reopened still has its quotation.
            return (outcome == "submit" and bool(self.line_count)) or (
                outcome == "cancel" and bool(self.sale_order_id)
            )
        return self.state == "submitted" and quotations == "cancel"

    def _close_in_bulk(self, campaign):
        """Give forms the outcome that cannot fail: kept, cancelled, or as they are."""
        drafts = self.filtered(lambda order: order.state == "draft")
        if campaign.ending_outcome == "cancel":
            drafts.write({"state": "cancelled", "closing_result": "cancelled"})
        else:
            drafts.closing_result = "kept"
        quoted = (self - drafts).filtered(lambda order: order.state == "submitted")
        quoted.closing_result = "quoted"
        (self - drafts - quoted).closing_result = "confirmed"
        quoted._limit_confirmation(campaign)

    def _close_with_outcome(self, campaign):
        """Submit a form, or cancel it with its quotation; note what came of it.

        :return: the forms that now have their outcome: a quotation that was merged is
            cancelled for all of its forms
        """
        self.ensure_one()
        orders = self
        try:
            with self.env.cr.savepoint():
                if self.state == "draft" and campaign.ending_outcome == "submit":
                    campaign._submit_at_close(self)
                    self.closing_result = "submitted"
                    self._limit_confirmation(campaign)
                else:
                    orders |= self.sale_order_id._get_preorder_forms()
                    self._cancel_with_quotation()
                    orders.closing_result = "cancelled"
        except UserError as error:
            orders = self
            self._fail_closing(str(error))
        except OperationalError:
            # Conflicts with somebody else's saving are repeated.
            raise
        except Exception:
            _logger.exception("Order form %s could not be closed", self.name)
            orders = self
            self._fail_closing(
                self.env._("An unexpected error; the server's log tells more.")
            )
        return orders

    def _cancel_with_quotation(self):
        """Cancel a form that is not confirmed; what was paid is listed for refund.

        :raise UserError: while a payment is under way
        """
        self.ensure_one()
        quotation = self.sale_order_id
        if not quotation:
            self.action_cancel()
            return
        refusal = quotation._get_payment_under_way_refusal()
        if refusal:
            raise UserError(refusal)
        quotation._ask_for_refund()
        quotation._action_cancel()

    def _fail_closing(self, reason: str):
        self.write(
            {"closing_result": "failed", "closing_note": " ".join(reason.split())}
        )

    def _reset_closing(self):
        """Forget an earlier end of the campaign, for the next one."""
        self.filtered(
            lambda order: order.closing_result or order.closing_attempts
        ).write({"closing_result": False, "closing_note": False, "closing_attempts": 0})

    def _restore_after_reopening(self):
        """Continue forms being filled that the campaign's end had cancelled."""
        cancelled = self.filtered(
            lambda order: (
                order.state == "cancelled"
                and order.closing_result == "cancelled"
                and order.sale_order_id.state in (False, "cancel")
            )
        )
        busy = self.filtered(lambda order: order.state == "draft").partner_id
        cancelled.filtered(lambda order: order.partner_id not in busy).state = "draft"

    def _limit_confirmation(self, campaign):
        """Give unconfirmed quotations the campaign's last date, if there is one."""
        if not campaign.confirm_until:
            return
        self.sale_order_id.filtered(
            lambda quotation: (
                quotation.state in ("draft", "sent")
                and quotation.validity_date != campaign.confirm_until
            )
        ).validity_date = campaign.confirm_until
