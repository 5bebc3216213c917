from odoo import models
from odoo.exceptions import UserError


class PreorderOrder(models.Model):
    """What may become of a form that came by punchout, besides its transfer."""

    _inherit = "preorder.order"

    def _get_oci_refusal(self) -> str:
        """Why the form cannot be changed or taken back here; empty if it can."""
        self.ensure_one()
        session = self.sudo().oci_session_id
        if not session or self.state != "submitted":
            return ""
        return self.env._(
            "%(number)s went to %(system)s and waits for your company's order. Please "
            "ask us for changes.",
            number=self.name,
            system=session.connection_id.name,
        )

    def _get_reopen_refusal(self, now):
        return self._get_oci_refusal() or super()._get_reopen_refusal(now)

    def _get_withdraw_refusal(self):
        return self._get_oci_refusal() or super()._get_withdraw_refusal()

    def _get_next_step(self):
        return self._get_oci_refusal() or super()._get_next_step()

    def _get_portal_row(self, user, now, pickings, invoices, mine):
        """It is not us whom the customer waits for."""
        row = super()._get_portal_row(user, now, pickings, invoices, mine)
        if row["status"] == "awaiting" and self.oci_session_id:
            row["label"] = self.env._("Waiting for your company's order")
        return row

    def action_reopen(self):
        """Nobody could take a form home again whose session is over."""
        for order in self.filtered("oci_session_id"):
            raise UserError(
                self.env._(
                    "%(number)s came by punchout and cannot be reopened. Cancel its "
                    "quotation, and have the buyer open the catalogue again.",
                    number=order.name,
                )
            )
        return super().action_reopen()

    def _send_proposal(self, message, now):
        """Its buyer is known over there, not here: nobody could be told."""
        if self.sudo().oci_session_id:
            raise UserError(self._get_oci_form_refusal())
        return super()._send_proposal(message, now)

    # The campaign's end

    def _is_closing_risky(self, outcome, quotations):
        """What a session did not transfer in time is not submitted for it."""
        if self.sudo().oci_session_id and self.state == "draft":
            return False
        return super()._is_closing_risky(outcome, quotations)

    def _restore_after_reopening(self):
        """A form that went nowhere has nobody to continue it."""
        return super(
            PreorderOrder, self.filtered(lambda form: not form.sudo().oci_session_id)
        )._restore_after_reopening()

    def _limit_confirmation(self, campaign):
        """The customer's system was promised no longer than its quotation says."""
        transferred = self.filtered(
            lambda form: (
                form.sudo().oci_session_id
                and campaign.confirm_until
                and form.sale_order_id.validity_date
                and form.sale_order_id.validity_date <= campaign.confirm_until
            )
        )
        return super(PreorderOrder, self - transferred)._limit_confirmation(campaign)
