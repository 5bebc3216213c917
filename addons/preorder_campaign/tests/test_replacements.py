from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, tagged

from .. import replacements
from .common import PreorderCommon


@tagged("post_install", "-at_install")
class TestChains(BaseCase):
    @given(st.dictionaries(st.integers(0, 12), st.integers(0, 12)), st.integers(0, 12))
    def test_a_successor_is_where_as_many_steps_as_there_are_links_lead(
        self, links, product
    ):
        # Another way to say it: without a circle, n links end after n steps at most.
        end = product
        for _step in range(len(links)):
            end = links.get(end, end)
        if end in links:
            with self.assertRaises(ValueError):
                replacements.get_successor(links, product)
            self.assertTrue(replacements.find_circle(links, [product]))
        else:
            self.assertEqual(replacements.get_successor(links, product), end)
            self.assertEqual(replacements.find_circle(links, [product]), [])

    @given(st.dictionaries(st.integers(0, 8), st.integers(0, 8)))
    def test_a_circle_is_told_in_order_and_closed(self, links):
        circle = replacements.find_circle(links, sorted(links))
        for product, successor in zip(circle, circle[1:], strict=False):
            self.assertEqual(links[product], successor)
        if circle:
            self.assertEqual(circle[0], circle[-1])
            self.assertEqual(len(set(circle)), len(circle) - 1)


@tagged("post_install", "-at_install")
class TestReplacements(PreorderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second, cls.third, cls.fourth = cls.env[
            "product.product"
        ].create(
            [
                {"name": f"Boot {year}", "categ_id": cls.category.id}
                for year in (2024, 2025, 2026, 2027)
            ]
        )
        cls.new_category = cls.env["product.category"].create({"name": "New"})

    def _chain(self, *products):
        for product, successor in zip(products, products[1:], strict=False):
            product.preorder_replaced_by_id = successor

    # Chains

    def test_chains_are_followed_to_the_end_in_one_query(self):
        self._chain(self.first, self.second, self.third)
        products = self.first + self.second + self.third + self.fourth
        self.env.flush_all()
        with self.assertQueryCount(1):
            successors = products._get_preorder_successor()
        self.assertEqual(
            successors,
            {
                self.first: self.third,
                self.second: self.third,
                self.third: self.third,
                self.fourth: self.fourth,
            },
        )

    def test_an_archived_product_in_between_does_not_break_a_chain(self):
        self._chain(self.first, self.second, self.third)
        self.second.action_archive()
        self.assertEqual(self.first._get_preorder_successor(), {self.first: self.third})

    def test_a_circle_is_refused_by_name(self):
        self._chain(self.first, self.second, self.third)
        with self.assertRaises(ValidationError) as refusal:
            self.third.preorder_replaced_by_id = self.first
        self.assertIn(
            "Boot 2026 → Boot 2024 → Boot 2025 → Boot 2026", str(refusal.exception)
        )

    def test_a_product_does_not_replace_itself(self):
        with self.assertRaises(ValidationError):
            self.first.preorder_replaced_by_id = self.first

    def test_a_copy_is_not_replaced(self):
        self._chain(self.first, self.second)
        self.assertFalse(self.first.copy().preorder_replaced_by_id)

    def test_a_product_without_variants_is_replaced_on_its_own_form(self):
        template = self.first.product_tmpl_id
        template.preorder_replaced_by_id = self.second
        self.assertEqual(self.first.preorder_replaced_by_id, self.second)
        self.assertEqual(template.preorder_replaced_by_id, self.second)
        found = self.env["product.template"].search(
            [("preorder_replaced_by_id", "=", self.second.id)]
        )
        self.assertEqual(found, template)
        self.assertFalse(self.jacket.preorder_replaced_by_id)

    # The assortment

    def test_the_office_is_told_of_replaced_products_in_the_assortment(self):
        self.assertEqual(self.campaign.replaced_count, 0)
        self._chain(self.first, self.second)
        self.other_product.preorder_replaced_by_id = self.second
        self.campaign.invalidate_recordset(["replaced_count"])
        self.assertEqual(self.campaign.replaced_count, 1)
        action = self.campaign.action_view_replaced()
        self.assertEqual(
            self.env["product.product"].search(action["domain"]), self.first
        )

    def test_successors_are_added_next_to_what_they_replace(self):
        self.third.categ_id = self.new_category
        self._chain(self.first, self.second, self.third)
        action = self.campaign.action_add_successors()
        self.assertEqual(self.campaign.product_ids, self.third)
        self.assertEqual(action["params"]["type"], "success")
        self.assertIn(self.first, self._get_assortment())

    def test_successors_that_cannot_be_sold_are_named(self):
        self.third.categ_id = self.fourth.categ_id = self.new_category
        self.third.action_archive()
        self.campaign.excluded_product_ids = self.fourth
        self._chain(self.first, self.third)
        self._chain(self.second, self.fourth)
        message = self.campaign.action_add_successors()["params"]["message"]
        self.assertIn("Boot 2026", message)
        self.assertIn("Boot 2027", message)
        self.assertFalse((self.third + self.fourth) & self._get_assortment())

    def test_replaced_products_leave_the_assortment_however_they_came_in(self):
        self.second.categ_id = self.new_category
        self.campaign.product_ids = self.second
        self._chain(self.first, self.third)
        self._chain(self.second, self.third)
        self.campaign.action_remove_replaced()
        self.assertFalse((self.first + self.second) & self._get_assortment())
        self.assertIn(self.third, self._get_assortment())
        self.assertFalse(self.campaign.product_ids)
        self.assertEqual(self.campaign.excluded_product_ids, self.first)

    def test_a_replaced_colour_does_not_touch_the_others(self):
        red, *others = self.jacket.product_variant_ids
        red.preorder_replaced_by_id = self.first
        self.campaign.action_remove_replaced()
        self.assertEqual(
            self._get_assortment() & self.jacket.product_variant_ids,
            self.env["product.product"].union(*others),
        )

    def _get_assortment(self):
        return self.env["product.product"].search(
            self.campaign._get_assortment_domain()
        )
