from odoo import fields, models


class PreorderCampaign(models.Model):
    _inherit = "preorder.campaign"

    purchase_plan_ids = fields.Many2many(
        "preorder.purchase.plan",
        "preorder_purchase_plan_campaign_rel",
        string="Purchase Plans",
        copy=False,
    )
    purchase_user_id = fields.Many2one(
        "res.users",
        "Purchaser",
        domain=[("share", "=", False)],
        help="Owns the purchase plan, and is told when the campaign closes.",
        groups="base.group_user",
    )
    picking_type_id = fields.Many2one(
        "stock.picking.type",
        "Receive in",
        check_company=True,
        domain="[('code', '=', 'incoming'), ('company_id', '=', company_id)]",
        help="Where the campaign's goods are received. Empty: the company's usual "
        "place.",
    )

    def action_view_purchase_plan(self):
        """Open the campaign's purchase plan, made on the first look, up to date."""
        self.ensure_one()
        plan = self._get_purchase_plan()
        plan.action_update()
        return {
            "type": "ir.actions.act_window",
            "res_model": "preorder.purchase.plan",
            "res_id": plan.id,
            "view_mode": "form",
        }

    def _get_purchase_plan(self):
        """The campaign's plan; made if there is none."""
        self.ensure_one()
        plans = self.env["preorder.purchase.plan"]
        return self.purchase_plan_ids.filtered("active")[:1] or plans.create(
            {
                "campaign_ids": [fields.Command.link(self.id)],
                "user_id": (self.sudo().purchase_user_id or self.env.user).id,
            }
        )

    def _after_close(self):
        """Bring the plan up to date, and tell the purchaser."""
        result = super()._after_close()
        plan = self.sudo()._get_purchase_plan()
        plan._update_lines()
        plan._tell_purchaser(self)
        return result

    def _get_follow_up_remedy(self):
        return (
            self.env._("The purchase plan was not brought up to date"),
            self.env._(
                "All forms are closed, but the purchase plan could not be brought up "
                "to date, and the purchaser was not told. Open it with “Purchase Plan” "
                "on the campaign; if that fails as well, mend the reason first:"
            ),
        )
