from odoo import models


class PreorderCampaign(models.Model):
    _inherit = "preorder.campaign"

    def _get_stock_page(self):
        """What the order form shows of stock, for the whole assortment.

        Only what the office opened to customers, each thing where the one before has
        nothing to say.

        :return: columns ``product``, ``quantity`` (in stock), ``day`` (ISO) and
            ``coming`` of the first arrival, ``lead`` (days): None where not told;
            products of which nothing is told are left out, and one of which nothing
            else is told is sold out
        """
        self.ensure_one()
        page = {
            "product": [],
            "quantity": [],
            "day": [],
            "coming": [],
            "lead": [],
        }
        if not self._shows_stock():
            return page
        products = self.env["product.product"].search(self._get_assortment_domain())
        outlooks = self._get_stock_outlook(products)
        gone = products.filtered(
            lambda product: product.id in outlooks and not outlooks[product.id].quantity
        )
        leads = self._get_lead_days(gone) if self.show_lead_time else {}
        for product_id, outlook in outlooks.items():
            quantity = outlook.quantity if self.show_stock else None
            arrival = outlook.arrivals[0] if outlook.arrivals else None
            if outlook.quantity or not self.show_incoming:
                arrival = None
            lead = None if arrival else leads.get(product_id)
            told = bool(quantity or arrival or lead)
            if not told and (outlook.quantity or not self.show_sold_out):
                continue
            page["product"].append(product_id)
            page["quantity"].append(quantity or None)
            page["day"].append(arrival and arrival.day.isoformat())
            page["coming"].append(arrival and arrival.quantity)
            page["lead"].append(lead)
        return page
