from odoo import api, fields, models
from odoo.fields import Domain


class PreorderCampaign(models.Model):
    """Whom a campaign is meant for."""

    _inherit = "preorder.campaign"

    for_everyone = fields.Boolean(
        "Everyone Signed In", help="Every customer with a log-in sees the campaign."
    )
    label_ids = fields.Many2many(
        "res.partner.category",
        "preorder_campaign_label_rel",
        string="Customer Labels",
        help="Contacts with one of these labels, on themselves or on their company.",
    )
    partner_ids = fields.Many2many(
        "res.partner", "preorder_campaign_partner_rel", string="Customers"
    )
    excluded_partner_ids = fields.Many2many(
        "res.partner",
        "preorder_campaign_excluded_partner_rel",
        string="Without Customers",
    )

    @api.model
    def _get_audience_domain(self, partner) -> Domain:
        """The campaigns meant for a contact, as a domain on ``preorder.campaign``.

        Everyone signed in, or labels (on the contact or its company) ∪ contacts, minus
        excluded contacts. Written through stored relations only, so that the record
        rule for portal users, which says the same, never works with stale labels.
        """
        lineage = partner._get_preorder_lineage()
        return (
            Domain("for_everyone", "=", True)
            | Domain("label_ids.partner_ids", "in", lineage)
            | Domain("partner_ids", "in", lineage)
        ) & ~Domain("excluded_partner_ids", "in", lineage)

    @api.model
    def _get_agent_domain(self, agent) -> Domain:
        """The campaigns meant for customers of an agent, on ``preorder.campaign``.

        Which of the customers each is for, :meth:`_is_for` says.
        """
        agents = "commercial_partner_id.preorder_agent_ids"
        return (
            Domain("for_everyone", "=", True)
            | Domain(f"label_ids.partner_ids.{agents}", "in", agent.ids)
            | Domain(f"partner_ids.{agents}", "in", agent.ids)
        )

    def _is_for(self, partner) -> bool:
        """Whether the campaign is meant for a contact."""
        self.ensure_one()
        return bool(
            self.search_count(
                Domain("id", "=", self.id) & self._get_audience_domain(partner), limit=1
            )
        )
