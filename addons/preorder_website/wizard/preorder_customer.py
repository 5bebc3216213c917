from odoo import api, fields, models
from odoo.exceptions import UserError


class PreorderCustomer(models.TransientModel):
    """A customer of the user in a campaign: made anew whenever the list is opened."""

    _name = "preorder.customer"
    _description = "Customer in a Pre-Order Campaign"
    _order = "status, last_year desc, id"

    campaign_id = fields.Many2one("preorder.campaign", required=True, readonly=True)
    currency_id = fields.Many2one(related="campaign_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True
    )
    company_partner_id = fields.Many2one("res.partner", "Company", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    order_id = fields.Many2one("preorder.order", "Order Form", readonly=True)
    # In the order in which they are worth a call.
    status = fields.Selection(
        [
            ("0_none", "Not started"),
            ("1_draft", "Started"),
            ("2_submitted", "Submitted"),
            ("3_confirmed", "Confirmed"),
        ],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(
        "This Campaign", readonly=True, help="Expected or ordered, excluding taxes."
    )
    last_year = fields.Monetary(
        readonly=True,
        help="Confirmed sales of the customer's company in the previous campaign, or "
        "else in the year before this one, excluding taxes.",
    )
    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")

    @api.model
    def _action_view(self, campaign):
        """Open the list of the user's customers in a campaign."""
        numbers = {"none": 0, "draft": 1, "submitted": 2, "confirmed": 3}
        user = self.env.user
        rows = campaign.sudo()._get_customer_overview(
            campaign._get_represented_customers(user)
        )
        if not rows:
            raise UserError(
                self.env._(
                    "“%s” is meant for none of your customers. Choose customers on the "
                    "campaign's tab Customers, or a salesperson on the contacts.",
                    campaign.name,
                )
            )
        # The list is looked at only, and gone soon.
        records = self.sudo().create(
            [
                {
                    "campaign_id": campaign.id,
                    "partner_id": row["customer"].id,
                    "company_partner_id": row["customer"]._get_preorder_company().id,
                    "user_id": (
                        row["customer"].user_id
                        or row["customer"].commercial_partner_id.user_id
                    ).id,
                    "order_id": row["form"].id,
                    "status": f"{numbers[row['status']]}_{row['status']}",
                    "amount": row["amount"],
                    "last_year": row["last_year"],
                }
                for row in rows
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("My Customers: %s", campaign.name),
            "res_model": self._name,
            "view_mode": "list",
            "domain": [("id", "in", records.ids)],
            "context": {"create": False, "edit": False, "delete": False},
        }

    def action_open_form(self):
        """Open the customer's order form as the customer sees it."""
        self.ensure_one()
        url = (
            self.order_id.access_url
            if self.order_id
            else (f"/preorder/campaign/{self.campaign_id.id}/for/{self.partner_id.id}")
        )
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}
