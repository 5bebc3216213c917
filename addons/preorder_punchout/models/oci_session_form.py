"""An order form on its way home."""

from odoo import models

from odoo.addons.oci_punchout.models.oci_session_basket import Transfer


class OciSession(models.Model):
    _inherit = "oci.session"

    def _transfer_form(self, order, reviewed_total, details, now, *, confirmed):
        """Submit an order form and take its quotation home, once.

        Refused like a submission, and by the same rules. Where nothing goes home yet,
        nothing is to be kept: the caller rolls back.

        :param order: the session's form
        :param reviewed_total: the total that the buyer has seen
        :param details: as ``preorder.order._set_details`` takes them
        :param now: naive UTC moment at which the transfer began
        :param confirmed: the buyer has seen what is shortened or left out
        :return: ``oci.Form``; or a ``Transfer`` that the buyer has to look at first; or
            ``None`` where the form amounts to something else than was reviewed
        :raise UserError: in the buyer's words
        """
        self._begin_transfer()
        answer = order.with_context(oci_form_transfer=True)._submit_reviewed(
            reviewed_total, details, now, by_office=False
        )
        if answer.get("changed"):
            return None
        self.order_id = order.sale_order_id
        transfer: Transfer = self._prepare_transfer()
        if transfer.basket.refusals or (transfer.basket.notes and not confirmed):
            return transfer
        return self._complete_transfer(transfer)

    def _finish_basket(self, lines):
        """An order form's quotation has its numbers already."""
        if not self.order_id.preorder_campaign_id:
            return super()._finish_basket(lines)
        days = self.connection_id.quotation_days
        return self.order_id.sudo()._freeze_for_oci(days)
