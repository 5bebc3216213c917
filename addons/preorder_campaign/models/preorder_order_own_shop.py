from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .preorder_order_delivery import at_noon


class PreorderOrder(models.Model):
    """Order forms of shops of our own: goods are moved there, nothing is sold.

    A sale order whose customer is a stock location of ours delivers nothing that Odoo
    would count (found by experiment), so that such a form has none: once accepted, one
    internal transfer per delivery date takes the goods to the shop.
    """

    _inherit = "preorder.order"

    is_own_shop = fields.Boolean(
        "Own Shop", readonly=True, copy=False, help="Nothing of it is invoiced."
    )
    picking_ids = fields.One2many(
        "stock.picking", "preorder_order_id", "Transfers to the Shop"
    )
    picking_count = fields.Integer(compute="_compute_picking_count")
    reservation_ids = fields.One2many(
        "sale.order",
        "preorder_shop_order_id",
        "End Customers' Orders",
        help="What the shop's own customers have reserved with it: ordinary orders of "
        "the shop, counted in with what the shop orders for itself.",
    )
    reserved_piece_count = fields.Float(
        "Pieces for End Customers",
        compute="_compute_reserved_piece_count",
        digits=(16, 0),
        help="What the shop's own customers have reserved with it: it comes on top of "
        "the quantities of the form, in the transfers as in the limits.",
    )

    def _compute_picking_count(self):
        for order in self:
            order.picking_count = len(order.picking_ids)

    def _prepare_terms(self, campaign, partner):
        """Refuse shops of another company of ours; mark those of this one."""
        location = partner._get_preorder_shop_location()
        if location and location.company_id != campaign.company_id:
            raise UserError(
                self.env._(
                    "%(shop)s is a shop of %(other)s: it cannot order from "
                    "%(company)s.",
                    shop=partner.display_name,
                    other=location.company_id.name or location.display_name,
                    company=campaign.company_id.name,
                )
            )
        return super()._prepare_terms(campaign, partner)

    def _prepare_values(self, campaign, partner):
        """Know a form of an own shop from its beginning."""
        return {
            **super()._prepare_values(campaign, partner),
            "is_own_shop": bool(partner._get_preorder_shop_location()),
        }

    def _compute_reserved_piece_count(self):
        source = self._get_reservations_source()
        pieces = {}
        if source:
            pieces = dict(
                self.env.execute_query(
                    SQL(
                        "SELECT form_id, SUM(quantity) FROM (%s) source GROUP BY 1",
                        source,
                    )
                )
            )
        for order in self:
            order.reserved_piece_count = pieces.get(order.id, 0.0)

    def _get_reservations_source(self) -> SQL | None:
        """What end customers have reserved with own shops, of what is on sale there.

        :return: a query of form_id, product_id and quantity in the product's unit;
            ``None`` where no form is of an own shop
        """
        shops = self.filtered("is_own_shop")
        if not shops:
            return None
        self.env["sale.order"].flush_model(["preorder_shop_order_id", "state"])
        self.env["sale.order.line"].flush_model(
            ["order_id", "product_id", "product_uom_qty", "product_uom_id"]
        )
        return SQL(" UNION ALL ").join(
            SQL(
                """
                SELECT reservation.preorder_shop_order_id AS form_id,
                       line.product_id,
                       line.product_uom_qty * unit.factor / own_unit.factor AS quantity
                  FROM sale_order reservation
                  JOIN sale_order_line line ON line.order_id = reservation.id
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                  JOIN uom_uom unit ON unit.id = line.product_uom_id
                  JOIN uom_uom own_unit ON own_unit.id = template.uom_id
                 WHERE reservation.preorder_shop_order_id = ANY(%s)
                   AND reservation.state != 'cancel'
                   AND line.display_type IS NULL
                   AND line.product_uom_qty > 0
                   AND line.product_id IN %s
                """,
                forms.ids,
                self.env["product.product"]
                ._search(campaign._get_assortment_domain())
                .subselect(),
            )
            for campaign, forms in shops.grouped("campaign_id").items()
        )

    def _get_reserved_quantities(self):
        """What end customers have reserved with the shop, of what is on sale here.

        :return: dict of ``product.product`` record → quantity in its unit
        """
        self.ensure_one()
        source = self._get_reservations_source()
        if not source:
            return {}
        rows = self.env.execute_query(
            SQL(
                "SELECT product_id, SUM(quantity) FROM (%s) source"
                " GROUP BY 1 ORDER BY 1",
                source,
            )
        )
        products = self.env["product.product"].browse([row[0] for row in rows])
        return {
            product: product.uom_id.round(float(quantity), rounding_method="HALF-UP")
            for product, (_id, quantity) in zip(products, rows, strict=True)
        }

    def _get_transfers_source(self) -> SQL:
        """What transfers take to shops: form, variant, quantity in its unit."""
        self.env["stock.move"].flush_model()
        return SQL(
            """
            SELECT picking.preorder_order_id AS form_id, move.product_id,
                   move.product_qty AS quantity
              FROM stock_picking picking
              JOIN stock_move move ON move.picking_id = picking.id
             WHERE picking.preorder_order_id = ANY(%s) AND move.state != 'cancel'
            """,
            self.ids,
        )

    def _get_wanted_quantities(self):
        """What the shop wants by delivery date, end customers' reservations included.

        :return: dict of date (or ``False``) → dict of ``product.product`` → quantity
        """
        self.ensure_one()
        lines = self.line_ids.filtered("quantity")
        wanted = defaultdict(lambda: defaultdict(float))
        for line in lines:
            day = line.delivery_date or self._get_requested_delivery(line)[0]
            wanted[day][line.product_id] += line.quantity
        first = min(wanted, default=False)
        for product, quantity in self._get_reserved_quantities().items():
            wanted[first][product] += quantity
        return wanted

    # From the form to the shop

    def _submit_own_shop(self):
        """Accept the form, or leave it to the office where that reviews first."""
        self.ensure_one()
        if not self.campaign_id.review_required:
            self._accept_own_shop()

    def action_accept(self):
        """Accept what own shops have submitted: transfers take the goods there."""
        for order in self:
            if not order.is_own_shop or order.state != "submitted":
                raise UserError(
                    self.env._(
                        "%(number)s is not a submitted form of an own shop: there is "
                        "nothing to accept.",
                        number=order.name,
                    )
                )
            order._accept_own_shop()

    def _accept_own_shop(self):
        self.ensure_one()
        pickings = self.env["stock.picking"].create(
            [
                self._prepare_shop_transfer(day, quantities)
                for day, quantities in sorted(self._get_wanted_quantities().items())
            ]
        )
        pickings.action_confirm()
        self.state = "confirmed"
        self.message_post(
            body=self.env._(
                "Accepted: transfers %s.", ", ".join(pickings.mapped("name"))
            )
        )

    def _prepare_shop_transfer(self, day, quantities):
        """Values of the internal transfer of one delivery date."""
        self.ensure_one()
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        source = warehouse.lot_stock_id
        destination = self.partner_id._get_preorder_shop_location()
        date = at_noon(day) or self.campaign_id._now()
        return {
            "picking_type_id": warehouse.int_type_id.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "partner_id": self.partner_id.id,
            "origin": self.name,
            "preorder_order_id": self.id,
            "scheduled_date": date,
            "move_ids": [
                fields.Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_qty": quantity,
                        "product_uom": product.uom_id.id,
                        "location_id": source.id,
                        "location_dest_id": destination.id,
                        "date": date,
                        "date_deadline": date,
                        "company_id": self.company_id.id,
                    }
                )
                for product, quantity in quantities.items()
                if product.type == "consu"
            ],
        }

    def action_view_pickings(self):
        """Show the transfers to the shop."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "stock.action_picking_tree_all"
        )
        action["domain"] = [("preorder_order_id", "=", self.id)]
        action["context"] = {"create": False}
        return action

    def action_cancel(self):
        """Cancel an accepted form with its transfers, as long as nothing has moved."""
        accepted = self.filtered(
            lambda order: (
                order.is_own_shop and order.state in ("submitted", "confirmed")
            )
        )
        for order in accepted:
            if any(picking.state == "done" for picking in order.picking_ids):
                raise UserError(
                    self.env._(
                        "Goods of %(number)s have been moved already. Cancel the other "
                        "transfers one by one.",
                        number=order.name,
                    )
                )
            order.picking_ids.action_cancel()
            order.state = "cancelled"
        return super(PreorderOrder, self - accepted).action_cancel()
