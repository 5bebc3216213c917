from odoo import Command
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged

from odoo.addons.preorder_campaign.tests.common import PreorderCommon


@tagged("post_install", "-at_install")
class TestGuard(PreorderCommon):
    """Opening a form for saving, against the user's own rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env["website"].search([], limit=1)
        cls.env["website"].search([]).company_id = cls.company
        cls.shop = cls.customer.partner_id.parent_id
        cls.colleague = cls._make_login("Colleague", "colleague", cls.shop)
        cls.agent = cls._make_agent()
        cls.salesperson = new_test_user(
            cls.env, "sally", groups="sales_team.group_sale_salesman"
        )
        cls.employee = new_test_user(cls.env, "emma", groups="base.group_user")
        cls.actors = (
            cls.customer,
            cls.colleague,
            cls.outsider,
            cls.agent,
            cls.salesperson,
            cls.employee,
            cls.env.ref("base.public_user"),
        )
        variant = cls.bottle.product_variant_id
        cls.form = cls._get_form(cls, cls._save(cls, {variant: 1}))
        cls.form.user_id = cls.salesperson

    def _open(self, user):
        # As a request of its own: nothing in memory but what a process keeps.
        self.env.flush_all()
        self.env.invalidate_all()
        orders = self.env["preorder.order"].with_user(user)
        website = self.website.with_user(user)
        return bool(orders._open_for_user(self.form.id, "batch-guard-1", (), website))

    def _find(self, user):
        orders = self.env["preorder.order"].with_user(user)
        campaigns = self.env["preorder.campaign"].with_user(user)
        if not (orders.has_access("read") and campaigns.has_access("read")):
            return False
        shown = campaigns._get_website_domain(self.website)
        form = orders.search([("id", "=", self.form.id)])
        return bool(
            form
            and campaigns.search(shown & Domain("id", "=", self.campaign.sudo().id))
        )

    def _opens_for(self):
        for user in self.actors:
            with self.subTest(user=user.login):
                self.assertEqual(self._open(user), self._find(user))
        return {user.login for user in self.actors if self._open(user)}

    def test_a_form_opens_for_whom_the_record_rules_let_see_it(self):
        own = {"bergmann", "colleague"}
        self.assertEqual(self._opens_for(), own | {"sally"})
        self.shop.preorder_own_forms_only = True
        self.assertEqual(self._opens_for(), {"bergmann", "sally"})
        self.shop.preorder_own_forms_only = False
        self.shop.preorder_agent_ids = self.agent.partner_id
        self.assertEqual(self._opens_for(), own | {"sally", "agent"})
        self.shop.preorder_agent_ids = False
        self.form.user_id = self.env.ref("base.user_admin")
        self.assertEqual(self._opens_for(), own)
        self.colleague.partner_id.parent_id = self.outsider.partner_id.parent_id
        self.assertEqual(self._opens_for(), {"bergmann"})

    def test_a_form_opens_where_and_when_its_campaign_is_shown_only(self):
        own = {"bergmann", "colleague", "sally"}
        self.assertEqual(self._opens_for(), own)
        self.campaign.is_published = False
        self.assertEqual(self._opens_for(), set())
        self.campaign.is_published = True
        self.campaign.website_id = self.env["website"].create({"name": "Other"})
        self.assertEqual(self._opens_for(), set())
        self.campaign.website_id = False
        self.shop.category_id = False
        self.assertEqual(self._opens_for(), {"sally"})
        self.campaign.partner_ids = self.shop
        self.assertEqual(self._opens_for(), own)
        self.campaign.action_draft()
        self.assertEqual(self._opens_for(), {"sally"})

    def test_a_form_does_not_open_on_another_company_s_website(self):
        self.assertTrue(self._open(self.customer))
        self.website.company_id = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(self._opens_for(), set())

    def test_a_new_rule_counts_at_once(self):
        self.assertTrue(self._open(self.customer))
        self.env["ir.rule"].create(
            {
                "name": "None",
                "model_id": self.env["ir.model"]._get_id("preorder.order"),
                "domain_force": "[('state', '=', 'confirmed')]",
            }
        )
        self.assertEqual(self._opens_for(), set())

    def test_rights_taken_away_count_at_once(self):
        self.assertTrue(self._open(self.salesperson))
        self.salesperson.group_ids = [Command.set(self.employee.group_ids.ids)]
        self.assertFalse(self._open(self.salesperson))

    def test_a_rule_that_reads_records_is_asked_each_time(self):
        category = self.env["res.partner.category"].create({"name": "Region"})
        below = category.create({"name": "North", "parent_id": category.id})
        self.shop.category_id |= below
        self.env["ir.rule"].create(
            {
                "name": "Region",
                "model_id": self.env["ir.model"]._get_id("preorder.order"),
                "domain_force": "[('customer_company_id.category_id', 'child_of',"
                f" {category.id})]",
            }
        )
        self.assertTrue(self._open(self.customer))
        self.assertTrue(self._open(self.customer))
        # Moved below another one, around the ORM: no cache is told.
        above = category.create({"name": "World"})
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE res_partner_category
               SET parent_path = %s || parent_path
             WHERE id IN %s
            """,
            [f"{above.id}/", (category.id, below.id)],
        )
        self.assertTrue(self._open(self.customer))

    def test_opening_a_form_is_one_query(self):
        for user in (self.customer, self.salesperson):
            self._open(user)
            self.env.invalidate_all()
            website = self.website.with_user(user)
            website._get_cached("company_id")
            orders = self.env["preorder.order"].with_user(user)
            with self.assertQueryCount(1):
                orders._open_for_user(self.form.id, "batch-guard-1", (), website)

    def test_what_opening_reads_is_what_the_records_say(self):
        self._open(self.customer)
        orders = self.env["preorder.order"].with_user(self.customer)
        self.env.invalidate_all()
        orders._open_for_user(self.form.id, "batch-guard-1", (), self.website)
        form = orders.browse(self.form.id).sudo()
        kept = {
            record: {
                name: record[name]
                for name in record._fields
                if record._fields[name]._get_cache(record.env).get(record.id)
            }
            for record in (form, form.campaign_id, form.company_id, form.currency_id)
        }
        self.assertIn("fiscal_position_id", form._fields)
        self.env.invalidate_all()
        for record, values in kept.items():
            for name, value in values.items():
                self.assertEqual(record[name], value, name)
