from collections import defaultdict

from odoo import models

from .preorder_notice_line import GoodsNews


class StockPicking(models.Model):
    """Goods reach a shop of ours: the people who reserved there hear of it."""

    _inherit = "stock.picking"

    def _action_done(self):
        result = super()._action_done()
        self.filtered(
            lambda picking: picking.preorder_order_id and picking.state == "done"
        )._announce_arrival_in_shop()
        return result

    def _announce_arrival_in_shop(self):
        """Queue a message to each end customer whose goods have arrived, once.

        What a form's transfers have brought so far serves its end customers in the
        order of their reservations, before the shop's own shelves. A line is told when
        all of it is there.

        :return: the new ``preorder.notice`` records
        """
        forms = self.sudo().preorder_order_id.filtered(
            "campaign_id.shop_arrival_notice"
        )
        lines = forms._get_arrived_reservations(self.move_ids.product_id)
        return (
            self.env["preorder.notice"]
            .sudo()
            ._announce_goods(
                "arrived_in_shop",
                [
                    GoodsNews(
                        order.preorder_shop_order_id.campaign_id,
                        order.partner_id,
                        self.env["preorder.order"],
                        f"{order.id}:{max(self.ids)}",
                        [
                            {
                                "sale_line_id": line.id,
                                "sale_order_id": order.id,
                                "product_id": line.product_id.id,
                                "product_uom_id": line.product_uom_id.id,
                                "quantity": line.product_uom_qty,
                            }
                            for line in order_lines
                        ],
                    )
                    for order, order_lines in lines.grouped("order_id").items()
                ],
            )
        )


class PreorderOrder(models.Model):
    _inherit = "preorder.order"

    def _get_arrived_reservations(self, products):
        """End customers' lines whose goods are in the shop and who do not know yet.

        :param products: ``product.product`` records that have arrived just now
        :return: ``sale.order.line`` records
        """
        lines = self.env["sale.order.line"].search(
            [
                ("order_id.preorder_shop_order_id", "in", self.ids),
                ("order_id.state", "!=", "cancel"),
                ("display_type", "=", False),
                ("product_uom_qty", ">", 0),
                ("product_id", "in", products.ids),
            ]
        )
        if not lines:
            return lines
        arrived = defaultdict(float)
        for picking, product, unit, quantity in self.env["stock.move"]._read_group(
            [
                ("picking_id.preorder_order_id", "in", self.ids),
                ("product_id", "in", products.ids),
                ("state", "=", "done"),
            ],
            ["picking_id", "product_id", "product_uom"],
            ["quantity:sum"],
        ):
            arrived[picking.preorder_order_id, product] += unit._compute_quantity(
                quantity, product.uom_id, round=False
            )
        told = (
            self.env["preorder.notice.line"]
            .search(
                [
                    ("sale_line_id", "in", lines.ids),
                    ("notice_id.kind", "=", "arrived_in_shop"),
                ]
            )
            .sale_line_id
        )
        served = lines.browse()
        for line in lines.sorted(
            lambda line: (line.order_id.date_order, line.order_id.id, line.id)
        ):
            key = (line.order_id.preorder_shop_order_id, line.product_id)
            unit = line.product_id.uom_id
            arrived[key] -= line.product_uom_id._compute_quantity(
                line.product_uom_qty, unit, round=False
            )
            if unit.compare(arrived[key], 0.0) >= 0:
                served |= line
        return served - told
