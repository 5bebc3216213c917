from odoo import api, fields, models


class OciOrderDocumentLine(models.Model):
    _name = "oci.order.document.line"
    _description = "Punchout Order Document Line"
    _order = "document_id, sequence, id"

    document_id = fields.Many2one(
        "oci.order.document", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="document_id.currency_id")
    sequence = fields.Integer()
    reference = fields.Char("Line", help="The line's number in the customer's order.")
    sale_line_id = fields.Many2one("sale.order.line", ondelete="set null")
    product_id = fields.Many2one(
        "product.product", "Product of Ours", ondelete="set null"
    )
    name = fields.Char("Product")
    changes = fields.Char(help="What differs, as codes: the difference tells it.")
    difference = fields.Char(compute="_compute_difference")
    quoted_quantity = fields.Float("Quoted", digits="Product Unit")
    ordered_quantity = fields.Float("Ordered", digits="Product Unit")
    quoted_unit = fields.Char()
    ordered_unit = fields.Char()
    quoted_price = fields.Float("Price Quoted", min_display_digits="Product Price")
    ordered_price = fields.Float("Price Ordered", min_display_digits="Product Price")
    has_ordered_price = fields.Boolean()

    @api.depends("changes", "product_id")
    def _compute_difference(self):
        texts = {
            "added": self.env._("Added"),
            "missing": self.env._("Not ordered"),
            "quantity": self.env._("Quantity"),
            "price": self.env._("Price"),
        }
        for line in self:
            found = [texts[code] for code in texts if code in line._get_changes()]
            if "unit" in line._get_changes():
                found.append(
                    self.env._(
                        "Unit (%(ordered)s for %(quoted)s)",
                        ordered=line.ordered_unit,
                        quoted=line.quoted_unit,
                    )
                )
            if "added" in line._get_changes() and not line.product_id:
                found.append(self.env._("unknown product"))
            line.difference = ", ".join(found)

    def _get_changes(self):
        """Return how the line differs, as ``ubl_order.Comparison`` says it."""
        self.ensure_one()
        return frozenset((self.changes or "").split(",")) - {""}
