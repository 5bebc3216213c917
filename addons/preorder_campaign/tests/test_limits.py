from decimal import Decimal
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.preorder_campaign.limits import (
    Cell,
    Customer,
    Limit,
    Variant,
    add_up,
    applies_to,
    check,
    covers,
    get_left,
    is_near,
    propose,
)

pieces = st.integers(0, 60).map(float)
metres = st.integers(0, 6000).map(lambda n: n / 100)
bound = st.none() | st.integers(1, 60).map(float)
small_ids = st.integers(1, 4)
variants = st.builds(
    Variant,
    small_ids,
    st.integers(1, 2),
    st.frozensets(small_ids, max_size=2),
    st.frozensets(small_ids, max_size=2),
)


def dec(quantity):
    return Decimal(str(quantity))


def is_allowed(limit, quantity, others):
    """The rule once more, in Decimal, as the office would read it out."""
    if not quantity:
        return True
    total = dec(others) + dec(quantity)
    return (
        (limit.maximum is None or total <= dec(limit.maximum))
        and (limit.minimum is None or total >= dec(limit.minimum))
        and (limit.multiple is None or total % dec(limit.multiple) == 0)
    )


def make_limits(draw_bounds):
    return [
        Limit(key, minimum=low, maximum=high, multiple=multiple, product_ids=products)
        for key, (low, high, multiple, products) in enumerate(draw_bounds)
    ]


class TestCheck(TestCase):
    @given(bound, bound, bound, pieces, pieces)
    def test_a_limit_is_broken_exactly_when_the_office_says_so(
        self, minimum, maximum, multiple, quantity, others
    ):
        limit = Limit(1, minimum=minimum, maximum=maximum, multiple=multiple)
        violation = check(limit, quantity, others)
        self.assertEqual(violation is None, is_allowed(limit, quantity, others))
        if not violation:
            return
        # The quantities named are the next ones: found by trying all there are.
        lower = max(n for n in range(int(quantity) + 1) if is_allowed(limit, n, others))
        higher = next(
            (n for n in range(int(quantity), 400) if is_allowed(limit, n, others)), None
        )
        self.assertEqual((violation.lower, violation.higher), (lower, higher))

    @given(metres, metres, metres)
    def test_fractions_are_counted_exactly(self, maximum, quantity, others):
        limit = Limit(1, maximum=maximum)
        violation = check(limit, quantity, others)
        self.assertEqual(violation is None, is_allowed(limit, quantity, others))
        left = max(dec(maximum) - dec(others), Decimal(0))
        self.assertEqual(dec(get_left(limit, others)), left)

    def test_ten_tenths_are_one(self):
        variant = Variant(1)
        limit = Limit("a", maximum=1.0)
        total = add_up([limit], [(variant, 0.1)] * 10)["a"]
        self.assertEqual(total, 1.0)
        self.assertIsNone(check(limit, total))

    def test_minimum_and_multiple_are_two_things(self):
        # foodsoft #827, odoo #16324: minimum and multiple were mixed up.
        self.assertIsNone(check(Limit(1, minimum=6), 7))
        self.assertEqual(check(Limit(1, multiple=6), 7).kind, "multiple")
        self.assertIsNone(check(Limit(1, minimum=7, multiple=6), 12))
        broken = check(Limit(1, minimum=7, multiple=6), 6)
        self.assertEqual((broken.kind, broken.higher), ("minimum", 12))

    def test_a_maximum_of_nothing_lets_nothing_through(self):
        self.assertEqual(check(Limit(1, maximum=0.0), 1).left, 0)
        self.assertIsNone(check(Limit(1, maximum=0.0), 0))

    def test_near_is_when_a_tenth_is_left(self):
        limit = Limit(1, maximum=100.0)
        self.assertFalse(is_near(limit, 49, 40))
        self.assertTrue(is_near(limit, 50, 40))
        self.assertFalse(is_near(limit, 0, 99))


