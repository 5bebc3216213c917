from odoo import api, models


class PreorderNotice(models.Model):
    _inherit = "preorder.notice"

    @api.model
    def _announce(self, kind, records, **options):
        """Tell nobody of a form that is with the customer's system.

        Its buyer is known over there, not here. From the confirmation on, the customer
        hears of it like of any other.
        """
        if records and records._name == "preorder.order":
            records = records.filtered(
                lambda form: (
                    not form.sudo().oci_session_id
                    or form.sudo().state not in ("draft", "submitted")
                )
            )
        return super()._announce(kind, records, **options)
