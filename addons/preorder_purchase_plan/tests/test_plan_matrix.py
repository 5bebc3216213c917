from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .documents import PlanDocumentsCommon


@tagged("post_install", "-at_install")
class TestPlanMatrix(PlanDocumentsCommon):
    """What the matrix in the browser reads."""

    def _get_figures(self, matrix, name):
        """Figures by row's and column's name, of the product of that name."""
        (product,) = [each for each in matrix["products"] if each["name"] == name]
        measures = [measure["name"] for measure in matrix["measures"]]
        return {
            (product["rows"][row]["name"], product["columns"][column]): dict(
                zip(measures, figures, strict=True)
            )
            for _id, row, column, _supplier, _unit, figures, _marks in product["lines"]
        }

    def test_colours_are_rows_and_sizes_columns(self):
        self._sell_some_of_everything()
        matrix = self._get_plan().get_matrix()
        figures = self._get_figures(matrix, "Parka")
        self.assertEqual(set(figures), {("Black", "S"), ("Black", "L"), ("Red", "S")})
        self.assertEqual(
            figures["Black", "S"],
            {
                "quantity_to_order": 30,
                "quantity_wanted": 30,
                "quantity_confirmed": 30,
                "quantity_ordered": 0,
                "quantity_missing": 30,
            },
        )

    def test_a_product_brings_its_codes_its_supplier_and_its_picture(self):
        self._sell_some_of_everything()
        matrix = self._get_plan().get_matrix()
        (parka,) = [each for each in matrix["products"] if each["name"] == "Parka"]
        self.assertEqual((parka["code"], parka["supplier_code"]), ("PAR", "BAL-77"))
        self.assertTrue(parka["picture"])
        place = parka["lines"][0][3]
        self.assertEqual(matrix["suppliers"][place]["name"], "Baltic Textiles")

    def test_what_has_no_supplier_is_among_it_and_marked(self):
        self._sell_some_of_everything()
        matrix = self._get_plan().get_matrix()
        (hat,) = [each for each in matrix["products"] if "Hat" in each["name"]]
        self.assertEqual((hat["lines"][0][3], hat["lines"][0][6]), (-1, ["problem"]))

    def test_a_supplier_s_row_has_its_own_products_alone(self):
        self._sell_some_of_everything()
        plan = self._get_plan()
        supplier = self._get_supplier(plan, self.metals)
        matrix = plan.get_matrix(supplier_id=supplier.id)
        self.assertEqual([each["name"] for each in matrix["products"]], ["Bottle"])

    def test_after_a_change_one_product_is_read_again(self):
        self._sell_some_of_everything()
        plan = self._get_plan()
        line = plan.line_ids.filtered(lambda line: line.partner_id == self.metals)
        line.write({"decision_reason": "Fair", "quantity_to_order": 40})
        matrix = plan.get_matrix(product_ids=self.bottle.ids)
        (bottle,) = matrix["products"]
        (raw,) = bottle["lines"]
        self.assertEqual((raw[5][0], raw[6]), (40, ["decided"]))

    def test_only_purchasers_read_it(self):
        plan = self._get_plan()
        salesperson = new_test_user(
            self.env, "sam", groups="sales_team.group_sale_manager"
        )
        with self.assertRaises(AccessError):
            plan.with_user(salesperson).get_matrix()

    def _make_products(self, count):
        attributes = self.jacket.attribute_line_ids
        products = self.env["product.template"].create(
            [
                {
                    "name": f"Coat {number}",
                    "categ_id": self.category.id,
                    "attribute_line_ids": [
                        Command.create(
                            {
                                "attribute_id": line.attribute_id.id,
                                "value_ids": [Command.set(line.value_ids.ids)],
                            }
                        )
                        for line in attributes
                    ],
                }
                for number in range(count)
            ]
        )
        for product in products:
            self._set_seller(product, self.textiles, 10.0, "C", "Coat")
        return products

    def _count_queries(self, plan):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        plan.get_matrix()
        return self.env.cr.sql_log_count - before

    def test_its_queries_do_not_grow_with_the_plan(self):
        products = self._make_products(12)
        plan = self.env["preorder.purchase.plan"].create(
            {"campaign_ids": [Command.link(self.campaign.id)]}
        )

        def add(some):
            self.env["preorder.purchase.plan.line"].create(
                [
                    {
                        "plan_id": plan.id,
                        "product_id": variant.id,
                        "quantity_confirmed": 5,
                    }
                    for variant in some.product_variant_ids
                ]
            )

        add(products[:2])
        few = self._count_queries(plan)
        add(products[2:])
        many = self._count_queries(plan)
        self.assertEqual(many, few)
        self.assertLessEqual(many, 30)
