from lxml import etree

from odoo.tests import Form, new_test_user, tagged

from .common import NOW, PreorderCommon


@tagged("post_install", "-at_install")
class TestOrdinaryOrders(PreorderCommon):
    """What is no pre-order works as ever, and for whoever it worked for."""

    def _make_order(self):
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.partner_id.id,
                "order_line": [
                    (0, 0, {"product_id": self.bottle.product_variant_id.id})
                ],
            }
        )

    def _read_form(self, order, user):
        """Read an order as the form view does."""
        view = order.with_user(user).get_views([(False, "form")])["views"]["form"]
        fields = etree.fromstring(view["arch"]).xpath(
            "//field[not(ancestor::field)]/@name"
        )
        return order.with_user(user).web_read(
            {
                name: {"fields": {"display_name": {}}}
                if order._fields[name].relational
                else {}
                for name in set(fields)
            }
        )

    def test_anyone_who_could_open_an_order_still_can(self):
        preorder = self._get_form(
            self._save({self.bottle.product_variant_id: 1})
        )._submit(NOW)
        for groups in (
            "sales_team.group_sale_manager",
            "sales_team.group_sale_salesman_all_leads",
            "account.group_account_invoice",
        ):
            user = new_test_user(
                self.env, groups.replace(".", "_"), groups=f"base.group_user,{groups}"
            )
            for order in (self._make_order(), preorder):
                with self.subTest(groups=groups, order=order.name):
                    self.env.invalidate_all()
                    self.assertTrue(self._read_form(order, user))

    def test_an_ordinary_order_s_form_opens(self):
        with Form(self._make_order()) as form:
            self.assertFalse(form.preorder_tier_id)

    def test_a_discount_typed_by_hand_stays_when_another_line_is_changed(self):
        self.env.user.group_ids += self.env.ref("sale.group_discount_per_so_line")
        order = self._make_order()
        order.order_line = [
            (0, 0, {"product_id": self.other_product.id, "discount": 33.0})
        ]
        first, second = order.order_line
        self.env.flush_all()
        first.product_uom_qty = 12
        self.env.flush_all()
        self.assertEqual(second.discount, 33.0)
        first.unlink()
        self.env.flush_all()
        self.assertEqual(second.discount, 33.0)
