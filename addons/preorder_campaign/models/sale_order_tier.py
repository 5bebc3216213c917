from odoo import models
from odoo.exceptions import AccessError, UserError


class SaleOrder(models.Model):
    """A quotation's tier set by hand: by whom it may be, and on the record."""

    _inherit = "sale.order"

    def write(self, vals):
        """A tier that somebody writes is set by hand, and stays until it is reset."""
        if "preorder_tier_id" not in vals or self.env.context.get(
            "preorder_tier_follows"
        ):
            result = super().write(vals)
            if "preorder_tier_id" in vals:
                self._recompute_preorder_discounts()
            if "state" in vals:
                self._update_sister_tiers()
            return result
        self._check_manual_tier()
        before = {order: order.preorder_tier_id for order in self}
        result = super().write({**vals, "preorder_tier_manual": True})
        self._recompute_preorder_discounts()
        for order, tier in before.items():
            order._log_on_preorder(
                self.env._(
                    "Discount tier set by hand: %(old)s → %(new)s.",
                    old=tier.display_name or self.env._("none"),
                    new=order.preorder_tier_id.display_name or self.env._("none"),
                )
            )
        return result

    def _check_manual_tier(self):
        """Refuse a tier by hand where it may not or can no longer be."""
        for order in self:
            campaign = order.preorder_campaign_id
            if not campaign:
                raise UserError(
                    self.env._(
                        "%(number)s is no pre-order: it has no discount tier.",
                        number=order.name,
                    )
                )
            if order.state not in ("draft", "sent"):
                raise UserError(
                    self.env._(
                        "%(number)s is confirmed or cancelled: its discount tier "
                        "stays. Change the discounts of its lines instead.",
                        number=order.name,
                    )
                )
            if (
                campaign.manual_tier_by == "manager"
                and not self.env.su
                and not self.env.user.has_group("sales_team.group_sale_manager")
            ):
                raise AccessError(
                    self.env._(
                        "In “%(campaign)s” only sales managers set the tier by hand.",
                        campaign=campaign.name,
                    )
                )

    def action_reset_preorder_tier(self):
        """Let the total decide the tier again."""
        self._check_manual_tier()
        for order in self.filtered("preorder_tier_manual"):
            order.preorder_tier_manual = False
            order._log_on_preorder(
                self.env._(
                    "Discount tier follows the total again: %(tier)s.",
                    tier=order.preorder_tier_id.display_name or self.env._("none"),
                )
            )

    def _log_on_preorder(self, text):
        """Note something on the quotation and on its order forms: who, when, what."""
        self.ensure_one()
        self.message_post(body=text)
        for form in self._get_preorder_forms():
            form.with_user(self.env.uid).sudo().message_post(body=text)
