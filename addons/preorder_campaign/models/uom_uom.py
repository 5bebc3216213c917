from odoo import api, models, tools

from .. import cells


class UomUom(models.Model):
    _inherit = "uom.uom"

    def _is_countable(self, quantity) -> bool:
        """Whether a quantity makes sense in this unit."""
        return cells.is_whole_multiple(quantity, self._get_smallest_quantity())

    def _get_smallest_quantity(self) -> float:
        """The smallest quantity of this unit that is traded.

        Pieces, and what counts pieces (dozens, packs), come whole. Lengths, weights and
        times come as finely as the database's precision for product units.
        """
        self.ensure_one()
        return self._find_smallest_quantity(self.id)

    def write(self, vals):
        """Forget what was kept in memory of units."""
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache("uom_id")
    def _find_smallest_quantity(self, uom_id):
        uom = self.browse(uom_id)
        piece = self.env.ref("uom.product_uom_unit", raise_if_not_found=False)
        root = int((uom.parent_path or f"{uom.id}/").split("/")[0])
        return 1.0 if piece and root == piece.id else uom.rounding
