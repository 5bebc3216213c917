from odoo import fields, models


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

    preorder_deliver_paid = fields.Boolean(
        "Deliver Pre-Orders Only Once Paid in Full",
        help="A pre-order with these terms leaves only once the whole order is paid. "
        "Otherwise its prepayment is enough, if it asks for one.",
    )
