from odoo import models
from odoo.exceptions import ValidationError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _check_preorder_payable(self):
        """Refuse to begin a payment that a pre-order does not wait for.

        :raise ValidationError: when its quotation is not signed yet, has expired, is
            cancelled, or is with the office or its order form
        """
        for order in self.filtered("preorder_campaign_id"):
            if order._is_preorder_on_hold():
                raise ValidationError(
                    self.env._(
                        "%(number)s is being worked on and cannot be paid now. Please "
                        "try again later.",
                        number=order.name,
                    )
                )
            if order._is_awaiting_signature():
                raise ValidationError(
                    self.env._("Sign %(number)s first, then pay.", number=order.name)
                )
            if order.state == "cancel" or (
                order.state in ("draft", "sent") and order.is_expired
            ):
                raise ValidationError(
                    self.env._(
                        "%(number)s is no longer valid and cannot be paid. Please "
                        "contact us.",
                        number=order.name,
                    )
                )
