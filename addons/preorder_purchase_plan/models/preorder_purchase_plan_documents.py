from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from odoo import fields, models
from odoo.tools import format_date

from odoo.addons.preorder_campaign import matrix
from odoo.addons.preorder_campaign.models.sale_order_matrix import MatrixPrinter
from odoo.addons.preorder_campaign.references import get_common_reference

from .. import plan_xlsx


@dataclass(frozen=True)
class Entry:
    """What a document says of a plan's line: all of it may be seen by the supplier.

    ``line`` is the plan's line and ``unit`` the supplier's; quantities are in it, the
    price is one's before discount (percent), the amount that of ``to_order``.
    """

    line: Any
    unit: Any
    to_order: float
    ordered: float
    price: float
    discount: float
    amount: float


class PreorderPurchasePlanSupplier(models.Model):
    """What a supplier gets to read: on paper and in Excel."""

    _inherit = "preorder.purchase.plan.supplier"

    def _get_entries(self):
        """What is to be ordered from this supplier, and what is on order there.

        What is on order is read from the purchase orders of this supplier, not from
        the lines: a line may have been ordered from another supplier before.

        :return: list of :class:`Entry`
        """
        self.ensure_one()
        ordered, terms = defaultdict(float), {}
        for line in self._get_purchase_lines():
            key = (line.preorder_plan_line_id, line.product_uom_id)
            ordered[key] += line.product_qty
            terms[key] = (line.price_unit, line.discount)
        entries = []
        for line in self.line_ids:
            entry = line._get_entry()
            quantity = ordered.pop((line, entry.unit), 0.0)
            if entry.to_order > 0 or quantity:
                entries.append(replace(entry, ordered=quantity))
        entries += [
            Entry(line, unit, 0.0, quantity, *terms[line, unit], 0.0)
            for (line, unit), quantity in ordered.items()
        ]
        return entries

    def _get_purchase_lines(self):
        """Lines of this supplier's requests and purchase orders of the plan."""
        self.ensure_one()
        return self.plan_id.purchase_order_ids.filtered(
            lambda order: (
                order.partner_id == self.partner_id
                and order.currency_id == self.currency_id
                and order.state != "cancel"
            )
        ).order_line.filtered("preorder_plan_line_id")

    def _in_supplier_s_language(self):
        """The row as the supplier reads it."""
        self.ensure_one()
        return self.with_context(lang=self.partner_id.lang or self.env.lang)

    def _get_document_name(self):
        """How files for the supplier are called, without an ending."""
        self.ensure_one()
        name = f"{self.plan_id.name} {self.partner_id.display_name}"
        currencies = self.plan_id.supplier_ids.filtered(
            lambda other: other.partner_id == self.partner_id
        ).currency_id
        if len(currencies) > 1:
            name += f" {self.currency_id.name}"
        return name.replace("/", "-")

    def action_open(self):
        """Open the supplier's part of the plan on a screen of its own."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.partner_id.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    # Excel

    def _write_workbook(self):
        """The supplier's part of the plan as a workbook, in the supplier's language.

        :return: (name of the file, its bytes)
        """
        supplier = self._in_supplier_s_language()
        plan = supplier.plan_id
        book = plan_xlsx.Book(
            title=f"{plan.name} · {plan.company_id.name}",
            subtitle=f"{supplier.partner_id.display_name} · {supplier._get_today()}",
            parts=[supplier._get_part()],
            texts=plan._get_workbook_texts(),
        )
        return f"{self._get_document_name()}.xlsx", plan_xlsx.write_book(book)

    def _get_today(self):
        """Today, as the reader writes it."""
        return print_today(self.env)

    def _get_part(self):
        """The supplier's lines as :mod:`~..plan_xlsx` writes them."""
        self.ensure_one()
        return self.plan_id._prepare_part(
            self.partner_id.display_name, self.currency_id, self._get_entries()
        )

    def action_download_workbook(self):
        """Download the supplier's part of the plan as a workbook."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/preorder/plan/supplier/{self.id}/xlsx",
            "target": "download",
        }

    # Paper

    def _get_matrices(self):
        """The supplier's lines as matrices to print, in the record's language.

        :return: dict of ``to_order`` and ``ordered``, each as ``sale.order``'s
            ``_get_preorder_matrix``; ``None`` where there is nothing in it
        """
        self.ensure_one()
        entries = self._get_entries()
        grids = get_grids(entry.line for entry in entries)
        to_order = [entry for entry in entries if entry.to_order]
        ordered = [entry for entry in entries if entry.ordered]
        return {
            "to_order": self._print_matrix(to_order, grids, with_prices=True),
            "ordered": self._print_matrix(ordered, grids, with_prices=False),
        }

    def _print_matrix(self, entries, grids, *, with_prices):
        if not entries:
            return None
        lines = []
        for entry in entries:
            template = entry.line.product_tmpl_id
            line = matrix.Line(
                entry.line.week or None,
                template,
                grids[template].places[entry.line.product_id],
                matrix.Terms(entry.price, entry.discount, entry.unit, None),
                entry.to_order if with_prices else entry.ordered,
                self.currency_id.round(entry.amount),
            )
            lines.append(line if with_prices else line.without_price())
        sections = matrix.arrange(
            lines,
            total=sum(line.amount for line in lines),
            rounding=self.currency_id.rounding,
        )
        plan_lines = self.env["preorder.purchase.plan.line"].union(
            *(entry.line for entry in entries)
        )
        by_product = plan_lines.grouped(
            lambda line: (line.week or None, line.product_tmpl_id)
        )
        printer = MatrixPrinter(self, on_paper=True, several_taxes=False)
        printed = [
            printer.print_section(section, grids, by_product) for section in sections
        ]
        for section, words in zip(sections, printed, strict=True):
            if section.date:
                words["date"] = self.env._(
                    "in the week of %(day)s", day=format_date(self.env, section.date)
                )
            for product, texts in zip(section.products, words["products"], strict=True):
                texts["texts"] = self._get_supplier_texts(
                    by_product[section.date, product.product]
                )
        return {
            "has_dates": len(sections) > 1 or bool(sections[0].date),
            "has_prices": with_prices,
            "has_discount": any(line.terms.discount for line in lines),
            "sections": printed,
        }

    def _get_supplier_texts(self, lines):
        """What the supplier calls a product, where prices say it."""
        lines = lines.filtered(lambda line: line.partner_id == self.partner_id)
        code = get_common_reference(line.product_code or "" for line in lines)
        names = set(filter(None, lines.mapped("product_name")))
        name = names.pop() if len(names) == 1 else ""
        text = " ".join(filter(None, (code and f"[{code}]", name)))
        return [self.env._("Your product: %s", text)] if text else []

    def action_print(self):
        """Print the supplier's part of the plan."""
        return self.env.ref(
            "preorder_purchase_plan.action_report_plan_supplier"
        ).report_action(self)


