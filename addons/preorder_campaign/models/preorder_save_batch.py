from datetime import timedelta

from odoo import api, fields, models

from .. import cells


class PreorderSaveBatch(models.Model):
    """The answer given to a batch of cells: sending it again changes nothing."""

    _name = "preorder.save.batch"
    _description = "Answered Batch of Cells"
    _log_access = False

    #: A browser repeats a batch within seconds, or when it comes back from offline.
    KEPT_DAYS = 30

    campaign_id = fields.Many2one(
        "preorder.campaign", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    batch = fields.Char(required=True)
    answered_at = fields.Datetime(required=True, index=True)
    answer = fields.Json(required=True)

    _batch_unique = models.UniqueIndex("(batch, user_id, campaign_id)")

    @api.model
    def _save(self, campaign, partner, order, batch, sent_cells, *, channel, now):
        """Save a batch of cells of an order form, or answer as it was answered before.

        Runs with the rights of the system: the caller has checked that the user may
        fill this form.

        :param partner: the customer whose form it is
        :param order: the form; empty before its first saved cell, which creates it
        :param batch: the batch's id, chosen by the browser
        :param sent_cells: as :func:`~..cells.parse_batch` says
        :param channel: a value of ``preorder.order.line.channel``
        :param now: naive UTC moment at which the request began
        :return: dict: ``form`` and its ``number``, ``cells`` (per cell ``status``:
            ``stored``, ``conflict`` or ``refused``), ``totals``; or ``closed`` with the
            reason, then nothing was stored
        :raise cells.MalformedBatch: when the batch is not what the protocol says
        """
        changes = cells.parse_batch(batch, sent_cells)
        user = self.env.user
        answered = self.search(
            [
                ("batch", "=", batch),
                ("user_id", "=", user.id),
                ("campaign_id", "=", campaign.id),
            ],
            limit=1,
        )
        if answered:
            return answered.answer
        # Waits for a submission under way; many savers share the lock.
        order._lock_for_saving()
        refusal = self._get_refusal(campaign, order, now)
        if refusal:
            return {"closed": refusal, "form": order.id, "cells": []}
        order = order or order._start(campaign, partner)
        answer = {
            "form": order.id,
            "number": order.name,
            "cells": self._save_cells(order, changes, user, channel, now),
            "totals": order._get_totals(),
            "at": fields.Datetime.to_string(now),
        }
        self.create(
            {
                "campaign_id": campaign.id,
                "user_id": user.id,
                "batch": batch,
                "answered_at": now,
                "answer": answer,
            }
        )
        return answer

    def _get_refusal(self, campaign, order, now):
        """Why nothing can be saved, in the customer's words; empty if it can."""
        if not campaign._is_open(now):
            return campaign._get_closed_message()
        if order and order.state != "draft":
            return self.env._(
                "%(number)s is submitted and can no longer be changed here.",
                number=order.name,
            )
        return ""

    def _save_cells(self, order, changes, user, channel, now):
        Line = self.env["preorder.order.line"]
        products = self.env["product.product"].search(
            order.campaign_id._get_assortment_domain()
            & fields.Domain("id", "in", [key.product_id for key in changes])
        )
        products_by_id = {product.id: product for product in products}
        stored = Line._read_cells(order, changes)
        answers, accepted = {}, {}
        for key, change in changes.items():
            product = products_by_id.get(key.product_id)
            reason = self._get_cell_refusal(product, change, stored.get(key))
            if reason:
                answers[key] = {
                    "status": "refused",
                    "reason": reason,
                    **self._describe_stored(stored.get(key)),
                }
            elif cells.is_conflict(change, stored.get(key), user.id):
                answers[key] = self._describe_conflict(stored[key])
            else:
                accepted[key] = change
        prices = self._price(order, products_by_id, accepted, now)
        revisions = Line._write_cells(
            order,
            [(change, prices[key]) for key, change in accepted.items()],
            user=user,
            channel=channel,
            now=now,
        )
        for key, change in accepted.items():
            answers[key] = {
                "status": "stored",
                "quantity": change.quantity,
                "revision": revisions[key],
                "price": prices[key].unit,
                "discount": prices[key].discount,
            }
        return [
            {
                "product": key.product_id,
                "date": key.delivery_date and key.delivery_date.isoformat(),
                **answers[key],
            }
            for key in changes
        ]

    def _get_cell_refusal(self, product, change, stored):
        """Why a cell is not stored, in the customer's words; empty if it is.

        What is no longer on sale can still be set to zero.
        """
        if not product:
            if stored and change.quantity == 0:
                return ""
            return self.env._("This product is not part of the order form.")
        if change.quantity < 0:
            return self.env._("A quantity cannot be negative.")
        if change.quantity > cells.MAXIMUM_QUANTITY:
            return self.env._(
                "At most %s can be ordered at once.", f"{cells.MAXIMUM_QUANTITY:,}"
            )
        if not product.uom_id._is_countable(change.quantity):
            return self.env._(
                "%(product)s is sold in whole %(unit)s.",
                product=product.display_name,
                unit=product.uom_id.name,
            )
        return ""

    def _describe_conflict(self, stored):
        other = self.env["res.users"].browse(stored.changed_by)
        return {
            "status": "conflict",
            "by": other.name or "",
            **self._describe_stored(stored),
        }

    def _describe_stored(self, stored):
        """What stands in a cell that was not changed."""
        return {
            "quantity": stored.quantity if stored else 0,
            "revision": stored.revision if stored else 0,
        }

    def _price(self, order, products_by_id, accepted, now):
        """Prices by cell. A variant in several cells of a batch is priced for each."""
        Product = self.env["product.product"]
        prices = {}
        remaining = dict(accepted)
        while remaining:
            # One cell a variant in each round; a second round is a rare thing.
            this_round = {key.product_id: key for key in reversed(remaining)}
            found = order._get_prices(
                {
                    products_by_id.get(product_id)
                    or Product.browse(product_id): remaining[key].quantity
                    for product_id, key in this_round.items()
                },
                now,
            )
            for product_id, key in this_round.items():
                prices[key] = found[product_id]
                del remaining[key]
        return prices

    @api.autovacuum
    def _gc_answers(self):
        limit = fields.Datetime.now() - timedelta(days=self.KEPT_DAYS)
        self.search([("answered_at", "<", limit)], limit=100_000).unlink()
