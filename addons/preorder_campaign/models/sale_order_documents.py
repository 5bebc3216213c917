from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain


class SaleOrder(models.Model):
    """A pre-order's documents are printed and mailed in the background.

    The PDF of a thousand lines takes several seconds; the customer who signs does not
    wait for it.
    """

    _inherit = "sale.order"

    preorder_signatory_id = fields.Many2one(
        "res.partner",
        "Signed Document to Be Filed for",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Who has signed; the signed document is still to be filed.",
    )
    preorder_pending_template_ids = fields.Many2many(
        "mail.template",
        "preorder_pending_mail_rel",
        "order_id",
        "template_id",
        "Mails to Be Sent",
        copy=False,
        readonly=True,
    )

    def _sign_preorder(self, name, signature, signatory):
        """Sign the quotation as its customer, and confirm it if nothing is to be paid.

        :param name: of the person who signs, as typed
        :param signature: picture, base64
        :param signatory: ``res.partner`` record of that person
        :raise TypeError, binascii.Error: if the picture is none
        """
        self.ensure_one()
        self.write(
            {
                "signed_by": name,
                "signed_on": fields.Datetime.now(),
                "signature": signature,
                "preorder_signatory_id": signatory.id,
            }
        )
        # What is no picture is refused now.
        self.flush_recordset(["signature"])
        if not self._has_to_be_paid():
            self._validate_order()
        self._trigger_background("documents")

    def _send_order_notification_mail(self, mail_template, **options):
        # Passed on as it came: Odoo's own tests look at how it was called.
        self.ensure_one()
        if (
            mail_template
            and options.get("allow_deferred_sending", True)
            and self.preorder_campaign_id
            and not self.env.context.get("preorder_inline")
        ):
            self.sudo().preorder_pending_template_ids += mail_template.sudo()
            self._trigger_background("documents")
            return None
        return super()._send_order_notification_mail(mail_template, **options)

    def _action_cancel(self):
        # A confirmation of what is cancelled is not sent any more.
        self.sudo().filtered(
            "preorder_pending_template_ids"
        ).preorder_pending_template_ids = False
        return super()._action_cancel()

    @api.model
    def _cron_send_preorder_documents(self):
        """File signed documents and send mails, each exactly once."""
        self._do_in_background(
            "documents",
            (
                Domain("preorder_signatory_id", "!=", False),
                lambda order: order._file_signed_document(),
            ),
            (
                Domain("preorder_pending_template_ids", "!=", False),
                lambda order: order._send_pending_mails(),
            ),
        )

    def _file_signed_document(self):
        """Attach the signed document to the order's messages, as its customer."""
        self.ensure_one()
        order = self.with_user(SUPERUSER_ID)
        if not order.signature:
            # Changed meanwhile, which voids the signature.
            order.preorder_signatory_id = False
            return
        content, _type = order.env["ir.actions.report"]._render_qweb_pdf(
            "sale.action_report_saleorder", order.ids
        )
        order.message_post(
            attachments=[(f"{order.name}.pdf", content)],
            author_id=order.preorder_signatory_id.id,
            body=order.with_context(
                lang=order.preorder_signatory_id.lang or order.env.lang
            ).env._("Order signed by %(name)s", name=order.signed_by),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        order.preorder_signatory_id = False

    def _send_pending_mails(self):
        """Send the mails that were put off."""
        self.ensure_one()
        for template in self.preorder_pending_template_ids:
            self._send_order_notification_mail(template, allow_deferred_sending=False)
        self.preorder_pending_template_ids = False
