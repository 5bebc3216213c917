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

        A customer, or a shop of ours, hears of all that has changed in a campaign at
        once, whichever of its lines was chosen.
        """
        values = super().default_get(fields)
        groups = {
            **self._get_date_changes("sale.order.line", "preorder_campaign_id"),
            **self._get_date_changes(
                "stock.move", "picking_id.preorder_order_id.campaign_id"
            ),
        }
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
                    "line_ids" if group._name == "sale.order.line" else "move_ids": [
                        Command.set(group.ids)
                    ],
                }
            )
            for (campaign, partner), group in sorted(
                groups.items(),
                key=lambda item: (item[0][0].id, item[0][1].display_name or ""),
            )
        ]
        return values

    def _get_date_changes(self, model, campaign_field):
        """What changed of lines or of own shops' moves, as far as it is asked for.

        :param model: ``sale.order.line`` or ``stock.move``
        :param campaign_field: the path from there to the campaign
        :return: dict of (``preorder.campaign``, ``res.partner``) → records
        """
        records = self.env[model]
        chosen = self.env.context.get("active_ids") or []
        chosen_model = self.env.context.get("active_model") if chosen else None
        if chosen_model in ("sale.order.line", "stock.move") and chosen_model != model:
            return {}
        domain = Domain("preorder_date_change", "!=", False)
        campaign_ids = self.env.context.get("preorder_campaign_ids")
        if campaign_ids:
            domain &= Domain(campaign_field, "in", campaign_ids)
        groups = records.search(domain)._group_date_changes()
        if chosen_model == model:
            chosen = records.browse(chosen)
            groups = {key: group for key, group in groups.items() if group & chosen}
        return groups

    def action_tell(self):
        """Queue one message per customer that is ticked."""
        self.ensure_one()
        told = self.customer_ids.filtered("tell")
        if not told:
            raise UserError(self.env._("Tick the customers that you want to tell."))
        told.line_ids.check_access("write")
        told.move_ids.picking_id.preorder_order_id.check_access("write")
        message = self.message or ""
        notices = told.line_ids._announce_date_changes(message)
        notices |= told.move_ids._announce_date_changes(message)
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
    move_ids = fields.Many2many(
        "stock.move", readonly=True, help="What goes to a shop of ours."
    )
    line_count = fields.Integer("Products", compute="_compute_changes")
    order_names = fields.Char("Orders", compute="_compute_changes")
    summary = fields.Char("Changes", compute="_compute_changes")

    @api.depends("line_ids", "move_ids")
    def _compute_changes(self):
        labels = dict(
            self.env["sale.order.line"]
            ._fields["preorder_date_change"]
            ._description_selection(self.env)
        )
        for customer in self:
            lines = customer.line_ids._origin or customer.move_ids._origin
            customer.line_count = len(lines)
            customer.order_names = ", ".join(
                (
                    customer.line_ids.order_id
                    or customer.move_ids.picking_id.preorder_order_id
                ).mapped("name")
            )
            customer.summary = ", ".join(
                f"{labels[change]}: {len(alike)}"
                for change, alike in lines.grouped("preorder_date_change").items()
                if change
            )
