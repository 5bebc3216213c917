from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    def cache_invalidation_fields(self):
        """With what saving an order form keeps in memory of a company."""
        return super().cache_invalidation_fields() | {
            "currency_id",
            "tax_calculation_rounding_method",
        }
