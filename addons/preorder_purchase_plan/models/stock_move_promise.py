from odoo import models

#: What of a move changes what can be promised.
_DECISIVE = {"date", "product_uom_qty", "state"}


class StockMove(models.Model):
    """What comes, and what is set aside or taken, changes what can be promised."""

    _inherit = "stock.move"

    def write(self, vals):
        result = super().write(vals)
        if not _DECISIVE.isdisjoint(vals) and not self.env.context.get(
            "preorder_promising"
        ):
            self._request_promises()
        return result

    def _request_promises(self):
        """Have promised anew what these moves bring to campaigns, or take from them."""
        pairs = self._get_pairs_counted_on()
        for move in self.sudo():
            campaigns = (
                move.purchase_line_id.preorder_plan_id.campaign_ids
                or move.sale_line_id.preorder_campaign_id
                or move.picking_id.preorder_order_id.campaign_id
            )
            if campaigns:
                pairs.append((campaigns, move.product_id))
        self.env["preorder.promise.request"]._request(pairs)

    def _get_pairs_counted_on(self):
        """What was bought besides, as far as plans count on it.

        :return: list of (campaigns, product)
        """
        products = (
            self.sudo()
            .filtered(
                lambda move: (
                    move.purchase_line_id
                    and not move.purchase_line_id.preorder_plan_line_id
                )
            )
            .product_id
        )
        if not products:
            return []
        return [
            (line.plan_id.campaign_ids, line.product_id)
            for line in self.env["preorder.purchase.plan.line"]
            .sudo()
            .search(
                [
                    ("product_id", "in", products.ids),
                    ("quantity_from_incoming", ">", 0),
                ]
            )
        ]
