import re

from lxml import html

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import NOW, PreorderCommon


def _round(value):
    """Nested values without the binary noise of their numbers."""
    if isinstance(value, dict):
        return {key: _round(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_round(each) for each in value]
    return round(value, 6) if isinstance(value, float) else value


@tagged("post_install", "-at_install")
class TestDocuments(PreorderCommon, HttpCase):
    """What the customer reads: the quotation's page and its PDF."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.write(
            {"delivery_from": "2026-09-01", "delivery_until": "2026-10-15"}
        )
        cls.jacket.product_variant_ids.mapped(
            lambda variant: variant.write({"default_code": f"PAR-{variant.id}"})
        )
        cls.service = cls.env["product.product"].create(
            {"name": "Freight", "type": "service", "list_price": 45.0, "taxes_id": []}
        )

    def _submit(self, quantities=None):
        if quantities is None:
            quantities = {
                variant: number
                for number, variant in enumerate(self.jacket.product_variant_ids, 1)
            }
        return self._get_form(self._save(quantities))._submit(NOW)

    def _get_paper(self, order):
        order.env.flush_all()
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "sale.action_report_saleorder", order.ids, {"report_type": "pdf"}
        )
        return html.fromstring(content)

    def _get_page(self, order):
        order.env.flush_all()
        answer = self.url_open(order.get_portal_url())
        self.assertEqual(answer.status_code, 200)
        return html.fromstring(answer.text)

    def _get_both(self, order):
        return (self._get_paper(order), self._get_page(order))

    def _read(self, element):
        """The words of an element's rows, cell by cell."""
        return [
            [" ".join(cell.text_content().split()) for cell in row.xpath("th|td")]
            for row in element.xpath(".//tr")
        ]

    def _read_matrix(self, document):
        [matrix] = document.xpath("//div[contains(@class, 'o_preorder_matrix ')]")
        return self._read(matrix)

    def _read_amount(self, text):
        return float(re.sub(r"[^\d.\-]", "", text))

    def _get_details(self, document):
        return document.xpath("//table[contains(@class, 'o_main_table')]") + (
            # Where matrices say it all, the page's table is there and hidden.
            document.xpath(
                "//div[not(contains(@class, 'd-none'))]/table[@id='sales_order_table']"
            )
        )

    def test_sizes_run_across_and_colours_down(self):
        quotation = self._submit()
        for document in self._get_both(quotation):
            rows = self._read_matrix(document)
            self.assertIn(
                ["Colour", "S", "M", "L", ""]
                + ["Pieces", "Unit Price", "Disc.%", "Amount"],
                rows,
            )
            cells = {row[0]: row for row in rows}
            self.assertEqual(cells["Black"][1:4] + cells["Black"][5:6], [*"123", "6"])
            self.assertEqual(
                cells["Red"][1:4] + cells["Red"][5:6], ["4", "5", "6"] + ["15"]
            )
            # 2,100 reach Silver: 5 %.
            self.assertEqual(cells["Red"][6:8], ["100.00 95.00", "5"])
            self.assertEqual(self._read_amount(cells["Red"][8]), 1425.0)
            self.assertEqual(self._read_amount(cells["Total"][-1]), 1995.0)
            self.assertEqual(document.xpath("//s")[0].text_content(), "100.00")
            self.assertFalse(self._get_details(document))
            self.assertIn("Parka", document.text_content())
            self.assertIn("PAR", document.text_content())

    def test_sizes_of_another_price_have_a_row_of_their_own(self):
        large = self.jacket.product_variant_ids[
            2
        ].product_template_attribute_value_ids.filtered(lambda v: v.name == "L")
        large.price_extra = 10
        quotation = self._submit()
        for document in self._get_both(quotation):
            rows = [row for row in self._read_matrix(document) if row[0] == "Black"]
            self.assertEqual(
                [row[1:4] for row in rows], [["1", "2", ""], ["", "", "3"]]
            )
            self.assertEqual(
                [self._read_amount(row[8]) for row in rows], [285.0, 313.5]
            )

    def test_what_is_printed_adds_up_to_the_order_s_amount(self):
        quotation = self._submit({self.bottle.product_variant_id: 1})
        quotation.order_line = [
            Command.create({"product_id": variant.id, "price_unit": 10.01})
            for variant in self.jacket.product_variant_ids
        ]
        quotation.order_line.discount = 33.33
        self.assertNotAlmostEqual(
            sum(quotation.order_line.mapped("price_subtotal")),
            quotation.amount_untaxed,
            msg="Odoo rounds lines apart from the total",
        )
        for document in self._get_both(quotation):
            rows = [row for row in self._read_matrix(document) if len(row) > 4]
            amounts = [
                self._read_amount(row[-1])
                for row in rows
                if row[0] != "Total" and row[-1] != "Amount"
            ]
            self.assertAlmostEqual(sum(amounts), quotation.amount_untaxed)

    def test_a_product_without_variants_is_a_plain_line(self):
        quotation = self._submit({self.bottle.product_variant_id: 7})
        for document in self._get_both(quotation):
            self.assertIn(
                ["Bottle BOT", "7", "10.01"],
                [row[:3] for row in self._read_matrix(document)],
            )

    def test_each_delivery_date_has_a_section_with_its_subtotal(self):
        quotation = self._submit()
        quotation.order_line.filtered(
            lambda line: line.product_id in self.jacket.product_variant_ids[:2]
        ).commitment_date = "2026-10-01 12:00:00"
        for document in self._get_both(quotation):
            headings = document.xpath("//h5[contains(@class, 'preorder_matrix_date')]")
            self.assertEqual(
                [" ".join(heading.text_content().split()) for heading in headings],
                ["Delivery 09/01/2026", "Delivery 10/01/2026"],
            )
            subtotals = [
                row
                for row in self._read_matrix(document)
                if row[0].startswith("Subtotal")
            ]
            self.assertEqual(
                [row[0] for row in subtotals],
                [
                    "Subtotal, delivery 09/01/2026 18 pieces",
                    "Subtotal, delivery 10/01/2026 3 pieces",
                ],
            )
            self.assertAlmostEqual(
                sum(self._read_amount(row[1]) for row in subtotals),
                quotation.amount_untaxed,
            )
            self.assertIn("09/01/2026 – 10/01/2026, see below", document.text_content())

    def test_the_delivery_is_said_once(self):
        quotation = self._submit()
        for document in self._get_both(quotation):
            text = document.text_content()
            self.assertEqual(text.count("09/01/2026 – 10/15/2026"), 1)
            self.assertNotIn("Delivery Date", text)
            self.assertNotIn("Commitment Date", text)
        quotation.commitment_date = "2026-09-20 12:00:00"
        for document in self._get_both(quotation):
            self.assertIn(
                "09/20/2026 (requested: 09/01/2026 – 10/15/2026)",
                document.text_content(),
            )

    def test_campaign_tier_reference_and_form_are_named(self):
        quotation = self._submit()
        quotation.client_order_ref = "PO 4711"
        for document in self._get_both(quotation):
            text = " ".join(document.text_content().split())
            for words in ("Campaign", "Silver", "5.00", "PO 4711", quotation.name):
                self.assertIn(words, text)

    def test_what_the_office_added_follows_in_core_s_way(self):
        quotation = self._submit()
        quotation.order_line = [
            Command.create(values)
            for values in (
                {"display_type": "line_note", "name": "Mind the gap", "sequence": 90},
                {"product_id": self.service.id, "sequence": 91},
                {"display_type": "line_section", "name": "Gifts", "sequence": 92},
                {"product_id": self.bottle.product_variant_id.id, "sequence": 93},
            )
        ]
        for document in self._get_both(quotation):
            [details] = self._get_details(document)
            names = [row[0] for row in self._read(details)[1:]]
            self.assertEqual(
                names, ["Mind the gap", "Freight", "Gifts", "[BOT] Bottle"]
            )
            self.assertNotIn(
                "Bottle", " ".join(row[0] for row in self._read_matrix(document))
            )
            [_table] = document.xpath(
                "//div[contains(@class, 'o_preorder_matrix ')]"
                "/following::table[contains(@class, 'o_main_table')"
                " or @id='sales_order_table']"
            )

    def test_a_product_added_by_the_office_joins_the_matrix(self):
        quotation = self._submit({self.jacket.product_variant_ids[0]: 1})
        quotation.order_line = [
            Command.create({"product_id": self.jacket.product_variant_ids[1].id})
        ]
        for document in self._get_both(quotation):
            cells = {row[0]: row for row in self._read_matrix(document)}
            self.assertEqual(cells["Black"][1:3], ["1", "1"])

    def test_what_the_office_wrote_on_a_line_is_printed(self):
        quotation = self._submit()
        quotation.order_line[0].name += "\nwith logo"
        for document in self._get_both(quotation):
            self.assertIn("Black / S: with logo", document.text_content())

    def test_a_long_run_of_sizes_goes_on_below_on_paper(self):
        size = self.env["product.attribute"].create(
            {
                "name": "EU size",
                "value_ids": [
                    Command.create({"name": f"{number}", "sequence": number})
                    for number in range(20, 50)
                ],
            }
        )
        boot = self.env["product.template"].create(
            {
                "name": "Boot",
                "categ_id": self.category.id,
                "list_price": 80,
                "taxes_id": [Command.set(self.tax.ids)],
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": size.id,
                            "value_ids": [Command.set(size.value_ids.ids)],
                        }
                    )
                ],
            }
        )
        quotation = self._submit(dict.fromkeys(boot.product_variant_ids, 2))
        paper, page = self._get_both(quotation)
        heads = [row for row in self._read_matrix(paper) if "20" in row or "49" in row]
        self.assertEqual(len(heads), 2)
        [head] = [row for row in self._read_matrix(page) if "20" in row]
        self.assertIn("49", head)
        for document in (paper, page):
            [row] = [row for row in self._read_matrix(document) if "60" in row]
            self.assertAlmostEqual(self._read_amount(row[-1]), quotation.amount_untaxed)

    def test_ordinary_orders_stay_as_they_are(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.partner_id.id,
                "commitment_date": "2026-09-01 12:00:00",
                "order_line": [
                    Command.create({"product_id": variant.id})
                    for variant in self.jacket.product_variant_ids
                ],
            }
        )
        for document in self._get_both(order):
            self.assertFalse(document.xpath("//div[contains(@class, 'preorder')]"))
            [details] = self._get_details(document)
            self.assertEqual(len(self._read(details)), 7)
            self.assertIn("Delivery Date", document.text_content())

    def test_its_totals_are_those_of_odoo(self):
        quotation = self._submit()
        other_tax = self.tax.copy({"name": "VAT 9 %", "amount": 9})
        quotation.order_line = [
            Command.create(
                {
                    "product_id": self.bottle.product_variant_id.id,
                    "product_uom_qty": 7,
                    "tax_ids": [Command.set(tax.ids)],
                    "discount": discount,
                }
            )
            for tax in (self.tax, other_tax)
            for discount in (0, 7.77, 7.77, 12.5)
        ]
        for method in ("round_globally", "round_per_line"):
            self.company.tax_calculation_rounding_method = method
            quotation.order_line.tax_ids = [Command.set(self.tax.ids)]
            self.env.flush_all()
            self.env.invalidate_all()
            ours = quotation.tax_totals
            self.env.cr.execute(
                "UPDATE sale_order SET preorder_campaign_id = NULL WHERE id = %s",
                quotation.ids,
            )
            self.env.invalidate_all()
            self.assertEqual(_round(quotation.tax_totals), _round(ours))
            quotation.preorder_campaign_id = self.campaign

    def test_pages_of_many_lines_need_no_more_queries(self):
        def count(order):
            counts = []
            for _again in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self._get_paper(order)
                counts.append(self.env.cr.sql_log_count - before)
            return counts[-1]

        few = self._submit({self.jacket.product_variant_ids[0]: 20})
        other_jacket = self._make_jacket("Anorak", 120.0)
        self.campaign.allow_multiple_forms = True
        many = self._submit(
            dict.fromkeys(
                self.jacket.product_variant_ids | other_jacket.product_variant_ids, 3
            )
        )
        self.assertEqual(len(many.order_line), 12)
        self.assertLessEqual(count(many), count(few))
