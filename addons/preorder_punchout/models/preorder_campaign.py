from odoo import api, models
from odoo.fields import Domain


class PreorderCampaign(models.Model):
    """Campaigns in a punchout session: those its connection opens, and no more."""

    _inherit = "preorder.campaign"

    @api.model
    def _get_website_domain(self, website) -> Domain:
        domain = super()._get_website_domain(website)
        session = self.env["website"]._get_oci_session()
        return domain & session._get_campaigns_domain() if session else domain

    def _get_agent_customers(self, user):
        """Whoever comes by punchout orders for the connection's customer alone."""
        if self.env["website"]._get_oci_session():
            return self.env["res.partner"]
        return super()._get_agent_customers(user)

    def _get_form_page_values(self, filling):
        """In a punchout session the form goes to the customer's system."""
        values = super()._get_form_page_values(filling)
        session = self.env["website"]._get_oci_session()
        if not session:
            return values
        component = values["component"]
        component["contact"].update({"ask": False, "messages": []})
        component.update(
            {
                "quotationUrl": "",
                "punchout": {
                    "session": session.id,
                    "system": session.connection_id.name,
                    "review": False,
                },
            }
        )
        values.update({"may_reopen": False, "may_withdraw": False})
        if component["ownShop"]:
            values["editable"] = component["editable"] = False
            component["unavailable"] = session._get_own_shop_refusal(
                self, filling.partner
            )
        return values
