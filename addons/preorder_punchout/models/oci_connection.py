from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

#: What a connection can open.
OPENS = [
    ("shop", "The shop"),
    ("preorder", "The pre-orders"),
    ("outlet", "The outlet"),
    ("campaign", "One campaign's order form"),
]


class OciConnection(models.Model):
    """Where buyers enter: the shop, the pre-orders, or a campaign's order form."""

    _inherit = "oci.connection"

    opens = fields.Selection(
        OPENS,
        required=True,
        default="shop",
        tracking=True,
        help="Where buyers enter, and all that they see: either the shop, or order "
        "forms.",
    )
    preorder_campaign_id = fields.Many2one(
        "preorder.campaign",
        "Campaign",
        check_company=True,
        tracking=True,
        ondelete="restrict",
    )

    @api.constrains("opens", "preorder_campaign_id", "website_id")
    def _check_preorder_campaign(self):
        for connection in self.filtered(lambda each: each.opens == "campaign"):
            campaign = connection.preorder_campaign_id
            if not campaign:
                raise ValidationError(
                    self.env._(
                        "Choose the campaign whose order form %(connection)s opens.",
                        connection=connection.name,
                    )
                )
            if not campaign.filtered_domain(
                campaign._get_website_domain(connection.website_id)
            ):
                raise ValidationError(
                    self.env._(
                        "%(campaign)s is not shown on %(website)s. Publish it there, "
                        "or choose another campaign.",
                        campaign=campaign.name,
                        website=connection.website_id.name,
                    )
                )

    @api.constrains("opens", "user_id")
    def _check_own_shop(self):
        for connection in self.filtered(lambda each: each.opens != "shop"):
            shop = connection.user_id.sudo().partner_id._get_preorder_shop()
            if shop:
                raise ValidationError(
                    self.env._(
                        "%(shop)s is a shop of your own: what it orders is moved there "
                        "and not bought, so that its procurement system would get "
                        "nothing. Have it order on the website, or choose another "
                        "portal user.",
                        shop=shop.name,
                    )
                )

    @api.model
    def _get_default_fields(self):
        """Beside those of the shop, what a pre-order adds; empty for what is none."""
        commands = super()._get_default_fields()
        for _command, _id, values in commands:
            if values["field"] == "LEADTIME":
                values["path"] = "oci_delivery_days"
        return commands + [
            Command.create(
                {"field": name, "kind": "field", "path": path, "sequence": sequence}
            )
            for sequence, (name, path) in enumerate(
                (
                    ("CUST_FIELD1", "preorder_delivery_date"),
                    ("CUST_FIELD4", "preorder_campaign_id.code"),
                    ("CUST_FIELD5", "preorder_campaign_id.name"),
                ),
                start=len(commands) + 1,
            )
        ]
