from odoo import models
from odoo.tools import SQL


class PreorderOrderLine(models.Model):
    """Many cells at once."""

    _inherit = "preorder.order.line"

    def _update_prices(self, prices):
        """Store new prices of cells, in one statement.

        :param prices: dict of line → :class:`~.preorder_pricing.Price`
        """
        if not prices:
            return
        self.flush_model()
        names = list(self._prepare_price_values(next(iter(prices.values()))))
        rows = SQL(", ").join(
            SQL("%s", (line.id, *self._prepare_price_values(price).values()))
            for line, price in prices.items()
        )
        self.env.cr.execute(
            SQL(
                "UPDATE preorder_order_line AS line SET %s FROM (VALUES %s)"
                " AS new (id, %s) WHERE line.id = new.id",
                SQL(", ").join(
                    SQL("%(name)s = new.%(name)s", name=SQL.identifier(name))
                    for name in names
                ),
                rows,
                SQL(", ").join(map(SQL.identifier, names)),
            )
        )
        self.invalidate_model(names)
