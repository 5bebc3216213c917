from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .. import allocation


@dataclass
class DemandRow:
    """What one demand waits for, in the product's unit, and who it is."""

    source: models.BaseModel
    product: models.BaseModel
    partner: models.BaseModel
    origin: str
    delivery_date: object
    confirmed_at: object
    priority: int
    demanded: float
    multiple: float
    taken: float = 0.0
    reserved: float = 0.0
    held: float = 0.0
    wanted: float = 0.0

    def get_key(self):
        """The demand, as ``stock.move._get_preorder_demand`` names it."""
        kind = "line" if self.source._name == "sale.order.line" else "move"
        return (kind, self.source.id)

    def get_rank(self):
        """Who comes first: who confirmed first."""
        return (self.confirmed_at or datetime.max, self.get_key())


@dataclass
class Picture:
    """What there is of each product, and who waits for it."""

    supply: dict = field(default_factory=dict)
    rows: dict = field(default_factory=dict)


class PreorderAllocation(models.Model):
    """What there is to share out, and among whom."""

    _inherit = "preorder.allocation"

    def _get_picture(self) -> Picture:
        """Read goods and demand as they are now, with the rights of the system.

        What earlier allocations hold is neither there to be shared out nor open. What
        was only expected when it was allocated is shared out anew.
        """
        self.ensure_one()
        self.env.flush_all()
        this = self.sudo()
        rows = sorted(
            this._get_order_rows() + this._get_shop_rows(),
            key=lambda row: (row.product.id, row.get_rank()),
        )
        places = {(this.warehouse_id.id, row.product.id) for row in rows}
        lines = self.env["preorder.allocation.line"].sudo()
        keys = {row.get_key() for row in rows}
        replaced = this._get_replaced_lines(keys, places)
        claims = lines._get_claims(places, without=replaced)
        figures = lines._get_figures(keys)
        picture = Picture(this._get_supply(places, claims))
        for row in rows:
            key, place = row.get_key(), (this.warehouse_id.id, row.product.id)
            figure = figures.get((key, place))
            if not figure:
                continue
            claim = claims.get(key)
            row.taken, row.reserved = figure.taken, figure.reserved
            # What it has reserved of its share is held as well.
            row.held = claim.wanted + min(figure.reserved, claim.share) if claim else 0
            row.wanted = max(0.0, figure.open - row.held)
            # What it has reserved beyond a share goes back and is shared out.
            share = claim.share if claim else 0.0
            picture.supply[row.product] += max(0.0, figure.reserved - share)
            if not row.product.uom_id.is_zero(row.wanted):
                picture.rows[key] = row
        for product, quantity in picture.supply.items():
            picture.supply[product] = max(0.0, product.uom_id.round(quantity))
        return picture

    # Demand

    def _get_order_rows(self):
        """The lines of confirmed pre-orders that are delivered from the warehouse."""
        self.ensure_one()
        domain = Domain(
            [
                ("preorder_campaign_id", "in", self.campaign_ids.ids),
                ("state", "=", "sale"),
                ("company_id", "=", self.company_id.id),
                ("order_id.warehouse_id", "=", self.warehouse_id.id),
                ("order_id.delivery_status", "!=", "full"),
                ("product_id.is_storable", "=", True),
                ("product_uom_qty", ">", 0),
            ]
        )
        if self.product_ids:
            domain &= Domain("product_id", "in", self.product_ids.ids)
        lines = self.env["sale.order.line"].search_fetch(
            domain, ["order_id", "product_id", "product_uom_id", "product_uom_qty"]
        )
        priorities = self._get_priorities(lines.order_id.partner_id)
        rows = []
        for line in lines:
            day = line._get_delivery_day()
            if self._is_too_late(day):
                continue
            order, product = line.order_id, line.product_id
            unit = line.product_uom_id
            one = unit._get_smallest_quantity()
            rows.append(
                DemandRow(
                    source=line,
                    product=product,
                    partner=order.partner_id,
                    origin=order.name,
                    delivery_date=day,
                    confirmed_at=order.date_order,
                    priority=priorities(order.preorder_campaign_id, order.partner_id),
                    demanded=unit._compute_quantity(
                        line.product_uom_qty, product.uom_id, round=False
                    ),
                    multiple=unit._compute_quantity(one, product.uom_id, round=False),
                )
            )
        return rows

    def _get_shop_rows(self):
        """The moves that take goods from the warehouse to shops of ours."""
        self.ensure_one()
        domain = Domain(
            [
                (
                    "picking_id.preorder_order_id.campaign_id",
                    "in",
                    self.campaign_ids.ids,
                ),
                ("state", "not in", ("draft", "done", "cancel")),
                ("company_id", "=", self.company_id.id),
                ("location_id", "child_of", self.warehouse_id.lot_stock_id.id),
                ("product_id.is_storable", "=", True),
            ]
        )
        if self.product_ids:
            domain &= Domain("product_id", "in", self.product_ids.ids)
        moves = self.env["stock.move"].search(domain)
        origins = defaultdict(moves.browse)
        for move in moves:
            origins[move.preorder_origin_move_id or move] |= move
        forms = moves.picking_id.preorder_order_id
        priorities = self._get_priorities(forms.partner_id)
        rows = []
        for origin, parts in origins.items():
            form = parts[0].picking_id.preorder_order_id
            day = origin.date_deadline and origin.date_deadline.date()
            if self._is_too_late(day):
                continue
            done = origin if origin.state == "done" else moves.browse()
            rows.append(
                DemandRow(
                    source=origin,
                    product=origin.product_id,
                    partner=form.partner_id,
                    origin=form.name,
                    delivery_date=day,
                    confirmed_at=origin.create_date,
                    priority=priorities(form.campaign_id, form.partner_id),
                    demanded=sum((parts | done).mapped("product_qty")),
                    multiple=origin.product_uom._compute_quantity(
                        origin.product_uom._get_smallest_quantity(),
                        origin.product_id.uom_id,
                        round=False,
                    ),
                )
            )
        return rows

    def _is_too_late(self, day) -> bool:
        return bool(self.date_until and day and day > self.date_until)

    def _get_priorities(self, partners):
        """How to tell a customer's place in a campaign's list of labels.

        :return: function of a campaign and a contact → place, 1 for the first label
        """
        lineages = {partner: partner._get_preorder_lineage() for partner in partners}
        every = {partner_id for lineage in lineages.values() for partner_id in lineage}
        relatives = self.env["res.partner"].browse(every)
        labels = {relative.id: set(relative.category_id.ids) for relative in relatives}
        ranks = {
            campaign: [
                priority.label_id.id for priority in campaign.allocation_priority_ids
            ]
            for campaign in self.campaign_ids
        }

        def get_priority(campaign, partner):
            own = set().union(*(labels[member] for member in lineages[partner]))
            for place, label in enumerate(ranks[campaign], 1):
                if label in own:
                    return place
            return len(ranks[campaign]) + 1

        return get_priority

    # Supply

    def _get_supply(self, places, claims):
        """What is neither reserved nor held, and by choice what is ordered.

        :return: dict of ``product.product`` → quantity in its unit
        """
        self.ensure_one()
        products = self.env["product.product"].browse(
            sorted({product_id for _warehouse, product_id in places})
        )
        free = self.env["preorder.allocation.line"]._get_free(places)
        supply = {
            product: free.get((self.warehouse_id.id, product.id), 0.0)
            for product in products
        }
        for claim in claims.values():
            _warehouse, product_id = claim.place
            supply[products.browse(product_id)] -= claim.wanted
        if self.basis == "expected":
            for product, quantity in self._get_expected(products).items():
                supply[product] += quantity
        return supply

    def _get_expected(self, products):
        """What suppliers have confirmed for the campaigns and not delivered yet.

        As the purchase orders of the campaigns' plans say now: a quantity or a date
        that a supplier changes is entered there.

        :return: dict of ``product.product`` → quantity in its unit
        """
        self.ensure_one()
        domain = Domain(
            [
                ("order_id.preorder_plan_id.campaign_ids", "in", self.campaign_ids.ids),
                ("order_id.state", "in", ("purchase", "done")),
                ("order_id.picking_type_id.warehouse_id", "=", self.warehouse_id.id),
                ("product_id", "in", products.ids),
            ]
        )
        if self.date_until:
            domain &= Domain(
                "date_planned", "<", fields.Date.add(self.date_until, days=1)
            )
        expected = defaultdict(float)
        for line in self.env["purchase.order.line"].search_fetch(
            domain, ["product_id", "product_uom_id", "product_qty", "qty_received"]
        ):
            missing = max(0.0, line.product_qty - line.qty_received)
            expected[line.product_id] += line.product_uom_id._compute_quantity(
                missing, line.product_id.uom_id, round=False
            )
        return expected

    def _get_replaced_lines(self, keys=None, places=None):
        """Lines of what was only expected, which this allocation shares out anew."""
        self.ensure_one()
        if keys is None:
            keys = {line._get_demand() for line in self.line_ids}
            places = {
                (self.warehouse_id.id, item.product_id.id) for item in self.item_ids
            }
        lines = (
            self.env["preorder.allocation.line"]
            .sudo()
            .search(
                [
                    ("is_applied", "=", True),
                    ("is_firm", "=", False),
                    ("warehouse_id", "=", self.warehouse_id.id),
                    ("product_id", "in", [product for _warehouse, product in places]),
                ]
            )
        )
        return lines.filtered(lambda line: line._get_demand() in keys)

    # From the picture to the lines

    def _share_out(self, picture, *, limit_fixed=False):
        """Bring the lines in line with a picture, and share out what there is.

        :param limit_fixed: cut what a person has fixed to what there is
        :raise UserError: when more is fixed than there is
        """
        self.ensure_one()
        items = self._update_items(picture)
        values = {
            key: self._prepare_line(row, items[row.product])
            for key, row in picture.rows.items()
        }
        known = {line._get_demand(): line for line in self.line_ids}
        for key, line in known.items():
            if key in values and line.is_fixed:
                row = picture.rows[key]
                values[key].update(
                    is_fixed=True, quantity=min(line.quantity, row.wanted)
                )
        for item in items.values():
            keys = [
                key
                for key, row in picture.rows.items()
                if row.product == item.product_id
            ]
            shares = self._get_shares(item, picture, values, keys, limit_fixed)
            for key, share in shares.items():
                values[key]["quantity"] = share
        allocating = self.with_context(preorder_allocating=True)
        gone = [line.id for key, line in known.items() if key not in values]
        allocating.line_ids.browse(gone).unlink()
        for key, line in known.items():
            if key in values:
                line = line.with_env(allocating.env)
                changed = line._get_changes(values.pop(key))
                if changed:
                    line.write(changed)
        allocating.line_ids.create(list(values.values()))
        needed = {row.product for row in picture.rows.values()}
        self.item_ids.filtered(lambda item: item.product_id not in needed).unlink()
        self.date_updated = fields.Datetime.now()

    def _update_items(self, picture):
        items = {item.product_id: item for item in self.item_ids}
        wanted = defaultdict(float)
        for row in picture.rows.values():
            wanted[row.product] += row.wanted
        # Records of the caller's: the picture is read with the rights of the system.
        products = {product.id: product for product in wanted}
        created = self.env["preorder.allocation.product"].create(
            [
                {"allocation_id": self.id, "product_id": product.id}
                for product in wanted
                if product not in items
            ]
        )
        items.update({item.product_id: item for item in created})
        result = {}
        for item in items.values():
            product = products.get(item.product_id.id)
            if not product:
                continue
            item.quantity_supply = picture.supply[product]
            item.quantity_wanted = product.uom_id.round(wanted[product])
            result[product] = item
        return result

    def _prepare_line(self, row, item):
        """Values of a demand's line, nothing allocated yet."""
        return {
            "allocation_id": self.id,
            "item_id": item.id,
            "sale_line_id": row.source.id if row.get_key()[0] == "line" else False,
            "move_id": row.source.id if row.get_key()[0] == "move" else False,
            "partner_id": row.partner.id,
            "origin": row.origin,
            "delivery_date": row.delivery_date,
            "confirmed_at": row.confirmed_at,
            "label_priority": row.priority,
            "quantity_demanded": row.demanded,
            "quantity_delivered": row.taken,
            "quantity_held": row.held,
            "quantity_wanted": row.product.uom_id.round(row.wanted),
            "multiple": item.multiple or row.multiple,
            "quantity": 0.0,
            "is_fixed": False,
        }

    def _get_shares(self, item, picture, values, keys, limit_fixed):
        """Let the rules share a product out, in whole numbers of its smallest unit.

        :return: dict of demand → quantity in the product's unit
        """
        smallest = item.product_uom_id._get_smallest_quantity()
        left = supply = int(item.quantity_supply / smallest + 1e-6)
        demands = []
        for key in keys:
            row = picture.rows[key]
            fixed = None
            if values[key]["is_fixed"]:
                fixed = round(values[key]["quantity"] / smallest)
                if limit_fixed:
                    fixed = min(fixed, left)
                left -= fixed
            demands.append(
                allocation.Demand(
                    key=key,
                    quantity=int(row.wanted / smallest + 1e-6),
                    rank=row.get_rank(),
                    multiple=max(1, round(values[key]["multiple"] / smallest)),
                    priority=row.priority,
                    fixed=fixed,
                )
            )
        if left < 0:
            raise UserError(
                self.env._(
                    "By hand, more of %(product)s is given away than there is: "
                    "%(fixed)g of %(supply)g. Lower a quantity.",
                    product=item.product_id.display_name,
                    fixed=(supply - left) * smallest,
                    supply=supply * smallest,
                )
            )
        shares = allocation.allocate(supply, demands, self.strategy)
        return {
            key: item.product_uom_id.round(share * smallest)
            for key, share in shares.items()
        }

    def _is_kept_by(self, picture) -> bool:
        """Whether what the lines give is there, and still asked for, and by all.

        :raise UserError: when a person gives away more than there is, of a picture that
            is still true
        """
        self.ensure_one()
        lines = {line._get_demand(): line for line in self.line_ids}
        if lines.keys() != picture.rows.keys():
            return False
        for key, row in picture.rows.items():
            if row.product.uom_id.compare(row.wanted, lines[key].quantity_wanted):
                return False
        for item in self.item_ids:
            uom = item.product_uom_id
            supply = picture.supply[item.product_id.sudo()]
            if uom.compare(supply, item.quantity_supply):
                return False
            if uom.compare(item.quantity, supply) > 0:
                raise UserError(
                    self.env._(
                        "More of %(product)s is given away than there is: %(given)g of "
                        "%(supply)g. Lower a quantity.",
                        product=item.product_id.display_name,
                        given=item.quantity,
                        supply=supply,
                    )
                )
        return True

    def _hold(self, picture):
        """Mark the lines as what their demands may take from now on."""
        for line in self.line_ids:
            line.write(
                {
                    "is_applied": True,
                    "is_firm": self.basis == "received",
                    "quantity_taken": picture.rows[line._get_demand()].taken,
                }
            )
