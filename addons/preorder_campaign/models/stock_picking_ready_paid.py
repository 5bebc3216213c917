from odoo import models


class StockPicking(models.Model):
    """A delivery that waits for its payment is not told as ready; paid for, it is."""

    _inherit = "stock.picking"

    def _filter_ready_to_tell(self):
        unpaid = {picking.id for picking in self._get_unpaid()}
        return (
            super()
            ._filter_ready_to_tell()
            .filtered(lambda picking: picking.id not in unpaid)
        )

    def action_release_unpaid(self):
        """What a sales manager releases is ready."""
        result = super().action_release_unpaid()
        self._announce_ready()
        return result


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _announce_paid_deliveries(self):
        """Tell customers of deliveries that have waited for nothing but the payment."""
        self.sudo().filtered("preorder_campaign_id").picking_ids._announce_ready()


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _post_process(self):
        result = super()._post_process()
        self.filtered(
            lambda tx: tx.state == "done"
        ).sale_order_ids._announce_paid_deliveries()
        return result


class AccountMove(models.Model):
    _inherit = "account.move"

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        self.line_ids.sale_line_ids.order_id._announce_paid_deliveries()
        return result
