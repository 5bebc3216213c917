from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import NOW, PreorderCommon


class LimitCommon(PreorderCommon):
    """Builders for limits, and what a commit does in real life."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.large = cls.jacket.attribute_line_ids.value_ids.filtered(
            lambda value: value.name == "L"
        )
        variants = cls.jacket.product_variant_ids
        values = "product_template_attribute_value_ids.product_attribute_value_id"
        cls.larges = variants.filtered(
            lambda variant: cls.large in variant.mapped(values)
        )
        cls.smalls = variants - cls.larges
        cls.piece = cls.bottle.product_variant_id
        cls.branch = cls._make_login(
            "Branch", "branch", cls.customer.partner_id.parent_id
        )
        cls.rival = cls._make_customer("Rival", "rival", cls.label)

    def _make_limit(self, name="Size L, all colours", **values):
        return self.env["preorder.limit"].create(
            {"campaign_id": self.campaign.id, "name": name, **values}
        )

    def _end_transaction(self):
        """Run what follows a commit."""
        self.env.flush_all()
        self.env.cr.postcommit.run()
        self.env.cr.postrollback.clear()
        self.env.invalidate_all()

    def _submit(self, quantities, user=None, **values):
        form = self._get_form(self._save(quantities, user=user, **values))
        quotation = form._submit(NOW)
        self._end_transaction()
        return quotation

    def _assert_refused(self, quantities, message, user=None, **values):
        form = self._get_form(self._save(quantities, user=user, **values))
        with self.assertRaisesRegex(UserError, message), self.env.cr.savepoint():
            form._submit(NOW)
        self._end_transaction()
        return form

    def _get_used(self, limit):
        self.env.flush_all()
        limit.invalidate_recordset()
        return limit.quantity_used

    def _put_in_stock(self, product, quantity, warehouse=None):
        warehouse = warehouse or self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.env["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, quantity
        )


@tagged("post_install", "-at_install")
class TestLimitRules(LimitCommon):
    def test_lines_of_a_limit_add_up_and_the_refusal_says_what_is_left(self):
        self._make_limit(attribute_value_ids=self.large.ids, maximum=24)
        black, red = self.larges
        self._submit({black: 18})
        self._assert_refused(
            {black: 4, red: 6},
            "Size L, all colours: at most 24 for your company, 6 are left; "
            "your form has 10.",
            user=self.branch,
        )

    def test_the_last_one_can_be_had(self):
        limit = self._make_limit(maximum=24)
        self._submit({self.piece: 20})
        self._submit({self.piece: 4}, user=self.branch)
        self.assertEqual(self._get_used(limit), 24)

    def test_every_broken_limit_is_named(self):
        self._make_limit("Parkas", product_tmpl_ids=self.jacket.ids, multiple=6)
        self._make_limit("Bottles", product_ids=self.piece.ids, minimum=12)
        self._make_limit("Everything", maximum=10)
        form = self._get_form(self._save({self.smalls[0]: 8, self.piece: 5}))
        with self.assertRaises(UserError) as refusal:
            form._submit(NOW)
        lines = str(refusal.exception).splitlines()
        self.assertEqual(
            [line.split(":")[0] for line in lines], ["Parkas", "Bottles", "Everything"]
        )

    def test_counted_per_company_branch_and_everybody(self):
        for counted_per, branch_has, rival_has in (
            ("company", 6, 10),
            ("branch", 10, 10),
            ("everyone", 6, 6),
        ):
            with self.subTest(counted_per), self.env.cr.savepoint() as savepoint:
                self._make_limit("All", maximum=10, counted_per=counted_per)
                self._submit({self.piece: 4})
                for user, left in ((self.branch, branch_has), (self.rival, rival_has)):
                    form = self._get_form(self._save({self.piece: 10}, user=user))
                    (standing,) = form._get_limit_standings()
                    self.assertEqual(10 - standing.others, left)
                savepoint.rollback()
                self.env.registry.clear_cache()

    def test_a_limit_for_some_customers_leaves_the_others_alone(self):
        self._make_limit(
            "A", partner_ids=self.customer.partner_id.parent_id.ids, maximum=1
        )
        self._assert_refused({self.piece: 2}, "at most 1", user=self.branch)
        self.assertTrue(self._submit({self.piece: 2}, user=self.rival))

    def test_a_label_on_the_company_counts_for_its_branches(self):
        limit = self._make_limit("A", label_ids=self.label.ids, maximum=1)
        self._assert_refused({self.piece: 2}, "at most 1", user=self.branch)
        self.branch.partner_id.parent_id.category_id = False
        limit.label_ids = self.env["res.partner.category"].create({"name": "Other"})
        self.assertTrue(self._get_form(self._save({self.piece: 2}))._submit(NOW))

    def test_a_limit_of_a_channel_holds_in_that_channel_only(self):
        self._make_limit("A", channel="representative", maximum=1)
        form = self._get_form(self._save({self.piece: 2}))
        self.assertFalse(form._get_limit_standings())
        form.channel = "representative"
        self.assertTrue(form._get_limit_standings())

    def test_a_category_counts_with_its_sub_categories_wherever_they_move(self):
        top = self.env["product.category"].create({"name": "Top"})
        self._make_limit("Top", categ_ids=top.ids, maximum=1)
        form = self._get_form(self._save({self.piece: 2}))
        self.assertEqual(form._get_limit_standings()[0].quantity, 0)
        self.category.parent_id = top
        self.env.flush_all()
        self.assertEqual(form._get_limit_standings()[0].quantity, 2)

    def test_minimum_and_multiple_are_refused_with_the_remedy(self):
        self._make_limit("Bottles", minimum=12)
        self._assert_refused({self.piece: 5}, "Bottles: at least 12, or nothing")
        self.env["preorder.limit"].search([]).write({"minimum": 0, "multiple": 6})
        self._assert_refused(
            {self.piece: 8}, "only in multiples of 6; your form has 8. Take 6 or 12."
        )
        self.assertTrue(self._submit({self.piece: 12}))

    def test_a_limit_that_lets_nothing_through_is_not_accepted(self):
        for values in (
            {},
            {"minimum": 10, "maximum": 5},
            {"multiple": 6, "maximum": 5},
            {"minimum": 7, "maximum": 11, "multiple": 6},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self._make_limit(**values)
        self._make_limit(minimum=7, maximum=12, multiple=6)

    def test_an_archived_limit_does_not_hold(self):
        self._make_limit(maximum=1).active = False
        self.assertTrue(self._submit({self.piece: 2}))

    def test_a_copied_campaign_has_limits_of_its_own(self):
        limit = self._make_limit(maximum=24)
        self._submit({self.piece: 20})
        copied = self.campaign.copy().limit_ids
        self.assertEqual((copied.maximum, copied.quantity_used), (24, 0))
        self.assertEqual(self._get_used(limit), 20)


@tagged("post_install", "-at_install")
class TestReservations(LimitCommon):
    def test_a_submission_holds_until_the_quotation_is_cancelled(self):
        limit = self._make_limit(maximum=10)
        quotation = self._submit({self.piece: 10})
        self.assertEqual(self._get_used(limit), 10)
        quotation._action_cancel()
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 0)

    def test_what_is_held_stays_until_the_cancellation_is_committed(self):
        limit = self._make_limit(maximum=10)
        quotation = self._submit({self.piece: 10})
        quotation._action_cancel()
        self.assertEqual(self._get_used(limit), 10)

    def test_a_confirmed_order_holds_what_it_has(self):
        limit = self._make_limit(maximum=10)
        quotation = self._submit({self.piece: 10})
        quotation.validity_date = fields.Date.today() - timedelta(days=9)
        quotation.action_confirm()
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 10)

    def test_an_expired_quotation_gives_back_by_the_sweep(self):
        limit = self._make_limit(maximum=10)
        quotation = self._submit({self.piece: 10})
        self.env["preorder.limit.reservation"]._sweep()
        self.assertEqual(self._get_used(limit), 10)
        quotation.validity_date = fields.Date.today() - timedelta(days=1)
        self.env.flush_all()
        self.env["preorder.limit.reservation"]._sweep()
        self.assertEqual(self._get_used(limit), 0)

    def test_a_paid_order_is_never_refused_for_it_keeps_what_it_holds(self):
        limit = self._make_limit(maximum=10, counted_per="everyone")
        quotation = self._submit({self.piece: 10})
        method = self.env["payment.method"].search([], limit=1)
        provider = self.env["payment.provider"].create({"name": "Test"})
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": "limits",
                "amount": 1,
                "currency_id": quotation.currency_id.id,
                "partner_id": quotation.partner_id.id,
                "sale_order_ids": [Command.set(quotation.ids)],
                "state": "pending",
            }
        )
        quotation.validity_date = fields.Date.today() - timedelta(days=1)
        self._end_transaction()
        self.env["preorder.limit.reservation"]._sweep()
        self.assertEqual(self._get_used(limit), 10)
        self._assert_refused({self.piece: 1}, "0 are left", user=self.rival)
        transaction.state = "cancel"
        self.env.flush_all()
        self.env["preorder.limit.reservation"]._sweep()
        self.assertEqual(self._get_used(limit), 0)

    def test_the_office_can_keep_what_cancelled_quotations_held(self):
        # openfoodnetwork #8767: removed lines went back on sale.
        self.campaign.keep_reserved = True
        limit = self._make_limit(maximum=10)
        quotation = self._submit({self.piece: 10})
        quotation._action_cancel()
        self._end_transaction()
        self.env["preorder.limit.reservation"]._sweep()
        self.assertEqual(self._get_used(limit), 10)

    def test_submitting_again_takes_the_difference_only(self):
        limit = self._make_limit(maximum=10)
        form = self._get_form(self._save({self.piece: 6}))
        for quantity in (6, 6, 10, 4):
            form.line_ids.quantity = quantity
            form._reserve_limits()
            self.assertEqual(self._get_used(limit), quantity)

    def test_a_submission_that_fails_gives_back_what_it_took(self):
        limit = self._make_limit(maximum=10)
        form = self._get_form(self._save({self.piece: 6}))
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            form._submit(NOW)
            raise ZeroDivisionError
        # The short transaction of real life outlives the rollback: take it once more.
        form._reserve_limits()
        self.assertEqual(self._get_used(limit), 6)
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 0)

    def test_the_sweep_gives_back_what_a_crash_left_but_nothing_fresh(self):
        limit = self._make_limit(maximum=10)
        form = self._get_form(self._save({self.piece: 6}))
        form._reserve_limits()
        reservations = self.env["preorder.limit.reservation"]
        reservations._sweep()
        self.assertEqual(self._get_used(limit), 6)
        self.env.cr.execute(
            "UPDATE preorder_limit_reservation SET settled_at = settled_at"
            " - interval '6 minutes'"
        )
        reservations._sweep()
        self.assertEqual(self._get_used(limit), 0)

    def test_a_reopened_form_keeps_what_it_holds_until_it_is_withdrawn(self):
        limit = self._make_limit(maximum=10)
        form = self._submit({self.piece: 10}).preorder_order_ids
        form._reopen(NOW)
        self._end_transaction()
        self.env["preorder.limit.reservation"]._sweep()
        self.assertEqual(self._get_used(limit), 10)
        form = self._get_form(self._save({self.piece: 4}))
        form._submit(NOW)
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 4)
        form._withdraw()
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 0)

    def test_a_deleted_form_gives_back(self):
        limit = self._make_limit(maximum=10)
        form = self._get_form(self._save({self.piece: 6}))
        form._reserve_limits()
        form.unlink()
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 0)

    def test_the_office_s_changes_are_counted_and_never_refused(self):
        limit = self._make_limit(maximum=10)
        quotation = self._submit({self.piece: 8})
        for quantity in (3, 14):
            quotation.order_line.product_uom_qty = quantity
            self._end_transaction()
            self.assertEqual(self._get_used(limit), quantity)
        self.assertEqual(limit.quantity_left, -4)
        quotation.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        quotation.order_line.product_uom_qty = 2
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 24)
        quotation.order_line.unlink()
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 0)

    def test_a_limit_counts_what_was_ordered_before_it_was_made(self):
        self._submit({self.piece: 8})
        limit = self._make_limit(maximum=10)
        self._assert_refused({self.piece: 3}, "2 are left", user=self.branch)
        self.assertEqual(self._get_used(limit), 8)
        self.assertFalse(self.campaign.pending_recount)

    def test_a_changed_scope_counts_anew(self):
        limit = self._make_limit(maximum=10)
        self._submit({self.piece: 4, self.smalls[0]: 3})
        limit.product_ids = self.smalls[0]
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 3)

    def test_a_contact_that_moves_takes_its_quantities_along(self):
        limit = self._make_limit(maximum=10)
        self._submit({self.piece: 4}, user=self.branch)
        self.branch.partner_id.parent_id = self.rival.partner_id.parent_id
        self.env.flush_all()
        self.env["preorder.limit.reservation"]._sweep()
        rows = self.env["preorder.limit.report"].search([("limit_id", "=", limit.id)])
        self.assertEqual(
            rows.mapped(lambda row: (row.partner_id, row.quantity_used)),
            [(self.rival.partner_id.parent_id, 4)],
        )

    def test_forms_that_share_a_quotation_hold_its_quantities_once(self):
        limit = self._make_limit(maximum=100)
        quotation = self._submit({self.piece: 4})
        other = self._get_form(self._save({self.piece: 3}, user=self.branch))
        other.write({"state": "submitted", "sale_order_id": quotation.id})
        quotation.order_line.product_uom_qty = 9
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 9)
        self.env.cr.execute(
            "SELECT quantity FROM preorder_limit_reservation ORDER BY form_ref"
        )
        self.assertEqual([row[0] for row in self.env.cr.fetchall()], [6, 3])


@tagged("post_install", "-at_install")
class TestLimitsWhileTyping(LimitCommon):
    def test_the_answer_says_what_is_broken_and_nothing_is_refused(self):
        # OCA/sale-workflow #2330: a hard constraint gave an error while typing.
        self._make_limit(attribute_value_ids=self.large.ids, maximum=24)
        answer = self._save({self.larges[0]: 30})
        self.assertEqual(answer["cells"][0]["status"], "stored")
        (notice,) = answer["limits"]
        self.assertTrue(notice["broken"])
        self.assertEqual(notice["left"], 24)
        self.assertIn("your form has 30", notice["message"])
        self.assertEqual(self._save({self.larges[0]: 5})["limits"], [])
        (notice,) = self._save({self.larges[0]: 22})["limits"]
        self.assertFalse(notice["broken"])

    def test_without_limits_the_answer_says_nothing(self):
        self.assertNotIn("limits", self._save({self.piece: 30}))

    def test_limits_cost_nothing_when_there_are_none_and_little_when_there_are(self):
        self._put_in_stock(self.larges[0], 100)

        def count_queries(quantity):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._save({self.larges[0]: quantity})
            return self.env.cr.sql_log_count - before

        count_queries(1)
        without = count_queries(2)
        for number in range(5):
            self._make_limit(
                f"L{number}",
                attribute_value_ids=self.large.ids,
                categ_ids=self.category.ids,
                label_ids=self.label.ids,
                maximum=30,
            )
        self.campaign.only_in_stock = True
        count_queries(3)
        # limits, what others hold and labels 1, stock 1
        self.assertLessEqual(count_queries(4), without + 2)
        self._save({variant: 5 for variant in self.smalls | self.piece})
        self.assertLessEqual(count_queries(6), without + 2)

    def test_the_proposal_keeps_all_limits(self):
        self._make_limit(attribute_value_ids=self.large.ids, maximum=9)
        self._make_limit("Bottles", product_ids=self.piece.ids, minimum=12)
        black, red = self.larges
        form = self._get_form(self._save({black: 12, red: 6, self.piece: 5}))
        changes = form._propose_limit_changes()
        self.assertEqual(
            {change["product"]: change["quantity"] for change in changes},
            {black.id: 6, red.id: 3, self.piece.id: 12},
        )
        product = self.env["product.product"]
        self._save({product.browse(c["product"]): c["quantity"] for c in changes})
        self.assertFalse(form._propose_limit_changes())
        self.assertTrue(form._submit(NOW))


@tagged("post_install", "-at_install")
class TestOnlyInStock(LimitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.only_in_stock = True

    def _get_left(self, product=None, campaign=None):
        campaign = campaign or self.campaign
        self.env.flush_all()
        ((_product, free, promised, _quantity),) = self.env.execute_query(
            campaign._get_stock_query((product or self.piece).ids, 0)
        )
        return free - promised

    def test_no_more_is_promised_than_there_is(self):
        self._put_in_stock(self.piece, 10)
        self._submit({self.piece: 6})
        self._assert_refused(
            {self.piece: 5}, "4 are left in stock; your form has 5", user=self.rival
        )
        (notice,) = self._save({self.piece: 5}, user=self.rival)["limits"]
        self.assertEqual((notice["product"], notice["left"]), (self.piece.id, 4))
        self.assertTrue(self._submit({self.piece: 4}, user=self.rival))

    def test_a_confirmed_order_s_stock_counts_once(self):
        self._put_in_stock(self.piece, 10)
        quotation = self._submit({self.piece: 6})
        # Nothing keeps the delivery but its goods.
        quotation.require_payment = False
        self.assertEqual(self._get_left(), 4)
        quotation.with_context(preorder_inline=True).action_confirm()
        self._end_transaction()
        self.assertEqual(self.piece.free_qty, 4)
        self.assertEqual(self._get_left(), 4)
        quotation.picking_ids.button_validate()
        self.assertEqual(quotation.picking_ids.state, "done")
        self.assertEqual(self.piece.free_qty, 4)
        self.assertEqual(self._get_left(), 4)

    def test_a_confirmed_order_that_is_not_set_aside_yet_is_not_promised_again(self):
        self._put_in_stock(self.piece, 10)
        self.env["stock.picking.type"].search([]).reservation_method = "manual"
        quotation = self._submit({self.piece: 6})
        quotation.with_context(preorder_inline=True).action_confirm()
        self._end_transaction()
        self.assertEqual(self.piece.free_qty, 10)
        self.assertEqual(self._get_left(), 4)
        quotation.picking_ids.action_assign()
        self.assertEqual(self.piece.free_qty, 4)
        self.assertEqual(self._get_left(), 4)

    def test_deliveries_that_are_still_to_be_made_count_once(self):
        self._put_in_stock(self.piece, 10)
        ordinary = self._make_campaign("Ordinary", "ORD")
        ordinary.action_open()
        quotations = self._submit({self.piece: 6})
        quotations |= self._submit({self.piece: 3}, campaign=ordinary)
        quotations.action_confirm()
        self._end_transaction()
        self.assertEqual(self._get_left(), 1)
        for quotation in quotations:
            quotation._launch_deliveries()
            self.assertEqual(self._get_left(), 1)

    def test_deliveries_in_two_steps_count_once(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        warehouse.delivery_steps = "pick_ship"
        self._put_in_stock(self.piece, 10)
        quotation = self._submit({self.piece: 6})
        # Nothing keeps the delivery but its goods.
        quotation.require_payment = False
        quotation.with_context(preorder_inline=True).action_confirm()
        self._end_transaction()
        self.assertEqual(self._get_left(), 4)
        for _step in range(2):
            quotation.picking_ids.filtered(
                lambda picking: picking.state != "done"
            ).button_validate()
            self.assertEqual(self._get_left(), 4)
        self.assertEqual(self.piece.qty_available, 4)

    def test_stock_that_moves_counts_at_once(self):
        self._put_in_stock(self.piece, 3)
        self._assert_refused({self.piece: 5}, "3 are left")
        self._put_in_stock(self.piece, 2)
        self.assertTrue(self._get_form(self._save({self.piece: 5}))._submit(NOW))

    def test_campaigns_on_the_same_warehouse_share_its_stock(self):
        here, there = (
            self.env["stock.warehouse"].search(
                [("company_id", "=", self.company.id)], limit=1
            ),
            self.env["stock.warehouse"].create({"name": "There", "code": "THERE"}),
        )
        self._put_in_stock(self.piece, 10, here)
        self._put_in_stock(self.piece, 7, there)
        other = self._make_campaign(
            "Other", "OTH", only_in_stock=True, warehouse_ids=here.ids
        )
        self.campaign.warehouse_ids = there
        self._submit({self.piece: 5})
        self.assertEqual((self._get_left(), self._get_left(None, other)), (2, 10))
        self.campaign.warehouse_ids = False
        self.assertEqual((self._get_left(), self._get_left(None, other)), (12, 5))

    def test_what_goes_to_a_shop_of_ours_counts_once(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.branch.partner_id.preorder_location_id = self.env["stock.location"].create(
            {
                "name": "Shop",
                "usage": "internal",
                "location_id": warehouse.view_location_id.id,
            }
        )
        self._put_in_stock(self.piece, 10)
        self._submit({self.piece: 6}, user=self.branch)
        form = self.env["preorder.order"].search(
            [("partner_id", "=", self.branch.partner_id.id)]
        )
        self.assertEqual(form.state, "confirmed")
        self.assertEqual(self._get_left(), 4)
        form.picking_ids.action_assign()
        self.assertEqual(self._get_left(), 4)
        form.picking_ids.button_validate()
        self.assertEqual(form.picking_ids.state, "done")
        self.assertEqual(self._get_left(), 4)

    def test_quotations_that_are_merged_hold_what_they_held(self):
        self._put_in_stock(self.piece, 10)
        quotations = self._submit({self.piece: 6})
        quotations |= self._submit({self.piece: 3}, user=self.branch)
        quotations._merge_preorders(self.customer.partner_id.parent_id)
        self._end_transaction()
        self.assertEqual(self._get_left(), 1)

    def test_what_is_not_stored_is_not_limited(self):
        self.bottle.is_storable = False
        self.assertTrue(self._submit({self.piece: 500}))


@tagged("post_install", "-at_install")
class TestLimitAccess(LimitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson = new_test_user(
            cls.env, "sally", groups="sales_team.group_sale_salesman"
        )
        cls.manager = new_test_user(
            cls.env, "mandy", groups="sales_team.group_sale_manager"
        )

    def test_customers_read_neither_limits_nor_counters(self):
        self._make_limit(maximum=10)
        for model in (
            "preorder.limit",
            "preorder.limit.report",
            "preorder.limit.counter",
            "preorder.limit.reservation",
        ):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.customer).search([])

    def test_sales_managers_configure_and_salespersons_read(self):
        limit = self._make_limit(maximum=10)
        self._submit({self.piece: 4})
        with self.assertRaises(AccessError):
            limit.with_user(self.salesperson).maximum = 5
        self.assertEqual(limit.with_user(self.salesperson).quantity_used, 4)
        report = self.env["preorder.limit.report"].with_user(self.salesperson)
        (row,) = report.search([("limit_id", "=", limit.id)])
        self.assertEqual((row.quantity_used, row.quantity_left), (4, 6))
        self.assertEqual(row.partner_id, self.customer.partner_id.parent_id)
        limit.with_user(self.manager).maximum = 5
        self.env["preorder.limit"].with_user(self.manager).create(
            {"campaign_id": self.campaign.id, "name": "New", "maximum": 3}
        )

    def test_companies_never_meet(self):
        limit = self._make_limit(maximum=10)
        self._submit({self.piece: 4})
        company = self.env["res.company"].create({"name": "Other company"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="sales_team.group_sale_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.assertFalse(limit.with_user(stranger).has_access("read"))
        self.assertFalse(
            self.env["preorder.limit.report"].with_user(stranger).search([])
        )

    def test_a_salesperson_can_submit_confirm_and_cancel_under_limits(self):
        limit = self._make_limit(maximum=10)
        quotation = self._submit({self.piece: 4})
        quotation.user_id = self.salesperson
        as_sally = quotation.with_user(self.salesperson)
        as_sally.order_line.product_uom_qty = 5
        as_sally.action_confirm()
        self._end_transaction()
        self.assertEqual(self._get_used(limit), 5)

    def test_the_report_lists_what_nobody_uses_yet_and_what_is_in_stock(self):
        limit = self._make_limit(maximum=10)
        self.campaign.only_in_stock = True
        self._put_in_stock(self.piece, 7)
        report = self.env["preorder.limit.report"]
        (row,) = report.search([("limit_id", "=", limit.id)])
        self.assertEqual((row.quantity_used, row.quantity_left), (0, 10))
        self._submit({self.piece: 4})
        (row,) = report.search([("product_id", "=", self.piece.id)])
        self.assertEqual(
            (row.quantity_maximum, row.quantity_used, row.quantity_left), (7, 4, 3)
        )
        self.assertEqual(len(set(report.search([]).ids)), report.search_count([]))
