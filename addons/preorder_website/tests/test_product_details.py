import base64
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PreorderHttpCommon


@tagged("post_install", "-at_install")
class TestProductDetails(PreorderHttpCommon):
    """Looking closer at a product, and ordering what was ordered last season."""

    def _get_details(self, template=None):
        template = template or self.jacket
        result, error = self._call(
            f"/preorder/campaign/{self.campaign.id}/product/{template.id}"
        )
        self.assertFalse(error)
        return result

    def test_a_product_not_yet_published_is_shown_with_its_texts(self):
        self.jacket.is_published = False
        self.jacket.description_ecommerce = "<p>Warm <b>and</b> dry</p>"
        self._login(self.customer)
        details = self._get_details()
        self.assertIn("<b>and</b>", details["text"])
        self.assertIn({"name": "Colour", "values": "Black, Red"}, details["attributes"])

    def test_quantity_prices_are_those_of_the_quotation(self):
        self.campaign.pricelist_id = self.env["product.pricelist"].create(
            {
                "name": "Wholesale",
                "company_id": self.company.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": self.bottle.id,
                            "compute_price": "fixed",
                            "fixed_price": price,
                            "min_quantity": quantity,
                        }
                    )
                    for quantity, price in ((0, 12.0), (10, 11.0), (50, 9.5))
                ],
            }
        )
        self._login(self.customer)
        self.assertEqual(
            [
                (each["quantity"], each["low"], each["high"])
                for each in self._get_details(self.bottle)["breaks"]
            ],
            [(1, 12.0, 12.0), (10, 11.0, 11.0), (50, 9.5, 9.5)],
        )

    def test_limits_that_hold_for_the_customer_are_told_in_words(self):
        size = self.jacket.attribute_line_ids.value_ids[-1]
        for name, values in {
            "Sixes": {
                "product_tmpl_ids": self.jacket.ids,
                "minimum": 6,
                "multiple": 6,
            },
            "Large": {"attribute_value_ids": size.ids, "maximum": 30},
            "Bottles": {"product_tmpl_ids": self.bottle.ids, "minimum": 12},
            "Others": {"partner_ids": self.outsider.partner_id.ids, "maximum": 2},
        }.items():
            self.env["preorder.limit"].create(
                {
                    "name": name,
                    "campaign_id": self.campaign.id,
                    "counted_per": "company",
                    **values,
                }
            )
        self._login(self.customer)
        told = self._get_details()["limits"]
        self.assertEqual(
            told,
            [
                "Sixes: at least 6, in multiples of 6",
                "Large: at most 30 for your company",
            ],
        )

    def test_only_published_documents_of_the_assortment_are_handed_out(self):
        def make_document(template, **values):
            return self.env["product.document"].create(
                {
                    "name": "Care.txt",
                    "res_model": "product.template",
                    "res_id": template.id,
                    "datas": base64.b64encode(b"Wash cold"),
                    **values,
                }
            )

        stranger = self.env["product.template"].create({"name": "Not on sale here"})
        shown = make_document(self.jacket, shown_on_product_page=True)
        hidden = make_document(self.jacket)
        elsewhere = make_document(stranger, shown_on_product_page=True)
        self._login(self.customer)
        documents = self._get_details()["documents"]
        self.assertEqual([document["name"] for document in documents], ["Care.txt"])
        answer = self.url_open(documents[0]["url"])
        self.assertEqual((answer.status_code, answer.text), (200, "Wash cold"))
        for document in (hidden, elsewhere):
            url = documents[0]["url"].replace(str(shown.id), str(document.id))
            self.assertEqual(self.url_open(url).status_code, 404)

    def test_what_is_not_in_the_assortment_is_not_there(self):
        stranger = self.env["product.template"].create({"name": "Not on sale here"})
        self._login(self.customer)
        with mute_logger("odoo.http"):
            _result, error = self._call(
                f"/preorder/campaign/{self.campaign.id}/product/{stranger.id}"
            )
        self.assertEqual(error["code"], 404)

    def test_others_see_no_details(self):
        self._login(self.outsider)
        with mute_logger("odoo.http"):
            _result, error = self._call(
                f"/preorder/campaign/{self.campaign.id}/product/{self.jacket.id}"
            )
        self.assertEqual(error["code"], 404)

    def test_last_season_counts_the_company_and_replaced_products(self):
        previous = self.campaign.copy({"name": "Last Winter", "code": "LW"})
        self.campaign.previous_campaign_id = previous
        old, new = self.jacket.product_variant_ids[:2]
        old.preorder_replaced_by_id = new
        for partner, confirmed, quantity in (
            (self.customer.partner_id, True, 3),
            (self.customer.partner_id, True, 4),
            (self.customer.partner_id, False, 50),
            (self.outsider.partner_id, True, 70),
        ):
            order = self.env["sale.order"].create(
                {
                    "partner_id": partner.id,
                    "preorder_campaign_id": previous.id,
                    "order_line": [
                        Command.create(
                            {"product_id": old.id, "product_uom_qty": quantity}
                        )
                    ],
                }
            )
            if confirmed:
                order.action_confirm()
        season = self.campaign._get_last_season(self.customer.partner_id)
        self.assertEqual(season, {new.id: 7})

    def test_what_colleagues_kept_apart_ordered_does_not_show(self):
        previous = self.campaign.copy({"name": "Last Winter", "code": "LW"})
        self.campaign.write(
            {"previous_campaign_id": previous.id, "previous_sales": "company"}
        )
        company = self.customer.partner_id.parent_id
        colleague = self._make_login("Colleague", "colleague", company)
        variant = self.bottle.product_variant_id
        for user, campaign, quantity in (
            (self.customer, previous, 3),
            (colleague, previous, 40),
            (colleague, previous.browse(), 500),
        ):
            order = self.env["sale.order"].create(
                {
                    "partner_id": user.partner_id.id,
                    "preorder_campaign_id": campaign.id,
                    "order_line": [
                        Command.create(
                            {"product_id": variant.id, "product_uom_qty": quantity}
                        )
                    ],
                }
            )
            order.action_confirm()
            order.date_order = fields.Datetime.now() - timedelta(days=30)

        def show():
            partner = self.customer.partner_id
            return (
                self.campaign._get_last_season(partner)[variant.id],
                self.campaign._get_previous_sales(partner, variant.ids)[variant.id],
            )

        # What is no pre-order, Odoo shows to everybody of a company.
        self.campaign = self.campaign.with_context(preorder_now=fields.Datetime.now())
        self.assertEqual(show(), (43, 543))
        company.preorder_own_forms_only = True
        self.assertEqual(show(), (3, 503))

    def test_a_campaign_without_a_previous_one_has_no_last_season(self):
        self.assertEqual(self.campaign._get_last_season(self.customer.partner_id), {})
