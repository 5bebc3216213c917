from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import NOW, PreorderCommon


@tagged("post_install", "-at_install")
class TestTerms(PreorderCommon):
    """Campaign discount, exclusions, branches together, tiers by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parka = cls.jacket.product_variant_ids[0]
        cls.flask = cls.bottle.product_variant_id
        cls.branch = cls._make_login(
            "Branch buyer",
            "branch",
            cls.env["res.partner"].create(
                {
                    "name": "Bergmann Sport Utrecht",
                    "is_company": True,
                    "parent_id": cls.customer.partner_id.parent_id.id,
                }
            ),
        )

    def _submit(self, quantities, user=None):
        form = self._get_form(self._save(quantities, user=user))
        return form._submit(NOW)

    def _exclude(self, **values):
        self.campaign.exclusion_ids = [Command.clear(), Command.create(values)]

    # Campaign discount

    def test_the_campaign_discount_comes_on_top_of_the_customer_s_price(self):
        self.campaign.campaign_discount = 12.5
        answer = self._save({self.parka: 8})
        self.assertEqual(answer["totals"]["before"], 700)
        quotation = self._get_form(answer)._submit(NOW)
        self.assertEqual(quotation.order_line.price_unit, 100)
        self.assertEqual(quotation.order_line.discount, 12.5)
        self.assertEqual(quotation.amount_untaxed, 700)

    def test_campaign_and_tier_discount_are_compounded_and_rounded_once(self):
        self.campaign.campaign_discount = 12.5
        self.campaign.tier_ids[0].discount = 7.5
        quotation = self._submit({self.parka: 12})
        self.assertEqual(quotation.preorder_balance, 1050)
        self.assertEqual(quotation.order_line.discount, 19.06)

    def test_it_counts_without_tiers(self):
        self.campaign.tier_ids.unlink()
        self.campaign.campaign_discount = 10
        quotation = self._submit({self.parka: 12})
        self.assertFalse(quotation.preorder_tier_id)
        self.assertEqual(quotation.amount_untaxed, 1080)

    # Exclusions

    def test_what_gets_no_discount_still_counts_by_default(self):
        self._exclude(product_tmpl_id=self.bottle.id)
        answer = self._save({self.parka: 9, self.flask: 20})
        totals = answer["totals"]
        self.assertEqual(totals["balance"], 1100.2)
        self.assertEqual(totals["tier"]["name"], "Silver")
        self.assertEqual(totals["untaxed"], 855 + 200.2)
        quotation = self._get_form(answer)._submit(NOW)
        self.assertEqual(quotation.preorder_tier_id.name, "Silver")
        self.assertEqual(
            {line.product_id: line.discount for line in quotation.order_line},
            {self.parka: 5, self.flask: 0},
        )
        self.assertEqual(quotation.amount_untaxed, totals["untaxed"])

    def test_what_does_not_count_may_still_get_the_discount(self):
        self._exclude(
            product_tmpl_id=self.bottle.id, no_discount=False, not_counted=True
        )
        totals = self._save({self.parka: 9, self.flask: 20})["totals"]
        self.assertEqual(totals["balance"], 900)
        self.assertFalse(totals["tier"])
        self.assertEqual(totals["next_tier"]["missing"], 100)
        answer = self._save({self.parka: (10, 1)})
        self.assertEqual(answer["totals"]["untaxed"], round(1200.2 * 0.95, 2))
        quotation = self._get_form(answer)._submit(NOW)
        self.assertEqual(quotation.order_line.mapped("discount"), [5, 5])
        self.assertEqual(quotation.preorder_balance, 1000)

    def test_categories_are_excluded_with_their_sub_categories(self):
        parent = self.env["product.category"].create({"name": "All outdoor"})
        self.category.parent_id = parent
        self._exclude(categ_id=parent.id)
        self.assertEqual(
            self._submit({self.parka: 12}).order_line.mapped("discount"), [0]
        )

    def test_brands_are_excluded(self):
        brand = self.env["product.brand"].create({"name": "Nordwand"})
        self.bottle.product_brand_id = brand
        self._exclude(brand_id=brand.id)
        quotation = self._submit({self.parka: 12, self.flask: 1})
        self.assertEqual(sorted(quotation.order_line.mapped("discount")), [0, 5])

    def test_the_campaign_discount_leaves_excluded_products_out_too(self):
        self.campaign.campaign_discount = 10
        self._exclude(product_tmpl_id=self.bottle.id)
        quotation = self._submit({self.flask: 2})
        self.assertEqual(quotation.order_line.discount, 0)

    def test_an_exclusion_names_one_thing_and_says_what_it_does(self):
        for values in (
            {},
            {"product_tmpl_id": self.bottle.id, "categ_id": self.category.id},
            {"product_tmpl_id": self.bottle.id, "no_discount": False},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self._exclude(**values)

    # Branches together

    def test_each_order_reaches_tiers_by_itself_unless_chosen_otherwise(self):
        first = self._submit({self.parka: 6})
        self._submit({self.parka: 6}, user=self.branch)
        self.assertFalse(first.preorder_tier_id)

    def test_a_branch_s_submission_moves_the_tier_of_the_company_s_quotations(self):
        self.campaign.tier_scope = "company"
        first = self._submit({self.parka: 6})
        self.assertFalse(first.preorder_tier_id)
        answer = self._save({self.parka: 6}, user=self.branch)
        self.assertEqual(answer["totals"]["branches"], 600)
        self.assertEqual(answer["totals"]["tier"]["name"], "Silver")
        second = self._get_form(answer)._submit(NOW)
        self.assertEqual(second.preorder_company_id, first.preorder_company_id)
        self.assertEqual((first + second).preorder_tier_id.mapped("name"), ["Silver"])
        self.assertEqual((first + second).order_line.mapped("discount"), [5, 5])

    def test_confirmed_orders_keep_their_tier_and_the_office_sees_the_difference(self):
        self.campaign.tier_scope = "company"
        first = self._submit({self.parka: 6})
        first.action_confirm()
        second = self._submit({self.parka: 6}, user=self.branch)
        self.assertEqual(second.preorder_tier_id.name, "Silver")
        self.assertFalse(first.preorder_tier_id)
        first.invalidate_recordset()
        self.assertEqual(first.preorder_reached_tier_id.name, "Silver")
        self.assertEqual(first.order_line.discount, 0)

    def test_a_cancelled_branch_takes_its_amount_with_it(self):
        self.campaign.tier_scope = "company"
        first = self._submit({self.parka: 6})
        second = self._submit({self.parka: 6}, user=self.branch)
        second._action_cancel()
        self.assertFalse(first.preorder_tier_id)
        self.assertEqual(first.order_line.discount, 0)

    def test_other_companies_do_not_count(self):
        self.campaign.write({"tier_scope": "company", "for_everyone": True})
        first = self._submit({self.parka: 6})
        self._submit({self.parka: 6}, user=self.outsider)
        self.assertFalse(first.preorder_tier_id)

    # By hand

    def test_a_tier_set_by_hand_stays_until_it_is_reset(self):
        gold = self.campaign.tier_ids[1]
        quotation = self._submit({self.parka: 12})
        quotation.preorder_tier_id = gold
        quotation.order_line.product_uom_qty = 2
        self.assertEqual(quotation.preorder_tier_id, gold)
        self.assertEqual(quotation.order_line.discount, 10)
        quotation.action_reset_preorder_tier()
        self.assertFalse(quotation.preorder_tier_id)
        self.assertEqual(quotation.order_line.discount, 0)

    def test_the_record_says_who_set_the_tier(self):
        seller = new_test_user(
            self.env, "sally", groups="sales_team.group_sale_salesman"
        )
        quotation = self._submit({self.parka: 12})
        quotation.user_id = seller
        form = quotation.preorder_order_ids
        form.user_id = seller
        quotation.with_user(seller).write(
            {"preorder_tier_id": self.campaign.tier_ids[1].id}
        )
        for record in (quotation, form):
            message = record.message_ids[0]
            self.assertIn("Silver → Gold", message.body)
            self.assertEqual(message.author_id, seller.partner_id)

    def test_a_campaign_may_leave_tiers_by_hand_to_managers(self):
        seller = new_test_user(
            self.env, "sally", groups="sales_team.group_sale_salesman"
        )
        self.campaign.manual_tier_by = "manager"
        quotation = self._submit({self.parka: 12})
        quotation.user_id = seller
        with self.assertRaises(AccessError):
            quotation.with_user(seller).write({"preorder_tier_id": False})

    def test_a_confirmed_order_s_tier_is_not_set_by_hand(self):
        quotation = self._submit({self.parka: 12})
        quotation.action_confirm()
        with self.assertRaises(UserError):
            quotation.preorder_tier_id = self.campaign.tier_ids[1]

    # What is agreed stays

    def test_a_sister_s_submission_leaves_negotiated_discounts_alone(self):
        self.campaign.tier_scope = "company"
        first = self._submit({self.parka: 12})
        first.action_confirm()
        first.order_line.discount = 40
        second = self._submit({self.parka: 6}, user=self.branch)
        second.order_line.discount = 33
        self.campaign.allow_multiple_forms = True
        self._submit({self.flask: 1}, user=self.branch)
        self.env.flush_all()
        self.assertEqual(first.order_line.discount, 40)
        self.assertEqual(second.order_line.discount, 33)

    def test_submitting_computes_nothing_of_earlier_orders_anew(self):
        earlier = self._submit({self.parka: 12})
        earlier.action_confirm()
        self.env.flush_all()
        stamp = earlier.order_line.write_date
        earlier.order_line.flush_recordset()
        self.env.cr.execute(
            "UPDATE sale_order_line SET discount = 41 WHERE id = %s",
            [earlier.order_line.id],
        )
        self.env.invalidate_all()
        self.campaign.allow_multiple_forms = True
        self._submit({self.parka: 3})
        self.env.flush_all()
        self.assertEqual(earlier.order_line.discount, 41)
        self.assertEqual(earlier.order_line.write_date, stamp)

    def test_what_the_campaign_does_not_sell_has_no_part_in_its_terms(self):
        self.campaign.campaign_discount = 10
        quotation = self._submit({self.parka: 12})
        before = quotation.preorder_balance
        quotation.order_line = [
            Command.create({"product_id": self.other_product.id, "price_unit": 100})
        ]
        carriage = quotation.order_line.filtered(
            lambda line: line.product_id == self.other_product
        )
        self.assertEqual(carriage.discount, 0)
        self.assertEqual(quotation.preorder_balance, before)
