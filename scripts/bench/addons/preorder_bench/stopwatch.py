"""What a piece of work in Odoo's shell takes."""

import time


def take_time(env, work):
    """Run something from a cold cache; return (its result, seconds, queries)."""
    env.flush_all()
    env.invalidate_all()
    queries = env.cr.sql_log_count
    began = time.perf_counter()
    result = work()
    env.flush_all()
    return result, time.perf_counter() - began, env.cr.sql_log_count - queries


def undone(env, work):
    """Run something as :func:`take_time` does, then undo it."""
    with env.cr.savepoint() as savepoint:
        taken = take_time(env, work)
        savepoint.rollback()
        env.invalidate_all()
    return taken
