from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import formatLang


class StockPicking(models.Model):
    """A pre-order's delivery is released: its goods are there, and it is paid for."""

    _inherit = "stock.picking"

    preorder_release = fields.Selection(
        [
            ("goods", "Waiting for Goods"),
            ("payment", "Waiting for Payment"),
            ("both", "Waiting for Goods and Payment"),
            ("released", "Released"),
            ("done", "Done"),
        ],
        "Release",
        compute="_compute_preorder_release",
        search="_search_preorder_release",
        help="What a pre-order's delivery waits for.",
    )
    preorder_released_by_id = fields.Many2one(
        "res.users",
        "Released without Payment by",
        readonly=True,
        copy=False,
        help="The sales manager who lets it leave before it is paid for.",
    )

    @api.depends(
        "state",
        "preorder_released_by_id",
        "preorder_order_id",
        "sale_id.preorder_campaign_id",
        "sale_id.require_payment",
        "sale_id.prepayment_percent",
        "sale_id.payment_term_id.preorder_deliver_paid",
    )
    def _compute_preorder_release(self):
        unpaid = self._get_unpaid()
        for picking in self:
            picking.preorder_release = picking._get_release(picking in unpaid)

    def _get_release(self, is_unpaid):
        self.ensure_one()
        if not self._is_preorder_delivery() or self.state == "cancel":
            return False
        if self.state == "done":
            return "done"
        if self.state == "assigned":
            return "payment" if is_unpaid else "released"
        return "both" if is_unpaid else "goods"

    def _is_preorder_delivery(self) -> bool:
        """Whether it brings a pre-order's goods to its customer, or on their way."""
        self.ensure_one()
        return bool(
            self.preorder_order_id
            or (
                self.sudo().sale_id.preorder_campaign_id
                and self.picking_type_code != "incoming"
                and self.location_id.usage != "customer"
            )
        )

    def _get_unpaid(self):
        """What is to be paid before these deliveries may leave.

        :return: dict of transfer → amount in its order's currency; what waits for no
            payment is left out
        """
        waiting = self.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and not picking.preorder_released_by_id
                and picking._is_preorder_delivery()
            )
        )
        unpaid = waiting.sudo().sale_id._get_unpaid_before_delivery()
        return {
            picking: unpaid[picking.sudo().sale_id]
            for picking in waiting
            if picking.sudo().sale_id in unpaid
        }

    @api.model
    def _search_preorder_release(self, operator, value):
        if operator != "in":
            return NotImplemented
        preorders = Domain("preorder_order_id", "!=", False) | Domain(
            "sale_id.preorder_campaign_id", "!=", False
        )
        if value == {"done"}:
            return preorders & Domain("state", "=", "done")
        # Payments are not stored with transfers: what is not done is looked through.
        waiting = self.search(preorders & Domain("state", "not in", ("done", "cancel")))
        found = Domain(
            "id",
            "in",
            waiting.filtered(lambda picking: picking.preorder_release in value).ids,
        )
        if "done" in value:
            found |= preorders & Domain("state", "=", "done")
        if False in value:
            found |= ~preorders | Domain("state", "=", "cancel")
        return found

    # Leaving

    def button_validate(self):
        """Let nothing leave that waits for its payment.

        :raise UserError: naming the delivery, the customer and the amount
        """
        self._check_paid()
        return super().button_validate()

    def _check_paid(self):
        leaving = self.filtered(lambda picking: picking.picking_type_code == "outgoing")
        unpaid = leaving._get_unpaid()
        if not unpaid:
            return
        raise UserError(
            "\n".join(
                self.env._(
                    "%(delivery)s for %(customer)s waits for payment: %(amount)s of "
                    "%(order)s is still to be paid. Register the payment, or have a "
                    "sales manager release the delivery.",
                    delivery=picking.name,
                    customer=picking.partner_id.display_name,
                    amount=formatLang(self.env, amount, currency_obj=order.currency_id),
                    order=order.name,
                )
                for picking, amount in unpaid.items()
                for order in picking.sudo().sale_id
            )
        )

    def action_release_unpaid(self):
        """Let deliveries leave before they are paid for, by name and on the record.

        :raise AccessError: for whoever is no sales manager
        """
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only sales managers release deliveries without payment.")
            )
        for picking, amount in self._get_unpaid().items():
            order = picking.sudo().sale_id
            picking.sudo().preorder_released_by_id = self.env.user
            text = self.env._(
                "%(delivery)s released by %(user)s, though %(amount)s is not paid yet.",
                delivery=picking.name,
                user=self.env.user.name,
                amount=formatLang(self.env, amount, currency_obj=order.currency_id),
            )
            picking.message_post(body=text)
            order.message_post(body=text)
        self._announce_ready()

    def _filter_ready_to_tell(self):
        """A delivery that waits for its payment is not ready."""
        ready = super()._filter_ready_to_tell()
        unpaid = ready._get_unpaid()
        return ready.filtered(lambda picking: picking not in unpaid)


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _post_process(self):
        """What waited for this payment alone is ready now."""
        result = super()._post_process()
        orders = self.sale_order_ids.filtered("preorder_campaign_id")
        orders.picking_ids._announce_ready()
        return result


class AccountMove(models.Model):
    _inherit = "account.move"

    def _invoice_paid_hook(self):
        """What waited for this invoice's payment alone is ready now."""
        result = super()._invoice_paid_hook()
        orders = self.line_ids.sale_line_ids.order_id
        orders.filtered("preorder_campaign_id").sudo().picking_ids._announce_ready()
        return result
