from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Let what is left of a pre-order's prepayment pay its next invoices.

        Odoo does so at the first invoice. If that is paid in full, as by a small first
        delivery, it takes the payment for used up, whatever is left of it.
        """
        posted = super()._post(soft)
        for invoice in posted.filtered(lambda move: move.move_type == "out_invoice"):
            orders = invoice.line_ids.sale_line_ids.order_id
            if not any(orders.sudo().mapped("preorder_campaign_id")):
                continue
            payments = invoice.transaction_ids.payment_id.filtered(
                lambda payment: payment.state == "paid" and not payment.is_reconciled
            )
            for line in payments.move_id.line_ids:
                if line.account_type == "asset_receivable" and not line.reconciled:
                    invoice.js_assign_outstanding_line(line.id)
        return posted
