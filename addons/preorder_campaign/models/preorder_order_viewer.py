import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: A tab says that it still shows the form every five minutes, or more often.
SEEN_MINUTES = 12
#: A page asks for the first time this long after it was made, at most.
PAGE_MINUTES = 10
#: A change of a cell may be committed this long after it began.
COMMIT_SECONDS = 60
_TAB = re.compile(r"[0-9A-Za-z-]{6,20}")


class PreorderOrderViewer(models.Model):
    """A browser's tab that shows an order form: whom to tell of saved cells.

    Each tab has a row of its own, which no other request writes.
    """

    _name = "preorder.order.viewer"
    _description = "Tab Showing an Order Form"
    _log_access = False

    order_id = fields.Many2one("preorder.order", required=True, ondelete="cascade")
    tab = fields.Char(required=True)
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    seen_at = fields.Datetime(required=True, index=True)

    _tab_unique = models.UniqueIndex("(order_id, tab)")

    @api.autovacuum
    def _gc_viewers(self):
        limit = fields.Datetime.now() - timedelta(minutes=SEEN_MINUTES)
        self.search([("seen_at", "<", limit)], limit=100_000).unlink()


class PreorderOrder(models.Model):
    """Several people, or tabs, on one order form."""

    _inherit = "preorder.order"

    @api.model
    def _get_tab(self, batch) -> str:
        """The tab that sent a batch: what its id begins with, before a dot.

        :return: empty for clients that do not name their tabs
        """
        tab, dot, _rest = batch.partition(".")
        return tab if dot and self._is_tab(tab) else ""

    @api.model
    def _is_tab(self, tab) -> bool:
        """Whether a browser may call its tab so."""
        return isinstance(tab, str) and bool(_TAB.fullmatch(tab))

    @api.model
    def _get_watched_sql(self, order: SQL, tab) -> SQL:
        """Whether other tabs than one show a form.

        :param order: SQL of the form's id
        """
        return SQL(
            """EXISTS (
                SELECT
                  FROM preorder_order_viewer viewer
                 WHERE viewer.order_id = %s
                   AND viewer.tab <> %s
                   AND viewer.seen_at > (now() AT TIME ZONE 'UTC') - %s
            )""",
            order,
            tab,
            timedelta(minutes=SEEN_MINUTES),
        )

    def _get_live_channel(self, user):
        """The channel of Odoo's bus on which a user is told of saved cells.

        Nobody can ask for it by name: ``ir.websocket`` adds it for whoever may see the
        form. Each user has one of its own, so that whoever may no longer see the form
        is told nothing more, however long its browser stays connected.
        """
        self.ensure_one()
        return (self, f"preorder_cells_{user.id}")

    @api.model
    def _find_live_forms(self, form_ids):
        """Those of some forms that the user may see, with its own rights."""
        if not (
            self.has_access("read") and self.env["preorder.campaign"].has_access("read")
        ):
            return self.browse()
        return self.search(self._get_live_domain(form_ids))

    @api.model
    def _get_live_domain(self, form_ids) -> Domain:
        """Which of some forms somebody is told of, besides its own rights."""
        return Domain("id", "in", list(form_ids))

    def _get_listeners(self, tab):
        """The users who show a form in other tabs, and may see it still."""
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT user_id FROM preorder_order_viewer
                 WHERE order_id = %s AND tab <> %s AND seen_at > %s
                """,
                self.id,
                tab,
                fields.Datetime.now() - timedelta(minutes=SEEN_MINUTES),
            )
        )
        users = self.env["res.users"].browse([user_id for (user_id,) in rows])
        # Few, and each has rights of its own: one query a user.
        return users.filtered(
            lambda user: (
                user.active
                and self.env["preorder.order"]
                .with_user(user)
                .with_context(allowed_company_ids=[])
                ._find_live_forms(self.ids)
            )
        )

    def _tell_saved(self, tab, answer, user):
        """Tell the other tabs which cells a batch has stored, once it is committed."""
        self.ensure_one()
        saved = [
            {name: cell[name] for name in ("product", "date", "quantity", "revision")}
            for cell in answer["cells"]
            if cell["status"] == "stored"
        ]
        if not saved:
            return
        payload = {
            "form": self.id,
            "tab": tab,
            "cells": [{**cell, "by": user.name, "user": user.id} for cell in saved],
            "totals": answer["totals"],
        }
        for listener in self._get_listeners(tab):
            self.env["bus.bus"]._sendone(
                self._get_live_channel(listener), "preorder_cells", payload
            )

    def _watch(self, tab, since, now):
        """Note that a tab shows the form, and say what has changed meanwhile.

        :param tab: chosen by the browser, as :meth:`_is_tab` says
        :param since: naive UTC ``at`` of the last answer; ``None`` for the first time,
            when a page is not older than a few minutes
        :param now: naive UTC moment at which the request began
        :return: dict: ``cells`` (as ``_tell_saved`` tells them; some may be known),
            ``totals`` if there are any, ``at``
        """
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO preorder_order_viewer (order_id, tab, user_id, seen_at)
                     VALUES (%s, %s, %s, now() AT TIME ZONE 'UTC')
                ON CONFLICT (order_id, tab)
                  DO UPDATE SET seen_at = EXCLUDED.seen_at, user_id = EXCLUDED.user_id
                """,
                self.id,
                tab,
                self.env.uid,
            )
        )
        changed = self._read_changed(since or now - timedelta(minutes=PAGE_MINUTES))
        return {
            "cells": changed,
            "totals": self._get_totals() if changed else False,
            "at": fields.Datetime.to_string(now),
        }

    def _read_changed(self, since):
        self.env["preorder.order.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.product_id, line.delivery_date, line.quantity,
                       line.revision, partner.name, line.changed_by_id
                  FROM preorder_order_line line
             LEFT JOIN res_users changer ON changer.id = line.changed_by_id
             LEFT JOIN res_partner partner ON partner.id = changer.partner_id
                 WHERE line.order_id = %s AND line.changed_at >= %s
              ORDER BY line.id
                """,
                self.id,
                since - timedelta(seconds=COMMIT_SECONDS),
            )
        )
        return [
            {
                "product": product,
                "date": day and day.isoformat(),
                "quantity": quantity,
                "revision": revision,
                "by": name or "",
                "user": user,
            }
            for product, day, quantity, revision, name, user in rows
        ]
