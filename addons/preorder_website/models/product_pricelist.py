from odoo import models


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    # An order form has the customer's own pricelist, whether or not visitors of the
    # website may choose it. These two decide what a website lets through.

    def _is_available_on_website(self, website):
        if self.env.context.get("preorder_own_pricelist"):
            return self.active
        return super()._is_available_on_website(website)

    def _get_website_pricelists_domain(self, website):
        if self.env.context.get("preorder_own_pricelist"):
            return []
        return super()._get_website_pricelists_domain(website)
