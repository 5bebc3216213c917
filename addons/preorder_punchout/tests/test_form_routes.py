import threading
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PreorderPunchoutCase

#: What a punchout session that fills order forms may open of the pre-orders' website.
ALLOWED = {
    "campaign page",
    "form page",
    "catalog",
    "picture",
    "document",
    "stock",
    "prices",
    "product",
    "scan",
    "save to a campaign",
    "save to a form",
    "limits",
    "review",
    "xlsx",
    "xlsx import",
    "transfer",
}


@tagged("post_install", "-at_install")
class TestFormRoutes(PreorderPunchoutCase):
    """Each route of the pre-orders, and whether a punchout session may use it."""

    def _get_routes(self, form):
        """Every route: name → (method, path, parameters of a JSON call or ``None``)."""
        campaign = f"/preorder/campaign/{self.campaign.id}"
        mine = f"/preorder/form/{form.id}"
        order = form.sale_order_id.id or 1
        return {
            "preorders": ("GET", "/preorder", None),
            "outlet": ("GET", "/outlet", None),
            "campaign page": ("GET", self.campaign.website_url, None),
            "form page": ("GET", mine, None),
            "customer page": (
                "GET",
                f"{campaign}/for/{self.outsider.partner_id.id}",
                None,
            ),
            "catalog": ("GET", f"{mine}/catalog", None),
            "picture": ("GET", f"{campaign}/picture/{self.jacket.id}", None),
            "document": ("GET", f"{campaign}/document/1", None),
            "stock": ("POST", f"{campaign}/stock", {}),
            "prices": ("POST", f"{mine}/prices", {"products": self.small.ids}),
            "product": ("POST", f"{mine}/product/{self.jacket.id}", {}),
            "scan": ("POST", f"{mine}/scan", {"code": "PAR-S"}),
            "save to a campaign": (
                "POST",
                f"{campaign}/save",
                {"batch": "batch-000011", "cells": []},
            ),
            "save to a form": (
                "POST",
                f"{mine}/save",
                {"batch": "batch-000012", "cells": []},
            ),
            "limits": ("POST", f"{mine}/limits", {}),
            "review": ("POST", f"{mine}/review", {}),
            "xlsx": ("GET", f"{mine}/xlsx?layout=list", None),
            "xlsx import": ("POST", f"{mine}/xlsx/import", None),
            "transfer": ("GET", f"{mine}/transfer", None),
            "submit": (
                "POST",
                f"{mine}/submit",
                {"reviewed_total": 1, "details": {}},
            ),
            "live": ("POST", f"{mine}/live", {"tab": "abcdefghijkl"}),
            "ask": ("POST", f"{mine}/ask", {"message": "Hello"}),
            "propose": ("POST", f"{mine}/propose", {}),
            "reservations": ("POST", f"{mine}/reservations", {}),
            "pdf": ("GET", f"{mine}/pdf", None),
            "reopen": ("POST", f"{mine}/reopen", None),
            "withdraw": ("POST", f"{mine}/withdraw", None),
            "order again": ("GET", f"{mine}/again", None),
            "order an order again": ("GET", f"/my/orders/{order}/preorder/again", None),
            "snippet": ("POST", f"/preorder/snippet/{self.campaign.id}", {}),
            "my pre-orders": ("GET", "/my/preorders", None),
            "my customers": ("GET", "/my/preorders/customers", None),
            "my orders": ("GET", "/my/orders", None),
            "quotation": ("GET", f"/my/orders/{order}", None),
            "sign": ("POST", f"/my/orders/{order}/accept", {}),
            "pay": ("POST", f"/my/orders/{order}/transaction", {}),
            "confirm": ("POST", f"/my/orders/{order}/preorder/confirm", None),
            "account": ("GET", "/my/home", None),
            "shop": ("GET", "/shop", None),
            "basket": ("GET", "/shop/cart", None),
            "add to the basket": ("POST", "/shop/cart/add", {}),
            "transfer a basket": ("POST", "/punchout/transfer", None),
            "check-out": ("GET", "/shop/checkout", None),
        }

    def _is_refused(self, method, path, params):
        """Whether the session may not open a route at all."""
        options = {} if params is None else {"json": {"params": params}}
        answer = self._request(method, path, **options)
        if params is None:
            return answer.status_code == 403
        error = answer.json().get("error")
        return bool(error) and error["data"]["name"].endswith("Forbidden")

    @mute_logger("odoo.http")
    def test_each_route_is_allowed_or_refused(self):
        self._launch()
        form = self._fill({self.small: 3})
        for name, route in self._get_routes(form).items():
            with self.subTest(name):
                self.assertEqual(self._is_refused(*route), name not in ALLOWED)
        self.assertEqual((form.state, form.oci_session_id.state), ("draft", "shopping"))

    @mute_logger("odoo.http")
    def test_the_pre_orders_add_the_page_that_lists_them(self):
        self.connection.opens = "preorder"
        self._launch()
        form = self._fill({self.small: 3})
        for name, route in self._get_routes(form).items():
            with self.subTest(name):
                self.assertEqual(
                    self._is_refused(*route), name not in ALLOWED | {"preorders"}
                )

    @mute_logger("odoo.http")
    def test_a_session_of_the_shop_opens_none_of_them(self):
        self._launch()
        form = self._fill({self.small: 3})
        routes = self._get_routes(form)
        self.connection.opens = "shop"
        self._launch(browser=None)
        for name in ALLOWED:
            with self.subTest(name):
                self.assertTrue(self._is_refused(*routes[name]))

    def test_no_route_of_the_pre_orders_is_left_out_of_these_tests(self):
        self._launch()
        form = self._fill({self.small: 3})
        # Odoo finds its database by the thread that serves a request.
        thread = threading.current_thread()
        with patch.object(thread, "dbname", self.cr.dbname, create=True):
            routing_map = self.env["ir.http"].routing_map()
        rules = list(routing_map.iter_rules())
        routes = {rule.endpoint: set(rule.endpoint.routing["routes"]) for rule in rules}
        allowed = form.oci_session_id._get_allowed_routes()
        self.assertFalse(allowed - set().union(*routes.values()))
        adapter = routing_map.bind("localhost")
        tested = set()
        for method, path, _params in self._get_routes(form).values():
            endpoint, _arguments = adapter.match(path.split("?")[0], method)
            tested |= set(endpoint.routing["routes"])
        ours = {
            route
            for declared in routes.values()
            for route in declared
            if not declared & tested
            # The plan's are the office's, of another addon.
            if "/preorder" in route and "/preorder/plan/" not in route
        }
        self.assertFalse(ours)
