import json
from datetime import date, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, groupby

from .. import cells
from .preorder_pricing import Price, PriceStamps

_NO_PRICE = Price(0.0, 0.0, ())


class KnownProducts(NamedTuple):
    """What decides about the cells of a batch.

    ``on_sale`` are the ids of its variants in the assortment; ``cells`` and ``prices``
    what the form holds of its variants, by :class:`~..cells.CellKey`; ``rest``, what it
    holds besides, folded.
    """

    stamps: PriceStamps
    on_sale: set[int]
    cells: dict
    prices: dict
    rest: list


class PreorderSaveBatch(models.Model):
    """The answer given to a batch of cells: sending it again changes nothing."""

    _name = "preorder.save.batch"
    _description = "Answered Batch of Cells"
    _log_access = False

    #: A browser repeats a batch within seconds, or when it comes back from offline.
    KEPT_DAYS = 30

    # Without foreign keys: checking one locks the campaign's row, and all who save at
    # the same time write it. What they refer to may be gone; batches are soon gone too.
    campaign_id = fields.Integer(required=True)
    user_id = fields.Integer(required=True)
    batch = fields.Char(required=True)
    answered_at = fields.Datetime(required=True, index=True)
    answer = fields.Json(required=True)

    _batch_unique = models.UniqueIndex("(batch, user_id, campaign_id)")

    @api.model
    def _save(
        self,
        campaign,
        partner,
        order,
        batch,
        sent_cells,
        *,
        channel,
        now,
        by_office=False,
        opened=None,
    ):
        """Save a batch of cells of an order form, or answer as it was answered before.

        Runs with the rights of the system: the caller has checked that the user may
        fill this form.

        :param partner: the customer whose form it is
        :param order: the form; empty before its first saved cell, which creates it
        :param batch: the batch's id, chosen by the browser
        :param sent_cells: as :func:`~..cells.parse_batch` says
        :param channel: a value of ``preorder.order.line.channel``
        :param now: naive UTC moment at which the request began
        :param by_office: the office fills, which may do so later where it has reopened
            the form
        :param opened: what ``preorder.order._open_for_saving`` said, for a caller who
            has opened the form
        :return: dict: ``form`` and its ``number``, ``cells`` (per cell ``status``:
            ``stored``, ``conflict`` or ``refused``), ``totals``, and, in a
            campaign with limits, ``limits`` (those broken or near; of what is left in
            stock, the variants of this batch); or ``closed`` with the reason, then
            nothing was stored
        :raise cells.MalformedBatch: when the batch is not what the protocol says
        """
        changes = cells.parse_batch(batch, sent_cells)
        user = self.env.user
        if order:
            opened = opened or order._open_for_saving(
                order.id,
                batch,
                {key.product_id for key in changes},
                company=order.company_id,
            )
            answered = opened.answer
        else:
            answered = self._find_answer(campaign, batch)
        # Of several people who share a log-in, none is given another one's answer.
        if answered and (not order or answered.get("form") == order.id):
            return answered
        refusal = self._get_refusal(campaign, order, by_office, now)
        if refusal:
            return {"closed": refusal, "form": order.id, "cells": []}
        order = order or order._start(campaign, partner, channel=channel)
        known = self._get_known(order, changes, opened, now)
        answers, accepted = self._judge_cells(order, changes, known, user, now)
        prices = self._get_prices(order, accepted, known.on_sale, known.stamps, now)
        answer = {
            "form": order.id,
            "number": order.name,
            "cells": self._describe_cells(changes, answers, accepted, prices, known),
            "totals": self._get_totals(order, accepted, prices, known),
            "at": fields.Datetime.to_string(now),
        }
        priced = [(change, prices[key]) for key, change in accepted.items()]
        source = {"user": user, "channel": channel, "now": now}
        self._write_batch(campaign, order, batch, answer, priced, source)
        if opened and opened.watched:
            order._tell_saved(order._get_tab(batch), answer, user)
        return answer

    def _describe_cells(self, changes, answers, accepted, prices, known):
        """What is answered of each cell.

        :param answers: by cell, of those that are not stored
        :param accepted: by cell, the changes that are
        """
        for key, change in accepted.items():
            stored = known.cells.get(key)
            answers[key] = {
                "status": "stored",
                "quantity": change.quantity,
                "revision": stored.revision + 1 if stored else 1,
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

    def _write_batch(self, campaign, order, batch, answer, priced, source):
        """Store cells and the answer that says so, which limits add to.

        :param priced: as ``preorder.order.line._write_cells`` takes changes
        :param source: the same method's other parameters
        """
        lines = self.env["preorder.order.line"]
        if campaign._get_limit_rules(campaign.id, self.env.lang):
            # They are told of what is written.
            lines._write_cells(order, priced, **source)
            priced = []
            answer["limits"] = order._get_limit_notices(
                {cell["product"] for cell in answer["cells"]}
            )
        writing = lines._get_writing_sql(order, priced, **source) if priced else None
        self._keep_answer(campaign, batch, answer, source["now"], writing)
        lines._forget_cells(order)

    @api.model
    def _find_answer(self, campaign, batch):
        """The answer that this user's batch has had, or ``None``."""
        rows = self.env.execute_query(
            SQL(
                "SELECT answer FROM preorder_save_batch"
                " WHERE batch = %s AND user_id = %s AND campaign_id = %s",
                batch,
                self.env.uid,
                campaign.id,
            )
        )
        return rows[0][0] if rows else None

    @api.model
    def _keep_answer(self, campaign, batch, answer, now, writing=None):
        """Remember an answer. Two at once: the second transaction is repeated.

        :param writing: SQL that writes what the answer says, if it is to be run before:
            both are one journey to the database, which costs more than either
        """
        keeping = SQL(
            "INSERT INTO preorder_save_batch"
            " (campaign_id, user_id, batch, answered_at, answer)"
            " VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (batch, user_id, campaign_id) DO NOTHING",
            campaign.id,
            self.env.uid,
            batch,
            now,
            json.dumps(answer),
        )
        self.env.cr.execute(SQL("%s; %s", writing, keeping) if writing else keeping)

    def _get_totals(self, order, accepted, prices, known):
        """What the form amounts to with the accepted changes.

        Without reading it again: the rest of it, and what its cells of these variants
        are or will be.
        """
        quantities = {key: stored.quantity for key, stored in known.cells.items()}
        quantities.update((key, change.quantity) for key, change in accepted.items())
        price_by_key = known.prices | prices
        own = [
            order._fold(key.product_id, quantity, price_by_key[key])
            for key, quantity in quantities.items()
            if quantity
        ]
        pricing = self.env["preorder.pricing"]
        rest = known.rest
        tax_sets = {row.tax_ids for row in (*rest, *own)}
        taxes = pricing._get_linear_taxes(
            tax_sets,
            company=order.company_id,
            currency=order.currency_id,
            stamp=known.stamps.settings,
        )
        if not taxes and pricing._look_at_products(tax_sets):
            without = {key.product_id for key in quantities}
            rest = order._read_folded(by_product=True, without=without)[order]
        return order._get_totals_of(rest + own, taxes)

    def _get_refusal(self, campaign, order, by_office, now):
        """Why nothing can be saved, in the customer's words; empty if it can."""
        if not (
            order._is_open_for(now, by_office=by_office)
            if order
            else campaign._is_open(now)
        ):
            return campaign._get_closed_message()
        if order and order.state != "draft":
            return self.env._(
                "%(number)s is submitted and can no longer be changed here.",
                number=order.name,
            )
        return ""

    def _get_known(self, order, changes, opened, now):
        """What decides about a batch: prices' stamps, cells, what is on sale here."""
        pricing = self.env["preorder.pricing"]
        stamps = (
            pricing._make_stamps(*opened.stamps, now)
            if opened
            # A form that has just begun has no cells yet.
            else pricing._read_price_stamps({key.product_id for key in changes}, now)
        )
        parse_taxes = self.env["preorder.order.line"]._parse_tax_key
        stored, prices = {}, {}
        for product_id, found in stamps.cells.items():
            for day, quantity, revision, user_id, *price in found:
                key = cells.CellKey(product_id, day and date.fromisoformat(day))
                stored[key] = cells.StoredCell(float(quantity), revision, user_id)
                unit, discount, taxes, *flags = price
                prices[key] = Price(
                    unit or 0.0, discount or 0.0, parse_taxes(taxes), *flags
                )
        return KnownProducts(
            stamps,
            order.campaign_id._find_on_sale(stamps),
            stored,
            prices,
            opened.rest if opened else [],
        )

    def _judge_cells(self, order, changes, known, user, now):
        """Which changes can be stored.

        :return: (answers by cell to those that cannot, changes that can by cell)
        """
        date_refusals = self._get_date_refusals(order, changes, now)
        answers, accepted = {}, {}
        for key, change in changes.items():
            stored = known.cells.get(key)
            uom_id = (
                known.stamps.units[key.product_id]
                if key.product_id in known.on_sale
                else None
            )
            reason = self._get_cell_refusal(
                change, uom_id, stored
            ) or date_refusals.get(key)
            if reason:
                answers[key] = {
                    "status": "refused",
                    "reason": reason,
                    **self._describe_stored(stored),
                }
            elif cells.is_conflict(change, stored, user.id):
                answers[key] = self._describe_conflict(stored)
            else:
                accepted[key] = change
        return answers, accepted

    def _get_date_refusals(self, order, changes, now):
        """Why cells cannot have their delivery dates, in the customer's words.

        Quantities set to zero are never refused.

        :return: dict of cell → reason, of those that cannot
        """
        campaign = order.campaign_id
        wanted = [key for key, change in changes.items() if change.quantity]
        if campaign.delivery_dates != "line":
            return {
                key: self.env._("This order form has one delivery for all products.")
                for key in wanted
                if key.delivery_date
            }
        taken = order._get_delivery_days() | {
            key.delivery_date for key in wanted if key.delivery_date
        }
        taken |= order._get_sister_delivery_days(campaign, order.partner_id)
        refusals = {
            day: campaign._get_delivery_refusal(day, taken, now)
            for day in {key.delivery_date for key in wanted}
            if day
        }
        refusals[None] = self.env._("Choose a delivery date first.")
        return {key: refusals[key.delivery_date] for key in wanted}

    def _get_cell_refusal(self, change, uom_id, stored):
        """Why a cell is not stored, in the customer's words; empty if it is.

        What is no longer on sale (no ``uom_id``) can still be set to zero.
        """
        if not uom_id:
            if stored and change.quantity == 0:
                return ""
            return self.env._("This product is not part of the order form.")
        if change.quantity < 0:
            return self.env._("A quantity cannot be negative.")
        if change.quantity > cells.MAXIMUM_QUANTITY:
            return self.env._(
                "At most %s can be ordered at once.", f"{cells.MAXIMUM_QUANTITY:,}"
            )
        uom = self.env["uom.uom"].browse(uom_id)
        if not uom._is_countable(change.quantity):
            product = self.env["product.product"].browse(change.key.product_id)
            return self.env._(
                "%(product)s is sold in whole %(unit)s.",
                product=product.display_name,
                unit=uom.name,
            )
        return ""

    def _describe_conflict(self, stored):
        """What stands in the cell, and whose it is: nobody's name if the user's own."""
        other = self.env["res.users"].browse(stored.changed_by)
        return {
            "status": "conflict",
            "by": (other != self.env.user and other.name) or "",
            **self._describe_stored(stored),
        }

    def _describe_stored(self, stored):
        """What stands in a cell that was not changed."""
        return {
            "quantity": stored.quantity if stored else 0,
            "revision": stored.revision if stored else 0,
        }

    def _get_prices(self, order, accepted, on_sale, stamps, now):
        """Prices by cell, each by its own quantity."""
        prices = {}
        by_date = groupby(accepted.values(), lambda change: change.key.delivery_date)
        for _date, changes in by_date:
            found = self.env["preorder.pricing"]._get_kept_prices(
                {
                    change.key.product_id: change.quantity
                    for change in changes
                    if change.key.product_id in on_sale
                },
                stamps,
                terms=order._get_pricing_terms(),
                date=now,
            )
            found = order.campaign_id._apply_terms(found)
            for change in changes:
                # What left the assortment, and is set to zero, costs nothing.
                prices[change.key] = found.get(change.key.product_id, _NO_PRICE)
        return prices

    @api.autovacuum
    def _gc_answers(self):
        limit = fields.Datetime.now() - timedelta(days=self.KEPT_DAYS)
        self.search([("answered_at", "<", limit)], limit=100_000).unlink()
