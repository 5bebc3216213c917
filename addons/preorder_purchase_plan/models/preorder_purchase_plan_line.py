from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import float_round

from .. import plan


class PreorderPurchasePlanLine(models.Model):
    """One variant of a purchase plan: demanded, on order, still to be ordered."""

    _name = "preorder.purchase.plan.line"
    _description = "Pre-Order Purchase Plan Line"
    _order = "plan_id, partner_id, product_id"

    plan_id = fields.Many2one(
        "preorder.purchase.plan", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="plan_id.company_id")
    product_id = fields.Many2one(
        "product.product", required=True, ondelete="restrict", readonly=True
    )
    product_tmpl_id = fields.Many2one(
        related="product_id.product_tmpl_id", store=True, string="Product Template"
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    quantity_confirmed = fields.Float(
        "Confirmed", digits="Product Unit", readonly=True, help="In the product's unit."
    )
    quantity_ordered = fields.Float(
        "On Order",
        digits="Product Unit",
        compute="_compute_quantities",
        help="On this plan's purchase orders that are not cancelled, in the product's "
        "unit.",
    )
    quantity_missing = fields.Float(
        "Missing", digits="Product Unit", compute="_compute_quantities"
    )
    seller_id = fields.Many2one(
        "product.supplierinfo", "Supplier's Price", readonly=True, ondelete="set null"
    )
    partner_id = fields.Many2one(
        "res.partner", "Supplier", readonly=True, ondelete="restrict"
    )
    seller_uom_id = fields.Many2one(
        related="seller_id.product_uom_id", string="Supplier's Unit"
    )
    product_code = fields.Char(
        related="seller_id.product_code", string="Supplier's Code"
    )
    delay = fields.Integer(related="seller_id.delay")
    currency_id = fields.Many2one(related="seller_id.currency_id")
    price = fields.Float(related="seller_id.price", string="Agreed Price")
    discount = fields.Float(related="seller_id.discount")
    quantity_to_order = fields.Float(
        "To Order",
        digits="Product Unit",
        compute="_compute_quantities",
        help="What is missing, added up, then raised to the supplier's minimum and "
        "multiple, in the supplier's unit.",
    )
    quantity_rounded_up = fields.Float(
        "Rounded Up",
        digits="Product Unit",
        compute="_compute_quantities",
        help="Part of what is to be ordered that no customer has asked for.",
    )
    amount = fields.Monetary(compute="_compute_quantities")
    purchase_line_ids = fields.One2many(
        "purchase.order.line", "preorder_plan_line_id", "Purchase Order Lines"
    )

    _product_unique = models.Constraint(
        "UNIQUE(plan_id, product_id)", "A plan has one line for each variant."
    )

    @api.depends(
        "quantity_confirmed",
        "seller_id.price_discounted",
        "seller_id.min_qty",
        "seller_id.order_multiple",
        "purchase_line_ids.product_uom_qty",
        "purchase_line_ids.state",
    )
    def _compute_quantities(self):
        ordered = dict(
            self.env["purchase.order.line"]._read_group(
                Domain("preorder_plan_line_id", "in", self.ids)
                & Domain("state", "!=", "cancel"),
                ["preorder_plan_line_id"],
                ["product_uom_qty:sum"],
            )
        )
        for line in self:
            seller = line.seller_id
            line.quantity_ordered = ordered.get(line, 0.0)
            line.quantity_missing = plan.get_missing(
                line.quantity_confirmed, line.quantity_ordered
            )
            order = plan.get_order_quantity(
                line._to_seller_unit(line.quantity_missing),
                seller.min_qty,
                seller.order_multiple,
            )
            line.quantity_to_order = order.quantity if seller else 0.0
            line.quantity_rounded_up = order.rounded_up if seller else 0.0
            line.amount = line.quantity_to_order * seller.price_discounted

    def _to_seller_unit(self, quantity):
        """A quantity in the supplier's unit: whole dozens, never less."""
        self.ensure_one()
        unit = self.seller_id.product_uom_id
        if not unit or unit == self.product_uom_id:
            return quantity
        return float_round(
            self.product_uom_id._compute_quantity(quantity, unit, round=False),
            precision_rounding=unit._get_smallest_quantity(),
            rounding_method="UP",
        )

    def _update_suppliers(self):
        """Choose each line's supplier as Odoo would for the missing quantity."""
        for line in self:
            seller = line._find_seller()
            if line.seller_id != seller:
                line.seller_id = seller
            if line.partner_id != seller.partner_id:
                line.partner_id = seller.partner_id

    def _find_seller(self):
        """The supplier's price that applies, by quantity, validity and sequence.

        Below every minimum, the supplier with the smallest one: the order is raised
        to it.
        """
        self.ensure_one()
        product = self.product_id.with_company(self.company_id)
        arguments = {
            "date": fields.Date.context_today(self),
            "uom_id": product.uom_id,
        }
        wanted = self.quantity_missing or self.quantity_confirmed
        return product._select_seller(
            quantity=wanted, **arguments
        ) or product._select_seller(quantity=None, ordered_by="min_qty", **arguments)

    def _prepare_purchase_order_line(self):
        """Values of the request's line; price and taxes are Odoo's own."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_qty": self.quantity_to_order,
            "product_uom_id": (self.seller_uom_id or self.product_uom_id).id,
            "preorder_plan_line_id": self.id,
        }
