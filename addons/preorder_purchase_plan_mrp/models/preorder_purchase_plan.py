from odoo import fields, models
from odoo.exceptions import UserError


class PreorderPurchasePlan(models.Model):
    """Manufacturing orders of exactly what is missing and is made."""

    _inherit = "preorder.purchase.plan"

    to_make_count = fields.Integer(compute="_compute_to_make_count")
    production_count = fields.Integer(compute="_compute_production_count")

    def _compute_to_make_count(self):
        counts = dict(
            self.env["preorder.purchase.plan.line"]._read_group(
                [
                    ("plan_id", "in", self.ids),
                    ("supply", "=", "make"),
                    ("quantity_to_order", ">", 0),
                ],
                ["plan_id"],
                ["__count"],
            )
        )
        for plan in self:
            plan.to_make_count = counts.get(plan._origin, 0)

    def _compute_production_count(self):
        counts = dict(
            self.env["mrp.production"]
            .sudo()
            ._read_group(
                [("preorder_plan_id", "in", self.ids)],
                ["preorder_plan_id"],
                ["__count"],
            )
        )
        for plan in self:
            plan.production_count = counts.get(plan._origin, 0)

    def action_create_productions(self):
        """Make manufacturing orders for exactly what is missing.

        Again makes nothing new: what is on order is no longer missing.
        """
        self.ensure_one()
        self._lock_orders()
        self._update_lines()
        lines = self.line_ids.filtered(
            lambda line: line.supply == "make" and line.quantity_to_order > 0
        )
        if not lines:
            raise UserError(
                self.env._("Nothing to manufacture: all that is made is on order.")
            )
        # As when a route makes them, the purchaser needs no right to manufacture.
        productions = (
            self.env["mrp.production"]
            .sudo()
            .with_company(self.company_id)
            .create(
                [values for line in lines for values in line._prepare_productions()]
            )
        )
        for line in lines:
            line.wanted_when_ordered = line.quantity_wanted
        self.message_post(
            body=self.env._(
                "Manufacturing orders: %s.", ", ".join(productions.mapped("name"))
            )
        )
        self.line_ids._plan_anew()
        return self.action_view_productions()

    def action_view_productions(self):
        """Show the plan's manufacturing orders."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Manufacturing Orders"),
            "res_model": "mrp.production",
            "view_mode": "list,form",
            "domain": [("preorder_plan_id", "=", self.id)],
            "context": {"create": False},
        }

    def _get_names_of_confirmed(self, lines):
        return super()._get_names_of_confirmed(
            lines
        ) + lines.sudo().production_ids.filtered(
            lambda order: order.state != "cancel"
        ).mapped("name")
