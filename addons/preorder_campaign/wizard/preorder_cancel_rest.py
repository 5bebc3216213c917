from odoo import api, fields, models
from odoo.exceptions import UserError


class PreorderCancelRest(models.TransientModel):
    """Cancel what a campaign cannot deliver: who is concerned, what they are told."""

    _name = "preorder.cancel.rest"
    _description = "Cancel the Rest of a Campaign"

    campaign_id = fields.Many2one(
        "preorder.campaign", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="campaign_id.currency_id")
    quotations = fields.Boolean(
        "Unconfirmed Quotations Too",
        default=True,
        help="Otherwise they can still be confirmed.",
    )
    product_ids = fields.Many2many(
        "product.product",
        string="Products",
        domain="[('id', 'in', undelivered_product_ids)]",
        help="What cannot be delivered, such as all of one supplier. Empty: all.",
    )
    undelivered_product_ids = fields.Many2many(
        "product.product", compute="_compute_undelivered_product_ids"
    )
    message = fields.Text("Reason", help="Told to the customers, in your own words.")
    order_count = fields.Integer("Orders", compute="_compute_figures")
    customer_count = fields.Integer("Customers", compute="_compute_figures")
    piece_count = fields.Float("Pieces", digits=(16, 0), compute="_compute_figures")
    amount = fields.Monetary("Amount (untaxed)", compute="_compute_figures")
    prepaid = fields.Monetary(
        compute="_compute_figures",
        help="Paid online for these orders. What is paid beyond what they keep is "
        "listed for refund with the salesperson of each order.",
    )
    transfer_count = fields.Integer(
        "Transfers to Own Shops", compute="_compute_figures"
    )
    order_ids = fields.Many2many("sale.order", compute="_compute_figures")

    @api.depends("campaign_id")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = wizard.campaign_id.display_name

    @api.depends("campaign_id")
    def _compute_undelivered_product_ids(self):
        for wizard in self:
            wizard.undelivered_product_ids = (
                wizard.campaign_id._get_undelivered_products()
            )

    @api.depends("campaign_id", "quotations", "product_ids")
    def _compute_figures(self):
        for wizard in self:
            orders = self.env["sale.order"]
            products = wizard.product_ids._origin
            rows = orders._get_undelivered_figures(
                wizard.campaign_id._get_rest_domain(quotations=wizard.quotations),
                products,
            )
            orders = orders.browse(row[0] for row in rows)
            wizard.order_ids = orders
            wizard.order_count = len(rows)
            wizard.customer_count = len({row[1] for row in rows})
            wizard.piece_count = float(sum(row[2] for row in rows))
            wizard.amount = float(sum(row[3] for row in rows))
            wizard.prepaid = sum(
                order.amount_paid / (order.currency_rate or 1.0) for order in orders
            )
            wizard.transfer_count = len(
                wizard.campaign_id._get_rest_transfers(products)
            )

    def action_apply(self):
        """Cancel the rest in the background, everybody told."""
        self.ensure_one()
        if not self.order_count and not self.transfer_count:
            raise UserError(
                self.env._("Nothing is left to deliver of “%s”.", self.campaign_id.name)
            )
        self.campaign_id._begin_cancelling_rest(
            self.message or "",
            quotations=self.quotations,
            products=self.product_ids,
        )
        return {"type": "ir.actions.act_window_close"}
