from odoo import api, fields, models


class PreorderPurchasePlanLine(models.Model):
    """Lines of what is made rather than bought."""

    _inherit = "preorder.purchase.plan.line"

    supply = fields.Selection(selection_add=[("make", "Make"), ("none",)])
    bom_id = fields.Many2one(
        "mrp.bom",
        "Bill of Materials",
        compute="_compute_bom_id",
        store=True,
        ondelete="set null",
        help="By which it is made, if it is not bought.",
    )
    production_ids = fields.One2many(
        "mrp.production", "preorder_plan_line_id", "Manufacturing Orders"
    )

    @api.depends("product_id", "picking_type_id", "is_supplier_chosen")
    def _compute_bom_id(self):
        self.bom_id = False
        lines = self.filtered(lambda line: not line.is_supplier_chosen)
        for company, its_lines in lines.grouped("company_id").items():
            boms = (
                self.env["mrp.bom"]
                .sudo()
                ._bom_find(
                    its_lines.product_id, company_id=company.id, bom_type="normal"
                )
            )
            known = {}
            warehouses = its_lines.plan_id[:1]._get_warehouses(
                its_lines.picking_type_id
            )
            for line in its_lines:
                bom = boms[line.product_id]
                if bom and line._is_made(warehouses[line.picking_type_id], known):
                    line.bom_id = bom

    def _is_made(self, warehouse, known):
        """Whether the warehouse's stock is filled up by manufacturing.

        So it is if a route says so, or if nobody sells it.

        :param known: filled: what was found for variants with the same routes
        """
        product = self.product_id.sudo()
        rules = self.env["stock.rule"].sudo()
        routes = warehouse.route_ids.filtered(
            lambda route: rules._filter_warehouse_routes(product, warehouse, route)
        )
        key = (product.route_ids, product.categ_id.total_route_ids, routes, warehouse)
        if key not in known:
            rule = rules._get_rule(
                product,
                warehouse.lot_stock_id,
                {"warehouse_id": warehouse, "company_id": self.company_id},
            )
            known[key] = rule.action == "manufacture"
        return known[key] or (
            warehouse.manufacture_to_resupply and not product.seller_ids
        )

    @api.depends("production_ids.product_uom_qty", "production_ids.state")
    def _compute_quantity_ordered(self):
        result = super()._compute_quantity_ordered()
        for line in self:
            line.quantity_ordered += (
                line.sudo()
                .production_ids.filtered(lambda order: order.state != "cancel")
                ._get_preorder_quantity()
            )
        return result

    @api.depends("bom_id")
    def _compute_order(self):
        return super()._compute_order()

    def _get_planning_computes(self):
        return ("_compute_bom_id", *super()._get_planning_computes())

    def _is_empty(self):
        return super()._is_empty() and not self.sudo().production_ids

    def _set_seller(self, offers, known):
        """What is made has no supplier."""
        result = super()._set_seller(offers, known)
        if self.bom_id and self.supply != "rule":
            self._assign(
                supply="make",
                seller_id=self.env["product.supplierinfo"],
                partner_id=self.env["res.partner"],
                seller_uom_id=self.bom_id.product_uom_id,
                problem=False,
            )
        return result

    def _get_lot(self):
        """What is made comes in batches of its bill of materials."""
        bom = self.bom_id
        if self.supply != "make":
            return super()._get_lot()
        return 0.0, bom.batch_size if bom.enable_batch_size else bom.product_qty

    def _set_sales(self, cost_each, known):
        if self.supply == "make":
            cost_each = self.product_id.with_company(self.company_id).standard_price
        return super()._set_sales(cost_each, known)

    def _set_dates(self, seller, order, known):
        """What is made begins when its components are there, and ends in time."""
        result = super()._set_dates(seller, order, known)
        if self.supply == "make":
            bom = self.bom_id
            latest = self.date_needed and fields.Date.subtract(
                self.date_needed, days=bom.produce_delay + bom.days_to_prepare_mo
            )
            known.last[self].update(
                date_order_latest=latest,
                is_late=bool(latest and latest < known.today and order.quantity > 0),
            )
        return result

    def _prepare_productions(self):
        """Values of the manufacturing orders of what is missing, one a batch."""
        self.ensure_one()
        bom = self.bom_id
        left, batch = self.quantity_to_order, self.quantity_to_order
        if bom.enable_batch_size:
            batch = bom.batch_size
        values = []
        while bom.product_uom_id.compare(left, 0) > 0:
            values.append({**self._prepare_production(), "product_qty": batch})
            left -= batch
        return values

    def _prepare_production(self):
        """Values of a manufacturing order that ends before the goods are needed."""
        bom, plan = self.bom_id, self.plan_id
        warehouse = plan._get_warehouses(self.picking_type_id)[self.picking_type_id]
        values = {
            "product_id": self.product_id.id,
            "product_uom_id": bom.product_uom_id.id,
            "bom_id": bom.id,
            "picking_type_id": (bom.picking_type_id or warehouse.manu_type_id).id,
            "company_id": plan.company_id.id,
            "user_id": False,
            "origin": ", ".join(plan.campaign_ids.mapped("code")),
            "preorder_plan_line_id": self.id,
        }
        if self.date_needed:
            # The day before, so that the goods are there on that day.
            ends = fields.Datetime.to_datetime(
                fields.Date.subtract(self.date_needed, days=1)
            ).replace(hour=12)
            begins = fields.Datetime.subtract(ends, days=bom.produce_delay, hours=1)
            values["date_start"] = max(begins, fields.Datetime.now())
            values["date_deadline"] = fields.Datetime.to_datetime(self.date_needed)
        return values
