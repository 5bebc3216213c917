from unittest import TestCase

from ..holds import Claim, Holds

HERE = ("warehouse", "parka")


class TestHolds(TestCase):
    """What may be reserved where goods are held, without a database."""

    def _get_holds(self, free=10, firm=True):
        return Holds(
            {HERE: free},
            {
                "anna": Claim(HERE, 4, 4 if firm else 0),
                "bert": Claim(HERE, 3, 3 if firm else 0),
                "cleo": Claim(HERE, 0, 0),
            },
        )

    def _get_room(self, holds, demand, *, is_preorder=True):
        return holds.get_room(HERE, demand, is_preorder=is_preorder)

    def test_a_demand_takes_its_share_and_no_more(self):
        holds = self._get_holds()
        self.assertEqual(self._get_room(holds, "anna"), 4)
        holds.take(HERE, "anna", 3)
        self.assertEqual(self._get_room(holds, "anna"), 1)
        self.assertEqual(self._get_room(holds, "cleo"), 0)

    def test_others_get_what_is_left_of_what_is_held(self):
        holds = self._get_holds()
        self.assertEqual(self._get_room(holds, "dora"), 3)
        holds.take(HERE, "dora", 2)
        self.assertEqual(self._get_room(holds, "dora"), 1)
        # What a claim takes was held before, and takes nothing from others.
        holds.take(HERE, "anna", 4)
        self.assertEqual(self._get_room(holds, "dora"), 1)

    def test_where_too_little_is_left_others_get_nothing(self):
        self.assertEqual(self._get_room(self._get_holds(5), "dora"), 0)

    def test_what_is_only_expected_steps_in_no_ordinary_order_s_way(self):
        holds = self._get_holds(firm=False)
        self.assertEqual(self._get_room(holds, "dora"), 3)
        self.assertEqual(self._get_room(holds, "dora", is_preorder=False), 10)

    def test_elsewhere_nothing_is_held(self):
        self.assertIsNone(
            self._get_holds().get_room(("other", "parka"), "anna", is_preorder=True)
        )
