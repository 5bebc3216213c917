from lxml import html

from odoo.tests import tagged

from .common import NOW, PreorderCommon


@tagged("post_install", "-at_install")
class TestFormReport(PreorderCommon):
    """The order form on paper."""

    def _render(self, form, report="report_preorder_order"):
        content, _kind = (
            self.env["ir.actions.report"]
            .with_context(preorder_now=NOW)
            ._render_qweb_html(
                f"preorder_campaign.{report}", form.ids, {"report_type": "pdf"}
            )
        )
        return html.fromstring(content)

    def _get_texts(self, page):
        return [" ".join(td.text_content().split()) for td in page.xpath("//td|//th")]

    def _fill(self):
        variants = self.jacket.product_variant_ids
        return self._get_form(
            self._save(
                {variants[0]: 8, variants[1]: 4, self.bottle.product_variant_id: 3}
            )
        )

    def test_a_form_is_printed_at_the_prices_of_its_totals(self):
        form = self._fill()
        totals = form._get_totals()
        self.assertEqual(totals["tier"]["name"], "Silver")
        texts = self._get_texts(self._render(form))
        for amount in ("1,140.00", "28.53", "1,168.53", "245.39", "1,413.92"):
            self.assertTrue([text for text in texts if amount in text], (amount, texts))
        self.assertEqual(totals["total"], 1413.92)

    def test_amounts_on_paper_add_up_to_the_form_s_total(self):
        form = self._fill()
        matrix = form._get_form_matrix()
        self.assertEqual(
            [row["amount"] for row in matrix["sections"]],
            [matrix["totals"][2][1]],
        )

    def test_without_prices_no_amount_is_printed(self):
        form = self._fill()
        page = self._render(form, "report_preorder_order_quantities")
        texts = self._get_texts(page)
        self.assertIn("8", texts)
        self.assertNotIn("Unit Price", texts)
        main = page.xpath("//div[hasclass('page')]")
        text = page.text_content() if not main else main[0].text_content()
        for amount in ("100.00", "1,140", "10.01", "Silver"):
            self.assertNotIn(amount, text)

    def test_without_prices_sizes_of_different_prices_share_a_row(self):
        small, medium = self.jacket.product_variant_ids[:2]
        medium.product_template_attribute_value_ids[-1:].price_extra = 10
        form = self._get_form(self._save({small: 2, medium: 3}))

        def get_rows(**options):
            [section] = form._get_form_matrix(**options)["sections"]
            return section["products"][0]["bands"][0]["rows"]

        self.assertEqual(len(get_rows()), 2)
        [row] = get_rows(with_prices=False)
        self.assertEqual(row["cells"], ["2", "3"])

    def test_an_empty_form_says_so(self):
        form = self._fill()
        form.line_ids.quantity = 0
        self.assertIn("Nothing is ordered yet", self._render(form).text_content())

    def test_the_office_finds_both_in_its_print_menu(self):
        bindings = self.env["ir.actions.actions"].get_bindings("preorder.order")
        names = {action["name"] for action in bindings["report"]}
        self.assertLessEqual({"Order Form", "Order Form without Prices"}, names)

    def test_a_merged_quotation_names_its_branches_below_each_row(self):
        head_office = self.customer.partner_id.parent_id
        branch = self._make_login(
            "Branch buyer",
            "branch",
            self.env["res.partner"].create(
                {
                    "name": "Bergmann Utrecht",
                    "is_company": True,
                    "parent_id": head_office.id,
                }
            ),
        )
        small, medium = self.jacket.product_variant_ids[:2]
        quotations = self.env["sale.order"]
        for user, quantities in (
            (self.customer, {small: 6, medium: 2}),
            (branch, {small: 5}),
        ):
            quotations |= self._get_form(self._save(quantities, user=user))._submit(NOW)
        merged = quotations._merge_preorders(head_office)
        [section] = merged._get_preorder_matrix()["sections"]
        [row] = section["products"][0]["bands"][0]["rows"]
        self.assertEqual(row["branches"], "Bergmann Sport 8 · Bergmann Utrecht 5")
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "sale.action_report_saleorder", merged.ids, {"report_type": "pdf"}
        )
        texts = self._get_texts(html.fromstring(content))
        self.assertIn("Bergmann Sport 8 · Bergmann Utrecht 5", texts)
        [section] = quotations[0]._get_preorder_matrix()["sections"]
        self.assertFalse(section["products"][0]["bands"][0]["rows"][0]["branches"])
