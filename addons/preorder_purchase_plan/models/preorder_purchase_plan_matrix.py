from odoo import models
from odoo.fields import Domain

from odoo.addons.preorder_campaign.references import get_common_reference

from .preorder_purchase_plan_documents import get_grids

#: What cells can show, in the order of a line's figures.
MEASURES = (
    "quantity_to_order",
    "quantity_wanted",
    "quantity_confirmed",
    "quantity_ordered",
    "quantity_missing",
)


class PreorderPurchasePlan(models.Model):
    """The plan as buyers think: a matrix per product, sizes across and colours down."""

    _inherit = "preorder.purchase.plan"

    def get_matrix(self, supplier_id=None, product_ids=None):
        """The plan's lines by product, arranged; read by the matrix in the browser.

        All of a plan at once: ten thousand variants are about a megabyte, and searching
        and switching what is shown then asks nothing of the server.

        :param supplier_id: of ``preorder.purchase.plan.supplier``: its lines alone
        :param product_ids: of ``product.template``: these alone, as after a change
        :return: dict of ``measures`` (names and labels), ``suppliers`` (id and name)
            and ``products``, each with ``lines`` of [line id, row, column, supplier's
            place or -1, supplier's unit, figures in the order of the measures, marks]
        """
        self.ensure_one()
        self.check_access("read")
        lines = self._get_matrix_lines(supplier_id, product_ids)
        fields_get = lines.fields_get(MEASURES, ["string"])
        suppliers = lines.partner_id
        places = {partner: place for place, partner in enumerate(suppliers)}
        by_template = lines.grouped("product_tmpl_id")
        grids = get_grids(lines)
        return {
            "measures": [
                {"name": name, "label": fields_get[name]["string"]} for name in MEASURES
            ],
            "suppliers": [
                {"id": partner.id, "name": partner.display_name}
                for partner in suppliers
            ],
            "products": [
                self._prepare_matrix_product(
                    template, by_template[template], grids[template], places
                )
                for template in lines.product_tmpl_id._sorted_for_preorder()
            ],
        }

    def _get_matrix_lines(self, supplier_id, product_ids):
        """The lines of the matrix, with all that it needs of them read together."""
        domain = Domain("plan_id", "=", self.id)
        if product_ids:
            domain &= Domain("product_tmpl_id", "in", product_ids)
        if supplier_id:
            supplier = self.env["preorder.purchase.plan.supplier"].browse(supplier_id)
            domain &= Domain("partner_id", "=", supplier.partner_id.id)
            domain &= Domain("currency_id", "=", supplier.currency_id.id)
        lines = self.env["preorder.purchase.plan.line"].search_fetch(
            domain,
            [
                *MEASURES,
                "is_decided",
                "is_decision_outdated",
                "is_late",
                "partner_id",
                "problem",
                "product_id",
                "product_tmpl_id",
                "quantity_too_high",
                "seller_id",
                "seller_uom_id",
            ],
            # Products are sorted below; joining their tables for it would cost more.
            order="week, id",
        )
        lines.seller_id.fetch(["product_code"])
        lines.product_id.fetch(
            [
                "default_code",
                "product_template_attribute_value_ids",
                "product_tmpl_id",
            ]
        )
        lines.product_tmpl_id.fetch(
            ["categ_id", "name", "sequence", "uom_id", "write_date"]
        )
        return lines

    def _prepare_matrix_product(self, template, lines, grid, places):
        """A product with its lines, for the browser."""
        return {
            "id": template.id,
            "name": template.name,
            "code": get_common_reference(
                line.product_id.default_code or "" for line in lines
            ),
            "supplier_code": get_common_reference(
                line.seller_id.product_code or "" for line in lines
            ),
            "picture": str(int(template.write_date.timestamp())),
            "unit": template.uom_id.name,
            "corner": grid.corner,
            "rows": [{"name": row.name, "color": row.color} for row in grid.rows],
            "columns": list(grid.columns),
            "lines": [
                [
                    line.id,
                    *grid.places[line.product_id],
                    places.get(line.partner_id, -1),
                    (line.seller_uom_id or template.uom_id).name,
                    [line[name] for name in MEASURES],
                    line._get_marks(),
                ]
                for line in lines
            ],
        }


class PreorderPurchasePlanLine(models.Model):
    _inherit = "preorder.purchase.plan.line"

    def _get_marks(self):
        """What is to be noticed about the line, as the browser marks it."""
        self.ensure_one()
        return [
            mark
            for mark, holds in (
                ("problem", self.problem and self.quantity_missing),
                ("late", self.is_late),
                ("too_high", self.quantity_too_high > 0),
                ("outdated", self.is_decision_outdated),
                ("decided", self.is_decided),
            )
            if holds
        ]

    def action_view_figures(self):
        """Show all figures of the line on the screen of the plan's lines."""
        self.ensure_one()
        action = self.plan_id.action_view_lines()
        action["name"] = self.product_id.display_name
        action["domain"] = [
            ("plan_id", "=", self.plan_id.id),
            ("product_id", "=", self.product_id.id),
        ]
        action["context"] = {}
        return action
