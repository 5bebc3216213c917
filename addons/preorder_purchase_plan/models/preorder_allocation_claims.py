from collections import defaultdict
from dataclasses import dataclass

from odoo import api, models
from odoo.fields import Domain

from .. import holds


@dataclass
class Figures:
    """What a demand has done with goods of a place, in the product's unit."""

    open: float = 0.0
    reserved: float = 0.0
    taken: float = 0.0


@dataclass
class Share(holds.Claim):
    """A claim, and the share that it is a part of.

    ``share`` is what is not delivered of it, reserved or not; ``excess`` what was taken
    or reserved by hand beyond it.
    """

    share: float = 0.0
    excess: float = 0.0


class PreorderAllocationLine(models.Model):
    """What applied allocations hold, for whom.

    A *place* is (warehouse's id, product's id), a *demand* what
    ``stock.move._get_preorder_demand`` answers. A demand's share is the sum of its
    applied lines, counted from what it had taken when the first was applied. Nothing is
    written when goods are delivered, demand is lowered or an order is cancelled: what
    is held follows from the moves.
    """

    _inherit = "preorder.allocation.line"

    @api.model
    def _get_claims(self, places, *, without=None):
        """What may still be taken in places where an allocation is applied.

        :param places: set of places
        :param without: lines that count as if they were not applied
        :return: dict of demand → :class:`Share`
        """
        if not places:
            return {}
        domain = Domain(
            [
                ("is_applied", "=", True),
                ("product_id", "in", list({product for _warehouse, product in places})),
                (
                    "warehouse_id",
                    "in",
                    list({warehouse for warehouse, _product in places}),
                ),
            ]
        )
        if without:
            domain &= Domain("id", "not in", without.ids)
        groups = self.sudo()._read_group(
            domain,
            ["warehouse_id", "product_id", "sale_line_id", "move_id", "is_firm"],
            ["quantity:sum", "quantity_taken:min"],
        )
        shares = {}
        for warehouse, product, line, move, is_firm, quantity, taken in groups:
            key = ("line", line.id) if line else ("move", move.id)
            place = (warehouse.id, product.id)
            total, firm, since = shares.get((key, place), (0.0, 0.0, taken))
            shares[key, place] = (
                total + quantity,
                firm + (quantity if is_firm else 0.0),
                min(since, taken),
            )
        figures = self._get_figures({key for key, _place in shares})
        claims = {}
        for (key, place), (total, firm, since) in shares.items():
            figure = figures.get((key, place), Figures())
            used = max(0.0, figure.taken - since)
            left = max(0.0, total - used)
            wanted = max(0.0, min(left, figure.open) - figure.reserved)
            claims[key] = Share(
                place=place,
                wanted=wanted,
                firm=min(wanted, max(0.0, firm - used - figure.reserved)),
                share=left,
                excess=max(0.0, used + figure.reserved - total),
            )
        return claims

    @api.model
    def _get_figures(self, keys):
        """What demands have open, reserved and taken from the stock of warehouses.

        Only moves out of the stock itself count: what is picked and waits at the gate
        has been taken. Moves that are fed by others in a chain compete for nothing.

        :param keys: set of demands
        :return: dict of (demand, place) → :class:`Figures`
        """
        line_ids = [key_id for kind, key_id in keys if kind == "line"]
        move_ids = [key_id for kind, key_id in keys if kind == "move"]
        figures = defaultdict(Figures)
        for move in self._find_moves(line_ids, move_ids):
            # Asked for by its line or its origin, so that is whose it is.
            key = (
                ("line", move.sale_line_id.id)
                if move.sale_line_id
                else ("move", (move.preorder_origin_move_id or move).id)
            )
            figure = figures[key, move._get_preorder_place()]
            moved = move._get_moved_quantity()
            if move.state == "done":
                figure.taken += moved
            elif move.picked:
                # Somebody is at it: nothing of it can be given back.
                figure.taken += moved
                figure.open += max(0.0, move.product_qty - moved)
            else:
                figure.open += move.product_qty
                figure.reserved += moved
        self._add_unlaunched(line_ids, figures)
        return figures

    @api.model
    def _find_moves(self, line_ids, move_ids):
        """The moves that take demands' goods from stock, done or not.

        :param line_ids: ids of order lines
        :param move_ids: ids of the moves that own shops' forms have made
        :return: ``stock.move`` with the rights of the system
        """
        demand = Domain("sale_line_id", "in", line_ids)
        if move_ids:
            demand |= Domain("id", "in", move_ids)
            demand |= Domain("preorder_origin_move_id", "in", move_ids)
        moves = (
            self.env["stock.move"]
            .sudo()
            .search(
                demand
                & Domain("state", "not in", ("draft", "cancel"))
                & Domain("procure_method", "!=", "make_to_order")
            )
        )
        return moves.filtered(
            lambda move: move._get_preorder_place() and not move._is_within_stock()
        )

    def _add_unlaunched(self, line_ids, figures):
        """Orders whose deliveries are still being made are open as a whole."""
        if not line_ids:
            return
        for line in (
            self.env["sale.order.line"]
            .sudo()
            .search(
                [
                    ("id", "in", line_ids),
                    ("order_id.preorder_launch_pending", "=", True),
                    ("state", "=", "sale"),
                ]
            )
        ):
            place = (line.order_id.warehouse_id.id, line.product_id.id)
            figures[
                ("line", line.id), place
            ].open += line.product_uom_id._compute_quantity(
                line.product_uom_qty, line.product_id.uom_id, round=False
            )

    @api.model
    def _get_free(self, places):
        """What lies in the stock of warehouses and is not reserved, by place."""
        free = {}
        products = list({product_id for _warehouse, product_id in places})
        for warehouse in (
            self.env["stock.warehouse"]
            .sudo()
            .browse(sorted({warehouse_id for warehouse_id, _product in places}))
        ):
            for product, quantity, reserved in (
                self.env["stock.quant"]
                .sudo()
                ._read_group(
                    [
                        ("product_id", "in", products),
                        ("location_id", "child_of", warehouse.lot_stock_id.id),
                    ],
                    ["product_id"],
                    ["quantity:sum", "reserved_quantity:sum"],
                )
            ):
                free[warehouse.id, product.id] = quantity - reserved
        return free

    def _get_moves(self):
        """The moves that are to take the lines' goods from stock, of the system."""
        return self._find_moves(self.sale_line_id.ids, self.move_id.ids).filtered(
            lambda move: move.state != "done"
        )

    def _get_other_applied(self):
        """Other applied lines of the same demand for the same product."""
        self.ensure_one()
        return self.search(
            [
                ("is_applied", "=", True),
                ("id", "!=", self.id),
                ("product_id", "=", self.product_id.id),
                ("sale_line_id", "=", self.sale_line_id.id),
                ("move_id", "=", self.move_id.id),
            ]
        )

    def _reserve(self):
        """Reserve for the lines' demands what is there of their shares, no more."""
        self.env.flush_all()
        moves = self._get_moves()
        claims = self._get_claims(
            {(line.warehouse_id.id, line.product_id.id) for line in self}
        )
        # What has more than its share gives everything back, and takes its share.
        self.env["stock.move"].union(
            *(
                parts
                for demand, parts in moves.grouped(
                    lambda move: move._get_preorder_demand()
                ).items()
                if self._has_too_much(parts, claims.get(demand))
            )
        )._do_unreserve()
        moves.sorted(lambda move: (move.date, move.id))._action_assign()

    @api.model
    def _has_too_much(self, moves, claim) -> bool:
        """Whether a demand's moves have reserved more than its share."""
        reserved = sum(move._get_moved_quantity() for move in moves if not move.picked)
        share = claim.share if claim else 0.0
        return moves.product_id.uom_id.compare(reserved, share) > 0

    def _release(self):
        """Give back what is not delivered yet.

        What was delivered stays the share of its line, which is over then; later shares
        of the same demand begin after it.

        :return: whether there was anything to give back
        """
        lines = self.filtered("is_applied")
        figures = self._get_figures({line._get_demand() for line in lines})
        released = False
        for line in lines:
            place = (line.warehouse_id.id, line.product_id.id)
            figure = figures.get((line._get_demand(), place), Figures())
            delivered = min(line.quantity, max(0.0, figure.taken - line.quantity_taken))
            if line.product_uom_id.compare(delivered, line.quantity) < 0 or (
                not line.quantity and figure.open
            ):
                released = True
        if not released:
            return False
        for line in lines:
            place = (line.warehouse_id.id, line.product_id.id)
            figure = figures.get((line._get_demand(), place), Figures())
            delivered = min(line.quantity, max(0.0, figure.taken - line.quantity_taken))
            if delivered:
                line._get_other_applied().quantity_taken += delivered
        lines.is_applied = False
        self.env.flush_all()
        moves = lines._get_moves()
        moves._do_unreserve()
        # Shares of other allocations stay.
        claims = self._get_claims(
            {(line.warehouse_id.id, line.product_id.id) for line in lines}
        )
        moves.filtered(
            lambda move: move._get_preorder_demand() in claims
        )._action_assign()
        return True

    def _get_changes(self, values):
        """Those of the values that differ from the line's own."""
        self.ensure_one()
        current = {
            name: value.id if isinstance(value, models.BaseModel) else value
            for name, value in ((name, self[name]) for name in values)
        }
        return {
            name: value
            for name, value in values.items()
            if (current[name] or False) != (value or False)
        }


class PreorderAllocation(models.Model):
    _inherit = "preorder.allocation"

    def _describe_uncovered(self):
        """What the allocation holds that is no longer there, in words, or nothing."""
        self.ensure_one()
        lines = self.line_ids.filtered("is_applied")
        places = {(line.warehouse_id.id, line.product_id.id) for line in lines}
        held = defaultdict(float)
        for claim in lines._get_claims(places).values():
            held[claim.place] += claim.firm
        free = lines._get_free(places)
        missing = []
        for product in lines.product_id:
            place = (self.warehouse_id.id, product.id)
            short = held[place] - max(0.0, free.get(place, 0.0))
            if product.uom_id.compare(short, 0.0) > 0:
                missing.append(
                    self.env._(
                        "%(short)g × %(product)s",
                        short=short,
                        product=product.display_name,
                    )
                )
        return ", ".join(missing)
