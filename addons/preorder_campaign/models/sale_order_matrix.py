from functools import cache

from odoo import fields, models
from odoo.tools import format_date, formatLang

from .. import matrix
from ..references import get_common_reference
from .sale_order_line_merge import _get_branch_name

#: Room for sizes side by side on paper, and how wide one is at least and at most, in
#: ems; a longer run goes on below.
_ROOM_ON_PAPER = 33
_COLUMN_WIDTHS = (2.4, 7.5)
#: Decimals that a price may have beyond the usual ones.
_PRICE_DIGITS = 6


class SaleOrder(models.Model):
    """How a pre-order's quotation looks: matrices instead of a thousand lines."""

    _inherit = "sale.order"

    def _get_preorder_matrix(self, *, on_paper=False):
        """The quotation's lines as matrices, ready to print in the record's language.

        Section headings, what stands below them, notes, shipping and down payments are
        not among them: the office put them where they are.

        :param on_paper: whether long runs of sizes go on below
        :return: dict: ``lines``, the lines it stands for; ``sections``, empty if there
            are none; ``has_dates``, ``has_prices``, ``has_discount``; ``delivery``,
            when all that is delivered, in words
        """
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: line._is_matrix_line())
        grids = {
            template: template._get_variant_grid(its_lines.product_id)
            for template, its_lines in lines.grouped(
                lambda line: line.product_id.product_tmpl_id
            ).items()
        }
        others = (self.order_line - lines).filtered(lambda line: not line.display_type)
        dates = lines._get_delivery_dates()
        sections = matrix.arrange(
            (line._prepare_matrix_line(dates[line], grids) for line in lines),
            total=self.amount_untaxed - sum(others.mapped("price_subtotal")),
            rounding=self.currency_id.rounding,
        )
        lines_by_product = lines.grouped(
            lambda line: (dates[line], line.product_id.product_tmpl_id)
        )
        several_taxes = len({line.tax_ids for line in lines}) > 1
        printer = MatrixPrinter(self, on_paper, several_taxes)
        return {
            "lines": lines,
            "has_dates": len(sections) > 1,
            "has_prices": True,
            "has_discount": any(line.discount for line in lines),
            "delivery": self._get_preorder_delivery(
                [section.date for section in sections if section.date]
            ),
            "sections": [
                printer.print_section(section, grids, lines_by_product)
                for section in sections
            ],
        }

    def _get_preorder_delivery(self, dates):
        """When a pre-order is delivered, in words: said once on each document.

        :param dates: the days on which lines are delivered, in ascending order
        """
        self.ensure_one()
        start, end, promised = (
            moment and self._get_preorder_day(moment)
            for moment in (
                self.requested_delivery_period_start,
                self.requested_delivery_period_end,
                self.commitment_date,
            )
        )
        if len(dates) == 1:
            promised = dates[0]
        start, end, promised, *dates = (
            day and format_date(self.env, day) for day in (start, end, promised, *dates)
        )
        if len(dates) > 1:
            return self.env._(
                "%(first)s – %(last)s, see below", first=dates[0], last=dates[-1]
            )
        if start and end:
            period = start if start == end else f"{start} – {end}"
        elif end:
            period = self.env._("until %(day)s", day=end)
        else:
            period = start and self.env._("from %(day)s", day=start)
        # The beginning of the period is what a pre-order is planned for at first.
        if not promised or (period and promised == start):
            return period or ""
        if not period:
            return promised
        return self.env._(
            "%(promised)s (requested: %(period)s)", promised=promised, period=period
        )

    def _get_preorder_day(self, moment):
        """The day on which a moment (naive UTC) falls where the campaign runs."""
        self.ensure_one()
        zone = self.preorder_campaign_id.tz
        return fields.Datetime.context_timestamp(
            self.with_context(tz=zone), moment
        ).date()

    def _get_preorder_form_numbers(self):
        """The numbers of the order forms that a quotation was made from."""
        self.ensure_one()
        return ", ".join(self._get_preorder_forms().mapped("name"))


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _is_matrix_line(self) -> bool:
        """Whether the line is a cell of its product's matrix on documents."""
        self.ensure_one()
        return bool(
            self._is_preorder_line()
            and (self.preorder_price_frozen or self.product_type == "consu")
            and not self.parent_id
            and not self.linked_line_id
            and not self._is_delivery()
            and not self._is_global_discount()
        )

    def _get_delivery_dates(self):
        """The days on which lines are delivered.

        :return: dict of line → date, or None
        """
        get_day = cache(self.order_id[:1]._get_preorder_day)
        return {
            line: moment and get_day(moment) or None
            for line in self
            for moment in [line.commitment_date or line.order_id.commitment_date]
        }

    def _prepare_matrix_line(self, date, grids):
        """The line as :mod:`~..matrix` reads it.

        :param grids: dict of ``product.template`` → :class:`~..grid.Grid`
        """
        self.ensure_one()
        template = self.product_id.product_tmpl_id
        return matrix.Line(
            date,
            template,
            grids[template].places[self.product_id],
            matrix.Terms(
                self.price_unit, self.discount, self.product_uom_id, self.tax_ids
            ),
            self.product_uom_qty,
            self.price_subtotal,
            tuple(
                (_get_branch_name(partner), quantity)
                for partner, quantity in self._get_branch_quantities().items()
            ),
        )


