from collections import defaultdict

from odoo import fields, models
from odoo.fields import Domain


class ProductProduct(models.Model):
    """Stock figures count pre-orders whose deliveries are still to be made."""

    _inherit = "product.product"

    def _compute_quantities_dict(
        self, lot_id, owner_id, package_id, from_date=False, to_date=False
    ):
        result = super()._compute_quantities_dict(
            lot_id, owner_id, package_id, from_date=from_date, to_date=to_date
        )
        if owner_id is not None:
            return result
        orders = self._get_unlaunched_orders()
        if not orders:
            return result
        demand = self._get_unlaunched_demand(orders, from_date, to_date)
        reserved = demand
        if from_date or to_date:
            # A delivery takes what it finds now, whenever it is for.
            reserved = self._get_unlaunched_demand(orders, False, False)
        for product in self:
            figures = result[product.id]
            rounded = product.uom_id.round
            if quantity := demand.get(product._origin.id):
                figures["outgoing_qty"] = rounded(figures["outgoing_qty"] + quantity)
                figures["virtual_available"] = rounded(
                    figures["virtual_available"] - quantity
                )
            if quantity := reserved.get(product._origin.id):
                figures["free_qty"] = rounded(
                    figures["free_qty"] - min(quantity, max(figures["free_qty"], 0.0))
                )
        return result

    def _get_unlaunched_orders(self):
        """Confirmed pre-orders whose deliveries are still to be made."""
        return (
            self.env["sale.order"]
            .sudo()
            .search([("preorder_launch_pending", "=", True), ("state", "=", "sale")])
        )

    def _get_unlaunched_demand(self, orders, from_date, to_date):
        """What orders will take from the locations that the context asks for.

        :param orders: ``sale.order`` records
        :param from_date: naive UTC moment from which deliveries count, or none
        :param to_date: naive UTC moment until which deliveries count, or none
        :return: dict of product id → quantity in the product's unit
        """
        domain = Domain(
            [
                ("order_id", "in", orders.ids),
                ("product_id", "in", self._origin.ids),
                ("product_id.type", "=", "consu"),
                ("warehouse_id", "in", self._get_asked_warehouses().ids),
            ]
        )
        for operator, moment in ((">=", from_date), ("<=", to_date)):
            if moment:
                moment = fields.Datetime.to_datetime(moment)
                domain &= Domain("commitment_date", operator, moment) | (
                    Domain("commitment_date", "=", False)
                    & (
                        Domain("order_id.commitment_date", operator, moment)
                        | Domain("order_id.commitment_date", "=", False)
                        & Domain("order_id.date_order", operator, moment)
                    )
                )
        demand = defaultdict(float)
        for product, unit, quantity in (
            self.env["sale.order.line"]
            .sudo()
            ._read_group(
                domain, ["product_id", "product_uom_id"], ["product_uom_qty:sum"]
            )
        ):
            demand[product.id] += unit._compute_quantity(quantity, product.uom_id)
        return demand

    def _get_asked_warehouses(self):
        """The warehouses whose stock lies in locations that the context asks for."""
        warehouses = self.env["stock.warehouse"].sudo().search(Domain.TRUE)
        stock = warehouses.lot_stock_id
        asked = self._get_domain_locations()[0].map_conditions(
            lambda condition: (
                Domain("id", condition.operator, condition.value)
                if condition.field_expr == "location_id"
                else Domain.TRUE
            )
        )
        found = stock.search(asked & Domain("id", "in", stock.ids))
        return warehouses.filtered(lambda warehouse: warehouse.lot_stock_id in found)
