from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import NOW, PreorderCommon


@tagged("post_install", "-at_install")
class TestRelease(PreorderCommon):
    """A delivery leaves when its goods are there and its payment is in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parka = cls.jacket.product_variant_ids[0]
        cls.clerk = new_test_user(
            cls.env, "ed", groups="base.group_user,stock.group_stock_user"
        )
        cls.boss = new_test_user(
            cls.env, "bo", groups="base.group_user,sales_team.group_sale_manager"
        )

    def _sell(self, quantity=10, *, stock=True, **values):
        """A new customer's confirmed order of 1,149.50, 30 % of it to be prepaid."""
        number = self.env["res.users"].search_count([])
        user = self._make_customer(f"Shop {number}", f"shop{number}", self.label)
        form = self._get_form(self._save({self.parka: quantity}, user=user))
        order = form._submit(NOW)
        order.write(values)
        order.with_context(preorder_inline=True).action_confirm()
        picking = order.picking_ids
        if stock:
            self.env["stock.quant"]._update_available_quantity(
                self.parka, picking.location_id, quantity
            )
            picking.action_assign()
        return order, picking.with_user(self.clerk)

    def _pay(self, order, amount, state="done"):
        provider = self.env["payment.provider"].search([], limit=1)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env["payment.method"].search([], limit=1).id,
                "reference": f"{order.name}-{amount}",
                "amount": amount,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.set(order.ids)],
                "state": state,
            }
        )
        self.env.invalidate_all()
        return transaction

    def _get_status(self, picking):
        self.env.invalidate_all()
        return picking.preorder_release

    def _validate(self, picking):
        picking.move_ids.picked = True
        picking.button_validate()

    def test_what_a_delivery_waits_for_is_said(self):
        order, picking = self._sell(stock=False)
        self.assertEqual(self._get_status(picking), "both")
        self._pay(order, order._get_prepayment_required_amount())
        self.assertEqual(self._get_status(picking), "goods")
        self.env["stock.quant"]._update_available_quantity(
            self.parka, picking.location_id, 10
        )
        picking.action_assign()
        self.assertEqual(self._get_status(picking), "released")
        self._validate(picking)
        self.assertEqual(self._get_status(picking), "done")

    def test_goods_alone_release_nothing(self):
        _order, picking = self._sell()
        self.assertEqual(self._get_status(picking), "payment")

    def test_an_unpaid_delivery_is_refused_with_who_what_and_how_much(self):
        order, picking = self._sell()
        with self.assertRaises(UserError) as caught:
            self._validate(picking)
        for part in (picking.name, order.name, order.partner_id.name, "344.85"):
            self.assertIn(part, str(caught.exception))
        self.assertEqual(picking.state, "assigned")

    def test_a_part_of_the_prepayment_is_not_enough(self):
        order, picking = self._sell()
        self._pay(order, 100.0)
        with self.assertRaisesRegex(UserError, "244.85"):
            self._validate(picking)

    def test_a_payment_that_failed_or_is_only_announced_does_not_count(self):
        order, picking = self._sell()
        self._pay(order, 344.85, "pending")
        self._pay(order, 344.86, "cancel")
        self.assertEqual(self._get_status(picking), "payment")

    def test_terms_may_want_the_whole_order_paid(self):
        term = self.env["account.payment.term"].create(
            {"name": "In advance", "preorder_deliver_paid": True}
        )
        order, picking = self._sell(payment_term_id=term.id)
        self._pay(order, order._get_prepayment_required_amount())
        self.assertEqual(self._get_status(picking), "payment")
        self._pay(order, order.amount_total - order.amount_paid)
        self.assertEqual(self._get_status(picking), "released")

    def test_a_bank_transfer_for_an_invoice_counts(self):
        term = self.env["account.payment.term"].create(
            {"name": "In advance", "preorder_deliver_paid": True}
        )
        order, picking = self._sell(payment_term_id=term.id, require_payment=False)
        order.order_line.qty_delivered = 10
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(self._get_status(picking), "payment")
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        bank.inbound_payment_method_line_ids.payment_account_id = self.env[
            "account.account"
        ].search([("account_type", "=", "asset_current"), ("reconcile", "=", True)])[:1]
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {"journal_id": bank.id, "payment_date": fields.Date.today()}
        )._create_payments()
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self._get_status(picking), "released")

    def test_an_order_without_prepayment_waits_for_goods_only(self):
        _order, picking = self._sell(stock=False, require_payment=False)
        self.assertEqual(self._get_status(picking), "goods")

    def test_a_sales_manager_releases_by_name_and_on_the_record(self):
        order, picking = self._sell()
        with self.assertRaisesRegex(AccessError, "Only sales managers"):
            picking.action_release_unpaid()
        picking.with_user(self.boss).action_release_unpaid()
        self.assertEqual(picking.preorder_released_by_id, self.boss)
        self.assertEqual(self._get_status(picking), "released")
        for record in (picking.sudo(), order):
            self.assertIn("released by bo", record.message_ids[0].body)
            self.assertIn("344.85", record.message_ids[0].body)
        self._validate(picking)
        self.assertEqual(picking.state, "done")

    def test_ordinary_deliveries_and_receipts_are_as_ever(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.outsider.partner_id.id,
                "require_payment": True,
                "prepayment_percent": 1.0,
                "order_line": [
                    Command.create({"product_id": self.parka.id, "product_uom_qty": 1})
                ],
            }
        )
        order.action_confirm()
        self.env["stock.quant"]._update_available_quantity(
            self.parka, order.picking_ids.location_id, 1
        )
        order.picking_ids.action_assign()
        self.assertFalse(order.picking_ids.preorder_release)
        self._validate(order.picking_ids)
        self.assertEqual(order.picking_ids.state, "done")

    def test_deliveries_are_found_by_what_they_wait_for(self):
        _order, unpaid = self._sell()
        _order, paid = self._sell(stock=False, require_payment=False)
        pickings = self.env["stock.picking"].with_user(self.clerk)
        ours = [("id", "in", (unpaid | paid).ids)]
        for statuses, expected in (
            (["payment", "both"], unpaid),
            (["goods", "released"], paid),
            (["done"], unpaid.browse()),
        ):
            found = pickings.search([*ours, ("preorder_release", "in", statuses)])
            self.assertEqual(found, expected)
        self.assertFalse(pickings.search([*ours, ("preorder_release", "=", False)]))

    def test_the_queries_do_not_grow_with_the_deliveries(self):
        def count(pickings):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            pickings.mapped("preorder_release")
            return self.cr.sql_log_count - before

        pickings = self._sell()[1] | self._sell()[1]
        counts = []
        for _number in range(4):
            pickings |= self._sell()[1]
            counts.append(count(pickings))
        self.assertLessEqual(counts[-1], counts[0])

    def test_customers_hear_that_their_delivery_is_ready_when_it_is_paid_for(self):
        order, picking = self._sell()
        notices = self.env["preorder.notice"].search([("kind", "=", "ready")])
        self.assertNotIn(order.partner_id, notices.partner_id)
        self._pay(order, order._get_prepayment_required_amount())._post_process()
        [notice] = (
            self.env["preorder.notice"].search([("kind", "=", "ready")]) - notices
        )
        self.assertEqual(notice.partner_id, order.partner_id)
        self.assertEqual(picking.preorder_release, "released")

    def test_customers_hear_of_what_a_manager_released(self):
        order, picking = self._sell()
        picking.with_user(self.boss).action_release_unpaid()
        self.assertIn(
            order.partner_id,
            self.env["preorder.notice"].search([("kind", "=", "ready")]).partner_id,
        )
