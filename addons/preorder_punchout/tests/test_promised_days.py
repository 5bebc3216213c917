from odoo.tests import tagged

from odoo.addons.oci_punchout.tests.peppol import NAMESPACES, validate
from odoo.addons.oci_punchout.tests.test_order_answers import AnswerCase


@tagged("post_install", "-at_install")
class TestPromisedDays(AnswerCase):
    """Lines of a basket have delivery dates of their own, and their order asks for
    some: the order confirmation says when what comes."""

    def _periods(self, node):
        """First and last promised days below a node: the header's, or a line's."""
        return [
            tuple(
                period.findtext(f"cbc:{name}", namespaces=NAMESPACES)
                for name in ("StartDate", "EndDate")
            )
            for period in node.findall(
                "cac:Delivery/cac:PromisedDeliveryPeriod", NAMESPACES
            )
        ]

    def _line_periods(self, root):
        return [
            (
                line.findtext("cbc:LineStatusCode", namespaces=NAMESPACES),
                *self._periods(line),
            )
            for line in root.findall("cac:OrderLine/cac:LineItem", NAMESPACES)
        ]

    def _answer_on_days(self, *days):
        """The confirmation of an order whose lines come on these days."""
        for line, day in zip(self.quotation.order_line, days, strict=True):
            line.with_context(oci_transferring=True).commitment_date = f"{day} 10:00:00"
        self.quotation.action_confirm()
        return self._answer()

    def test_one_day_for_all_lines_stands_in_the_head_alone(self):
        self._upload()
        root = self._answer_on_days("2027-05-04", "2027-05-04")
        self.assertEqual(self._text(root, "cbc:OrderResponseCode"), "AP")
        self.assertEqual(self._periods(root), [("2027-05-04", "2027-05-04")])

    def test_days_of_their_own_stand_in_the_lines(self):
        self._upload()
        root = self._answer_on_days("2027-05-04", "2027-06-10")
        self.assertEqual(self._text(root, "cbc:OrderResponseCode"), "CA")
        self.assertEqual(self._periods(root), [])
        self.assertEqual(
            self._line_periods(root),
            [
                ("5", ("2027-05-04", "2027-05-04")),
                ("5", ("2027-06-10", "2027-06-10")),
            ],
        )

    def test_days_as_they_were_asked_for_are_no_change(self):
        lines = [
            *self._lines(10, wanted=("2027-05-01", "2027-05-31")),
            self._lines(10, 4, wanted=("2027-06-10", ""))[1],
        ]
        self._upload(lines=lines)
        root = self._answer_on_days("2027-05-04", "2027-06-10")
        self.assertEqual(self._text(root, "cbc:OrderResponseCode"), "AP")
        self.assertEqual(self._periods(root), [("2027-05-04", "2027-06-10")])

    def test_another_day_than_was_asked_for_is_a_change_of_that_line(self):
        content = self._build(wanted=("2027-05-01", "2027-05-31"))
        self.assertEqual(validate(content), [])
        self._upload(content)
        root = self._answer_on_days("2027-05-04", "2027-06-10")
        self.assertEqual(
            self._line_periods(root),
            [
                ("5", ("2027-05-04", "2027-05-04")),
                ("3", ("2027-06-10", "2027-06-10")),
            ],
        )

    def test_an_order_typed_by_hand_is_told_the_days_between_which_it_comes(self):
        self.quotation.client_order_ref = "4500012345"
        root = self._answer_on_days("2027-05-04", "2027-06-10")
        self.assertEqual(self._text(root, "cbc:OrderResponseCode"), "AP")
        self.assertEqual(self._periods(root), [("2027-05-04", "2027-06-10")])
