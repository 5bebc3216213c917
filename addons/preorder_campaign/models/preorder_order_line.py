from collections import defaultdict
from datetime import date

from odoo import api, fields, models
from odoo.tools import SQL

from .. import cells
from .preorder_order import CHANNELS
from .preorder_order_delivery import at_noon

#: Stands for "no delivery date" in the unique index: NULLs never equal each other.
NO_DATE = "0001-01-01"


class PreorderOrderLine(models.Model):
    """A cell of an order form: one quantity of one variant, and who typed it.

    Not a small sale order line: nothing here is computed from other rows, so that
    saving a cell costs the same in a form of ten cells and of ten thousand. Price,
    discount and taxes are what the customer was shown for this quantity.
    """

    _name = "preorder.order.line"
    _description = "Pre-Order Form Cell"
    _order = "order_id, id"
    _log_access = False

    order_id = fields.Many2one("preorder.order", required=True, ondelete="cascade")
    product_id = fields.Many2one(
        "product.product", "Variant", required=True, ondelete="restrict", index=True
    )
    delivery_date = fields.Date()
    quantity = fields.Float(required=True, digits="Product Unit")
    price_unit = fields.Float("Unit Price", min_display_digits="Product Price")
    base_discount = fields.Float(
        "Own Discount (%)",
        help="The pricelist's and the campaign's in one, not rounded; the tier's "
        "discount comes on top.",
    )
    no_discount = fields.Boolean("Gets No Tier's Discount")
    not_counted = fields.Boolean("Does Not Count Towards Tiers")
    tax_key = fields.Char(
        "Taxes", help="Ids of the taxes that apply, in ascending order, by commas."
    )
    revision = fields.Integer(required=True, default=1)
    changed_by_id = fields.Many2one("res.users", "Changed by", ondelete="set null")
    changed_at = fields.Datetime()
    channel = fields.Selection(
        CHANNELS,
        default="website",
        required=True,
    )

    _cell_unique = models.UniqueIndex(
        f"(order_id, product_id, COALESCE(delivery_date, '{NO_DATE}'))"
    )
    _quantity_sane = models.Constraint(
        f"CHECK(quantity >= 0 AND quantity <= {cells.MAXIMUM_QUANTITY})",
        "A quantity lies between zero and a million.",
    )

    @api.model
    def _parse_tax_key(self, tax_key) -> tuple[int, ...]:
        """The tax ids that a cell's tax key names."""
        return tuple(int(part) for part in (tax_key or "").split(",") if part)

    @api.model
    def _prepare_price_values(self, price):
        """A price as a cell stores it."""
        return {
            "price_unit": price.unit,
            "base_discount": price.discount,
            "tax_key": ",".join(map(str, price.tax_ids)),
            "no_discount": price.no_discount,
            "not_counted": price.not_counted,
        }

    def _get_current_prices(self, now):
        """What each cell's quantity would cost now.

        :return: dict of line → :class:`~.preorder_pricing.Price`
        """
        prices = {}
        # A variant can stand in several cells, one per delivery date: priced apart.
        by_rank = defaultdict(list)
        ranks = defaultdict(int)
        for line in self:
            key = (line.order_id, line.product_id)
            by_rank[line.order_id, ranks[key]].append(line)
            ranks[key] += 1
        for (order, _rank), lines in by_rank.items():
            found = self.env["preorder.pricing"]._get_prices(
                {line.product_id: line.quantity for line in lines},
                terms=order._get_pricing_terms(),
                date=now,
            )
            found = order.campaign_id._apply_terms(found)
            prices.update((line, found[line.product_id.id]) for line in lines)
        return prices

    @api.model
    def _get_writing_sql(self, order, priced_changes, *, user, channel, now) -> SQL:
        """The statement that stores changed cells: new ones begin at revision 1.

        It raises a revision by one from what this transaction has read, for it fails
        to serialize where another transaction has changed the cell meanwhile.

        :param priced_changes: list of (:class:`~..cells.CellChange`, price), not empty;
            no cell twice
        """
        cell_rows = SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s, %s, %s, %s, %s, %s, 1, %s, %s, %s)",
                order.id,
                change.key.product_id,
                change.key.delivery_date,
                change.quantity,
                *self._prepare_price_values(price).values(),
                user.id,
                now,
                channel,
            )
            # In one order: two who save the same cells never wait for each other.
            for change, price in sorted(
                priced_changes,
                key=lambda each: (
                    each[0].key.product_id,
                    each[0].key.delivery_date or date.min,
                ),
            )
        )
        return SQL(
            """
            INSERT INTO preorder_order_line AS line (
                order_id, product_id, delivery_date, quantity, price_unit,
                base_discount, tax_key, no_discount, not_counted,
                revision, changed_by_id, changed_at, channel
            ) VALUES %(cells)s
            ON CONFLICT (
                order_id, product_id, COALESCE(delivery_date, %(no_date)s)
            ) DO UPDATE SET
                quantity = EXCLUDED.quantity,
                price_unit = EXCLUDED.price_unit,
                base_discount = EXCLUDED.base_discount,
                tax_key = EXCLUDED.tax_key,
                no_discount = EXCLUDED.no_discount,
                not_counted = EXCLUDED.not_counted,
                revision = line.revision + 1,
                changed_by_id = EXCLUDED.changed_by_id,
                changed_at = EXCLUDED.changed_at,
                channel = EXCLUDED.channel
            """,
            cells=cell_rows,
            no_date=SQL(f"DATE '{NO_DATE}'"),
        )

    def _write_cells(self, order, priced_changes, *, user, channel, now):
        """Store changed cells in one statement.

        Parameters as of :meth:`_get_writing_sql`; the list may be empty.
        """
        if priced_changes:
            self.flush_model()
            self.env.cr.execute(
                self._get_writing_sql(
                    order, priced_changes, user=user, channel=channel, now=now
                )
            )
            self._forget_cells(order)

    def _forget_cells(self, order):
        """Cells of a form were written past the cache, in which nothing waits."""
        self.invalidate_model(flush=False)
        order.invalidate_recordset(["line_ids"], flush=False)

    def _sorted_for_documents(self):
        """Lines as a merchant reads them: by product, then colour and size in order."""
        return self.sorted(
            lambda line: (
                line.product_id.product_tmpl_id.sequence,
                line.product_id.product_tmpl_id.name,
                line.product_id.product_tmpl_id.id,
                [
                    (
                        value.attribute_line_id.sequence,
                        value.product_attribute_value_id.sequence,
                    )
                    for value in line.product_id.product_template_attribute_value_ids
                ],
                line.delivery_date or fields.Date.from_string("1900-01-01"),
                line.id,
            )
        )

    def _prepare_quotation_line_values(self, tier, sequence):
        """Values of the quotation's line for this cell, its price frozen."""
        self.ensure_one()
        pricing = self.env["preorder.pricing"]
        start, end = self.order_id._get_requested_delivery(self)
        route = self.order_id.campaign_id.route_id
        return {
            **({"route_ids": [fields.Command.set(route.ids)]} if route else {}),
            "sequence": sequence,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_id.uom_id.id,
            "product_uom_qty": self.quantity,
            "price_unit": self.price_unit,
            "technical_price_unit": self.price_unit,
            "preorder_base_discount": self.base_discount,
            "preorder_no_discount": self.no_discount,
            "preorder_not_counted": self.not_counted,
            "preorder_price_frozen": True,
            "discount": pricing._get_line_discount(
                self.base_discount, 0.0 if self.no_discount else tier.discount
            ),
            "tax_ids": [fields.Command.set(self._parse_tax_key(self.tax_key))],
            "commitment_date": at_noon(self.delivery_date),
            "requested_delivery_period_start": at_noon(start),
            "requested_delivery_period_end": at_noon(end),
            "preorder_delivery_date": self.delivery_date or start,
        }
