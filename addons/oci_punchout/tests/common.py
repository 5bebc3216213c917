import re

from odoo.fields import Command
from odoo.tests import HttpCase, TransactionCase, new_test_user

from .procurement import read_form, read_lines

HOOK = "https://erp.example.com/oci/return?sid=s3ssi0n"


class PunchoutFixture:
    """A customer with a procurement system, and three products in our shop."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env["website"].search([], limit=1)
        cls.company = cls.website.company_id
        cls.env.user.company_id = cls.company
        cls.env.ref("base.group_user").implied_ids += cls.env.ref(
            "product.group_product_pricelist"
        )
        cls.env["ir.config_parameter"].set_param(
            "web.base.url", f"http://127.0.0.1:{cls._get_port()}"
        )
        cls.website.domain = False
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Azure",
                "is_company": True,
                "country_id": cls.env.ref("base.nl").id,
            }
        )
        cls.pricelist = cls.env["product.pricelist"].create(
            {
                "name": "Azure's prices",
                "currency_id": cls.company.currency_id.id,
                "company_id": cls.company.id,
                "selectable": False,
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "percentage",
                            "percent_price": 10,
                            "applied_on": "3_global",
                        }
                    ),
                ],
            }
        )
        cls.buyer = new_test_user(
            cls.env,
            "azure-portal",
            groups="base.group_portal",
            name="Azure Buyer",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.buyer.partner_id.parent_id = cls.customer
        (cls.customer | cls.buyer.partner_id).with_company(
            cls.company
        ).property_product_pricelist = cls.pricelist
        cls.tax = cls.env["account.tax"].create(
            {
                "name": "21 %",
                "amount": 21,
                "company_id": cls.company.id,
                "country_id": cls.company.account_fiscal_country_id.id
                or cls.env.ref("base.nl").id,
            }
        )
        cls.screw, cls.cable, cls.visit = cls.env["product.product"].create(
            [
                cls._product("Screw", "SCR-8", 10.0),
                cls._product("Cable", "CAB-1", 3.35, uom="uom.product_uom_meter"),
                cls._product("Visit", "VIS-1", 80.0, type="service"),
            ]
        )
        cls.connection = cls.env["oci.connection"].create(
            {
                "name": "Azure ERP",
                "partner_id": cls.customer.id,
                "user_id": cls.buyer.id,
                "login": "buyer",
                "website_id": cls.website.id,
                "company_id": cls.company.id,
                "return_addresses": "https://erp.example.com/oci",
            }
        )
        cls.secret = cls.connection.action_generate_secret_1()["context"][
            "default_secret"
        ]

    @classmethod
    def _get_port(cls):
        return HttpCase.http_port() or 8069

    @classmethod
    def _product(cls, name, code, price, uom="uom.product_uom_unit", **values):
        return {
            "name": name,
            "default_code": code,
            "list_price": price,
            "type": "consu",
            "uom_id": cls.env.ref(uom).id,
            "taxes_id": [Command.set(cls.tax.ids)],
            "website_published": True,
            "sale_ok": True,
            **values,
        }


class PunchoutCase(PunchoutFixture, TransactionCase):
    """The fixture, without a browser."""


class PunchoutHttpCase(PunchoutFixture, HttpCase):
    """The fixture, with a browser that knows how to launch and to shop."""

    def _parameters(self, **values):
        return {
            "USERNAME": "buyer",
            "PASSWORD": self.secret,
            "HOOK_URL": HOOK,
            "~OkCode": "ADDI",
            "~TARGET": "_top",
            "~CALLER": "CTLG",
            **values,
        }

    def _launch(self, *, browser=None, code=None, get=False, headers=None, **values):
        """Launch the connection; the answer, redirections not followed."""
        path = f"/punchout/oci/{code or self.connection.code}"
        parameters = {
            name: value
            for name, value in self._parameters(**values).items()
            if value is not None
        }
        return self._request(
            "GET" if get else "POST",
            path,
            browser,
            headers=headers,
            **({"params": parameters} if get else {"data": parameters}),
        )

    def _request(self, method, path, browser=None, **options):
        """Ask for a path of the shop, with a browser of one's own if need be."""
        options = {"allow_redirects": False, "timeout": 60, **options}
        before, self.opener = self.opener, browser or self.opener
        try:
            return self.opener.request(
                method, path if "://" in path else self.base_url() + path, **options
            )
        finally:
            self.opener = before

    def _new_browser(self):
        """Somebody else's browser."""
        browser = type(self.opener)(self)
        browser.cookies.update(
            {
                name: value
                for name, value in self.opener.cookies.items()
                if name != "session_id"
            }
        )
        return browser

    def _open(self, path, browser=None, **options):
        return self._request("GET", path, browser, **options)

    def _add(self, product, quantity=1, browser=None):
        return self._request(
            "POST",
            "/shop/cart/add",
            browser,
            json={
                "params": {
                    "product_template_id": product.product_tmpl_id.id,
                    "product_id": product.id,
                    "quantity": quantity,
                }
            },
        ).json()

    def _token(self, browser=None):
        page = self._open("/shop/cart", browser)
        return re.search(r'name="csrf_token"[^>]*value="(\w+)"', page.text)[1]

    def _transfer(self, browser=None, **values):
        """Press the basket's button; the answer."""
        return self._request(
            "POST",
            "/punchout/transfer",
            browser,
            data={"csrf_token": self._token(browser), **values},
        )

    def _shop(self, *products, browser=None, **values):
        """Launch, fill a basket, take it home; the form that goes home."""
        self._launch(browser=browser, **values)
        for product in products:
            self._add(product, browser=browser)
        return read_form(self._transfer(browser, confirmed="1").content)

    def _read(self, form):
        return read_lines(form["fields"])

    def _get_session(self):
        """The newest session of the connection."""
        return self.env["oci.session"].search(
            [("connection_id", "=", self.connection.id)], limit=1
        )
