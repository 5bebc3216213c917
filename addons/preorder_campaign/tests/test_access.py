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
            campaign.state = "open"
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

    def test_only_sales_managers_make_campaigns(self):
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.salesperson).write({"name": "x"})
        self.campaign.with_user(self.manager).write({"name": "Winter!"})
        self.assertEqual(self.campaign.name, "Winter!")
