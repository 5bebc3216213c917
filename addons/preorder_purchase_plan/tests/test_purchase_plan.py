from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.preorder_campaign.tests.common import NOW, PreorderCommon


@tagged("post_install", "-at_install")
class TestPurchasePlan(PreorderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.textiles, cls.metals, cls.shoes = cls.env["res.partner"].create(
            [
                {"name": name, "is_company": True}
                for name in ("Baltic Textiles", "Metal Works", "Shoe Works")
            ]
        )
        cls._set_sellers(cls.jacket, cls.textiles, (1, 40.0), (50, 35.0))
        cls._set_sellers(cls.bottle, cls.metals, (24, 3.0), multiple=12)
        cls.shoe = cls.env["product.template"].create(
            {"name": "Shoe", "list_price": 80.0, "categ_id": cls.category.id}
        )
        cls._set_sellers(cls.shoe, cls.shoes, (0, 30.0))
        cls.hat = cls.env["product.template"].create(
            {"name": "Hat nobody makes", "list_price": 9.0, "categ_id": cls.category.id}
        )
        cls.second_customer = cls._make_customer("Second", "second", cls.label)
        cls.purchaser = new_test_user(
            cls.env, "pia", groups="base.group_user,purchase.group_purchase_user"
        )

    @classmethod
    def _set_sellers(cls, template, partner, *breaks, multiple=0):
        cls.env["product.supplierinfo"].create(
            [
                {
                    "partner_id": partner.id,
                    "product_tmpl_id": template.id,
                    "min_qty": minimum,
                    "price": price,
                    "order_multiple": multiple,
                    "product_code": f"{partner.name[:3]}-{template.id}",
                    "delay": 30,
                }
                for minimum, price in breaks
            ]
        )

    def _sell(self, quantities, user=None):
        form = self._get_form(
            self._save(
                {
                    template.product_variant_ids[0]: q
                    for template, q in quantities.items()
                },
                user=user,
            )
        )
        quotation = form._submit(NOW)
        quotation.action_confirm()
        return quotation

    def _get_plan(self):
        action = self.campaign.with_user(self.purchaser).action_view_purchase_plan()
        return (
            self.env["preorder.purchase.plan"]
            .with_user(self.purchaser)
            .browse(action["res_id"])
        )

    def _get_line(self, plan, template):
        return plan.line_ids.filtered(lambda line: line.product_tmpl_id == template)

    def test_adds_up_what_customers_confirmed(self):
        self._sell({self.jacket: 30})
        self._sell({self.jacket: 25}, self.second_customer)
        self._get_form(
            self._save({self.shoe.product_variant_id: 7}, user=self.outsider)
        )
        line = self._get_line(self._get_plan(), self.jacket)
        self.assertEqual(line.quantity_confirmed, 55)
        self.assertEqual(line.partner_id, self.textiles)
        self.assertEqual(line.price, 35.0)
        self.assertEqual(line.amount, 55 * 35.0)

    def test_rounds_the_sum_up_to_the_supplier_s_minimum_and_multiple(self):
        self._sell({self.bottle: 3})
        self._sell({self.bottle: 2}, self.second_customer)
        line = self._get_line(self._get_plan(), self.bottle)
        self.assertEqual(line.quantity_missing, 5)
        self.assertEqual(line.quantity_to_order, 24)
        self.assertEqual(line.quantity_rounded_up, 19)
        self._sell({self.bottle: 25}, self._make_customer("Third", "third", self.label))
        plan = self._get_plan()
        self.assertEqual(self._get_line(plan, self.bottle).quantity_to_order, 36)

    def test_where_nothing_has_changed_no_line_is_written(self):
        # Amounts that are not round: a discount, a price of thirds, another currency.
        foreign = self.env["res.currency"].search(
            [("id", "!=", self.company.currency_id.id)], limit=1
        ) or self.env.ref("base.CHF")
        foreign.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": foreign.id, "name": "2020-01-01", "rate": 1.37}
        )
        self.bottle.seller_ids.write({"price": 1.237, "discount": 7.5})
        self.shoe.seller_ids.write({"price": 10 / 3, "currency_id": foreign.id})
        self._sell({self.jacket: 47, self.bottle: 25, self.shoe: 7})
        plan = self._get_plan()

        def get_rows():
            self.env.flush_all()
            self.env.cr.execute(
                "SELECT id, ctid FROM preorder_purchase_plan_line WHERE plan_id = %s",
                [plan.id],
            )
            return sorted(self.env.cr.fetchall())

        before = get_rows()
        self.assertEqual(len(before), 3)
        self.env.invalidate_all()
        plan._update_lines()
        self.assertEqual(get_rows(), before)

    def test_a_line_that_belongs_to_no_plan_yet_is_computed(self):
        line = self.env["preorder.purchase.plan.line"].new(
            {"product_id": self.shoe.product_variant_id.id, "quantity_confirmed": 3}
        )
        self.assertEqual(line.quantity_to_order, 3)
        self.assertEqual(line.problem, "no_supplier")

    def test_one_click_makes_a_request_per_supplier_a_second_nothing_new(self):
        self._sell({self.jacket: 30, self.bottle: 30, self.shoe: 4})
        plan = self._get_plan()
        plan.action_create_purchase_orders()
        orders = plan.purchase_order_ids
        self.assertEqual(orders.partner_id, self.textiles | self.metals | self.shoes)
        self.assertEqual(len(orders), 3)
        with self.assertRaisesRegex(UserError, "Nothing to order"):
            plan.action_create_purchase_orders()
        self.assertEqual(plan.purchase_order_ids, orders)

    def test_no_supplier_sees_another_supplier_s_lines(self):
        # zamzamintl/gescaretail purchase_sale_preorders: every supplier's purchase
        # order got all suppliers' lines.
        self._sell({self.jacket: 30, self.bottle: 30, self.shoe: 4})
        plan = self._get_plan()
        plan.action_create_purchase_orders()
        templates = {
            order.partner_id: order.order_line.product_id.product_tmpl_id
            for order in plan.purchase_order_ids
        }
        self.assertEqual(
            templates,
            {
                self.textiles: self.jacket,
                self.metals: self.bottle,
                self.shoes: self.shoe,
            },
        )

    def test_after_more_sales_only_the_difference_is_ordered(self):
        self._sell({self.jacket: 30})
        plan = self._get_plan()
        plan.action_create_purchase_orders()
        self._sell({self.jacket: 8}, self.second_customer)
        plan.action_create_purchase_orders()
        self.assertEqual(
            plan.purchase_order_ids.order_line.sorted("id").mapped("product_qty"),
            [30, 8],
        )

    def test_a_cancelled_purchase_is_missing_again(self):
        self._sell({self.jacket: 30})
        plan = self._get_plan()
        plan.action_create_purchase_orders()
        plan.purchase_order_ids.button_cancel()
        self.assertEqual(self._get_line(plan, self.jacket).quantity_missing, 30)

    def test_a_product_without_supplier_is_shown_and_not_dropped(self):
        self._sell({self.hat: 6})
        plan = self._get_plan()
        line = self._get_line(plan, self.hat)
        self.assertEqual(line.quantity_missing, 6)
        self.assertFalse(line.partner_id)
        self.assertEqual(plan.without_supplier_count, 1)
        with self.assertRaisesRegex(UserError, "no supplier"):
            plan.action_create_purchase_orders()

    def test_quantities_are_converted_to_the_supplier_s_unit(self):
        # openfoodnetwork #8171, #9745, #12922: group reports summed different products
        # or the wrong pack size.
        dozen = self.env.ref("uom.product_uom_dozen")
        self.shoe.seller_ids.product_uom_id = dozen
        self._sell({self.shoe: 30})
        plan = self._get_plan()
        line = self._get_line(plan, self.shoe)
        self.assertEqual((line.quantity_missing, line.quantity_to_order), (30, 3))
        plan.action_create_purchase_orders()
        self.assertEqual(plan.purchase_order_ids.order_line.product_uom_id, dozen)
        line.invalidate_recordset()
        self.assertEqual((line.quantity_ordered, line.quantity_missing), (36, 0))

    def test_other_procurements_stay_out_of_a_plan_s_request(self):
        self._sell({self.shoe: 4})
        plan = self._get_plan()
        plan.action_create_purchase_orders()
        rule = self.env["stock.rule"].search([("action", "=", "buy")], limit=1)
        domain = rule._make_po_get_domain(
            self.company, {"date_planned": NOW}, self.shoes
        )
        self.assertFalse(
            self.env["purchase.order"].sudo().search(domain) & plan.purchase_order_ids
        )

    def test_the_purchase_app_opens_with_requests_as_ever(self):
        menus = self.env["ir.ui.menu"].with_user(self.purchaser).load_web_menus(False)
        opened = menus[self.env.ref("purchase.menu_purchase_root").id]
        self.assertEqual(
            opened["actionID"], self.env.ref("purchase.menu_purchase_rfq").action.id
        )

    def test_salespersons_have_no_part_in_plans(self):
        salesperson = new_test_user(
            self.env, "sam", groups="sales_team.group_sale_salesman"
        )
        plan = self._get_plan()
        with self.assertRaises(AccessError):
            plan.with_user(salesperson).read(["name"])

    def test_what_own_shops_are_to_get_is_bought_too(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.second_customer.partner_id.parent_id.preorder_location_id = self.env[
            "stock.location"
        ].create(
            {
                "name": "Shop",
                "usage": "internal",
                "location_id": warehouse.view_location_id.id,
                "company_id": self.company.id,
            }
        )
        self._sell({self.jacket: 10})
        answer = self._save(
            {self.jacket.product_variant_ids[0]: 7}, user=self.second_customer
        )
        self._get_form(answer)._submit(NOW)
        plan = self.env["preorder.purchase.plan"].create(
            {"campaign_ids": [Command.link(self.campaign.id)]}
        )
        plan.action_update()
        self.assertEqual(plan.line_ids.quantity_confirmed, 17)

    def test_a_purchaser_reads_the_whole_campaign(self):
        self.campaign.write(
            {
                "exclusion_ids": [Command.create({"product_tmpl_id": self.bottle.id})],
                "limit_ids": [Command.create({"name": "All", "maximum": 5})],
            }
        )
        self.assertEqual(
            Form(self.campaign.with_user(self.purchaser)).code, self.campaign.code
        )
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.purchaser).write({"name": "Mine"})
