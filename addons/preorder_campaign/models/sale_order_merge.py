import uuid

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class SaleOrder(models.Model):
    """Quotations of one company's branches, merged into one, and apart again."""

    _inherit = "sale.order"

    preorder_merged_into_id = fields.Many2one(
        "sale.order", "Merged into", copy=False, readonly=True, index="btree_not_null"
    )
    preorder_merged_from_ids = fields.One2many(
        "sale.order", "preorder_merged_into_id", "Merged from"
    )

    def _has_begun_payment(self) -> bool:
        """Whether a payment has been made for the quotation, or is under way."""
        self.ensure_one()
        return any(
            tx.state in ("pending", "authorized", "done")
            for tx in self.sudo().transaction_ids
        )

    def _check_mergeable(self):
        """Refuse, naming the reason, what cannot be merged into one quotation."""
        if len(self) < 2:
            raise UserError(self.env._("Choose at least two quotations to merge."))
        for order in self:
            if not order.preorder_campaign_id:
                raise UserError(self.env._("%s is no pre-order.", order.display_name))
            if order.preorder_merged_from_ids:
                raise UserError(
                    self.env._(
                        "%(number)s is itself merged. Undo that merge first, then "
                        "merge all of them.",
                        number=order.name,
                    )
                )
            if order.state not in ("draft", "sent") or order.preorder_reopened:
                raise UserError(
                    self.env._(
                        "%(number)s is confirmed, cancelled or being changed: only "
                        "quotations that wait for their confirmation can be merged.",
                        number=order.name,
                    )
                )
            if order._has_begun_payment():
                raise UserError(
                    self.env._(
                        "A payment has been made or begun for %(number)s: it stays a "
                        "quotation of its own.",
                        number=order.name,
                    )
                )
        for name, message in (
            ("preorder_campaign_id", self.env._("of different campaigns")),
            ("preorder_company_id", self.env._("of different companies")),
            ("company_id", self.env._("of different companies of ours")),
            ("currency_id", self.env._("in different currencies")),
            ("payment_term_id", self.env._("on different payment terms")),
        ):
            if len(self[name]) > 1:
                raise UserError(
                    self.env._(
                        "These quotations are %(difference)s (%(values)s): they cannot "
                        "be merged.",
                        difference=message,
                        values=", ".join(self[name].mapped("display_name")),
                    )
                )

    def _merge_preorders(self, partner):
        """Merge quotations into one for the common tier.

        Lines of the same variant, delivery date and price are added up; each says what
        of it is for which branch. The sources are cancelled, with a link.

        :param partner: ``res.partner`` of the company, customer of the new quotation
        :return: the new quotation
        """
        self._check_mergeable()
        campaign = self.preorder_campaign_id
        first = self[0]
        by_hand = self.filtered("preorder_tier_manual")
        if by_hand and (by_hand != self or len(self.preorder_tier_id) > 1):
            raise UserError(
                self.env._(
                    "The discount tier of %(numbers)s is set by hand. Reset it, or set "
                    "the same tier on all, then merge.",
                    numbers=", ".join(by_hand.mapped("name")),
                )
            )
        merged = self.create(
            {
                "name": campaign.sudo()._next_order_number(),
                "origin": ", ".join(self.mapped("name")),
                "company_id": first.company_id.id,
                "partner_id": partner.id,
                "pricelist_id": first.pricelist_id.id,
                "fiscal_position_id": first.fiscal_position_id.id,
                "user_id": first.user_id.id,
                "payment_term_id": first.payment_term_id.id,
                "note": Markup("<br/>").join(filter(None, self.mapped("note"))),
                "client_order_ref": ", ".join(
                    filter(None, self.mapped("client_order_ref"))
                ),
                "preorder_campaign_id": campaign.id,
                "preorder_review": any(order._is_preorder_on_hold() for order in self),
                "require_signature": campaign.require_signature,
                "require_payment": campaign.require_payment,
                "prepayment_percent": max(self.mapped("prepayment_percent")),
                "validity_date": min(
                    filter(None, self.mapped("validity_date")), default=False
                ),
                "requested_delivery_period_start": min(
                    filter(None, self.mapped("requested_delivery_period_start")),
                    default=False,
                ),
                "requested_delivery_period_end": max(
                    filter(None, self.mapped("requested_delivery_period_end")),
                    default=False,
                ),
                "commitment_date": min(
                    filter(None, self.mapped("commitment_date")), default=False
                ),
                "order_line": [
                    Command.create(values)
                    for values in self.order_line._prepare_merged_lines()
                ],
            }
        )
        if by_hand:
            merged.preorder_tier_id = by_hand[0].preorder_tier_id
        for order in self:
            forms = order._get_preorder_forms()
            forms.unmerged_sale_order_id = order
            forms.sale_order_id = merged
            order.preorder_merged_into_id = merged
            order._action_cancel()
            order.message_post(
                body=self.env._("Merged into %s.", merged._get_html_link())
            )
            for form in forms:
                form.message_post(
                    body=self.env._("Quotation merged into %s.", merged.name)
                )
        merged.message_post(
            body=self.env._("Merged from %s.", ", ".join(self.mapped("name")))
        )
        if not merged.preorder_review:
            merged.action_quotation_sent()
        return merged

    def action_undo_merge(self):
        """Give the branches back the quotations of their own."""
        for order in self:
            sources = order.preorder_merged_from_ids
            if order.state not in ("draft", "sent") or not sources:
                raise UserError(
                    self.env._(
                        "%(number)s is confirmed or cancelled: the merge can no longer "
                        "be undone.",
                        number=order.name,
                    )
                )
            if order._has_begun_payment():
                raise UserError(
                    self.env._(
                        "A payment has been made or begun for %(number)s: the merge "
                        "can no longer be undone.",
                        number=order.name,
                    )
                )
            for form in order._get_preorder_forms():
                form.write(
                    {
                        "sale_order_id": form.unmerged_sale_order_id.id,
                        "unmerged_sale_order_id": False,
                    }
                )
                form.message_post(body=self.env._("Merge into %s undone.", order.name))
            for source in sources:
                source.write(
                    {
                        "state": "draft" if source.preorder_review else "sent",
                        "preorder_merged_into_id": False,
                        "signature": False,
                        "signed_by": False,
                        "signed_on": False,
                        "access_token": str(uuid.uuid4()),
                    }
                )
            order._action_cancel()
            order.message_post(
                body=self.env._(
                    "Merge undone: %s are quotations of their own again.",
                    ", ".join(sources.mapped("name")),
                )
            )
        return True
