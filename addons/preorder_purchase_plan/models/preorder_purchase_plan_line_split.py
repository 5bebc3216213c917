from odoo import models
from odoo.exceptions import UserError


class PreorderPurchasePlanLine(models.Model):
    """Several suppliers for one product."""

    _inherit = "preorder.purchase.plan.line"

    def _split(self, partner, quantity):
        """Buy a part of what is wanted from another supplier.

        :param partner: the supplier
        :param quantity: in the product's unit; the line keeps the rest
        :return: the line of the other supplier
        """
        self.ensure_one()
        line = self.split_of_id or self
        if partner == line.partner_id:
            raise UserError(
                self.env._(
                    "%(product)s is bought from %(supplier)s anyway. Choose another "
                    "supplier for a part of it.",
                    product=line.product_id.display_name,
                    supplier=partner.display_name,
                )
            )
        if quantity <= 0 or quantity > line.quantity_wanted:
            raise UserError(
                self.env._(
                    "Between 0 and %(wanted)g of %(product)s can be bought elsewhere.",
                    wanted=line.quantity_wanted,
                    product=line.product_id.display_name,
                )
            )
        split = self.create(
            {
                "plan_id": line.plan_id.id,
                "product_id": line.product_id.id,
                "picking_type_id": line.picking_type_id.id,
                "week": line.week,
                "split_of_id": line.id,
                "date_needed": line.date_needed,
                "partner_id": partner.id,
                "is_supplier_chosen": True,
                "quantity_split": quantity,
            }
        )
        line.plan_id._update_suppliers()
        return split

    def action_open_split(self):
        """Ask from whom a part is to be bought."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Buy a Part Elsewhere"),
            "res_model": "preorder.purchase.plan.split",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_id": self.id},
        }
