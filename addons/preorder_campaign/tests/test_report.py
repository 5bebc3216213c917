from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .common import NOW, PreorderCommon


@tagged("post_install", "-at_install")
class TestReport(PreorderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.red_m, cls.black_m = (
            cls.jacket.product_variant_ids.filtered(
                lambda variant, names=names: (
                    set(variant.product_template_attribute_value_ids.mapped("name"))
                    == names
                )
            )
            for names in ({"Red", "M"}, {"Black", "M"})
        )
        cls.water = cls.bottle.product_variant_id

    def _read(self, groupby=(), aggregates=("quantity:sum",), user=None, domain=()):
        rows = (
            self.env["preorder.report"]
            .with_user(user or self.env.user)
            ._read_group(
                [("campaign_id", "=", self.campaign.id), *domain], groupby, aggregates
            )
        )
        return {row[0]: row[1] for row in rows} if groupby else rows[0]

    def _submit(self, quantities, user=None, campaign=None):
        form = self._get_form(self._save(quantities, user=user, campaign=campaign))
        form._submit(NOW)
        return form

    # Status

    def test_a_quantity_is_started_then_quoted_then_confirmed(self):
        form = self._get_form(self._save({self.red_m: 3}))
        self.assertEqual(self._read(["state"]), {"started": 3})
        quotation = form._submit(NOW)
        self.assertEqual(self._read(["state"]), {"quoted": 3})
        quotation.action_confirm()
        self.assertEqual(self._read(["state"]), {"confirmed": 3})

    def test_what_is_cancelled_is_not_there(self):
        self._submit({self.red_m: 3}).sale_order_id._action_cancel()
        self._get_form(self._save({self.red_m: 2})).action_cancel()
        self.assertEqual(self._read(["state"]), {})

    def test_a_form_that_is_reopened_counts_once(self):
        form = self._submit({self.red_m: 3})
        form._reopen(NOW)
        self._save({self.red_m: (5, 1)}, order=form)
        self.assertEqual(self._read(["state"]), {"started": 5})

    def test_a_cell_set_back_to_zero_is_not_there(self):
        self._save({self.red_m: 3})
        self._save({self.red_m: (0, 1)})
        self.assertFalse(self._read(["state"]))

    def test_orders_outside_campaigns_are_not_there(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.partner_id.id,
                "order_line": [Command.create({"product_id": self.red_m.id})],
            }
        )
        order.action_confirm()
        self.assertFalse(self.env["preorder.report"].search([]).sale_order_id & order)

    def test_own_shops_order_quantities_and_pay_nothing(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.customer.partner_id.parent_id.preorder_location_id = self.env[
            "stock.location"
        ].create(
            {
                "name": "Shop",
                "usage": "internal",
                "location_id": warehouse.view_location_id.id,
                "company_id": self.company.id,
            }
        )
        self.campaign.review_required = True
        form = self._get_form(self._save({self.red_m: 3}))
        self.assertEqual(self._read(["state"]), {"started": 3})
        form._submit(NOW)
        self.assertEqual(self._read(["state"]), {"quoted": 3})
        form.action_accept()
        form.picking_ids.move_ids.product_uom_qty = 4
        self.assertEqual(self._read(["state"]), {"confirmed": 4})
        self.assertEqual(self._read(aggregates=["amount_untaxed:sum"])[0], 0)
        form.action_cancel()
        self.assertEqual(self._read(["state"]), {})

    # Measures

    def test_quantities_are_in_the_product_s_unit(self):
        quotation = self._submit({self.water: 2}).sale_order_id
        quotation.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        self.assertEqual(self._read()[0], 24)

    def test_amounts_are_the_quotation_s_without_taxes(self):
        quotation = self._submit({self.red_m: 12, self.water: 7}).sale_order_id
        self.assertAlmostEqual(
            self._read(aggregates=["amount_untaxed:sum"])[0],
            sum(quotation.order_line.mapped("price_subtotal")),
        )

    def test_what_is_started_is_worth_what_the_form_expects_before_tiers(self):
        self._save({self.red_m: 2, self.water: 3})
        self.assertAlmostEqual(self._read(aggregates=["amount_untaxed:sum"])[0], 230.03)

    def test_taxes_included_in_prices_do_not_count(self):
        self.tax.price_include_override = "tax_included"
        form = self._get_form(self._save({self.red_m: 2}))
        started = self._read(aggregates=["amount_untaxed:sum"])[0]
        self.assertAlmostEqual(started, 200 / 1.21, 2)
        form._submit(NOW)
        self.assertAlmostEqual(
            self._read(aggregates=["amount_untaxed:sum"])[0], started, 2
        )

    def test_amounts_are_in_the_company_s_currency(self):
        currency = self.env["res.currency"].create({"name": "XPO", "symbol": "¤"})
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": 4, "name": "2020-01-01"}
        )
        self.campaign.pricelist_id = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": currency.id}
        )
        form = self._get_form(self._save({self.red_m: 2}))
        self.assertEqual(form.currency_id, currency)
        self.assertAlmostEqual(self._read(aggregates=["amount_untaxed:sum"])[0], 200)
        form._submit(NOW)
        self.assertAlmostEqual(self._read(aggregates=["amount_untaxed:sum"])[0], 200)

    def test_forms_are_counted_once_however_many_lines_they_have(self):
        self._submit({self.red_m: 1, self.black_m: 1, self.water: 1})
        self.campaign.allow_multiple_forms = True
        self._save({self.red_m: 1, self.black_m: 1})
        self.assertEqual(self._read(aggregates=["form_count:count_distinct"])[0], 2)

    # Dimensions

    def test_sizes_and_colours_are_told_apart_as_in_the_order_form(self):
        self._submit({self.red_m: 3, self.black_m: 4, self.water: 5})
        by_colour = self._read(["colour_id"])
        by_size = self._read(["size_id"])
        self.assertEqual(
            {colour.name: quantity for colour, quantity in by_colour.items()},
            {"Red": 3, "Black": 4, False: 5},
        )
        self.assertEqual(
            {size.name: quantity for size, quantity in by_size.items()},
            {"M": 7, False: 5},
        )

    def test_branches_count_for_their_company(self):
        company = self.customer.partner_id.parent_id
        branch = self.env["res.partner"].create(
            {"name": "Branch", "is_company": True, "parent_id": company.id}
        )
        colleague = self._make_login("Colleague", "colleague", branch)
        self._submit({self.red_m: 3})
        self._submit({self.red_m: 4}, user=colleague)
        self.assertEqual(self._read(["customer_company_id"]), {company: 7})

    def test_a_customer_with_several_labels_counts_once(self):
        company = self.customer.partner_id.parent_id
        other = self.env["res.partner.category"].create({"name": "Alpine"})
        company.category_id |= other
        self.customer.partner_id.category_id |= other
        self._submit({self.red_m: 3})
        labels = self.label | other
        self.assertEqual(self._read(domain=[("label_ids", "in", labels.ids)])[0], 3)
        self.assertEqual(self._read(domain=[("label_ids", "=", other.id)])[0], 3)
        self.assertFalse(self._read(domain=[("label_ids", "not in", other.ids)])[0])
        row = self.env["preorder.report"].search(
            [("campaign_id", "=", self.campaign.id)]
        )
        self.assertEqual(row.label_ids, labels)

    def test_every_dimension_adds_up_to_the_same_total(self):
        self._submit({self.red_m: 3, self.water: 5})
        self.campaign.allow_multiple_forms = True
        self._save({self.black_m: 7})
        for name, field in self.env["preorder.report"]._fields.items():
            if field.store and name not in ("quantity", "amount_untaxed"):
                dated = field.type in ("date", "datetime")
                groupby = f"{name}:week" if dated else name
                self.assertEqual(sum(self._read([groupby]).values()), 15, name)

    # Days before the end

    def test_days_are_counted_as_the_campaign_s_time_zone_has_them(self):
        self._save({self.red_m: 3})
        # 23:30 UTC is half past midnight in Amsterdam: the day after.
        end = NOW.replace(hour=23, minute=30)
        for zone, days in (("Europe/Amsterdam", 6), ("UTC", 5)):
            self.campaign.write({"tz": zone, "date_end": end + timedelta(days=5)})
            self.assertEqual(self._read(["days_before_end"]), {days: 3}, zone)

    def test_days_before_the_end_are_counted_down(self):
        self._save({self.red_m: 3})
        self._save({self.water: 1}, now=NOW + timedelta(days=4))
        groups = self.env["preorder.report"].formatted_read_group(
            [("campaign_id", "=", self.campaign.id)],
            ["days_before_end", "campaign_id"],
            ["quantity:sum"],
        )
        self.assertEqual([group["days_before_end"] for group in groups], [20, 16])

    def test_comparing_selects_this_campaign_and_the_previous_one(self):
        previous = self._make_campaign("Last winter", "W25")
        self.campaign.previous_campaign_id = previous
        previous.action_open()
        self._submit({self.red_m: 3})
        self._submit({self.red_m: 8}, campaign=previous)
        action = self.campaign.action_compare()
        groups = self.env["preorder.report"].formatted_read_group(
            action["domain"], ["campaign_id"], ["quantity:sum"]
        )
        self.assertEqual(
            {group["campaign_id"][0]: group["quantity:sum"] for group in groups},
            {self.campaign.id: 3, previous.id: 8},
        )

    def test_a_confirmation_after_the_end_counts_on_the_day_of_the_submission(self):
        form = self._submit({self.red_m: 3})
        before = self._read(["days_before_end"])
        form.sale_order_id.action_confirm()
        form.sale_order_id.date_order = NOW + timedelta(days=60)
        self.assertEqual(self._read(["days_before_end"]), before)

    # The web client

    def test_totals_of_one_currency_are_what_the_web_client_expects(self):
        self._submit({self.red_m: 2})
        aggregates = [
            "amount_untaxed:sum",
            "currency_id:array_agg_distinct",
            "amount_untaxed:sum_currency",
        ]
        domain = [("campaign_id", "=", self.campaign.id)]
        [total] = self.env["preorder.report"].formatted_read_group(
            domain, [], aggregates
        )
        currency = self.company.currency_id.id
        self.assertEqual(total["currency_id:array_agg_distinct"], [currency])
        self.assertEqual(total["amount_untaxed:sum_currency"], 200)
        [empty] = self.env["preorder.report"].formatted_read_group(
            [*domain, ("state", "=", "started")], [], aggregates
        )
        self.assertFalse(empty["currency_id:array_agg_distinct"])

    def test_rows_open_the_document_behind_them(self):
        form = self._get_form(self._save({self.red_m: 3}))
        domain = [("campaign_id", "=", self.campaign.id)]
        row = self.env["preorder.report"].search(domain)
        self.assertEqual(row.action_open_document()["res_model"], "preorder.order")
        quotation = form._submit(NOW)
        row = self.env["preorder.report"].search(domain)
        self.assertEqual(row.action_open_document()["res_id"], quotation.id)

    # Access

    def test_salespersons_see_their_own_customers_and_managers_all(self):
        sally = new_test_user(
            self.env, "sally", groups="sales_team.group_sale_salesman"
        )
        mandy = new_test_user(self.env, "mandy", groups="sales_team.group_sale_manager")
        form = self._submit({self.red_m: 3})
        self.campaign.allow_multiple_forms = True
        draft = self._get_form(self._save({self.red_m: 4}))
        form.sale_order_id.user_id = draft.user_id = mandy
        self.assertEqual(self._read(user=mandy)[0], 7)
        self.assertFalse(self._read(user=sally)[0])
        draft.user_id = sally
        self.assertEqual(self._read(user=sally)[0], 4)
        form.sale_order_id.user_id = sally
        self.assertEqual(self._read(user=sally)[0], 7)

    def test_customers_see_no_analysis(self):
        self._save({self.red_m: 3})
        with self.assertRaises(AccessError):
            self._read(user=self.customer)

    def test_companies_never_meet(self):
        self._submit({self.red_m: 3})
        other = self.env["res.company"].create({"name": "Other"})
        mandy = new_test_user(
            self.env,
            "mandy",
            groups="sales_team.group_sale_manager",
            company_ids=[Command.set((self.company | other).ids)],
        )
        reports = self.env["preorder.report"].with_user(mandy)
        domain = [("campaign_id", "=", self.campaign.id)]
        for companies, count in ((self.company, 1), (other, 0)):
            self.assertEqual(
                reports.with_context(allowed_company_ids=companies.ids).search_count(
                    domain
                ),
                count,
            )

    # Speed

    def test_a_question_by_product_joins_nothing_that_it_does_not_ask(self):
        self._submit({self.red_m: 3})
        query = self.env["preorder.report"]._table_query
        plan = "\n".join(
            row[0]
            for row in self.env.execute_query(
                SQL(
                    "EXPLAIN SELECT product_id, SUM(quantity) FROM (%s) report"
                    " WHERE campaign_id = %s GROUP BY product_id",
                    query,
                    self.campaign.id,
                )
            )
        )
        self.assertIn("sale_order_line", plan)
        for table in ("res_partner", "res_company", "product_variant_combination"):
            self.assertNotIn(table, plan)
