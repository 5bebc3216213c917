from odoo.tests import tagged

from .common import NOW, PreorderCommon


@tagged("post_install", "-at_install")
class TestCellsOfInterfaces(PreorderCommon):
    """Cells that came through Odoo's own create, as an interface makes them."""

    def _make_form(self, customer, product):
        form = self._get_form(self._save({self.other_product: 1}, user=customer))
        form.line_ids.unlink()
        self.env["preorder.order.line"].create(
            {
                "order_id": form.id,
                "product_id": product.id,
                "quantity": 3,
            }
        )
        return form

    def test_forms_without_prices_add_up_and_are_submitted_at_prices_of_now(self):
        free = self.env["product.product"].create(
            {"name": "Sample", "categ_id": self.category.id, "list_price": 0.0}
        )
        sold = self.env["product.product"].create(
            {"name": "Scarf", "categ_id": self.category.id, "list_price": 25.0}
        )
        second = self._make_customer("Second", "second", self.label)
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            with self.env.cr.savepoint() as savepoint:
                # What costs nothing now, too, keeps the empty discount.
                forms = self._make_form(self.customer, free) | self._make_form(
                    second, sold
                )
                self.assertEqual(
                    [form._get_totals()["total"] for form in forms], [0.0, 0.0]
                )
                orders = [form._submit(NOW) for form in forms]
                self.assertEqual(
                    [order.order_line.price_unit for order in orders], [0.0, 25.0]
                )
                savepoint.rollback()
                self.env.invalidate_all()
