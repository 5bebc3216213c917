from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL


class PreorderPurchasePlan(models.Model):
    """What the goods' own routes buy or make, order by order, without a plan.

    Until an order's deliveries are made, Odoo's own choice of rules tells what will
    happen; from then on its moves tell what did: a route may have been changed since,
    and where a route finds no supplier, Odoo takes the goods from stock instead.
    """

    _inherit = "preorder.purchase.plan"

    def _get_buying_routes(self):
        """Routes that may buy or make what an order takes, for that order.

        Make to order: a rule that takes from a warehouse's stock what is procured for
        it. Drop-shipping: a rule that buys straight to the customer.
        """
        stock = self.env["stock.warehouse"].sudo().search(Domain.TRUE).lot_stock_id
        for_orders = Domain(
            "procure_method", "in", ("make_to_order", "mts_else_mto")
        ) & Domain("location_src_id", "in", stock.ids)
        straight = Domain("action", "=", "buy") & Domain(
            "location_dest_id.usage", "=", "customer"
        )
        return (
            self.env["stock.rule"]
            .sudo()
            .search(
                Domain("company_id", "in", (False, *self.company_id.ids))
                & (for_orders | straight)
            )
            .route_id
        )

    def _get_quantities_by_route(self, campaigns, products=None):
        """What of standing order lines is bought by routes.

        :param campaigns: ``preorder.campaign`` records
        :param products: only of these variants; ``None`` for all
        :return: dict of sale order line's id → quantity in the product's unit
        """
        routes = self._get_buying_routes()
        if not routes or not campaigns:
            return {}
        rows = self.env.execute_query(
            self._select_lines_with_routes(
                routes,
                SQL(
                    "line.preorder_campaign_id IN %s AND %s",
                    campaigns._ids,
                    SQL("line.product_id IN %s", products._ids)
                    if products
                    else SQL("TRUE"),
                ),
            )
        )
        return self._choose_bought_by_route(rows)

    def _get_left_to_routes(self, filled):
        """What routes will buy of forms that are being filled.

        :param filled: rows that begin with a variant's and a campaign's id
        :return: set of (product id, campaign id)
        """
        routes = filled and self._get_buying_routes()
        if not routes:
            return set()
        keys = {(row[0], row[1]) for row in filled}
        products = self.env["product.product"].browse({key[0] for key in keys})
        campaigns = self.env["preorder.campaign"].sudo()
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        known = {}
        return {
            (product_id, campaign_id)
            for product_id, campaign_id in keys
            for product in products.browse(product_id).with_prefetch(
                products._prefetch_ids
            )
            if self._is_bought_by_route(
                product,
                product.uom_id,
                warehouse,
                campaigns.browse(campaign_id).route_id,
                known,
            )
        }

    def _get_unlaunched_by_route(self, warehouse, products):
        """What routes will buy of orders whose deliveries are still to be made.

        :return: dict of product id → quantity in the product's unit
        """
        orders = products._get_unlaunched_orders()
        routes = orders and self._get_buying_routes()
        if not routes:
            return {}
        rows = self.env.execute_query(
            self._select_lines_with_routes(
                routes,
                SQL(
                    "line.order_id IN %s AND line.product_id IN %s"
                    " AND line.warehouse_id = %s",
                    orders._ids,
                    products._ids,
                    warehouse.id,
                ),
            )
        )
        by_line = self._choose_bought_by_route(rows)
        quantities = {}
        for line_id, product_id, *_rest in rows:
            quantities[product_id] = quantities.get(product_id, 0.0) + by_line.get(
                line_id, 0.0
            )
        return quantities

    def _choose_bought_by_route(self, rows):
        """The part of each order line that its route buys.

        :param rows: as selected by :meth:`_select_lines_with_routes`
        :return: dict of line id → quantity in the product's unit
        """
        products = self.env["product.product"].browse({row[1] for row in rows})
        units = self.env["uom.uom"].browse({row[2] for row in rows})
        known = {}
        result = {}
        for (
            line_id,
            product_id,
            unit_id,
            warehouse_id,
            route_ids,
            quantity,
            for_order,
            from_stock,
        ) in rows:
            if self._is_bought_by_route(
                products.browse(product_id).with_prefetch(products._prefetch_ids),
                units.browse(unit_id),
                self.env["stock.warehouse"].browse(warehouse_id),
                self.env["stock.route"].browse(route_ids),
                known,
            ):
                bought = max(0.0, quantity - from_stock)
            else:
                bought = min(quantity, for_order)
            if bought:
                result[line_id] = bought
        return result

    def _select_lines_with_routes(self, routes, condition) -> SQL:
        """Order lines whose goods a route may buy, with what their moves say.

        :param routes: ``stock.route`` records, as by :meth:`_get_buying_routes`
        :param condition: on sale_order_line as ``line``
        :return: a query of line, product, unit, warehouse, the line's own routes, and
            of quantities in the product's unit: ordered, moved or to be moved because
            it was bought for the order, and moved or to be moved from stock
        """
        self.env.flush_all()
        relation = self.env["sale.order.line"]._fields["route_ids"]
        table, column, route = (
            SQL.identifier(name)
            for name in (relation.relation, relation.column1, relation.column2)
        )
        places = self.env["stock.location"].sudo()
        stock = places.search(
            Domain(
                "id",
                "child_of",
                self.env["stock.warehouse"].sudo().search(Domain.TRUE).lot_stock_id.ids,
            )
        )
        # From suppliers to customers, goods are in none of our locations.
        for_order = SQL(
            """(
                move.location_id = ANY(%(stock)s)
                AND move.procure_method = 'make_to_order'
                OR move.location_id IN (
                    SELECT id FROM stock_location WHERE usage = 'supplier'
                )
            )""",
            stock=stock.ids,
        )
        return SQL(
            """
            WITH candidate AS (%(candidates)s)
            SELECT line.id, line.product_id, line.product_uom_id, line.warehouse_id,
                   ARRAY(SELECT own.%(route)s FROM %(table)s own
                          WHERE own.%(column)s = line.id ORDER BY 1),
                   (line.product_uom_qty * unit.factor / own_unit.factor)::float8,
                   moved.for_order, moved.from_stock
              FROM candidate
              JOIN sale_order_line line ON line.id = candidate.id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom unit ON unit.id = line.product_uom_id
              JOIN uom_uom own_unit ON own_unit.id = template.uom_id
        CROSS JOIN LATERAL (
                       SELECT COALESCE(
                                  SUM(move.product_qty) FILTER (WHERE %(for_order)s), 0
                              )::float8 AS for_order,
                              COALESCE(SUM(move.product_qty) FILTER (
                                  WHERE move.location_id = ANY(%(stock)s)
                                    AND move.procure_method = 'make_to_stock'
                                    AND rule.procure_method
                                        IS DISTINCT FROM 'mts_else_mto'
                              ), 0)::float8 AS from_stock
                         FROM stock_move move
                    LEFT JOIN stock_rule rule ON rule.id = move.rule_id
                        WHERE move.sale_line_id = line.id
                          AND move.state != 'cancel'
                          AND move.origin_returned_move_id IS NULL
                   ) moved
             WHERE line.state IN ('draft', 'sent', 'sale')
               AND template.type = 'consu'
            """,
            candidates=self._select_candidates_for_routes(routes, condition, stock),
            route=route,
            table=table,
            column=column,
            for_order=for_order,
            stock=stock.ids,
        )

    def _select_candidates_for_routes(self, routes, condition, stock) -> SQL:
        """Ids of the order lines whose goods a route may buy, or has bought.

        Each way is a query of its own that an index answers: what no route concerns is
        not read (a campaign may have a hundred thousand lines).

        :param routes: ``stock.route`` records, as by :meth:`_get_buying_routes`
        :param condition: on sale_order_line as ``line``
        :param stock: the locations of all stock
        """
        relation = self.env["sale.order.line"]._fields["route_ids"]
        warehouses = self.env["stock.warehouse"].sudo()
        units = self.env["uom.uom"].sudo()
        ways = [
            SQL("line.%s = ANY(%s)", SQL.identifier(name), records.ids)
            for name, records in (
                ("product_id", self._get_products_with_routes(routes)),
                ("warehouse_id", warehouses.search([("route_ids", "in", routes.ids)])),
                (
                    "product_uom_id",
                    units.search([("package_type_id.route_ids", "in", routes.ids)]),
                ),
            )
            if records
        ]
        queries = [
            SQL(
                "SELECT line.id FROM sale_order_line line WHERE %s AND %s",
                condition,
                way,
            )
            for way in ways
        ]
        queries.append(
            SQL(
                """
                SELECT line.id FROM %(table)s own
                  JOIN sale_order_line line ON line.id = own.%(column)s
                 WHERE own.%(route)s = ANY(%(routes)s) AND %(condition)s
                """,
                table=SQL.identifier(relation.relation),
                column=SQL.identifier(relation.column1),
                route=SQL.identifier(relation.column2),
                routes=routes.ids,
                condition=condition,
            )
        )
        queries += [
            SQL(
                """
                SELECT line.id FROM stock_move move
                  JOIN sale_order_line line ON line.id = move.sale_line_id
                 WHERE move.sale_line_id IS NOT NULL AND %s AND %s
                """,
                way,
                condition,
            )
            for way in (
                SQL(
                    "move.location_id = ANY(%s)"
                    " AND move.procure_method = 'make_to_order'",
                    stock.ids,
                ),
                SQL(
                    "move.location_id IN ("
                    "SELECT id FROM stock_location WHERE usage = 'supplier')"
                ),
            )
        ]
        return SQL(" UNION ").join(queries)

    def _get_products_with_routes(self, routes):
        """Variants that have one of these routes of their own, or by their category."""
        categories = (
            self.env["product.category"]
            .sudo()
            .search(Domain.TRUE)
            .filtered(lambda category: category.total_route_ids & routes)
        )
        return (
            self.env["product.product"]
            .sudo()
            .with_context(active_test=False)
            .search(
                Domain("route_ids", "in", routes.ids)
                | Domain("categ_id", "in", categories.ids)
            )
        )

    def _is_bought_by_route(self, product, unit, warehouse, routes, known):
        """Whether Odoo's rules buy or make a product for each order.

        :param unit: the order line's unit: a package may have routes
        :param routes: the order line's own routes
        :param known: filled: what was found for products with the same routes
        """
        product, warehouse = product.sudo(), warehouse.sudo()
        rules = self.env["stock.rule"].sudo()
        key = (
            product.route_ids,
            product.categ_id.total_route_ids,
            unit.sudo().package_type_id.route_ids,
            # Where a warehouse buys only what has a supplier, products differ.
            warehouse.route_ids.filtered(
                lambda route: rules._filter_warehouse_routes(product, warehouse, route)
            ),
            warehouse,
            routes,
        )
        if key not in known:
            known[key] = self._follow_rules(product, unit, warehouse, routes)
        return known[key]

    def _follow_rules(self, product, unit, warehouse, routes):
        """Go from the customer to the supplier as a procurement would."""
        values = {
            "route_ids": routes.sudo(),
            "packaging_uom_id": unit.sudo(),
            "warehouse_id": warehouse.sudo(),
            "company_id": self.company_id,
        }
        rules = self.env["stock.rule"].sudo()
        location = self.env.ref("stock.stock_location_customers").sudo()
        seen = location.browse()
        while location and location not in seen:
            seen |= location
            rule = rules._get_rule(product, location, values)
            if rule.action not in ("pull", "pull_push"):
                # Bought or made; or there is no rule: nobody does anything.
                return bool(rule)
            if rule.procure_method == "make_to_stock":
                return False
            location = rule.location_src_id
            values["warehouse_id"] = rule.warehouse_id or warehouse.sudo()
        return False
