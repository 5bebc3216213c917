from datetime import datetime

from odoo import models
from odoo.tools import SQL

from .preorder_pricing import PricedQuantity, Terms


class PreorderOrder(models.Model):
    """What an order form costs: its prices, and what they add up to."""

    _inherit = "preorder.order"

    def _get_pricing_terms(self):
        """What decides this form's prices."""
        self.ensure_one()
        return Terms(
            self.company_id.id,
            self.pricelist_id.id,
            self.currency_id.id,
            self.fiscal_position_id.id,
        )

    def _read_quantities(self):
        """The form's cells folded as far as its totals allow, in one query.

        :return: list of (tax ids, base discount, unit price, quantity, count of lines
            alike, number of lines, number of pieces)
        """
        self.ensure_one()
        lines = self.env["preorder.order.line"]
        lines.flush_model()
        if self.company_id.tax_calculation_rounding_method == "round_globally":
            query = SQL(
                """
                SELECT tax_key, base_discount,
                       SUM(price_unit * quantity) / SUM(quantity),
                       SUM(quantity), 1, COUNT(*), SUM(quantity)
                  FROM preorder_order_line
                 WHERE order_id = %s AND quantity > 0
              GROUP BY tax_key, base_discount
                """,
                self.id,
            )
        else:
            query = SQL(
                """
                SELECT tax_key, base_discount, price_unit, quantity,
                       COUNT(*), COUNT(*), SUM(quantity)
                  FROM preorder_order_line
                 WHERE order_id = %s AND quantity > 0
              GROUP BY tax_key, base_discount, price_unit, quantity
                """,
                self.id,
            )
        return [
            (lines._parse_tax_key(tax_key), *rest)
            for tax_key, *rest in self.env.execute_query(query)
        ]

    def _get_totals(self):
        """What the form amounts to, in its currency.

        The *balance* is net of taxes with pricelist discounts, without the tier's; the
        tier it reaches then discounts every line.

        :return: dict with ``pieces``, ``lines``, ``balance``, ``untaxed``, ``tax``,
            ``total``, ``tier`` and ``next_tier`` (each ``None`` or a dict)
        """
        self.ensure_one()
        pricing = self.env["preorder.pricing"]
        rows = self._read_quantities()
        place = {"company": self.company_id, "currency": self.currency_id}
        linear_taxes = pricing._get_linear_taxes({row[0] for row in rows}, **place)

        def get_totals(tier_discount):
            return pricing._get_totals(
                (
                    PricedQuantity(
                        tax_ids,
                        unit,
                        quantity,
                        pricing._get_line_discount(base_discount, tier_discount),
                        count,
                    )
                    for tax_ids, base_discount, unit, quantity, count, *_rest in rows
                ),
                linear_taxes=linear_taxes,
                **place,
            )

        before = get_totals(0.0)
        progress = self.campaign_id._get_tier_progress(
            before.untaxed, self.currency_id, self.campaign_id._now().date()
        )
        reached, following = progress.reached, progress.following
        totals = get_totals(reached.discount) if reached else before
        rounded = self.currency_id.round
        return {
            "pieces": sum(row[6] for row in rows),
            "lines": sum(row[5] for row in rows),
            "balance": rounded(before.untaxed),
            "untaxed": rounded(totals.untaxed),
            "tax": rounded(totals.tax),
            "total": rounded(totals.total),
            "tier": reached
            and {
                "id": reached.key,
                "name": reached.name,
                "target": reached.target,
                "discount": reached.discount,
            },
            "next_tier": following
            and {
                "name": following.name,
                "target": following.target,
                "discount": following.discount,
                "missing": rounded(progress.missing),
            },
        }

    def _refresh_prices(self, now: datetime):
        """Bring the prices of a form that is being filled up to date.

        With the terms that decide them: the customer may have a new pricelist.

        :return: list of dicts, one for each line in the order whose price changed:
            ``product``, ``old`` and ``new`` unit price after the pricelist's discount
        """
        self.ensure_one()
        if self.state != "draft":
            return []
        self._refresh_terms()
        lines = self.line_ids
        changes = []
        prices = lines._get_current_prices(now)
        for line in lines:
            price = prices[line]
            values = line._prepare_price_values(price)
            if any(line[name] != value for name, value in values.items()):
                old = line.price_unit * (1 - line.base_discount / 100)
                new = price.unit * (1 - price.discount / 100)
                if line.quantity and self.currency_id.compare_amounts(old, new):
                    changes.append({"product": line.product_id, "old": old, "new": new})
                line.write(values)
        return changes

    def _refresh_terms(self):
        terms = self._prepare_terms(self.campaign_id, self.partner_id)
        changed = {
            name: value
            for name, value in terms.items()
            if self[name].id != (value or False)
        }
        if changed:
            self.write(changed)
