from odoo import api, fields, models, tools


class ResPartner(models.Model):
    _inherit = "res.partner"

    preorder_quotation_ids = fields.One2many(
        "sale.order", "preorder_company_id", "Company's Pre-Orders"
    )

    preorder_location_id = fields.Many2one(
        "stock.location",
        "Own Shop's Stock",
        domain=[("usage", "=", "internal")],
        help="A shop of our own orders like any customer: its order forms make "
        "internal transfers to this location, and nothing is invoiced.",
    )

    def _get_preorder_shop_location(self):
        """The stock location of the own shop that a contact orders for.

        :return: ``stock.location``, empty for customers
        """
        self.ensure_one()
        for partner_id in self._get_preorder_lineage():
            location = self.browse(partner_id).sudo().preorder_location_id
            if location:
                return location
        return self.env["stock.location"]

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

    def write(self, vals):
        """Forget lineages when a contact moves, rules' domains with them."""
        result = super().write(vals)
        if "parent_id" in vals:
            self.env.registry.clear_cache()
        return result
