from odoo import fields, models

from ..outlook import Arrival, Outlook, get_outlook


class PreorderCampaign(models.Model):
    """What customers see of stock in the order form."""

    _inherit = "preorder.campaign"

    show_stock = fields.Boolean(
        "Stock",
        help="Shown with each variant: how much of it is in stock and not promised to "
        "anybody by a confirmed order.",
    )
    show_incoming = fields.Boolean(
        "Stock to Come",
        help="Shown where nothing is left in stock: how much was bought, is not "
        "promised to anybody, and when it is expected.",
    )
    show_lead_time = fields.Boolean(
        "Lead Time",
        help="Shown where nothing is left in stock and nothing is to come: how long it "
        "takes from the supplier to the customer.",
    )
    show_sold_out = fields.Boolean(
        "Sold Out",
        help="Shown where there is nothing else to show.",
    )

    def _shows_stock(self) -> bool:
        """Whether the order form says anything about stock."""
        self.ensure_one()
        return (
            self.show_stock
            or self.show_incoming
            or self.show_lead_time
            or self.show_sold_out
        )

    def _get_stock_outlook(self, products) -> dict[int, Outlook]:
        """What is left to promise of variants in the warehouses that are opened.

        Confirmed orders count whose deliveries are not made yet, as in Odoo's own
        forecast. Where only what is in stock can be ordered, what order forms were
        promised counts too: nobody is shown more than there is to have.

        :param products: ``product.product``
        :return: dict of product id → :class:`~..outlook.Outlook`, without those that
            are not kept in stock
        """
        self.ensure_one()
        products = products.filtered("is_storable").with_company(self.company_id)
        warehouses = self.warehouse_ids or self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)]
        )
        products = products.with_context(warehouse_id=warehouses.ids)
        quantities = products._compute_quantities_dict(None, None, None)
        arrivals = {product.id: [] for product in products}
        _quants, incoming, _outgoing = products._get_domain_locations()
        for product, day, quantity in self.env["stock.move"]._read_group(
            [
                ("product_id", "in", products.ids),
                (
                    "state",
                    "in",
                    ("waiting", "confirmed", "assigned", "partially_available"),
                ),
                *incoming,
            ],
            ["product_id", "date:day"],
            ["product_qty:sum"],
        ):
            arrivals[product.id].append(Arrival(day.date(), quantity))
        outlooks = {
            product.id: get_outlook(
                quantities[product.id]["qty_available"],
                quantities[product.id]["outgoing_qty"],
                arrivals[product.id],
            )
            for product in products
        }
        if self.only_in_stock:
            for product_id, left in self._get_left_in_stock(products).items():
                outlooks[product_id] = Outlook(left, outlooks[product_id].arrivals)
        return outlooks

    def _get_left_in_stock(self, products):
        """What an order form could be promised now of variants in stock.

        :return: dict of product id → quantity, never below zero
        """
        self.env.flush_all()
        return {
            product_id: max(0, free - promised)
            for product_id, free, promised, _own in self.env.execute_query(
                self._get_stock_query(products.ids, 0)
            )
        }

    def _get_lead_days(self, products) -> dict[int, int]:
        """Days from an order to its delivery where nothing is in stock.

        The quickest supplier's lead time and our own, as far as they are known.

        :return: dict of product id → days, without those of an unknown lead time
        """
        self.ensure_one()
        days = {}
        for product in products:
            suppliers = product.seller_ids.filtered(
                lambda seller, product=product: (
                    seller.product_id in (product, product.browse())
                    and seller.company_id in (self.company_id, self.company_id.browse())
                )
            )
            lead = min(suppliers.mapped("delay"), default=0) + product.sale_delay
            if lead:
                days[product.id] = int(lead)
        return days
