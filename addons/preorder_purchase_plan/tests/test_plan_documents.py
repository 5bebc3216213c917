import re
import threading
from datetime import date
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .documents import PlanDocumentsCommon


@tagged("post_install", "-at_install")
class TestPlanDocuments(PlanDocumentsCommon):
    """What suppliers and the purchaser get to read."""

    def _print(self, supplier):
        reports = self.env["ir.actions.report"].sudo()
        content, _kind = reports._render_qweb_html(
            "preorder_purchase_plan.report_plan_supplier", supplier.ids
        )
        return content.decode()

    def test_a_supplier_s_list_has_codes_unit_price_and_dates(self):
        self._sell_some_of_everything()
        self.campaign.delivery_from = date(2026, 9, 1)
        plan = self._get_plan()
        name, content = self._get_supplier(plan, self.metals)._write_workbook()
        self.assertEqual(name, f"{plan.name} Metal Works.xlsx".replace("/", "-"))
        (row,) = self._read_list(content)
        self.assertEqual(
            row,
            row
            | {
                "Supplier's Code": "MET-12",
                "Supplier's Name": "Flask",
                "Our Reference": "BOT",
                "Product": "Bottle",
                "Quantity": 24,
                "Unit": "Units",
                "Unit Price": 3.25,
                "Discount": 0.1,
                "Amount": 70.2,
                "Currency": self.company.currency_id.name,
            },
        )
        self.assertEqual(row["Needed on"].date(), date(2026, 9, 1))
        self.assertEqual(row["Order by"].date(), date(2026, 8, 2))

    def test_colours_stand_down_and_sizes_across(self):
        self._sell_some_of_everything()
        supplier = self._get_supplier(self._get_plan(), self.textiles)
        self.textiles.lang = "en_US"
        _name, content = supplier._write_workbook()
        rows = self._read(content)["By Product"]
        head = next(row for row in rows if str(row[0]).startswith("Parka"))
        self.assertEqual(head[:4], ["Parka (BAL-77)", "S", "L", "Quantity"])
        place = rows.index(head)
        self.assertEqual(rows[place + 1][:4], ["Black", 30, 5, 35])
        self.assertEqual(rows[place + 2][:4], ["Red", 7, None, 7])

    def test_a_supplier_reads_it_in_the_supplier_s_language(self):
        self._sell_some_of_everything()
        supplier = self._get_supplier(self._get_plan(), self.textiles)
        _name, content = supplier._write_workbook()
        self.assertIn("Veste", self._get_words(content))
        self.assertNotIn("Parka (", self._get_words(content))
        self.assertIn("Veste", self._print(supplier))

    def test_no_supplier_reads_of_another_s_products_prices_or_name(self):
        self._sell_some_of_everything()
        plan = self._get_plan()
        words = {
            self.textiles: ("Veste", "BAL-77", "Baltic", "40"),
            self.metals: ("Bottle", "MET-12", "Metal Works"),
            self.shoes: ("cmd|Shoe", "SHO-3", "Shoe Works"),
        }
        for partner in words:
            supplier = self._get_supplier(plan, partner)
            for text in (
                self._get_words(supplier._write_workbook()[1]),
                self._print(supplier),
            ):
                for other, its_words in words.items():
                    for word in its_words:
                        if other == partner and word != "40":
                            self.assertIn(word, text)
                        elif word != "40":
                            self.assertNotIn(word, text)
                self.assertNotIn("Hat nobody makes", text)

    def test_what_customers_pay_and_who_they_are_is_told_to_no_supplier(self):
        self.shoe.list_price = 987.65
        self._sell_some_of_everything()
        self.campaign.name = "Winter for Bergmann Sport"
        plan = self._get_plan()
        plan.write({"count_quoted": True, "count_started": True})
        for supplier in plan.supplier_ids:
            for text in (
                self._get_words(supplier._write_workbook()[1]),
                # Without hashes and pictures, whose characters can be anything.
                re.sub(r'"(/web/assets/|data:image/)[^"]*"', "", self._print(supplier)),
            ):
                self.assertRegex(text, "BAL-77|MET-12|SHO-3")
                for secret in ("987", "5,925", "5925", "Bergmann", "Margin", "Sales"):
                    self.assertNotIn(secret, text)

    def test_what_was_ordered_from_another_supplier_is_not_on_this_one_s_paper(self):
        self._sell_some_of_everything()
        plan = self._get_plan()
        plan.action_create_purchase_orders()
        line = plan.line_ids.filtered(lambda line: line.partner_id == self.shoes)
        line.partner_id = self.metals
        self._sell({self.shoe.product_variant_id: 4}, self._make_second_customer())
        plan.action_update()
        entries = self._get_supplier(plan, self.metals)._get_entries()
        shoe = next(entry for entry in entries if entry.line == line)
        self.assertEqual((shoe.to_order, shoe.ordered), (4, 0))
        (before,) = self.env["preorder.purchase.plan.supplier"].search(
            [("plan_id", "=", plan.id), ("partner_id", "=", self.shoes.id)]
        ) or [None]
        self.assertIsNone(before, "nothing is to be ordered there any more")

    def _make_second_customer(self):
        return self._make_customer("Second", "second", self.label)

    def test_what_is_on_order_is_told_apart_from_what_is_to_be_ordered(self):
        self._sell_some_of_everything()
        plan = self._get_plan()
        plan.action_create_purchase_orders()
        self._sell({self.bottle.product_variant_id: 5}, self._make_second_customer())
        plan.action_update()
        supplier = self._get_supplier(plan, self.metals)
        (row,) = self._read_list(supplier._write_workbook()[1])
        self.assertEqual((row["Quantity"], row["On Order"]), (5, 24))
        self.assertIn("On Order Already", self._print(supplier))

    def test_quantities_are_in_the_supplier_s_unit(self):
        self.bottle.seller_ids.product_uom_id = self.env.ref("uom.product_uom_dozen")
        self._sell_some_of_everything()
        plan = self._get_plan()
        supplier = self._get_supplier(plan, self.metals)
        (row,) = self._read_list(supplier._write_workbook()[1])
        self.assertEqual((row["Quantity"], row["Unit"]), (2, "Dozens"))

    def test_the_plan_s_workbook_has_a_sheet_per_supplier_and_drops_nothing(self):
        self._sell_some_of_everything()
        _name, content = self._get_plan()._write_workbook()
        sheets = self._read(content)
        self.assertEqual(
            set(sheets),
            {
                "Baltic Textiles",
                "Metal Works",
                "Shoe Works",
                "Without Supplier",
                "List",
            },
        )
        rows = self._read_list(content)
        self.assertEqual(sum(row["Quantity"] for row in rows), 30 + 5 + 7 + 24 + 6 + 3)
        (hat,) = [row for row in rows if row["Supplier"] == "Without Supplier"]
        self.assertEqual(hat["Product"], "Hat nobody makes")

    def test_a_product_wanted_in_two_weeks_stands_below_each_of_them(self):
        self._sell_some_of_everything()
        plan = self._get_plan()
        plan.by_week = True
        supplier = self._get_supplier(plan, self.metals)
        rows = self._read_list(supplier._write_workbook()[1])
        self.assertEqual(sum(row["Quantity"] for row in rows), 24)
        self.assertIn("MET-12", self._print(supplier))

    def test_an_empty_plan_is_a_workbook_that_says_so(self):
        _name, content = self._get_plan()._write_workbook()
        self.assertIn("Nothing is to be ordered.", self._get_words(content))

    def test_the_summary_names_suppliers_and_what_is_to_be_looked_at(self):
        self._sell_some_of_everything()
        plan = self._get_plan()
        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "preorder_purchase_plan.report_plan", plan.ids
        )
        text = content.decode()
        for words in ("Baltic Textiles", "Hat nobody makes", "No supplier"):
            self.assertIn(words, text)

    def test_a_supplier_to_whom_something_was_written_stays_in_the_plan(self):
        self._sell_some_of_everything()
        plan = self._get_plan()
        supplier = self._get_supplier(plan, self.shoes)
        supplier.message_post(body="Can you deliver in September?")
        plan.line_ids.filtered(
            lambda line: line.partner_id == self.shoes
        ).partner_id = self.metals
        plan.action_update()
        self.assertTrue(supplier.exists())
        self.assertFalse(supplier.amount_to_order)


