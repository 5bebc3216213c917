from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.preorder_campaign import line_amounts
from odoo.addons.preorder_campaign.tests.common import PreorderCommon

from ..models import purchase_order_line_bulk

#: Columns that tell one document from another, or by whom and when it was made.
_OWN = {
    "id",
    "name",
    "origin",
    "order_id",
    "preorder_plan_id",
    "preorder_plan_line_id",
    "create_uid",
    "create_date",
    "write_uid",
    "write_date",
}


@tagged("post_install", "-at_install")
class TestBulkPurchaseLines(PreorderCommon):
    """Lines that a plan orders are those that somebody types into the form."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env.user.group_ids += cls.env.ref("uom.group_uom") | cls.env.ref(
            "base.group_multi_currency"
        )
        cls.supplier = cls.env["res.partner"].create(
            {"name": "Baltic Textiles", "is_company": True, "lang": "fr_FR"}
        )
        cls.plan = cls.env["preorder.purchase.plan"].create(
            {"campaign_ids": [Command.link(cls.campaign.id)]}
        )
        cls.taxes = cls.env["account.tax"].create(
            [
                {
                    "name": name,
                    "amount": amount,
                    "type_tax_use": "purchase",
                    "price_include_override": included,
                }
                for name, amount, included in (
                    ("Bought 21", 21, "tax_excluded"),
                    ("Bought 6 included", 6, "tax_included"),
                    ("Abroad 0", 0, "tax_excluded"),
                )
            ]
        )

    def _make_product(self, name, *prices, **values):
        """A product of the campaign with prices: dicts of the supplier's."""
        template = self.env["product.template"].create(
            {"name": name, "categ_id": self.category.id, "list_price": 50.0, **values}
        )
        self.env["product.supplierinfo"].create(
            [
                {
                    "partner_id": self.supplier.id,
                    "product_tmpl_id": template.id,
                    **price,
                }
                for price in prices
            ]
        )
        return template

    def _order(self, quantities):
        """Have quantities of products ordered; return the request for quotation."""
        lines = self.env["preorder.purchase.plan.line"].create(
            [
                {
                    "plan_id": self.plan.id,
                    "product_id": template.product_variant_ids[:1].id,
                    "quantity_confirmed": quantity,
                }
                for template, quantity in quantities.items()
            ]
        )
        self.plan._order_lines(lines)
        return self.plan.purchase_order_ids

    def _type(self, order):
        """The same order, typed into the form by the purchaser."""
        form = Form(self.env["purchase.order"])
        form.partner_id = order.partner_id
        form.currency_id = order.currency_id
        form.date_order = order.date_order
        for line in order.order_line:
            with form.order_line.new() as typed:
                typed.product_id = line.product_id
                typed.product_uom_id = line.product_uom_id
                typed.product_qty = line.product_qty
        return form.save()

    def _get_columns(self, records):
        names = [
            name
            for name, field in records._fields.items()
            if field.store
            and (field.column_type or field.type == "many2many")
            and name
            not in (_OWN if records._name == "purchase.order" else _OWN - {"name"})
        ]
        records.invalidate_recordset()
        return [{name: record[name] for name in names} for record in records]

    def assertTypedByHand(self, order):
        self.env.flush_all()
        typed = self._type(order)
        self.env.flush_all()
        ours, theirs = (
            self._get_columns(record.order_line) for record in (order, typed)
        )
        for own, by_hand in zip(ours, theirs, strict=True):
            self.assertEqual(own, by_hand)
        [own], [by_hand] = (self._get_columns(record) for record in (order, typed))
        for values in (own, by_hand):
            values.pop("preorder_campaign_ids")
        self.assertEqual(own, by_hand)

    def test_every_column_is_as_if_typed_by_hand(self):
        self.supplier.property_supplier_payment_term_id = self.env.ref(
            "account.account_payment_term_30days"
        )
        named = self._make_product(
            "Named",
            {"price": 12.345, "product_code": "B-1", "product_name": "Nommé"},
            description_purchase="With care",
            default_code="N-1",
        )
        named.with_context(lang="fr_FR").name = "Nommée"
        plain = self._make_product(
            "Plain", {"price": 3.0, "delay": 40}, default_code="P"
        )
        plain.with_context(lang="fr_FR").name = "Simple"
        breaks = self._make_product(
            "Breaks",
            {"price": 10.0, "min_qty": 1},
            {"price": 8.0, "min_qty": 50, "discount": 7.5, "delay": 9},
        )
        dozens = self._make_product(
            "Dozens",
            {
                "price": 120.0,
                "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
            },
        )
        taxed = self._make_product(
            "Taxed",
            {"price": 9.99},
            supplier_taxes_id=[Command.set(self.taxes[:2].ids)],
        )
        analytic = self.env["account.analytic.account"].create(
            {
                "name": "Season",
                "plan_id": self.env["account.analytic.plan"].create({"name": "P"}).id,
            }
        )
        self.env["account.analytic.distribution.model"].create(
            {
                "product_id": plain.product_variant_id.id,
                "analytic_distribution": {str(analytic.id): 100},
            }
        )
        variants = self.jacket
        self.env["product.supplierinfo"].create(
            {
                "partner_id": self.supplier.id,
                "product_tmpl_id": variants.id,
                "product_name": "Veste",
                "price": 44.0,
            }
        )
        service = self._make_product("Engraving", {"price": 1.5}, type="service")
        order = self._order(
            {
                named: 5,
                plain: 3,
                breaks: 60,
                dozens: 30,
                taxed: 7,
                variants: 2,
                service: 4,
            }
        )
        self.assertEqual(len(order.order_line), 7)
        by_product = {
            line.product_id.product_tmpl_id: line for line in order.order_line
        }
        self.assertEqual(by_product[breaks].price_unit, 8.0)
        self.assertEqual(by_product[breaks].discount, 7.5)
        self.assertEqual(by_product[named].name, "[B-1] Nommé\nWith care")
        self.assertEqual(by_product[dozens].product_qty, 3)
        self.assertTrue(by_product[plain].analytic_distribution)
        self.assertTypedByHand(order)

    def test_a_fiscal_position_s_taxes_are_as_if_typed_by_hand(self):
        abroad = self.env["res.country"].search([], limit=1)
        self.supplier.country_id = abroad
        position = self.env["account.fiscal.position"].create(
            {"name": "Abroad", "auto_apply": True, "country_id": abroad.id}
        )
        self.taxes[2].write(
            {
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.set(self.taxes[:2].ids)],
            }
        )
        taxed = self._make_product(
            "Taxed",
            {"price": 9.99},
            supplier_taxes_id=[Command.set(self.taxes[:1].ids)],
        )
        included = self._make_product(
            "Included",
            {"price": 10.6},
            supplier_taxes_id=[Command.set(self.taxes[1:2].ids)],
        )
        order = self._order({taxed: 3, included: 4})
        self.assertEqual(order.fiscal_position_id, position)
        self.assertEqual(order.order_line.tax_ids, self.taxes[2])
        self.assertTypedByHand(order)

    def test_what_is_changed_afterwards_is_as_if_typed_by_hand(self):
        taxed = self._make_product(
            "Taxed",
            {"price": 9.99},
            supplier_taxes_id=[Command.set(self.taxes[:2].ids)],
            purchase_method="purchase",
        )
        dozens = self._make_product(
            "Dozens",
            {
                "price": 120.0,
                "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
            },
        )
        order = self._order({taxed: 3, dozens: 24})
        typed = self._type(order)
        for each in (order, typed):
            first, second = each.order_line
            first.write({"product_qty": 8, "discount": 12.5})
            second.product_qty = 5
            each.button_confirm()
        self.env.flush_all()
        ours, theirs = (self._get_columns(each.order_line) for each in (order, typed))
        for values in (*ours, *theirs):
            del values["move_dest_ids"], values["date_planned"]
        self.assertEqual(ours, theirs)
        self.assertEqual(order.amount_total, typed.amount_total)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [8, 60])
        self.assertEqual(order.order_line.mapped("qty_to_invoice"), [8, 0])

    def test_a_supplier_s_other_names_do_not_matter(self):
        coded = self._make_product(
            "Coded",
            {"price": 10.0, "min_qty": 1, "product_code": "FEW"},
            {"price": 8.0, "min_qty": 50, "product_code": "MANY"},
        )
        half_coded = self._make_product(
            "Half coded",
            {"price": 10.0, "min_qty": 1, "product_code": "ONE"},
            {"price": 8.0, "min_qty": 50},
            default_code="OWN",
        )
        variants = self.jacket
        self.env["product.supplierinfo"].create(
            [
                {
                    "partner_id": self.supplier.id,
                    "product_tmpl_id": variants.id,
                    "product_id": variant.id,
                    "product_code": f"V{number}",
                    "price": 44.0,
                }
                for number, variant in enumerate(variants.product_variant_ids[:2])
            ]
        )
        order = self._order({coded: 60, half_coded: 60, variants: 2})
        names = order.order_line.mapped("name")
        self.assertEqual(names[:2], ["[MANY] Coded", "[OWN] Half coded"])
        self.assertIn("[V0]", names[2])
        self.assertTypedByHand(order)

    def test_a_contact_s_order_names_goods_as_its_department_does(self):
        department, contact = self.env["res.partner"].create(
            [{"name": "Wool"}, {"name": "Wool, sales desk"}]
        )
        contact.parent_id = department
        department.parent_id = self.supplier
        bought = self._make_product(
            "Bought",
            {"price": 10.0, "product_code": "B-2", "partner_id": department.id},
            {"price": 9.0, "product_code": "C-9"},
        )
        line = self.env["preorder.purchase.plan.line"].create(
            {
                "plan_id": self.plan.id,
                "product_id": bought.product_variant_id.id,
                "quantity_confirmed": 5,
            }
        )
        line.partner_id = contact
        self.plan._order_lines(line)
        order = self.plan.purchase_order_ids
        self.assertEqual(order.partner_id, contact)
        self.assertEqual(order.order_line.name, "[B-2] Bought")
        self.assertTypedByHand(order)

    def test_totals_are_odoo_s_however_it_rounds(self):
        goods = {
            self._make_product(
                f"Goods {number}",
                {"price": price, "discount": discount},
                supplier_taxes_id=[Command.set(taxes.ids)],
            ): 1 + number % 3
            for number, (price, discount, taxes) in enumerate(
                (price, discount, taxes)
                for price in (0.05, 1.115, 2.345)
                for discount in (0, 12.5)
                for taxes in (self.taxes[:1], self.taxes[1:2], self.taxes[:0])
            )
        }
        for method in ("round_per_line", "round_globally"):
            with self.subTest(method):
                self.company.tax_calculation_rounding_method = method
                order = self._order(goods)
                self.assertTrue(order._is_adding_up_like_a_form())
                self.assertTypedByHand(order)
                order.button_cancel()
                order.unlink()
                self.plan.line_ids.unlink()

    def test_totals_of_what_is_no_plain_line_are_left_to_odoo(self):
        taxed = self._make_product(
            "Taxed",
            {"price": 9.99},
            supplier_taxes_id=[Command.set(self.taxes[:1].ids)],
        )
        order = self._order({taxed: 3})
        amounts = order.amount_untaxed, order.amount_tax, order.amount_total
        order.order_line = [
            Command.create(
                {
                    "display_type": "line_note",
                    "name": "Handle with care",
                    "product_qty": 0,
                }
            )
        ]
        self.assertFalse(order._is_adding_up_like_a_form())
        self.assertEqual(
            amounts, (order.amount_untaxed, order.amount_tax, order.amount_total)
        )
        order.order_line.filtered("display_type").unlink()
        self.assertTrue(order._is_adding_up_like_a_form())
        # Such as a formula of the product's weight.
        self.patch(line_amounts, "_PLAIN_TAXES", {"fixed"})
        self.assertFalse(order._is_adding_up_like_a_form())

    def test_another_currency_is_as_if_typed_by_hand(self):
        foreign = self.env["res.currency"].search(
            [("id", "!=", self.company.currency_id.id)], limit=1
        ) or self.env.ref("base.CHF")
        foreign.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": foreign.id,
                "rate": 1.37,
                "name": fields.Date.today() - timedelta(days=3),
            }
        )
        bought = self._make_product(
            "Bought", {"price": 7.77, "currency_id": foreign.id}
        )
        order = self._order({bought: 11})
        self.assertEqual(order.currency_id, foreign)
        self.assertEqual(order.order_line.price_unit, 7.77)
        self.assertTypedByHand(order)

    def test_where_another_addon_has_a_say_the_price_is_right_all_the_same(self):
        bought = self._make_product(
            "Breaks",
            {"price": 10.0, "min_qty": 1},
            {"price": 8.0, "min_qty": 50, "discount": 7.5, "delay": 9},
        )
        self.patch(
            purchase_order_line_bulk, "is_defined_only_by", lambda model, methods: False
        )
        order = self._order({bought: 60})
        self.assertEqual(order.order_line.price_unit, 8.0)
        self.assertTypedByHand(order)

    def test_without_an_agreed_price_odoo_takes_the_cost(self):
        bought = self._make_product(
            "Old price",
            {"price": 10.0, "date_end": fields.Date.today() - timedelta(days=1)},
            standard_price=4.0,
        )
        line = self.env["preorder.purchase.plan.line"].create(
            {
                "plan_id": self.plan.id,
                "product_id": bought.product_variant_id.id,
                "quantity_confirmed": 5,
            }
        )
        line.partner_id = self.supplier
        self.assertEqual(line.problem, "no_price")
        self.plan._order_lines(line)
        self.assertEqual(self.plan.purchase_order_ids.order_line.price_unit, 4.0)
        self.assertTypedByHand(self.plan.purchase_order_ids)

    def test_many_lines_cost_no_more_queries_than_few(self):
        def count(number):
            templates = [
                self._make_product(f"Many {number} {n}", {"price": 1.0 + n})
                for n in range(number)
            ]
            lines = self.env["preorder.purchase.plan.line"].create(
                [
                    {
                        "plan_id": self.plan.id,
                        "product_id": template.product_variant_id.id,
                        "quantity_confirmed": 5,
                    }
                    for template in templates
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.plan._order_lines(lines)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(3)
        few, many = count(10), count(100)
        self.assertLessEqual(many, few + 3)
