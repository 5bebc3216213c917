from lxml import etree

from odoo.tests import tagged

from .common import PunchoutHttpCase
from .orders import build_line, build_order
from .peppol import NAMESPACES, find_faults, validate
from .procurement import read_form


@tagged("post_install", "-at_install")
class TestEightSteps(PunchoutHttpCase):
    """A purchase from the click in the customer's system to our invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for partner, scheme, endpoint in (
            (cls.customer, "0088", "4012345000009"),
            (cls.company.partner_id, "0088", "7300010000001"),
        ):
            partner.write({"peppol_eas": scheme, "peppol_endpoint": endpoint})
        cls.connection.write(
            {
                "order_confirmation": "equal",
                "send_order_response": True,
                "send_despatch_advice": True,
                "document_email": "documents@azure.example.com",
            }
        )

    def _get_sent(self, record):
        """The document that was mailed of an order or a delivery."""
        mail = self.env["mail.mail"].search(
            [
                ("model", "=", record._name),
                ("res_id", "=", record.id),
                ("email_to", "=", "documents@azure.example.com"),
            ]
        )
        (attachment,) = mail.attachment_ids
        self.assertEqual(find_faults(attachment.raw), [])
        return etree.fromstring(attachment.raw)

    def _text(self, root, path):
        return root.findtext(path, namespaces=NAMESPACES)

    def test_a_purchase_from_the_launch_to_the_invoice(self):
        # 1. The buyer clicks our catalogue over there, and is in our shop.
        self.assertEqual(self._launch().status_code, 303)
        # 2. Shops.
        self._add(self.screw, 10)
        self._add(self.cable, 4)
        # 3. Takes the basket home; the quotation waits here.
        form = self._transfer(confirmed="1")
        basket = self._read(read_form(form.content))
        quotation = self._get_session().order_id
        self.assertEqual(quotation.state, "sent")
        orders = self.env["sale.order"].search_count([])
        # 4. It is approved over there, and the order comes as a document: with what the
        # procurement system knows of the basket, and nothing else.
        lines = [
            build_line(
                number * 10,
                line["QUANTITY"],
                seller=line["VENDORMAT"],
                price=line["PRICE"],
                base=line["PRICEUNIT"],
                unit=line["UNIT"],
                quotation_line=line["EXT_QUOTE_ITEM"],
                name=line["DESCRIPTION"],
                currency=line["CURRENCY"],
            )
            for number, line in enumerate(basket, start=1)
        ]
        content = build_order(
            lines,
            number="4500012345",
            quotation=basket[0]["EXT_QUOTE_ID"],
            endpoint=("0088", "4012345000009"),
            currency=basket[0]["CURRENCY"],
        )
        self.assertEqual(validate(content), [])
        attachment = self.env["ir.attachment"].create(
            {"name": "order.xml", "raw": content}
        )
        self.env["sale.order"].create_document_from_attachment(attachment.ids)
        self.assertEqual(self.env["sale.order"].search_count([]), orders)
        # 5. It is as quoted, so it is confirmed.
        self.assertEqual(quotation.state, "sale")
        self.assertEqual(quotation.client_order_ref, "4500012345")
        self.assertEqual(quotation.amount_untaxed, 90 + 12.06)
        # 6. The order confirmation goes out.
        response = self._get_sent(quotation)
        self.assertEqual(self._text(response, "cbc:OrderResponseCode"), "AP")
        self.assertEqual(
            self._text(response, "cac:OrderReference/cbc:ID"), "4500012345"
        )
        # 7. The goods leave, and the despatch advice with them.
        picking = quotation.picking_ids
        for move in picking.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        picking.button_validate()
        advice = self._get_sent(picking)
        self.assertEqual(
            [
                each.text
                for each in advice.iterfind(".//cbc:DeliveredQuantity", NAMESPACES)
            ],
            ["10", "4"],
        )
        # 8. The invoice names the customer's order.
        invoice = quotation._create_invoices()
        invoice.action_post()
        content, _errors = self.env["account.edi.xml.ubl_bis3"]._export_invoice(invoice)
        self.assertEqual(validate(content), [])
        self.assertEqual(
            self._text(etree.fromstring(content), "cac:OrderReference/cbc:ID"),
            "4500012345",
        )
        self.assertEqual(invoice.amount_untaxed, quotation.amount_untaxed)
