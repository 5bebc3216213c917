from markupsafe import Markup

from odoo import models
from odoo.tools import format_amount


class PreorderPurchasePlan(models.Model):
    """What the purchaser is told when a campaign has closed."""

    _inherit = "preorder.purchase.plan"

    def _tell_purchaser(self, campaign):
        """Tell the purchaser that a campaign's demand is final, with the plan.

        :param campaign: the ``preorder.campaign`` that closed
        """
        self.ensure_one()
        user = self.user_id
        plan = self.with_context(lang=user.lang or self.env.lang)
        summary = plan.env._(
            "%(campaign)s has closed: %(amount)s to order",
            campaign=campaign.name,
            amount=format_amount(plan.env, plan.amount_to_order, plan.currency_id),
        )
        plan.message_post(
            body=Markup("<p>%s</p>") % summary,
            subject=summary,
            partner_ids=user.partner_id.ids,
            attachments=plan._get_attachments(),
        )
        plan.activity_schedule(
            "mail.mail_activity_data_todo", user_id=user.id, summary=summary
        )

    def _get_attachments(self):
        """The plan as files: (name, content) pairs."""
        return []
