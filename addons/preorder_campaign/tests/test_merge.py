from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import NOW, PreorderCommon


@tagged("post_install", "-at_install")
class TestMerge(PreorderCommon):
    """Quotations of a company's branches become one, and apart again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parka = cls.jacket.product_variant_ids[0]
        cls.flask = cls.bottle.product_variant_id
        cls.head_office = cls.customer.partner_id.parent_id
        cls.branch = cls._make_login(
            "Branch buyer",
            "branch",
            cls.env["res.partner"].create(
                {
                    "name": "Bergmann Utrecht",
                    "is_company": True,
                    "parent_id": cls.head_office.id,
                }
            ),
        )

    def _submit_both(self, **values):
        self.campaign.write(values)
        orders = self.env["sale.order"]
        for user, quantities in (
            (self.customer, {self.parka: 6, self.flask: 2}),
            (self.branch, {self.parka: 5}),
        ):
            orders |= self._get_form(self._save(quantities, user=user))._submit(NOW)
        return orders

    def test_lines_alike_are_added_up_and_name_their_branches(self):
        orders = self._submit_both()
        self.assertFalse(orders.preorder_tier_id)
        merged = orders._merge_preorders(self.head_office)
        self.assertEqual(
            {line.product_id: line.product_uom_qty for line in merged.order_line},
            {self.parka: 11, self.flask: 2},
        )
        parka = merged.order_line.filtered(lambda line: line.product_id == self.parka)
        self.assertEqual(
            parka.preorder_branches, "Bergmann Sport 6, Bergmann Utrecht 5"
        )
        self.assertEqual(merged.preorder_tier_id.name, "Silver")
        self.assertEqual(merged.order_line.mapped("discount"), [5, 5])
        self.assertEqual(merged.partner_id, self.head_office)
        self.assertEqual(merged.state, "sent")
        self.assertTrue(merged.require_signature)

    def test_the_sources_are_cancelled_with_a_link_and_the_forms_are_not(self):
        orders = self._submit_both()
        forms = orders.preorder_order_ids
        merged = orders._merge_preorders(self.head_office)
        self.assertEqual(set(orders.mapped("state")), {"cancel"})
        self.assertEqual(orders.preorder_merged_into_id, merged)
        self.assertEqual(set(forms.mapped("state")), {"submitted"})
        self.assertEqual(forms.sale_order_id, merged)
        merged.action_confirm()
        self.assertEqual(set(forms.mapped("state")), {"confirmed"})

    def test_a_merge_is_undone_while_nothing_is_confirmed(self):
        orders = self._submit_both()
        forms = orders.preorder_order_ids
        merged = orders._merge_preorders(self.head_office)
        merged.action_undo_merge()
        self.assertEqual(merged.state, "cancel")
        self.assertEqual(set(orders.mapped("state")), {"sent"})
        self.assertEqual(set(forms.mapped("state")), {"submitted"})
        for form in forms:
            self.assertEqual(form.sale_order_id.name, form.name)
        self.assertFalse(orders.preorder_merged_into_id)
        self.assertEqual(orders[1].order_line.product_uom_qty, 5)

    def test_a_confirmed_merge_stays(self):
        merged = self._submit_both()._merge_preorders(self.head_office)
        merged.action_confirm()
        with self.assertRaisesRegex(UserError, "can no longer"):
            merged.action_undo_merge()

    def test_cancelling_the_merged_quotation_cancels_all_its_forms(self):
        orders = self._submit_both()
        forms = orders.preorder_order_ids
        orders._merge_preorders(self.head_office)._action_cancel()
        self.assertEqual(set(forms.mapped("state")), {"cancelled"})

    def test_a_customer_can_neither_reopen_nor_withdraw_what_is_merged(self):
        orders = self._submit_both()
        form = orders[0].preorder_order_ids
        orders._merge_preorders(self.head_office)
        for change in (lambda: form._reopen(NOW), form._withdraw):
            with self.assertRaisesRegex(UserError, "ask us"):
                change()
        with self.assertRaisesRegex(UserError, "Undo the merge"):
            form.action_reopen()

    def test_the_common_tier_is_the_same_merged_or_apart(self):
        orders = self._submit_both(tier_scope="company")
        apart = orders.preorder_tier_id
        merged = orders._merge_preorders(self.head_office)
        self.assertEqual(merged.preorder_tier_id, apart)
        merged.action_undo_merge()
        self.assertEqual(orders.preorder_tier_id, apart)

    def test_different_prices_stay_lines_apart(self):
        orders = self._submit_both()
        orders[1].order_line.price_unit = 95
        merged = orders._merge_preorders(self.head_office)
        self.assertEqual(
            sorted(
                merged.order_line.filtered(
                    lambda line: line.product_id == self.parka
                ).mapped("price_unit")
            ),
            [95, 100],
        )

    def test_what_cannot_be_merged_is_refused_with_the_reason(self):
        orders = self._submit_both(for_everyone=True)
        stranger = self._get_form(
            self._save({self.parka: 1}, user=self.outsider)
        )._submit(NOW)
        ordinary = self.env["sale.order"].create({"partner_id": self.head_office.id})
        for chosen, reason in (
            (orders[0], "at least two"),
            (orders + stranger, "different companies"),
            (orders + ordinary, "no pre-order"),
        ):
            with self.assertRaisesRegex(UserError, reason):
                chosen._merge_preorders(self.head_office)
        orders[0].action_confirm()
        with self.assertRaisesRegex(UserError, "confirmed"):
            orders._merge_preorders(self.head_office)

    def test_what_the_office_added_stands_in_the_merged_quotation_too(self):
        orders = self._submit_both()
        orders[0].order_line = [
            Command.create({"display_type": "line_note", "name": "Two pallets"})
        ]
        merged = orders._merge_preorders(self.head_office)
        self.assertIn("Two pallets", merged.order_line.mapped("name"))

    def test_each_form_still_says_what_it_amounts_to_itself(self):
        orders = self._submit_both()
        forms = orders.preorder_order_ids
        orders._merge_preorders(self.head_office)
        self.assertEqual(forms.mapped("amount_untaxed"), [620.02, 500])

    def test_the_wizard_offers_the_company_and_merges(self):
        orders = self._submit_both()
        wizard = (
            self.env["preorder.merge"].with_context(active_ids=orders.ids).create({})
        )
        self.assertEqual(wizard.partner_id, self.head_office)
        merged = self.env["sale.order"].browse(wizard.action_merge()["res_id"])
        self.assertEqual(merged.preorder_merged_from_ids, orders)

    def test_what_is_merged_is_not_merged_again_nor_put_back(self):
        orders = self._submit_both(allow_multiple_forms=True)
        merged = orders._merge_preorders(self.head_office)
        third = self._get_form(self._save({self.flask: 1}))._submit(NOW)
        with self.assertRaisesRegex(UserError, "itself merged"):
            (merged + third)._merge_preorders(self.head_office)
        with self.assertRaisesRegex(UserError, "Undo the merge"):
            orders[0].action_draft()

    def test_what_was_negotiated_is_merged_too(self):
        orders = self._submit_both()
        orders[1].order_line.discount = 50
        merged = orders._merge_preorders(self.head_office)
        self.assertEqual(
            sorted(
                merged.order_line.filtered(
                    lambda line: line.product_id == self.parka
                ).mapped("discount")
            ),
            [5, 50],
        )

    def test_tiers_set_by_hand_are_merged_if_they_are_the_same(self):
        orders = self._submit_both()
        gold = self.campaign.tier_ids[1]
        orders[0].preorder_tier_id = gold
        with self.assertRaisesRegex(UserError, "set by hand"):
            orders._merge_preorders(self.head_office)
        orders[1].preorder_tier_id = gold
        merged = orders._merge_preorders(self.head_office)
        self.assertEqual(merged.preorder_tier_id, gold)
        self.assertEqual(set(merged.order_line.mapped("discount")), {10})
