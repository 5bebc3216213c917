from odoo import models
from odoo.tools import groupby


class PreorderOrder(models.Model):
    _inherit = "preorder.order"

    def _compute_access_url(self):
        for order in self:
            order.access_url = f"/preorder/form/{order.id}"

    def action_open_form(self):
        """Open the order form as the customer sees it."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.access_url, "target": "self"}

    def _get_review(self, now):
        """What the customer sees before submitting.

        Brings prices up to date first, and says which ones changed since they were
        typed.

        :return: dict: ``groups`` (per product: name and lines), ``changes``, ``totals``
        """
        self.ensure_one()
        changes = self._refresh_prices(now)
        lines = self.line_ids.filtered("quantity")._sorted_for_documents()
        return {
            "groups": [
                {
                    "product": template.id,
                    "name": template.name,
                    "lines": [self._get_review_line(line) for line in group],
                }
                for template, group in groupby(
                    lines, lambda line: line.product_id.product_tmpl_id
                )
            ],
            "changes": [
                {
                    "name": change["product"].display_name,
                    "old": change["old"],
                    "new": change["new"],
                }
                for change in changes
            ],
            "totals": self._get_totals(),
        }

    def _get_review_line(self, line):
        product = line.product_id
        values = product.product_template_attribute_value_ids
        piece = self.env.ref("uom.product_uom_unit", raise_if_not_found=False)
        price = line.price_unit * (1 - line.base_discount / 100)
        return {
            "name": values._get_combination_name() or product.default_code or "",
            "quantity": line.quantity,
            # Pieces go without saying, in the words of the page.
            "unit": "" if product.uom_id == piece else product.uom_id.name,
            "price": price,
            "amount": line.quantity * price,
        }

    def _submit_reviewed(self, reviewed_total, reference, note, now):
        """Submit what the customer has reviewed.

        :param reviewed_total: the total shown on the review; if the form amounts to
            something else by now, the customer reviews again
        :return: dict: ``url`` of the quotation, or ``changed``
        """
        self.ensure_one()
        if self.state == "draft":
            self._check_submittable(now)
            self._refresh_prices(now)
            total = self._get_totals()["total"]
            if not isinstance(reviewed_total, (int, float)) or (
                self.currency_id.compare_amounts(total, reviewed_total)
            ):
                return {"changed": True}
            self.write(
                {
                    "client_order_ref": str(reference or "").strip()[:100],
                    "note": str(note or "").strip()[:2000],
                }
            )
        quotation = self._submit(now)
        return {"url": quotation.get_portal_url()}
