from odoo import fields, models


class OciOrderDocument(models.Model):
    _name = "oci.order.document"
    _description = "Punchout Order Document"
    _order = "id desc"
    _rec_name = "number"

    order_id = fields.Many2one(
        "sale.order", "Quotation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    currency_id = fields.Many2one(related="order_id.currency_id")
    number = fields.Char("Customer's Order", required=True)
    issue_date = fields.Date("Of")
    note = fields.Text("Customer's Note")
    attachment_id = fields.Many2one("ir.attachment", "File", ondelete="restrict")
    fingerprint = fields.Char(
        required=True, help="By which the same document is known when it comes again."
    )
    state = fields.Selection(
        [
            ("waiting", "To Confirm"),
            ("accepted", "Confirmed"),
            ("refused", "Rejected"),
            ("replaced", "Replaced by a Newer One"),
            ("ignored", "Came after the Confirmation"),
        ],
        required=True,
    )
    is_equal = fields.Boolean("As Quoted")
    line_ids = fields.One2many("oci.order.document.line", "document_id", "Lines")
    _fingerprint_once = models.UniqueIndex("(order_id, fingerprint)")
