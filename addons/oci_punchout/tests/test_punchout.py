import logging
import threading
from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.oci_punchout.redaction import LaunchFilter

from .common import HOOK, PunchoutHttpCase
from .procurement import find_faults, read_form
from .test_oci_launch import DIALECTS


@tagged("post_install", "-at_install")
class TestPunchout(PunchoutHttpCase):
    """A buyer comes, shops and goes home."""

    def test_launch_leads_to_a_clean_address(self):
        for get in (False, True):
            answer = self._launch(get=get)
            self.assertEqual(answer.status_code, 303)
            self.assertEqual(
                answer.headers["Location"].removeprefix(self.base_url()), "/shop"
            )
            self.assertNotIn(self.secret, str(answer.headers) + answer.text)

    def test_every_dialect_is_understood(self):
        for dialect, (parameters, names) in DIALECTS.items():
            with self.subTest(dialect):
                self.connection.write(
                    {
                        "login_parameter": names.login,
                        "secret_parameter": names.secret,
                    }
                )
                parameters = {
                    name: {"s3cret": self.secret}.get(value, value)
                    for name, value in parameters.items()
                }
                parameters = {
                    name: "https://erp.example.com/oci" if name == "HOOK_URL" else value
                    for name, value in parameters.items()
                }
                if "hook_url" in parameters:
                    parameters["hook_url"] = "https://erp.example.com/oci"
                answer = self.opener.post(
                    f"{self.base_url()}/punchout/oci/{self.connection.code}",
                    data=parameters,
                    allow_redirects=False,
                )
                self.assertEqual(answer.status_code, 303, answer.text)

    def test_basket_goes_home_at_the_customers_prices(self):
        form = self._shop(self.screw, self.cable)
        self.assertEqual(form["action"], HOOK)
        self.assertEqual((form["method"], form["target"]), ("POST", "_top"))
        self.assertTrue(form["hidden"])
        screw, cable = self._read(form)
        self.assertFalse(find_faults([screw, cable]))
        self.assertEqual(
            [screw[name] for name in ("DESCRIPTION", "VENDORMAT", "PRICE", "UNIT")],
            ["Screw", "SCR-8", "9.000", "C62"],
        )
        # 3.35 less 10 % is 3.015.
        self.assertEqual((cable["PRICE"], cable["PRICEUNIT"]), ("3.015", "1"))
        self.assertEqual(cable["UNIT"], "MTR")
        self.assertEqual(
            [value for name, value in form["fields"] if name.startswith("~")],
            ["ADDI", "_top", "CTLG"],
        )

    def test_gross_prices_where_agreed(self):
        self.connection.price_basis = "gross"
        (line,) = self._read(self._shop(self.screw))
        self.assertEqual(line["PRICE"], "10.890")

    def test_quotation_waits_frozen_for_the_order(self):
        (line,) = self._read(self._shop(self.screw))
        order = self._get_session().order_id
        self.assertEqual(
            (line["EXT_QUOTE_ID"], line["EXT_QUOTE_ITEM"]), (order.name, "1")
        )
        self.assertEqual((order.state, order.order_line.oci_number), ("sent", 1))
        self.assertEqual(order.validity_date, fields.Date.today() + timedelta(days=30))
        self.assertFalse(order.require_signature or order.require_payment)
        with self.assertRaises(UserError):
            order.order_line.product_uom_qty = 5
        with self.assertRaises(UserError):
            order.order_line = [Command.create({"product_id": self.cable.id})]
        with self.assertRaises(UserError):
            order.order_line.unlink()
        order.action_confirm()
        self.assertEqual((order.state, order.locked), ("sale", False))

    def test_exact_fields_are_kept_without_secrets(self):
        form = self._shop(self.screw)
        session = self._get_session()
        self.assertEqual(
            [tuple(pair) for pair in session.posted_fields], form["fields"]
        )
        kept = str(session.sudo().read())
        self.assertNotIn(self.secret, kept)
        self.assertNotIn("sid=s3ssi0n", kept)

    def test_second_return_says_that_it_was_transferred(self):
        self._shop(self.screw)
        answer = self.opener.post(
            self.base_url() + "/punchout/transfer", data={"csrf_token": "x"}
        )
        self.assertEqual(answer.status_code, 410)
        self.assertIn("transferred already", answer.text)

    def test_login_ends_with_the_return(self):
        self._launch()
        cookie = self.opener.cookies["session_id"]
        self._add(self.screw)
        token = self._token()
        self._transfer(confirmed="1")
        thief = self._new_browser()
        thief.cookies["session_id"] = cookie
        answer = self._request(
            "POST", "/punchout/transfer", thief, data={"csrf_token": token}
        )
        self.assertIsNone(read_form(answer.content))
        self.assertNotIn("Azure", self._open("/shop", thief).text)
        self.assertNotIn("Azure", self._open("/shop").text)

    def test_expired_session_is_dead_on_the_next_request(self):
        self._launch()
        self._add(self.screw)
        session = self._get_session()
        session.date_expire = fields.Datetime.now() - timedelta(seconds=1)
        answer = self._open("/shop/cart")
        self.assertEqual(answer.status_code, 410)
        self.assertNotIn("Screw", answer.text)
        self.assertNotIn("Screw", self._open("/shop/cart").text)
        self.env["oci.session"]._cron_expire()
        self.assertEqual((session.state, session.order_id.state), ("expired", "cancel"))

    def test_revoking_the_secret_ends_sessions_under_way(self):
        self._launch()
        self.connection.action_revoke_secret_1()
        self.assertEqual(self._open("/shop").status_code, 410)
        self.assertEqual(self._launch().status_code, 403)

    def test_cancel_goes_back_empty(self):
        self._launch()
        self._add(self.screw)
        answer = self.opener.post(
            self.base_url() + "/punchout/cancel", data={"csrf_token": self._token()}
        )
        form = read_form(answer.content)
        self.assertEqual(form["action"], HOOK)
        self.assertFalse(self._read(form))
        self.assertEqual(self._get_session().state, "cancelled")

    def test_cancel_goes_to_the_address_asked_for_if_it_is_allowed(self):
        for address, expected in (
            ("https://erp.example.com/oci/cancel", 303),
            ("https://evil.example.com/", 200),
        ):
            self._launch(OCICANCEL=address)
            answer = self.opener.post(
                self.base_url() + "/punchout/cancel",
                data={"csrf_token": self._token()},
                allow_redirects=False,
            )
            self.assertEqual(answer.status_code, expected)
            self.assertEqual(answer.headers.get("Location") == address, expected == 303)

    def test_what_is_cut_is_shown_before(self):
        self.screw.name = "Stainless screw with a hexagon head and a long thread"
        self._launch()
        self._add(self.screw)
        answer = self._transfer()
        self.assertIn("Before your basket goes to", answer.text)
        self.assertIn("Stainless screw with a hexagon head and a", answer.text)
        self.assertEqual(self._get_session().state, "shopping")
        (line,) = self._read(read_form(self._transfer(confirmed="1").content))
        self.assertEqual(line["DESCRIPTION"], "Stainless screw with a hexagon head and")
        self.assertIn("hexagon head and a long thread", line["LONGTEXT"])
        self.assertIn("shortened", self._get_session().note_log)

    def test_product_in_an_unknown_unit_is_refused_by_name(self):
        self.connection.unit_ids.filtered(lambda unit: unit.code == "MTR").unlink()
        self._launch()
        self._add(self.screw)
        self._add(self.cable)
        answer = self._transfer(confirmed="1")
        self.assertIn("Cable has a unit that was not agreed", answer.text)
        self.assertNotIn("oci_transfer", answer.text)
        self.assertEqual(self._get_session().state, "shopping")

    def test_charset_of_the_launch_is_the_page_s(self):
        self.screw.name = "Schräube 5 €"
        self._launch(http_content_charset="ISO-8859-1")
        self._add(self.screw)
        answer = self._transfer(confirmed="1")
        self.assertEqual(
            answer.headers["Content-Type"], "text/html; charset=iso-8859-1"
        )
        (line,) = self._read(read_form(answer.content))
        self.assertEqual(line["DESCRIPTION"], "Schräube 5 EUR")

    def test_query_of_the_return_address_is_split_where_asked_for(self):
        self.connection.split_query = True
        form = self._shop(self.screw)
        self.assertEqual(form["action"], "https://erp.example.com/oci/return")
        self.assertIn(("sid", "s3ssi0n"), form["fields"])
        self.assertNotIn("s3ssi0n", str(self._get_session().posted_fields))

    def test_agreed_fields_are_sent(self):
        self.screw.categ_id = self.env["product.category"].create(
            {
                "name": "Bolts",
                "parent_id": self.env["product.category"]
                .create({"name": "Metal", "unspsc_code": "31161500"})
                .id,
            }
        )
        self.connection.field_ids = [
            Command.create(
                {"field": "EXT_SCHEMA_TYPE", "kind": "fixed", "value": "UNSPSC"}
            ),
            Command.create(
                {
                    "field": "EXT_CATEGORY_ID",
                    "kind": "field",
                    "path": "product_id.categ_id.oci_unspsc_code",
                }
            ),
            Command.create({"field": "CONTRACT", "kind": "fixed", "value": "46000012"}),
            Command.create({"field": "VENDOR", "kind": "vendor"}),
            Command.create(
                {
                    "field": "other",
                    "other_name": "GTIN",
                    "kind": "template",
                    "value": "{product_id.default_code}/{product_uom_id.name}",
                    "max_length": 12,
                }
            ),
        ]
        (line,) = self._read(self._shop(self.screw, **{"NEW_ITEM-VENDOR": "100200"}))
        self.assertEqual(
            [
                line[name]
                for name in (
                    "EXT_SCHEMA_TYPE",
                    "EXT_CATEGORY_ID",
                    "CONTRACT",
                    "VENDOR",
                    "GTIN",
                )
            ],
            ["UNSPSC", "31161500", "46000012", "100200", "SCR-8/Units"],
        )

    def test_service_is_marked(self):
        (line,) = self._read(self._shop(self.visit))
        self.assertEqual(line["SERVICE"], "X")

    # -- Functions ---

    def test_details_show_the_product_and_nothing_comes_back(self):
        key = str(self.screw.id)
        answer = self._launch(FUNCTION="DETAIL", PRODUCTID=key, HOOK_URL=None)
        self.assertEqual(answer.status_code, 303)
        page = self._open(answer.headers["Location"])
        self.assertIn("Screw", page.text)
        self.assertEqual(self._open("/shop/cart").status_code, 403)
        self.assertEqual(
            self._launch(FUNCTION="DETAIL", PRODUCTID="999999").status_code, 404
        )

    def test_validation_answers_on_the_very_address(self):
        (line,) = self._read(self._shop(self.screw))
        self.pricelist.item_ids = [
            Command.create(
                {
                    "compute_price": "percentage",
                    "percent_price": 20,
                    "min_quantity": 10,
                    "applied_on": "0_product_variant",
                    "product_id": self.screw.id,
                }
            )
        ]
        answer = self._launch(
            FUNCTION="VALIDATE", PRODUCTID=line["EXT_PRODUCT_ID"], QUANTITY="10.000"
        )
        self.assertEqual(answer.status_code, 200)
        form = read_form(answer.content)
        self.assertTrue(form["hidden"])
        self.assertFalse(form["button"])
        (line,) = self._read(form)
        self.assertFalse(find_faults([line]))
        self.assertEqual((line["QUANTITY"], line["PRICE"]), ("10.000", "8.000"))
        self.assertIn("submit()", answer.text)
        self.assertNotIn("EXT_QUOTE_ID", line)

    def test_validation_of_a_product_that_is_gone_has_no_form(self):
        key = str(self.screw.id)
        for change in ({"website_published": False}, {"active": False}):
            self.screw.write({"website_published": True, "active": True})
            self.screw.write(change)
            answer = self._launch(FUNCTION="VALIDATE", PRODUCTID=key)
            self.assertEqual(answer.status_code, 200)
            self.assertIsNone(read_form(answer.content))
            self.assertNotIn("Screw", answer.text)

    def test_validation_leaves_nobody_signed_in(self):
        self._launch(FUNCTION="VALIDATE", PRODUCTID=str(self.screw.id))
        self.assertNotIn("Azure ERP", self._open("/shop").text)

    def test_search_in_the_background_is_complete_and_waits(self):
        answer = self._launch(FUNCTION="BACKGROUND_SEARCH", SEARCHSTRING="SCR-8")
        form = read_form(answer.content)
        self.assertEqual([line["VENDORMAT"] for line in self._read(form)], ["SCR-8"])
        self.assertTrue(form["button"])
        self.assertNotIn("submit()", answer.text)
        answer = self._launch(FUNCTION="BACKGROUND_SEARCH", SEARCHSTRING="nothing")
        self.assertFalse(self._read(read_form(answer.content)))

    def _search(self, term):
        """Search in the background; our numbers in the answer's order, and the log."""
        answer = self._launch(FUNCTION="BACKGROUND_SEARCH", SEARCHSTRING=term)
        self.assertEqual(answer.status_code, 200)
        lines = self._read(read_form(answer.content))
        self.assertFalse(find_faults(lines))
        return [line["VENDORMAT"] for line in lines], self._get_session().note_log

    def test_a_search_answers_with_as_many_as_the_connection_wants(self):
        products = self.env["product.product"].create(
            [self._product(f"Bolt {n:03}", f"B-{n:03}", n) for n in range(130)]
        )
        found, log = self._search("Bolt")
        self.assertEqual(found, products[:100].mapped("default_code"))
        self.assertIn("130 products were found, and the 100 best matches sent", log)
        self.connection.search_limit = 130
        found, log = self._search("Bolt")
        self.assertEqual(found, products.mapped("default_code"))
        self.assertFalse(log)

    def test_a_search_answers_with_the_best_matches_first(self):
        self.env["product.product"].create(
            [
                self._product("Adapter for M8", "ADA-1", 1),
                self._product("M8 washer", "WAS-1", 1),
                self._product("Nut", "M8-100", 1),
                self._product("Zinc nut", "M8", 1),
                self._product("Any bolt", "BOL-1", 1, description_sale="Fits M8"),
                self._product("M8% of all", "PER-1", 1),
            ]
        )
        self.assertEqual(
            self._search("M8")[0],
            ["M8", "M8-100", "WAS-1", "PER-1", "ADA-1", "BOL-1"],
        )
        self.connection.search_limit = 2
        found, log = self._search("M8")
        self.assertEqual(found, ["M8", "M8-100"])
        self.assertIn("6 products were found", log)

    def test_a_search_s_limit_has_bounds(self):
        for limit in (0, 1001):
            with (
                self.subTest(limit),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.connection.search_limit = limit
                self.env.flush_all()

    def test_sourcing_shows_the_search_in_the_shop(self):
        answer = self._launch(FUNCTION="SOURCING", SEARCHSTRING="Cable")
        self.assertIn("search=Cable", answer.headers["Location"])
        page = self._open(answer.headers["Location"])
        self.assertIn("Cable", page.text)
        self._add(self.cable)
        self.assertTrue(read_form(self._transfer(confirmed="1").content))

    # -- Baskets ---

    def test_an_empty_basket_stays_here(self):
        self._launch()
        token = self._open("/shop").text.split('csrf_token: "')[1].split('"')[0]
        answer = self._request("POST", "/punchout/transfer", data={"csrf_token": token})
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(answer.headers["Location"][-10:], "/shop/cart")
        self.assertEqual(self._get_session().state, "shopping")

    def test_two_buyers_with_one_login_have_a_basket_each(self):
        other = self._new_browser()
        self._launch()
        self._launch(browser=other)
        self._add(self.screw)
        self._add(self.cable, browser=other)
        self.assertNotIn("Cable", self._open("/shop/cart").text)
        self.assertNotIn("Screw", self._open("/shop/cart", other).text)
        (line,) = self._read(read_form(self._transfer(confirmed="1").content))
        self.assertEqual(line["DESCRIPTION"], "Screw")
        (line,) = self._read(read_form(self._transfer(other, confirmed="1").content))
        self.assertEqual(line["DESCRIPTION"], "Cable")

    def test_a_basket_is_nobodys_cart_and_no_cart_is_a_basket(self):
        self.authenticate("azure-portal", "azure-portal")
        self._add(self.visit)
        person = self.opener
        buyer = self._new_browser()
        self._launch(browser=buyer)
        self._add(self.screw, browser=buyer)
        self.assertNotIn("Visit", self._open("/shop/cart", buyer).text)
        self.assertNotIn("Screw", self._open("/shop/cart", person).text)
        self.authenticate("azure-portal", "azure-portal")
        page = self._open("/shop/cart").text
        self.assertIn("Visit", page)
        self.assertNotIn("Screw", page)

    def test_nobody_is_reminded_of_a_basket(self):
        self._launch()
        self._add(self.screw)
        order = self._get_session().order_id
        order.date_order = fields.Datetime.now() - timedelta(days=2)
        self.assertFalse(order.is_abandoned_cart)
        self.assertNotIn(order, order.search([("is_abandoned_cart", "=", True)]))
        self.assertFalse(order._filter_can_send_abandoned_cart_mail())

    # -- What is not for buyers ---

    def test_everything_but_the_catalogue_is_refused(self):
        self._launch()
        self._add(self.screw)
        for path in (
            "/shop/checkout",
            "/shop/address",
            "/shop/payment",
            "/shop/confirmation",
            "/my",
            "/my/home",
            "/my/orders",
            "/my/account",
            "/my/security",
            "/web/login",
            "/web/session/logout",
            "/odoo",
            "/web",
            "/contactus",
            "/website/search",
            "/web/content/1",
            "/shop/pricelist",
            "/shop/print",
        ):
            with self.subTest(path):
                self.assertIn(self._open(path).status_code, (403, 404))
        self.assertEqual(self._open("/").headers["Location"][-5:], "/shop")
        answer = self.url_open(
            "/web/dataset/call_kw/sale.order/search_read",
            json={
                "params": {
                    "model": "sale.order",
                    "method": "search_read",
                    "args": [[], ["name"]],
                    "kwargs": {},
                }
            },
        )
        self.assertIn("error", answer.json())

    def test_allow_list_names_routes_that_are_there(self):
        self._launch()
        session = self._get_session()
        # Odoo finds its database by the thread that serves a request.
        thread = threading.current_thread()
        with patch.object(thread, "dbname", self.cr.dbname, create=True):
            rules = list(self.env["ir.http"].routing_map().iter_rules())
        declared = {
            route for rule in rules for route in rule.endpoint.routing["routes"]
        }
        allowed = session._get_allowed_routes()
        self.assertFalse(allowed - declared)
        # None of them is Odoo's own service, an account's page or the check-out.
        for route in allowed:
            self.assertNotRegex(
                route,
                r"^/(my|odoo|web/(dataset|content|session|login)|shop/(payment|checkout"
                r"|address|confirmation|extra_info)|payment|mail|bus|websocket)",
            )

    def test_website_is_the_catalogue_only(self):
        self._launch()
        self._add(self.screw)
        page = self._open("/shop/cart").text
        self.assertIn("Transfer to", page)
        self.assertNotIn("/shop/checkout", page)
        self.assertNotIn("/my/home", page)

    def test_ordinary_visitors_see_the_website_as_it_was(self):
        self.authenticate("azure-portal", "azure-portal")
        self._add(self.screw)
        answer = self._open("/shop/cart")
        self.assertNotIn("o_oci_bar", answer.text)
        self.assertIn("/shop/checkout", answer.text)
        self.assertNotIn("Content-Security-Policy", answer.headers)

    # -- Frames ---

    def test_cookie_and_policy_follow_the_way_the_shop_is_opened(self):
        self.connection.frame_ancestors = "https://erp.example.com"
        for destination, expected, unexpected in (
            ("iframe", "SameSite=None; Secure; Partitioned", "Lax"),
            ("document", "SameSite=Lax", "None"),
        ):
            answer = self._launch(headers={"Sec-Fetch-Dest": destination})
            cookie = answer.headers["Set-Cookie"]
            self.assertIn(expected, cookie)
            self.assertIn("HttpOnly", cookie)
            self.assertNotIn(unexpected, cookie)
        page = self._open("/shop")
        self.assertEqual(
            page.headers["Content-Security-Policy"],
            "frame-ancestors 'self' https://erp.example.com",
        )

    def test_nobody_frames_the_shop_unless_allowed(self):
        self._launch()
        self.assertEqual(
            self._open("/shop").headers["Content-Security-Policy"],
            "frame-ancestors 'self'",
        )

    def test_form_goes_nowhere_but_home(self):
        self._launch()
        self._add(self.screw)
        policy = self._transfer(confirmed="1").headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertIn("form-action https://erp.example.com;", policy)
        self.assertNotIn("unsafe", policy)

    def test_language_is_the_launchs_where_the_shop_has_it(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.website.language_ids += self.env.ref("base.lang_nl")
        answer = self._launch(**{"~Language": "N"})
        self.assertEqual(
            answer.headers["Location"].removeprefix(self.base_url()), "/nl/shop"
        )
        answer = self._launch(**{"~Language": "F"})
        self.assertEqual(
            answer.headers["Location"].removeprefix(self.base_url()), "/shop"
        )

    def test_a_basket_of_one_is_filled_once_by_two_clicks(self):
        self._launch()
        session = self._get_session()
        self._add(self.screw)
        self._add(self.screw)
        self.assertEqual(len(session.order_id), 1)
        self.assertEqual(
            self.env["sale.order"].search_count([("oci_session_id", "=", session.id)]),
            1,
        )

    def test_transfer_takes_few_queries_a_line(self):
        self._launch()
        self._add(self.screw)
        session = self._get_session()
        session.order_id.order_line = [
            Command.create({"product_id": product.id})
            for product in (self.cable, self.screw) * 50
        ]
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(60):
            session._prepare_transfer()


@tagged("post_install", "-at_install")
class TestRefusals(PunchoutHttpCase):
    """Who does not come in, and what they learn from it."""

    def test_one_answer_for_everything_that_is_wrong_with_a_login(self):
        answers = [
            self._launch(PASSWORD="wrong"),
            self._launch(USERNAME="nobody"),
            self._launch(PASSWORD=""),
            self._launch(code="0123456789abcdef"),
        ]
        self.connection.active = False
        answers.append(self._launch())
        self.connection.active = True
        self.connection.networks = "203.0.113.0/24"
        answers.append(self._launch())
        self.connection.networks = False
        self.connection.allow_get = False
        answers.append(self._launch(get=True))

        def essence(answer):
            nonce = answer.headers["Content-Security-Policy"].split("nonce-")[1][:22]
            return answer.status_code, answer.text.replace(nonce, "")

        self.assertEqual({essence(answer) for answer in answers}, {essence(answers[0])})
        self.assertEqual(answers[0].status_code, 403)
        self.assertNotIn("session_id", self.opener.cookies.get_dict().get("x", ""))

    def test_unknown_connection_is_looked_at_as_long_as_a_known_one(self):
        context = (
            "odoo.addons.oci_punchout.models.oci_connection_access.KEY_CRYPT_CONTEXT"
        )
        counts = []
        for code in (None, "0123456789abcdef"):
            with patch(context) as spied:
                spied.verify.return_value = False
                self._launch(code=code)
                counts.append(spied.verify.call_count)
        self.assertEqual(counts, [2, 2])

    def test_connection_rests_after_ten_failures_even_for_the_right_secret(self):
        for _attempt in range(10):
            self._launch(PASSWORD="wrong")
        self.assertEqual(self._launch().status_code, 403)
        refused = self.env["oci.session"].search_count([("state", "=", "refused")])
        self.assertEqual(refused, 10)
        self.env["oci.session"].search([]).date_start = (
            fields.Datetime.now() - timedelta(minutes=11)
        )
        self.assertEqual(self._launch().status_code, 303)

    def test_second_secret_opens_while_the_first_still_does(self):
        second = self.connection.action_generate_secret_2()["context"]["default_secret"]
        self.assertEqual(self._launch().status_code, 303)
        self.assertEqual(self._launch(PASSWORD=second).status_code, 303)
        self.connection.action_revoke_secret_1()
        self.assertEqual(self._launch().status_code, 403)
        self.assertEqual(self._launch(PASSWORD=second).status_code, 303)

    def test_basket_goes_to_no_address_that_was_not_allowed(self):
        for address in (
            "https://evil.example.com/oci",
            "https://erp.example.com.evil.com/oci",
            "https://erp.example.com@evil.com/oci",
            "http://erp.example.com/oci",
            "https://erp.example.com/other",
            "//evil.example.com",
            "javascript:alert(1)",
            "SAPEVENT:POST",
        ):
            with self.subTest(address):
                answer = self._launch(HOOK_URL=address)
                self.assertEqual(answer.status_code, 400)
                self.assertIsNone(read_form(answer.content))
                self.assertEqual(self._get_session().reason, "address")

    def test_sapevent_is_allowed_by_its_switch(self):
        self.connection.allow_sapevent = True
        form = self._shop(self.screw, HOOK_URL="SAPEVENT:POST")
        self.assertEqual(form["action"], "SAPEVENT:POST")

    def test_what_is_wrong_with_a_launch_is_told_to_who_has_the_secret(self):
        for reason, values in (
            ("return_address", {"HOOK_URL": None}),
            ("function", {"FUNCTION": "DOWNLOADJSON"}),
            ("xml", {"~xmlType": "ESAPO"}),
            ("product", {"FUNCTION": "VALIDATE"}),
            ("ambiguous", {"hook_url": "https://erp.example.com/oci/2"}),
        ):
            with self.subTest(reason):
                answer = self._launch(**values)
                self.assertEqual(answer.status_code, 400)
                session = self._get_session()
                self.assertEqual((session.state, session.reason), ("refused", reason))
                self.assertTrue(session.hint)
                self.assertNotIn(self.secret, session.request_log)

    def test_return_address_is_never_read_again_from_the_client(self):
        self._launch()
        self._add(self.screw)
        answer = self._transfer(
            confirmed="1", HOOK_URL="https://evil.example.com", return_url="x"
        )
        self.assertEqual(read_form(answer.content)["action"], HOOK)

    def test_forged_request_transfers_nothing(self):
        self._launch()
        self._add(self.screw)
        for path in ("/punchout/transfer", "/punchout/cancel"):
            answer = self.opener.post(self.base_url() + path, data={"confirmed": "1"})
            self.assertEqual(answer.status_code, 400)
        self.assertEqual(self._get_session().state, "shopping")

    def test_launch_begins_a_fresh_session(self):
        self._open("/shop")
        before = self.opener.cookies["session_id"]
        self._launch()
        self.assertNotEqual(self.opener.cookies["session_id"], before)

    def test_password_page_does_not_know_punchout(self):
        page = self._open("/web/login").text
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        self.opener.post(
            self.base_url() + "/web/login",
            data={
                "csrf_token": token,
                "login": "azure-portal",
                "password": self.secret,
                "type": "oci_punchout",
                "connection": self.connection.id,
                "oci_login": "buyer",
                "oci_secret": self.secret,
            },
        )
        self.assertNotEqual(self._open("/my/home").status_code, 200)

    def test_secret_is_not_in_the_log(self):
        logger = logging.getLogger("werkzeug")
        self.assertTrue(any(isinstance(f, LaunchFilter) for f in logger.filters))
        for path, expected in (
            (f"/punchout/oci/abc?USERNAME=b&PASSWORD={self.secret}", "abc?… HTTP"),
            ("/shop?search=cable", "/shop?search=cable HTTP"),
        ):
            record = logging.LogRecord(
                "werkzeug", 20, "", 1, '"%s" %s', (f"GET {path} HTTP/1.1", 303), None
            )
            self.assertTrue(LaunchFilter().filter(record))
            self.assertIn(expected, record.getMessage())
            self.assertNotIn(self.secret, record.getMessage())

    def test_buyer_of_another_customer_reaches_no_basket_of_this_one(self):
        self._launch()
        self._add(self.screw)
        order = self._get_session().order_id
        new_test_user(self.env, "stranger", groups="base.group_portal")
        self.authenticate("stranger", "stranger")
        self.assertNotEqual(self._open(f"/my/orders/{order.id}").status_code, 200)
        self.assertNotIn("Screw", self._open("/shop/cart").text)


PAYLOADS = (
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}",
    "</form><form action=//evil.com>",
    "\r\nSet-Cookie: x=y",
    "\x00\ufeff\u202e",
    "' OR 1=1 --",
    "A" * 5000,
    "../../etc/passwd",
)


@tagged("post_install", "-at_install")
class TestPayloads(PunchoutHttpCase):
    """No script and no header through any field."""

    def _check(self, answer):
        self.assertLess(answer.status_code, 500)
        self.assertNotIn("<script>alert", answer.text)
        self.assertNotIn("<img src=x", answer.text)
        self.assertNotIn("<form action=//evil", answer.text)
        self.assertNotIn("x", answer.cookies)

    def test_payloads_in_every_parameter_of_a_launch(self):
        names = [*self._parameters(), "returntarget", "http_content_charset", "LANGU"]
        names += ["FUNCTION", "PRODUCTID", "QUANTITY", "SEARCHSTRING", "OCICANCEL"]
        names += ["OCI_VERSION", "NEW_ITEM-VENDOR", "VENDOR", "~xmlType"]
        with patch(
            "odoo.addons.oci_punchout.models.oci_session.OciSession._is_resting",
            return_value=False,
        ):
            for name in names:
                for payload in PAYLOADS:
                    with self.subTest(name, payload=payload[:20]):
                        self._check(self._launch(**{name: payload}))

    def test_payloads_in_functions(self):
        for payload in PAYLOADS:
            for function in ("DETAIL", "VALIDATE", "BACKGROUND_SEARCH", "SOURCING"):
                with self.subTest(function, payload=payload[:20]):
                    answer = self._launch(
                        FUNCTION=function, PRODUCTID=payload, SEARCHSTRING=payload
                    )
                    self._check(answer)

    def test_payloads_of_a_product_arrive_as_text(self):
        for payload in PAYLOADS:
            with self.subTest(payload=payload[:20]):
                text = payload.replace("\x00", "")
                self.screw.write({"name": text, "description_sale": text})
                self._launch(**{"~OkCode": payload, "returntarget": payload})
                self._add(self.screw)
                answer = self._transfer(confirmed="1")
                self._check(answer)
                form = read_form(answer.content)
                self.assertEqual((form["action"], form["target"]), (HOOK, "_top"))
                self.assertFalse(find_faults(self._read(form)))

    def test_payloads_in_frame_names_become_top(self):
        for payload in PAYLOADS[:5]:
            form = self._shop(self.screw, returntarget=payload)
            self.assertEqual(form["target"], "_top")
