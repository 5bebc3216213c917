from odoo import models


class PreorderOrderLine(models.Model):
    _inherit = "preorder.order.line"

    def _prepare_quotation_line_values(self, tier, sequence):
        """Number the lines by which the customer's order names them."""
        values = super()._prepare_quotation_line_values(tier, sequence)
        if self.order_id.oci_session_id:
            values["oci_number"] = sequence
        return values
