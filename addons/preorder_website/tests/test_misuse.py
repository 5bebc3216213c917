from odoo import fields
from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PreorderHttpCommon

#: What a client's own fault is answered with.
_KNOWN = {
    "odoo.exceptions.UserError",
    "odoo.exceptions.ValidationError",
    "werkzeug.exceptions.BadRequest",
    "werkzeug.exceptions.NotFound",
}
_HUGE = 10**400
_NUL = "W26\x00W26\x00"


@tagged("post_install", "-at_install")
class TestMisuse(PreorderHttpCommon):
    """Requests that no browser of ours sends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.variant = cls.jacket.product_variant_ids[0]
        cls.campaign.confirmation = "payment"
        answer = cls._save(cls, {cls.variant: 12}, now=fields.Datetime.now())
        cls.form = cls._get_form(cls, answer)

    def setUp(self):
        super().setUp()
        self._login(self.customer)

    def _get_cell(self, **values):
        return {
            "product": self.variant.id,
            "date": None,
            "quantity": 1,
            "revision": 0,
            **values,
        }

    def test_nonsense_is_a_bad_request_not_a_server_error(self):
        calls = [
            ("prices", {"products": [_HUGE]}),
            ("prices", {"products": [2**40, -5, 0]}),
            ("prices", {"products": [True]}),
            ("scan", {"code": _NUL}),
            ("scan", {"code": "9" * 100_000}),
            ("save", {"batch": "batch\x00-001", "cells": [self._get_cell()]}),
            (
                "save",
                {"batch": "batch-0001", "cells": [self._get_cell(quantity=_HUGE)]},
            ),
            ("save", {"batch": "batch-0003", "cells": [self._get_cell(quantity="1")]}),
            ("save", {"batch": "batch-0002", "cells": [self._get_cell(date="\x00")]}),
        ]
        form_calls = [
            ("live", {"tab": "tab-0001", "since": "0001-01-01 00:00:00"}),
            ("live", {"tab": "tab-0001", "since": {"a": 1}}),
            ("live", {"tab": "tab-0001", "since": "\x00"}),
            ("ask", {"message": _NUL}),
            ("submit", {"reviewed_total": _HUGE, "details": {}}),
            ("submit", {"reviewed_total": 1.0, "details": {"reference": _NUL}}),
            ("submit", {"reviewed_total": 1.0, "details": {"note": _NUL}}),
            ("submit", {"reviewed_total": 1.0, "details": {"address": [1]}}),
            ("submit", {"reviewed_total": 1.0, "details": {"contact": {"a": 1}}}),
        ]
        for base, of_base in (
            (f"/preorder/form/{self.form.id}", calls + form_calls),
            (f"/preorder/campaign/{self.campaign.id}", calls),
        ):
            for action, values in of_base:
                with (
                    self.subTest(action=action, values=str(values)[:80]),
                    mute_logger("odoo.http"),
                ):
                    _result, error = self._call(f"{base}/{action}", **values)
                    if error:
                        self.assertIn(error["data"]["name"], _KNOWN)

    def test_what_is_left_out_is_a_bad_request(self):
        for action in ("prices", "scan", "save", "live", "ask", "submit"):
            with self.subTest(action=action), mute_logger("odoo.http"):
                _result, error = self._call(f"/preorder/form/{self.form.id}/{action}")
                self.assertIn(error["data"]["name"], _KNOWN)

    def test_what_no_route_asks_for_is_not_looked_at(self):
        url = f"/preorder/form/{self.form.id}/prices"
        result, _error = self._call(url, products=self.variant.ids, unknown=1)
        self.assertEqual(result["product"], self.variant.ids)

    def test_ids_that_stand_beside_the_address_lead_nowhere(self):
        url = f"/preorder/campaign/{self.campaign.id}"
        for values in (
            {"order_id": "x"},
            {"order_id": [1]},
            {"customer_id": 1.5},
            {"customer_id": {"a": 1}},
        ):
            with self.subTest(values=values), mute_logger("odoo.http"):
                products = self.variant.ids
                _result, error = self._call(
                    f"{url}/prices", products=products, **values
                )
                self.assertIn(error["data"]["name"], _KNOWN)

    def test_nonsense_in_a_page_s_address_or_form_is_no_server_error(self):
        token = Request.csrf_token(self)
        long = "9" * 5000
        again = f"/preorder/form/{self.form.id}/again"
        for url, values in (
            (f"/my/preorders/customers?campaign={long}", None),
            (f"{again}?campaign={long}", None),
            ("/my/preorders/page/99999999999999999999", None),
            (f"/preorder/winter-{'9' * 30}", None),
            (f"/preorder/campaign/{self.campaign.id}/xlsx?order_id=x", None),
            (f"{again}?source=1&customer=1", None),
            (f"/preorder/form/{self.form.id}/xlsx?layout=\x00", None),
            (
                again,
                {"campaign": self.campaign.id, "mode": "add", "batch": "a\x00bcdefgh"},
            ),
            (f"/preorder/form/{2**40}/again", {"batch": "abcdefgh"}),
        ):
            with self.subTest(url=url[:60]), mute_logger("odoo.http"):
                data = values and {"csrf_token": token, **values}
                self.assertLess(self.url_open(url, data=data).status_code, 500)

    def test_a_payment_of_nonsense_is_refused(self):
        quotation = self.form._submit(fields.Datetime.now())
        for amount in ("much", "1", None, [1], _HUGE, True, -5, 0):
            with self.subTest(amount=amount), mute_logger("odoo.http"):
                _result, error = self._call(
                    f"/my/orders/{quotation.id}/transaction",
                    access_token=None,
                    amount=amount,
                    provider_id=1,
                    payment_method_id=1,
                    token_id=None,
                    flow="direct",
                    tokenization_requested=False,
                    landing_route="/my",
                )
                self.assertTrue(error)
                self.assertIn(error["data"]["name"], _KNOWN)
                self.assertFalse(quotation.transaction_ids)
