import io
from decimal import Decimal

from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools.pdf import OdooPdfFileWriter

from .orders import build_line
from .peppol import NAMESPACES, find_faults, validate
from .test_order_document import OrderCase


class AnswerCase(OrderCase):
    """What the customer's system is told."""

    def _get_document(self, record):
        """The newest document of an order or a delivery, found right."""
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("name", "=like", "%.xml"),
            ],
            order="id desc",
            limit=1,
        )
        self.assertEqual(find_faults(attachment.raw), [])
        return etree.fromstring(attachment.raw)

    def _texts(self, root, path):
        return [each.text for each in root.findall(path, NAMESPACES)]

    def _text(self, root, path):
        (text,) = self._texts(root, path)
        return text

    def _answer(self):
        self.quotation.action_send_order_response()
        return self._get_document(self.quotation)

    def _deliver(self, *quantities, backorder=True):
        """Deliver what is ready of the order in these quantities."""
        picking = self.quotation.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        for move, quantity in zip(picking.move_ids, quantities, strict=True):
            move.write({"quantity": quantity, "picked": True})
        picking.with_context(
            skip_backorder=True,
            picking_ids_not_to_backorder=[] if backorder else picking.ids,
        ).button_validate()
        self.assertEqual(picking.state, "done")
        return picking


