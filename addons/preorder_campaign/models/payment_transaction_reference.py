from odoo import api, models


class PaymentTransaction(models.Model):
    """Payments for pre-orders are known by the number of the order form."""

    _inherit = "payment.transaction"

    def _compute_sale_order_reference(self, order):
        """A transfer's communication is the form's number, whatever the provider says.

        The customer has that number on the form, the quotation and the order; the
        journal may still turn it into a national form of reference.
        """
        if not order.preorder_campaign_id:
            return super()._compute_sale_order_reference(order)
        journal = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", order.company_id.id)], limit=1
        )
        if not journal:
            return order.name
        return journal._process_reference_for_sale_order(order.name)

    @api.model
    def _compute_reference(self, provider_code, prefix=None, separator="-", **kwargs):
        """References of payments for pre-orders begin with the quotation's number."""
        commands = prefix and kwargs.get("sale_order_ids")
        if commands:
            order_ids = self._fields["sale_order_ids"].convert_to_cache(commands, self)
            orders = self.env["sale.order"].sudo().browse(order_ids).exists()
            if orders.preorder_campaign_id:
                number = separator.join(orders.mapped("name"))
                if not prefix.startswith(number):
                    prefix = f"{number}{separator}{prefix}"
        return super()._compute_reference(
            provider_code, prefix=prefix, separator=separator, **kwargs
        )
