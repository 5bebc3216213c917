from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import NOW
from .test_limit_rules import LimitCommon


@tagged("post_install", "-at_install")
class TestOwnShopLimits(LimitCommon):
    """What end customers reserve with a shop of ours is part of what its form takes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.branch.partner_id.preorder_location_id = cls.env["stock.location"].create(
            {
                "name": "Shop",
                "usage": "internal",
                "location_id": cls.warehouse.view_location_id.id,
                "company_id": cls.company.id,
            }
        )
        cls.campaign.review_required = True

    def _begin(self, quantity=5, product=None):
        return self._get_form(
            self._save({product or self.piece: quantity}, user=self.branch)
        )

    def _submit_form(self, form):
        form._submit(NOW)
        self._end_transaction()

    def _reserve(self, form, quantity, product=None):
        """An end customer's order with the shop, counted in its form."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.outsider.partner_id.id,
                "preorder_shop_order_id": form.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": (product or self.piece).id,
                            "product_uom_qty": quantity,
                        }
                    )
                ],
            }
        )
        self._end_transaction()
        return order

    def test_a_reservation_counts_with_the_form_once(self):
        limit = self._make_limit("Bottles", counted_per="everyone", maximum=10)
        form = self._begin(5)
        self._reserve(form, 2)
        self.assertEqual(self._get_used(limit), 0)
        self._submit_form(form)
        self.assertEqual(self._get_used(limit), 7)
        form.action_accept()
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 7)
        self.assertEqual(form.picking_ids.move_ids.product_uom_qty, 7)

    def test_a_form_that_breaks_a_limit_with_its_reservations_is_refused(self):
        self._make_limit("Bottles", counted_per="everyone", maximum=6)
        form = self._begin(5)
        self._reserve(form, 2)
        self._assert_refused({self.piece: (5, 1)}, "your form has 7", user=self.branch)

    def test_while_typing_reservations_count_too(self):
        self._make_limit("Bottles", counted_per="everyone", maximum=6)
        form = self._begin(5)
        self._reserve(form, 2)
        [notice] = form._get_limit_notices()
        self.assertTrue(notice["broken"])

    def test_the_proposal_leaves_reservations_alone(self):
        self._make_limit("Bottles", counted_per="everyone", maximum=6)
        form = self._begin(5)
        self._reserve(form, 2)
        self.assertEqual(
            form._propose_limit_changes(),
            [{"product": self.piece.id, "date": None, "quantity": 4}],
        )

    def test_a_reservation_that_is_linked_changed_or_cancelled_later_is_followed(self):
        limit = self._make_limit("Bottles", counted_per="everyone", maximum=100)
        form = self._begin(5)
        self._submit_form(form)
        order = self._reserve(form, 2)
        self.assertEqual(self._get_used(limit), 7)
        order.order_line.product_uom_qty = 4
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 9)
        order.preorder_shop_order_id = False
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 5)
        order.preorder_shop_order_id = form
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 9)
        order._action_cancel()
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 5)

    def test_a_reservation_that_is_deleted_counts_no_longer(self):
        limit = self._make_limit("Bottles", counted_per="everyone", maximum=100)
        form = self._begin(5)
        self._submit_form(form)
        order = self._reserve(form, 2)
        order.unlink()
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 5)

    def test_what_is_accepted_is_held_whatever_the_end_customer_does_then(self):
        limit = self._make_limit("Bottles", counted_per="everyone", maximum=100)
        form = self._begin(5)
        order = self._reserve(form, 2)
        self._submit_form(form)
        form.action_accept()
        order._action_cancel()
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 7)

    def test_reservations_come_out_of_what_is_in_stock(self):
        self.campaign.only_in_stock = True
        self._put_in_stock(self.piece, 6)
        self._end_transaction()
        form = self._begin(5)
        self._reserve(form, 2)
        [notice] = form._get_limit_notices()
        self.assertTrue(notice["broken"])
        self._assert_refused(
            {self.piece: (5, 1)},
            "6 are left in stock; your form has 7",
            user=self.branch,
        )

    def test_what_the_campaign_does_not_sell_counts_nowhere(self):
        limit = self._make_limit("All", counted_per="everyone", maximum=100)
        form = self._begin(5)
        self._reserve(form, 2, self.other_product)
        self._submit_form(form)
        self.assertEqual(self._get_used(limit), 5)
        self.assertEqual(form.reserved_piece_count, 0)

    def test_a_dozen_reserved_is_twelve_pieces(self):
        limit = self._make_limit("Bottles", counted_per="everyone", maximum=100)
        form = self._begin(5)
        order = self._reserve(form, 1)
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        self._submit_form(form)
        self.assertEqual(self._get_used(limit), 17)
        self.assertEqual(form.reserved_piece_count, 12)

    def test_the_office_sees_how_much_is_for_end_customers(self):
        form = self._begin(5)
        self._reserve(form, 2)
        self.assertEqual((form.piece_count, form.reserved_piece_count), (5, 2))
        with Form(form) as view:
            self.assertEqual(view.reserved_piece_count, 2)

    def test_what_is_left_of_a_transfer_stays_with_the_form(self):
        limit = self._make_limit("Bottles", counted_per="everyone", maximum=100)
        form = self._begin(5)
        self._submit_form(form)
        form.action_accept()
        self._put_in_stock(self.piece, 2)
        picking = form.picking_ids
        picking.action_assign()
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(sum(form.picking_ids.move_ids.mapped("product_uom_qty")), 5)
        form._settle_limits_later()
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 5)

    def test_forms_of_customers_ask_nothing_of_end_customers(self):
        form = self._get_form(self._save({self.piece: 5}))
        self.assertFalse(form._get_reservations_source())
        self.assertEqual(form._get_reserved_quantities(), {})
