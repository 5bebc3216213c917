from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup

from odoo import api, models
from odoo.tools import SQL, formatLang

from .preorder_pricing import PricedQuantity, Terms


class FoldedCells(NamedTuple):
    """Cells of an order form that are priced alike.

    ``unit`` × ``quantity`` is what they amount to before discount, ``count`` times;
    they are ``lines`` cells of ``pieces`` pieces together. Of a single cell, there is
    its variant's ``product_id``.
    """

    tax_ids: tuple[int, ...]
    base_discount: float
    no_discount: bool
    not_counted: bool
    unit: float
    quantity: float
    count: int
    lines: int
    pieces: float
    product_id: int | None = None


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

    def _read_for_totals(self):
        """What the totals of forms are made of; all of one company and currency.

        :return: (dict of form → list of :class:`FoldedCells`, their taxes as
            ``preorder.pricing._get_linear_taxes`` says)
        """
        pricing = self.env["preorder.pricing"]
        rows = self._read_folded()
        tax_sets = {row.tax_ids for folded in rows.values() for row in folded}
        taxes = pricing._get_linear_taxes(
            tax_sets, company=self.company_id, currency=self.currency_id
        )
        if not taxes and pricing._look_at_products(tax_sets):
            rows = self._read_folded(by_product=True)
        return rows, taxes

    def _read_folded(self, *, by_product=False, without=()):
        """Forms' cells folded as far as their totals allow, in one query.

        :param by_product: each cell for itself, with its product
        :param without: ids of variants whose cells are left out
        :return: dict of form → list of :class:`FoldedCells`
        """
        self.env["preorder.order.line"].flush_model()
        found = {order: [] for order in self}
        ids = [each for each in self.ids if each]
        if ids:
            condition = SQL(
                "cell.order_id = form.id AND cell.product_id <> ALL (%s::integer[])",
                list(without),
            )
            for form_id, *row in self.env.execute_query(
                SQL(
                    "SELECT form.id, folded.* FROM preorder_order AS form,"
                    " LATERAL (%s) AS folded WHERE form.id = ANY (%s)",
                    self._get_cells_sql(condition)
                    if by_product
                    else self._get_fold_sql(condition, self.company_id),
                    ids,
                )
            ):
                found[self.browse(form_id)].append(self._get_folded(row))
        return found

    @api.model
    def _get_cells_sql(self, condition: SQL) -> SQL:
        """As :meth:`_get_fold_sql`, each cell for itself and with its product."""
        return SQL(
            """
            SELECT tax_key, COALESCE(base_discount, 0), no_discount, not_counted,
                   COALESCE(price_unit, 0), quantity, 1, 1, quantity, product_id
              FROM preorder_order_line cell
             WHERE %s AND quantity > 0
            """,
            condition,
        )

    @api.model
    def _get_fold_sql(self, condition: SQL, company) -> SQL:
        """The query that folds cells as far as the totals of their form allow.

        Cells that an interface has created without price or discount have none.

        :param condition: which cells, by the alias ``cell``; without a quantity, none
        :param company: whose forms they are
        """
        if company.tax_calculation_rounding_method == "round_globally":
            return SQL(
                """
                SELECT tax_key, COALESCE(base_discount, 0), no_discount, not_counted,
                       COALESCE(SUM(price_unit * quantity), 0) / SUM(quantity),
                       SUM(quantity), 1, COUNT(*), SUM(quantity)
                  FROM preorder_order_line cell
                 WHERE %s AND quantity > 0
              GROUP BY tax_key, COALESCE(base_discount, 0), no_discount, not_counted
                """,
                condition,
            )
        return SQL(
            """
            SELECT tax_key, COALESCE(base_discount, 0), no_discount, not_counted,
                   COALESCE(price_unit, 0), quantity, COUNT(*), COUNT(*), SUM(quantity)
              FROM preorder_order_line cell
             WHERE %s AND quantity > 0
          GROUP BY tax_key, COALESCE(base_discount, 0), no_discount, not_counted,
                   COALESCE(price_unit, 0), quantity
            """,
            condition,
        )

    @api.model
    def _get_rest_sql(self, order: SQL, product_ids, company) -> SQL:
        """One column: cells of a form besides those of some variants, folded.

        :param order: SQL of the form's id
        :param company: whose form it is
        """
        return SQL(
            """
            (SELECT json_agg(json_build_array(tax_key, base_discount, no_discount,
                             not_counted, unit, quantity, count, lines, pieces))
               FROM (%s) AS folded (tax_key, base_discount, no_discount, not_counted,
                                    unit, quantity, count, lines, pieces))
            """,
            self._get_fold_sql(
                SQL(
                    "cell.order_id = %s AND cell.product_id <> ALL (%s::integer[])",
                    order,
                    list(product_ids),
                ),
                company,
            ),
        )

    @api.model
    def _fold(self, product_id, quantity, price):
        """:class:`FoldedCells` of a single cell.

        :param product_id: id of its variant
        :param price: :class:`~.preorder_pricing.Price`
        """
        return FoldedCells(
            price.tax_ids,
            price.discount,
            price.no_discount,
            price.not_counted,
            price.unit,
            quantity,
            1,
            1,
            quantity,
            product_id,
        )

    @api.model
    def _get_folded(self, row):
        """:class:`FoldedCells`, of a row of a query of cells."""
        tax_key, *rest = row
        parse = self.env["preorder.order.line"]._parse_tax_key
        return FoldedCells(parse(tax_key), *rest)

    def _get_totals_by_form(self):
        """What forms amount to, read together for lists of them.

        :return: dict of form → as :meth:`_get_totals`
        """
        totals = {}
        for orders in self.grouped(
            lambda order: (order.company_id, order.currency_id)
        ).values():
            rows, taxes = orders._read_for_totals()
            for order in orders:
                totals[order] = order._get_totals_of(rows[order], taxes)
        return totals

    def _get_totals(self):
        """What the form amounts to, in its currency.

        The *balance* decides the tier: net of taxes, with pricelist and campaign
        discounts, without the tier's, of what counts; where the campaign adds up the
        company's branches, what they have submitted counts too. The tier it reaches
        then discounts every line that is not excluded from discounts.

        :return: dict with ``pieces``, ``lines``, ``before`` (net, before the tier's
            discount), ``balance``, ``branches`` (the others' part of the balance),
            ``untaxed``, ``tax``, ``total``, ``tier`` and ``next_tier`` (each ``None``
            or a dict)
        """
        self.ensure_one()
        rows, taxes = self._read_for_totals()
        return self._get_totals_of(rows[self], taxes)

    def _get_totals_of(self, rows, taxes):
        """As :meth:`_get_totals`, of folded cells and what their taxes are."""
        before = self._add_up(rows, 0.0, taxes)
        counted = [row for row in rows if not row.not_counted]
        own_balance = (
            before if len(counted) == len(rows) else self._add_up(counted, 0.0, taxes)
        )
        branches = self._get_branches_balance()
        progress = self.campaign_id._get_tier_progress(
            own_balance.untaxed + branches,
            self.currency_id,
            self.campaign_id._now().date(),
        )
        reached, following = progress.reached, progress.following
        if self.sale_order_id.preorder_tier_manual:
            reached = self.campaign_id._get_tier(self.sale_order_id.preorder_tier_id)
        totals = self._add_up(rows, reached.discount, taxes) if reached else before
        rounded = self.currency_id.round
        return {
            "pieces": sum(row.pieces for row in rows),
            "lines": sum(row.lines for row in rows),
            "before": rounded(before.untaxed),
            "balance": rounded(own_balance.untaxed + branches),
            "branches": rounded(branches),
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

    def _add_up(self, rows, tier_discount, linear_taxes):
        """What folded cells amount to under a tier's discount in percent."""
        pricing = self.env["preorder.pricing"]
        return pricing._get_totals(
            (
                PricedQuantity(
                    row.tax_ids,
                    row.unit,
                    row.quantity,
                    pricing._get_line_discount(
                        row.base_discount, 0.0 if row.no_discount else tier_discount
                    ),
                    row.count,
                    row.product_id,
                )
                for row in rows
            ),
            linear_taxes=linear_taxes,
            company=self.company_id,
            currency=self.currency_id,
        )

    def _get_branches_balance(self) -> float:
        """What the other quotations of the customer's company count towards tiers.

        In the form's currency; 0 where the campaign counts each order apart.
        """
        self.ensure_one()
        if self.campaign_id.tier_scope != "company":
            return 0.0
        return self.env["sale.order"]._get_preorder_company_balance(
            self.campaign_id,
            self.customer_company_id,
            self.currency_id,
            without=self.sale_order_id,
        )

    def _refresh_prices(self, now: datetime):
        """Bring the prices of a form that is being filled up to date.

        With the terms that decide them: the customer may have a new pricelist. What
        changes is noted on the form, whoever is told of it besides.

        :return: list of dicts, one for each line in the order whose price changed:
            ``product``, ``old`` and ``new`` unit price after the pricelist's discount
        """
        self.ensure_one()
        if self.state != "draft":
            return []
        self._refresh_terms()
        lines = self.line_ids
        changes = []
        changed = {}
        prices = lines._get_current_prices(now)
        for line in lines:
            price = prices[line]
            values = line._prepare_price_values(price)
            if any(line[name] != value for name, value in values.items()):
                old = line.price_unit * (1 - line.base_discount / 100)
                new = price.unit * (1 - price.discount / 100)
                if line.quantity and self.currency_id.compare_amounts(old, new):
                    changes.append({"product": line.product_id, "old": old, "new": new})
                changed[line] = price
        lines._update_prices(changed)
        self._log_price_changes(changes)
        return changes

    def _log_price_changes(self, changes):
        """Note on the form which prices have changed since they were entered."""
        if not changes:
            return
        entries = {
            (
                change["product"].display_name,
                *(
                    formatLang(self.env, change[key], currency_obj=self.currency_id)
                    for key in ("old", "new")
                ),
            ): None
            for change in changes
        }
        self.message_post(
            body=Markup("%s<ul>%s</ul>")
            % (
                self.env._("Prices have changed:"),
                Markup().join(
                    Markup("<li>%s: %s → %s</li>") % entry for entry in entries
                ),
            )
        )

    def _refresh_terms(self):
        terms = self._prepare_terms(self.campaign_id, self.partner_id)
        changed = {
            name: value
            for name, value in terms.items()
            if self[name].id != (value or False)
        }
        if changed:
            self.write(changed)
