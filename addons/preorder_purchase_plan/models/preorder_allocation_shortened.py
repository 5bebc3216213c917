from collections import defaultdict
from typing import NamedTuple

from odoo import models


class Shortened(NamedTuple):
    """What one order form gets less of than it waits for, in the product's unit."""

    product: models.BaseModel
    wanted: float
    allocated: float
    missing: float


class PreorderAllocation(models.Model):
    """Who gets less than ordered, and how they hear of it."""

    _inherit = "preorder.allocation"

    def _get_shortened(self, forms=None):
        """What order forms get less of than they wait for.

        A quotation that several forms were merged into is told to those that ordered
        the product.

        :param forms: only these order forms
        :return: dict of ``preorder.order`` (of the system) → list of :class:`Shortened`
        """
        self.ensure_one()
        lines = self.sudo().line_ids.filtered(lambda line: line.quantity_remaining > 0)
        if forms:
            lines = lines.filtered(
                lambda line: (
                    line.sale_line_id.order_id in forms.sale_order_id
                    or line.move_id.picking_id.preorder_order_id in forms
                )
            )
        orders = lines.sale_line_id.order_id
        forms_by_order = orders._get_preorder_forms().grouped("sale_order_id")
        shared = self.env["preorder.order"].union(
            *(forms for forms in forms_by_order.values() if len(forms) > 1)
        )
        ordered = set(shared.line_ids.filtered("quantity").mapped(_get_form_product))
        quantities = defaultdict(lambda: [0.0, 0.0])
        for line in lines:
            told = (
                forms_by_order.get(line.sale_line_id.order_id, shared.browse())
                if line.sale_line_id
                else line.move_id.picking_id.preorder_order_id
            )
            if len(told) > 1:
                told = (
                    told.filtered(
                        lambda form, product=line.product_id: (form, product) in ordered
                    )
                    or told
                )
            for form in told:
                sums = quantities[form, line.product_id]
                sums[0] += line.quantity_wanted
                sums[1] += line.quantity
        shortened = defaultdict(list)
        for (form, product), (wanted, allocated) in quantities.items():
            shortened[form].append(
                Shortened(product, wanted, allocated, wanted - allocated)
            )
        return dict(shortened)

    def _announce_shortened(self):
        """Tell customers who get less than ordered, each once."""
        self.ensure_one()
        forms = self.env["preorder.order"].sudo().union(*self._get_shortened())
        return (
            self.env["preorder.notice"]
            .sudo()
            ._announce("shortened", forms, key=str(self.id))
        )


class PreorderNotice(models.Model):
    _inherit = "preorder.notice"

    def _get_allocation(self):
        """The allocation that a message is about; none if it is about no single one."""
        self.ensure_one()
        allocations = self.env["preorder.allocation"].sudo()
        return allocations.browse(
            int(self.key) if self.key.isdecimal() else ()
        ).exists()

    def _is_still_needed(self) -> bool:
        if self.kind == "shortened" and (allocation := self._get_allocation()):
            return allocation.state == "applied"
        return super()._is_still_needed()

    def _get_details_html(self):
        """What a customer gets less of, as a table."""
        if self.kind != "shortened":
            return super()._get_details_html()
        allocation = self._get_allocation()
        shortened = allocation._get_shortened(self.order_id) if allocation else {}
        return self.env["ir.qweb"]._render(
            "preorder_purchase_plan.notice_shortened_details",
            {"rows": shortened.get(self.order_id, [])},
        )


def _get_form_product(line):
    return (line.order_id, line.product_id)
