import logging
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import psycopg2
from psycopg2.pool import PoolError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.sql_db import Cursor
from odoo.tools import SQL, split_every

_logger = logging.getLogger(__name__)

#: Order forms settled in one transaction.
_CHUNK = 200
#: Decimals of what is held: as finely as the algorithm counts.
_DECIMALS = 6


@dataclass(frozen=True, order=True)
class CounterKey:
    """Names a counter: a limit and its counted subject, or a variant in stock."""

    limit_id: int
    subject_id: int
    product_id: int
    company_id: int


class PreorderLimitReservation(models.Model):
    """What an order form holds of a limit, or of what is left in stock.

    Taken at submission, held until the quotation ends. Counting and then inserting
    would let two customers take the last piece under Odoo's isolation level, and
    updating a counter inside the submission would make the second one fail. So what is
    held is written in *short transactions* of their own, which lock the counters in a
    fixed order, look, and write; everything else reads.

    A short transaction cannot be undone by the submission that asked for it. Therefore
    whatever an order form holds can be brought in line with what became of it, at any
    time and any number of times (:meth:`_settle`): after the submission's commit or
    rollback, after each change of its quotation, and by a scheduled sweep for what a
    crash has left.
    """

    _name = "preorder.limit.reservation"
    _description = "Quantity Held by an Order Form"
    _log_access = False

    #: An order form without a quotation keeps what it holds at least so long.
    KEPT_MINUTES = 5

    counter_ref = fields.Integer(required=True, index=True)
    form_ref = fields.Integer(required=True, help="The order form.")
    campaign_ref = fields.Integer(required=True, index=True)
    quantity = fields.Float(required=True, digits=(16, _DECIMALS))
    settled_at = fields.Datetime(required=True)

    _form_unique = models.UniqueIndex("(form_ref, counter_ref)")

    # Short transactions

    @api.model
    @contextmanager
    def _short_transaction(self):
        """A transaction of its own that sees what others have just committed.

        Whoever opens it while holding locks of a transaction must touch no row that
        this other transaction may have locked.

        :return: this model in the new transaction, with the rights of the system;
            committed at the end unless something was raised
        """
        with self.env.registry.cursor() as cr:
            # A test's cursor shares the test's transaction, whose isolation level
            # stands; no one else is there to race with.
            if isinstance(cr, Cursor):
                cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
                cr.execute("SET LOCAL lock_timeout = '10s'")
            yield api.Environment(cr, SUPERUSER_ID, {})[self._name]

    def _lock_counters(self, keys, form_ids):
        """Lock counters, and those of which forms hold something, in a fixed order.

        :return: dict of :class:`CounterKey` → (id, used)
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, used, limit_ref, subject_ref, product_ref, company_ref
                  FROM preorder_limit_counter
                 WHERE id IN (
                    SELECT counter.id
                      FROM preorder_limit_counter counter
                      JOIN (VALUES %s)
                        AS key (limit_ref, subject_ref, product_ref, company_ref)
                     USING (limit_ref, subject_ref, product_ref, company_ref)
                     UNION ALL
                    SELECT counter_ref
                      FROM preorder_limit_reservation
                     WHERE form_ref = ANY(%s)
                 )
              ORDER BY id
                   FOR UPDATE
                """,
                self._to_values(keys),
                list(form_ids),
            )
        )
        return {CounterKey(*key): (id_, used) for id_, used, *key in rows}

    def _to_values(self, keys):
        return SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s)",
                key.limit_id,
                key.subject_id,
                key.product_id,
                key.company_id,
            )
            # VALUES cannot be empty: no counter has this key.
            for key in (sorted(keys) or [CounterKey(0, 0, 0, 0)])
        )

    def _make_counters(self, keys):
        """Make the counters that are not there yet, in a fixed order."""
        if keys:
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO preorder_limit_counter
                           (limit_ref, subject_ref, product_ref, company_ref, used)
                    SELECT limit_ref, subject_ref, product_ref, company_ref, 0
                      FROM (VALUES %s)
                        AS key (limit_ref, subject_ref, product_ref, company_ref)
                     WHERE NOT EXISTS (
                        SELECT
                          FROM preorder_limit_counter counter
                         WHERE counter.limit_ref = key.limit_ref
                           AND counter.subject_ref = key.subject_ref
                           AND counter.product_ref = key.product_ref
                           AND counter.company_ref = key.company_ref
                     )
                    ON CONFLICT DO NOTHING
                    """,
                    self._to_values(keys),
                )
            )

    def _hold(self, claims, campaign_ids, check=None):
        """Make order forms hold what they claim, no more and no less.

        Runs in a short transaction. Claiming the same again changes nothing; claiming
        something else takes or gives back the difference.

        :param claims: dict of form id → dict of :class:`CounterKey` → quantity
        :param campaign_ids: dict of form id → id of its campaign
        :param check: called under the counters' locks with this model and a dict of
            :class:`CounterKey` → what others hold; whatever it returns, if true, keeps
            everything as it was
        :return: what ``check`` returned
        """
        keys = {key for wanted in claims.values() for key in wanted}
        self._make_counters(keys)
        counters = self._lock_counters(keys, claims)
        if not keys <= counters.keys():
            # Made by another transaction that this one cannot see.
            raise psycopg2.errors.SerializationFailure("counters made meanwhile")
        key_by_id = {id_: key for key, (id_, _used) in counters.items()}
        held = {
            (form_id, key_by_id[counter_id]): quantity
            for form_id, counter_id, quantity in self.env.execute_query(
                SQL(
                    "SELECT form_ref, counter_ref, quantity"
                    "  FROM preorder_limit_reservation WHERE form_ref = ANY(%s)",
                    list(claims),
                )
            )
        }
        if check:
            others = {key: used for key, (_id, used) in counters.items()}
            for (_form_id, key), quantity in held.items():
                others[key] = round(others[key] - quantity, _DECIMALS)
            broken = check(self, others)
            if broken:
                return broken
        claimed = {
            (form_id, key): round(quantity, _DECIMALS)
            for form_id, wanted in claims.items()
            for key, quantity in wanted.items()
            if quantity > 0
        }
        self._write_difference(held, claimed, counters, campaign_ids)
        return None

    def _write_difference(self, held, claimed, counters, campaign_ids):
        differences = defaultdict(float)
        for sign, quantities in ((1, claimed), (-1, held)):
            for (_form_id, key), quantity in quantities.items():
                differences[key] += sign * quantity
        rows = [
            SQL("(%s, %s)", counters[key][0], round(difference, _DECIMALS))
            for key, difference in differences.items()
            if round(difference, _DECIMALS)
        ]
        if rows:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE preorder_limit_counter counter
                       SET used = counter.used + change.quantity::numeric
                      FROM (VALUES %s) AS change (id, quantity)
                     WHERE counter.id = change.id
                    """,
                    SQL(", ").join(rows),
                )
            )
        gone = [(form_id, counters[key][0]) for form_id, key in held.keys() - claimed]
        if gone:
            self.env.cr.execute(
                SQL(
                    "DELETE FROM preorder_limit_reservation"
                    " WHERE (form_ref, counter_ref) IN %s",
                    tuple(gone),
                )
            )
        if claimed:
            now = fields.Datetime.now()
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO preorder_limit_reservation
                           (form_ref, counter_ref, campaign_ref, quantity, settled_at)
                    VALUES %s
                    ON CONFLICT (form_ref, counter_ref) DO UPDATE
                       SET quantity = EXCLUDED.quantity,
                           settled_at = EXCLUDED.settled_at
                    """,
                    SQL(", ").join(
                        SQL(
                            "(%s, %s, %s, %s, %s)",
                            form_id,
                            counters[key][0],
                            campaign_ids[form_id],
                            quantity,
                            now,
                        )
                        for (form_id, key), quantity in claimed.items()
                    ),
                )
            )

    # Taking

    @api.model
    def _take(self, form, claims, check):
        """Make an order form hold what it claims, if ``check`` has nothing against it.

        All or nothing; idempotent. What others commit at the same moment is waited for
        and counted.

        :return: what ``check`` returned: the reasons for a refusal, or nothing
        """
        with self._short_transaction() as reservations:
            return reservations._hold(
                {form.id: claims}, {form.id: form.campaign_id.id}, check
            )

    # Settling

    @api.model
    def _settle_after(self, cr, form_ids):
        """Settle order forms once a transaction has ended, one way or the other."""
        name = "preorder_campaign.limits"
        pending = cr.postcommit.data.get(name)
        if pending is None:
            pending = cr.postcommit.data[name] = set()
            settle = partial(self._settle_safely, pending)
            cr.postcommit.add(settle)
            cr.postrollback.add(settle)
        pending.update(form_ids)

    @api.model
    def _settle_safely(self, form_ids):
        """Settle now; what fails is left to the sweep."""
        try:
            self._settle(form_ids)
        except (psycopg2.Error, PoolError):
            _logger.warning("Limits of order forms are settled later.", exc_info=True)

    @api.model
    def _settle(self, form_ids):
        """Bring what order forms hold in line with what has become of them.

        A form that is being submitted or changed at this moment is left alone: it
        settles when that ends.

        :param form_ids: ids of ``preorder.order``; forms that were deleted give back
            what they hold
        """
        for chunk in split_every(_CHUNK, sorted(form_ids), list):
            with self._short_transaction() as reservations:
                reservations._settle_chunk(chunk)

    def _settle_chunk(self, form_ids):
        present = {
            id_
            for (id_,) in self.env.execute_query(
                SQL("SELECT id FROM preorder_order WHERE id = ANY(%s)", form_ids)
            )
        }
        # Submitting and changing a form's state lock it as well; saving does not mind.
        unlocked = {
            id_
            for (id_,) in self.env.execute_query(
                SQL(
                    "SELECT id FROM preorder_order WHERE id = ANY(%s)"
                    " ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
                    form_ids,
                )
            )
        }
        forms = self.env["preorder.order"].browse(sorted(unlocked))
        claims = forms._get_due_claims()
        claims.update({form_id: {} for form_id in form_ids if form_id not in present})
        if claims:
            campaign_ids = {form.id: form.campaign_id.id for form in forms}
            self._hold(claims, campaign_ids)

    # Counting anew

    @api.model
    def _recount_safely(self, campaign_ids):
        """Recount now; what fails is left to the next submission, or the sweep."""
        try:
            self._recount(campaign_ids)
        except (psycopg2.Error, PoolError):
            _logger.warning("Limits of campaigns are counted later.", exc_info=True)

    @api.model
    def _recount(self, campaign_ids):
        """Count what was submitted before limits were made or changed."""
        for campaign_id in campaign_ids:
            with self._short_transaction() as reservations:
                pending = reservations._read_pending(campaign_id)
                form_ids = (
                    reservations.env["preorder.order"]
                    .search(
                        [
                            ("campaign_id", "=", campaign_id),
                            "|",
                            ("state", "!=", "draft"),
                            ("sale_order_id", "!=", False),
                        ]
                    )
                    .ids
                )
            self._settle(form_ids)
            with self._short_transaction() as reservations:
                # Changed while counting, or being changed: it stays to be counted.
                reservations.env.cr.execute(
                    SQL(
                        """
                        UPDATE preorder_campaign
                           SET pending_recount = pending_recount - %s
                         WHERE id IN (
                            SELECT id
                              FROM preorder_campaign
                             WHERE id = %s
                               FOR UPDATE SKIP LOCKED
                         )
                        """,
                        pending,
                        campaign_id,
                    )
                )

    def _read_pending(self, campaign_id):
        rows = self.env.execute_query(
            SQL(
                "SELECT COALESCE(pending_recount, 0) FROM preorder_campaign"
                " WHERE id = %s",
                campaign_id,
            )
        )
        return rows[0][0] if rows else 0

    # Sweeping

    @api.model
    def _sweep(self):
        """Mend what a crash has left: settle forms whose holdings look outdated."""
        campaigns = (
            self.env["preorder.campaign"]
            .with_context(active_test=False)
            .search([("pending_recount", ">", 0)])
        )
        self._recount(campaigns.ids)
        rows = self.env.execute_query(self._get_outdated_query())
        self._settle([form_id for (form_id,) in rows])

    def _get_outdated_query(self) -> SQL:
        """Ids of forms that hold something and may have to hold something else."""
        now = fields.Datetime.now()
        return SQL(
            """
            SELECT DISTINCT held.form_ref
              FROM preorder_limit_reservation held
              JOIN preorder_limit_counter counter ON counter.id = held.counter_ref
         LEFT JOIN preorder_order form ON form.id = held.form_ref
         LEFT JOIN preorder_campaign campaign ON campaign.id = form.campaign_id
         LEFT JOIN sale_order quotation ON quotation.id = form.sale_order_id
             WHERE (
                    (form.id IS NULL OR form.state = 'draft' AND quotation.id IS NULL)
                AND held.settled_at < %(kept)s
             )
                OR (
                    campaign.keep_reserved IS NOT TRUE
                AND (
                    form.state = 'cancelled'
                 OR quotation.state = 'cancel'
                 OR quotation.state IN ('draft', 'sent')
                AND quotation.validity_date < %(today)s
                )
             )
                OR counter.subject_ref NOT IN (
                    0, form.partner_id, form.customer_company_id
                )
                OR EXISTS (
                    SELECT
                      FROM sale_order_line line
                     WHERE line.order_id = quotation.id
                       AND line.write_date > held.settled_at
                )
            """,
            kept=now - timedelta(minutes=self.KEPT_MINUTES),
            today=now.date(),
        )
