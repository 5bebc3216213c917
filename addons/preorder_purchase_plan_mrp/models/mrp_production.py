from odoo import fields, models


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    preorder_plan_line_id = fields.Many2one(
        "preorder.purchase.plan.line",
        "Plan Line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    preorder_plan_id = fields.Many2one(
        related="preorder_plan_line_id.plan_id",
        string="Purchase Plan",
        store=True,
        index="btree_not_null",
    )

    def _get_backorder_mo_vals(self):
        """The rest of a plan's order is the plan's, too."""
        return {
            **super()._get_backorder_mo_vals(),
            "preorder_plan_line_id": self.preorder_plan_line_id.id,
        }

    def _get_preorder_quantity(self):
        """What the orders make, in the product's unit: what was made, once done."""
        return sum(
            production.product_uom_id._compute_quantity(
                production.qty_produced, production.product_id.uom_id, round=False
            )
            if production.state == "done"
            else production.product_uom_qty
            for production in self
        )