@tagged("post_install", "-at_install")
class TestOrderAnswers(AnswerCase):
    """Order confirmation, despatch advice and invoice."""

    # -- Order confirmation ---

    def test_confirmed_as_ordered_says_accepted(self):
        self._upload()
        self.quotation.action_confirm()
        root = self._answer()
        self.assertEqual(self._text(root, "cbc:OrderResponseCode"), "AP")
        self.assertEqual(self._text(root, "cac:OrderReference/cbc:ID"), "PO-1")
        self.assertEqual(self._text(root, "cbc:SalesOrderID"), self.quotation.name)
        self.assertEqual(
            self._texts(root, ".//cbc:EndpointID"),
            ["7300010000001", "NL123456782B90"],
        )

    def test_the_promised_day_is_the_one_of_the_office_s_clock(self):
        self._upload()
        self.quotation.action_confirm()
        self.quotation.commitment_date = "2027-05-04 22:30:00"
        self.quotation = self.quotation.with_context(tz="Europe/Amsterdam")
        root = self._answer()
        period = "cac:Delivery/cac:PromisedDeliveryPeriod"
        self.assertEqual(self._text(root, f"{period}/cbc:StartDate"), "2027-05-05")
        self.assertEqual(self._text(root, f"{period}/cbc:EndDate"), "2027-05-05")

    def test_confirmed_as_quoted_says_what_differs_from_the_order(self):
        lines = [
            *self._lines(12),
            build_line("40", 1, seller="NONE", name="Unicorn"),
        ]
        self._upload(lines=lines)
        self.quotation.action_confirm()
        root = self._answer()
        self.assertEqual(self._text(root, "cbc:OrderResponseCode"), "CA")
        self.assertEqual(
            self._response_lines(root),
            [
                ("10", "3", "10", "9"),
                ("NA", "1", "4", "3.015"),
                ("40", "7", None, None),
            ],
        )

    def _response_lines(self, root):
        return [
            tuple(
                line.findtext(path, namespaces=NAMESPACES)
                for path in (
                    "cac:OrderLineReference/cbc:LineID",
                    "cac:LineItem/cbc:LineStatusCode",
                    "cac:LineItem/cbc:Quantity",
                    "cac:LineItem/cac:Price/cbc:PriceAmount",
                )
            )
            for line in root.findall("cac:OrderLine", NAMESPACES)
        ]

    def test_an_order_inside_a_pdf_is_found(self):
        writer = OdooPdfFileWriter()
        writer.addBlankPage(200, 200)
        writer.addAttachment(
            "order.xml", self._build(lines=self._lines(12, 4)), subtype="text/xml"
        )
        with io.BytesIO() as file:
            writer.write(file)
            content = file.getvalue()
        attachment = self.env["ir.attachment"].create(
            {"name": "order.pdf", "raw": content}
        )
        self.env["sale.order"].create_document_from_attachment(attachment.ids)
        self.assertEqual(self.quotation.oci_document_state, "waiting")
        self.quotation.action_confirm()
        self.assertEqual(self._text(self._answer(), "cbc:OrderResponseCode"), "CA")

    def test_quantities_that_were_accepted_are_no_change_any_more(self):
        self._upload(lines=self._lines(12, 4))
        self.quotation.action_accept_oci_document()
        root = self._answer()
        self.assertEqual(self._text(root, "cbc:OrderResponseCode"), "AP")

    def test_our_price_is_told_where_the_order_has_another(self):
        lines = self._lines(10, 4)
        lines[0] = lines[0].replace(">9<", ">8.50<")
        self._upload(lines=lines)
        self.quotation.action_accept_oci_document()
        self.assertEqual(
            self._response_lines(self._answer()),
            [("10", "3", "10", "9"), ("20", "5", "4", "3.015")],
        )

    def test_rejected_order_is_told(self):
        self.connection.send_order_response = True
        self._upload(lines=self._lines(12, 4))
        self.quotation.action_refuse_oci_document()
        root = self._get_document(self.quotation)
        self.assertEqual(self._text(root, "cbc:OrderResponseCode"), "RE")

    def test_order_typed_by_hand_is_confirmed_the_same_way(self):
        self.quotation.client_order_ref = "4500012345"
        self.quotation.action_confirm()
        root = self._answer()
        self.assertEqual(self._text(root, "cbc:OrderResponseCode"), "AP")
        self.assertEqual(self._text(root, "cac:OrderReference/cbc:ID"), "4500012345")

    def test_each_confirmation_has_a_number_of_its_own(self):
        self._upload()
        self.quotation.action_confirm()
        numbers = {self._text(self._answer(), "cbc:ID") for _time in range(2)}
        self.assertEqual(len(numbers), 2)

    def test_what_is_missing_is_named(self):
        with self.assertRaisesRegex(UserError, "neither confirmed"):
            self.quotation.action_send_order_response()
        self.quotation.action_confirm()
        with self.assertRaisesRegex(UserError, "order number is missing"):
            self.quotation.action_send_order_response()
        self.quotation.client_order_ref = "PO-1"
        self.customer.peppol_endpoint = False
        with self.assertRaisesRegex(UserError, "Azure has no electronic address"):
            self.quotation.action_send_order_response()

    def test_by_itself_it_goes_to_the_customers_address(self):
        self.connection.write(
            {
                "send_order_response": True,
                "document_email": "documents@azure.example.com",
                "order_confirmation": "equal",
            }
        )
        self._upload()
        self.assertEqual(self.quotation.state, "sale")
        mail = self.env["mail.mail"].search(
            [("email_to", "=", "documents@azure.example.com")]
        )
        self.assertEqual(len(mail), 1)
        self.assertIn("PO-1", mail.subject)
        self.assertEqual(len(mail.attachment_ids), 1)
        self.assertEqual(find_faults(mail.attachment_ids.raw), [])
        self.assertFalse(mail.recipient_ids)

    def test_a_missing_address_stops_no_confirmation(self):
        self.connection.send_order_response = True
        self.customer.peppol_endpoint = False
        self._upload()
        self.quotation.action_confirm()
        self.assertEqual(self.quotation.state, "sale")
        self.assertIn("electronic address", self.quotation.activity_ids.note)

    # -- Despatch advice ---

    def test_despatch_advice_says_what_left_and_what_follows(self):
        self._upload()
        self.quotation.action_confirm()
        picking = self._deliver(7, 4)
        picking.action_send_despatch_advice()
        root = self._get_document(picking)
        self.assertEqual(self._text(root, "cac:OrderReference/cbc:ID"), "PO-1")
        self.assertEqual(
            self._despatch_lines(root),
            [
                ("10", "7", "3", "Follows in a later delivery"),
                ("20", "4", None, None),
            ],
        )
        rest = self._deliver(3)
        rest.action_send_despatch_advice()
        self.assertEqual(
            self._despatch_lines(self._get_document(rest)), [("10", "3", None, None)]
        )

    def _despatch_lines(self, root):
        return [
            tuple(
                line.findtext(path, namespaces=NAMESPACES)
                for path in (
                    "cac:OrderLineReference/cbc:LineID",
                    "cbc:DeliveredQuantity",
                    "cbc:OutstandingQuantity",
                    "cbc:OutstandingReason",
                )
            )
            for line in root.findall("cac:DespatchLine", NAMESPACES)
        ]

    def test_what_will_not_follow_is_told(self):
        self._upload()
        self.quotation.action_confirm()
        picking = self._deliver(7, 4, backorder=False)
        picking.action_send_despatch_advice()
        self.assertEqual(
            self._despatch_lines(self._get_document(picking))[0],
            ("10", "7", "3", "Not delivered"),
        )

    def test_lots_and_serial_numbers_are_told(self):
        self.screw.write({"is_storable": True, "tracking": "lot"})
        lot = self.env["stock.lot"].create(
            {"name": "LOT-7", "product_id": self.screw.id}
        )
        self._upload()
        self.quotation.action_confirm()
        picking = self.quotation.picking_ids
        screws = picking.move_ids.filtered(lambda move: move.product_id == self.screw)
        screws.move_line_ids.unlink()
        screws.move_line_ids = [
            Command.create(
                {
                    "product_id": self.screw.id,
                    "lot_id": lot.id,
                    "quantity": 10,
                    "picking_id": picking.id,
                    "location_id": screws.location_id.id,
                    "location_dest_id": screws.location_dest_id.id,
                }
            )
        ]
        (picking.move_ids - screws).quantity = 4
        picking.move_ids.picked = True
        picking.button_validate()
        picking.action_send_despatch_advice()
        self.assertEqual(
            self._texts(self._get_document(picking), ".//cbc:LotNumberID"), ["LOT-7"]
        )

    def test_a_warehouse_worker_sends_it_by_validating(self):
        self.connection.send_despatch_advice = True
        self._upload()
        self.quotation.action_confirm()
        worker = new_test_user(self.env, "worker", groups="stock.group_stock_user")
        picking = self.quotation.picking_ids.with_user(worker)
        for move in picking.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self._get_document(picking.sudo())

    def test_nothing_is_told_before_it_left(self):
        self._upload()
        self.quotation.action_confirm()
        with self.assertRaisesRegex(UserError, "left yet"):
            self.quotation.picking_ids.action_send_despatch_advice()

    # -- Invoice ---

    def test_invoice_names_the_customers_order(self):
        self._upload()
        self.quotation.action_confirm()
        self._deliver(10, 4)
        invoice = self.quotation._create_invoices()
        invoice.invoice_date = fields.Date.today()
        invoice.action_post()
        content, _errors = self.env["account.edi.xml.ubl_bis3"]._export_invoice(invoice)
        root = etree.fromstring(content)
        self.assertEqual(self._text(root, "cac:OrderReference/cbc:ID"), "PO-1")
        self.assertEqual(
            self._text(root, "cac:OrderReference/cbc:SalesOrderID"),
            self.quotation.name,
        )
        self.assertEqual(validate(content), [])

    # -- Catalogue ---

    def _get_catalogue(self):
        attachment = self.connection._export_catalogue()
        self.assertEqual(find_faults(attachment.raw), [])
        root = etree.fromstring(attachment.raw)
        return {
            line.findtext(
                "cac:Item/cac:SellersItemIdentification/cbc:ID", namespaces=NAMESPACES
            ): line
            for line in root.findall("cac:CatalogueLine", NAMESPACES)
        }

    def test_catalogue_has_the_prices_of_the_quotation(self):
        self.screw.barcode = "4006381333931"
        self.screw.categ_id = self.env["product.category"].create(
            {"name": "Screws", "unspsc_code": "31161500"}
        )
        lines = self._get_catalogue()
        for line in self.quotation.order_line:
            node = lines[line.product_id.default_code]
            price = node.findtext(".//cbc:PriceAmount", namespaces=NAMESPACES)
            self.assertEqual(Decimal(price), line._get_oci_amounts("net")[0])
        self.assertEqual(
            self._texts(lines["SCR-8"], ".//cac:StandardItemIdentification/cbc:ID"),
            ["4006381333931"],
        )
        self.assertEqual(
            self._texts(lines["SCR-8"], ".//cbc:ItemClassificationCode"), ["31161500"]
        )
        self.assertEqual(self._texts(lines["CAB-1"], "cbc:OrderableUnit"), ["MTR"])

    def test_catalogue_shows_what_this_customer_can_buy_alone(self):
        self.visit.website_published = False
        self.assertNotIn("VIS-1", self._get_catalogue())

    def test_a_new_catalogue_replaces_the_one_before(self):
        first = self.connection._export_catalogue()
        second = self.connection._export_catalogue()
        self.assertFalse(first.exists())
        self.assertTrue(second.raw)

    def test_a_catalogue_of_nothing_is_refused(self):
        self.env["product.template"].search([]).website_published = False
        with self.assertRaisesRegex(UserError, "nothing for sale"):
            self.connection.action_export_catalogue()
