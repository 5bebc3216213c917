from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Mark messages to pre-order customers as sent or failed, with the reason."""
        notices = (
            self.env["preorder.notice"].sudo().search([("mail_id", "in", self.ids)])
        )
        if notices and failure_type:
            reason = failure_reason or self[:1].failure_reason
            notices._fail(reason or self.env._("The mail server refused it."))
        elif notices:
            notices._set_sent()
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason, failure_type
        )
