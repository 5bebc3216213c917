import random

from odoo.tests import tagged

from .common import PunchoutHttpCase
from .test_punchout import PAYLOADS

NAMES = (
    "USERNAME",
    "PASSWORD",
    "HOOK_URL",
    "hook_url",
    "~OkCode",
    "~TARGET",
    "returntarget",
    "FUNCTION",
    "PRODUCTID",
    "QUANTITY",
    "SEARCHSTRING",
    "VENDOR",
    "NEW_ITEM-VENDOR",
    "OCICANCEL",
    "http_content_charset",
    "~Language",
    "csrf_token",
    "confirmed",
    "NEW_ITEM-PRICE[1]",
    "NEW_ITEM-LONGTEXT_1:132[]",
    "NEW_ITEM-QUANTITY[99999999999999999999]",
    "",
)
VALUES = (
    *PAYLOADS,
    "",
    "0",
    "-1",
    "1e400",
    "٣",
    "VALIDATE",
    "DETAIL",
    "BACKGROUND_SEARCH",
    "SOURCING",
    "https://erp.example.com/oci/x",
    "https://[::1",
    "http://a:99999/",
    "utf-16",
    "iso-8859-1",
    "\ud7ff\U0010ffff",
    "é" * 300,
    "%",
    "_",
    "\\",
)


@tagged("post_install", "-at_install")
class TestFuzz(PunchoutHttpCase):
    """Whatever is sent, no endpoint fails, and nobody but us changes a record."""

    def _make_request(self, chance, secret):
        parameters = [
            (chance.choice(NAMES), chance.choice(VALUES))
            for _position in range(chance.randrange(8))
        ]
        if secret and chance.random() < 0.6:
            parameters += [("USERNAME", "buyer"), ("PASSWORD", secret)]
        return parameters

    def test_no_endpoint_fails(self):
        self.connection.action_open_setup()
        token = self.connection.sudo().setup_token
        paths = [
            f"/punchout/oci/{self.connection.code}",
            "/punchout/oci/" + "%00%ff" * 3,
            "/punchout/transfer",
            "/punchout/cancel",
            f"/punchout/setup/{token}",
            f"/punchout/setup/{token}/test",
            f"/punchout/setup/{token}/returned",
            "/punchout/setup/%00/returned",
        ]
        chance = random.Random(20)
        orders = self.env["sale.order"].search_count([])
        for number in range(240):
            path = chance.choice(paths)
            if not number % 20:
                # As if the connection had not rested after so many failures.
                self.env["oci.session"].search([]).date_start = "2020-01-01"
                self._launch()
            parameters = self._make_request(chance, self.secret)
            method = chance.choice(["GET", "POST", "POST"])
            answer = self._request(
                method,
                path,
                **{"params" if method == "GET" else "data": parameters},
            )
            with self.subTest(number, path=path, parameters=parameters):
                self.assertLess(answer.status_code, 500)
                self.assertNotIn("Traceback", answer.text)
                self.assertNotIn("<script>alert", answer.text)
                self.assertNotIn(self.secret, str(answer.headers))
        self.assertEqual(self.env["sale.order"].search_count([]), orders)
        self.assertNotIn(
            self.secret, str(self.env["oci.session"].search([]).mapped("request_log"))
        )
