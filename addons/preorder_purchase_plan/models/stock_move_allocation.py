from odoo import fields, models

from .. import holds


class StockMove(models.Model):
    """Moves reserve what was allocated to them, and nothing that is held for others."""

    _inherit = "stock.move"

    preorder_origin_move_id = fields.Many2one(
        "stock.move",
        "Split off from",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The move to a shop of ours that an own shop's order form has made.",
    )

    def _get_preorder_demand(self):
        """The pre-order's demand that the move serves.

        :return: ("line", order line's id), ("move", id of the move that an own shop's
            form has made), or ``None`` for all other moves
        """
        self.ensure_one()
        if self.sale_line_id:
            if self.sale_line_id.preorder_campaign_id:
                return ("line", self.sale_line_id.id)
            return None
        if self.picking_id.preorder_order_id:
            return ("move", (self.preorder_origin_move_id or self).id)
        return None

    def _get_preorder_place(self):
        """Where the move takes its goods from: (warehouse's id, product's id).

        ``None`` if that is no place where goods are held: not the stock of a warehouse.
        """
        self.ensure_one()
        warehouse = self.location_id.warehouse_id
        if not warehouse or not self.location_id._child_of(warehouse.lot_stock_id):
            return None
        return (warehouse.id, self.product_id.id)

    def _is_within_stock(self) -> bool:
        """Whether the goods stay in the stock that they are in."""
        self.ensure_one()
        warehouse = self.location_id.warehouse_id
        return self.location_dest_id._child_of(warehouse.lot_stock_id)

    def _get_moved_quantity(self) -> float:
        """What is reserved or done, in the product's unit."""
        self.ensure_one()
        return self.product_uom._compute_quantity(
            self.quantity, self.product_id.uom_id, round=False
        )

    def _prepare_move_split_vals(self, qty):
        """What is split off from a move to a shop serves the same demand."""
        values = super()._prepare_move_split_vals(qty)
        if self.picking_id.preorder_order_id:
            values["preorder_origin_move_id"] = (
                self.preorder_origin_move_id or self
            ).id
        return values

    def _get_holds(self):
        """What is held where the moves take their goods from, or nothing.

        :return: :class:`~..holds.Holds`, or ``None`` if nothing is held there
        """
        places = {move.sudo()._get_preorder_place() for move in self} - {None}
        lines = self.env["preorder.allocation.line"].sudo()
        claims = lines._get_claims(places)
        if not claims:
            return None
        return holds.Holds(
            lines._get_free({claim.place for claim in claims.values()}), claims
        )

    def _action_assign(self, force_qty=False):
        """Reserve first for whom something is held, and for others what is left.

        Odoo reserves by priority, date and number, which defeats every strategy.
        """
        held = self._get_holds()
        if held is None:
            # Not asked again for each move.
            moves = self.with_context(preorder_holds=None)
            return super(StockMove, moves)._action_assign(force_qty=force_qty)
        moves = self.sorted(
            lambda move: (
                not held.has_claim(
                    move.sudo()._get_preorder_place(),
                    move.sudo()._get_preorder_demand(),
                )
            )
        )
        return super(StockMove, moves.with_context(preorder_holds=held))._action_assign(
            force_qty=force_qty
        )

    def _update_reserved_quantity(
        self,
        need,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=True,
    ):
        arguments = {
            "lot_id": lot_id,
            "package_id": package_id,
            "owner_id": owner_id,
            "strict": strict,
        }
        if "preorder_holds" in self.env.context:
            held = self.env.context["preorder_holds"]
        else:
            held = self._get_holds()
        if held is None:
            return super()._update_reserved_quantity(need, location_id, **arguments)
        move = self.sudo()
        place, demand = move._get_preorder_place(), move._get_preorder_demand()
        room = held.get_room(place, demand, is_preorder=demand is not None)
        if room is not None:
            need = min(need, move.product_id.uom_id.round(room))
            if move.product_id.uom_id.compare(need, 0.0) <= 0:
                return 0.0
        taken = super()._update_reserved_quantity(need, location_id, **arguments)
        held.take(place, demand, taken)
        return taken
