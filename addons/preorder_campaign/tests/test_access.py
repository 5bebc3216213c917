import gc
import weakref

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import PreorderCommon


@tagged("post_install", "-at_install")
class TestAccess(PreorderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson = new_test_user(
            cls.env, "sally", groups="sales_team.group_sale_salesman"
        )
        cls.manager = new_test_user(
            cls.env, "mandy", groups="sales_team.group_sale_manager"
        )

    def _find_campaign(self, user):
        return (
            self.env["preorder.campaign"]
            .with_user(user)
            .search([("id", "=", self.campaign.id)])
        )

    def test_a_customer_sees_campaigns_meant_for_it_only(self):
        self.assertTrue(self._find_campaign(self.customer))
        self.assertFalse(self._find_campaign(self.outsider))

    def test_the_record_rule_and_the_audience_say_the_same(self):
        campaigns = self.env["preorder.campaign"]
        for number, values in enumerate(
            (
                {
                    "label_ids": False,
                    "partner_ids": [Command.set(self.outsider.partner_id.ids)],
                },
                {"label_ids": False, "for_everyone": True},
                {"excluded_partner_ids": [Command.set(self.customer.partner_id.ids)]},
                {"label_ids": False},
            )
        ):
            campaign = self._make_campaign(f"C{number}", f"C{number}", **values)
            campaign._set_state("open")
            campaigns |= campaign
        for user in (self.customer, self.outsider):
            seen = campaigns.with_user(user).search([("id", "in", campaigns.ids)])
            meant = campaigns.filtered(lambda c, user=user: c._is_for(user.partner_id))
            self.assertEqual(seen.ids, seen.browse(meant.ids).sorted().ids)

    def test_a_label_taken_away_counts_at_once(self):
        self.assertTrue(self._find_campaign(self.customer))
        self.customer.partner_id.parent_id.category_id = False
        self.assertFalse(self._find_campaign(self.customer))

    def test_a_contact_that_moves_to_another_company_counts_there_at_once(self):
        form = self._get_form(self._save({self.bottle.product_variant_id: 1}))
        self.assertTrue(form.with_user(self.customer).has_access("read"))
        colleague = self._make_login(
            "Colleague", "colleague", self.customer.partner_id.parent_id
        )
        self.assertTrue(self._find_campaign(colleague))
        colleague.partner_id.parent_id = self.outsider.partner_id.parent_id
        self.assertFalse(self._find_campaign(colleague))
        self.assertFalse(form.with_user(colleague).has_access("read"))

    def test_customers_do_not_read_the_campaign_s_turnover(self):
        campaign = self.campaign.with_user(self.customer)
        for name in ("sale_amount", "order_count", "ending_message", "order_ids"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                campaign.read([name])

    def test_a_draft_campaign_is_not_there_for_customers(self):
        self.campaign.action_draft()
        self.assertFalse(self._find_campaign(self.customer))

    def test_a_customer_reads_its_company_s_forms_and_writes_none(self):
        form = self._get_form(self._save({self.bottle.product_variant_id: 1}))
        self.assertEqual(form.with_user(self.customer).read(["name"])[0]["id"], form.id)
        with self.assertRaises(AccessError):
            form.with_user(self.customer).write({"note": "x"})
        with self.assertRaises(AccessError):
            form.line_ids.with_user(self.customer).write({"quantity": 9})
        with self.assertRaises(AccessError):
            form.with_user(self.outsider).read(["name"])

    def test_a_colleague_of_the_same_company_reads_the_form(
        self,
    ):
        form = self._get_form(self._save({self.bottle.product_variant_id: 1}))
        colleague = self._make_login(
            "Colleague", "colleague", self.customer.partner_id.parent_id
        )
        self.assertTrue(form.with_user(colleague).has_access("read"))

    def test_a_salesperson_sees_own_customers_forms(self):
        form = self._get_form(self._save({self.bottle.product_variant_id: 1}))
        form.user_id = self.salesperson
        self.assertTrue(form.with_user(self.salesperson).has_access("write"))
        form.user_id = self.manager
        self.assertFalse(form.with_user(self.salesperson).has_access("read"))

    def test_a_form_follows_its_quotation_whoever_confirms_it(self):
        form = self._get_form(self._save({self.bottle.product_variant_id: 1}))
        quotation = form._submit(self.campaign._now())
        form.user_id = self.manager
        quotation.user_id = self.salesperson
        self.env.flush_all()
        self.env.invalidate_all()
        confirming = quotation.with_user(self.salesperson)
        self.assertFalse(confirming.preorder_order_ids)
        confirming.action_confirm()
        self.assertEqual(form.state, "confirmed")

    def test_only_sales_managers_make_campaigns(self):
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.salesperson).write({"name": "x"})
        self.campaign.with_user(self.manager).write({"name": "Winter!"})
        self.assertEqual(self.campaign.name, "Winter!")

    # Own forms only

    def _make_branch(self):
        return self._make_login(
            "Branch",
            "branch",
            self.env["res.partner"].create(
                {
                    "name": "Bergmann Utrecht",
                    "is_company": True,
                    "parent_id": self.customer.partner_id.parent_id.id,
                }
            ),
        )

    def test_a_company_may_keep_its_people_s_forms_and_quotations_apart(self):
        form = self._get_form(self._save({self.bottle.product_variant_id: 1}))
        quotation = form._submit(self.campaign._now())
        company = self.customer.partner_id.parent_id
        colleague = self._make_login("Colleague", "colleague", company)
        for user in (colleague, self._make_branch()):
            self.assertTrue(form.with_user(user).has_access("read"))
        self.assertTrue(quotation.with_user(colleague).has_access("read"))
        company.preorder_own_forms_only = True
        self.env.flush_all()
        for record in (form, form.line_ids, quotation, quotation.order_line):
            self.assertFalse(record.with_user(colleague).has_access("read"))
            self.assertTrue(record.with_user(self.customer).has_access("read"))

    def test_the_head_office_s_buyer_sees_and_may_confirm_a_branch_s_quotation(self):
        answer = self._save(
            {self.bottle.product_variant_id: 1}, user=self._make_branch()
        )
        quotation = self._get_form(answer)._submit(self.campaign._now())
        self.assertTrue(quotation.with_user(self.customer).has_access("read"))

    # Agents

    def _make_agent(self, *customers):
        agency = self.env["res.partner"].create({"name": "Agency", "is_company": True})
        agent = self._make_login("Agent", "agent", agency)
        for customer in customers:
            customer.partner_id.commercial_partner_id.preorder_agent_ids = (
                agent.partner_id
            )
        return agent

    def test_an_agent_sees_the_forms_of_the_customers_assigned_only(self):
        self.campaign.for_everyone = True
        mine, other = (
            self._get_form(self._save({self.bottle.product_variant_id: 1}, user=user))
            for user in (self.customer, self.outsider)
        )
        agent = self._make_agent(self.customer)
        self.assertTrue(mine.with_user(agent).has_access("read"))
        self.assertTrue(mine.line_ids.with_user(agent).has_access("read"))
        self.assertFalse(other.with_user(agent).has_access("read"))
        self.assertTrue(self.customer.partner_id._is_preorder_customer_of(agent))
        self.assertFalse(self.outsider.partner_id._is_preorder_customer_of(agent))

    def test_an_agent_sees_campaigns_of_its_customers(self):
        agent = self._make_agent(self.outsider)
        self.assertFalse(self._find_campaign(agent))
        self.customer.partner_id.commercial_partner_id.preorder_agent_ids = (
            agent.partner_id
        )
        self.assertTrue(self._find_campaign(agent))

    def test_a_customer_taken_away_from_an_agent_counts_at_once(self):
        form = self._get_form(self._save({self.bottle.product_variant_id: 1}))
        agent = self._make_agent(self.customer)
        self.assertTrue(form.with_user(agent).has_access("read"))
        self.customer.partner_id.commercial_partner_id.preorder_agent_ids = False
        self.assertFalse(form.with_user(agent).has_access("read"))
        self.assertFalse(self._find_campaign(agent))

    def test_a_salesperson_fills_for_own_customers(self):
        partner = self.customer.partner_id
        partner.commercial_partner_id.user_id = self.manager
        partner.user_id = self.manager
        self.assertFalse(partner._is_preorder_customer_of(self.salesperson))
        self.assertTrue(partner._is_preorder_customer_of(self.manager))
        partner.user_id = self.salesperson
        self.assertTrue(partner._is_preorder_customer_of(self.salesperson))

    def test_rules_that_are_kept_in_memory_keep_no_transaction_there(self):
        env = self.env(context={"kept": "not"})
        partner = env["res.partner"].browse(self.customer.partner_id.id)
        domains = (
            partner._get_preorder_campaign_domain(),
            partner._get_preorder_form_domain(),
        )
        kept = weakref.ref(env)
        del env, partner
        gc.collect()
        self.assertTrue(all(domains))
        self.assertIsNone(kept())
