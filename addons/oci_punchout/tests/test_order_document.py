from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import PunchoutCase
from .orders import build_line, build_order


class OrderCase(PunchoutCase):
    """A basket of two products that was transferred and waits for its order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"vat": "NL123456782B90", "peppol_eas": "9944"})
        cls.customer.peppol_endpoint = "NL123456782B90"
        cls.company.partner_id.write({"peppol_eas": "0088"})
        cls.company.partner_id.peppol_endpoint = "7300010000001"
        cls.quotation = cls._transfer_basket()

    @classmethod
    def _transfer_basket(cls, quantities=(10, 4), products=None):
        """A basket that went home: the screw and the cable unless told otherwise."""
        session = cls.env["oci.session"].create(
            {
                "connection_id": cls.connection.id,
                "state": "shopping",
                "date_expire": fields.Datetime.now() + timedelta(hours=1),
                "return_url": "https://erp.example.com/oci",
                "lang": "en_US",
            }
        )
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.buyer.partner_id.id,
                "company_id": cls.company.id,
                "website_id": cls.website.id,
                "oci_session_id": session.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                    for product, quantity in zip(
                        products or (cls.screw, cls.cable), quantities, strict=True
                    )
                ],
            }
        )
        session.order_id = order
        session._transfer()
        return order

    def _lines(self, *quantities, **values):
        """The quoted lines in these quantities, as the customer's system knows them."""
        currency = self.company.currency_id.name
        quoted = (("SCR-8", "9", "C62"), ("CAB-1", "3.015", "MTR"))
        return [
            build_line(
                number * 10,
                quantity,
                seller=seller,
                price=price,
                unit=unit,
                currency=currency,
                quotation_line=number,
                **values,
            )
            for number, (quantity, (seller, price, unit)) in enumerate(
                zip(quantities, quoted, strict=False), start=1
            )
        ]

    def _build(self, lines=None, **values):
        values = {
            "quotation": self.quotation.name,
            "vat": "NL123456782B90",
            "currency": self.company.currency_id.name,
            **values,
        }
        return build_order(self._lines(10, 4) if lines is None else lines, **values)

    def _upload(self, content=None, name="order.xml", user=None, **values):
        """Upload a file as the office does; the orders that are shown then."""
        if content is None:
            content = self._build(**values)
        orders = self.env["sale.order"].with_user(user or self.env.user)
        attachment = (
            self.env["ir.attachment"]
            .with_user(user or self.env.user)
            .create({"name": name, "raw": content, "mimetype": "application/xml"})
        )
        before = self._count()
        action = orders.create_document_from_attachment(attachment.ids)
        self.created = self._count() - before
        if action.get("res_id"):
            return orders.browse(action["res_id"])
        return orders.search(action["domain"])

    def _count(self):
        return self.env["sale.order"].search_count([])


