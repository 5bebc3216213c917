from dataclasses import dataclass, field

from odoo import api, fields, models
from odoo.models import BaseModel
from odoo.tools import format_date, formatLang


@dataclass(frozen=True)
class GoodsNews:
    """What one customer is to hear about goods.

    ``lines`` are values of ``preorder.notice.line``; ``form`` is the order form in
    whose history the message belongs, empty if there is not exactly one.
    """

    campaign: BaseModel
    partner: BaseModel
    form: BaseModel
    key: str
    lines: list[dict] = field(default_factory=list)


class PreorderNoticeLine(models.Model):
    """One product that a message to a customer is about, as it stood when it was told.

    What a message lists is written down with it: by the time it is sent, or read again,
    dates and quantities may have moved on.
    """

    _name = "preorder.notice.line"
    _description = "Product in a Message to a Pre-Order Customer"
    _order = "notice_id, sale_order_id, id"

    notice_id = fields.Many2one(
        "preorder.notice", required=True, ondelete="cascade", index=True
    )
    sale_line_id = fields.Many2one(
        "sale.order.line", ondelete="set null", index="btree_not_null"
    )
    sale_order_id = fields.Many2one(
        "sale.order", "Order", ondelete="cascade", index="btree_not_null"
    )
    picking_id = fields.Many2one(
        "stock.picking", "Transfer", ondelete="set null", index="btree_not_null"
    )
    product_id = fields.Many2one("product.product", required=True, ondelete="restrict")
    product_uom_id = fields.Many2one("uom.uom", "Unit", ondelete="restrict")
    quantity = fields.Float(digits="Product Unit")
    date_before = fields.Date("Date Told Before")
    date_after = fields.Date("New Date")


class PreorderNotice(models.Model):
    """Messages about goods: what became of which products."""

    _inherit = "preorder.notice"

    line_ids = fields.One2many("preorder.notice.line", "notice_id", "Products")

    @api.model
    def _announce_goods(self, kind, news, message=""):
        """Queue messages about goods, in bulk: each customer hears of each event once.

        :param kind: one of ``KINDS``
        :param news: list of :class:`GoodsNews`
        :param message: what the office adds, as plain text
        :return: the new notices; what has been told already is left out
        """
        notices = self._queue(
            kind,
            [
                (each.campaign.id, each.form.id or None, each.partner.id, each.key)
                for each in news
            ],
            message,
        )
        by_target = {
            (
                notice.campaign_id.id,
                notice.order_id.id,
                notice.partner_id.id,
                notice.key,
            ): notice
            for notice in notices.sudo()
        }
        self.env["preorder.notice.line"].sudo().create(
            [
                {**values, "notice_id": notice.id}
                for each in news
                for notice in [
                    by_target.get(
                        (each.campaign.id, each.form.id, each.partner.id, each.key)
                    )
                ]
                if notice
                for values in each.lines
            ]
        )
        return notices

    # What templates ask

    def _get_goods(self):
        """The products of the message, by order, to be listed in a mail.

        :return: list of (number of the order or of a shop's form, or nothing; list of
            dicts with ``name``, ``quantity``, ``before`` and ``after`` in words)
        """
        self.ensure_one()
        notice = self.with_context(lang=self.partner_id.lang).sudo()
        env = notice.env

        def day(value):
            return format_date(env, value) if value else env._("date open")

        return [
            (
                order.name or "",
                [
                    {
                        "name": line.product_id.display_name,
                        "quantity": formatLang(
                            env, line.quantity, digits=_get_digits(line.quantity)
                        ),
                        "unit": line.product_uom_id.name or "",
                        "before": day(line.date_before),
                        "after": day(line.date_after),
                    }
                    for line in lines
                ],
            )
            for order, lines in notice.line_ids.grouped(
                lambda line: line.sale_order_id or line.picking_id.preorder_order_id
            ).items()
        ]

    def _get_goods_html(self, *, dates=False):
        """The products of the message as a table for its mail.

        :param dates: whether to show the date told before and the new one
        """
        self.ensure_one()
        return self.env["ir.qweb"]._render(
            "preorder_campaign.notice_goods",
            {"goods": self._get_goods(), "dates": dates},
            lang=self.partner_id.lang,
        )

    def _get_sale_order(self):
        """The order that the message is about, if it is about one alone."""
        self.ensure_one()
        orders = self.sudo().line_ids.sale_order_id
        return orders if len(orders) == 1 else orders.browse()

    def _get_history_record(self):
        return self._get_sale_order() or super()._get_history_record()

    def _get_url(self) -> str:
        """Messages about goods lead to their order, where it is one alone."""
        order = self._get_sale_order()
        if order:
            return self.campaign_id.get_base_url() + order.get_portal_url()
        return super()._get_url()


def _get_digits(quantity: float) -> int:
    """So many decimals as a quantity needs: pieces are written without."""
    return 0 if float(quantity).is_integer() else 2
