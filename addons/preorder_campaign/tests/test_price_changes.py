from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.preorder_campaign.models.preorder_price_change import WATCHED_TABLES

from .common import NOW, PreorderCommon


@tagged("post_install", "-at_install")
class TestPriceChanges(PreorderCommon):
    """What prices depend on has another state after each change of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.variant = cls.bottle.product_variant_id
        cls.pricelist = cls.customer.partner_id.property_product_pricelist

    def _read(self, now=NOW):
        stamps = self.env["preorder.pricing"]._read_price_stamps([self.variant.id], now)
        return stamps.settings, stamps.by_product[self.variant.id]

    def test_each_watched_table_is_noted_whoever_writes_it(self):
        for table in WATCHED_TABLES:
            with self.subTest(table=table):
                before = self._read()
                self.env.cr.execute(f"UPDATE {table} SET id = id WHERE id = 1")
                self.assertNotEqual(self._read(), before)

    def test_what_prices_do_not_depend_on_is_not_noted(self):
        before = self._read()
        self.customer.partner_id.comment = "Pays late"
        self.assertEqual(self._read(), before)

    def test_two_changes_in_one_transaction_are_told_apart(self):
        states = {self._read()}
        for percentage in (10, 20, 30):
            self.pricelist.item_ids = [
                (5, 0, 0),
                (0, 0, {"compute_price": "percentage", "percent_price": percentage}),
            ]
            states.add(self._read())
        self.assertEqual(len(states), 4)

    def test_what_is_undone_never_looks_like_what_comes_instead(self):
        with self.env.cr.savepoint() as savepoint:
            self.pricelist.name = "Undone"
            undone = self._read()
            savepoint.rollback()
        self.pricelist.name = "Instead"
        self.assertNotEqual(self._read(), undone)

    def test_a_rule_that_begins_or_ends_changes_the_stamp_and_no_other_moment(self):
        begin, end = NOW + timedelta(days=1), NOW + timedelta(days=2)
        self.env["product.pricelist.item"].create(
            {"pricelist_id": self.pricelist.id, "date_start": begin, "date_end": end}
        )
        second = timedelta(seconds=1)
        found = [
            self._read(moment)
            for moment in (NOW, begin - second, begin, end, end + second)
        ]
        before, still_before, begun, last, over = found
        self.assertEqual(before, still_before)
        self.assertEqual(begun, last)
        self.assertEqual(len({before, begun, over}), 3)

    def test_the_table_is_kept_short_and_its_state_new(self):
        changes = self.env["preorder.price.change"]
        changes.create([{"made_in": str(-n)} for n in range(changes.KEPT + 1)])
        before = self._read()
        changes._gc_changes()
        self.assertEqual(changes.search_count([]), 1)
        self.assertNotEqual(self._read(), before)
        after = self._read()
        changes._gc_changes()
        self.assertEqual(self._read(), after)

    def test_a_price_rule_s_change_is_in_the_next_saved_cell(self):
        for percentage, price in ((10, None), (50, None)):
            self.pricelist.item_ids = [
                (5, 0, 0),
                (0, 0, {"compute_price": "percentage", "percent_price": percentage}),
            ]
            (cell,) = self._save({self.variant: percentage})["cells"]
            price = cell["price"] * (1 - cell["discount"] / 100)
            expected = self.bottle.list_price * (1 - percentage / 100)
            self.assertAlmostEqual(price, expected, 2)
