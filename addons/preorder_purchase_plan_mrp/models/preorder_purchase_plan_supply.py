from odoo import models
from odoo.fields import Domain


class PreorderPurchasePlan(models.Model):
    """Manufacturing orders among what a plan receives, and what is on its way."""

    _inherit = "preorder.purchase.plan"

    def _get_receipts(self, warehouse, products):
        received, unreceived = super()._get_receipts(warehouse, products)
        for production in (
            self.env["mrp.production"]
            .sudo()
            .search(
                [
                    ("preorder_plan_id", "in", self.ids),
                    ("product_id", "in", products.ids),
                    ("picking_type_id.warehouse_id", "=", warehouse.id),
                    ("state", "!=", "cancel"),
                ]
            )
        ):
            key = (production.preorder_plan_id.id, production.product_id.id)
            quantities = received if production.state == "done" else unreceived
            quantities[key] += production._get_preorder_quantity()
        return received, unreceived

    def _get_bought_outside(self, warehouse, products, ruled):
        """Add what is being made, for nobody's order."""
        outside, by_rule = super()._get_bought_outside(warehouse, products, ruled)
        for product, quantity in (
            self.env["mrp.production"]
            .sudo()
            ._read_group(
                Domain("product_id", "in", products.ids)
                & Domain("picking_type_id.warehouse_id", "=", warehouse.id)
                & (
                    Domain("preorder_plan_id", "=", False)
                    | Domain("preorder_plan_id.active", "=", False)
                )
                & (
                    Domain("state", "in", ("confirmed", "progress", "to_close"))
                    | Domain("state", "=", "draft")
                    & Domain("product_id", "in", ruled.ids)
                )
                & Domain("move_finished_ids.move_dest_ids", "=", False),
                ["product_id"],
                ["product_uom_qty:sum"],
            )
        ):
            (by_rule if product in ruled else outside)[product.id] += quantity
        return outside, by_rule
