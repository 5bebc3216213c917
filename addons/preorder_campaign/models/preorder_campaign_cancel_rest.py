import uuid

from odoo import fields, models
from odoo.exceptions import UserError

from .preorder_notice_line import GoodsNews


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

    def _get_rest_transfers(self):
        """Transfers to own shops that have not been done."""
        self.ensure_one()
        return (
            self.env["stock.picking"]
            .sudo()
            .search(
                [
                    ("preorder_order_id.campaign_id", "=", self.id),
                    ("state", "not in", ("done", "cancel")),
                ]
            )
        )

    def _begin_cancelling_rest(self, message="", *, quotations=False):
        """Mark all orders of which something is left: the background does the rest.

        Own shops' transfers are cancelled at once.

        :param message: what customers are told, as plain text
        :param quotations: whether unconfirmed quotations are cancelled as well
        """
        self.ensure_one()
        self._check_rest_cancellable()
        self.write({"rest_message": message, "rest_key": uuid.uuid4().hex})
        orders = self.env["sale.order"].sudo()
        found = orders._get_undelivered_figures(
            self._get_rest_domain(quotations=quotations)
        )
        orders.browse(row[0] for row in found).write(
            {
                "preorder_rest_pending": True,
                "preorder_rest_failures": 0,
                "preorder_rest_retry_at": False,
            }
        )
        self._get_rest_transfers().preorder_order_id._cancel_rest_of_transfers()
        if found:
            orders._trigger_background("rest")
        self.message_post(
            body=self.env._(
                "Cancelled what was left to deliver of %(count)s orders. %(message)s",
                count=len(found),
                message=message,
            )
        )


class PreorderOrder(models.Model):
    _inherit = "preorder.order"

    def _cancel_rest_of_transfers(self):
        """Cancel own shops' transfers that are not done, and tell the shops."""
        transfers = self.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        news = []
        for form in self:
            own = transfers.filtered(
                lambda each, form=form: each.preorder_order_id == form
            )
            news.append(form._prepare_cancelled_transfers(own))
        transfers.action_cancel()
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

    def _prepare_cancelled_transfers(self, transfers):
        """The message to a shop about transfers that are to be cancelled."""
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
                for move in transfers.move_ids
                if move.state not in ("done", "cancel")
            ],
        )
