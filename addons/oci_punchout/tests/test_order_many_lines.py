from odoo.tests import tagged

from .orders import build_line
from .test_order_document import OrderCase


@tagged("post_install", "-at_install")
class TestOrderManyLines(OrderCase):
    """A customer's order of many lines is taken in, accepted and delivered at once."""

    def _transfer_many(self, number):
        products = self.env["product.product"].create(
            [
                {
                    "name": f"Many {number} {n}",
                    "default_code": f"M{number}-{n}",
                    "list_price": 10.0 + n,
                    "is_storable": True,
                    "is_published": True,
                }
                for n in range(number)
            ]
        )
        return self._transfer_basket([5] * number, products)

    def _count_queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        result = work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before, result

    def _receive_changed(self, number):
        """An order came that differs in every line: other quantities, other prices,
        lines left out, and as many lines added as there were.
        """
        order = self._transfer_many(number)
        quoted = order.order_line
        added = self.env["product.product"].create(
            [
                {
                    "name": f"Added {number} {n}",
                    "default_code": f"A{number}-{n}",
                    "list_price": 10.0,
                    "is_storable": True,
                    "is_published": True,
                }
                for n in range(number)
            ]
        )
        currency = self.company.currency_id.name
        lines = [
            build_line(
                n * 10,
                5 + n % 3,
                seller=line.product_id.default_code,
                price=line.price_unit + (n % 3 == 0),
                currency=currency,
                quotation_line=n,
            )
            for n, line in enumerate(quoted, start=1)
            if n % 5
        ] + [
            build_line(
                50000 + n, 2, seller=product.default_code, price=10, currency=currency
            )
            for n, product in enumerate(added)
        ]
        content = self._build(lines, quotation=order.name, number=f"PO-{number}")
        queries, found = self._count_queries(lambda: self._upload(content))
        self.assertEqual(found, order)
        self.assertEqual(len(order.oci_difference_ids), 2 * number)
        return queries, order

    def test_receiving_many_lines_costs_no_more_queries_than_few(self):
        self._receive_changed(3)
        few, many = (self._receive_changed(number)[0] for number in (10, 100))
        self.assertLessEqual(many, few + 5)

    def _count_by_hand(self, order, number):
        """The queries of core's own work: the added lines are typed in, then confirmed.

        Core finds prices and analytic distributions of new lines, and rules, kits,
        stock and reordering rules of confirmed ones, line by line.
        """
        twin = order.copy({"oci_session_id": False})
        added = twin.order_line[number:]
        values = [
            {
                "order_id": twin.id,
                "product_id": line.product_id.id,
                "product_uom_qty": line.product_uom_qty,
            }
            for line in added
        ]
        added.unlink()

        def work():
            self.env["sale.order.line"].create(values)
            twin.action_confirm()

        return self._count_queries(work)[0]

    def test_accepting_many_lines_costs_what_core_s_confirmation_costs(self):
        def count(number):
            order = self._receive_changed(number)[1]
            queries, _action = self._count_queries(order.action_accept_oci_document)
            self.assertEqual(order.state, "sale")
            self.assertEqual(
                order.order_line.mapped("product_uom_qty"),
                [5 + n % 3 if n % 5 else 0 for n in range(1, number + 1)]
                + [2] * number,
            )
            self.assertEqual(
                order.oci_document_ids.line_ids.sale_line_id, order.order_line
            )
            return queries - self._count_by_hand(order, number)

        count(3)
        few, many = count(10), count(100)
        self.assertLessEqual(many, few + 10)

    def test_advising_of_many_lines_costs_no_more_queries_than_few(self):
        def count(number):
            order = self._receive_changed(number)[1]
            order.action_accept_oci_document()
            picking = order.picking_ids
            for move in picking.move_ids:
                move.quantity = move.product_uom_qty
                move.picked = True
            picking._action_done()
            return self._count_queries(picking._send_despatch_advice)[0]

        count(3)
        few, many = count(10), count(100)
        self.assertLessEqual(many, few + 5)
