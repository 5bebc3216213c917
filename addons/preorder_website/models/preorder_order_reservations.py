from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang


class PreorderOrder(models.Model):
    """A shop of ours adds what its own customers have reserved with it."""

    _inherit = "preorder.order"

    def _get_reservation_domain(self) -> Domain:
        """The orders of a shop's own customers that its form may count in.

        Ordinary orders of contacts of the shop, or from the shop's own warehouse.
        """
        self.ensure_one()
        # Not the whole company's, which may have several shops.
        shop = self.partner_id._get_preorder_shop()
        warehouses = self.env["stock.warehouse"].search(
            [("lot_stock_id", "=", shop.preorder_location_id.id)]
        )
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("preorder_campaign_id", "=", False)
            & Domain("preorder_shop_order_id", "in", (False, self.id))
            & Domain("state", "!=", "cancel")
            & (
                Domain("warehouse_id", "in", warehouses.ids)
                | (
                    Domain("partner_id", "child_of", shop.id)
                    & Domain("partner_id", "!=", shop.id)
                )
            )
        )

    def _get_reservation_choices(self):
        """What the shop may count in, the newest first.

        :return: dict: ``orders`` (``id``, ``name``, ``customer``, ``date``, ``amount``,
            ``linked``) and ``pieces``, how much of it is on sale here and counts
        """
        self.ensure_one()
        orders = self.env["sale.order"].search(
            self._get_reservation_domain(), order="date_order desc, id desc", limit=200
        )
        return {
            "orders": [
                {
                    "id": order.id,
                    "name": order.name,
                    "customer": order.partner_id.name or "",
                    "date": format_date(self.env, order.date_order),
                    "amount": formatLang(
                        self.env, order.amount_untaxed, currency_obj=order.currency_id
                    ),
                    "linked": order.preorder_shop_order_id == self,
                }
                for order in orders
            ],
            "pieces": self.reserved_piece_count,
        }

    def _count_reservation(self, reservation_id, counted, now):
        """Count an order of the shop's customers in, or no longer.

        What is not the shop's to count in is left alone.

        :param counted: whether it is to count
        :param now: naive UTC moment
        :raise UserError: when the form cannot be changed any more
        """
        self.ensure_one()
        if self.state != "draft" or not self._is_open_for(now, by_office=False):
            raise UserError(
                self.env._("%s can no longer be changed.", self.display_name)
            )
        self.env["sale.order"].search(
            self._get_reservation_domain() & Domain("id", "=", reservation_id)
        ).preorder_shop_order_id = self if counted else False
