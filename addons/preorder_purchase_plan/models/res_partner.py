from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    purchase_minimum_amount = fields.Float(
        "Minimum Order Amount",
        company_dependent=True,
        digits="Product Price",
        help="The least that this supplier delivers for: the total of an order without "
        "taxes, in your company's currency.",
    )
