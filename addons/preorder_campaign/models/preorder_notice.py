import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: What customers are told. Each kind has a mail template ``notice_<kind>``.
KINDS = [
    ("opened", "Campaign opened"),
    ("invitation", "Invitation to log in"),
    ("ending", "Campaign ends soon"),
    ("reminder", "Reminder: form not submitted"),
    ("proposal", "Proposal to submit"),
    ("submitted", "Form submitted"),
    ("reviewed", "Quotation reviewed and sent"),
    ("reopened", "Form reopened"),
    ("closed", "Campaign closed, with the result"),
    ("cancelled", "Campaign called off"),
    ("dates", "Dates changed"),
    ("audience", "No longer in the audience"),
    ("shortened", "Gets less than ordered"),
    ("rescheduled", "Delivery dates changed"),
    ("ready", "Delivery ready"),
    ("arrived_in_shop", "Reserved goods arrived in the shop"),
    ("rest_cancelled", "Undelivered goods cancelled"),
]


class PreorderNotice(models.Model):
    """A message that a customer is to get, once: written where something happens.

    Rows are written in the transaction of what happened, so that nothing is told that
    did not happen, and are sent afterwards by a scheduled action. A row is the mark
    that a message was sent, or why it was not.
    """

    _name = "preorder.notice"
    # Customers read it in the mail's heading: "Your …".
    _description = "Pre-Order Message"
    _order = "id desc"

    campaign_id = fields.Many2one(
        "preorder.campaign", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="campaign_id.company_id")
    order_id = fields.Many2one(
        "preorder.order", "Order Form", ondelete="cascade", index="btree_not_null"
    )
    partner_id = fields.Many2one(
        "res.partner", "Recipient", required=True, ondelete="cascade", index=True
    )
    email = fields.Char(related="partner_id.email")
    kind = fields.Selection(KINDS, required=True)
    key = fields.Char(
        required=True,
        default="",
        help="Tells events of one kind apart, such as two changes of the end.",
    )
    message = fields.Text(help="What the office adds in its own words.")
    state = fields.Selection(
        [
            ("queued", "Waiting"),
            ("sending", "Being sent"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("dropped", "No longer needed"),
        ],
        default="queued",
        required=True,
        index=True,
    )
    reason = fields.Char("Why It Failed")
    date_sent = fields.Datetime("Sent on")
    mail_id = fields.Many2one("mail.mail", ondelete="set null", index="btree_not_null")

    _once = models.UniqueIndex(
        "(campaign_id, partner_id, COALESCE(order_id, 0), kind, key)",
        "This customer has been told already.",
    )

    @api.depends_context("preorder_notice_mail", "lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        in_mail = self.env.context.get("preorder_notice_mail")
        for notice in self:
            if in_mail:
                # What the customer reads below "Your Pre-Order Message".
                notice.display_name = notice.campaign_id.name
                continue
            notice.display_name = (
                f"{kinds.get(notice.kind)}: {notice.partner_id.display_name}"
            )

    # Queueing

    @api.model
    def _announce(self, kind, records, *, campaign=None, key="", message=""):
        """Queue a message to customers: each hears of the same event once.

        Call it in the transaction of the event; mails follow after its commit. Asked
        again with the same ``kind`` and ``key``, it changes nothing.

        :param kind: one of :data:`KINDS`
        :param records: order forms (``preorder.order``), each told to its customer, or
            contacts (``res.partner``)
        :param campaign: the campaign; needed for contacts
        :param key: what tells this event from others of its kind (a revision, a date)
        :param message: what the office adds, as plain text
        :return: the new ``preorder.notice`` records
        """
        if not records:
            return self.browse()
        if records._name == "preorder.order":
            targets = [
                (order.campaign_id.id, order.id, order._get_notice_recipient().id, key)
                for order in records.sudo()
            ]
        else:
            targets = [(campaign.id, None, partner.id, key) for partner in records]
        return self._queue(kind, targets, message)

    @api.model
    def _queue(self, kind, targets, message=""):
        """Write down who is to be told what: those who have been told are left out.

        :param targets: list of tuples: id of the campaign, id of the order form or
            ``None``, id of the recipient, key of the event
        :return: the new ``preorder.notice`` records
        """
        if not targets or self.env.context.get("preorder_notice_disable"):
            return self.browse()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO preorder_notice (
                    campaign_id, order_id, partner_id, kind, key, message, state,
                    create_uid, create_date, write_uid, write_date)
                SELECT campaign_id, order_id, partner_id, %(kind)s, key, %(message)s,
                       'queued', %(user)s, %(now)s, %(user)s, %(now)s
                  FROM unnest(%(campaigns)s::int[], %(orders)s::int[],
                              %(partners)s::int[], %(keys)s::varchar[])
                       AS target(campaign_id, order_id, partner_id, key)
                    ON CONFLICT DO NOTHING
             RETURNING id
                """,
                kind=kind,
                message=message or None,
                user=self.env.uid,
                now=self.env.cr.now(),
                campaigns=[target[0] for target in targets],
                orders=[target[1] for target in targets],
                partners=[target[2] for target in targets],
                keys=[target[3] for target in targets],
            )
        )
        if rows:
            self._trigger_sending()
        return self.browse([row[0] for row in rows])

    @api.model
    def _trigger_sending(self):
        self.env.ref("preorder_campaign.cron_send_notices").sudo()._trigger()

    # Sending

    @api.model
    def _cron_send(self):
        """Send what waits, one message a transaction.

        A message is marked as being sent before it is handed to the mail server. If
        the server stops in between, nobody can know whether it arrived: it then counts
        as failed, by name, rather than being sent twice.
        """
        progress = self.env["ir.cron"]._commit_progress
        interrupted = self.search([("state", "=", "sending"), ("mail_id", "=", False)])
        interrupted._fail(
            self.env._(
                "The server stopped while this was being sent. It may have arrived."
            )
        )
        waiting = self.search([("state", "=", "queued")], order="id")
        if not progress(remaining=len(waiting)):
            return
        for notice in waiting:
            # Another process may have taken it, a customer may have been deleted.
            if not notice.try_lock_for_update() or notice.state != "queued":
                if not progress(1):
                    return
                continue
            notice.state = "sending"
            progress()
            notice._send()
            if not progress(1):
                return

    def _send(self):
        """Hand one message to the mail server, or say why that is not possible."""
        self.ensure_one()
        if not self._is_still_needed():
            self.state = "dropped"
            return
        if not self.partner_id.email_normalized:
            self._fail(
                self.env._("No e-mail address.")
                if not self.partner_id.email
                else self.env._("“%s” is no e-mail address.", self.partner_id.email)
            )
            return
        try:
            with self.env.cr.savepoint():
                self._create_mail().send()
        except UserError as error:
            self._fail(str(error))
        except Exception:
            _logger.exception("Message %s could not be made", self.id)
            self._fail(
                self.env._(
                    "The message could not be made. Check its template under Settings."
                )
            )

    def _create_mail(self):
        """The mail, in the customer's language, noted in the form's history."""
        self.ensure_one()
        template = self.env.ref(
            f"preorder_campaign.notice_{self.kind}", raise_if_not_found=False
        )
        if not template or not template.active:
            raise UserError(
                self.env._("There is no template for messages of this kind.")
            )
        place = self._get_history_record()
        mail = template.with_context(preorder_notice_mail=True).send_mail_batch(
            self.ids,
            email_layout_xmlid="mail.mail_notification_light",
            # The message stays in the history when the mail itself is deleted.
            email_values={
                "is_notification": True,
                "attachment_ids": [
                    Command.link(document.id) for document in self._make_documents()
                ],
            },
        )
        mail.mail_message_id.write(
            {
                "model": place._name,
                "res_id": place.id,
                "subtype_id": self.env.ref("mail.mt_note").id,
            }
        )
        self.mail_id = mail
        return mail

    def _get_history_record(self):
        """The record in whose history the message is kept."""
        self.ensure_one()
        return self.order_id or self.partner_id

    def _make_documents(self):
        """What goes with the message: of a submitted form, its quotation on paper.

        While the office looks at it, and for a shop of our own, the form itself.

        :return: ``ir.attachment``
        """
        self.ensure_one()
        if self.kind != "submitted":
            return self.env["ir.attachment"]
        order = self.order_id.with_context(lang=self.partner_id.lang)
        quotation = order.sale_order_id
        if quotation and not quotation._is_preorder_on_hold():
            report, record = "sale.report_saleorder", quotation
        elif order.is_own_shop:
            report, record = "preorder_campaign.report_preorder_order_quantities", order
        else:
            report, record = "preorder_campaign.report_preorder_order", order
        content, kind = (
            self.env["ir.actions.report"]
            .with_context(lang=self.partner_id.lang)
            ._render_qweb_pdf(report, record.ids)
        )
        return self.env["ir.attachment"].create(
            {
                "name": f"{record.name}.{kind}",
                "raw": content,
                "res_model": "mail.message",
            }
        )

    def _is_still_needed(self) -> bool:
        """Whether what the message says still holds when it is to be sent."""
        self.ensure_one()
        if self.kind in ("reminder", "ending", "proposal"):
            return self.order_id.state == "draft" and self.campaign_id.state == "open"
        if self.kind in ("opened", "invitation"):
            return self.campaign_id.state == "open"
        return True

    def _fail(self, reason: str):
        # Of a template's error, the first line tells what is wrong.
        [line, *_trace] = reason.strip().splitlines() or [""]
        self.write({"state": "failed", "reason": line[:300]})

    def _set_sent(self):
        self.write(
            {"state": "sent", "reason": False, "date_sent": fields.Datetime.now()}
        )

    def action_send_again(self):
        """Queue failed messages again, and invitations whose links may have expired."""
        self.filtered(
            lambda notice: (
                notice.state == "failed"
                or (notice.state == "sent" and notice.kind == "invitation")
            )
        ).write({"state": "queued", "reason": False, "mail_id": False})
        self._trigger_sending()

    # What templates ask

    def _get_url(self) -> str:
        """Where the message's button leads."""
        self.ensure_one()
        campaign = self.campaign_id
        path = (self.order_id or campaign)._get_customer_url()
        if self.kind == "invitation":
            return self.partner_id._get_signup_url_for_action(url=path)[
                self.partner_id.id
            ]
        return campaign.get_base_url() + path

    def _get_details_html(self):
        """What a message tells in figures; addons that announce such a kind override.

        :return: markup, or nothing
        """
        self.ensure_one()
        return ""

    def _get_contact_html(self):
        """Whom to ask: the responsible's name, phone and e-mail."""
        self.ensure_one()
        user = self.order_id.user_id or self.campaign_id.user_id
        return self.env["ir.qweb"]._render(
            "preorder_campaign.notice_contact",
            {"contact": user.partner_id, "company": self.company_id},
        )
