from datetime import datetime, timedelta

from odoo.tests import BaseCase, tagged

from .. import progress

NOW = datetime(2026, 3, 10, 12)


@tagged("post_install", "-at_install")
class TestProgress(BaseCase):
    """What a form's status is called, without a database."""

    def _get(self, state="confirmed", *, is_open=True, quotation=None, deliveries=()):
        return progress.get_status(
            state, is_open=is_open, quotation=quotation, deliveries=deliveries
        )

    def test_a_form_being_filled_is_not_submitted_once_it_is_too_late(self):
        self.assertEqual(self._get("draft"), "filling")
        self.assertEqual(self._get("draft", is_open=False), "not_submitted")

    def test_a_quotation_says_what_the_customer_has_to_do(self):
        facts = progress.Quotation
        for quotation, expected in (
            (None, "review"),
            (facts(on_hold=True, to_sign=True), "review"),
            (facts(expired=True), "expired"),
            (facts(to_sign=True, to_pay=True), "sign_pay"),
            (facts(to_sign=True), "sign"),
            (facts(to_pay=True), "pay"),
            (facts(to_confirm=True), "confirm"),
            (facts(), "awaiting"),
        ):
            with self.subTest(expected=expected):
                self.assertEqual(self._get("submitted", quotation=quotation), expected)

    def test_a_confirmed_form_is_as_far_as_its_deliveries(self):
        for deliveries, expected in (
            ((), "confirmed"),
            (("waiting",), "waiting"),
            (("waiting", "released"), "released"),
            (("delivered", "waiting"), "partly"),
            (("delivered", "waiting_both"), "partly"),
            (("waiting_both",), "waiting_both"),
            (("waiting", "waiting_both"), "waiting_both"),
            (("waiting", "payment"), "payment"),
            (("payment", "released"), "released"),
            (("delivered", "released"), "released"),
            (("waiting", "in_part"), "in_part"),
            (("in_part", "payment"), "payment"),
            (("delivered", "shipped"), "shipped"),
            (("delivered",), "delivered"),
        ):
            with self.subTest(deliveries=deliveries):
                self.assertEqual(self._get(deliveries=deliveries), expected)

    def test_a_delivery_is_on_its_way_for_two_weeks_if_it_can_be_tracked(self):
        def get(state, days=0, *, tracked=False):
            return progress.get_delivery_stage(
                state, NOW - timedelta(days=days), tracked, NOW
            )

        self.assertEqual(get("waiting"), "waiting")
        self.assertEqual(get("confirmed"), "waiting")
        self.assertEqual(get("assigned"), "released")
        self.assertEqual(
            progress.get_delivery_stage("assigned", None, False, NOW, is_whole=False),
            "in_part",
        )
        self.assertEqual(get("done", 1), "delivered")
        for state, stage in (("assigned", "payment"), ("confirmed", "waiting_both")):
            self.assertEqual(
                progress.get_delivery_stage(state, None, False, NOW, is_unpaid=True),
                stage,
            )
        self.assertEqual(get("done", 1, tracked=True), "shipped")
        self.assertEqual(get("done", 14, tracked=True), "delivered")
        self.assertIsNone(get("cancel"))
