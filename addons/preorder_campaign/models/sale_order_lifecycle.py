import uuid

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang


class SaleOrder(models.Model):
    """A pre-order's quotation between submission and confirmation."""

    _inherit = "sale.order"

    preorder_review = fields.Boolean(
        "Office Reviews First",
        copy=False,
        readonly=True,
        help="The customer can neither sign nor pay before the office has sent it.",
    )
    preorder_reopened = fields.Boolean(
        "Being Changed",
        copy=False,
        readonly=True,
        help="The order form is open again: the quotation waits for it.",
    )
    preorder_office_edited = fields.Boolean(
        "Changed by the Office", copy=False, readonly=True
    )
    preorder_contact_id = fields.Many2one(
        "res.partner", "Contact Person", copy=False, help="Whom to ask about it."
    )

    def _is_preorder_on_hold(self) -> bool:
        """Whether the customer has to wait: for the office, or for the order form."""
        self.ensure_one()
        return bool(
            self.preorder_campaign_id
            and (
                self.preorder_reopened
                or (self.preorder_review and self.state == "draft")
            )
        )

    def _has_to_be_signed(self):
        """Nothing is signed while the office or the order form has it."""
        return not self._is_preorder_on_hold() and super()._has_to_be_signed()

    def _has_to_be_paid(self):
        """Nothing is paid while the office or the order form has it."""
        return not self._is_preorder_on_hold() and super()._has_to_be_paid()

    def _has_to_be_accepted(self) -> bool:
        """Whether the customer confirms this pre-order with a click."""
        self.ensure_one()
        return bool(
            self.sudo().preorder_campaign_id.confirmation == "click"
            and self.state == "sent"
            and not self._is_preorder_on_hold()
            and not self.is_expired
            and not self._has_to_be_signed()
            and not self._has_to_be_paid()
        )

    def _accept_preorder(self, user):
        """Confirm a pre-order that its customer has accepted with a click.

        :param user: who clicked; the public user if the quotation's link was enough
        """
        self.ensure_one()
        author = self.partner_id if user._is_public() else user.partner_id
        self._validate_order()
        self.message_post(
            author_id=author.id,
            body=self.env._("Order confirmed online by %s.", author.name),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _confirmation_error_message(self):
        """Confirm nothing that is being changed."""
        if self.preorder_reopened:
            return self.env._(
                "%(number)s is being changed in its order form. Confirm it once the "
                "form is submitted again.",
                number=self.name,
            )
        return super()._confirmation_error_message()

    def action_draft(self):
        """A pre-order put back to draft waits for the office, its old links void."""
        for order in self.filtered("preorder_merged_into_id"):
            raise UserError(
                self.env._(
                    "%(number)s is merged into %(merged)s. Undo the merge there first.",
                    number=order.name,
                    merged=order.preorder_merged_into_id.name,
                )
            )
        preorders = self.filtered(
            lambda order: (
                order.preorder_campaign_id and order.state in ("cancel", "sent")
            )
        )
        result = super().action_draft()
        for order in preorders:
            order.write(
                {
                    "preorder_review": True,
                    "preorder_reopened": False,
                    "access_token": str(uuid.uuid4()),
                }
            )
            order._get_preorder_forms().state = "submitted"
        return result

    def action_send_reviewed(self):
        """Send quotations that the office has reviewed: now customers can confirm."""
        waiting = self.filtered(
            lambda order: order.preorder_review and order.state == "draft"
        )
        for order in waiting:
            if order.preorder_reopened:
                raise UserError(order._confirmation_error_message())
        waiting.action_quotation_sent()
        for order in waiting:
            order._log_on_preorder(self.env._("Reviewed and sent to the customer."))
            order._confirm_if_paid()
            for form in order._get_preorder_forms():
                self.env["preorder.notice"].sudo()._announce(
                    "reviewed", form, key=str(form.revision)
                )
        return waiting

    def _confirm_if_paid(self):
        """Confirm what was paid while it was on hold, and waits for nothing else."""
        for order in self.sudo():
            paid = order.transaction_ids.filtered(lambda tx: tx.state == "done")
            if (
                order.state == "sent"
                and order.require_payment
                and paid
                and not order._is_preorder_on_hold()
                and not order._has_to_be_signed()
                and order._is_confirmation_amount_reached()
            ):
                order._validate_order()

    # Back to the order form

    def _get_payment_under_way_refusal(self) -> str:
        """Why the quotation cannot be changed while a payment is under way.

        A wire transfer that is only announced is none: it is called off.
        """
        under_way = self.sudo().transaction_ids.filtered(
            lambda tx: (
                tx.state in ("pending", "authorized") and tx.provider_code != "custom"
            )
        )
        if not under_way:
            return ""
        return self.env._(
            "A payment of %(amount)s for %(number)s is under way. Wait until it is "
            "through, then try again.",
            amount=formatLang(
                self.env,
                sum(under_way.mapped("amount")),
                currency_obj=under_way[0].currency_id,
            ),
            number=self.name,
        )

    def _cancel_announced_transfers(self):
        """Call off wire transfers that were announced and have not arrived."""
        self.sudo().transaction_ids.filtered(
            lambda tx: tx.state == "pending" and tx.provider_code == "custom"
        )._set_canceled()

    def _put_back_for_changes(self):
        """The order form is open again: void signature and links until then."""
        for order in self:
            order._cancel_announced_transfers()
            order.write(
                {
                    "preorder_reopened": True,
                    "signature": False,
                    "signed_by": False,
                    "signed_on": False,
                    "access_token": str(uuid.uuid4()),
                }
            )

    def _ask_for_refund(self, reason="", remaining=0.0):
        """List what was paid for and is not owed any more, for the office.

        :param reason: why, in the office's words; else that the customer has withdrawn
        :param remaining: what is still to be paid for, in the order's currency: only
            what was paid beyond it is listed
        """
        for order in self:
            order._cancel_announced_transfers()
            paid = order.sudo().transaction_ids.filtered(
                lambda tx: tx.state in ("done", "authorized")
            )
            too_much = sum(paid.mapped("amount")) - remaining
            if not paid or order.currency_id.compare_amounts(too_much, 0.0) <= 0:
                continue
            if remaining:
                reason = self.env._(
                    "%(reason)s What remains amounts to %(remaining)s: refund "
                    "%(amount)s.",
                    reason=reason,
                    remaining=formatLang(
                        self.env, remaining, currency_obj=order.currency_id
                    ),
                    amount=formatLang(
                        self.env, too_much, currency_obj=order.currency_id
                    ),
                )
            order.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=(order.user_id or order.preorder_campaign_id.user_id).id,
                summary=self.env._("Refund the payments of %s", order.name),
                note=Markup("<p>%s</p><ul>%s</ul>")
                % (
                    self.env._("%(reason)s Paid:", reason=reason)
                    if reason
                    else self.env._("The customer has withdrawn this order. Paid:"),
                    Markup().join(
                        Markup("<li>%s: %s</li>")
                        % (
                            tx.reference,
                            formatLang(
                                self.env, tx.amount, currency_obj=tx.currency_id
                            ),
                        )
                        for tx in paid
                    ),
                ),
            )
