from odoo import models


class PreorderPurchasePlan(models.Model):
    _inherit = "preorder.purchase.plan"

    def _prepare_purchase_order(self, lines):
        """Request under the lines' agreement: Odoo takes its prices then."""
        return {
            **super()._prepare_purchase_order(lines),
            "requisition_id": lines[0].seller_id.purchase_requisition_id.id,
        }