@tagged("post_install", "-at_install")
class TestPlanDownload(HttpCase, PlanDocumentsCommon):
    def test_workbooks_are_downloaded_by_purchasers_of_the_company_alone(self):
        self._sell_some_of_everything()
        plan = self._get_plan()
        addresses = (
            f"/preorder/plan/{plan.id}/xlsx",
            f"/preorder/plan/supplier/{plan.supplier_ids[0].id}/xlsx",
        )
        self.purchaser.password = "pia"
        new_test_user(
            self.env,
            "sam",
            groups="sales_team.group_sale_manager",
            password="sam",
        )
        other = self.env["res.company"].create({"name": "Elsewhere"})
        new_test_user(
            self.env,
            "eve",
            groups="base.group_user,purchase.group_purchase_manager",
            password="eve",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for login, status in (
            ("pia", 200),
            ("sam", 404),
            ("eve", 404),
            (self.customer.login, 404),
        ):
            self.authenticate(login, login)
            for address in addresses:
                self.assertEqual(
                    self.url_open(address).status_code, status, (login, address)
                )
        self.authenticate("pia", "pia")
        answer = self.url_open(addresses[0])
        self.assertIn("Metal Works", self._get_words(answer.content))
        self.assertEqual(self.url_open("/preorder/plan/0/xlsx").status_code, 404)

    def test_there_are_no_routes_but_those_tested_here(self):
        with patch.object(
            threading.current_thread(), "dbname", self.cr.dbname, create=True
        ):
            rules = list(self.env["ir.http"].routing_map().iter_rules())
        self.assertEqual(
            {
                rule.rule
                for rule in rules
                if type(rule.endpoint.func.__self__).__name__ == "PreorderPlanWorkbook"
                or rule.rule.startswith("/preorder/plan")
            },
            {
                "/preorder/plan/<int:plan_id>/xlsx",
                "/preorder/plan/supplier/<int:supplier_id>/xlsx",
            },
        )
