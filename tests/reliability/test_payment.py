"""A payment told many times over, while the campaign ends, counts once."""

import os
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from datetime import timedelta
from unittest import TestCase

from odoo import fields

from scripts import reliability

from .invariants import find_violations
from .server import serve
from .world import Trade

#: Payments of a usual run; ``./dev test-long`` makes 20.
PAYMENTS = 2 * max(1, int(os.environ.get("PREORDER_TEST_TIMES", "1")) // 4)
NOTIFICATIONS = 10
#: Browsers that wait for their payment, and how often each asks.
WAITING = 4
POLLS = 3


class TestPayment(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = Trade(1)
        cls.addClassCleanup(cls.world.remove)
        cls.world.set_rules(confirmation="payment", prepayment_percent=0.3)
        with cls.world.registry.cursor() as cr:
            env = cls.world._get_env(cr)
            cls.provider_id = env.ref("payment.payment_provider_demo").id
            cls.method_id = env.ref("payment_demo.payment_method_demo").id

    def setUp(self):
        self.addCleanup(self._forget)

    def _forget(self):
        """Remove payments, and what they have paid for."""
        with self.world.registry.cursor() as cr:
            cr.execute(
                "SELECT tx.id, payment.id, payment.move_id"
                "  FROM payment_transaction tx"
                "  LEFT JOIN account_payment payment"
                "    ON payment.payment_transaction_id = tx.id"
                " WHERE tx.partner_id = ANY(%s)",
                [self.world.partner_ids],
            )
            rows = cr.fetchall()
            for table, position in (
                ("account_payment", 1),
                ("account_move", 2),
                ("payment_transaction", 0),
            ):
                ids = [row[position] for row in rows if row[position]]
                if table == "account_payment":
                    cr.execute(
                        "UPDATE payment_transaction SET payment_id = NULL"
                        " WHERE payment_id = ANY(%s)",
                        [ids],
                    )
                cr.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [ids])
        self.world.clear()
        self._move_end(timedelta(days=1))

    def _move_end(self, distance, *, close=False):
        """Let the campaign end so far from now; have what is due then done."""
        end = fields.Datetime.now() + distance
        with self.world.registry.cursor() as cr:
            # What is closed is opened again by a person only.
            cr.execute(
                "UPDATE preorder_campaign SET state = 'open', date_end = %s"
                " WHERE id = %s",
                [end, self.world.campaign_id],
            )
        if close:
            with self.world.registry.cursor() as cr:
                self.world._get_env(cr).ref(
                    "preorder_campaign.cron_run_campaigns"
                ).method_direct_trigger()

    def _begin_payment(self, client):
        """Submit a form, and begin to pay its prepayment.

        :return: (the quotation's id, the payment's reference)
        """
        [form_id] = self.world.make_forms([2, 1])
        review = client.call(f"/preorder/form/{form_id}/review", {})
        client.call(
            f"/preorder/form/{form_id}/submit",
            {"reviewed_total": review["totals"]["total"], "details": {}},
        )
        [(quotation_id, total)] = self.world.query(
            "SELECT sale.id, sale.amount_total FROM sale_order sale"
            "  JOIN preorder_order form ON form.sale_order_id = sale.id"
            " WHERE form.id = %s",
            form_id,
        )
        payment = client.call(
            f"/my/orders/{quotation_id}/transaction",
            {
                "provider_id": self.provider_id,
                "payment_method_id": self.method_id,
                "token_id": None,
                "amount": round(float(total) * 0.3, 2),
                "flow": "direct",
                "tokenization_requested": False,
                "landing_route": "/my",
                "is_validation": False,
                "access_token": None,
            },
        )
        return quotation_id, payment["reference"]

    def _storm(self, client, reference):
        """Tell the payment, ask for it and let the campaign end, all at once.

        :return: notifications that were not taken
        """

        def notify(_number):
            try:
                copy(client).call(
                    "/payment/demo/simulate_payment",
                    {"reference": reference, "simulated_state": "done"},
                )
            except RuntimeError as error:
                return str(error)
            return None

        def wait(_number):
            for _poll in range(POLLS):
                try:
                    copy(client).call("/payment/status/poll", {})
                except RuntimeError:
                    # Somebody else is at it: the page asks again.
                    continue

        with ThreadPoolExecutor(NOTIFICATIONS + WAITING + 1) as pool:
            told = pool.map(notify, range(NOTIFICATIONS))
            waited = pool.map(wait, range(WAITING))
            ended = pool.submit(self._move_end, -timedelta(seconds=1), close=True)
            lost = [error for error in told if error]
            list(waited)
            ended.result()
        client.call("/payment/status/poll", {})
        return lost

    def _count(self, quotation_id):
        """How often there is what should be there once."""
        [counts] = self.world.query(
            """
            SELECT (SELECT COUNT(*) FROM sale_order
                     WHERE preorder_campaign_id = sale.preorder_campaign_id
                       AND state = 'sale'),
                   (SELECT COUNT(*) FROM mail_tracking_value value
                      JOIN mail_message message ON message.id = mail_message_id
                      JOIN ir_model_fields field ON field.id = value.field_id
                     WHERE message.model = 'sale.order' AND message.res_id = sale.id
                       AND field.name = 'state'
                       AND value.new_value_char = 'Sales Order'),
                   (SELECT COUNT(*) FROM sale_order_transaction_rel
                     WHERE sale_order_id = sale.id),
                   (SELECT COUNT(*) FROM account_payment payment
                      JOIN sale_order_transaction_rel rel
                        ON rel.transaction_id = payment.payment_transaction_id
                     WHERE rel.sale_order_id = sale.id)
              FROM sale_order sale
             WHERE sale.id = %s
            """,
            quotation_id,
        )
        return counts

    def test_a_payment_told_many_times_counts_once(self):
        counts, lost = [], []
        with serve() as server:
            client = server.sign_in(self.world.logins[0])
            for _number in range(PAYMENTS):
                self._forget()
                quotation_id, reference = self._begin_payment(client)
                lost += self._storm(client, reference)
                counts.append(self._count(quotation_id))
                self.assertEqual(find_violations(self.world.query), [])
        once = sum(count == (1, 1, 1, 1) for count in counts)
        reliability.note(
            "payment",
            once == PAYMENTS and not lost,
            f"{once} of {PAYMENTS} payments, told {NOTIFICATIONS} times at once while "
            f"{WAITING} browsers asked and the campaign ended, made one order, one "
            f"confirmation, one payment; {len(lost)} notifications lost",
            payments=PAYMENTS,
            once=once,
            lost=len(lost),
        )
        self.assertEqual(lost, [])
        self.assertEqual(counts, [(1, 1, 1, 1)] * PAYMENTS)
