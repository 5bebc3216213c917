from odoo import api, fields, models
from odoo.fields import Domain

from .oci_connection import OPENS

#: What an order form is filled and looked at with. Neither its office's part (asking,
#: printing, proposing) nor second thoughts: those are had over there.
_FORM_ROUTES = {
    "/<any(preorder, outlet):kind>/<string:slug>",
    "/<any(preorder, outlet):kind>/<string:slug>/",
    "/preorder/form/<int:order_id>",
    "/preorder/form/<int:order_id>/transfer",
    "/preorder/campaign/<int:campaign_id>/catalog",
    "/preorder/campaign/<int:campaign_id>/picture/<int:template_id>",
    "/preorder/campaign/<int:campaign_id>/document/<int:document_id>",
    "/preorder/campaign/<int:campaign_id>/stock",
    "/preorder/campaign/<int:campaign_id>/save",
    "/preorder/form/<int:order_id>/save",
    "/preorder/form/<int:order_id>/review",
    "/preorder/form/<int:order_id>/limits",
    # Routes of both a form that is begun and one that is not.
    "/preorder/form/<int:order_id>/prices",
    "/preorder/form/<int:order_id>/product/<int:product_id>",
    "/preorder/form/<int:order_id>/scan",
    "/preorder/form/<int:order_id>/xlsx",
    "/preorder/form/<int:order_id>/xlsx/import",
}


class OciSession(models.Model):
    """A visit whose buyer fills order forms instead of the shop's basket."""

    _inherit = "oci.session"

    # As the connection was at the launch: a visit does not change under way.
    opens = fields.Selection(OPENS, readonly=True, default="shop")
    preorder_campaign_id = fields.Many2one(
        "preorder.campaign", "Campaign", readonly=True, ondelete="restrict"
    )
    preorder_order_ids = fields.One2many(
        "preorder.order", "oci_session_id", "Order Forms", readonly=True
    )

    @api.model
    def _open(self, connection, launch, parameters, remote_address, cookie_mode):
        session = super()._open(
            connection, launch, parameters, remote_address, cookie_mode
        )
        opens = connection.opens
        session.write(
            {
                "opens": opens,
                "preorder_campaign_id": opens == "campaign"
                and connection.preorder_campaign_id.id,
            }
        )
        return session

    def _fills_forms(self):
        """Whether order forms are what the buyer fills and takes home."""
        self.ensure_one()
        return self.opens in ("preorder", "outlet", "campaign") and self._can_transfer()

    def _has_basket(self):
        return super()._has_basket() and not self._fills_forms()

    def _get_home_path(self):
        if not self._fills_forms():
            return super()._get_home_path()
        if self.opens == "campaign":
            return self.preorder_campaign_id.website_url
        return f"/{self.opens}"

    def _get_entry_path(self, launch):
        """Order forms have a search of their own: nothing is searched at the launch."""
        if not self._fills_forms():
            return super()._get_entry_path(launch)
        return self._get_home_path(), {}

    def _get_catalogue_routes(self):
        if not self._fills_forms():
            return super()._get_catalogue_routes()
        # One campaign's form is entered at once, without the page that lists them.
        landing = set() if self.opens == "campaign" else {f"/{self.opens}"}
        return _FORM_ROUTES | landing

    def _get_campaigns_domain(self) -> Domain:
        """The campaigns that the visit may see, of those its user may."""
        self.ensure_one()
        if self.opens == "campaign":
            return Domain("id", "=", self.preorder_campaign_id.id)
        return Domain("kind", "=", self.opens)

    def _get_own_shop_refusal(self, campaign, partner):
        """Why an own shop takes nothing home, and where it orders instead.

        :param campaign: the one whose form it opened
        :param partner: whom the form is for
        """
        self.ensure_one()
        website = self.connection_id.website_id
        return self.env._(
            "%(shop)s is a shop of %(company)s: its order becomes a transfer of goods "
            "and no purchase, so that there is nothing to take to %(system)s. Sign in "
            "at %(address)s with your own log-in and submit the order there.",
            shop=partner._get_preorder_shop().name or partner.display_name,
            company=campaign.company_id.name,
            system=self.connection_id.name,
            address=f"{website.get_base_url()}{campaign.website_url}",
        )

    def _get_products(self):
        """A campaign's products may not be published yet: its assortment decides."""
        products = super()._get_products()
        return products.sudo() if self.order_id.preorder_campaign_id else products

    def _get_products_domain(self):
        """Of what was taken home from a campaign, orders may name what it offers."""
        campaign = self.order_id.preorder_campaign_id
        if not campaign:
            return super()._get_products_domain()
        return list(campaign._get_assortment_domain())

    def _end(self, state):
        """End visits, and give up their forms that went nowhere, like baskets."""
        result = super()._end(state)
        forms = self.sudo().preorder_order_ids.filtered(
            lambda form: form.state == "draft"
        )
        if forms:
            reason = {
                "transferred": self.env._("The buyer took another order form home."),
                "cancelled": self.env._("The buyer went back without it."),
            }.get(state, self.env._("The punchout session ended before its transfer."))
            forms.state = "cancelled"
            forms._message_log_batch({form.id: reason for form in forms})
        return result
