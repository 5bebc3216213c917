from odoo import models


class AccountMove(models.Model):
    """A paid invoice releases deliveries whose goods are there."""

    _inherit = "account.move"

    def _invoice_paid_hook(self):
        """Tell customers whose deliveries waited for nothing but this payment."""
        result = super()._invoice_paid_hook()
        self.invoice_line_ids.sale_line_ids.order_id._announce_released()
        return result
