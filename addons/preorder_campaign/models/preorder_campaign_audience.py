from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL


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
        excluded contacts. Asks the relations as they are, so that the record rule for
        portal users, which says the same, never works with stale labels. Written as
        SQL, without the labels' own table in between: the rule is part of each saved
        cell's query, and the database takes longer to plan that than to run it.
        """
        lineage = tuple(partner._get_preorder_lineage())

        # Record rules keep it in memory: without what belongs to this transaction.
        def to_sql(model, alias, query):
            return SQL(
                "(%(everyone)s OR %(id)s = ANY (ARRAY(%(chosen)s)))"
                " AND %(id)s <> ALL (ARRAY(%(excluded)s))",
                everyone=model._field_to_sql(alias, "for_everyone", query),
                id=SQL.identifier(alias, "id"),
                chosen=model._get_chosen_sql(lineage),
                excluded=model._get_relation_sql("excluded_partner_ids", lineage),
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _get_chosen_sql(self, partner_ids) -> SQL:
        """Ids of the campaigns for which contacts are chosen, or a label of theirs."""
        of_contacts = self.env["res.partner"]._fields["category_id"]
        labels = SQL(
            "SELECT %s FROM %s WHERE %s IN %s",
            SQL.identifier(of_contacts.column2),
            SQL.identifier(of_contacts.relation),
            SQL.identifier(of_contacts.column1),
            partner_ids,
        )
        return SQL(
            "%s UNION ALL %s",
            self._get_relation_sql("partner_ids", partner_ids),
            self._get_relation_sql("label_ids", SQL("(%s)", labels)),
        )

    @api.model
    def _get_relation_sql(self, field_name, ids) -> SQL:
        """Ids of the campaigns that one of its many2many fields relates to some ids."""
        field = self._fields[field_name]
        return SQL(
            "SELECT %s FROM %s WHERE %s IN %s",
            SQL.identifier(field.column1),
            SQL.identifier(field.relation),
            SQL.identifier(field.column2),
            ids,
        )

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

    def _get_audience_partners_domain(self) -> Domain:
        """The contacts whom the campaign is for, as a domain on ``res.partner``.

        The same rule as :meth:`_get_audience_domain`, seen from the campaign: a contact
        counts if it, or a company above it, is chosen and none of them is left out.
        """
        self.ensure_one()
        campaign = self._origin.sudo().with_context(active_test=False)
        chosen = campaign.partner_ids | campaign.label_ids.partner_ids
        domain = Domain.TRUE if self.for_everyone else _get_lineage_domain(chosen)
        if campaign.excluded_partner_ids:
            domain &= ~_get_lineage_domain(campaign.excluded_partner_ids)
        return domain

    def _get_invitation_candidates(self):
        """Contacts whom the campaign is for and who cannot log in yet.

        People, branches and companies; not their invoice addresses. Of a campaign for
        everyone, those who have bought before.
        """
        self.ensure_one()
        domain = (
            self._get_audience_partners_domain()
            & Domain("user_ids", "=", False)
            & Domain("type", "in", ("contact", "delivery", "other"))
            & Domain("company_id", "in", (False, self.company_id.id))
        )
        if self.for_everyone:
            domain &= Domain("commercial_partner_id.sale_order_ids", "!=", False)
        return self.env["res.partner"].search(domain)

    def action_invite(self):
        """Offer a log-in to the campaign's customers who have none."""
        self.ensure_one()
        if self.state != "open":
            raise UserError(
                self.env._(
                    "Open “%s” first: the invitation leads customers to it.", self.name
                )
            )
        candidates = self._get_invitation_candidates()
        if not candidates:
            raise UserError(
                self.env._("Everyone whom “%s” is for can log in.", self.name)
            )
        wizard = self.env["portal.wizard"].create(
            {
                "preorder_campaign_id": self.id,
                "partner_ids": [Command.set(candidates.ids)],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invite Customers"),
            "res_model": "portal.wizard",
            "res_id": wizard.id,
            "view_mode": "form",
            "views": [
                (self.env.ref("preorder_campaign.portal_wizard_view_form").id, "form")
            ],
            "target": "new",
        }

    def action_view_audience(self):
        """Show whom the campaign is for, who can log in and who has begun."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "preorder_campaign.preorder_audience_action"
        )
        partners = self.env["res.partner"].search(self._get_audience_partners_domain())
        action["domain"] = [("id", "in", partners.ids)]
        action["context"] = {
            "preorder_campaign_id": self.id,
            "create": False,
            # Everyone signed in: the others could not see it anyway.
            "search_default_has_login": self.for_everyone,
        }
        return action


def _get_lineage_domain(partners) -> Domain:
    """Contacts that are one of these or stand below one of them, however deep."""
    ids = partners.ids

    def to_sql(model, alias, query):
        return SQL(
            """
            %(contact)s IN (
                WITH RECURSIVE below(id) AS (
                    SELECT unnest(%(ids)s::int[])
                     UNION
                    SELECT partner.id
                      FROM res_partner partner
                      JOIN below ON partner.parent_id = below.id
                )
                SELECT id FROM below)
            """,
            contact=model._field_to_sql(alias, "id", query),
            ids=ids,
            to_flush=model._fields["parent_id"],
        )

    return Domain.custom(
        to_sql=to_sql,
        predicate=lambda partner: (
            not set(ids).isdisjoint(partner._get_preorder_lineage())
        ),
    )