class MatrixPrinter:
    """Puts a matrix into words and numbers of the customer's language.

    ``order`` is a quotation or an order form: its language and currency count.
    ``lines_by_product`` are their lines, or cells, by day of delivery and product.
    """

    def __init__(self, order, on_paper, several_taxes):
        self.env = order.env
        self.currency = order.currency_id
        self.on_paper = on_paper
        self.several_taxes = several_taxes
        self.piece = self.env.ref("uom.product_uom_unit", raise_if_not_found=False)
        digits = self.env["decimal.precision"].precision_get
        self.quantity_digits = digits("Product Unit")
        self.price_digits = digits("Product Price")
        self.discount_digits = digits("Discount")
        # Few numbers stand in many cells.
        self.print_quantity = cache(self._print_quantity)
        self.print_amount = cache(self._print_amount)

    def _print_quantity(self, quantity):
        if quantity is None:
            return ""
        return self._print_number(quantity, 0, self.quantity_digits)

    def _print_number(self, number, least, most):
        """A number with as many decimals as it has, within limits."""
        digits = next(
            (
                digits
                for digits in range(least, most)
                if round(number, digits) == round(number, most)
            ),
            most,
        )
        return formatLang(self.env, number, digits=digits, rounding_method="HALF-UP")

    def _print_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency)

    def _print_price(self, terms):
        price = self._print_number(terms.price, self.price_digits, _PRICE_DIGITS)
        if not terms.discount:
            return {"price": price, "list_price": "", "discount": ""}
        return {
            "price": formatLang(
                self.env,
                terms.price * (1 - terms.discount / 100),
                digits=self.price_digits,
                rounding_method="HALF-UP",
            ),
            # A surcharge is no bargain: core strikes no price then either.
            "list_price": price if terms.discount > 0 else "",
            "discount": self._print_number(terms.discount, 0, self.discount_digits),
        }

    def print_section(self, section, grids, lines_by_product):
        products = [
            self._print_product(
                product,
                grids[product.product],
                lines_by_product[section.date, product.product],
            )
            for product in section.products
        ]
        return {
            "date": section.date and format_date(self.env, section.date),
            "products": products,
            "blocks": list(_get_blocks(products)),
            "quantity": self._print_total_quantity(section),
            "amount": self.print_amount(section.amount),
        }

    def _print_total_quantity(self, section):
        if section.quantity is None:
            return ""
        quantity = self.print_quantity(section.quantity)
        unit = section.products[0].rows[0].terms.unit
        if unit == self.piece:
            return (
                self.env._("1 piece")
                if section.quantity == 1
                else self.env._("%(quantity)s pieces", quantity=quantity)
            )
        return f"{quantity} {unit.name}"

    def _print_product(self, product, product_grid, lines):
        units = {row.terms.unit for row in product.rows}
        in_pieces = units == {self.piece}
        columns = [product_grid.columns[i] for i in product.columns]
        cells = [
            self.print_quantity(quantity)
            for row in product.rows
            for quantity in row.cells
        ]
        width = _get_column_width([*columns, *cells])
        return {
            "name": product.product.name,
            "code": get_common_reference(
                line.product_id.default_code or "" for line in lines
            ),
            "is_plain": product_grid.is_single,
            "corner": product_grid.corner,
            "in_pieces": in_pieces,
            "column_width": width,
            "bands": [
                {
                    "columns": columns[part],
                    "rows": [
                        self._print_row(row, row.cells[part], product_grid, in_pieces)
                        for row in product.rows
                    ],
                    "is_last": part.stop is None,
                }
                for part in self._get_parts(len(columns), width)
            ],
            "texts": _get_texts(lines, product_grid),
            "has_total": len(product.rows) > 1,
            "quantity": self.print_quantity(product.quantity),
            "amount": self.print_amount(product.amount),
        }

    def _get_parts(self, length, width):
        """Slices of a run of columns that fit beside each other, of like length."""
        fitting = int(_ROOM_ON_PAPER / width)
        if not self.on_paper or length <= fitting:
            return [slice(None)]
        count = -(-length // fitting)
        size = -(-length // count)
        return [
            slice(start, start + size if start + size < length else None)
            for start in range(0, length, size)
        ]

    def _print_row(self, row, cells, product_grid, in_pieces):
        terms = row.terms
        return {
            "name": product_grid.rows[row.row].name,
            "color": product_grid.rows[row.row].color,
            "taxes": ", ".join(terms.taxes.mapped("tax_label"))
            if self.several_taxes
            else "",
            "cells": [self.print_quantity(quantity) for quantity in cells],
            "quantity": self.print_quantity(row.quantity),
            "unit": "" if in_pieces else terms.unit.name,
            "amount": self.print_amount(row.amount),
            "branches": " · ".join(
                f"{branch} {self.print_quantity(quantity)}"
                for branch, quantity in row.shares
            ),
            **self._print_price(terms),
        }


def _get_column_width(texts):
    """How wide a column is, in ems, so that no word in it is broken."""
    longest = max((len(word) for text in texts for word in text.split()), default=0)
    least, most = _COLUMN_WIDTHS
    return min(max(least, 0.7 * longest + 0.7), most)


def _get_blocks(products):
    """What shares a table: a product in variants alone, plain ones in a row together.

    :return: iterator of lists of products
    """
    block = []
    for product in products:
        if block and not (product["is_plain"] and block[-1]["is_plain"]):
            yield block
            block = []
        block.append(product)
    if block:
        yield block


def _get_texts(lines, product_grid):
    """What lines say below the product's name, once each, and of which variants."""
    lines_by_text = {}
    for line in lines:
        if "name" not in line._fields:
            # Cells of an order form say nothing.
            break
        for text in filter(None, map(str.strip, (line.name or "").split("\n")[1:])):
            lines_by_text.setdefault(text, []).append(line)
    texts = []
    for text, its_lines in lines_by_text.items():
        if len(its_lines) == len(lines):
            texts.append(text)
            continue
        labels = []
        for line in its_lines:
            row, column = product_grid.places[line.product_id]
            label = (product_grid.rows[row].name, product_grid.columns[column])
            labels.append(" / ".join(filter(None, label)))
        texts.append(f"{', '.join(filter(None, labels))}: {text}")
    return texts
