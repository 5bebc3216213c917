"""What a connection knows of documents: how orders are confirmed, where answers go."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import ormcache
from odoo.tools.mail import html2plaintext

from odoo.addons.account_edi_ubl_cii.models.account_edi_common import UOM_TO_UNECE_CODE

from .. import ubl


class OciConnection(models.Model):
    _inherit = "oci.connection"

    order_confirmation = fields.Selection(
        [
            ("office", "The office confirms"),
            ("equal", "Confirm at once what is ordered as quoted"),
        ],
        "Customer's Orders",
        default="office",
        required=True,
        help="When the customer's order comes back as a document. What differs from "
        "the quotation always waits for the office.",
    )
    document_email = fields.Char(
        "Documents To",
        help="The address at which the customer's system receives order confirmations "
        "and despatch advices. Empty: they are made to be downloaded.",
    )
    send_order_response = fields.Boolean(
        "Order Confirmation by Itself",
        help="Made and sent when an order is confirmed or rejected.",
    )
    send_despatch_advice = fields.Boolean(
        "Despatch Advice by Itself", help="Made and sent when a delivery is done."
    )

    def _get_ubl_unit(self, uom):
        """Return the code of a unit in UN/ECE Recommendation 20.

        :param uom: ``uom.uom``; an agreed code is used for units that Odoo has no code
            for
        """
        self.ensure_one()
        code = self._get_unece_code(uom.id)
        if not code:
            units = self.sudo().unit_ids
            code = units.filtered(lambda unit: unit.uom_id == uom)[:1].code
        return code or "C62"

    @api.model
    @ormcache("uom_id")
    def _get_unece_code(self, uom_id):
        """Return the code that Odoo's own invoices use for a unit, or ``None``."""
        names = self.env["uom.uom"].sudo().browse(uom_id).get_external_id()
        return UOM_TO_UNECE_CODE.get(names.get(uom_id))

    def _prepare_ubl_item(self, line, item):
        """Return the product of a line as our documents name it.

        :param line: ``sale.order.line``, stored or not
        :param item: ``oci.Item`` of the same line
        :return: ``ubl.Item``
        """
        product = line.product_id.with_context(display_default_code=False)
        category = product.categ_id
        return ubl.Item(
            name=product.display_name or line.name or "",
            # Peppol wants a number of every item.
            seller_id=product.default_code
            or item.values.get("EXT_PRODUCT_ID")
            or line.oci_product_key,
            gtin=product.barcode or "",
            buyer_id=item.values.get("MATNR", ""),
            description=html2plaintext(product.description_sale or ""),
            classifications=tuple(
                (code_list, code)
                for code_list, code in (
                    (ubl.UNSPSC, category.oci_unspsc_code),
                    (ubl.ECLASS, category.oci_eclass_code),
                )
                if code
            ),
        )

    def _send_document(self, record, name, content, title, template):
        """Attach a document to its record, and mail it where there is an address.

        :param record: order or delivery
        :param name: the file's
        :param title: what it is, for the chatter
        :param template: external id of a mail template of the record's model
        :return: ``ir.attachment``
        """
        self.ensure_one()
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": name,
                    "raw": content,
                    "mimetype": "application/xml",
                    "res_model": record._name,
                    "res_id": record.id,
                }
            )
        )
        if self.document_email:
            text = self.env._(
                "%(title)s was sent to %(address)s.",
                title=title,
                address=self.document_email,
            )
        else:
            text = self.env._("%(title)s was made.", title=title)
        record.message_post(
            body=Markup("<p>%s</p>") % text, attachment_ids=attachment.ids
        )
        if self.document_email:
            self.env.ref(template).sudo().send_mail(
                record.id,
                email_values={
                    "email_to": self.document_email,
                    "recipient_ids": [],
                    "attachment_ids": [fields.Command.link(attachment.id)],
                    "auto_delete": False,
                },
            )
        return attachment
