import base64

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

_TEMPLATE = "preorder_purchase_plan.mail_template_plan_supplier"
_LAYOUT = "mail.mail_notification_layout_with_responsible_signature"


class PreorderPurchasePlanSupplier(models.Model):
    """A supplier gets its part of the plan by mail."""

    _name = "preorder.purchase.plan.supplier"
    _inherit = ["preorder.purchase.plan.supplier", "mail.thread"]

    date_sent = fields.Datetime(
        "Sent on",
        readonly=True,
        copy=False,
        help="When this supplier was last sent its part of the plan.",
    )

    def action_send(self):
        """Write to the supplier, with its part of the plan on paper and in Excel."""
        self.ensure_one()
        if not self._get_entries():
            raise UserError(
                self.env._(
                    "There is nothing to send to %s: nothing is to be ordered there, "
                    "and nothing is on order.",
                    self.partner_id.display_name,
                )
            )
        template = self.env.ref(_TEMPLATE, raise_if_not_found=False)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send to Supplier"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template.id if template else False,
                "default_composition_mode": "comment",
                "default_email_layout_xmlid": _LAYOUT,
                "email_notification_allow_footer": True,
                "force_email": True,
                "hide_mail_template_management_options": True,
                "model_description": self._in_supplier_s_language().env._(
                    "Purchase Plan"
                ),
                "preorder_mark_sent": True,
            },
        }

    def message_post(self, **kwargs):
        """Remember that the supplier was written to, and say so on the plan."""
        message = super().message_post(**kwargs)
        if self.env.context.get("preorder_mark_sent"):
            self.date_sent = fields.Datetime.now()
            self.plan_id.message_post(
                body=Markup("<p>%s</p>")
                % self.plan_id.env._(
                    "Sent to %(supplier)s: %(subject)s",
                    supplier=Markup(
                        '<a href="#" data-oe-model="%s" data-oe-id="%s">%s</a>'
                    )
                    % (self._name, self.id, self.partner_id.display_name),
                    subject=message.subject or "",
                )
            )
        return message

    def _process_attachments_for_template_post(self, mail_template):
        """Add each supplier's own workbook to the template's mail."""
        template = self.env.ref(_TEMPLATE, raise_if_not_found=False)
        if mail_template != template:
            return {}
        attachments = {}
        for supplier in self:
            name, content = supplier._write_workbook()
            attachments[supplier.id] = {
                "attachments": [(name, base64.b64encode(content))]
            }
        return attachments
