from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class PreorderTellDates(models.TransientModel):
    """Tell customers of dates that have changed: whom, and in which words."""

    _name = "preorder.tell.dates"
    _description = "Tell Customers of Changed Dates"

    message = fields.Text(help="Added to the mail, in your own words.")
    customer_ids = fields.One2many("preorder.tell.dates.customer", "wizard_id")
    told_count = fields.Integer("Customers to Tell", compute="_compute_told_count")

    @api.depends("customer_ids.tell")
    def _compute_told_count(self):
        for wizard in self:
            wizard.told_count = len(wizard.customer_ids.filtered("tell"))

    @api.model
    def default_get(self, fields):
        """List the customers of the lines that were chosen, or of all that changed.

        A customer hears of all that has changed in a campaign at once, whichever of its
        lines was chosen.
        """
        values = super().default_get(fields)
        lines = self.env["sale.order.line"]
        domain = Domain("preorder_date_change", "!=", False)
        campaign_ids = self.env.context.get("preorder_campaign_ids")
        if campaign_ids:
            domain &= Domain("preorder_campaign_id", "in", campaign_ids)
        groups = lines.search(domain)._group_date_changes()
        if self.env.context.get("active_model") == "sale.order.line":
            chosen = lines.browse(self.env.context.get("active_ids") or [])
            if chosen:
                groups = {key: group for key, group in groups.items() if group & chosen}
        if not groups:
            raise UserError(
                self.env._(
                    "Customers know all these dates already: there is nothing to tell."
                )
            )
        values["customer_ids"] = [
            Command.create(
                {
                    "campaign_id": campaign.id,
                    "partner_id": partner.id,
                    "line_ids": [Command.set(group.ids)],
                }
            )
            for (campaign, partner), group in sorted(
                groups.items(),
                key=lambda item: (item[0][0].id, item[0][1].display_name or ""),
            )
        ]
        return values

    def action_tell(self):
        """Queue one message per customer that is ticked."""
        self.ensure_one()
        lines = self.customer_ids.filtered("tell").line_ids
        if not lines:
            raise UserError(self.env._("Tick the customers that you want to tell."))
        lines.check_access("write")
        notices = lines._announce_date_changes(self.message or "")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("%s customers are told", len(notices)),
                "message": self.env._("All get a mail within a minute."),
                "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class PreorderTellDatesCustomer(models.TransientModel):
    """One customer's message about changed dates, to look at before it is sent."""

    _name = "preorder.tell.dates.customer"
    _description = "Customer to Tell of Changed Dates"

    wizard_id = fields.Many2one(
        "preorder.tell.dates", required=True, ondelete="cascade"
    )
    tell = fields.Boolean(default=True)
    campaign_id = fields.Many2one("preorder.campaign", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True
    )
    email = fields.Char(related="partner_id.email")
    line_ids = fields.Many2many("sale.order.line", readonly=True)
    line_count = fields.Integer("Products", compute="_compute_changes")
    order_names = fields.Char("Orders", compute="_compute_changes")
    summary = fields.Char("Changes", compute="_compute_changes")

    @api.depends("line_ids")
    def _compute_changes(self):
        labels = dict(
            self.env["sale.order.line"]
            ._fields["preorder_date_change"]
            ._description_selection(self.env)
        )
        for customer in self:
            lines = customer.line_ids._origin
            customer.line_count = len(lines)
            customer.order_names = ", ".join(lines.order_id.mapped("name"))
            customer.summary = ", ".join(
                f"{labels[change]}: {len(alike)}"
                for change, alike in lines.grouped("preorder_date_change").items()
                if change
            )
