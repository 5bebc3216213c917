import time
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import PunchoutCase


@tagged("post_install", "-at_install")
class TestBasketManyLines(PunchoutCase):
    """A basket of hundreds of lines, none of which has a number yet."""

    def _fill(self, number):
        """A session with a basket of as many lines, and a section between them."""
        session = self.env["oci.session"].create(
            {
                "connection_id": self.connection.id,
                "state": "shopping",
                "date_expire": fields.Datetime.now() + timedelta(hours=1),
                "return_url": "https://erp.example.com/oci",
                "lang": "en_US",
            }
        )
        products = self.env["product.product"].create(
            [
                self._product(f"Many {number} {n}", f"M{number}-{n}", 10.0 + n)
                for n in range(number)
            ]
        )
        session.order_id = self.env["sale.order"].create(
            {
                "partner_id": self.buyer.partner_id.id,
                "company_id": self.company.id,
                "website_id": self.website.id,
                "oci_session_id": session.id,
                "order_line": [
                    Command.create({"product_id": product.id}) for product in products
                ]
                + [
                    Command.create(
                        {"name": "A", "display_type": "line_section", "sequence": 1}
                    )
                ],
            }
        )
        return session

    def _measure(self, session):
        """The least processor time that preparing the basket takes, and its queries."""
        seconds = []
        for _time in range(3):
            self.env.flush_all()
            self.env.invalidate_all()
            queries = self.env.cr.sql_log_count
            start = time.process_time()
            transfer = session._prepare_transfer()
            seconds.append(time.process_time() - start)
            queries = self.env.cr.sql_log_count - queries
        return min(seconds), queries, transfer

    def test_lines_are_numbered_as_they_stand(self):
        session = self._fill(5)
        numbers = [
            value
            for name, value in self._measure(session)[2].basket.fields
            if name.startswith("NEW_ITEM-EXT_QUOTE_ITEM")
        ]
        self.assertEqual(numbers, ["1", "2", "3", "4", "5"])
        session._transfer()
        lines = session.order_id.order_line
        self.assertEqual(lines.mapped("oci_number"), [0, 1, 2, 3, 4, 5])
        self.assertEqual(lines.mapped("oci_item"), [0, 1, 2, 3, 4, 5])

    def test_eight_times_the_lines_take_no_more_than_ten_times_as_long(self):
        few, few_queries, _transfer = self._measure(self._fill(60))
        many, many_queries, transfer = self._measure(self._fill(480))
        self.assertEqual(len(transfer.lines), 480)
        self.assertLessEqual(many, 10 * few)
        self.assertLessEqual(many_queries, few_queries + 5)
