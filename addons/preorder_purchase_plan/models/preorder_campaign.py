from odoo import fields, models


class PreorderCampaign(models.Model):
    _inherit = "preorder.campaign"

    purchase_plan_ids = fields.Many2many(
        "preorder.purchase.plan",
        "preorder_purchase_plan_campaign_rel",
        string="Purchase Plans",
        copy=False,
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
        plan = self.purchase_plan_ids[:1] or self.env["preorder.purchase.plan"].create(
            {"campaign_ids": [fields.Command.link(self.id)]}
        )
        plan.action_update()
        return {
            "type": "ir.actions.act_window",
            "res_model": "preorder.purchase.plan",
            "res_id": plan.id,
            "view_mode": "form",
        }
