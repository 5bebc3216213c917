from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.mail import html2plaintext

from .office import OfficeCommon


@tagged("post_install", "-at_install")
class TestPitfalls(OfficeCommon):
    """What users of other order systems complained about cannot happen here.

    What has a theme of its own is tested there; these go through several of them.
    """

    def _give_discount(self, percent):
        partner = self.customer.partner_id.commercial_partner_id
        partner.property_product_pricelist = self.env["product.pricelist"].create(
            {
                "name": "Less",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "3_global",
                            "compute_price": "percentage",
                            "percent_price": percent,
                        }
                    )
                ],
            }
        )

    def test_19_99_less_a_quarter_is_14_99_everywhere(self):
        # saleor #12040: 15.00.
        self.bottle.list_price = 19.99
        for rounding in ("round_globally", "round_per_line"):
            for way in ("pricelist", "campaign", "tier"):
                with self.subTest(rounding=rounding, way=way):
                    self.company.tax_calculation_rounding_method = rounding
                    campaign = self._make_campaign(
                        f"{rounding} {way}",
                        f"{way[0]}{rounding[6]}".upper(),
                        date_start=self.now - timedelta(days=1),
                        date_end=self.now + timedelta(days=1),
                        campaign_discount=25 if way == "campaign" else 0,
                        tier_ids=[
                            Command.create(
                                {
                                    "name": "A quarter",
                                    "target_amount": 0,
                                    "discount": 25,
                                }
                            )
                        ]
                        if way == "tier"
                        else [],
                    ).with_context(preorder_now=None)
                    campaign.action_open()
                    self._give_discount(25 if way == "pricelist" else 0)
                    form = self._fill(campaign=campaign)
                    self.assertEqual(form._get_totals()["untaxed"], 14.99)
                    quotation = form._submit(self.now)
                    self.assertEqual(quotation.amount_untaxed, 14.99)
                    self.assertEqual(quotation.order_line.price_subtotal, 14.99)

    def test_2000_50_is_in_a_tier(self):
        # Sample tiers of NuORDER: $1,000–2,000 and $2,001–3,000.
        self.campaign.tier_ids = [
            Command.clear(),
            Command.create({"name": "1", "target_amount": 1000, "discount": 5}),
            Command.create({"name": "2", "target_amount": 2001, "discount": 8}),
        ]
        self.bottle.list_price = 2000.50
        form = self._fill()
        self.assertEqual(form._get_totals()["tier"]["name"], "1")
        self.assertEqual(form._submit(self.now).preorder_tier_id.name, "1")

    def test_a_tier_s_target_is_compared_with_the_net_amount(self):
        # foodsoft #1166, #1054, #1296: gross compared with net, a minimum kept as text.
        self.bottle.list_price = 900
        self.tax.price_include_override = "tax_excluded"
        totals = self._fill()._get_totals()
        self.assertEqual((totals["balance"], totals["total"]), (900, 1089))
        self.assertIsNone(totals["tier"])
        self.tax.price_include_override = "tax_included"
        self.bottle.list_price = 1089
        form = self.campaign.order_ids
        form._refresh_prices(self.now)
        totals = form._get_totals()
        self.assertEqual((totals["balance"], totals["total"]), (900, 1089))
        self.assertIsNone(totals["tier"])

    def test_closing_changes_no_price_of_what_is_submitted(self):
        # foodsoft #1056, openfoodnetwork #9127: prices changed silently at the close.
        form = self._fill(quantity=3)
        quotation = form._submit(self.now)
        self.bottle.list_price = 99
        self.tax.amount = 5
        before = quotation.amount_untaxed
        self._close()
        self.assertEqual(quotation.order_line.price_unit, 10.01)
        self.assertEqual(quotation.amount_untaxed, before)

    def test_prices_that_change_before_the_submission_are_on_the_form_s_record(self):
        self.campaign.closing_outcome = "submit"
        form = self._fill(quantity=3)
        self.bottle.list_price = 99
        self._close()
        self.assertEqual(form.sale_order_id.order_line.price_unit, 99)
        texts = [
            html2plaintext(body).replace("\xa0", " ")
            for body in form.message_ids.mapped("body")
        ]
        [text] = [text for text in texts if "Prices have changed" in text]
        self.assertIn("Bottle: $ 10.01 → $ 99.00", text)

    def test_a_size_is_changed_and_a_part_cancelled_after_submitting(self):
        # pretix #1271, #1791.
        small, medium = self.jacket.product_variant_ids[:2]
        answer = self._save(
            {small: 4, self.bottle_variant: 2}, campaign=self.campaign, now=self.now
        )
        form = self.env["preorder.order"].browse(answer["form"])
        quotation = form._submit(self.now)
        form._reopen(self.now)
        self._save(
            {small: (0, 1), medium: 4, self.bottle_variant: (1, 1)},
            campaign=self.campaign,
            order=form,
            now=self.now,
        )
        self.assertEqual(form._submit(self.now), quotation)
        self.assertEqual(
            {
                line.product_id: line.product_uom_qty
                for line in quotation.order_line
                if line.product_uom_qty
            },
            {medium: 4, self.bottle_variant: 1},
        )

    def test_whoever_comes_back_goes_on_with_the_same_form(self):
        # openfoodnetwork #12598: customers placed four to six orders a cycle, which
        # somebody merged by hand.
        first = self._fill(quantity=1)
        again = self._fill(quantity=(2, 1))
        self.assertEqual(again, first)
        self.assertEqual(first.line_ids.quantity, 2)
