import io
import os
from pathlib import Path

from openpyxl import Workbook
from playwright.sync_api import expect

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .browser import BrowserCase

#: WCAG 2.2, levels A and AA, as axe-core tags its rules.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHECK = """async ([selectors, rules]) => {
    const {violations, passes} = await axe.run(
        {include: selectors},
        {
            runOnly: rules,
            rules: {"target-size": {enabled: true}},
            resultTypes: ["violations"],
        }
    );
    return {
        passed: passes.length,
        problems: violations.flatMap(({id, help, nodes}) =>
            nodes.map(
                ({target, failureSummary}) =>
                    `${id} (${help}): ${target.join(" ")}\\n${failureSummary}`
            )
        ),
    };
}"""


@tagged("post_install", "-at_install")
class TestBrowserAccessibility(BrowserCase):
    """No page of the suite violates WCAG 2.2 A or AA, as far as axe-core can tell.

    What stands around the pages (header, footer) is Odoo's and the theme's.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        path = os.environ.get("PREORDER_AXE")
        if not path:
            raise AssertionError(
                "PREORDER_AXE does not say where axe-core's axe.min.js is. "
                "./dev test installs it as package-lock.json has it, and says so."
            )
        cls.axe = Path(path).read_text()

    def _check(self, window, *selectors):
        """Check what stands in parts of a page, its own content if none is named."""
        selectors = selectors or ("html",)
        for selector in selectors:
            expect(window.find(selector).first).to_be_visible()
        # Of what is faded in or out, only the end counts.
        window.page.wait_for_function(
            """() => document.getAnimations().every(
                ({effect}) => effect.getComputedTiming().iterations === Infinity
            )"""
        )
        window.page.evaluate(self.axe)
        found = window.page.evaluate(CHECK, [list(selectors), RULES])
        self.assertTrue(found["passed"])
        self.assertFalse(found["problems"], "\n\n".join(["", *found["problems"]]))

    def _open_form(self, open_window, **options):
        window = open_window("bergmann", self.campaign_url, **options)
        window.wait_for_products()
        return window

    def _begin_form(self):
        answer = self._save(
            {self.jacket.product_variant_ids[1]: 12, self.bottle.product_variant_id: 1},
            now=fields.Datetime.now(),
        )
        return self._get_form(answer)

    def test_landing_page_of_customers(self):
        self._begin_form()
        self._make_campaign("Spring", "S27").action_open()
        with self._browsing() as open_window:
            window = open_window("bergmann", "/preorder")
            expect(window.find("article").first).to_be_visible()
            self._check(window)

    def test_landing_page_and_teaser_of_visitors(self):
        self.campaign.website_teaser = True
        with self._browsing() as open_window:
            window = open_window()
            window.go_to("/preorder")
            window.expect_text("#wrap", "Sign in")
            self._check(window)
            window.go_to(self.campaign_url)
            window.expect_text("#wrap", "Sign in")
            self._check(window)

    def test_order_form(self):
        self._begin_form()
        with self._browsing() as open_window:
            window = self._open_form(open_window)
            window.type_quantity("Parka, Black, M", 8)
            window.expect_saved()
            self._check(window)

    def test_order_form_with_search_and_filters_open(self):
        with self._browsing() as open_window:
            window = self._open_form(open_window)
            window.find(".o_preorder_search").fill("park")
            window.button("filters").click()
            window.page.get_by_label("Already ordered").check()
            window.page.get_by_role("button", name="Red", exact=True).click()
            expect(window.find(".o_preorder_filters")).to_be_visible()
            self._check(window)

    def test_order_form_with_its_menus_open(self):
        with self._browsing() as open_window:
            window = self._open_form(open_window)
            window.button("more").click()
            window.button("figures").click()
            window.find("article[aria-label=Parka] .o_preorder_menu").click()
            expect(window.button("clear")).to_be_visible()
            self._check(window)

    def test_order_form_with_everything_it_may_have_to_say(self):
        form = self._begin_form()
        colleague = self._make_login(
            "Colleague", "colleague", self.customer.partner_id.parent_id
        )
        with self._browsing() as open_window:
            window = self._open_form(open_window)
            window.page.keyboard.type("999999999", delay=8)
            window.page.keyboard.press("Enter")
            window.expect_text(".o_preorder_unknown", "999999999")
            with self._office():
                self._save(
                    {self.jacket.product_variant_ids[1]: (7, 1)},
                    user=colleague,
                    order=form.with_user(colleague).sudo(),
                    now=fields.Datetime.now(),
                )
            window.type_quantity("Parka, Black, M", 8)
            window.expect_text(".alert", "has entered 7 meanwhile")
            window.type_quantity("Bottle", "x")
            self._check(window)

    def test_product_panel(self):
        with self._browsing() as open_window:
            window = self._open_form(open_window)
            window.find("article[aria-label=Parka] .o_preorder_name").click()
            window.expect_text(".o_dialog", "Your price")
            expect(window.page.get_by_role("dialog", name="Parka")).to_be_visible()
            self._check(window, ".o_dialog .modal")

    def test_keyboard_help(self):
        with self._browsing() as open_window:
            window = self._open_form(open_window)
            window.button("more").click()
            window.page.get_by_role("button", name="Keyboard").click()
            window.expect_text(".o_dialog", "Ctrl")
            expect(window.page.get_by_role("dialog", name="Keyboard")).to_be_visible()
            self._check(window, ".o_dialog .modal")

    def test_excel_dialog(self):
        with self._browsing() as open_window:
            window = self._open_form(open_window)
            window.button("excel").click()
            window.expect_text(".o_dialog", "Take the order form to Excel")
            self._check(window, ".o_dialog .modal")

    def test_report_on_a_workbook_with_a_row_that_is_refused(self):
        workbook = Workbook()
        for row in (
            ("Reference", "Quantity"),
            (self.bottle.default_code, 12),
            ("UNKNOWN", 3),
        ):
            workbook.active.append(row)
        content = io.BytesIO()
        workbook.save(content)
        with self._browsing() as open_window:
            window = self._open_form(open_window)
            window.button("excel").click()
            window.find("input[name=workbook]").set_input_files(
                {
                    "name": "order.xlsx",
                    "mimeType": "application/vnd.openxmlformats-officedocument"
                    ".spreadsheetml.sheet",
                    "buffer": content.getvalue(),
                }
            )
            window.expect_text(".o_dialog", "Which columns are to be read?")
            self._check(window, ".o_dialog .modal")
            window.page.get_by_role("button", name="Show what would change").click()
            expect(window.find(".o_dialog [name=report]")).to_be_visible()
            window.expect_text(".o_dialog", "UNKNOWN")
            self._check(window, ".o_dialog .modal")

    def test_questions_about_a_form(self):
        form = self._begin_form()
        form.message_post(
            body="Which colours run small?",
            author_id=self.customer.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        with self._browsing() as open_window:
            window = self._open_form(open_window)
            window.button("more").click()
            window.button("contact").click()
            window.expect_text(".o_dialog", "Ask about this form")
            window.expect_text(".o_dialog", "Which colours run small?")
            self._check(window, ".o_dialog .modal")

    def test_outlet(self):
        self.campaign.kind = "outlet"
        with self._browsing() as open_window:
            window = open_window("bergmann", "/outlet")
            window.expect_text("#wrap", "Winter")
            self._check(window)
            window.go_to(self.campaign.website_url)
            window.wait_for_products()
            self._check(window)

    def test_content_block_of_a_campaign(self):
        block = f"""
            <section class="s_preorder_campaign" data-campaign-id="{self.campaign.id}">
                <div class="s_preorder_campaign_card">Choose</div>
            </section>
        """
        # Twice, and above the list that has the campaign too.
        self.env["ir.ui.view"].create(
            {
                "name": "Blocks",
                "type": "qweb",
                "key": "preorder_website.landing_preorder_blocks",
                "inherit_id": self.env.ref("preorder_website.landing_preorder").id,
                "arch": f"""
                    <xpath expr="//h1" position="after">
                        <div><h2>Now</h2>{block}{block}</div>
                    </xpath>
                """,
            }
        )
        with self._browsing() as open_window:
            for phone in (False, True):
                window = open_window("bergmann", "/preorder", phone=phone)
                expect(window.find(".s_preorder_campaign article")).to_have_count(2)
                expect(
                    window.find(".s_preorder_campaign a", "Order now").first
                ).to_have_accessible_name(f"Order now {self.campaign.name}")
                window.expect_no_sideways_scrolling()
                self._check(window)

    def test_reservations_of_an_own_shop_s_customers(self):
        shop = self.customer.partner_id.parent_id
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        shop.preorder_location_id = warehouse.lot_stock_id.copy({"name": "Shop"})
        self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"]
                .create({"name": "Good Customer", "parent_id": shop.id})
                .id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.jacket.product_variant_ids[0].id,
                            "product_uom_qty": 2,
                        }
                    )
                ],
            }
        )
        self._begin_form()
        with self._browsing() as open_window:
            window = self._open_form(open_window)
            window.button("more").click()
            window.button("reservations").click()
            window.expect_text(".o_dialog", "Good Customer")
            self._check(window, ".o_dialog .modal")

    def test_order_form_and_summary_on_a_phone(self):
        self._begin_form()
        with self._browsing() as open_window:
            window = self._open_form(open_window, phone=True)
            self._check(window)
            window.find(".o_preorder_sheet_handle").tap()
            expect(window.find(".o_preorder_summary_details")).to_be_visible()
            self._check(window)

    def test_review(self):
        self._begin_form()
        with self._browsing() as open_window:
            window = self._open_form(open_window)
            window.button("review").click()
            window.expect_text(".o_preorder_review", "Review your order")
            self._check(window)

    def test_quotation_and_portal_pages(self):
        self._begin_form()
        with self._browsing() as open_window:
            window = self._open_form(open_window)
            window.button("review").click()
            window.button("submit").click()
            window.wait_for_page("**/my/orders/**")
            window.expect_text("#portal_sale_content", "Parka")
            self._check(
                window,
                "#portal_sale_content",
                "#sale_order_sidebar_button",
                "p:has(> a[href^='/preorder/form/'])",
            )
            window.go_to("/my/preorders")
            window.expect_text("#wrap", "Winter")
            self._check(window)
            window.go_to("/my")
            entry = "#portal_client_category a[href='/my/preorders']"
            expect(window.find(entry)).to_be_visible()
            self._check(window)
            window.go_to(self.campaign_url)
            window.wait_for_products()
            self._check(window)
            window.page.get_by_role("button", name="Withdraw this order").click()
            expect(window.find("#o_preorder_withdraw")).to_be_visible()
            self._check(window, "#o_preorder_withdraw")

    def test_order_again(self):
        form = self._begin_form()
        with self._browsing() as open_window:
            window = open_window("bergmann", f"/preorder/form/{form.id}/again")
            window.expect_text("#wrap", "Winter")
            self._check(window)

    def test_long_names_and_large_amounts_fit_a_phone(self):
        self.jacket.name = "Winterarbeitsschutzjacke mit Kapuze"
        self.jacket.list_price = 2345.60
        form = self._begin_form()
        with self._browsing() as open_window:
            window = open_window("bergmann", f"/preorder/form/{form.id}", phone=True)
            window.wait_for_products()
            window.expect_no_sideways_scrolling()
            window.button("review").tap()
            review = window.find(".o_preorder_review")
            expect(review).to_contain_text("28,147.20")
            # Beneath the quantity, where there is no column for it.
            expect(review).to_contain_text("× $ 2,345.60")
            window.expect_no_sideways_scrolling()
            self._check(window)

    def test_landing_and_portal_on_a_phone(self):
        self._begin_form()
        with self._browsing() as open_window:
            window = open_window("bergmann", "/preorder", phone=True)
            window.expect_text("#wrap", "Winter")
            window.expect_no_sideways_scrolling()
            self._check(window)
            window.go_to("/my/preorders")
            window.expect_text("#wrap", "Winter")
            window.expect_no_sideways_scrolling()
            self._check(window)

    def test_a_representative_s_pages(self):
        agency = self.env["res.partner"].create({"name": "Agency", "is_company": True})
        agent = self._make_login("Agent", "agent", agency)
        company = self.customer.partner_id.commercial_partner_id
        company.preorder_agent_ids = agent.partner_id
        self._begin_form()
        with self._browsing() as open_window:
            window = open_window("agent", self.campaign_url)
            window.expect_text("#wrap", "For which customer do you order?")
            self._check(window)
            window.find(".list-group a", "Bergmann Sport").first.click()
            window.wait_for_products()
            window.type_quantity("Parka, Black, M", 8)
            window.expect_saved()
            window.button("more").click()
            window.button("propose").click()
            window.expect_text(".o_dialog", "What you want to say")
            self._check(window, ".o_dialog .modal")
            window.go_to("/my/preorders/customers")
            window.expect_text("#wrap", "Bergmann Sport")
            self._check(window)
