from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    oci_number = fields.Integer(
        "Punchout Line",
        readonly=True,
        copy=False,
        help="The line's number in the basket that was transferred, by which the "
        "customer's order names it.",
    )
    oci_item = fields.Integer(
        "Line in Basket",
        compute="_compute_oci_item",
        help="Its number in the basket: as it was transferred, or as it would be now.",
    )
    oci_product_key = fields.Char(
        "Product as Configured",
        compute="_compute_oci_product_key",
        help="By which the customer's system asks for the product again.",
    )

    @api.depends(
        "oci_number",
        "product_id",
        "display_type",
        "sequence",
        "order_id.order_line.oci_number",
    )
    def _compute_oci_item(self):
        # One pass over each basket: hundreds of lines are asked one by one.
        numbers = {}
        for order in self.order_id:
            lines = order._get_oci_basket_lines()
            if not any(line.oci_number for line in lines):
                numbers.update(zip(lines, range(1, len(lines) + 1), strict=True))
        for line in self:
            line.oci_item = line.oci_number or numbers.get(line, 0)

    @api.depends("product_id", "product_no_variant_attribute_value_ids")
    def _compute_oci_product_key(self):
        for line in self:
            values = line.product_no_variant_attribute_value_ids
            ids = [line.product_id.id, *sorted(values._origin.ids)]
            line.oci_product_key = line.product_id and "-".join(map(str, ids))

    def _get_oci_quantity(self):
        """Return the quantity in the line's unit, without a float's noise."""
        self.ensure_one()
        return Decimal(repr(round(self.product_uom_qty, 6)))

    def _get_oci_amounts(self, basis):
        """Return the price of one unit, and what the whole line comes to.

        :param basis: ``net`` (excluding taxes) or ``gross``
        :return: two ``Decimal``: the price, not rounded to the currency, and the line's
            amount as the quotation has it
        """
        self.ensure_one()
        subtotal = self.price_subtotal if basis == "net" else self.price_total
        digits = self.currency_id.decimal_places
        amount = Decimal(f"{subtotal:.{digits}f}")
        quantity = self._get_oci_quantity()
        if (
            basis == "net"
            and not any(self.tax_ids.flatten_taxes_hierarchy().mapped("price_include"))
        ) or not self.tax_ids:
            # As the quotation reckons; a subtotal is rounded already.
            price = Decimal(repr(round(self.price_unit, 9)))
            price *= 1 - Decimal(repr(round(self.discount, 6))) / 100
            return price, amount
        return (amount / quantity if quantity else Decimal(0)), amount

    def _check_oci_frozen(self):
        """Refuse lines to be added or taken away once the basket is with the customer.

        :raise UserError: that names the order and the remedy
        """
        for order in self.order_id:
            if order._is_oci_frozen():
                raise UserError(
                    self.env._(
                        "%(order)s was transferred to %(system)s as it stands, and "
                        "waits for the customer's order. Cancel it, or change it once "
                        "the order is here.",
                        order=order.name,
                        system=order.sudo().oci_session_id.connection_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_oci_frozen()
        return lines

    @api.ondelete(at_uninstall=False)
    def _unlink_except_oci_frozen(self):
        self._check_oci_frozen()
