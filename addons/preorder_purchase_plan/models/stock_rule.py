from odoo import models


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _make_po_get_domain(self, company_id, values, partner):
        """Keep other procurements out of a purchase plan's requests for quotation."""
        domain = super()._make_po_get_domain(company_id, values, partner)
        return (*domain, ("preorder_plan_id", "=", False))