class PreorderPurchasePlan(models.Model):
    """The plan as one workbook, for the purchaser."""

    _inherit = "preorder.purchase.plan"

    def _write_workbook(self):
        """All suppliers' parts as a workbook, and what has no supplier.

        In the record's language.

        :return: (name of the file, its bytes)
        """
        self.ensure_one()
        parts = [supplier._get_part() for supplier in self.supplier_ids]
        without = self.line_ids.filtered(
            lambda line: not line.partner_id and line.quantity_to_order > 0
        )
        if without:
            parts.append(
                self._prepare_part(
                    self.env._("Without Supplier"),
                    self.currency_id,
                    [line._get_entry() for line in without],
                )
            )
        book = plan_xlsx.Book(
            title=self.name,
            subtitle=" · ".join(
                (*self.campaign_ids.mapped("name"), print_today(self.env))
            ),
            parts=parts,
            texts=self._get_workbook_texts(),
        )
        return f"{self.name}.xlsx".replace("/", "-"), plan_xlsx.write_book(book)

    def _prepare_part(self, supplier, currency, entries):
        """Entries of a supplier as :mod:`~..plan_xlsx` writes them.

        :param supplier: its name
        :param entries: list of :class:`Entry`
        """
        grids = get_grids(entry.line for entry in entries)
        by_template = defaultdict(list)
        for entry in entries:
            by_template[entry.line.product_tmpl_id].append(entry)
        products = []
        templates = self.env["product.template"].union(*by_template)
        for template in templates._sorted_for_preorder():
            grid = grids[template]
            items = [
                entry.line._prepare_item(entry, grid) for entry in by_template[template]
            ]
            items.sort(key=lambda item: (str(item.week or ""), item.row, item.column))
            products.append(
                plan_xlsx.Product(
                    name=template.name,
                    code=get_common_reference(item.reference for item in items),
                    supplier_code=get_common_reference(
                        item.supplier_code for item in items
                    ),
                    rows=[row.name for row in grid.rows],
                    columns=list(grid.columns),
                    items=items,
                )
            )
        return plan_xlsx.Part(
            supplier=supplier,
            currency=currency.name,
            products=products,
            money=currency._get_spreadsheet_format(),
            unit_price=currency._get_spreadsheet_format("Product Price"),
            decimals=currency.decimal_places,
        )

    def _get_workbook_texts(self):
        return plan_xlsx.Texts(
            matrix_title=self.env._("By Product"),
            list_title=self.env._("List"),
            to_order=self.env._("To Order"),
            ordered=self.env._("On Order"),
            nothing=self.env._("Nothing is to be ordered."),
            supplier=self.env._("Supplier"),
            supplier_code=self.env._("Supplier's Code"),
            supplier_name=self.env._("Supplier's Name"),
            reference=self.env._("Our Reference"),
            product=self.env._("Product"),
            variant=self.env._("Variant"),
            barcode=self.env._("Barcode"),
            week=self.env._("Delivery Week"),
            quantity=self.env._("Quantity"),
            unit=self.env._("Unit"),
            price=self.env._("Unit Price"),
            discount=self.env._("Discount"),
            amount=self.env._("Amount"),
            currency=self.env._("Currency"),
            needed_on=self.env._("Needed on"),
            order_by=self.env._("Order by"),
            total=self.env._("Total"),
        )

    def action_download_workbook(self):
        """Download the plan as a workbook, a sheet per supplier."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/preorder/plan/{self.id}/xlsx",
            "target": "download",
        }


class PreorderPurchasePlanLine(models.Model):
    _inherit = "preorder.purchase.plan.line"

    def _get_entry(self):
        """What documents say of the line; what is on order is not among it."""
        self.ensure_one()
        return Entry(
            self,
            self.seller_uom_id or self.product_uom_id,
            self.quantity_to_order,
            0.0,
            self.price,
            self.discount,
            self.amount,
        )

    def _prepare_item(self, entry, grid):
        """The line as :mod:`~..plan_xlsx` writes it.

        :param entry: the line's :class:`Entry`
        :param grid: its product's :class:`~odoo.addons.preorder_campaign.grid.Grid`
        """
        self.ensure_one()
        row, column = grid.places[self.product_id]
        return plan_xlsx.Item(
            row=row,
            column=column,
            variant=" / ".join(
                filter(None, (grid.rows[row].name, grid.columns[column]))
            ),
            reference=self.product_id.default_code or "",
            barcode=self.product_id.barcode or "",
            supplier_code=self.product_code or "",
            supplier_name=self.product_name or "",
            to_order=entry.to_order,
            ordered=entry.ordered,
            unit=entry.unit.name,
            price=entry.price,
            discount=entry.discount,
            amount=entry.amount,
            needed_on=self.date_needed or None,
            order_by=self.date_order_latest or None,
            week=self.week or None,
        )


def get_grids(lines):
    """How the products of plan lines stand in rows and columns.

    :return: dict of ``product.template`` → its grid
    """
    variants = {}
    for line in lines:
        template = line.product_tmpl_id
        variants[template] = variants.get(template, line.product_id) | line.product_id
    return {
        template: template._get_variant_grid(its_variants)
        for template, its_variants in variants.items()
    }


def print_today(env):
    """Today, as the reader writes it."""
    return format_date(env, fields.Date.context_today(env["res.users"]))
