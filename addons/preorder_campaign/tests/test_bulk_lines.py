from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import NOW, PreorderCommon

#: What a quotation of a pre-order says besides, or is another record's.
ORDER_OWN = {
    "id",
    "name",
    "origin",
    "access_token",
    "create_date",
    "create_uid",
    "date_order",
    "order_line",
    "prepayment_percent",
    "require_payment",
    "require_signature",
    "write_date",
    "write_uid",
}
LINE_OWN = {
    "id",
    "create_date",
    "create_uid",
    "order_id",
    "write_date",
    "write_uid",
}


@tagged("post_install", "-at_install")
class TestBulkLines(PreorderCommon):
    """A form's quotation is the one that core would have made, column by column."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.tier_ids.unlink()
        cls.env["res.config.settings"].create(
            {"group_discount_per_so_line": True}
        ).execute()
        cls.low_tax = cls.tax.copy({"name": "VAT 9 %", "amount": 9})
        cls.jacket.product_variant_ids[1].product_template_attribute_value_ids[
            1
        ].price_extra = 7.5
        cls.jacket.sale_delay = 12
        cls.jacket.description_sale = "Warm and dry"
        cls.service = cls.env["product.product"].create(
            {
                "name": "Alteration",
                "type": "service",
                "list_price": 19.99,
                "categ_id": cls.category.id,
                "taxes_id": [Command.set(cls.low_tax.ids)],
            }
        )
        cls.untaxed = cls.env["product.product"].create(
            {
                "name": "Voucher",
                "list_price": 33.33,
                "categ_id": cls.category.id,
                "taxes_id": [Command.clear()],
            }
        )
        cls.quantities = {
            **{
                variant: 3 + number
                for number, variant in enumerate(cls.jacket.product_variant_ids)
            },
            cls.bottle.product_variant_id: 7,
            cls.service: 2,
            cls.untaxed: 11,
        }
        cls.pricelist = cls._make_pricelist(cls.company.currency_id)
        cls.company_partner = cls.customer.partner_id.commercial_partner_id

    @classmethod
    def _make_pricelist(cls, currency):
        rules = [
            {"applied_on": "3_global", "percent_price": 33.33},
            {"applied_on": "3_global", "min_quantity": 5, "percent_price": 12.5},
            {
                "applied_on": "0_product_variant",
                "product_id": cls.jacket.product_variant_ids[2].id,
                "compute_price": "fixed",
                "fixed_price": 79.95,
            },
            {
                "applied_on": "2_product_category",
                "categ_id": cls.category.id,
                "min_quantity": 8,
                "compute_price": "formula",
                "base": "list_price",
                "price_discount": 10,
                "price_surcharge": 1.01,
            },
        ]
        return cls.env["product.pricelist"].create(
            {
                "name": f"Partners {currency.name}",
                "currency_id": currency.id,
                "item_ids": [
                    Command.create({"compute_price": "percentage", **rule})
                    for rule in rules
                ],
            }
        )

    def _make_both(self, quantities=None):
        """The quotation of a submitted form, and the one core makes of the same."""
        quantities = quantities or self.quantities
        form = self._get_form(self._save(quantities))
        ours = form._submit(NOW)
        core = (
            self.env["sale.order"]
            .with_company(self.company)
            .create(
                {
                    "partner_id": form.partner_id.id,
                    "pricelist_id": form.pricelist_id.id,
                    "fiscal_position_id": form.fiscal_position_id.id,
                    "user_id": ours.user_id.id,
                    "client_order_ref": form.client_order_ref,
                    "commitment_date": ours.commitment_date,
                    "validity_date": ours.validity_date,
                    "requested_delivery_period_start": (
                        ours.requested_delivery_period_start
                    ),
                    "requested_delivery_period_end": (
                        ours.requested_delivery_period_end
                    ),
                    "order_line": [
                        Command.create(
                            {
                                "sequence": line.sequence,
                                "product_id": line.product_id.id,
                                "product_uom_qty": line.product_uom_qty,
                                "commitment_date": line.commitment_date,
                            }
                        )
                        for line in ours.order_line
                    ],
                }
            )
        )
        core.action_quotation_sent()
        return ours, core

    def _read_stored(self, records, without):
        names = [
            name
            for name, field in records._fields.items()
            if field.store
            and name not in without
            and not name.startswith(("preorder_", "message_", "activity_"))
        ]
        self.env.flush_all()
        records.invalidate_recordset()
        return records.read(names, load=None)

    def _assert_equal(self, ours, core, set_up):
        for records, without in (
            ((ours, core), ORDER_OWN),
            ((ours.order_line, core.order_line), LINE_OWN),
        ):
            values, expected = (self._read_stored(each, without) for each in records)
            self.assertEqual(len(values), len(expected))
            for mine, theirs in zip(values, expected, strict=True):
                mine.pop("id"), theirs.pop("id")
                self.assertEqual(mine, theirs, set_up)

    def _check(self, set_up, quantities=None):
        ours, core = self._make_both(quantities)
        self._assert_equal(ours, core, set_up)
        ours._action_cancel()
        return ours

    def test_in_every_set_up_of_taxes_currencies_and_rounding(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.env["res.currency.rate"].create(
            {"name": "2026-01-01", "currency_id": yen.id, "rate": 123.45}
        )
        export = self.env["account.fiscal.position"].create({"name": "Export"})
        self.tax.copy(
            {
                "name": "Export 4 %",
                "amount": 4,
                "fiscal_position_ids": [Command.set(export.ids)],
                "original_tax_ids": [Command.set(self.tax.ids)],
            }
        )
        for currency in (self.company.currency_id, yen):
            self.company_partner.property_product_pricelist = self._make_pricelist(
                currency
            )
            for rounding in ("round_globally", "round_per_line"):
                self.company.tax_calculation_rounding_method = rounding
                for included in ("tax_excluded", "tax_included"):
                    self.tax.price_include_override = included
                    for position in (False, export):
                        self.company_partner.property_account_position_id = position
                        self.customer.partner_id.property_account_position_id = position
                        self._check(
                            f"{currency.name} {rounding} {included} {bool(position)}"
                        )

    def test_with_analytic_distributions_by_product_and_customer(self):
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        other_plan = self.env["account.analytic.plan"].create({"name": "Other"})
        first, second = self.env["account.analytic.account"].create(
            [{"name": "A", "plan_id": plan.id}, {"name": "B", "plan_id": other_plan.id}]
        )
        self.env["account.analytic.distribution.model"].create(
            [
                {
                    "product_id": self.service.id,
                    "analytic_distribution": {str(first.id): 100},
                },
                {
                    "product_categ_id": self.category.id,
                    "partner_id": self.customer.partner_id.id,
                    "analytic_distribution": {str(second.id): 100},
                },
            ]
        )
        ours = self._check("analytic")
        distributions = {
            line.product_id: line.analytic_distribution for line in ours.order_line
        }
        self.assertEqual(len(distributions[self.service]), 2)
        self.assertEqual(len(distributions[self.untaxed]), 1)

    def test_in_the_customer_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.partner_id.lang = "fr_FR"
        self.jacket.with_context(lang="fr_FR").write(
            {"name": "Veste", "description_sale": "Chaude"}
        )
        ours = self._check("French")
        self.assertIn("Veste", "".join(ours.order_line.mapped("name")))

    def test_with_kits_of_taxes(self):
        group = self.env["account.tax"].create(
            {
                "name": "Both",
                "amount_type": "group",
                "type_tax_use": "sale",
                "children_tax_ids": [Command.set((self.tax | self.low_tax).ids)],
            }
        )
        fee = self.env["account.tax"].create(
            {"name": "Fee", "amount_type": "fixed", "amount": 0.35}
        )
        self.bottle.taxes_id = group
        self.jacket.taxes_id |= fee
        for rounding in ("round_globally", "round_per_line"):
            self.company.tax_calculation_rounding_method = rounding
            self._check(rounding)

    def test_with_a_payment_term_that_discounts_early_payment(self):
        self.customer.partner_id.property_payment_term_id = self.env[
            "account.payment.term"
        ].create(
            {
                "name": "2 % early",
                "early_discount": True,
                "discount_percentage": 2,
                "early_pay_discount_computation": "mixed",
            }
        )
        self._check("early payment")

    def test_an_addon_that_computes_a_value_its_own_way_is_asked(self):
        """As every other addon would, this one overrides a computation."""
        line_class = type(self.env["sale.order.line"])
        original = line_class._compute_customer_lead

        def compute_customer_lead(lines):
            original(lines)
            for line in lines:
                line.customer_lead += 30

        self.addCleanup(patch.stopall)
        patch.object(
            line_class, "_compute_customer_lead", compute_customer_lead, create=True
        ).start()
        ours = self._check("another addon")
        self.assertIn(42, ours.order_line.mapped("customer_lead"))

    def test_products_of_another_company_are_still_refused(self):
        other = self.env["res.company"].create({"name": "Other company"})
        form = self._get_form(self._save({self.bottle.product_variant_id: 1}))
        quotation = form._submit(NOW)
        self.bottle.flush_recordset()
        self.env.cr.execute(
            "UPDATE product_template SET company_id = %s WHERE id = %s",
            (other.id, self.bottle.id),
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "company inconsistencies"):
            quotation.order_line._check_company()

    def test_a_hundred_lines_take_few_queries(self):
        # odoo #90354: an order of 464 lines timed out.
        products = self.env["product.product"].create(
            [
                {
                    "name": f"Article {number}",
                    "list_price": number + 0.95,
                    "categ_id": self.category.id,
                    "taxes_id": [Command.set(self.tax.ids)],
                }
                for number in range(400)
            ]
        )
        self.company_partner.property_product_pricelist = self.pricelist
        counts = []
        for size in (100, 400):
            form = self._get_form(
                self._save({product: 2 for product in products[:size]})
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            quotation = form._submit(NOW)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(quotation.order_line), size)
            quotation._action_cancel()
        # A statement inserts a hundred lines; the rest does not grow with them.
        self.assertLess(counts[1] - counts[0], 0.04 * 300)
        self.assertLess(counts[0], 150)
