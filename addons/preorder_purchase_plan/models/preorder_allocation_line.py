from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class PreorderAllocationLine(models.Model):
    """What one demand gets of one product: an order's line, or an own shop's move.

    Quantities are in the product's unit.
    """

    _name = "preorder.allocation.line"
    _description = "Pre-Order Allocation Line"
    _order = "allocation_id, product_id, confirmed_at, id"

    allocation_id = fields.Many2one(
        "preorder.allocation", required=True, ondelete="cascade", index=True
    )
    state = fields.Selection(related="allocation_id.state")
    company_id = fields.Many2one(related="allocation_id.company_id")
    warehouse_id = fields.Many2one(
        related="allocation_id.warehouse_id", store=True, precompute=True
    )
    item_id = fields.Many2one(
        "preorder.allocation.product", required=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one(
        related="item_id.product_id", store=True, precompute=True
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    sale_line_id = fields.Many2one(
        "sale.order.line",
        "Order Line",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    move_id = fields.Many2one(
        "stock.move",
        "Move to a Shop",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Of an own shop's order form. Moves split off from it count with it.",
    )
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    origin = fields.Char("Order", readonly=True)
    delivery_date = fields.Date("Delivery", readonly=True)
    confirmed_at = fields.Datetime("Confirmed on", readonly=True)
    label_priority = fields.Integer(
        "Priority",
        readonly=True,
        help="The place of the customer's label in the campaign's list. 1 comes first.",
    )
    quantity_demanded = fields.Float("Ordered", digits="Product Unit", readonly=True)
    quantity_delivered = fields.Float(
        "Delivered",
        digits="Product Unit",
        readonly=True,
        help="Has left the stock already, also if it is picked and not shipped yet.",
    )
    quantity_held = fields.Float(
        "Allocated Earlier",
        digits="Product Unit",
        readonly=True,
        help="By earlier allocations, and not delivered yet.",
    )
    quantity_wanted = fields.Float(
        "Open",
        digits="Product Unit",
        readonly=True,
        help="What is still to be allocated: ordered, not delivered, not allocated "
        "earlier.",
    )
    multiple = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="It gets only whole multiples of so much, or all that is open.",
    )
    quantity = fields.Float("Allocated", digits="Product Unit")
    quantity_remaining = fields.Float(
        "Remaining",
        digits="Product Unit",
        compute="_compute_quantity_remaining",
        store=True,
        help="Open and not allocated.",
    )
    is_fixed = fields.Boolean(
        "By Hand", help="Somebody has typed this quantity: sharing out keeps it."
    )
    is_applied = fields.Boolean(readonly=True, copy=False)
    is_firm = fields.Boolean(
        readonly=True,
        help="Shared out of goods that were in stock, not of expected ones.",
    )
    quantity_taken = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="What the demand had taken from stock when the allocation was applied.",
    )

    _applied_idx = models.Index("(product_id, warehouse_id) WHERE is_applied IS TRUE")
    _quantity_positive = models.Constraint(
        "CHECK(quantity >= 0)", "Nobody can be allocated less than nothing."
    )

    @api.depends("quantity", "quantity_wanted")
    def _compute_quantity_remaining(self):
        for line in self:
            line.quantity_remaining = max(0.0, line.quantity_wanted - line.quantity)

    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.origin}: {line.product_id.display_name}"

    @api.onchange("quantity")
    def _onchange_quantity(self):
        self.is_fixed = True

    @api.constrains("quantity")
    def _check_quantity(self):
        for line in self:
            if line.product_uom_id.compare(line.quantity, line.quantity_wanted) > 0:
                raise ValidationError(
                    self.env._(
                        "%(origin)s waits for %(wanted)g of %(product)s and cannot get "
                        "%(quantity)g.",
                        origin=line.origin,
                        wanted=line.quantity_wanted,
                        product=line.product_id.display_name,
                        quantity=line.quantity,
                    )
                )
            if not line.product_uom_id._is_countable(line.quantity):
                raise ValidationError(
                    self.env._(
                        "%(origin)s cannot get %(quantity)g of %(product)s: it comes "
                        "in whole units.",
                        origin=line.origin,
                        quantity=line.quantity,
                        product=line.product_id.display_name,
                    )
                )

    def write(self, vals):
        """What a person types stays, and is typed in previews only."""
        typed = {"quantity", "is_fixed"} & vals.keys()
        if typed and not self.env.context.get("preorder_allocating"):
            for allocation in self.allocation_id:
                allocation._check_is_draft()
            if "quantity" in vals:
                vals = {"is_fixed": True, **vals}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        if any(self.mapped("is_applied")):
            raise UserError(
                self.env._("Goods are held by this line. Undo the allocation first.")
            )

    def _get_demand(self):
        """Whose it is: what ``stock.move._get_preorder_demand`` answers, too."""
        self.ensure_one()
        if self.sale_line_id:
            return ("line", self.sale_line_id.id)
        return ("move", self.move_id.id)
