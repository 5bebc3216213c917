from collections import defaultdict

from odoo import models
from odoo.tools import SQL


class SaleOrder(models.Model):
    """What has to be paid before a pre-order's deliveries may leave."""

    _inherit = "sale.order"

    def _announce_released(self):
        """Tell customers whose deliveries are ready, now that something was paid."""
        orders = self.sudo().filtered("preorder_campaign_id")
        orders.picking_ids.filtered(
            lambda picking: picking.state == "assigned"
        )._announce_ready()

    def _get_amount_before_delivery(self) -> float:
        """What the order's terms want paid before anything leaves.

        The whole order where its payment terms say so, its prepayment otherwise.
        """
        self.ensure_one()
        if self.payment_term_id.preorder_deliver_paid:
            return self.amount_total
        return self._get_prepayment_required_amount()

    def _get_unpaid_before_delivery(self):
        """What is still to be paid before deliveries of these pre-orders may leave.

        To be called with the rights of the system: stock users see no payments.

        :return: dict of order → amount in its currency; orders that wait for nothing
            are left out
        """
        missing = {}
        for order in self.filtered("preorder_campaign_id"):
            amount = order._get_amount_before_delivery() - order.amount_paid
            if order.currency_id.compare_amounts(amount, 0) > 0:
                missing[order] = amount
        invoices = self.browse([order.id for order in missing])._get_portal_invoices()
        for order, amount in list(missing.items()):
            amount -= order._get_paid_besides_transactions(
                invoices.get(order.id, self.env["account.move"])
            )
            if order.currency_id.compare_amounts(amount, 0) > 0:
                missing[order] = order.currency_id.round(amount)
            else:
                del missing[order]
        return missing

    def _get_paid_besides_transactions(self, invoices) -> float:
        """What was paid of an order's invoices by other means than its transactions.

        A bank transfer that the accountant has matched, for example. Credit notes take
        off.
        """
        self.ensure_one()
        paid = 0.0
        for invoice in invoices:
            part = 1.0
            if (
                len(invoice.line_ids.sale_line_ids.order_id) > 1
                and invoice.amount_total
            ):
                part = (
                    invoice._get_sale_order_invoiced_amount(self) / invoice.amount_total
                )
            settled = invoice.amount_total - invoice.amount_residual
            paid += invoice.currency_id._convert(
                -invoice.direction_sign * settled * part,
                self.currency_id,
                invoice.company_id,
                invoice.date,
            )
        for line in self.transaction_ids.payment_id.move_id.line_ids:
            if line.account_type == "asset_receivable":
                paid -= line.currency_id._convert(
                    abs(line.amount_currency) - abs(line.amount_residual_currency),
                    self.currency_id,
                    line.company_id,
                    line.date,
                )
        return max(0.0, paid)

    def _get_portal_invoices(self):
        """The invoices of orders, without reading the orders' lines.

        :return: dict of order's id → ``account.move`` that are neither draft nor
            cancelled
        """
        if not self:
            return {}
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model(["state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.order_id, array_agg(DISTINCT move.id ORDER BY move.id)
                  FROM sale_order_line line
                  JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
                  JOIN account_move_line item ON item.id = rel.invoice_line_id
                  JOIN account_move move ON move.id = item.move_id
                 WHERE line.order_id IN %s AND move.state = 'posted'
              GROUP BY line.order_id
                """,
                tuple(self.ids),
            )
        )
        moves = defaultdict(self.env["account.move"].browse)
        every = [move_id for _order, move_ids in rows for move_id in move_ids]
        for order_id, move_ids in rows:
            moves[order_id] = (
                self.env["account.move"].browse(move_ids).with_prefetch(every)
            )
        return dict(moves)
