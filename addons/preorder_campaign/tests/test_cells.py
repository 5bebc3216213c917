from datetime import date
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.preorder_campaign import cells

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


def make_cell(**values):
    return {"product": 1, "date": None, "quantity": 2, "revision": 0, **values}


class TestParseBatch(TestCase):
    def test_a_cell_is_read(self):
        (change,) = cells.parse_batch(
            "batch-01", [make_cell(date="2026-03-01", quantity=2.5, revision=7)]
        ).values()
        self.assertEqual(change.key, cells.CellKey(1, date(2026, 3, 1)))
        self.assertEqual((change.quantity, change.revision), (2.5, 7))
        self.assertFalse(change.late)

    def test_a_cell_may_say_that_it_was_typed_a_while_ago(self):
        (change,) = cells.parse_batch("batch-01", [make_cell(late=True)]).values()
        self.assertTrue(change.late)

    def test_of_a_cell_sent_twice_the_later_counts(self):
        changes = cells.parse_batch(
            "batch-01", [make_cell(quantity=1), make_cell(quantity=9)]
        )
        self.assertEqual([c.quantity for c in changes.values()], [9])

    @given(anything, anything)
    def test_anything_else_is_refused_in_one_way(self, batch, sent):
        try:
            changes = cells.parse_batch(batch, sent)
        except cells.MalformedBatch:
            return
        self.assertTrue(changes)

    def test_refuses_what_is_not_the_protocol(self):
        for sent in (
            [],
            [make_cell(price=1)],
            [{"product": 1}],
            [make_cell(product="1")],
            [make_cell(product=True)],
            [make_cell(product=0)],
            [make_cell(product=2**31)],
            [make_cell(revision=-1)],
            [make_cell(quantity="2")],
            [make_cell(quantity=float("nan"))],
            [make_cell(quantity=float("inf"))],
            [make_cell(quantity=True)],
            [make_cell(late=1)],
            [make_cell(date="soon")],
            [make_cell(date=20260301)],
            [make_cell()] * (cells.MAXIMUM_BATCH + 1),
        ):
            with self.subTest(sent=sent[:1]), self.assertRaises(cells.MalformedBatch):
                cells.parse_batch("batch-01", sent)
        for batch in (None, 12345678, "short", "x" * 65):
            with self.subTest(batch=batch), self.assertRaises(cells.MalformedBatch):
                cells.parse_batch(batch, [make_cell()])


class TestConflict(TestCase):
    def is_conflict(
        self, *, seen, stored, changed_by=1, user=2, quantity=5.0, late=False
    ):
        change = cells.CellChange(cells.CellKey(1), quantity, seen, late)
        return cells.is_conflict(
            change, stored and cells.StoredCell(3.0, stored, changed_by), user
        )

    def test_somebody_elses_newer_revision_is_a_conflict(self):
        self.assertTrue(self.is_conflict(seen=1, stored=2))

    def test_the_revision_last_seen_is_none(self):
        self.assertFalse(self.is_conflict(seen=2, stored=2))

    def test_the_same_person_in_another_tab_is_none(self):
        self.assertFalse(self.is_conflict(seen=1, stored=2, changed_by=2))

    def test_what_the_same_person_typed_a_while_ago_is_one(self):
        self.assertTrue(self.is_conflict(seen=1, stored=2, changed_by=2, late=True))
        self.assertFalse(self.is_conflict(seen=2, stored=2, changed_by=2, late=True))
        self.assertFalse(
            self.is_conflict(seen=1, stored=2, changed_by=2, late=True, quantity=3.0)
        )

    def test_a_cell_that_was_empty_is_none(self):
        self.assertFalse(self.is_conflict(seen=0, stored=None))

    def test_both_wanting_the_same_is_none(self):
        self.assertFalse(self.is_conflict(seen=1, stored=2, quantity=3.0))


class TestWholeMultiple(TestCase):
    @given(st.integers(0, 10**6))
    def test_whole_numbers_are_whole(self, quantity):
        self.assertTrue(cells.is_whole_multiple(float(quantity), 1.0))

    @given(st.integers(0, 10**6), st.integers(1, 99))
    def test_fractions_of_a_piece_are_not(self, whole, hundredths):
        self.assertFalse(cells.is_whole_multiple(whole + hundredths / 100, 1.0))

    @given(st.integers(0, 10**8))
    def test_hundredths_of_a_metre_are(self, hundredths):
        self.assertTrue(cells.is_whole_multiple(hundredths / 100, 0.01))
