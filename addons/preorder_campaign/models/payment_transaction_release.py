from odoo import models


class PaymentTransaction(models.Model):
    """A payment releases deliveries whose goods are there."""

    _inherit = "payment.transaction"

    def _post_process(self):
        """Tell customers whose deliveries waited for nothing but this payment."""
        result = super()._post_process()
        paid = self.filtered(lambda transaction: transaction.state == "done")
        paid.sale_order_ids._announce_released()
        return result
