from odoo.addons.sale.controllers import portal as sale_portal
from odoo.addons.website_sale.controllers import payment as shop_payment


class PreorderShopPayment(shop_payment.PaymentPortal):
    def _validate_transaction_for_order(self, transaction, sale_order):
        """Check what is paid through the shop's route like what the portal begins."""
        result = super()._validate_transaction_for_order(transaction, sale_order)
        sale_order._check_preorder_payable(amount=transaction.amount)
        return result


class PreorderAmountPortal(sale_portal.CustomerPortal):
    def _get_payment_values(
        self, order_sudo, is_down_payment=False, payment_amount=None, **kwargs
    ):
        """Ask for no more than is still to be paid for a pre-order."""
        values = super()._get_payment_values(
            order_sudo,
            is_down_payment=is_down_payment,
            payment_amount=payment_amount,
            **kwargs,
        )
        if order_sudo.preorder_campaign_id:
            values["amount"] = min(
                values["amount"],
                order_sudo._get_preorder_amount_due(
                    down_payment=is_down_payment and not payment_amount
                ),
            )
        return values
