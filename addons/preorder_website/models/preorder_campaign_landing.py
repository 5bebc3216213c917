from odoo import fields, models
from odoo.fields import Domain
from odoo.tools.misc import limited_field_access_token

from odoo.addons.website.tools import text_from_html

#: Characters of a campaign's text on its card.
_INTRO_LENGTH = 180


class PreorderCampaign(models.Model):
    """Campaigns on the pages that everybody comes by first."""

    _name = "preorder.campaign"
    _inherit = ["preorder.campaign", "website.seo.metadata"]

    website_content = fields.Html(
        translate=True,
        sanitize_overridable=True,
        sanitize_attributes=False,
        sanitize_form=False,
        help="Content blocks of the website builder, on the campaign's page above its "
        "text.",
    )

    def _get_landing_values(self, kind, website):
        """What the landing page shows to the user of this environment.

        Visitors who are not signed in get teasers, and where to sign in.
        """
        now = self._now()
        domain = self._get_website_domain(website) & Domain("kind", "=", kind)
        user = self.env.user
        values = {
            "kind": kind,
            "now": now,
            "signed_in": not user._is_public(),
            "may_register": self._may_register(),
            "teasers": self.browse(),
            "coming": self.browse(),
            "running": self.browse(),
            "past": self.browse(),
            "orders": {},
            "colleagues": {},
            "has_hidden": False,
        }
        if user._is_public():
            upcoming = self.sudo().search(
                domain & self._get_upcoming_domain(now), order="date_end"
            )
            values["teasers"] = upcoming.filtered("website_teaser")
            values["has_hidden"] = upcoming != values["teasers"]
            return values
        # A purchaser reads campaigns and has no part in order forms.
        if not (
            self.has_access("read") and self.env["preorder.order"].has_access("read")
        ):
            return values
        campaigns = self.search(
            domain & Domain("state", "in", ("open", "closed", "done")), order="date_end"
        )
        for phase in ("coming", "running", "past"):
            values[phase] = campaigns.filtered(
                lambda campaign, phase=phase: campaign._get_phase(now) == phase
            ).sudo()
        values["past"] = values["past"].sorted("date_end", reverse=True)[:6]
        values.update(self._get_landing_forms(campaigns))
        return values

    def _get_landing_forms(self, campaigns):
        """The forms on the cards of campaigns: the user's own, and its colleagues'.

        :return: dict: ``orders``, the user's own by campaign's id, the one being filled
            first; ``colleagues``, lists of forms by campaign's id that the user may see
        """
        partner = self.env.user.partner_id
        found = self.env["preorder.order"].search(
            Domain("campaign_id", "in", campaigns.ids)
            & Domain("state", "!=", "cancelled")
            & Domain("customer_company_id", "=", partner._get_preorder_company().id)
            & self.env["preorder.order"]._get_visit_domain()
        )
        found = found.sudo().sorted(lambda order: (order.state != "draft", -order.id))
        mine = found.filtered(lambda order: order.partner_id == partner)
        return {
            "orders": {order.campaign_id.id: order for order in reversed(mine)},
            "colleagues": {
                campaign.id: orders
                for campaign, orders in (found - mine).grouped("campaign_id").items()
            },
        }

    # Visitors

    def _get_upcoming_domain(self, now) -> Domain:
        """The campaigns that run or are to come."""
        return Domain("state", "=", "open") & Domain("date_end", ">", now)

    def _find_teaser(self, campaign_id, kind, website):
        """The campaign, if a website shows its teaser to everybody; else nothing.

        :return: with the rights of the system
        """
        return self.sudo().search(
            self._get_website_domain(website)
            & self._get_upcoming_domain(self._now())
            & Domain("website_teaser", "=", True)
            & Domain("kind", "=", kind)
            & Domain("id", "=", campaign_id)
        )

    def _get_teasers(self, website):
        """All campaigns whose teasers a website shows to everybody."""
        return self.sudo().search(
            self._get_website_domain(website)
            & self._get_upcoming_domain(self._now())
            & Domain("website_teaser", "=", True)
        )

    def _get_teaser_values(self, path):
        """What the campaign's page shows to visitors; to customers before it begins.

        :param path: of the page, to come back to once signed in
        """
        self.ensure_one()
        return {
            "campaign": self,
            "main_object": self,
            "signed_in": not self.env.user._is_public(),
            "now": self._now(),
            "may_register": self._may_register(),
            "back": path,
        }

    def _may_register(self) -> bool:
        """Whether a visitor may make a log-in that leads back to these campaigns.

        Where the website lets everybody register. A campaign for chosen customers would
        not be there for somebody new: its customers are invited.
        """
        return (
            self.env["res.users"].sudo()._get_signup_invitation_scope() == "b2c"
        ) and all(self.sudo().mapped("for_everyone"))

    # What cards and search engines show

    def _get_intro(self) -> str:
        """The beginning of the campaign's text, without its formatting."""
        self.ensure_one()
        text = text_from_html(self.description or "", collapse_whitespace=True)
        if len(text) <= _INTRO_LENGTH:
            return text
        return text[:_INTRO_LENGTH].rsplit(" ", 1)[0] + " …"

    def _get_picture_url(self, size=512):
        """The address of the campaign's picture, for whoever sees its card."""
        self.ensure_one()
        field = f"image_{size}"
        token = limited_field_access_token(self, field, scope="binary")
        return (
            f"/web/image/preorder.campaign/{self.id}/{field}"
            f"?access_token={token}&unique={int(self.write_date.timestamp())}"
        )

    def _default_website_meta(self):
        """Show the campaign's picture where its address is shared.

        What it says of the campaign is what its teaser says.
        """
        values = super()._default_website_meta()
        campaign = self.sudo()
        if campaign.image_1920:
            # Core puts the website's address before it.
            picture = campaign._get_picture_url(1024)
            values["default_opengraph"]["og:image"] = picture
            values["default_twitter"]["twitter:image"] = picture
        moment = campaign._format_moment
        text = (
            self.env._("Opens %s", moment(campaign.date_start))
            if campaign._get_phase(self._now()) == "coming"
            else self.env._("Open until %s", moment(campaign.date_end))
        )
        values["default_opengraph"]["og:description"] = text
        values["default_twitter"]["twitter:description"] = text
        values["default_meta_description"] = text
        return values
