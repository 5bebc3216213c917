from playwright.sync_api import expect

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .browser import BrowserCase


@tagged("post_install", "-at_install")
class TestBrowserOrders(BrowserCase):
    """Orders from the first page to the quotation, each person in a browser."""

    def _get_current_form(self):
        return self.campaign.order_ids

    def test_a_first_order_goes_from_the_landing_page_to_the_quotation(self):
        with self._browsing() as open_window:
            window = open_window("bergmann", "/preorder")
            window.find("article", "Winter").get_by_role("link", name="Order").click()
            window.wait_for_products()
            window.expect_text(".o_preorder_product:has-text('Parka')", "100.00")
            window.type_quantity("Parka, Black, M", 12)
            window.type_quantity("Parka, Red, L", 3)
            window.type_quantity("Bottle", 5)
            window.expect_saved()
            window.expect_text("[name=pieces]", "20")
            window.expect_text("[name=tier_discount]", "77.50")
            window.button("review").click()
            window.expect_text(".o_preorder_review", "Parka")
            window.page.get_by_label("Your reference").fill("PO-2026-17")
            window.button("submit").click()
            window.wait_for_page("**/my/orders/**")
            window.expect_text("#portal_sale_content", "Parka")
        form = self._get_current_form()
        self.assertEqual(form.state, "submitted")
        self.assertEqual(form.client_order_ref, "PO-2026-17")
        self.assertEqual(
            self._get_quantities(form),
            {"Parka (Black, M)": 12, "Parka (Red, L)": 3, "Bottle": 5},
        )
        self.assertEqual(
            sum(form.sale_order_id.order_line.mapped("product_uom_qty")), 20
        )

    def test_who_returns_next_day_finds_the_form_and_continues_it(self):
        with self._browsing() as open_window:
            window = open_window("bergmann", "/preorder")
            window.find("article", "Winter").get_by_role("link", name="Order").click()
            window.wait_for_products()
            window.type_quantity("Parka, Black, M", 12)
            window.expect_saved()
        with self._browsing() as open_window:
            window = open_window("bergmann", "/preorder")
            window.expect_text("article", "12 pieces")
            window.expect_text("article", "not submitted")
            window.find("article").get_by_role("link", name="Continue").click()
            window.wait_for_products()
            window.expect_quantity("Parka, Black, M", 12)
            window.expect_text("[name=pieces]", "12")
            window.type_quantity("Parka, Black, M", 8)
            window.type_quantity("Parka, Black, L", 2)
            window.expect_saved()
            window.expect_text("[name=pieces]", "10")
        self.assertEqual(
            self._get_quantities(self._get_current_form()),
            {"Parka (Black, M)": 8, "Parka (Black, L)": 2},
        )

    def test_a_representative_orders_for_a_customer_who_then_sees_it(self):
        company = self.customer.partner_id.commercial_partner_id
        seller = new_test_user(
            self.env,
            "sally",
            password="sally",
            groups="base.group_user,sales_team.group_sale_salesman",
        )
        special = self.env["product.pricelist"].create(
            {
                "name": "Special",
                "item_ids": [
                    Command.create({"compute_price": "fixed", "fixed_price": 77})
                ],
            }
        )
        (company | self.customer.partner_id).property_product_pricelist = special
        (company | self.customer.partner_id).user_id = seller
        with self._browsing() as open_window:
            # Whose form it is to be is asked behind the form as customers see it.
            sally = open_window("sally", "/preorder")
            sally.find("article", "Winter").get_by_role("link", name="Order").click()
            sally.page.get_by_role("link", name="How far your customers are").click()
            sally.find("tr", "Bergmann Sport").get_by_role("link").click()
            sally.wait_for_products()
            sally.expect_text(".alert", "You are ordering for Bergmann Sport")
            sally.expect_text(".o_preorder_product:has-text('Parka')", "77.00")
            sally.type_quantity("Parka, Black, M", 6)
            sally.expect_saved()
            sally.expect_text("[name=untaxed]", "462.00")
            buyer = open_window("bergmann", "/preorder")
            buyer.expect_text("article", "6 pieces")
            buyer.find("article").get_by_role("link", name="Continue").click()
            buyer.wait_for_products()
            buyer.expect_quantity("Parka, Black, M", 6)
            buyer.expect_text("[name=untaxed]", "462.00")
            expect(buyer.find(".alert", "You are ordering for")).to_have_count(0)
        form = self._get_current_form()
        self.assertEqual(form.partner_id, self.customer.partner_id)
        self.assertEqual(form.line_ids.changed_by_id, seller)

    def test_an_agent_picks_a_customer_from_the_landing_page(self):
        agency = self.env["res.partner"].create({"name": "Agency", "is_company": True})
        agent = self._make_login("Agent", "agent", agency)
        company = self.customer.partner_id.commercial_partner_id
        company.preorder_agent_ids = agent.partner_id
        with self._browsing() as open_window:
            window = open_window("agent", "/preorder")
            window.find("article", "Winter").get_by_role("link", name="Order").click()
            window.expect_text("#wrap", "For which customer do you order?")
            window.find(".list-group a", "Bergmann Sport").first.click()
            window.wait_for_products()
            window.expect_text(".alert", "You are ordering for Bergmann Sport")
            window.type_quantity("Bottle", 4)
            window.expect_saved()
        form = self._get_current_form()
        self.assertEqual(
            form.partner_id.commercial_partner_id,
            self.customer.partner_id.commercial_partner_id,
        )
        self.assertEqual(form.line_ids.changed_by_id, agent)

    def test_a_whole_order_is_placed_on_a_phone(self):
        with self._browsing() as open_window:
            window = open_window("bergmann", "/preorder", phone=True)
            window.find("article", "Winter").get_by_role("link", name="Order").tap()
            window.wait_for_products()
            window.expect_no_sideways_scrolling()
            # The sheet at the bottom says how much it is, and shows more when tapped.
            handle = window.find(".o_preorder_sheet_handle")
            details = window.find(".o_preorder_summary_details")
            expect(handle).to_be_in_viewport()
            expect(details).to_be_hidden()
            window.cell("Parka, Black, M").tap()
            window.page.keyboard.type("12", delay=60)
            window.expect_saved()
            expect(handle).to_contain_text("12 pieces")
            handle.tap()
            expect(details).to_be_visible()
            window.expect_text("[name=tier_discount]", "60.00")
            handle.tap()
            expect(details).to_be_hidden()
            window.button("review").tap()
            expect(window.find(".o_preorder_review")).to_contain_text("Parka")
            window.expect_no_sideways_scrolling()
            window.button("submit").tap()
            window.wait_for_page("**/my/orders/**")
        self.assertEqual(self._get_current_form().state, "submitted")
