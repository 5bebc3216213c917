from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Leave unsigned pre-orders unconfirmed: a payment is no signature."""
        awaiting_signature = self.filtered(
            lambda tx: any(
                order._is_awaiting_signature() for order in tx.sale_order_ids
            )
        )
        return super(
            PaymentTransaction, self - awaiting_signature
        )._check_amount_and_confirm_order()
