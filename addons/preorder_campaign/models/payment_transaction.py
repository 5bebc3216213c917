from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Leave unsigned pre-orders unconfirmed: a payment is no signature.

        Nor does it end the office's review or a change that is under way.
        """
        waiting = self.filtered(
            lambda tx: any(
                order._is_awaiting_signature() or order._is_preorder_on_hold()
                for order in tx.sale_order_ids
            )
        )
        return super(
            PaymentTransaction, self - waiting
        )._check_amount_and_confirm_order()
