from datetime import timedelta

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext

#: What a person may ask about one form in a while, so that nobody floods the office.
_QUESTIONS = 5
_QUESTIONS_WITHIN = timedelta(minutes=10)
_QUESTION_LENGTH = 2000
#: Messages that the order form shows.
_SHOWN_MESSAGES = 20


class PreorderOrder(models.Model):
    """Whom to ask about an order form, the answers, and proposals to its customer."""

    _inherit = "preorder.order"

    def _render_form_pdf(self, *, with_prices):
        """The form on paper.

        :return: (content, its kind)
        """
        report = "report_preorder_order"
        if not with_prices:
            report += "_quantities"
        return (
            self.env["ir.actions.report"]
            .sudo()
            ._render_qweb_pdf(f"preorder_campaign.{report}", self.ids)
        )

    # Questions

    def _ask(self, user, message: str):
        """Ask the office: noted on the form, and its salesperson is told.

        :raise UserError: for an empty or too long message, and when too many were sent
        """
        self.ensure_one()
        text = message.strip()
        if not text:
            raise UserError(self.env._("Write your question first."))
        if len(text) > _QUESTION_LENGTH:
            raise UserError(
                self.env._(
                    "Please ask in at most %s characters.", f"{_QUESTION_LENGTH:,}"
                )
            )
        recent = self.env["mail.message"].search_count(
            self._get_conversation_domain()
            & Domain("author_id", "=", user.partner_id.id)
            & Domain("create_date", ">", self.env.cr.now() - _QUESTIONS_WITHIN)
        )
        if recent >= _QUESTIONS:
            raise UserError(
                self.env._(
                    "You have sent several messages just now. Please wait some "
                    "minutes, or call us."
                )
            )
        # The answer reaches who asked.
        self.message_subscribe(partner_ids=user.partner_id.ids)
        contact = self.user_id or self.campaign_id.user_id
        self.message_post(
            body=Markup("<br/>").join(text.splitlines()),
            author_id=user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=contact.partner_id.ids,
        )

    def _get_conversation_domain(self) -> Domain:
        """Questions and answers about the form, without the office's own notes."""
        self.ensure_one()
        return (
            Domain("model", "=", self._name)
            & Domain("res_id", "=", self.id)
            & Domain("message_type", "in", ("comment", "email"))
            & Domain("subtype_id.internal", "=", False)
            & Domain("subtype_id", "!=", False)
            & Domain("is_internal", "=", False)
        )

    def _get_conversation(self, user):
        """Questions and answers, the oldest first.

        :return: list of dicts: ``author``, ``mine``, ``at`` (UTC, as text), ``text``
        """
        if not self:
            return []
        messages = self.env["mail.message"].search(
            self._get_conversation_domain(), order="id desc", limit=_SHOWN_MESSAGES
        )
        return [
            {
                "id": message.id,
                "author": message.author_id.name or message.email_from or "",
                "mine": message.author_id == user.partner_id,
                "at": message.date.isoformat(timespec="seconds"),
                "text": html2plaintext(message.body).strip(),
            }
            for message in reversed(messages)
        ]

    # Proposals

    def action_send_proposal(self):
        """Send what the office has filled in to the customer, who submits it."""
        self.check_access("write")
        now = self.env["preorder.campaign"]._now()
        for order in self:
            order.sudo()._send_proposal("", now)

    def _send_proposal(self, message: str, now):
        """Tell the customer what a representative proposes, for it to submit.

        :param message: what the representative adds, as plain text
        :raise UserError: in the representative's words
        """
        self.ensure_one()
        customer = self._get_notice_recipient()
        if self.state != "draft" or not self.campaign_id._is_open(now):
            raise UserError(
                self.env._("Only a form that can still be submitted is a proposal.")
            )
        if not self.line_count:
            raise UserError(self.env._("Enter a quantity first: the form is empty."))
        if not customer.email_normalized:
            raise UserError(
                self.env._(
                    "%s has no e-mail address. Enter it on the contact first.",
                    customer.display_name,
                )
            )
        if not customer.user_ids:
            raise UserError(
                self.env._(
                    "%s has no log-in to see the form. Invite the contact from the "
                    "campaign first.",
                    customer.display_name,
                )
            )
        told = self.env["preorder.notice"]._announce(
            "proposal",
            self,
            # The same state of the form is proposed once.
            key=str(self.date_last_change),
            message=message.strip()[:_QUESTION_LENGTH],
        )
        if not told:
            raise UserError(
                self.env._(
                    "This proposal has been sent already. Nothing has changed since."
                )
            )
        self.message_post(
            body=self.env._("Sent to %s as a proposal.", customer.display_name)
        )


class PreorderCampaign(models.Model):
    _inherit = "preorder.campaign"

    def _get_contact_values(self, filling, user):
        """Whom the order form names for questions, and what was asked so far.

        :return: dict: ``name``, ``phone``, ``email``; ``ask``, whether the form takes
            questions once it is begun (its reader is no colleague of the contact);
            ``messages``, as ``_get_conversation`` gives them; ``propose``, whether the
            reader may send it to the customer as a proposal once it is begun
        """
        self.ensure_one()
        order, partner = filling.order, filling.partner
        contact = (
            order.user_id
            or partner.user_id
            or partner.commercial_partner_id.user_id
            or self.user_id
        ).partner_id
        return {
            "name": contact.name or self.company_id.name,
            "phone": contact.phone or self.company_id.phone or "",
            "email": contact.email or self.company_id.email or "",
            "ask": not filling.by_office,
            "messages": order._get_conversation(user),
            "propose": filling.on_behalf and filling.can_edit,
        }
