from odoo import models


class PreorderPurchasePlan(models.Model):
    _inherit = "preorder.purchase.plan"

    def action_allocate(self):
        """Open the preview of who gets how much of what the plan has bought."""
        self.ensure_one()
        return self.env["preorder.allocation"]._open(self.campaign_ids)
