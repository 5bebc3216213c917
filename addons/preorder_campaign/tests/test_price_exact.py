import os
import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import tagged

from . import price_oracle
from .common import NOW, PreorderCommon

#: Random order forms in each set-up; ``./dev test-long`` fills 42 times as many.
FORMS = 40 * int(os.environ.get("PREORDER_TEST_TIMES", "1"))
#: Forms that are filled on the same terms.
FORMS_A_CAMPAIGN = 8
#: The same seed gives the same forms; a form that differs names it.
SEED = int(os.environ.get("PREORDER_TEST_SEED", "7"))


@tagged("post_install", "-at_install")
class TestPriceExact(PreorderCommon):
    """Form, quotation and decimal arithmetic say the same, whatever the terms.

    Every form is filled on random terms: the customer's pricelist with its discounts
    and quantity breaks, the campaign's discount, exclusions, tiers, prices with
    fractions of a cent, rounding over the whole or by the line.
    """

    #: What was compared, for the report on reliability.
    figures = {"forms": 0}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.brands = cls.env["product.brand"].create(
            [{"name": "Nord"}, {"name": "Fjord"}]
        )
        cls.categories = cls.category | cls.env["product.category"].create(
            [
                {"name": name, "parent_id": cls.category.id}
                for name in ("Jackets", "Accessories")
            ]
        )
        cls.metre = cls.env.ref("uom.product_uom_meter")
        cls.jacket.attribute_line_ids.product_template_value_ids.filtered(
            lambda value: value.name == "L"
        ).price_extra = 5.55
        cls.customer_company = cls.customer.partner_id.commercial_partner_id

    def setUp(self):
        super().setUp()
        self.random = random.Random(f"{SEED} {self._testMethodName}")
        self.articles = {}
        self.campaigns = 0

    # Set-ups

    def _make_tax(self, name, percent="0", *, fee="0", **values):
        """A tax in Odoo and in the oracle.

        :return: :class:`~.price_oracle.Tax`
        """
        included = values.pop("included", False)
        raises_others = values.pop("raises_others", False)
        record = self.env["account.tax"].create(
            {
                "name": name,
                "amount_type": "fixed" if Decimal(fee) else "percent",
                "amount": float(fee) or float(percent),
                "price_include_override": "tax_included"
                if included
                else "tax_excluded",
                "include_base_amount": raises_others,
                "sequence": 0 if raises_others else 1,
                "type_tax_use": "sale",
                **values,
            }
        )
        return price_oracle.Tax(
            record.id, Decimal(percent), Decimal(fee), included, raises_others
        )

    def _make_articles(self, tax_sets):
        """Articles with prices of two to four decimals; each has one of the sets."""
        templates = self.jacket
        for number in range(24):
            digits = self.random.choice((2, 2, 2, 3, 4))
            price = Decimal(self.random.randint(1, 200 * 10**digits)).scaleb(-digits)
            by_length = number % 8 == 7
            templates |= self.env["product.template"].create(
                {
                    "name": f"Article {number}",
                    "list_price": float(price),
                    "categ_id": self.random.choice(self.categories).id,
                    "product_brand_id": self.random.choice([False, *self.brands.ids]),
                    **({"uom_id": self.metre.id} if by_length else {}),
                }
            )
        for number, template in enumerate(templates):
            taxes = tax_sets[number % len(tax_sets)]
            template.taxes_id = [Command.set([tax.key for tax in taxes])]
            for variant in template.product_variant_ids:
                extra = sum(
                    Decimal(str(value.price_extra))
                    for value in variant.product_template_attribute_value_ids
                )
                path = template.categ_id.parent_path.split("/")
                self.articles[variant] = price_oracle.Article(
                    Decimal(str(template.list_price)) + extra,
                    tuple(taxes),
                    template.id,
                    frozenset(int(part) for part in path if part),
                    template.product_brand_id.id,
                )

    def _get_currency(self, code, rate):
        currency = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", code)])
        )
        currency.active = True
        currency.rate_ids.unlink()
        self.company.currency_id.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "name": NOW.date() - timedelta(days=100),
                "rate": float(rate),
            }
        )
        return currency

    # Random terms

    def _draw_rules(self):
        """Price rules, no two of which hold for the same from the same quantity on."""
        draw = self.random
        rules = {}
        for _number in range(draw.randint(0, 6)):
            scope = draw.randint(0, 2)
            target = (
                draw.choice(list(self.articles.values())).template
                if scope == 0
                else draw.choice(self.categories[1:]).id
                if scope == 1
                else 0
            )
            least = Decimal(draw.choice((0, 0, 5, 10, 12)))
            kind = draw.choice(("fixed", "percent", "percent", "formula"))
            value = (
                Decimal(draw.randint(100, 2000000)).scaleb(-4)
                if kind == "fixed"
                else Decimal(draw.choice(("5", "12.5", "25", "33.33", "40.5")))
            )
            rules[scope, target, least] = price_oracle.Rule(
                scope, target, least, kind, value
            )
        return tuple(rules.values())

    def _draw_exclusions(self):
        draw = self.random
        keys = {
            "template": [article.template for article in self.articles.values()],
            "category": self.categories[1:].ids,
            "brand": self.brands.ids,
        }
        found = {}
        for _number in range(draw.choice((0, 1, 2, 4))):
            place = draw.choice(("template", "template", "category", "brand"))
            key = draw.choice(keys[place])
            flags = draw.choice(((True, False), (False, True), (True, True)))
            found[place, key] = price_oracle.Exclusion(place, key, *flags)
        return tuple(found.values())

    def _draw_tiers(self):
        draw = self.random
        tiers = {
            Decimal(draw.choice((0, draw.randint(1, 800000)))).scaleb(-2): Decimal(
                draw.choice(("2.5", "5", "7.5", "10", "12.34", "33.33"))
            )
            for _number in range(draw.randint(0, 4))
        }
        return tuple(tiers.items())

    def _draw_deal(self, currency, rate, replaced):
        draw = self.random
        return price_oracle.Deal(
            unit=Decimal(1).scaleb(-currency.decimal_places),
            rate=rate,
            per_line=draw.random() < 0.5,
            rules=self._draw_rules(),
            campaign_discount=Decimal(draw.choice(("0", "0", "5", "7.5", "33.33"))),
            exclusions=self._draw_exclusions(),
            tiers=self._draw_tiers(),
            replaced_taxes=replaced,
        )

    def _draw_quantities(self):
        draw = self.random
        quantities = {}
        for product in draw.sample(list(self.articles), draw.randint(1, 12)):
            quantity = Decimal(
                draw.choice((1, draw.randint(1, 12), draw.randint(1, 99)))
            )
            if product.uom_id == self.metre:
                quantity += Decimal(draw.choice(("0", "0.25", "0.5")))
            quantities[product] = quantity
        return quantities

    # The same terms in Odoo

    def _make_campaign_of(self, deal, currency):
        self.company.tax_calculation_rounding_method = (
            "round_per_line" if deal.per_line else "round_globally"
        )
        self.customer_company.property_product_pricelist = self.env[
            "product.pricelist"
        ].create(
            {
                "name": "Drawn",
                "currency_id": currency.id,
                "item_ids": [
                    Command.create(self._prepare_rule(rule)) for rule in deal.rules
                ],
            }
        )
        self.campaigns += 1
        places = {
            "template": "product_tmpl_id",
            "category": "categ_id",
            "brand": "brand_id",
        }
        campaign = self._make_campaign(
            f"Drawn {self.campaigns}",
            f"X{self.campaigns}",
            campaign_discount=float(deal.campaign_discount),
            allow_multiple_forms=True,
            tier_ids=[
                Command.create(
                    {
                        "name": f"From {target}",
                        "target_amount": float(target),
                        "discount": float(discount),
                    }
                )
                for target, discount in deal.tiers
            ],
            exclusion_ids=[
                Command.create(
                    {
                        places[each.place]: each.key,
                        "no_discount": each.no_discount,
                        "not_counted": each.not_counted,
                    }
                )
                for each in deal.exclusions
            ],
        )
        campaign.action_open()
        return campaign

    def _prepare_rule(self, rule):
        scope = ("1_product", "2_product_category", "3_global")[rule.scope]
        values = {"applied_on": scope, "min_quantity": float(rule.min_quantity)}
        if rule.scope == 0:
            values["product_tmpl_id"] = rule.target
        elif rule.scope == 1:
            values["categ_id"] = rule.target
        if rule.kind == "fixed":
            return {
                **values,
                "compute_price": "fixed",
                "fixed_price": float(rule.value),
            }
        if rule.kind == "percent":
            return {
                **values,
                "compute_price": "percentage",
                "percent_price": float(rule.value),
            }
        return {
            **values,
            "compute_price": "formula",
            "base": "list_price",
            "price_discount": float(rule.value),
            "price_round": 0.05,
            "price_surcharge": -0.01,
        }

    # Comparing

    def _check_forms(self, currency, rate="1", replaced=frozenset()):
        rate = Decimal(rate)
        checked = 0
        while checked < FORMS:
            deal = self._draw_deal(currency, rate, replaced)
            quantities = self._draw_quantities()
            deal = self._add_tiers_at_the_edge(deal, quantities)
            campaign = self._make_campaign_of(deal, currency)
            self.assertEqual(
                campaign._get_pricelist(self.customer.partner_id).currency_id, currency
            )
            for _number in range(min(FORMS_A_CAMPAIGN, FORMS - checked)):
                checked += 1
                self._check_form(deal, campaign, quantities)
                self.figures["forms"] += 1
                quantities = self._draw_quantities()
            self._forget()

    def _add_tiers_at_the_edge(self, deal, quantities):
        """Add a tier that a form reaches to the cent, and one that it misses by one."""
        cent = Decimal("0.01")
        balance = price_oracle.expect(deal, self._enter(quantities)).balance
        target = price_oracle.round_half_up(balance / deal.rate, cent)
        edges = {target: Decimal("3.33"), target + cent: Decimal("50")}
        return replace(deal, tiers=tuple({**dict(deal.tiers), **edges}.items()))

    def _enter(self, quantities):
        return [
            (self.articles[product], quantity)
            for product, quantity in quantities.items()
        ]

    def _check_form(self, deal, campaign, quantities):
        entered = self._enter(quantities)
        expected = price_oracle.expect(deal, entered)
        about = f"seed {SEED}, campaign {campaign.name}: {deal} {entered}"
        answer = self._save(
            {product: float(quantity) for product, quantity in quantities.items()},
            campaign=campaign,
        )
        totals = answer["totals"]
        form = self._get_form(answer)
        quotation = form._submit(NOW)
        said = {
            "form": [
                totals["untaxed"],
                totals["tax"],
                totals["total"],
                totals["balance"],
                campaign.tier_ids.browse(totals["tier"] and totals["tier"]["id"]),
            ],
            "quotation": [
                quotation.amount_untaxed,
                quotation.amount_tax,
                quotation.amount_total,
                quotation.preorder_balance,
                quotation.preorder_tier_id,
            ],
        }
        wanted = [
            expected.untaxed,
            expected.tax,
            expected.total,
            expected.balance,
            expected.tier,
        ]
        for where, (*amounts, tier) in said.items():
            target = Decimal(str(tier.target_amount)) if tier else None
            self.assertEqual(
                [*(self._to_decimal(amount) for amount in amounts), target],
                wanted,
                f"{where}; {about}",
            )
        discounts = {
            line.product_id: Decimal(str(line.discount))
            for line in quotation.order_line
        }
        self.assertEqual(
            discounts, dict(zip(quantities, expected.discounts, strict=True)), about
        )

    def _to_decimal(self, amount):
        """An amount with the noise of binary numbers taken off, and no more."""
        return Decimal(repr(round(amount, 6)))

    def _forget(self):
        """Let go of what was read: ten thousand forms would fill the memory."""
        self.env.flush_all()
        self.env.invalidate_all()

    # The six set-ups

    def test_taxes_on_top(self):
        high, low = self._make_tax("High", "21"), self._make_tax("Low", "9")
        self._make_articles([(high,), (low,), (high,), ()])
        self._check_forms(self.company.currency_id)

    def test_taxes_included_in_prices(self):
        high = self._make_tax("High", "21", included=True)
        low = self._make_tax("Low", "5.5", included=True)
        self._make_articles([(high,), (low,), (high, low)])
        self._check_forms(self.company.currency_id)

    def test_several_taxes_on_top_and_included_with_fees(self):
        eco = self._make_tax("Eco", "3", raises_others=True)
        high = self._make_tax("High", "19")
        included = self._make_tax("Included", "9", included=True)
        fee = self._make_tax("Battery", fee="0.35")
        self._make_articles([(eco, high), (high, fee), (included, fee), (included,)])
        self._check_forms(self.company.currency_id)

    def test_a_currency_without_cents(self):
        high = self._make_tax("High", "10")
        included = self._make_tax("Included", "8", included=True)
        self._make_articles([(high,), (included,)])
        self._check_forms(self._get_currency("JPY", "161.37"), "161.37")

    def test_a_currency_of_thousandths(self):
        included = self._make_tax("Included", "5", included=True)
        also = self._make_tax("Also included", "2.5", included=True)
        self._make_articles([(included,), (included, also), ()])
        self._check_forms(self._get_currency("KWD", "0.3365"), "0.3365")

    def test_exports_in_a_foreign_currency(self):
        high = self._make_tax("High", "21", included=True)
        low = self._make_tax("Low", "9")
        fee = self._make_tax("Fee", fee="0.125")
        position = self.env["account.fiscal.position"].create({"name": "Export"})
        self.env["account.tax"].create(
            {
                "name": "Export",
                "amount": 0,
                "price_include_override": "tax_excluded",
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.set([high.key])],
            }
        )
        for partner in (self.customer.partner_id, self.customer_company):
            partner.property_account_position_id = position
        self._make_articles([(high,), (low,), (low, fee)])
        self._check_forms(
            self._get_currency("CHF", "1.0837"), "1.0837", frozenset({high.key})
        )
