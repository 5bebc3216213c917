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

    :ivar stock: in stock and nobody else's, or delivered to the plan's customers and
        not from the plan's own orders; below zero, what comes is owed to others first
    :ivar incoming: on its way, bought outside of plans and not promised
    :ivar by_rule: bought outside of plans, requests included, though a reordering rule
        buys it, and not received yet
    :ivar lent: received from the plan's own orders, and taken off by other plans
    """

    stock: float = 0.0
    incoming: float = 0.0
    by_rule: float = 0.0
    lent: float = 0.0


@dataclass
class Claim:
    """What another plan's lines say of a variant.

    :ivar certain: confirmed when the plan was last brought up to date
    :ivar probable: counted on besides
    :ivar missing: to be bought yet
    :ivar expected: counted on of what others have bought
    :ivar from_stock: taken off of the stock
    """

    certain: float = 0.0
    probable: float = 0.0
    missing: float = 0.0
    expected: float = 0.0
    from_stock: float = 0.0

    def get_owed(self, delivered, undelivered, unreceived):
        """What of the stock is this plan's.

        Its customers' goods, less what is still to come. Orders confirmed since the
        plan was brought up to date are taken for those that were counted on; for
        others, nothing has been taken off yet.
        """
        grown = max(0.0, delivered + undelivered - self.certain)
        wanted = undelivered - grown + self.probable
        return max(0.0, wanted - unreceived - self.missing - self.expected)


class PreorderPurchasePlan(models.Model):
    """Supply besides the plan's own orders: stock, what is on its way, rules.

    What is free in a warehouse is what lies there, less what is promised outside of
    plans, less what is other plans': the part of their customers' demand that is
    neither delivered, nor on order, nor missing. So the same pieces are never taken off
    twice. What a plan has received and needs no more (a pack that was rounded up,
    orders that were cancelled) is free for the others; what they take of it, the plan
    buys again if it comes to need it.
    """

    _inherit = "preorder.purchase.plan"

    def _get_warehouses(self, picking_types):
        """The warehouses whose stock serves what is received by operation types.

        :return: dict of operation type (or none) → warehouse
        """
        self.ensure_one()
        usual = (
            self.env["stock.warehouse"]
            .sudo()
            .search([("company_id", "=", self.company_id.id)], limit=1)
        )
        return {
            picking_types.browse(): usual,
            **{
                picking_type: picking_type.sudo().warehouse_id or usual
                for picking_type in picking_types
            },
        }

    def _update_supply(self):
        """Find reordering rules, and take off stock and arrivals where asked for."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: not line.split_of_id)
        if not lines:
            return
        if self.use_stock or self.use_incoming:
            self._lock_supply()
        warehouses = self._get_warehouses(lines.picking_type_id)
        for warehouse, its_lines in lines.grouped(
            lambda line: warehouses[line.picking_type_id]
        ).items():
            kept_by_rules = self._update_rules(warehouse, its_lines)
            self._take_off_supply(warehouse, its_lines, kept_by_rules)

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
        """Mark what a reordering rule buys.

        :return: dict of variant → what automatic rules keep in stock at most
        """
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
        kept = defaultdict(float)
        kinds = {rule.product_id: "manual" for rule in rules}
        for rule in rules.filtered(lambda rule: rule.trigger == "auto"):
            kept[rule.product_id] += max(rule.product_min_qty, rule.product_max_qty)
            kinds[rule.product_id] = "auto"
        for line in lines:
            rule = kinds.get(line.product_id, False)
            if line.reordering_rule != rule:
                line.reordering_rule = rule
        return dict(kept)

    def _take_off_supply(self, warehouse, lines, kept_by_rules):
        """Take off what is free of a warehouse's stock, and of what it is to get."""
        supplies = self._get_supplies(warehouse, lines.product_id)
        for product, its_lines in lines.grouped("product_id").items():
            supply = supplies[product.id]
            incoming = (supply.incoming if self.use_incoming else 0.0) + supply.by_rule
            stock = supply.stock
            if not self.use_stock:
                # What was counted on while it was on its way stays so when it arrives;
                # and what lies above a rule's maximum was bought for these orders.
                arrived = sum(
                    max(0.0, line.quantity_from_stock) + line.quantity_from_incoming
                    for line in its_lines
                ) - max(0.0, incoming)
                if product in kept_by_rules:
                    arrived = max(arrived, stock - kept_by_rules[product])
                stock = min(stock, max(0.0, arrived))
            lent = supply.lent
            for line in its_lines.sorted(lambda line: (str(line.week or ""), line.id)):
                from_stock, from_incoming = take_from_stock(
                    line._get_wanted() - line._get_ordered_with_splits(),
                    stock,
                    incoming,
                )
                stock -= from_stock
                incoming -= from_incoming
                if lent and line._get_ordered_with_splits():
                    from_stock -= lent
                    lent = 0.0
                for name, quantity in (
                    ("quantity_from_stock", from_stock),
                    ("quantity_from_incoming", from_incoming),
                ):
                    if line[name] != quantity:
                        line[name] = quantity

    def _forget_supply(self):
        """Take off anew, whatever was taken off before."""
        self.line_ids.filtered(
            lambda line: line.quantity_from_stock or line.quantity_from_incoming
        ).write({"quantity_from_stock": 0.0, "quantity_from_incoming": 0.0})

    def _get_supplies(self, warehouse, products):
        """What the plan may take off.

        With what all plans' customers are still to get, a warehouse's stock is what
        lies there, less what leaves it for anybody else. Of that, what other plans need
        is theirs. To the plan itself belongs in addition what its customers have got of
        it (they count as demand), and not what its own orders brought (that is taken
        off already).

        :return: dict of product id → :class:`Supply`
        """
        self.ensure_one()
        supplies = {product.id: Supply() for product in products}
        storable = products.filtered("is_storable")
        if not storable:
            return supplies
        quantities = (
            storable.sudo()
            .with_context(location=self._get_stock_locations(warehouse).ids)
            ._compute_quantities_dict(None, None, None)
        )
        plans = self.sudo().search([("company_id", "=", self.company_id.id)]) | self
        delivered, undelivered, leaving = plans._get_deliveries(warehouse, storable)
        received, unreceived = plans._get_receipts(warehouse, storable)
        claims = (plans - self)._get_claims(warehouse, storable)
        to_order, for_orders = self._get_made_to_order(warehouse, storable)
        unlaunched = self._get_unlaunched_by_route(warehouse, storable)
        ruled = self.line_ids.filtered("reordering_rule").product_id & storable
        outside, by_rule = self._get_bought_outside(warehouse, storable, ruled)
        for product in storable:
            supply = supplies[product.id]
            figures = quantities[product.id]
            supply.stock = (
                figures["qty_available"]
                - figures["outgoing_qty"]
                + to_order[product.id]
                + unlaunched.get(product.id, 0.0)
                + sum(leaving[plan.id, product.id] for plan in plans)
                + delivered[self.id, product.id]
                - received[self.id, product.id]
            )
            supply.incoming, supply.by_rule = outside[product.id], by_rule[product.id]
            if product in ruled:
                supply.by_rule -= for_orders[product.id]
            else:
                supply.incoming -= for_orders[product.id]
            taken = 0.0
            for plan in plans - self:
                key = (plan.id, product.id)
                claim = claims[key]
                supply.stock -= claim.get_owed(
                    delivered[key], undelivered[key], unreceived[key]
                )
                from_rule = min(supply.by_rule, claim.expected)
                supply.by_rule -= from_rule
                supply.incoming -= claim.expected - from_rule
                taken += claim.from_stock
            # What others expected and is not on its way any more has arrived.
            supply.stock += min(0.0, supply.incoming)
            own = received[self.id, product.id] - delivered[self.id, product.id]
            supply.lent = max(0.0, min(taken, own, -supply.stock))
        return supplies

    def _get_stock_locations(self, warehouse):
        """Where a warehouse's stock lies: all of it but own shops' that lie inside."""
        locations = self.env["stock.location"].sudo()
        shops = (
            self.env["res.partner"]
            .sudo()
            .search(
                Domain(
                    "preorder_location_id", "child_of", warehouse.view_location_id.id
                )
            )
            .preorder_location_id
        )
        found, to_visit = locations, warehouse.view_location_id
        while to_visit:
            location, to_visit = to_visit[0], to_visit[1:]
            if location in shops:
                continue
            if location.usage == "view" and any(
                shop.parent_path.startswith(location.parent_path) for shop in shops
            ):
                to_visit += location.child_ids
            else:
                found |= location
        return found

    def _get_deliveries(self, warehouse, products):
        """How far the confirmed demand of plans is delivered, routes of its own aside.

        :return: three dicts of (plan id, product id) → quantity in the product's unit:
            delivered and still to be delivered of what is received in the warehouse,
            and what still leaves the warehouse
        """
        delivered, undelivered = defaultdict(float), defaultdict(float)
        leaving = defaultdict(float)
        here = self._get_campaigns_received_in(warehouse)
        by_route = self[:1]._get_quantities_by_route(self.campaign_ids, products)
        for plan_id, product_id, is_here, leaves, done, to_do in self.env.execute_query(
            SQL(
                """
                SELECT plan.preorder_purchase_plan_id,
                       line.product_id,
                       line.preorder_campaign_id = ANY(%(here)s),
                       line.warehouse_id = %(warehouse)s,
                       SUM(done.quantity)::float8,
                       SUM(GREATEST(
                           ordered.quantity - COALESCE(by_route.quantity, 0)
                               - done.quantity, 0
                       ))::float8
                  FROM preorder_purchase_plan_campaign_rel plan
                  JOIN sale_order_line line
                    ON line.preorder_campaign_id = plan.preorder_campaign_id
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                  JOIN uom_uom unit ON unit.id = line.product_uom_id
                  JOIN uom_uom own_unit ON own_unit.id = template.uom_id
             LEFT JOIN unnest(%(lines)s::int[], %(by_route)s::float8[])
                       AS by_route(line_id, quantity) ON by_route.line_id = line.id
            CROSS JOIN LATERAL (
                           SELECT line.product_uom_qty * unit.factor / own_unit.factor
                       ) ordered(quantity)
            CROSS JOIN LATERAL (
                           SELECT GREATEST(0, LEAST(
                               line.qty_delivered * unit.factor / own_unit.factor,
                               ordered.quantity - COALESCE(by_route.quantity, 0)
                           ))
                       ) done(quantity)
                 WHERE plan.preorder_purchase_plan_id = ANY(%(plans)s)
                   AND line.state = 'sale'
                   AND line.product_id = ANY(%(products)s)
                   AND (line.preorder_campaign_id = ANY(%(here)s)
                        OR line.warehouse_id = %(warehouse)s)
              GROUP BY 1, 2, 3, 4
             UNION ALL
                SELECT plan.preorder_purchase_plan_id,
                       move.product_id,
                       form.campaign_id = ANY(%(here)s),
                       source.warehouse_id = %(warehouse)s,
                       COALESCE(SUM(move.product_qty)
                           FILTER (WHERE move.state = 'done'), 0)::float8,
                       COALESCE(SUM(move.product_qty)
                           FILTER (WHERE move.state != 'done'), 0)::float8
                  FROM preorder_purchase_plan_campaign_rel plan
                  JOIN preorder_order form
                    ON form.campaign_id = plan.preorder_campaign_id
                  JOIN stock_picking picking ON picking.preorder_order_id = form.id
                  JOIN stock_move move ON move.picking_id = picking.id
                  JOIN stock_location source ON source.id = move.location_id
                 WHERE plan.preorder_purchase_plan_id = ANY(%(plans)s)
                   AND move.state != 'cancel'
                   AND move.product_id = ANY(%(products)s)
                   AND move.procure_method != 'make_to_order'
              GROUP BY 1, 2, 3, 4
                """,
                here=here.ids,
                warehouse=warehouse.id,
                lines=list(by_route),
                by_route=list(by_route.values()),
                plans=self.ids,
                products=products.ids,
            )
        ):
            key = (plan_id, product_id)
            if is_here:
                delivered[key] += done
                undelivered[key] += to_do
            if leaves:
                leaving[key] += to_do
        return delivered, undelivered, leaving

    def _get_campaigns_received_in(self, warehouse):
        """The plans' campaigns whose goods are received in a warehouse."""
        campaigns = self.campaign_ids
        warehouses = self[:1]._get_warehouses(campaigns.picking_type_id)
        return campaigns.filtered(
            lambda campaign: warehouses[campaign.picking_type_id] == warehouse
        )

    def _get_receipts(self, warehouse, products):
        """How far what plans ordered for a warehouse is received.

        :return: two dicts of (plan id, product id) → quantity in the product's unit:
            received, and still to be received
        """
        received, unreceived = defaultdict(float), defaultdict(float)
        for plan, product, line_unit, ordered, done in (
            self.env["purchase.order.line"]
            .sudo()
            ._read_group(
                [
                    ("preorder_plan_id", "in", self.ids),
                    ("product_id", "in", products.ids),
                    ("order_id.picking_type_id.warehouse_id", "=", warehouse.id),
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

    def _get_claims(self, warehouse, products):
        """What plans count on in a warehouse, by their lines.

        :return: dict of (plan id, product id) → :class:`Claim`
        """
        claims = defaultdict(Claim)
        lines = self.env["preorder.purchase.plan.line"].sudo()
        lines = lines.search(
            [("plan_id", "in", self.ids), ("product_id", "in", products.ids)]
        )
        warehouses = self[:1] and self[:1]._get_warehouses(lines.picking_type_id)
        for line in lines:
            if warehouses[line.picking_type_id] != warehouse:
                continue
            claim = claims[line.plan_id.id, line.product_id.id]
            claim.missing += line.quantity_missing
            if line.split_of_id:
                continue
            certain = max(0.0, line.quantity_confirmed - line.quantity_by_route)
            claim.certain += certain
            claim.probable += line._get_customers_demand() - certain
            claim.expected += line.quantity_from_incoming
            claim.from_stock += max(0.0, line.quantity_from_stock)
        return claims

    def _get_made_to_order(self, warehouse, products):
        """What leaves a warehouse, and comes, for an order that it was procured for.

        :return: two dicts of product id → quantity: leaving and not here yet, and what
            of it is on its way
        """
        moves = self.env["stock.move"].sudo()
        stock = Domain("location_id", "child_of", warehouse.lot_stock_id.id)
        open_moves = Domain("product_id", "in", products.ids) & Domain(
            "state", "in", _OPEN_MOVES
        )
        leaving = open_moves & stock & Domain("procure_method", "=", "make_to_order")
        arriving = (
            open_moves
            & Domain("location_id", "child_of", warehouse.view_location_id.id)
            & ~stock
            & Domain(
                "move_dest_ids",
                "any",
                stock & Domain("procure_method", "=", "make_to_order"),
            )
        )
        coming = (
            open_moves
            & Domain("purchase_line_id", "!=", False)
            & Domain("purchase_line_id.preorder_plan_line_id", "=", False)
            & Domain("move_dest_ids.procure_method", "=", "make_to_order")
            & Domain("picking_type_id.warehouse_id", "=", warehouse.id)
        )

        def add_up(domain):
            groups = moves._read_group(domain, ["product_id"], ["product_qty:sum"])
            return {product.id: quantity for product, quantity in groups}

        total, on_its_way = add_up(leaving), add_up(coming)
        here = {
            product.id: quantity
            for product, quantity in self.env["stock.move.line"]
            .sudo()
            ._read_group(
                Domain("move_id", "any", leaving | arriving),
                ["product_id"],
                ["quantity_product_uom:sum"],
            )
        }
        to_come = defaultdict(float)
        for product_id, quantity in total.items():
            to_come[product_id] = max(0.0, quantity - here.get(product_id, 0.0))
        return to_come, defaultdict(
            float,
            {
                product_id: min(quantity, to_come[product_id])
                for product_id, quantity in on_its_way.items()
            },
        )

    def _get_bought_outside(self, warehouse, products, ruled):
        """What was bought without a plan, or by an archived one, and is to come.

        A rule that is run by hand leaves no trace on what it requests: of products that
        have one, all that is bought outside of plans counts as the rule's.

        :param ruled: those of the products for which there is a reordering rule
        :return: two dicts of product id → quantity: confirmed purchases, and those of
            products with a rule, requests included
        """
        outside, by_rule = defaultdict(float), defaultdict(float)
        lines = self.env["purchase.order.line"].sudo()
        for product, unit, ordered, done in lines._read_group(
            Domain("product_id", "in", products.ids)
            & Domain("order_id.picking_type_id.warehouse_id", "=", warehouse.id)
            & (
                Domain("preorder_plan_id", "=", False)
                | Domain("preorder_plan_id.active", "=", False)
            )
            & (
                Domain("state", "=", "purchase")
                | Domain("state", "!=", "cancel")
                & Domain("product_id", "in", ruled.ids)
                & Domain("move_dest_ids", "=", False)
            ),
            ["product_id", "product_uom_id"],
            ["product_qty:sum", "qty_received:sum"],
        ):
            quantity = unit._compute_quantity(
                max(0.0, ordered - done), product.uom_id, round=False
            )
            (by_rule if product in ruled else outside)[product.id] += quantity
        return outside, by_rule