class TestScope(TestCase):
    def test_products_add_up_and_values_narrow_down(self):
        parka_xl = Variant(1, 10, frozenset({100}), frozenset({7, 20}))
        parka_s = Variant(2, 10, frozenset({100}), frozenset({5, 20}))
        hat_xl = Variant(3, 11, frozenset({101}), frozenset({7}))
        xl = frozenset({7})
        for limit, expected in (
            (Limit(1), {1, 2, 3}),
            (Limit(1, value_ids=(xl,)), {1, 3}),
            (Limit(1, template_ids=frozenset({10}), value_ids=(xl,)), {1}),
            (Limit(1, value_ids=(xl, frozenset({20, 21}))), {1}),
            (
                Limit(1, product_ids=frozenset({3}), template_ids=frozenset({10})),
                {1, 2, 3},
            ),
            (Limit(1, category_ids=frozenset({101})), {3}),
        ):
            found = {
                v.product_id for v in (parka_xl, parka_s, hat_xl) if covers(limit, v)
            }
            self.assertEqual(found, expected)

    def test_contacts_and_labels_add_up_and_the_channel_narrows_down(self):
        customer = Customer(frozenset({1, 2}), frozenset({9}), "website")
        for limit, expected in (
            (Limit(1), True),
            (Limit(1, partner_ids=frozenset({2})), True),
            (Limit(1, partner_ids=frozenset({3})), False),
            (Limit(1, partner_ids=frozenset({3}), label_ids=frozenset({9})), True),
            (Limit(1, label_ids=frozenset({8})), False),
            (Limit(1, channel="website"), True),
            (Limit(1, channel="punchout", partner_ids=frozenset({2})), False),
        ):
            self.assertEqual(applies_to(limit, customer), expected)

    @given(st.lists(st.tuples(variants, metres), max_size=8), st.frozensets(small_ids))
    def test_sums_are_exact(self, portions, product_ids):
        limit = Limit("x", product_ids=product_ids)
        expected = sum(
            (
                dec(quantity)
                for variant, quantity in portions
                if not product_ids or variant.product_id in product_ids
            ),
            Decimal(0),
        )
        self.assertEqual(dec(add_up([limit], portions)["x"]), expected)


class TestProposal(TestCase):
    rules = st.lists(
        st.tuples(bound, bound, bound, st.frozensets(small_ids, max_size=3)),
        min_size=1,
        max_size=4,
    )

    @given(
        rules,
        st.lists(pieces, min_size=4, max_size=4),
        st.lists(pieces, min_size=4, max_size=4),
        st.lists(st.sampled_from([1.0, 0.01]), min_size=4, max_size=4),
    )
    def test_keeps_every_limit_and_never_invents_a_cell(
        self, rules, quantities, others, steps
    ):
        found = make_limits(rules)
        limits = list(zip(found, others, strict=False))
        cells = {
            number: Cell(Variant(number), quantity, step)
            for number, (quantity, step) in enumerate(
                zip(quantities, steps, strict=True), 1
            )
        }
        changes = propose(cells, limits)
        self.assertEqual(changes, propose(cells, limits))
        after = {key: changes.get(key, cell.quantity) for key, cell in cells.items()}

        def is_kept(quantities):
            return all(
                is_allowed(
                    limit,
                    sum(
                        (
                            dec(quantity)
                            for key, quantity in quantities.items()
                            if not limit.product_ids or key in limit.product_ids
                        ),
                        Decimal(0),
                    ),
                    held,
                )
                for limit, held in limits
            )

        self.assertTrue(is_kept(after))
        self.assertEqual(
            not changes, is_kept({key: cell.quantity for key, cell in cells.items()})
        )
        for key, quantity in changes.items():
            self.assertGreater(cells[key].quantity, 0)
            self.assertNotEqual(quantity, cells[key].quantity)
            self.assertEqual(dec(quantity) % dec(cells[key].step), 0)

    @given(st.lists(st.integers(0, 50), min_size=1, max_size=6), st.integers(0, 100))
    def test_uses_all_that_is_left_and_takes_away_in_proportion(self, quantities, left):
        cells = {i: Cell(Variant(i), q) for i, q in enumerate(quantities)}
        changes = propose(cells, [(Limit(1, maximum=float(left)), 0.0)])
        after = [changes.get(i, q) for i, q in enumerate(quantities)]
        total = sum(quantities)
        self.assertEqual(sum(after), min(left, total))
        for old, new in zip(quantities, after, strict=True):
            self.assertLessEqual(new, old)
            if total > left:
                self.assertLess(abs(new - old * left / total), 1)

    def test_too_little_goes_up_and_between_multiples_goes_to_the_nearer_one(self):
        cells = {"a": Cell(Variant(1), 4), "b": Cell(Variant(2), 6)}
        self.assertEqual(propose(cells, [(Limit(1, minimum=20), 0)]), {"a": 8, "b": 12})
        self.assertEqual(propose(cells, [(Limit(1, multiple=6), 0)]), {"a": 5, "b": 7})
        self.assertEqual(propose(cells, [(Limit(1, multiple=9), 0)]), {"b": 5})

    def test_what_cannot_go_up_goes_down(self):
        cells = {"a": Cell(Variant(1), 4)}
        limits = [(Limit(1, multiple=6), 0), (Limit(2, maximum=5), 0)]
        self.assertEqual(propose(cells, limits), {"a": 0})
