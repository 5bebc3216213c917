"""Points at which a server can be made to die, and guards that can be switched off.

Loaded by servers of tests (``--load``), never installed. A test arms a point by a file
of its name in the folder ``PREORDER_FAULTS``; whoever comes by first takes the file
away and dies: the process (``kill``) or its connection (``terminate``).

``PREORDER_WITHOUT`` names guards that are switched off, for negative controls: ``lock``
(of limits' counters), ``order`` (in which cells are written), ``answers`` (that are
remembered) and ``revisions`` (that somebody else has moved on). Whether they are or
not, checking a limit and writing what is taken lie a moment apart: rivals that a guard
does not stop come in between.

With ``PREORDER_REPEAT_SOON``, a transaction that failed to serialize is repeated after
a twentieth of the time that Odoo waits: storms of nothing but conflicts would otherwise
sleep for minutes.
"""

import os
import random
import signal
import time
from functools import wraps
from pathlib import Path
from types import SimpleNamespace

from odoo import api
from odoo.service import model as service_model
from odoo.tools import SQL

from odoo.addons.preorder_campaign import cells
from odoo.addons.preorder_campaign.models import (
    preorder_limit_reservation,
    preorder_order_line,
    preorder_order_prices,
    preorder_order_submission,
    preorder_save_batch,
)

#: Between checking a limit and writing what is taken.
MOMENT = 0.05
FOLDER = os.environ.get("PREORDER_FAULTS")
WITHOUT = os.environ.get("PREORDER_WITHOUT", "").split()


def reach(point, cr=None):
    """Die here, if a test has armed this point."""
    armed = Path(FOLDER) / point
    try:
        how = armed.read_text()
        armed.unlink()
    except FileNotFoundError:
        return
    if how == "kill" or cr is None:
        os.kill(os.getpid(), signal.SIGKILL)
    cr.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def dying(cls, name, *, before="", after=""):
    """Let a method of a model's definition reach points."""
    method = getattr(cls, name)

    @wraps(method)
    def reaching(self, *args, **kwargs):
        if before:
            reach(before, self.env.cr)
        result = method(self, *args, **kwargs)
        if after:
            reach(after, self.env.cr)
        return result

    # As the decorators of Odoo's API mark methods.
    reaching.__dict__.update(method.__dict__)
    setattr(cls, name, reaching)


def retrying_then_dying(retrying):
    """Let requests reach the point between their commit and their answer."""

    @wraps(retrying)
    def wrapper(func, env):
        result = retrying(func, env)
        reach("committed")
        return result

    return wrapper


def later(method):
    """Run a method a moment later."""

    @wraps(method)
    def wrapper(self, *args):
        time.sleep(MOMENT)
        return method(self, *args)

    return wrapper


def without_lock(lock):
    """Counters are read instead of locked."""
    execute = api.Environment.execute_query

    @wraps(lock)
    def read_only(self, *args):
        def execute_without_lock(env, query):
            return execute(
                env, SQL(query.code.replace("FOR UPDATE", ""), *query.params)
            )

        api.Environment.execute_query = execute_without_lock
        try:
            return lock(self, *args)
        finally:
            api.Environment.execute_query = execute

    return read_only


def without_answer(self, _campaign, _batch, _answer, _now, writing=None):
    """What an answer says is written, and the answer forgotten."""
    if writing:
        self.env.cr.execute(writing)


if FOLDER:
    batches = preorder_save_batch.PreorderSaveBatch
    dying(batches, "_save", before="save.begun")
    dying(batches, "_keep_answer", before="save.judged", after="save.stored")
    dying(preorder_order_prices.PreorderOrder, "_refresh_prices", before="submit.begun")
    submission = preorder_order_submission.PreorderOrder
    dying(
        submission, "_make_quotation", before="submit.reserved", after="submit.quoted"
    )
    service_model.retrying = retrying_then_dying(service_model.retrying)
reservations = preorder_limit_reservation.PreorderLimitReservation
reservations._write_difference = later(reservations._write_difference)
if os.environ.get("PREORDER_REPEAT_SOON"):
    service_model.random = SimpleNamespace(
        uniform=lambda low, high: random.uniform(low, high) / 20
    )
if "lock" in WITHOUT:
    reservations._lock_counters = without_lock(reservations._lock_counters)
if "order" in WITHOUT:
    # Cells are written in the order in which they were sent.
    preorder_order_line.sorted = lambda changes, **_options: list(changes)
if "answers" in WITHOUT:
    preorder_save_batch.PreorderSaveBatch._keep_answer = without_answer
if "revisions" in WITHOUT:
    cells.is_conflict = lambda *_args: False
