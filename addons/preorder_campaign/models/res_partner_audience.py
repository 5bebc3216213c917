from odoo import api, fields, models


class ResPartner(models.Model):
    """A contact as one of a campaign's audience.

    The context names the campaign: ``preorder_campaign_id``.
    """

    _inherit = "res.partner"

    preorder_has_login = fields.Boolean(
        "Can Log In", compute="_compute_preorder_has_login", compute_sudo=True
    )
    preorder_form_state = fields.Selection(
        selection=lambda self: (
            self.env["preorder.order"]._fields["state"]._description_selection(self.env)
        ),
        string="Order Form",
        compute="_compute_preorder_form_state",
        compute_sudo=True,
    )
    preorder_has_started = fields.Boolean(
        "Has Begun",
        compute="_compute_preorder_form_state",
        search="_search_preorder_has_started",
        compute_sudo=True,
    )

    @api.depends("user_ids.active")
    def _compute_preorder_has_login(self):
        for partner in self:
            partner.preorder_has_login = bool(partner.user_ids)

    def _get_preorder_forms(self):
        return (
            self.env["preorder.order"]
            .sudo()
            .search(
                [
                    ("campaign_id", "=", self.env.context.get("preorder_campaign_id")),
                    ("state", "!=", "cancelled"),
                ],
                order="id",
            )
        )

    @api.depends_context("preorder_campaign_id")
    def _compute_preorder_form_state(self):
        states = {
            order.partner_id.id: order.state
            for order in self._get_preorder_forms().filtered_domain(
                [("partner_id", "in", self.ids)]
            )
        }
        for partner in self:
            partner.preorder_form_state = states.get(partner.id, False)
            partner.preorder_has_started = partner.id in states

    @api.model
    def _search_preorder_has_started(self, operator, value):
        if operator != "in":
            return NotImplemented
        begun = fields.Domain("id", "in", self._get_preorder_forms().partner_id.ids)
        return fields.Domain.OR(begun if each else ~begun for each in value)
