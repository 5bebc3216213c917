from odoo import api, models, tools
from odoo.fields import Domain


class PreorderOrder(models.Model):
    """How the website's guard opens an order form for saving."""

    _inherit = "preorder.order"

    @api.model
    def _open_for_user(self, order_id, batch, product_ids, website):
        """Open a form that the user may see on a website, of a campaign shown there.

        The user's access rights and record rules, of form and campaign, are part of the
        query, so that they hold as in any search.

        :return: as :meth:`_open_for_saving`
        """
        campaigns = self.env["preorder.campaign"]
        if not (self.has_access("read") and campaigns.has_access("read")):
            return None
        company_id = website._get_cached("company_id")
        visible = self._keep_visible(
            website.id,
            company_id,
            self.env.lang,
            tuple(self.env["ir.rule"]._compute_domain_context_values()),
        ) or self._make_visible(website.id)
        return self._open_for_saving(
            order_id,
            batch,
            product_ids,
            # Campaigns of other companies are not shown there.
            company=self.env["res.company"].sudo().browse(company_id),
            visible=visible,
        )

    @api.model
    @tools.ormcache(
        "self.env.uid", "website_id", "company_id", "lang", "context_values"
    )
    def _keep_visible(self, website_id, company_id, lang, context_values):
        """What :meth:`_make_visible` makes, in memory.

        Of a user's rights, only the text of the query is kept, as Odoo keeps the rules'
        domains, and forgotten with them. Where making it has to read records, it
        depends on them and is made each time.

        :return: as :meth:`_make_visible`, or ``None``
        """
        # Fills the registry's caches, which may be read from.
        self._make_visible(website_id)
        self.env.invalidate_all()
        website = self.env["website"].browse(website_id)
        website._get_cached("company_id")
        before = self.env.cr.sql_log_count
        visible = self._make_visible(website_id)
        return visible if self.env.cr.sql_log_count == before else None

    @api.model
    def _make_visible(self, website_id):
        """The forms that the user may see on a website, as :class:`Visible`.

        The campaign's record rules are named here, as ``any`` would add them: joined
        once, the campaign is there for what saving reads of it, too.
        """
        website = self.env["website"].browse(website_id)
        campaigns = self.env["preorder.campaign"]
        rules = self.env["ir.rule"]._compute_domain(campaigns._name, "read")
        # Rules hold whatever the user may know of what they go by, as in any search.
        rules = rules.optimize_full(campaigns.sudo().with_context(active_test=False))
        shown = campaigns._get_website_domain(website) & rules
        return self._get_visible(
            Domain("campaign_id", "any!", shown) & self._get_visit_domain()
        )
