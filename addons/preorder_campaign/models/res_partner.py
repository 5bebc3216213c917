from odoo import api, fields, models, tools


class ResPartner(models.Model):
    _inherit = "res.partner"

    preorder_quotation_ids = fields.One2many(
        "sale.order", "preorder_company_id", "Company's Pre-Orders"
    )

    preorder_location_id = fields.Many2one(
        "stock.location",
        "Own Shop's Stock",
        index="btree_not_null",
        domain=[("usage", "=", "internal")],
        help="A shop of our own orders like any customer: its order forms make "
        "internal transfers to this location, and nothing is invoiced.",
    )

    preorder_agent_ids = fields.Many2many(
        "res.partner",
        "preorder_agent_rel",
        "customer_id",
        "agent_id",
        "Agents",
        domain=[("is_company", "=", False)],
        help="Outside representatives with a portal log-in: they see and fill the "
        "order forms of this customer, at its prices.",
    )
    preorder_own_forms_only = fields.Boolean(
        "Each Sees Own Order Forms Only",
        help="The people and branches of this company do not see each other's order "
        "forms and their quotations.",
    )

    def _get_preorder_shop(self):
        """The own shop that a contact orders for, one of several of a company perhaps.

        :return: ``res.partner`` with the rights of the system, empty for customers
        """
        self.ensure_one()
        lineage = self.sudo().browse(self._get_preorder_lineage())
        return lineage.filtered("preorder_location_id")[:1]

    def _get_preorder_shop_location(self):
        """The stock location of the own shop that a contact orders for.

        :return: ``stock.location``, empty for customers
        """
        return self._get_preorder_shop().preorder_location_id

    def _get_preorder_company(self):
        """The company at the top of a contact's hierarchy: the customer of a campaign.

        A branch may be a company of its own to Odoo (its own commercial partner).
        """
        self.ensure_one()
        return self.browse(self._find_preorder_lineage(self.id)[-1])

    def _get_preorder_lineage(self) -> list[int]:
        """The ids of a contact and of all companies above it.

        Record rules and the audience ask it in every request, so that it is kept in
        memory, and forgotten when a contact moves to another company.
        """
        self.ensure_one()
        return list(self._find_preorder_lineage(self.id))

    @api.model
    @tools.ormcache("partner_id")
    def _find_preorder_lineage(self, partner_id):
        lineage = []
        partner = self.sudo().browse(partner_id)
        while partner:
            lineage.append(partner.id)
            partner = partner.parent_id
        return tuple(lineage)

    # Who may see what: record rules and code ask the same methods

    def _get_preorder_campaign_domain(self):
        """The campaigns that this contact may know of, on ``preorder.campaign``.

        Those meant for it, and for an agent those meant for its customers. Goes through
        stored relations only: record rules keep it in memory.
        """
        self.ensure_one()
        campaigns = self.env["preorder.campaign"]
        domain = campaigns._get_audience_domain(self)
        if self._is_preorder_agent():
            domain |= campaigns._get_agent_domain(self)
        return list(domain & fields.Domain("state", "in", ("open", "closed", "done")))

    def _get_preorder_form_domain(self):
        """The order forms that this contact may see, on ``preorder.order``.

        Its company's, unless that lets each see its own only; for an agent its
        customers' too.
        """
        self.ensure_one()
        domain = fields.Domain("partner_id", "=", self.id) | (
            fields.Domain("customer_company_id", "in", self._get_preorder_lineage())
            & fields.Domain("customer_own_forms_only", "=", False)
        )
        if self._is_preorder_agent():
            domain |= fields.Domain(
                "partner_id.commercial_partner_id.preorder_agent_ids", "in", self.ids
            )
        return list(domain)

    def _is_preorder_agent(self) -> bool:
        """Whether customers are assigned to this contact."""
        self.ensure_one()
        return self._find_preorder_agent(self.id)

    @api.model
    @tools.ormcache("partner_id")
    def _find_preorder_agent(self, partner_id):
        return bool(
            self.sudo().search_count(
                [("preorder_agent_ids", "in", partner_id)], limit=1
            )
        )

    def _is_preorder_customer_of(self, user) -> bool:
        """Whether a user may fill order forms for this contact, without being it.

        Salespersons for their own customers, or all, as in Sales; agents for the
        customers assigned to them.
        """
        self.ensure_one()
        if user._is_internal():
            if user.has_group("sales_team.group_sale_salesman_all_leads"):
                return True
            salesperson = self.user_id or self.commercial_partner_id.user_id
            return user.has_group("sales_team.group_sale_salesman") and (
                salesperson in (user, self.env["res.users"])
            )
        return user.partner_id in self.commercial_partner_id.preorder_agent_ids

    @api.model_create_multi
    def create(self, vals_list):
        """Forget who is an agent when one is assigned."""
        partners = super().create(vals_list)
        if any(vals.get("preorder_agent_ids") for vals in vals_list):
            self.env.registry.clear_cache()
        return partners

    def write(self, vals):
        """Forget lineages and agents when they change, rules' domains with them."""
        result = super().write(vals)
        if not {"parent_id", "preorder_agent_ids"}.isdisjoint(vals):
            self.env.registry.clear_cache()
        return result
