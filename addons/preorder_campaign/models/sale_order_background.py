import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, plaintext2html

from ..failures import get_reason

_logger = logging.getLogger(__name__)

#: A step that failed is tried again after so long, then after twice as long, …
FIRST_RETRY = timedelta(minutes=5)
LAST_RETRY = timedelta(days=1)

_ACTIVITY = "preorder_campaign.mail_activity_type_unfinished"


class SaleOrder(models.Model):
    """What follows a pre-order's confirmation is done in the background.

    A thousand lines' deliveries and documents take tens of seconds; nobody waits for
    them. Each step of each order is done in a transaction of its own: a crash repeats
    what was not committed and nothing else, and one order's failure holds up no other.
    """

    _inherit = "sale.order"

    preorder_launch_retry_at = fields.Datetime(copy=False, readonly=True)
    preorder_launch_failures = fields.Integer(copy=False, readonly=True)
    preorder_documents_retry_at = fields.Datetime(copy=False, readonly=True)
    preorder_documents_failures = fields.Integer(copy=False, readonly=True)

    @api.model
    def _do_in_background(self, step, *tasks):
        """Do tasks of all orders that wait for them, one transaction a task and order.

        :param step: ``launch`` or ``documents``
        :param tasks: pairs of the domain of the orders that wait, and a function of one
            order that does the task and takes the order out of the domain
        """
        retry_at = f"preorder_{step}_retry_at"
        due = Domain(retry_at, "=", False) | Domain(
            retry_at, "<=", fields.Datetime.now()
        )
        todo = [
            (order_id, due & domain, work)
            for domain, work in tasks
            for order_id in self.search(due & domain, order="id").ids
        ]
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(todo))
        for order_id, domain, work in todo:
            # Apart from the others: committing forgets what was read.
            self.browse(order_id)._attempt(step, domain, work)
            if not progress._commit_progress(processed=1):
                break

    def _attempt(self, step, domain, work):
        """Do a step of one order, or note why it could not be done and when to retry.

        Whatever happens, the transaction can go on.
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                # Whoever works on the order right now is waited for; what they changed
                # is a conflict then, and the next run sees it.
                self.env.cr.execute(
                    SQL(
                        "SELECT id FROM sale_order WHERE id = %s FOR NO KEY UPDATE",
                        self.id,
                    ),
                    log_exceptions=False,
                )
                self.invalidate_recordset()
                if not self.filtered_domain(domain):
                    return
                work(self.with_company(self.company_id))
                if self[f"preorder_{step}_failures"]:
                    self._clear_failure(step)
        except psycopg2.OperationalError:
            # A conflict with another transaction says nothing about the order.
            self.env.cr.rollback()
            self._trigger_background(step)
        except Exception as error:
            _logger.warning("%s: %s failed", self.name, step, exc_info=True)
            self._note_failure(step, error)

    def _note_failure(self, step, error):
        """Tell the salesperson what could not be done and why, and when we retry."""
        self.ensure_one()
        failures = self[f"preorder_{step}_failures"]
        # Doubled no more often than it takes to reach a day.
        retry_at = fields.Datetime.now() + min(
            FIRST_RETRY * 2 ** min(failures, 10), LAST_RETRY
        )
        self.write(
            {
                f"preorder_{step}_failures": failures + 1,
                f"preorder_{step}_retry_at": retry_at,
            }
        )
        self._trigger_background(step, at=retry_at)
        if failures:
            return
        user = self.user_id or self.preorder_campaign_id.user_id
        order = self.with_context(lang=user.lang or self.env.lang)
        summary, text = order._get_failure_texts(step)
        order.activity_schedule(
            _ACTIVITY,
            summary=summary,
            note=plaintext2html(f"{text}\n{get_reason(error)}"),
            user_id=user.id or self.env.uid,
        )

    def _get_failure_texts(self, step):
        """What to tell the salesperson: (summary, text), in the context's language."""
        if step == "launch":
            return (
                self.env._("Deliveries could not be made"),
                self.env._(
                    "%(number)s is confirmed, but its deliveries could not be made. "
                    "It is tried again by itself. The reason:",
                    number=self.name,
                ),
            )
        return (
            self.env._("Documents could not be sent"),
            self.env._(
                "The documents of %(number)s could not be made or sent. "
                "It is tried again by itself. The reason:",
                number=self.name,
            ),
        )

    def _clear_failure(self, step):
        self.write({f"preorder_{step}_failures": 0, f"preorder_{step}_retry_at": False})
        if not (self.preorder_launch_failures or self.preorder_documents_failures):
            self.activity_unlink([_ACTIVITY])

    @api.model
    def _trigger_background(self, step, at=None):
        """Have a step done as soon as this transaction is committed, or at a moment."""
        self.env.ref(f"preorder_campaign.ir_cron_{step}").sudo()._trigger(at)
