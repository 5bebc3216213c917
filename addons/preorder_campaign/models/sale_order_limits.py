from datetime import timedelta

from odoo import api, fields, models

#: What decides how much a quotation's line holds of limits.
_QUANTITY_FIELDS = {"product_id", "product_uom_qty", "product_uom_id"}
#: How long a customer may take on the payment provider's page.
_PAYING = timedelta(days=1)


class SaleOrder(models.Model):
    """Limits follow what becomes of a pre-order's quotation."""

    _inherit = "sale.order"

    def _has_lapsed(self) -> bool:
        """Whether the quotation has expired, and no payment begun in time is under way.

        A payment that completes later confirms the order: what it needs stays held.
        """
        self.ensure_one()
        if not self.is_expired:
            return False
        since = fields.Datetime.now() - _PAYING
        return not any(
            transaction.state in ("pending", "authorized", "done")
            or (transaction.state == "draft" and transaction.create_date > since)
            for transaction in self.transaction_ids
        )

    def _settle_limits_later(self):
        """Bring what the orders' forms hold in line once this transaction has ended.

        The forms are searched for: what stands in the cache may be what a salesperson
        may see of them. An end customer's order counts in the form of the shop.
        """
        self.sudo().preorder_shop_order_id._settle_limits_later()
        if any(self.sudo().mapped("preorder_campaign_id")):
            self.env["preorder.order"].sudo().search(
                [("sale_order_id", "in", self.ids)]
            )._settle_limits_later()

    def write(self, vals):
        """Settle limits when a quotation is confirmed, cancelled, or valid longer.

        And when an end customer's order is counted in a shop's form, or no longer.
        """
        linked = "preorder_shop_order_id" in vals
        left = self.sudo().preorder_shop_order_id if linked else None
        result = super().write(vals)
        if linked:
            left._settle_limits_later()
        if linked or {"state", "validity_date"} & vals.keys():
            self._settle_limits_later()
        return result

    def unlink(self):
        """An end customer's order that is deleted no longer counts in a shop's form."""
        forms = self.sudo().preorder_shop_order_id
        result = super().unlink()
        forms._settle_limits_later()
        return result


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Products that the office adds count towards limits."""
        lines = super().create(vals_list)
        lines.order_id._settle_limits_later()
        return lines

    def write(self, vals):
        """Quantities that the office changes count towards limits."""
        result = super().write(vals)
        if _QUANTITY_FIELDS & vals.keys():
            self.order_id._settle_limits_later()
        return result

    def unlink(self):
        """Lines that the office removes give back what they hold."""
        orders = self.order_id
        result = super().unlink()
        orders._settle_limits_later()
        return result
