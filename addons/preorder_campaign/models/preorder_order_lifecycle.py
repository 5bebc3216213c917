from collections import defaultdict
from datetime import datetime

from odoo import fields, models
from odoo.exceptions import UserError

from .. import cells


class PreorderOrder(models.Model):
    """Second thoughts: reopening and withdrawing an order form."""

    _inherit = "preorder.order"

    # The customer

    def _get_reopen_refusal(self, now: datetime) -> str:
        """Why the customer cannot reopen the form, in the customer's words."""
        self.ensure_one()
        quotation = self.sale_order_id
        if self.state == "confirmed":
            return self.env._(
                "%(number)s is confirmed. Please ask us for changes.", number=self.name
            )
        if self.state != "submitted":
            return self.env._(
                "%(number)s is not submitted: there is nothing to reopen.",
                number=self.name,
            )
        if not self.campaign_id._is_open(now):
            return self.campaign_id._get_closed_message()
        if quotation and (
            quotation.preorder_office_edited or quotation._get_preorder_forms() != self
        ):
            return self.env._(
                "Our office has worked on %(number)s already. Please ask us for "
                "changes.",
                number=self.name,
            )
        return (
            self._get_other_form_refusal() or quotation._get_payment_under_way_refusal()
        )

    def _get_other_form_refusal(self) -> str:
        """Why the form cannot be filled again beside another one; empty if it can."""
        self.ensure_one()
        other = self.sudo().search(
            self._get_own_domain(self.campaign_id, self.partner_id)
            & fields.Domain("state", "=", "draft")
            & fields.Domain("id", "!=", self.id),
            limit=1,
        )
        if not other:
            return ""
        return self.env._(
            "%(other)s is being filled already: submit or withdraw it first.",
            other=other.name,
        )

    def _reopen(self, now: datetime):
        """Let the customer change a submitted form, until the campaign's end.

        The quotation's signature is void, and its old link can neither sign nor pay,
        until the form is submitted again.

        :raise UserError: in the customer's words
        """
        self.ensure_one()
        self._lock_for_submitting()
        refusal = self._get_reopen_refusal(now)
        if refusal:
            raise UserError(refusal)
        self.sale_order_id._put_back_for_changes()
        self.state = "draft"
        self.message_post(body=self.env._("Reopened to be changed."))

    def _get_withdraw_refusal(self) -> str:
        """Why the customer cannot withdraw the form, in the customer's words."""
        self.ensure_one()
        if self.state == "confirmed":
            return self.env._(
                "%(number)s is confirmed. Please ask us for changes.", number=self.name
            )
        if self.state == "cancelled":
            return self.env._("%(number)s is cancelled.", number=self.name)
        if self.sale_order_id and self.sale_order_id._get_preorder_forms() != self:
            return self.env._(
                "Our office has worked on %(number)s already. Please ask us for "
                "changes.",
                number=self.name,
            )
        return self.sale_order_id._get_payment_under_way_refusal()

    def _withdraw(self):
        """Take back a form that is not confirmed, its quotation with it.

        What was paid is listed for refund.

        :raise UserError: in the customer's words
        """
        self.ensure_one()
        self._lock_for_submitting()
        refusal = self._get_withdraw_refusal()
        if refusal:
            raise UserError(refusal)
        quotation = self.sale_order_id
        if quotation and quotation.state != "cancel":
            quotation._ask_for_refund()
            quotation._action_cancel()
        self.state = "cancelled"
        self.message_post(body=self.env._("Withdrawn."))

    # The office

    def action_reopen(self):
        """Let the office change a form, whatever the campaign's end says.

        A form that is submitted takes over the quantities of its quotation, which the
        office may have changed; prices are those of the next submission.
        """
        for order in self:
            order._lock_for_submitting()
            if order.state not in ("draft", "submitted"):
                raise UserError(
                    self.env._(
                        "%(number)s is confirmed or cancelled. Change its order "
                        "instead.",
                        number=order.name,
                    )
                )
            refusal = order.state == "submitted" and order._get_other_form_refusal()
            if refusal:
                raise UserError(refusal)
            quotation = order.sale_order_id
            if order.state == "submitted" and quotation:
                if quotation._get_preorder_forms() != order:
                    raise UserError(
                        self.env._(
                            "%(number)s is merged into %(merged)s. Undo the merge "
                            "first.",
                            number=order.name,
                            merged=quotation.name,
                        )
                    )
                refusal = quotation._get_payment_under_way_refusal()
                if refusal:
                    raise UserError(refusal)
                order._take_over_quantities()
                quotation._put_back_for_changes()
            order.write({"state": "draft", "office_reopened": True})
            order.message_post(body=self.env._("Reopened by the office to be changed."))
            if quotation:
                self.env["preorder.notice"]._announce(
                    "reopened", order, key=str(order.revision)
                )

    def action_submit(self):
        """Submit a form for the customer."""
        now = self.env["preorder.campaign"]._now()
        for order in self:
            order._submit(now, by_office=True)

    def _take_over_quantities(self):
        """Bring the cells to the quantities that stand on the quotation.

        What the office added outside the assortment stays on the quotation alone.
        """
        self.ensure_one()
        lines = self.sale_order_id.order_line.filtered(
            lambda line: line._is_preorder_line()
        )
        offered = self.env["product.product"].search(
            self.campaign_id._get_assortment_domain()
            & fields.Domain("id", "in", lines.product_id.ids)
        )
        by_line_date = self.campaign_id.delivery_dates == "line"
        wanted = defaultdict(float)
        for line in lines:
            if line.product_id in offered or line.preorder_price_frozen:
                day = line.commitment_date if by_line_date else None
                key = cells.CellKey(line.product_id.id, day.date() if day else None)
                wanted[key] += line.product_uom_id._compute_quantity(
                    line.product_uom_qty, line.product_id.uom_id
                )
        stored = {
            cells.CellKey(line.product_id.id, line.delivery_date or None): line.quantity
            for line in self.line_ids
        }
        changes = [
            cells.CellChange(key, wanted[key], 0)
            for key in dict.fromkeys([*stored, *wanted])
            if wanted[key] != stored.get(key, 0.0)
        ]
        now = self.env["preorder.campaign"]._now()
        quantities = {change.key.product_id: change.quantity for change in changes}
        prices = self.campaign_id._apply_terms(
            self.env["preorder.pricing"]._get_prices(
                {
                    self.env["product.product"].browse(product_id): quantity
                    for product_id, quantity in quantities.items()
                },
                terms=self._get_pricing_terms(),
                date=now,
            )
        )
        self.env["preorder.order.line"].sudo()._write_cells(
            self,
            [(change, prices[change.key.product_id]) for change in changes],
            user=self.env.user,
            channel="representative",
            now=now,
        )

    def action_cancel(self):
        """Cancel forms being filled; submitted ones through their quotation."""
        for order in self:
            if order.state != "draft":
                raise UserError(
                    self.env._(
                        "%(number)s is submitted. Cancel its quotation instead.",
                        number=order.name,
                    )
                )
            if order.sale_order_id:
                order._cancel_with_quotation()
        self.state = "cancelled"
