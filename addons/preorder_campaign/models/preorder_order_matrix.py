from odoo import models
from odoo.tools import format_date, formatLang

from .. import matrix
from .sale_order_matrix import MatrixPrinter


class PreorderOrder(models.Model):
    """An order form on paper: the same matrices as its quotation's."""

    _inherit = "preorder.order"

    def _get_form_matrix(self, *, with_prices=True):
        """The form's cells as matrices to print, in the record's language.

        At the prices that its totals show: the cells' own, and the discount of the tier
        that it reaches now.

        :param with_prices: without, quantities alone
        :return: as ``sale.order``'s ``_get_preorder_matrix``, and ``totals``: rows of
            label, amount and whether it is the last; empty without prices
        """
        self.ensure_one()
        cells = self.line_ids.filtered("quantity")._sorted_for_documents()
        grids = {
            template: template._get_variant_grid(its_cells.product_id)
            for template, its_cells in cells.grouped(
                lambda cell: cell.product_id.product_tmpl_id
            ).items()
        }
        totals = self._get_totals()
        tier_discount = totals["tier"]["discount"] if totals["tier"] else 0.0
        lines = [cell._prepare_matrix_line(grids, tier_discount) for cell in cells]
        if not with_prices:
            # Sizes of another price stand in the same row then.
            lines = [line.without_price() for line in lines]
        sections = matrix.arrange(
            lines,
            total=totals["untaxed"] if with_prices else 0.0,
            rounding=self.currency_id.rounding,
        )
        printer = MatrixPrinter(
            self,
            on_paper=True,
            several_taxes=with_prices and len({line.terms.taxes for line in lines}) > 1,
        )
        by_product = cells.grouped(
            lambda cell: (cell.delivery_date or None, cell.product_id.product_tmpl_id)
        )
        return {
            "has_dates": len(sections) > 1,
            "has_prices": with_prices,
            "has_discount": any(line.terms.discount for line in lines),
            "delivery": self._describe_requested_delivery(cells),
            "sections": [
                printer.print_section(section, grids, by_product)
                for section in sections
            ],
            "totals": self._print_totals(totals) if with_prices else [],
        }

    def _describe_requested_delivery(self, cells) -> str:
        """When the form's goods are wanted, in words."""
        self.ensure_one()
        days = [
            format_date(self.env, day)
            for day in self._get_requested_delivery(cells)
            if day
        ]
        return " – ".join(dict.fromkeys(days))

    def _print_totals(self, totals):
        """What stands below the form: label, amount and whether it is the last word."""

        def amount(value):
            return formatLang(self.env, value, currency_obj=self.currency_id)

        rows = []
        tier = totals["tier"]
        if tier and self.currency_id.compare_amounts(
            totals["before"], totals["untaxed"]
        ):
            rows = [
                (self.env._("Before discount"), amount(totals["before"]), False),
                (
                    self.env._(
                        "%(tier)s, %(discount)s %%",
                        tier=tier["name"],
                        discount=f"{tier['discount']:g}",
                    ),
                    amount(totals["untaxed"] - totals["before"]),
                    False,
                ),
            ]
        return [
            *rows,
            (self.env._("Excluding taxes"), amount(totals["untaxed"]), False),
            (self.env._("Taxes"), amount(totals["tax"]), False),
            (self.env._("Total"), amount(totals["total"]), True),
        ]


class PreorderOrderLine(models.Model):
    _inherit = "preorder.order.line"

    def _prepare_matrix_line(self, grids, tier_discount):
        """The cell as :mod:`~..matrix` reads it.

        :param grids: dict of ``product.template`` → :class:`~..grid.Grid`
        :param tier_discount: of the tier that the form reaches, in percent
        """
        self.ensure_one()
        product = self.product_id
        discount = self.env["preorder.pricing"]._get_line_discount(
            self.base_discount, 0.0 if self.no_discount else tier_discount
        )
        amount = self.price_unit * self.quantity * (1 - discount / 100)
        return matrix.Line(
            self.delivery_date or None,
            product.product_tmpl_id,
            grids[product.product_tmpl_id].places[product],
            matrix.Terms(
                self.price_unit,
                discount,
                product.uom_id,
                self.env["account.tax"].browse(self._parse_tax_key(self.tax_key)),
            ),
            self.quantity,
            self.order_id.currency_id.round(amount),
        )
