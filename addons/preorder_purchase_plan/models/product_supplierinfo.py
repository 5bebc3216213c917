from odoo import fields, models


class ProductSupplierinfo(models.Model):
    _inherit = "product.supplierinfo"

    order_multiple = fields.Float(
        "Multiple",
        digits="Product Unit",
        help="The supplier sells only multiples of this quantity, in the supplier's "
        "unit. 0: any quantity.",
    )

    _order_multiple_positive = models.Constraint(
        "CHECK(order_multiple >= 0)", "A multiple cannot be negative."
    )
