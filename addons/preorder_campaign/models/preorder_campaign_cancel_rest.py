import uuid

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .preorder_notice_line import GoodsNews
from .sale_order_cancel_rest import OPEN_STATES


class PreorderCampaign(models.Model):
    """Cancelling what a campaign cannot deliver any more."""

    _inherit = "preorder.campaign"

    rest_message = fields.Text(
        readonly=True,
        copy=False,
        help="What customers are told when the rest is cancelled.",
        groups="base.group_user",
    )
    rest_key = fields.Char(
        readonly=True,
        copy=False,
        help="Tells one cancellation of the rest from the next.",
        groups="base.group_user",
    )
    rest_pending_count = fields.Integer(
        "Orders Being Cancelled", compute="_compute_rest_pending_count"
    )

    def _compute_rest_pending_count(self):
        counts = dict(
            self.env["sale.order"]
            .sudo()
            ._read_group(
                [
                    ("preorder_campaign_id", "in", self.ids),
                    ("preorder_rest_pending", "=", True),
                ],
                ["preorder_campaign_id"],
                ["__count"],
            )
        )
        for campaign in self:
            campaign.rest_pending_count = counts.get(campaign, 0)

    def action_cancel_rest(self):
        """Ask before cancelling what is left to deliver."""
        self._check_rest_cancellable()
        return self._action_wizard(
            "preorder.cancel.rest", self.env._("Cancel What Is Undelivered")
        )

    def _check_rest_cancellable(self):
        """Refuse while customers can still order.

        :raise UserError: in the office's words
        """
        self.ensure_one()
        if self.state not in ("closed", "done", "cancelled") or self.closing:
            raise UserError(
                self.env._(
                    "“%s” is not closed: customers could order again what you cancel. "
                    "Close it first.",
                    self.name,
                )
            )

    def _get_rest_domain(self, *, quotations):
        """The orders of which something is left to deliver.

        :param quotations: whether unconfirmed quotations count as well
        :return: domain of ``sale.order``
        """
        self.ensure_one()
        states = ["sale", "draft", "sent"] if quotations else ["sale"]
        return [
            ("preorder_campaign_id", "=", self.id),
            ("state", "in", states),
        ]

    def _get_rest_transfers(self, products=None):
        """Transfers to own shops that have not been done.

        :param products: those of these ``product.product`` records; empty for all
        """
        self.ensure_one()
        domain = Domain("preorder_order_id.campaign_id", "=", self.id) & Domain(
            "state", "not in", ("done", "cancel")
        )
        if products:
            domain &= Domain(
                "move_ids",
                "any",
                [
                    ("product_id", "in", products.ids),
                    ("state", "not in", ("done", "cancel")),
                ],
            )
        return self.env["stock.picking"].sudo().search(domain)

    def _get_undelivered_products(self):
        """The variants of which something is left to deliver, or to confirm.

        :return: ``product.product`` records
        """
        self.ensure_one()
        self.env["sale.order.line"].flush_model()
        sold = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT line.product_id
                  FROM sale_order_line line
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                 WHERE line.preorder_campaign_id = %s
                   AND line.state IN %s
                   AND template.type = 'consu'
                   AND line.product_uom_qty > COALESCE(line.qty_delivered, 0)
                """,
                self.id,
                OPEN_STATES,
            )
        )
        moves = self._get_rest_transfers().move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        return self.env["product.product"].browse(
            row[0] for row in sold
        ) | moves.product_id.sudo(False)

    def _begin_cancelling_rest(self, message="", *, quotations=False, products=None):
        """Mark all orders of which something is left: the background does the rest.

        Own shops' transfers are cancelled at once.

        :param message: what customers are told, as plain text
        :param quotations: whether unconfirmed quotations are cancelled as well
        :param products: the ``product.product`` records that cannot be delivered;
            empty for all
        """
        self.ensure_one()
        self._check_rest_cancellable()
        self.write({"rest_message": message, "rest_key": uuid.uuid4().hex})
        products = products or self.env["product.product"]
        orders = self.env["sale.order"].sudo()
        found = orders._get_undelivered_figures(
            self._get_rest_domain(quotations=quotations), products
        )
        concerned = orders.browse(row[0] for row in found)
        concerned._keep_other_products(products)
        concerned.write(
            {
                "preorder_rest_pending": True,
                "preorder_rest_failures": 0,
                "preorder_rest_retry_at": False,
            }
        )
        self._get_rest_transfers(products).preorder_order_id._cancel_rest_of_transfers(
            products
        )
        if found:
            orders._trigger_background("rest")
        note = self.env._(
            "Cancelled what was left to deliver of %(count)s orders. %(message)s",
            count=len(found),
            message=message,
        )
        if products:
            note = Markup("<p>%s</p><ul>%s</ul>") % (
                note,
                Markup().join(
                    Markup("<li>%s</li>") % product.display_name for product in products
                ),
            )
        self.message_post(body=note)


class PreorderOrder(models.Model):
    _inherit = "preorder.order"

    def _cancel_rest_of_transfers(self, products=None):
        """Cancel what own shops' transfers have not brought yet, and tell the shops.

        :param products: the ``product.product`` records that are cancelled; empty for
            all
        """
        moves = self.picking_ids.move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and (not products or move.product_id in products)
            )
        )
        by_form = moves.grouped(lambda move: move.picking_id.preorder_order_id)
        news = [
            form._prepare_cancelled_transfers(by_form.get(form, moves.browse()))
            for form in self
        ]
        moves._action_cancel()
        for form in self:
            if all(picking.state == "cancel" for picking in form.picking_ids):
                form.state = "cancelled"
            form.message_post(
                body=self.env._("What was left to deliver was cancelled.")
            )
        for campaign, forms in self.grouped("campaign_id").items():
            self.env["preorder.notice"].sudo()._announce_goods(
                "rest_cancelled",
                [each for each in news if each.form in forms],
                campaign.sudo().rest_message or "",
            )

    def _prepare_cancelled_transfers(self, moves):
        """The message to a shop about moves that are to be cancelled."""
        self.ensure_one()
        return GoodsNews(
            self.campaign_id,
            self._get_notice_recipient(),
            self,
            self.campaign_id.sudo().rest_key,
            [
                {
                    "picking_id": move.picking_id.id,
                    "product_id": move.product_id.id,
                    "product_uom_id": move.product_uom.id,
                    "quantity": move.product_uom_qty,
                }
                for move in moves
            ],
        )
