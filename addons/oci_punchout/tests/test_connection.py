from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import PunchoutCase


@tagged("post_install", "-at_install")
class TestConnection(PunchoutCase):
    """What the office sets up."""

    def test_secret_is_stored_as_a_fingerprint_only(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM oci_connection")
        self.assertNotIn(self.secret, str(self.env.cr.fetchall()))
        self.assertTrue(self.connection._is_login("buyer", self.secret))
        self.assertFalse(self.connection._is_login("buyer", self.secret[:-1]))
        self.assertFalse(self.connection._is_login("other", self.secret))
        self.assertFalse(self.connection._is_login("buyer", ""))
        self.assertFalse(self.connection.browse()._is_login("", ""))

    def test_nobody_reads_the_fingerprint(self):
        for name in ("secret_1", "secret_2", "setup_token"):
            connection = self.connection.with_user(self.env.ref("base.user_admin"))
            self.assertNotIn(name, connection.fields_get())
            with self.assertRaises(AccessError):
                connection.read([name])

    def test_people_of_the_office_are_refused_as_buyers(self):
        clerk = new_test_user(self.env, "clerk", groups="base.group_user")
        for user in (clerk, self.env.ref("base.public_user")):
            with self.assertRaisesRegex(ValidationError, "portal user"):
                self.connection.user_id = user

    def test_portal_user_of_another_customer_is_refused(self):
        stranger = new_test_user(self.env, "stranger", groups="base.group_portal")
        with self.assertRaisesRegex(ValidationError, "does not belong"):
            self.connection.user_id = stranger

    def test_lists_are_checked_as_typed(self):
        for name, text in (
            ("return_addresses", "erp.example.com"),
            ("return_addresses", "http://erp.example.com"),
            ("return_addresses", "https://erp.example.com/?x=1"),
            ("return_addresses", "SAPEVENT:POST"),
            ("networks", "203.0.113.1/24"),
            ("networks", "office"),
            ("frame_ancestors", "https://erp.example.com/path"),
            ("frame_ancestors", "*"),
            ("frame_ancestors", "https://a.com; script-src *"),
            ("login_parameter", "~password"),
        ):
            with self.subTest(text), self.assertRaises(ValidationError):
                self.connection[name] = text

    def test_http_needs_its_switch(self):
        self.connection.allow_http = True
        self.connection.return_addresses = "http://erp.example.com"
        self.assertTrue(self.connection._is_address_allowed("http://erp.example.com/x"))
        with self.assertRaises(ValidationError):
            self.connection.allow_http = False

    def test_networks_are_those_of_the_browser(self):
        self.connection.networks = "203.0.113.0/24\n2001:db8::/32"
        for address, expected in (
            ("203.0.113.9", True),
            ("::ffff:203.0.113.9", True),
            ("2001:db8::1", True),
            ("198.51.100.1", False),
            ("unknown", False),
            (None, False),
        ):
            self.assertEqual(self.connection._is_network_allowed(address), expected)

    def test_fields_are_checked_as_typed(self):
        for values in (
            {"field": "MATGROUP", "kind": "field", "path": "product_id.nothing"},
            {"field": "MATGROUP", "kind": "field", "path": "product_id"[:4]},
            {"field": "MATGROUP", "kind": "field", "path": "order_id.order_line.name"},
            {"field": "MATGROUP", "kind": "field", "path": "__class__"},
            {"field": "MATGROUP", "kind": "template", "value": "{product_id"},
            {"field": "MATGROUP", "kind": "template", "value": "{product_id.x}"},
            {"field": "other", "other_name": "PRICE", "kind": "fixed", "value": "1"},
            {"field": "other", "other_name": "a b", "kind": "fixed", "value": "1"},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.connection.field_ids = [Command.create(values)]

    def test_preview_follows_what_is_typed(self):
        with Form(self.connection) as form:
            form.preview_product_id = self.screw
            self.assertIn("SCR-8", form.preview)
            self.assertIn("9.000", form.preview)
            with form.field_ids.new() as line:
                line.field = "MATGROUP"
                line.kind = "fixed"
                line.value = "4711"
            self.assertIn("NEW_ITEM-MATGROUP[1]", form.preview)
            with form.field_ids.new() as line:
                line.field = "CONTRACT"
                line.kind = "fixed"
                line.value = "much too long a number"
            self.assertIn("is left out", form.preview)

    def test_only_sales_managers_set_up_connections(self):
        salesman = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman"
        )
        with self.assertRaises(AccessError):
            self.connection.with_user(salesman).name = "x"
        with self.assertRaises(AccessError):
            self.connection.with_user(salesman).action_generate_secret_1()
        self.assertFalse(
            self.env["oci.session"].with_user(self.buyer).has_access("read")
        )
        self.assertFalse(self.connection.with_user(self.buyer).has_access("read"))
        manager = new_test_user(
            self.env, "chief", groups="sales_team.group_sale_manager"
        )
        manager.company_ids += self.company
        self.connection.with_user(manager).with_company(
            self.company
        ).action_generate_secret_2()
        self.assertFalse(self.env["oci.session"].with_user(manager).has_access("write"))

    def test_copy_of_a_connection_opens_nothing(self):
        copy = self.connection.copy()
        self.assertNotEqual(copy.code, self.connection.code)
        self.assertFalse(copy.sudo().secret_1)
        self.assertEqual(len(copy.field_ids), len(self.connection.field_ids))

    def test_session_with_a_history_keeps_its_connection(self):
        self.env["oci.session"]._log_refusal(self.connection, "login", [], "::1")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.connection.unlink()

    def test_configured_product_is_known_by_its_key(self):
        attribute = self.env["product.attribute"].create(
            {
                "name": "Engraving",
                "create_variant": "no_variant",
                "value_ids": [
                    Command.create({"name": "None"}),
                    Command.create({"name": "Logo", "default_extra_price": 5}),
                ],
            }
        )
        template = self.screw.product_tmpl_id
        line = self.env["product.template.attribute.line"].create(
            {
                "product_tmpl_id": template.id,
                "attribute_id": attribute.id,
                "value_ids": [Command.set(attribute.value_ids.ids)],
            }
        )
        logo = line.product_template_value_ids[1]
        line = self.connection._make_line(self.screw, 1, logo)
        self.assertEqual(line.oci_product_key, f"{self.screw.id}-{logo.id}")
        self.assertAlmostEqual(line.price_subtotal, 13.5)
        session = self.env["oci.session"].create(
            {"connection_id": self.connection.id, "state": "shopping"}
        )
        self.assertEqual(
            session._find_product(line.oci_product_key), (self.screw, logo)
        )
        for key in ("", "x", "1-2-3", f"{self.screw.id}-999999", "-", "9" * 30):
            self.assertFalse(session._find_product(key)[0])

    def test_price_agrees_with_the_quotation(self):
        line = self.connection._make_line(self.cable, 7)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.buyer.partner_id.id,
                "company_id": self.company.id,
                "pricelist_id": self.pricelist.id,
                "order_line": [
                    Command.create({"product_id": self.cable.id, "product_uom_qty": 7})
                ],
            }
        )
        for name in ("price_unit", "discount", "price_subtotal", "price_total"):
            self.assertEqual(line[name], order.order_line[name])

    def test_basket_that_is_empty_is_not_transferred(self):
        session = self.env["oci.session"].create(
            {
                "connection_id": self.connection.id,
                "state": "shopping",
                "return_url": "https://erp.example.com/oci",
                "date_expire": "2100-01-01",
            }
        )
        with self.assertRaisesRegex(UserError, "empty"):
            session._transfer()
