from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import NOW, PreorderCommon


@tagged("post_install", "-at_install")
class TestSubmission(PreorderCommon):
    def _submit(self, quantities=None):
        answer = self._save(quantities or {self.jacket.product_variant_ids[0]: 12})
        form = self._get_form(answer)
        return form, form._submit(NOW)

    def test_makes_a_quotation_marked_with_campaign_and_tier(self):
        form, quotation = self._submit()
        self.assertEqual(form.state, "submitted")
        self.assertEqual(quotation.state, "sent")
        self.assertRegex(quotation.name, r"^W26-\d{4}$")
        self.assertEqual(quotation.name, form.name)
        self.assertEqual(quotation.preorder_campaign_id, self.campaign)
        self.assertEqual(quotation.preorder_tier_id.name, "Silver")
        self.assertEqual(quotation.order_line.discount, 5)
        self.assertTrue(quotation.require_signature)
        self.assertEqual(quotation.prepayment_percent, 0.3)
        self.assertEqual(quotation.partner_id, self.customer.partner_id)

    def test_deliveries_are_planned_for_the_season(self):
        self.campaign.write(
            {"delivery_from": "2026-09-01", "delivery_until": "2026-10-15"}
        )
        _form, quotation = self._submit()
        self.assertEqual(str(quotation.commitment_date), "2026-09-01 12:00:00")
        self.assertEqual(
            str(quotation.requested_delivery_period_end), "2026-10-15 12:00:00"
        )
        quotation.with_context(preorder_inline=True).action_confirm()
        self.assertEqual(
            str(quotation.picking_ids.move_ids.mapped("date_deadline")[0].date()),
            "2026-09-01",
        )

    def test_twice_makes_one_quotation(self):
        form, quotation = self._submit()
        self.assertEqual(form._submit(NOW), quotation)
        self.assertEqual(
            self.env["sale.order"].search_count(
                [("preorder_campaign_id", "=", self.campaign.id)]
            ),
            1,
        )

    def test_cells_of_zero_are_left_out(self):
        first, second = self.jacket.product_variant_ids[:2]
        _form, quotation = self._submit({first: 4, second: 0})
        self.assertEqual(quotation.order_line.product_id, first)

    def test_an_empty_form_is_refused(self):
        form = self._get_form(self._save({self.bottle.product_variant_id: 0}))
        with self.assertRaisesRegex(UserError, "empty"):
            form._submit(NOW)

    def test_nothing_is_submitted_after_the_end(self):
        form = self._get_form(self._save({self.bottle.product_variant_id: 1}))
        with self.assertRaisesRegex(UserError, "ended"):
            form._submit(self.campaign.date_end)

    def test_products_that_left_the_assortment_are_named(self):
        form = self._get_form(self._save({self.bottle.product_variant_id: 1}))
        self.bottle.action_archive()
        with self.assertRaisesRegex(UserError, "Bottle"):
            form._submit(NOW)

    def test_prices_follow_the_pricelist_until_submission_and_are_frozen_then(self):
        form = self._get_form(self._save({self.bottle.product_variant_id: 200}))
        self.bottle.list_price = 11.0
        changes = form._refresh_prices(NOW)
        self.assertEqual([(c["old"], c["new"]) for c in changes], [(10.01, 11.0)])
        quotation = form._submit(NOW)
        self.assertEqual(quotation.order_line.price_unit, 11.0)
        self.bottle.list_price = 15.0
        quotation.order_line.product_uom_qty = 150
        quotation.action_update_prices()
        self.assertEqual(quotation.order_line.price_unit, 11.0)

    def test_an_office_edit_moves_the_tier_and_never_drifts(self):
        _form, quotation = self._submit()
        line = quotation.order_line
        for quantity, tier, discount in (
            (60, "Gold", 10),
            (5, False, 0),
            (12, "Silver", 5),
            (11, "Silver", 5),
        ):
            line.product_uom_qty = quantity
            self.assertEqual(quotation.preorder_tier_id.name, tier)
            self.assertEqual(line.discount, discount)

    def test_a_product_added_by_the_office_gets_the_tier_too(self):
        _form, quotation = self._submit()
        quotation.order_line = [
            (0, 0, {"product_id": self.bottle.product_variant_id.id})
        ]
        self.assertEqual(quotation.order_line.mapped("discount"), [5, 5])

    def test_confirming_and_cancelling_reach_the_form(self):
        form, quotation = self._submit()
        quotation.action_confirm()
        self.assertEqual(form.state, "confirmed")
        quotation._action_cancel()
        self.assertEqual(form.state, "cancelled")

    def test_ordinary_orders_keep_odoo_s_discounts(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.partner_id.id,
                "order_line": [
                    (0, 0, {"product_id": self.bottle.product_variant_id.id})
                ],
            }
        )
        order.order_line.discount = 7
        order.order_line.product_uom_qty = 3
        self.assertFalse(order.preorder_tier_id)
        self.assertEqual(order.order_line.price_unit, 10.01)
