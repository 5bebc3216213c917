from odoo import models
from odoo.tools import str2bool


class SaleOrder(models.Model):
    """A pre-order's prepayment on its way to the invoice."""

    _inherit = "sale.order"

    def _generate_downpayment_invoices(self):
        """Invoice of a pre-order's payments what earlier invoices have not.

        Odoo invoices all that was paid so far at each payment: after 30 % and 20 % the
        customer would owe 30 % and 50 %.
        """
        preorders = self.filtered("preorder_campaign_id")
        invoices = super(SaleOrder, self - preorders)._generate_downpayment_invoices()
        for order in preorders:
            amount = order.amount_paid - order._get_invoiced_down_payments()
            if order.currency_id.compare_amounts(amount, 0) <= 0:
                continue
            wizard = self.env["sale.advance.payment.inv"].create(
                {
                    "sale_order_ids": order,
                    "advance_payment_method": "fixed",
                    "fixed_amount": amount,
                }
            )
            invoices |= wizard._create_invoices(order)
        return invoices

    def _get_invoiced_down_payments(self) -> float:
        """What down payment invoices ask for, credit notes on them taken off."""
        self.ensure_one()
        lines = self.order_line.filtered("is_downpayment").invoice_lines
        moves = lines.move_id.filtered(
            lambda move: move.state != "cancel" and move._is_downpayment()
        )
        return moves._get_sale_order_invoiced_amount(self)

    def _get_preorder_amount_due(self, *, down_payment=False) -> float:
        """What is still to be paid: of the whole order, or of its prepayment."""
        self.ensure_one()
        wanted = (
            self._get_prepayment_required_amount()
            if down_payment
            else self.amount_total
        )
        return max(0.0, self.currency_id.round(wanted - self.amount_paid))

    def _validate_order(self):
        """Invoice what was paid before the signature, which confirms only now.

        With automatic invoices, Odoo invoices a payment when it comes in, if the order
        is confirmed by then.
        """
        result = super()._validate_order()
        parameters = self.env["ir.config_parameter"].sudo()
        if str2bool(parameters.get_param("sale.automatic_invoice")):
            for order in self.filtered(
                lambda order: order.preorder_campaign_id and order.state == "sale"
            ):
                order._invoice_earlier_payments()
        return result

    def _invoice_earlier_payments(self):
        """Make and post the invoice of payments that came before the confirmation."""
        self.ensure_one()
        transaction = self.sudo().transaction_ids.filtered(
            lambda tx: (
                tx.state == "done"
                and tx.operation != "validation"
                # What is yet to be processed makes its invoice itself.
                and tx.is_post_processed
            )
        )[:1]
        if transaction and not self.sudo().invoice_ids:
            transaction._invoice_sale_orders()
            transaction.invoice_ids.filtered(
                lambda invoice: invoice.state == "draft"
            ).action_post()
