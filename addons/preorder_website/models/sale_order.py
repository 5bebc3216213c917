from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools import formatLang


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _check_preorder_payable(self, *, amount=None):
        """Refuse to begin a payment that a pre-order does not wait for.

        :param amount: what is to be paid, in the order's currency; None if not known
        :raise ValidationError: when its quotation is not signed yet, has expired, is
            cancelled, or is with the office or its order form; when the amount is more
            than what is left to be paid
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
            due = order._get_preorder_amount_due()
            if amount and order.currency_id.compare_amounts(float(amount), due) > 0:
                raise ValidationError(
                    self.env._(
                        "%(amount)s is left to be paid for %(number)s. Please reload "
                        "the page.",
                        amount=formatLang(
                            self.env, due, currency_obj=order.currency_id
                        ),
                        number=order.name,
                    )
                )
