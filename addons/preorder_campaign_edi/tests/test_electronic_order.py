from lxml import etree

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.preorder_campaign.tests.common import PreorderCommon


@tagged("post_install", "-at_install")
class TestElectronicOrder(PreorderCommon):
    """A pre-order's PDF contains what Odoo puts into it, made without asking twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.write(
            {"country_id": cls.env.ref("base.nl").id, "vat": "NL123456782B90"}
        )
        cls.customer.partner_id.country_id = cls.env.ref("base.de")
        cls.no_tax = cls.env["account.tax"].create(
            {"name": "Free", "amount": 0, "type_tax_use": "sale"}
        )
        cls.builder = cls.env["sale.edi.xml.ubl_bis3"]
        units = [
            cls.env.ref(f"uom.product_uom_{name}") for name in ("unit", "dozen", "kgm")
        ]
        cls.own_unit = cls.env["uom.uom"].create({"name": "Display of 5"})
        cls.units = [*units, cls.own_unit]

    def _make_order(self, number, campaign):
        taxes = (self.tax, self.no_tax, self.tax.browse(), self.tax | self.no_tax)
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.partner_id.id,
                "preorder_campaign_id": campaign.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.bottle.product_variant_id.id,
                            "product_uom_id": self.units[place % 4].id,
                            "product_uom_qty": 1 + place,
                            "price_unit": 3.33,
                            "tax_ids": [Command.set(taxes[place // 4 % 4].ids)],
                        }
                    )
                    for place in range(number)
                ],
            }
        )

    def _count(self, order):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.builder._export_order(order)
        return self.cr.sql_log_count - before

    def test_the_document_is_the_one_that_odoo_makes_of_an_ordinary_order(self):
        order = self._make_order(16, self.campaign)
        document = self.builder._export_order(order)
        order.preorder_campaign_id = False
        self.assertEqual(document, self.builder._export_order(order))
        codes = etree.fromstring(document).xpath("//@unitCode")
        self.assertEqual(codes[:4], ["C62", "DZN", "KGM", "C62"])

    def test_each_document_asks_anew(self):
        order = self._make_order(4, self.campaign)
        before = self.builder._export_order(order)
        self.tax.ubl_cii_tax_category_code = "AE"
        self.assertNotEqual(self.builder._export_order(order), before)

    def test_its_queries_do_not_grow_with_its_lines(self):
        few, many = (
            self._count(self._make_order(number, self.campaign)) for number in (16, 64)
        )
        self.assertLessEqual(many - few, 2)

    def test_other_orders_are_left_to_odoo(self):
        none = self.campaign.browse()
        few, many = (self._count(self._make_order(number, none)) for number in (16, 64))
        self.assertGreater(many - few, 48)
