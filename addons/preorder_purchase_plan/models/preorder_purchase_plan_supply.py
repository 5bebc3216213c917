from collections import defaultdict
from dataclasses import dataclass

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ..plan import take_from_stock

_OPEN_MOVES = ("waiting", "confirmed", "assigned", "partially_available")


@dataclass
class Supply:
    """What a plan may take off of a variant in a warehouse, in the variant's unit.

    :ivar stock: in stock and nobody else's, or delivered from there to the plan's
        customers; below zero, what comes is owed to others first
    :ivar incoming: on its way, bought outside of plans and not promised
    :ivar by_rule: bought by a reordering rule and not received yet
    """

    stock: float = 0.0
    incoming: float = 0.0
    by_rule: float = 0.0


class PreorderPurchasePlan(models.Model):
    """Supply besides the plan's own orders: stock, what is on its way, rules.

    What is free in a warehouse is what lies there, less what is promised outside of
    plans, less what other plans count on: the part of their customers' demand that is
    neither delivered, nor on order, nor missing. So the same pieces are never taken off
    twice.
    """

    _inherit = "preorder.purchase.plan"

    def _get_warehouse(self, picking_type):
        """The warehouse whose stock serves what is received by an operation type."""
        self.ensure_one()
        warehouses = self.env["stock.warehouse"].sudo()
        return picking_type.sudo().warehouse_id or warehouses.search(
            [("company_id", "=", self.company_id.id)], limit=1
        )

    def _update_supply(self):
        """Find reordering rules, and take off stock and arrivals where asked for."""
        self.ensure_one()
        if self.use_stock or self.use_incoming:
            self._lock_supply()
        lines = self.line_ids.filtered(lambda line: not line.split_of_id)
        warehouses = {
            picking_type: self._get_warehouse(picking_type)
            for picking_type in lines.grouped("picking_type_id")
        }
        for warehouse, its_lines in lines.grouped(
            lambda line: warehouses[line.picking_type_id]
        ).items():
            self._update_rules(warehouse, its_lines)
            self._take_off_supply(warehouse, its_lines)

    def _lock_supply(self):
        """Let plans of a company take off stock one after the other.

        Whoever comes while another is at it is repeated by Odoo, and sees then what the
        other took.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE preorder_purchase_plan SET write_date = write_date "
                "WHERE company_id = %s AND active",
                self.company_id.id,
            )
        )

    def _update_rules(self, warehouse, lines):
        """Mark what a reordering rule buys."""
        rules = (
            self.env["stock.warehouse.orderpoint"]
            .sudo()
            .search(
                [
                    ("warehouse_id", "=", warehouse.id),
                    ("product_id", "in", lines.product_id.ids),
                ]
            )
        )
        kinds = {rule.product_id: "manual" for rule in rules}
        for rule in rules:
            if rule.trigger == "auto":
                kinds[rule.product_id] = "auto"
        for line in lines:
            rule = kinds.get(line.product_id, False)
            if line.reordering_rule != rule:
                line.reordering_rule = rule

    def _take_off_supply(self, warehouse, lines):
        """Take off what is free of a warehouse's stock, and of what it is to get."""
        supplies = self._get_supplies(warehouse, lines.product_id)
        for product, its_lines in lines.grouped("product_id").items():
            supply = supplies[product.id]
            stock = supply.stock if self.use_stock else min(supply.stock, 0.0)
            incoming = (supply.incoming if self.use_incoming else 0.0) + supply.by_rule
            for line in its_lines.sorted(lambda line: (str(line.week or ""), line.id)):
                from_stock, from_incoming = take_from_stock(
                    line._get_wanted() - line._get_ordered_with_splits(),
                    stock,
                    incoming,
                )
                stock -= from_stock
                incoming -= from_incoming
                for name, quantity in (
                    ("quantity_from_stock", from_stock),
                    ("quantity_from_incoming", from_incoming),
                ):
                    if line[name] != quantity:
                        line[name] = quantity

    def _get_supplies(self, warehouse, products):
        """What the plan may take off.

        :return: dict of product id → :class:`Supply`
        """
        self.ensure_one()
        supplies = {product.id: Supply() for product in products}
        storable = products.filtered("is_storable")
        if not storable:
            return supplies
        quantities = (
            storable.sudo()
            .with_context(warehouse_id=warehouse.id)
            ._compute_quantities_dict(None, None, None)
        )
        plans = self.sudo().search([("company_id", "=", self.company_id.id)])
        delivered, undelivered = plans._get_deliveries(warehouse, storable)
        received, unreceived = plans._get_receipts(storable)
        missing, expected = plans._get_claims(storable)
        to_order, for_orders = self._get_made_to_order(warehouse, storable)
        outside, by_rule = self._get_bought_outside(warehouse, storable)
        for product in storable:
            supply = supplies[product.id]
            figures = quantities[product.id]
            supply.stock = figures["qty_available"] - (
                figures["outgoing_qty"] - to_order[product.id]
            )
            supply.incoming = outside[product.id] - for_orders[product.id]
            supply.by_rule = by_rule[product.id]
            for plan in plans:
                key = (plan.id, product.id)
                supply.stock += undelivered[key]
                if plan == self:
                    supply.stock += delivered[key] - received[key]
                    continue
                counted_on = undelivered[key] - unreceived[key] - missing[key]
                supply.stock -= max(0.0, counted_on - expected[key])
                from_rule = min(supply.by_rule, expected[key])
                supply.by_rule -= from_rule
                supply.incoming -= expected[key] - from_rule
        return supplies

    def _get_deliveries(self, warehouse, products):
        """How far the confirmed demand of plans is delivered, routes of its own aside.

        :return: two dicts of (plan id, product id) → quantity in the product's unit:
            delivered, and still to be delivered
        """
        delivered, undelivered = defaultdict(float), defaultdict(float)
        condition = self.campaign_ids and self[:1]._get_route_condition()
        for plan_id, product_id, done, to_do in self.env.execute_query(
            SQL(
                """
                SELECT plan.preorder_purchase_plan_id,
                       line.product_id,
                       SUM(LEAST(line.qty_delivered, line.product_uom_qty)
                           * unit.factor / own_unit.factor)::float8,
                       SUM(GREATEST(line.product_uom_qty - line.qty_delivered, 0)
                           * unit.factor / own_unit.factor)::float8
                  FROM preorder_purchase_plan_campaign_rel plan
                  JOIN sale_order_line line
                    ON line.preorder_campaign_id = plan.preorder_campaign_id
                  JOIN sale_order sale ON sale.id = line.order_id
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                  JOIN uom_uom unit ON unit.id = line.product_uom_id
                  JOIN uom_uom own_unit ON own_unit.id = template.uom_id
                 WHERE plan.preorder_purchase_plan_id = ANY(%s)
                   AND line.state = 'sale'
                   AND line.product_id = ANY(%s)
                   AND sale.warehouse_id = %s
                   AND NOT %s
              GROUP BY plan.preorder_purchase_plan_id, line.product_id
             UNION ALL
                SELECT plan.preorder_purchase_plan_id,
                       move.product_id,
                       COALESCE(SUM(move.product_qty)
                           FILTER (WHERE move.state = 'done'), 0)::float8,
                       COALESCE(SUM(move.product_qty)
                           FILTER (WHERE move.state != 'done'), 0)::float8
                  FROM preorder_purchase_plan_campaign_rel plan
                  JOIN preorder_order form ON form.campaign_id = plan.preorder_campaign_id
                  JOIN stock_picking picking ON picking.preorder_order_id = form.id
                  JOIN stock_move move ON move.picking_id = picking.id
                 WHERE plan.preorder_purchase_plan_id = ANY(%s)
                   AND move.state != 'cancel'
                   AND move.product_id = ANY(%s)
                   AND move.procure_method != 'make_to_order'
              GROUP BY plan.preorder_purchase_plan_id, move.product_id
                """,
                self.ids,
                products.ids,
                warehouse.id,
                condition or SQL("FALSE"),
                self.ids,
                products.ids,
            )
        ):
            delivered[plan_id, product_id] += done
            undelivered[plan_id, product_id] += to_do
        return delivered, undelivered

    def _get_receipts(self, products):
        """How far the orders of plans are received.

        :return: two dicts of (plan id, product id) → quantity in the product's unit:
            received, and still to be received
        """
        received, unreceived = defaultdict(float), defaultdict(float)
        for plan, product, line_unit, ordered, done in (
            self.env["purchase.order.line"]
            .sudo()
            ._read_group(
                [
                    ("preorder_plan_line_id.plan_id", "in", self.ids),
                    ("product_id", "in", products.ids),
                    ("state", "!=", "cancel"),
                ],
                ["preorder_plan_id", "product_id", "product_uom_id"],
                ["product_qty:sum", "qty_received:sum"],
            )
        ):
            unit = product.uom_id
            key = (plan.id, product.id)
            done = line_unit._compute_quantity(done, unit, round=False)
            received[key] += done
            unreceived[key] += max(
                0.0, line_unit._compute_quantity(ordered, unit, round=False) - done
            )
        return received, unreceived

    def _get_claims(self, products):
        """What plans know to be missing, and what they expect from others' purchases.

        :return: two dicts of (plan id, product id) → quantity in the product's unit
        """
        missing, expected = defaultdict(float), defaultdict(float)
        for plan, product, lacking, incoming in self.env[
            "preorder.purchase.plan.line"
        ]._read_group(
            [("plan_id", "in", self.ids), ("product_id", "in", products.ids)],
            ["plan_id", "product_id"],
            ["quantity_missing:sum", "quantity_from_incoming:sum"],
        ):
            missing[plan.id, product.id] = lacking
            expected[plan.id, product.id] = incoming
        return missing, expected

    def _get_made_to_order(self, warehouse, products):
        """What leaves a warehouse, and comes, for an order that it was procured for.

        :return: two dicts of product id → quantity: leaving, coming
        """
        moves = self.env["stock.move"].sudo()
        domain = Domain("product_id", "in", products.ids) & Domain(
            "state", "in", _OPEN_MOVES
        )
        leaving, coming = (
            defaultdict(
                float,
                {
                    product.id: quantity
                    for product, quantity in moves._read_group(
                        domain & condition, ["product_id"], ["product_qty:sum"]
                    )
                },
            )
            for condition in (
                Domain("location_id", "child_of", warehouse.lot_stock_id.id)
                & Domain("procure_method", "=", "make_to_order"),
                Domain("purchase_line_id", "!=", False)
                & Domain("purchase_line_id.orderpoint_id", "=", False)
                & Domain("purchase_line_id.preorder_plan_line_id", "=", False)
                & Domain("move_dest_ids.procure_method", "=", "make_to_order")
                & Domain("picking_type_id.warehouse_id", "=", warehouse.id),
            )
        )
        return leaving, coming

    def _get_bought_outside(self, warehouse, products):
        """What was bought without a plan and is not received yet.

        :return: two dicts of product id → quantity: confirmed purchases, and what
            reordering rules bought, requests included
        """
        outside, by_rule = defaultdict(float), defaultdict(float)
        for product, unit, rule, ordered, done in (
            self.env["purchase.order.line"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", products.ids),
                    ("preorder_plan_line_id", "=", False),
                    ("order_id.picking_type_id.warehouse_id", "=", warehouse.id),
                    "|",
                    ("state", "in", ("purchase", "done")),
                    "&",
                    ("orderpoint_id", "!=", False),
                    ("state", "!=", "cancel"),
                ],
                ["product_id", "product_uom_id", "orderpoint_id"],
                ["product_qty:sum", "qty_received:sum"],
            )
        ):
            quantity = unit._compute_quantity(
                max(0.0, ordered - done), product.uom_id, round=False
            )
            (by_rule if rule else outside)[product.id] += quantity
        return outside, by_rule
