from odoo import models
from odoo.fields import Domain


class PreorderCampaign(models.Model):
    """What the customer ordered last season, to order it again."""

    _inherit = "preorder.campaign"

    def _get_last_season(self, partner):
        """What a customer's company ordered in the previous campaign.

        The customer alone, where the company lets each see its own forms only. A
        product that was replaced meanwhile counts as its successor.

        :return: dict of product id → confirmed quantity in the product's unit; empty
            where the campaign has no previous one
        """
        self.ensure_one()
        previous = self.previous_campaign_id
        if not previous:
            return {}
        company = partner._get_preorder_company()
        customers = (
            Domain("order_id.partner_id", "=", partner.id)
            if company.preorder_own_forms_only
            else Domain("order_id.partner_id", "child_of", company.id)
        )
        groups = self.env["sale.order.line"]._read_group(
            Domain("preorder_campaign_id", "=", previous.id)
            & Domain("state", "=", "sale")
            & customers,
            ["product_id", "product_uom_id"],
            ["product_uom_qty:sum"],
        )
        products = self.env["product.product"].union(*(group[0] for group in groups))
        successors = products._get_preorder_successor()
        quantities = {}
        for product, uom, quantity in groups:
            successor = successors[product].id
            quantities[successor] = quantities.get(
                successor, 0
            ) + uom._compute_quantity(quantity, product.uom_id, round=False)
        return quantities
