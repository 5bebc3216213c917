from collections import defaultdict

from odoo import api, fields, models


class PreorderAllocationProduct(models.Model):
    """One product of an allocation: how much there is, and what remains of it."""

    _name = "preorder.allocation.product"
    _description = "Pre-Order Allocation Product"
    _order = "allocation_id, product_id"

    allocation_id = fields.Many2one(
        "preorder.allocation", required=True, ondelete="cascade", index=True
    )
    state = fields.Selection(related="allocation_id.state")
    company_id = fields.Many2one(related="allocation_id.company_id")
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="restrict", index=True
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    line_ids = fields.One2many("preorder.allocation.line", "item_id")
    multiple = fields.Float(
        digits="Product Unit",
        help="Share out only whole multiples of so much, a pack for example. 0: as it "
        "was ordered, by the piece or by the dozen.",
    )
    quantity_supply = fields.Float(
        "Available",
        digits="Product Unit",
        readonly=True,
        help="In stock, or ordered by choice, and held for nobody else.",
    )
    quantity_wanted = fields.Float("Open", digits="Product Unit", readonly=True)
    quantity = fields.Float(
        "Allocated", digits="Product Unit", compute="_compute_quantity"
    )
    quantity_left = fields.Float(
        "What Remains", digits="Product Unit", compute="_compute_quantity"
    )
    quantity_short = fields.Float(
        "Short", digits="Product Unit", compute="_compute_quantity"
    )

    _product_unique = models.Constraint(
        "UNIQUE(allocation_id, product_id)",
        "An allocation shares out a product once.",
    )
    _multiple_positive = models.Constraint(
        "CHECK(multiple >= 0)", "A multiple cannot be negative."
    )

    @api.depends(
        "quantity_supply", "quantity_wanted", "allocation_id.line_ids.quantity"
    )
    def _compute_quantity(self):
        allocated = defaultdict(float)
        for line in self.allocation_id.line_ids:
            allocated[line.item_id._origin.id] += line.quantity
        for item in self:
            quantity = allocated[item._origin.id]
            item.quantity = quantity
            item.quantity_left = item.quantity_supply - quantity
            item.quantity_short = max(0.0, item.quantity_wanted - quantity)

    def action_view_lines(self):
        """Show who gets how much of this product."""
        self.ensure_one()
        action = self.allocation_id.action_view_lines()
        action["name"] = self.product_id.display_name
        action["domain"] = [("item_id", "=", self.id)]
        action["context"] = {"create": False}
        return action
