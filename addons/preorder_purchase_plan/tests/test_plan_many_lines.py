from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import PlanCommon


@tagged("post_install", "-at_install")
class TestPlanManyLines(PlanCommon):
    """What is usual is added up the quick way; what is not, all the same exactly."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scarf = cls._make_product("Scarf", (0, 4.0))
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.foreign = (
            cls.env["res.currency"]
            .with_context(active_test=False)
            .search([("id", "!=", cls.company.currency_id.id)], limit=1)
        )
        cls.foreign.active = True
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls.foreign.id,
                "company_id": cls.company.id,
                "name": "2020-01-01",
                "rate": 4.0,
            }
        )

    def _change(self, lines, **values):
        """Have lines as an order in another unit or currency has them."""
        self.env.flush_all()
        for name, value in values.items():
            self.env.cr.execute(
                SQL(
                    "UPDATE sale_order_line SET %s = %s WHERE id IN %s",
                    SQL.identifier(name),
                    value,
                    lines._ids,
                )
            )
        self.env.invalidate_all()

    def _add_up(self, plan):
        """The demand, line by line: product id → (confirmed, quoted, sales of both)."""
        result = {}
        rates = {self.foreign.id: 0.25}
        for line in self.env["sale.order.line"].search(
            [
                ("preorder_campaign_id", "in", plan.campaign_ids.ids),
                ("product_id.type", "=", "consu"),
                ("state", "!=", "cancel"),
            ]
        ):
            sums = result.setdefault(line.product_id.id, [0.0] * 4)
            sold = line.state == "sale"
            sums[0 if sold else 1] += line.product_uom_id._compute_quantity(
                line.product_uom_qty, line.product_id.uom_id, round=False
            )
            sums[2 if sold else 3] += line.price_subtotal * rates.get(
                line.currency_id.id, 1.0
            )
        return result

    def assertAddsUp(self, plan):
        found = {}
        for (product_id, _place, _week), wanted in plan._get_demand().items():
            sums = found.setdefault(product_id, [0.0] * 4)
            for place, name in enumerate(
                (
                    "quantity_confirmed",
                    "quantity_quoted",
                    "sales_confirmed",
                    "sales_quoted",
                )
            ):
                sums[place] += wanted.quantities[name]
        expected = self._add_up(plan)
        self.assertEqual(found.keys(), expected.keys())
        for product_id, sums in expected.items():
            for own, other in zip(found[product_id], sums, strict=True):
                self.assertAlmostEqual(own, other)

    def test_units_and_currencies_are_told_apart_variant_by_variant(self):
        first = self._sell({self.cap: 3, self.scarf: 5})
        second = self._sell({self.cap: 2, self.scarf: 7}, user=self.second_customer)
        self._quote({self.cap: 4})
        plan = self._make_plan()
        self.assertAddsUp(plan)
        for order in (first, second):
            # Whichever is read first is taken for the usual one.
            caps = order.order_line.filtered(lambda line: line.product_id == self.cap)
            self._change(caps, product_uom_id=self.dozen.id)
            self.assertAddsUp(plan)
            self._change(caps, currency_id=self.foreign.id)
            self.assertAddsUp(plan)
        self._change(first.order_line, currency_id=self.foreign.id)
        self.assertAddsUp(plan)

    def test_a_line_without_a_currency_is_in_the_company_s(self):
        first = self._sell({self.cap: 3})
        second = self._sell({self.cap: 2}, user=self.second_customer)
        plan = self._make_plan()
        # Whichever is read first is taken for the usual one.
        for without, abroad in ((first, second), (second, first)):
            self._change(without.order_line, currency_id=None)
            self._change(abroad.order_line, currency_id=self.foreign.id)
            self.assertAddsUp(plan)

    def test_several_campaigns_and_weeks_add_up(self):
        self._sell({self.cap: 3, self.scarf: 5})
        self._sell({self.cap: 2}, campaign=self.other_campaign)
        plan = self._make_plan(by_week=True)
        plan.campaign_ids = [Command.link(self.other_campaign.id)]
        self.assertAddsUp(plan)

    def test_adding_up_leaves_the_database_s_choices_as_they_were(self):
        self._sell({self.cap: 3})
        plan = self._make_plan()
        for choice in ("on", "off"):
            self.env.cr.execute(
                "SELECT set_config('enable_hashagg', %s, TRUE)", [choice]
            )
            plan._get_demand()
            self.env.cr.execute("SELECT current_setting('enable_hashagg')")
            self.assertEqual(self.env.cr.fetchone(), (choice,))

    def test_services_are_not_bought(self):
        self._sell({self.cap: 3, self.scarf: 5})
        self.env.cr.execute(
            SQL(
                "UPDATE product_template SET type = 'service' WHERE id = %s",
                self.scarf.product_tmpl_id.id,
            )
        )
        self.env.invalidate_all()
        plan = self._make_plan()
        self.assertEqual(plan.line_ids.product_id, self.cap)
        self.assertAddsUp(plan)

    # Queries

    def _make_lines(self, plan, number, name=""):
        """Lines of a plan, of products that one supplier sells."""
        return self.env["preorder.purchase.plan.line"].create(
            [
                {
                    "plan_id": plan.id,
                    "product_id": self._make_product(f"{name} {n}", (0, 2.0)).id,
                    "quantity_confirmed": 5,
                }
                for n in range(number)
            ]
        )

    def _make_empty_plan(self, name, **values):
        campaign = self._make_campaign(f"Many {name}", name)
        return self.env["preorder.purchase.plan"].create(
            {"campaign_ids": [Command.link(campaign.id)], **values}
        )

    def _count_queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _assert_flat(self, count):
        """Check that many lines take the queries of few.

        :param count: callable of a number of lines → queries
        """
        count(3)
        few, many = count(10), count(100)
        self.assertLessEqual(many, few + 3)

    def test_what_the_plan_orders_is_read_together_after_the_cache_was_emptied(self):
        def count(number):
            plan = self._make_empty_plan(f"M{number}")
            self._make_lines(plan, number)
            self.env.flush_all()
            lines = plan.line_ids
            return self._count_queries(lambda: plan._order_lines(lines))

        self._assert_flat(count)

    def test_many_lines_are_added_to_an_open_request_with_the_queries_of_few(self):
        def count(number):
            plan = self._make_empty_plan(f"A{number}", on_more="add")
            plan._order_lines(self._make_lines(plan, 1, "First"))
            lines = self._make_lines(plan, number, "More")
            queries = self._count_queries(lambda: plan._order_lines(lines))
            self.assertEqual(len(plan.purchase_order_ids), 1)
            self.assertEqual(len(plan.purchase_order_ids.order_line), number + 1)
            self.assertEqual(
                set(plan.purchase_order_ids.order_line.mapped("price_unit")), {2.0}
            )
            return queries

        self._assert_flat(count)

    def test_lines_of_an_open_request_grow_with_the_queries_that_core_needs(self):
        def count(number):
            plan = self._make_empty_plan(f"G{number}", on_more="add")
            lines = self._make_lines(plan, number)
            plan._order_lines(lines)
            ordered = plan.purchase_order_ids.order_line
            lines.write({"quantity_confirmed": 8})
            queries = self._count_queries(lambda: plan._order_lines(lines))
            self.assertEqual(plan.purchase_order_ids.order_line, ordered)
            self.assertEqual(set(ordered.mapped("product_qty")), {8.0})

            def change_quantities():
                for line in ordered:
                    line.product_qty += 1

            # Core looks for the supplier's price of each new quantity.
            return queries - self._count_queries(change_quantities)

        self._assert_flat(count)
