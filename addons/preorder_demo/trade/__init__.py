"""A trade a person believes: made from tables, drawings and a seeded random.

Nothing here defines a model; each module fills one part of the database through Odoo's
own methods, in the order of :func:`open_business`.
"""

import logging
import random
import time
from datetime import datetime

from . import (
    campaigns,
    catalogue,
    companies,
    company,
    customer_codes,
    past_sales,
    pricing,
    purchases,
    stock,
)

_logger = logging.getLogger(__name__)


def open_business(env):
    """Make the whole demo. About a minute."""
    env = env(
        context=dict(
            env.context,
            lang="en_US",
            tz=company.TIME_ZONE,
            tracking_disable=True,
            mail_create_nosubscribe=True,
            mail_notify_force_send=False,
            no_reset_password=True,
            # What happened in the past was told in the past.
            preorder_notice_disable=True,
        )
    )
    now = datetime.now().replace(microsecond=0)
    chance = random.Random("preorder_demo")
    trade = Trade(env, now, chance)
    trade.run("company, website, payments", company.set_up)
    trade.run("catalogue", catalogue.stock_shelves)
    trade.run("pricelists", pricing.set_up)
    trade.run(
        "customers, suppliers and users", companies.introduce, customer_codes.note
    )
    trade.run("stock and purchase orders", stock.count, purchases.order)
    trade.run("past sales", past_sales.sell)
    trade.run("campaigns", campaigns.begin)
    trade.run("purchase plans", purchases.plan)


class Trade:
    """What the modules share: the environment, today, and what was made so far."""

    def __init__(self, env, now, chance):
        self.env = env
        self.now = now
        self.today = now.date()
        self.chance = chance
        self.products = {}  # code → product.template
        self.pricelists = {}  # name → product.pricelist
        self.labels = {}  # name → res.partner.category
        self.partners = {}  # key → res.partner
        self.users = {}  # login → res.users

    def run(self, title, *steps):
        """Do some steps and say how long they took."""
        start = time.monotonic()
        for step in steps:
            step(self)
        self.env.flush_all()
        _logger.info("Demo: %s in %.1f s", title, time.monotonic() - start)
