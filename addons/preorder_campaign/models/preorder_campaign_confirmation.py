from odoo import api, fields, models

#: How a confirmation mode works: signature asked, payment asked.
_CONFIRMATION = {
    "salesperson": (False, False),
    "click": (False, False),
    "signature": (True, False),
    "payment": (False, True),
    "signature_payment": (True, True),
    "direct": (False, True),
}


class PreorderCampaign(models.Model):
    """How order forms become confirmed orders, and what happens to those that don't."""

    _inherit = "preorder.campaign"

    review_required = fields.Boolean(
        "Office Reviews First",
        help="Submitted order forms wait in the queue “To Review”. The customer can "
        "confirm a quotation once the office has sent it.",
    )
    confirmation = fields.Selection(
        [
            ("salesperson", "By the salesperson"),
            ("click", "By the customer, with a click"),
            ("signature", "By the customer's signature"),
            ("payment", "By the customer's prepayment"),
            ("signature_payment", "By signature and prepayment"),
            ("direct", "Directly, with online payment"),
        ],
        default="signature",
        required=True,
        tracking=True,
        help="What makes a quotation an order. Directly: the customer pays the whole "
        "total at once, without a quotation in between.",
    )
    require_signature = fields.Boolean(compute="_compute_requirements")
    require_payment = fields.Boolean(compute="_compute_requirements")
    prepayment_percent = fields.Float(
        "Prepayment", default=1.0, help="Part of the total to be paid to confirm."
    )
    confirm_until = fields.Date(
        "Last Date to Confirm",
        help="The quotations made from order forms are valid until this day. "
        "Empty: as set for all quotations.",
    )
    allow_multiple_forms = fields.Boolean(
        "Several Order Forms",
        help="A customer who has submitted an order form may begin another one. "
        "Otherwise each customer has one form.",
    )
    closing_outcome = fields.Selection(
        [
            ("keep", "Are kept, closed"),
            ("submit", "Are submitted for the customer"),
            ("cancel", "Are cancelled"),
        ],
        "Forms Not Submitted at the End",
        default="keep",
        required=True,
    )
    reminder_interval_days = fields.Integer(
        "Days Between Reminders",
        default=7,
        help="A customer is reminded of the same form at most once in so many days.",
    )
    ending_notice_days = fields.Integer(
        "Notice Before the End (Days)",
        default=3,
        help="So many days before the end, customers with a form that is not submitted "
        "are told. 0: no notice.",
    )

    _prepayment_range = models.Constraint(
        "CHECK(prepayment_percent > 0 AND prepayment_percent <= 1)",
        "The prepayment must be above 0 % and at most 100 % of the total.",
    )
    _reminder_days_positive = models.Constraint(
        "CHECK(reminder_interval_days > 0 AND ending_notice_days >= 0)",
        "Reminders lie at least one day apart; the notice before the end cannot be "
        "negative.",
    )

    @api.depends("confirmation")
    def _compute_requirements(self):
        for campaign in self:
            signature, payment = _CONFIRMATION.get(
                campaign.confirmation, (False, False)
            )
            campaign.require_signature = signature
            campaign.require_payment = payment

    def _get_prepayment_percent(self) -> float:
        """The part of a quotation's total to be paid to confirm it, 0–1."""
        self.ensure_one()
        return 1.0 if self.confirmation == "direct" else self.prepayment_percent