@tagged("post_install", "-at_install")
class TestOrderDocument(OrderCase):
    """The customer's order comes back as a document."""

    def test_order_goes_into_its_quotation_and_waits_for_the_office(self):
        self.assertEqual(self._upload(note="Gate 4"), self.quotation)
        self.assertEqual(self.created, 0)
        order = self.quotation
        self.assertEqual((order.state, order.client_order_ref), ("sent", "PO-1"))
        self.assertTrue(order.oci_document_is_equal)
        self.assertEqual(order.oci_document_state, "waiting")
        self.assertEqual(order.oci_document_note, "Gate 4")
        self.assertFalse(order.oci_difference_ids)
        self.assertEqual(order.order_line.mapped("oci_reference"), ["10", "20"])
        self.assertEqual(
            order.oci_document_id.attachment_id.res_id, order.id, "kept with the order"
        )
        order.action_confirm()
        self.assertEqual(order.oci_document_state, "accepted")
        self.assertEqual(order.amount_untaxed, 90 + 12.06)

    def test_order_as_quoted_is_confirmed_at_once_where_the_connection_wants_it(self):
        self.connection.order_confirmation = "equal"
        self._upload()
        self.assertEqual(self.quotation.state, "sale")
        self.assertEqual(self.quotation.oci_document_state, "accepted")
        self.assertFalse(self.quotation.activity_ids)

    def test_every_place_for_the_quotations_number_is_found(self):
        for reference in (
            "QuotationDocumentReference",
            "OriginatorDocumentReference",
            "SalesOrderID",
            "OrderDocumentReference",
            "AdditionalDocumentReference",
        ):
            with self.subTest(reference):
                order = self.quotation = self._transfer_basket()
                self.assertEqual(self._upload(reference=reference), order)
                self.assertEqual(self.created, 0)
        order = self.quotation = self._transfer_basket()
        lines = self._lines(10, 4, quotation=order.name)
        self.assertEqual(self._upload(lines=lines, quotation=""), order)

    def test_any_order_of_ubl_is_taken_not_peppols_alone(self):
        self.assertEqual(self._upload(customization="urn:other"), self.quotation)

    def test_lines_of_two_quotations_are_refused_by_name(self):
        other = self._transfer_basket()
        lines = self._lines(10, quotation=self.quotation.name) + [
            build_line(99, 1, quotation=other.name)
        ]
        with self.assertRaisesRegex(UserError, other.name):
            self._upload(lines=lines, quotation="")
        self.assertFalse(self.quotation.oci_document_ids | other.oci_document_ids)

    def test_the_same_document_twice_changes_nothing(self):
        content = self._build(lines=self._lines(7, 4))
        self._upload(content)
        messages = self.quotation.message_ids
        activities = self.quotation.activity_ids
        self._upload(content.replace(b"><", b">\n<"))
        self.assertEqual(self.created, 0)
        self.assertEqual(len(self.quotation.oci_document_ids), 1)
        self.assertEqual(self.quotation.message_ids, messages)
        self.assertEqual(self.quotation.activity_ids, activities)
        self.quotation.action_accept_oci_document()
        self._upload(content)
        self.assertEqual(len(self.quotation.oci_document_ids), 1)
        self.assertEqual(self.quotation.order_line[0].product_uom_qty, 7)

    def test_a_corrected_order_replaces_the_one_that_waits(self):
        self._upload(lines=self._lines(7, 4))
        self._upload()
        states = self.quotation.oci_document_ids.sorted("id").mapped("state")
        self.assertEqual(states, ["replaced", "waiting"])
        self.assertEqual(len(self.quotation.activity_ids), 1)
        self.assertTrue(self.quotation.oci_document_is_equal)

    def test_a_second_order_never_changes_a_confirmed_one(self):
        self._upload()
        self.quotation.action_confirm()
        before = self.quotation.order_line.read(["product_uom_qty", "price_unit"])
        self.assertEqual(
            self._upload(lines=self._lines(1, 1), number="PO-2"), self.quotation
        )
        self.assertEqual(self.created, 0)
        self.assertEqual(
            self.quotation.order_line.read(["product_uom_qty", "price_unit"]), before
        )
        self.assertEqual(self.quotation.client_order_ref, "PO-1")
        self.assertIn("PO-1", self.quotation.activity_ids.note)

    def test_order_typed_by_hand_meets_its_document(self):
        self.quotation.client_order_ref = "PO-1"
        self.quotation.action_confirm()
        self._upload()
        self.assertEqual(self.quotation.oci_document_state, "accepted")
        self.assertEqual(
            self.quotation.order_line.mapped("oci_reference"), ["10", "20"]
        )

    # -- Differences ---

    def test_differences_are_shown_old_and_new(self):
        lines = [
            *self._lines(12),
            build_line("30", 2, seller="VIS-1", price="70", name="Visit"),
            build_line("40", 1, seller="NONE", name="Unicorn"),
        ]
        lines[0] = lines[0].replace(">9<", ">8.5<")
        self._upload(lines=lines)
        shown = [
            (
                line.reference or "",
                line.difference,
                line.quoted_quantity,
                line.ordered_quantity,
                line.quoted_price,
                line.ordered_price,
            )
            for line in self.quotation.oci_difference_ids
        ]
        self.assertEqual(
            shown,
            [
                ("10", "Quantity, Price", 10, 12, 9, 8.5),
                ("", "Not ordered", 4, 0, 3.015, 0),
                ("30", "Added", 0, 2, 0, 70),
                ("40", "Added, unknown product", 0, 1, 0, 0),
            ],
        )
        self.assertEqual(self.quotation.state, "sent")
        self.assertIn("differs", self.quotation.activity_ids.note)

    def test_accepting_takes_quantities_and_keeps_prices(self):
        self.connection.order_confirmation = "equal"
        self.pricelist.item_ids.percent_price = 50
        lines = [
            *self._lines(12),
            build_line("30", 2, seller="VIS-1", price="70", name="Visit"),
            build_line("40", 1, seller="NONE", name="Unicorn"),
        ]
        self._upload(lines=lines)
        self.assertEqual(self.quotation.state, "sent", "differences wait")
        self.quotation.action_accept_oci_document()
        found = [
            (line.product_id, line.product_uom_qty, line.price_reduce_taxexcl)
            for line in self.quotation.order_line
        ]
        self.assertEqual(
            found,
            [(self.screw, 12, 9), (self.cable, 0, 0), (self.visit, 2, 40)],
        )
        self.assertEqual(self.quotation.state, "sale")

    def test_the_quotation_can_be_confirmed_as_quoted(self):
        self._upload(lines=self._lines(12, 4))
        self.quotation.action_confirm()
        self.assertEqual(self.quotation.order_line[0].product_uom_qty, 10)
        self.assertEqual(self.quotation.oci_document_state, "accepted")

    def test_rejecting_cancels_the_quotation(self):
        self._upload(lines=self._lines(12, 4))
        self.quotation.action_refuse_oci_document()
        self.assertEqual(self.quotation.state, "cancel")
        self.assertEqual(self.quotation.oci_document_state, "refused")

    def test_another_unit_is_never_converted_silently(self):
        lines = [line.replace("MTR", "KMT") for line in self._lines(10, 4)]
        self._upload(lines=lines)
        self.assertIn("KMT", self.quotation.oci_difference_ids.difference)
        with self.assertRaisesRegex(UserError, "KMT"):
            self.quotation.action_accept_oci_document()
        self.assertEqual(self.quotation.state, "sent")
        self.assertTrue(self.quotation.locked)

    def test_prices_in_another_currency_wait_for_the_office(self):
        self.connection.order_confirmation = "equal"
        self._upload(currency="JPY")
        self.assertEqual(self.quotation.state, "sent")
        self.assertIn("JPY", self.quotation.activity_ids.note)

    def test_what_refuses_the_confirmation_is_told(self):
        self.connection.order_confirmation = "equal"

        reason = "Only 3 Screw are left."

        def refuse(_order):
            raise UserError(reason)

        model = type(self.env["sale.order"])
        with patch.object(model, "_confirmation_error_message", refuse):
            self._upload()
        self.assertEqual(self.quotation.state, "sent")
        self.assertIn("Only 3 Screw", self.quotation.activity_ids.note)
        self.assertEqual(self.quotation.oci_document_state, "waiting")

    # -- Over ---

    def test_expired_quotation_is_told_and_nothing_confirmed(self):
        self.connection.order_confirmation = "equal"
        self.quotation.validity_date = fields.Date.today() - timedelta(days=1)
        self.assertEqual(self._upload(), self.quotation)
        self.assertEqual(self.quotation.state, "sent")
        self.assertIn("expired", self.quotation.activity_ids.note)
        with self.assertRaisesRegex(UserError, "expired"):
            self.quotation.action_accept_oci_document()
        self.quotation.validity_date = fields.Date.today()
        self.quotation.invalidate_recordset(["is_expired"])
        self.quotation.action_accept_oci_document()
        self.assertEqual(self.quotation.state, "sale")

    def test_cancelled_quotation_is_told_and_nothing_confirmed(self):
        self.connection.order_confirmation = "equal"
        self.quotation._action_cancel()
        self.assertEqual(self._upload(), self.quotation)
        self.assertEqual((self.quotation.state, self.created), ("cancel", 0))
        self.assertIn("cancelled", self.quotation.activity_ids.note)

    def test_basket_that_was_never_transferred_is_not_confirmed(self):
        self.connection.order_confirmation = "equal"
        self.quotation.oci_session_id.state = "shopping"
        self._upload()
        self.assertEqual(self.quotation.state, "sent")

    # -- Strangers ---

    def test_a_strangers_order_becomes_a_draft_with_a_warning(self):
        before = self.quotation.read()
        for values in (
            {"vat": "NL999999999B01"},
            {"vat": "", "name": "Azure"},
            {"vat": "", "name": "Other", "endpoint": ("0088", "4012345000009")},
        ):
            orders = self._upload(**values)
            self.assertEqual(len(orders), 1)
            self.assertNotEqual(orders, self.quotation)
            self.assertEqual(orders.state, "draft")
            self.assertIn("not changed", str(orders.activity_ids.mapped("note")))
        self.assertEqual(self.quotation.read(), before)

    def test_the_customers_electronic_address_suffices(self):
        endpoint = ("9944", "NL123456782B90")
        self.assertEqual(self._upload(vat="", endpoint=endpoint), self.quotation)

    def test_an_order_that_names_no_quotation_is_odoos_own_business(self):
        orders = self._upload(quotation="S-UNKNOWN")
        self.assertEqual(self.created, 1)
        self.assertFalse(orders.oci_session_id)

    def test_who_may_not_see_the_quotation_makes_no_second_order_of_it(self):
        seller = new_test_user(
            self.env, "own-seller", groups="sales_team.group_sale_salesman"
        )
        self.quotation.user_id = self.env.ref("base.user_admin")
        before = self._count()
        with self.assertRaises(UserError):
            self._upload(user=seller)
        self.assertEqual(self._count(), before)
        self._upload()
        with self.assertRaises(AccessError):
            self.quotation.oci_document_id.with_user(seller).read(["number"])
        portal = self.quotation.oci_document_id.with_user(self.buyer)
        with self.assertRaises(AccessError):
            portal.read(["number"])

    def test_a_salesperson_needs_no_more_rights_than_that(self):
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman"
        )
        self.quotation.user_id = seller
        self._upload(user=seller, lines=self._lines(12, 4))
        order = self.quotation.with_user(seller)
        with Form(order) as form:
            self.assertEqual(len(form.oci_difference_ids), 1)
        order.action_accept_oci_document()
        self.assertEqual(order.state, "sale")

    # -- Files ---

    def test_files_that_are_no_order_are_refused_in_words(self):
        order = self._build()
        body = order.partition(b"?>")[2]
        before = self._count()
        for words, content in (
            ("damaged", order[:-20]),
            ("too large", order + b" " * 11 * 2**20),
            (
                "document type",
                b'<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
                + body.replace(b"PO-1", b"&x;"),
            ),
            ("no lines", self._build(lines=[])),
            ("“many”", self._build(lines=self._lines("many", 4))),
            ("two lines", self._build(lines=self._lines(1) * 2)),
        ):
            with (
                self.subTest(words),
                self.assertRaisesRegex(UserError, f"order.xml.*{words}"),
            ):
                self._upload(content)
        self.assertEqual(self._count(), before)
        self.assertFalse(self.quotation.oci_document_ids)

    def test_markup_in_an_order_is_text(self):
        payload = "<img src=x onerror=alert(1)>"
        self._upload(
            lines=[*self._lines(10, 4), build_line(5, 1, name=payload)],
            number=payload,
            note=payload,
        )
        posted = str(self.quotation.message_ids.mapped("body"))
        self.assertNotIn("<img src", posted)
        self.assertNotIn("<img src", str(self.quotation.activity_ids.note))
        self.assertIn("&lt;img", posted)
