from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .common import NOW, PreorderCommon


@tagged("post_install", "-at_install")
class TestFigures(PreorderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.water = cls.bottle.product_variant_id
        cls.parka = cls.jacket.product_variant_ids[0]
        cls.shops = [
            cls._make_customer(f"Shop {number}", f"shop{number}", cls.label)
            for number in range(7)
        ]
        cls.campaign.write({"previous_sales": "company", "previous_sales_weeks": 10})

    def _sell(self, quantity, *, partner=None, days_ago=7, confirm=True, **line):
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.customer.partner_id).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.water.id,
                            "product_uom_qty": quantity,
                            **line,
                        }
                    )
                ],
            }
        )
        if confirm:
            order.action_confirm()
        order.date_order = NOW - timedelta(days=days_ago)
        return order

    def _get_sales(self, partner=None):
        return self.campaign._get_previous_sales(
            partner or self.customer.partner_id, [self.water.id, self.parka.id]
        ).get(self.water.id)

    def _get_average(self, partner=None):
        return self.campaign._get_colleagues_average(
            partner or self.customer.partner_id, [self.water.id, self.parka.id]
        ).get(self.water.id)

    # Previous sales

    def test_a_customer_sees_what_its_company_and_its_branches_bought(self):
        company = self.customer.partner_id.parent_id
        branch = self.env["res.partner"].create(
            {"name": "Branch", "is_company": True, "parent_id": company.id}
        )
        self._sell(3)
        self._sell(4, partner=branch)
        self._sell(5, partner=company)
        self._sell(100, partner=self.outsider.partner_id)
        self.assertEqual(self._get_sales(), 12)
        self.assertEqual(self._get_sales(branch), 12)
        self.assertEqual(self._get_sales(self.outsider.partner_id), 100)

    def test_all_customers_sales_show_where_the_office_says_so(self):
        self._sell(3)
        self._sell(100, partner=self.outsider.partner_id)
        self.campaign.previous_sales = "all"
        self.assertEqual(self._get_sales(), 103)

    def test_nothing_shows_unless_the_office_says_so(self):
        self._sell(3)
        self.campaign.previous_sales = "none"
        self.assertIsNone(self._get_sales())

    def test_weeks_are_counted_back_from_today_in_the_campaign_s_time_zone(self):
        # Midnight in Amsterdam is 23:00 UTC in winter.
        self.campaign.previous_sales_weeks = 1
        today = NOW.replace(hour=23) - timedelta(days=1)
        order = self._sell(3)
        for moment, counts in (
            (today, False),
            (today - timedelta(minutes=1), True),
            (today - timedelta(days=7), True),
            (today - timedelta(days=7, minutes=1), False),
        ):
            order.date_order = moment
            self.assertEqual(self._get_sales(), 3 if counts else None, moment)

    def test_a_dozen_sold_is_twelve_pieces(self):
        self._sell(2, product_uom_id=self.env.ref("uom.product_uom_dozen").id)
        self.assertEqual(self._get_sales(), 24)

    def test_quotations_and_cancelled_orders_are_no_sales(self):
        self._sell(3, confirm=False)
        self._sell(4)._action_cancel()
        self.assertIsNone(self._get_sales())

    def test_goods_taken_back_do_not_lessen_what_was_sold(self):
        self._sell(5)
        self._sell(-2)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.customer.partner_id.id,
                "invoice_line_ids": [
                    Command.create({"product_id": self.water.id, "quantity": 2})
                ],
            }
        )
        invoice.action_post()
        self.assertEqual(self._get_sales(), 5)

    def test_what_this_campaign_sells_is_no_previous_sale(self):
        quotation = self._get_form(self._save({self.water: 6}))._submit(NOW)
        quotation.action_confirm()
        quotation.date_order = NOW - timedelta(days=7)
        self.assertIsNone(self._get_sales())
        quotation.order_line.preorder_campaign_id = self._make_campaign("Last", "W25")
        self.assertEqual(self._get_sales(), 6)

    def test_other_companies_of_the_seller_do_not_count(self):
        order = self._sell(5)
        self.assertEqual(self._get_sales(), 5)
        other = self.env["res.company"].create({"name": "Other"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order_line SET company_id = %s WHERE order_id = %s",
            (other.id, order.id),
        )
        self.assertIsNone(self._get_sales())

    # Colleagues' average

    def _order_as(self, count, quantity, start=0):
        """Let other companies fill forms: each its quantity plus its number."""
        forms = self.env["preorder.order"]
        for number in range(start, start + count):
            forms |= self._get_form(
                self._save({self.water: quantity + number}, user=self.shops[number])
            )
        return forms

    def test_the_average_of_five_companies_shows_and_of_four_does_not(self):
        self.campaign.show_colleagues_average = True
        self._order_as(4, 10)
        self.assertIsNone(self._get_average())
        self._order_as(1, 10, start=4)
        self.assertEqual(self._get_average(), 12)

    def test_the_own_company_is_no_colleague(self):
        self.campaign.show_colleagues_average = True
        forms = self._order_as(5, 10)
        self.assertIsNone(self._get_average(forms[0].partner_id))
        self._save({self.water: 1000})
        self.assertEqual(self._get_average(), 12)

    def test_branches_of_one_company_are_one_colleague(self):
        self.campaign.show_colleagues_average = True
        forms = self._order_as(4, 10)
        branch = self._make_login("Branch", "branch", forms[0].customer_company_id)
        self._save({self.water: 10}, user=branch)
        self.assertIsNone(self._get_average())

    def test_cancelled_forms_and_empty_cells_do_not_count(self):
        self.campaign.show_colleagues_average = True
        forms = self._order_as(7, 10)
        self.assertEqual(self._get_average(), 13)
        forms[6].action_cancel()
        self._save(
            {self.water: (0, 1)},
            order=forms[5],
            user=self.shops[5],
        )
        self.assertEqual(self._get_average(), 12)
        forms[4].action_cancel()
        self.assertIsNone(self._get_average())

    def test_submitted_forms_count_and_other_campaigns_forms_do_not(self):
        self.campaign.show_colleagues_average = True
        for form in self._order_as(5, 10):
            form._submit(NOW)
        self.assertEqual(self._get_average(), 12)
        other = self._make_campaign("Other", "O26", show_colleagues_average=True)
        self.assertFalse(
            other._get_colleagues_average(self.customer.partner_id, [self.water.id])
        )

    def test_no_average_shows_unless_the_office_says_so(self):
        self._order_as(5, 10)
        self.assertIsNone(self._get_average())

    # Speed

    def test_figures_take_one_query_each_however_many_variants_there_are(self):
        self.campaign.show_colleagues_average = True
        self._sell(3)
        self._save({self.water: 1})
        partner = self.customer.partner_id
        variants = self.jacket.product_variant_ids.ids + [self.water.id]
        self.env.flush_all()
        partner._get_preorder_lineage()
        _ = self.campaign.previous_sales, self.campaign.company_id
        with self.assertQueryCount(2):
            self.campaign._get_previous_sales(partner, variants)
            self.campaign._get_colleagues_average(partner, variants)
