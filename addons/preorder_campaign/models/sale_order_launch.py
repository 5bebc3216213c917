from odoo import api, fields, models
from odoo.fields import Domain


class SaleOrder(models.Model):
    """A pre-order's deliveries are made after its confirmation, in the background.

    They are not needed for months, and take core a dozen seconds for a thousand lines.
    Until they are made, the order is flagged, and stock figures count its lines.
    """

    _inherit = "sale.order"

    preorder_launch_pending = fields.Boolean(
        "Deliveries Still to Be Made",
        copy=False,
        readonly=True,
        help="The pre-order is confirmed; its deliveries are being made.",
    )

    _preorder_launch_pending_idx = models.Index(
        "(id) WHERE preorder_launch_pending IS TRUE"
    )

    def _is_launched_later(self) -> bool:
        """Whether confirming leaves the deliveries to the background.

        A caller who needs them at once says so: ``preorder_inline`` in the context.
        """
        self.ensure_one()
        context = self.env.context
        return bool(
            self.preorder_campaign_id
            and not context.get("preorder_inline")
            and not context.get("skip_procurement")
        )

    def action_confirm(self):
        later = self.filtered(lambda order: order._is_launched_later())
        if later and later != self:
            # Confirmation values are common to all orders confirmed together.
            (self - later).action_confirm()
            return later.action_confirm()
        return super().action_confirm()

    def _prepare_confirmation_values(self):
        values = super()._prepare_confirmation_values()
        if all(order._is_launched_later() for order in self):
            values["preorder_launch_pending"] = True
        return values

    def _action_confirm(self):
        result = super()._action_confirm()
        if any(self.mapped("preorder_launch_pending")):
            self._trigger_background("launch")
        return result

    def _should_be_locked(self):
        # Core makes nothing for a locked order.
        return not self.preorder_launch_pending and super()._should_be_locked()

    def _action_cancel(self):
        result = super()._action_cancel()
        self.filtered("preorder_launch_pending").preorder_launch_pending = False
        return result

    @api.depends("preorder_launch_pending")
    def _compute_delivery_status(self):
        result = super()._compute_delivery_status()
        for order in self:
            if order.preorder_launch_pending and not order.delivery_status:
                order.delivery_status = "pending"
        return result

    @api.model
    def _cron_launch_preorders(self):
        """Make the deliveries of confirmed pre-orders, each order's exactly once."""
        self._do_in_background(
            "launch",
            (
                Domain("preorder_launch_pending", "=", True)
                & Domain("state", "=", "sale"),
                lambda order: order._launch_deliveries(),
            ),
        )

    def _launch_deliveries(self):
        """Make the deliveries that confirmation left to be made: one a delivery date.

        :raise UserError: with the reason why they cannot be made
        """
        for order in self.filtered("preorder_launch_pending"):
            order.preorder_launch_pending = False
            locked = order.locked
            order.locked = False
            order.order_line._action_launch_stock_rule()
            order.locked = locked or order._should_be_locked()
