from odoo import api, models


class PreorderTermsMixin(models.AbstractModel):
    """Parts of a campaign that are kept in memory, since every saved cell asks.

    Whatever is made, changed or removed of them, what was kept is forgotten.
    """

    _name = "preorder.terms.mixin"
    _description = "Pre-Order Terms Kept in Memory"

    @api.model_create_multi
    def create(self, vals_list):
        """Forget what was kept in memory."""
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        """Forget what was kept in memory."""
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Forget what was kept in memory."""
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
