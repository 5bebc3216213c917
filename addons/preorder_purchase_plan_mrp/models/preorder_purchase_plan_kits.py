from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

#: Kits are taken apart in so many pieces at once: Odoo rounds what a component takes up
#: to its unit, and what is wanted is added up before anything is rounded.
_PIECES = 1000.0


class PreorderPurchasePlan(models.Model):
    """What customers want of kits is wanted of their components."""

    _inherit = "preorder.purchase.plan"

    def _get_demand(self):
        """Put components in the place of kits; sales go by what components cost."""
        demand = super()._get_demand()
        parts = self._get_kit_parts(key[0] for key in demand)
        if not parts:
            return demand
        by_route = self._find_components_by_route(parts)
        for key in [key for key in demand if key[0] in parts]:
            product_id, place, week = key
            kit = demand.pop(key)
            components = parts[product_id]
            cost = sum(
                component.standard_price * each
                for component, each in components.items()
            )
            for component, each in components.items():
                share = (
                    component.standard_price * each / cost
                    if cost
                    else 1 / len(components)
                )
                wanted = demand.setdefault((component.id, place, week), type(kit)())
                quantities = {
                    name: quantity * (share if name.startswith("sales_") else each)
                    for name, quantity in kit.quantities.items()
                }
                if component in by_route:
                    quantities.update(
                        quantity_by_route=quantities["quantity_confirmed"],
                        quantity_quoted=0.0,
                        quantity_started=0.0,
                    )
                wanted.add(kit.day, **quantities)
        return demand

    def _get_analysed(self):
        """Put components in the place of kits, as in the demand."""
        analysed = super()._get_analysed()
        for product_id, components in self._get_kit_parts(analysed).items():
            quantity = analysed.pop(product_id)
            for component, each in components.items():
                analysed[component.id] = (
                    analysed.get(component.id, 0.0) + quantity * each
                )
        return analysed

    def _find_components_by_route(self, parts):
        """Components that their own, their category's or the warehouse's routes buy.

        :param parts: as by :meth:`_get_kit_parts`
        """
        components = self.env["product.product"].union(
            *(component for each in parts.values() for component in each)
        )
        if not components or not self._get_buying_routes():
            return components.browse()
        known = {}
        warehouse = self._get_warehouses(self.env["stock.picking.type"])[
            self.env["stock.picking.type"]
        ]
        return components.filtered(
            lambda component: self._is_bought_by_route(
                component,
                component.uom_id,
                warehouse,
                self.env["stock.route"],
                known,
            )
        )

    def _is_bought_by_route(self, product, unit, warehouse, routes, known):
        """No kit is bought: its components are, by routes of their own."""
        return not product.is_kits and super()._is_bought_by_route(
            product, unit, warehouse, routes, known
        )

    def _choose_bought_by_route(self, rows):
        """Leave out kits: their lines' moves are of their components."""
        products = self.env["product.product"].browse({row[1] for row in rows})
        kits = set(products.filtered("is_kits").ids)
        return super()._choose_bought_by_route(
            [row for row in rows if row[1] not in kits]
        )

    def _get_deliveries(self, warehouse, products):
        """Add components that are delivered, or to be delivered, for kits."""
        delivered, undelivered, leaving = super()._get_deliveries(warehouse, products)
        here = self._get_campaigns_received_in(warehouse)
        for plan_id, product_id, is_here, leaves, done, to_do in self.env.execute_query(
            self._select_moved_for_kits(warehouse, products, here)
        ):
            key = (plan_id, product_id)
            if is_here:
                delivered[key] += done
                undelivered[key] += to_do
            if leaves:
                leaving[key] += to_do
        for plan_id, product_id, quantity in self._get_unlaunched_components(here):
            undelivered[plan_id, product_id] += quantity
        return delivered, undelivered, leaving

    def _select_moved_for_kits(self, warehouse, products, here) -> SQL:
        """What leaves stock for kits, in the components' units."""
        stock = self.env["stock.location"].search(
            [
                (
                    "id",
                    "child_of",
                    self.env["stock.warehouse"].search(Domain.TRUE).lot_stock_id.ids,
                )
            ]
        )
        return SQL(
            """
            SELECT plan.preorder_purchase_plan_id,
                   move.product_id,
                   line.preorder_campaign_id = ANY(%(here)s),
                   source.warehouse_id = %(warehouse)s,
                   COALESCE(SUM(move.product_qty)
                       FILTER (WHERE move.state = 'done'), 0)::float8,
                   COALESCE(SUM(move.product_qty)
                       FILTER (WHERE move.state != 'done'), 0)::float8
              FROM preorder_purchase_plan_campaign_rel plan
              JOIN sale_order_line line
                ON line.preorder_campaign_id = plan.preorder_campaign_id
              JOIN stock_move move ON move.sale_line_id = line.id
              JOIN stock_location source ON source.id = move.location_id
             WHERE plan.preorder_purchase_plan_id = ANY(%(plans)s)
               AND line.state = 'sale'
               AND move.product_id = ANY(%(products)s)
               AND move.product_id != line.product_id
               AND move.state != 'cancel'
               AND move.procure_method != 'make_to_order'
               AND move.origin_returned_move_id IS NULL
               AND move.location_id = ANY(%(stock)s)
          GROUP BY 1, 2, 3, 4
            """,
            here=here.ids,
            warehouse=warehouse.id,
            plans=self.ids,
            products=products.ids,
            stock=stock.ids,
        )

    def _get_unlaunched_components(self, campaigns):
        """Components for kits of orders whose deliveries are still to be made.

        :return: list of (plan id, product id, quantity in the product's unit)
        """
        rows = (
            self.env["sale.order.line"]
            .sudo()
            ._read_group(
                [
                    ("preorder_campaign_id", "in", campaigns.ids),
                    ("order_id.preorder_launch_pending", "=", True),
                    ("state", "=", "sale"),
                    ("product_id.is_kits", "=", True),
                ],
                ["preorder_campaign_id", "product_id", "product_uom_id"],
                ["product_uom_qty:sum"],
            )
        )
        parts = self[:1]._get_kit_parts(product.id for _c, product, _u, _q in rows)
        by_route = self[:1]._find_components_by_route(parts)
        return [
            (
                plan.id,
                component.id,
                unit._compute_quantity(quantity, kit.uom_id, round=False) * each,
            )
            for campaign, kit, unit, quantity in rows
            for plan in self.filtered(
                lambda plan, campaign=campaign: campaign in plan.campaign_ids
            )
            for component, each in parts.get(kit.id, {}).items()
            if component not in by_route
        ]

    def _get_kit_parts(self, product_ids):
        """What kits consist of.

        :param product_ids: iterable of products' ids, kits or not
        :return: dict of kit's product id → dict of component → quantity in its unit
            that one of the kit takes
        """
        bom_model = self.env["mrp.bom"].sudo()
        kits = bom_model.search(
            Domain("type", "=", "phantom")
            & Domain("company_id", "in", (False, self.company_id.id))
        )
        if not kits:
            return {}
        # A plan may have tens of thousands of products, nearly all of them no kits.
        variants = kits.product_tmpl_id.with_context(
            active_test=False
        ).product_variant_ids
        products = self.env["product.product"].browse(
            set(variants.ids).intersection(product_ids)
        )
        boms = bom_model._bom_find(
            products, company_id=self.company_id.id, bom_type="phantom"
        )
        parts = {}
        for product, bom in boms.items():
            times = (
                product.uom_id._compute_quantity(
                    _PIECES, bom.product_uom_id, round=False
                )
                / bom.product_qty
            )
            components = parts.setdefault(product.id, {})
            _boms, lines = bom.explode(product, times)
            for line, data in lines:
                component = line.product_id.with_company(self.company_id)
                if component.type != "consu":
                    continue
                quantity = line.product_uom_id._compute_quantity(
                    data["qty"], component.uom_id, round=False
                )
                components[component] = components.get(component, 0.0) + (
                    quantity / _PIECES
                )
        return parts
