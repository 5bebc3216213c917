import base64
import io
from datetime import timedelta

from PIL import Image

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import PreorderHttpCommon


def get_pixel(color=(200, 0, 0)):
    """A small picture, as PNG."""
    content = io.BytesIO()
    Image.new("RGB", (8, 8), color).save(content, "PNG")
    return content.getvalue()


@tagged("post_install", "-at_install")
class TestRoutes(PreorderHttpCommon):
    def _get_pages(self, order=None):
        return [
            self.campaign.website_url,
            f"/preorder/campaign/{self.campaign.id}/catalog",
            *(
                [f"/preorder/form/{order.id}", f"/preorder/form/{order.id}/catalog"]
                if order
                else []
            ),
        ]

    def _begin_form(self):
        self._login(self.customer)
        result, _error = self._save_online({self.jacket.product_variant_ids[0]: 12})
        return self._get_form(result)

    def test_looking_creates_nothing(self):
        self._login(self.customer)
        for url in self._get_pages():
            self.assertEqual(self.url_open(url).status_code, 200)
        self.assertFalse(self.campaign.order_count)

    def test_a_visitor_is_sent_to_sign_in(self):
        # With a teaser, the campaign's page shows it instead.
        self.campaign.website_teaser = False
        for url in self._get_pages():
            answer = self.url_open(url, allow_redirects=False)
            self.assertEqual(answer.status_code, 303)
            self.assertIn("/web/login", answer.headers["Location"])

    def test_not_yours_is_answered_like_not_there(self):
        order = self._begin_form()
        self._login(self.outsider)
        missing_slug = f"/preorder/winter-{self.campaign.id + 10**6}"
        answers = {
            self.url_open(url).status_code
            for url in (*self._get_pages(order), missing_slug, "/preorder/nonsense")
        }
        self.assertEqual(answers, {404})
        with mute_logger("odoo.http"):
            calls = [
                self._call(f"/preorder/{kind}/{record_id}/{action}", **arguments)[1]
                for kind, known in (
                    ("campaign", self.campaign.id),
                    ("form", order.id),
                )
                for record_id in (known, known + 10**6)
                for action, arguments in (
                    ("prices", {"products": []}),
                    ("save", {"batch": "batch-0001", "cells": []}),
                )
            ]
        self.assertEqual({error["code"] for error in calls}, {404})
        self.assertEqual(len({error["data"]["message"] for error in calls}), 1)

    def test_saving_online_returns_the_form_and_its_totals(self):
        self._login(self.customer)
        variant = self.jacket.product_variant_ids[0]
        result, _error = self._save_online({variant: 12})
        form = self._get_form(result)
        self.assertEqual(form.line_ids.quantity, 12)
        self.assertEqual(form.line_ids.channel, "website")
        self.assertEqual(form.line_ids.changed_by_id, self.customer)
        self.assertEqual(result["totals"]["tier"]["name"], "Silver")
        result, _error = self._save_online({variant: 13}, form, "batch-online-2")
        self.assertEqual(result["cells"][0]["revision"], 2)

    @mute_logger("odoo.http")
    def test_a_malformed_batch_is_a_bad_request(self):
        self._login(self.customer)
        for arguments in (
            {"batch": "batch-0001", "cells": [{"product": 1, "price": 2}]},
            {"batch": None, "cells": []},
        ):
            _result, error = self._call(
                f"/preorder/campaign/{self.campaign.id}/save", **arguments
            )
            self.assertEqual(error["data"]["name"], "werkzeug.exceptions.BadRequest")

    def test_prices_are_for_variants_on_sale_only(self):
        self._login(self.customer)
        variant = self.jacket.product_variant_ids[0]
        result, _error = self._call(
            f"/preorder/campaign/{self.campaign.id}/prices",
            products=[variant.id, self.other_product.id],
        )
        self.assertEqual(result["product"], [variant.id])
        self.assertEqual(result["price"], [100.0])

    def test_prices_come_with_the_figures_that_the_campaign_shows(self):
        self._login(self.customer)
        variants = self.jacket.product_variant_ids
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.partner_id.id,
                "order_line": [
                    Command.create({"product_id": variants[0].id, "product_uom_qty": 7})
                ],
            }
        )
        order.action_confirm()
        order.date_order = fields.Datetime.now() - timedelta(days=30)
        for number in range(5):
            login = self._make_customer(f"Shop {number}", f"shop{number}", self.label)
            self._save({variants[1]: 10}, user=login, now=fields.Datetime.now())
        url = f"/preorder/campaign/{self.campaign.id}/prices"
        page = {"products": variants[:2].ids}
        result, _error = self._call(url, **page)
        self.assertEqual(set(result), {"product", "price", "discount"})
        self.campaign.write(
            {"previous_sales": "company", "show_colleagues_average": True}
        )
        result, _error = self._call(url, **page)
        self.assertEqual(result["product"], variants[:2].ids)
        self.assertEqual(result["previous"], [7, None])
        self.assertEqual(result["average"], [None, 10])

    def test_the_customer_s_own_pricelist_counts_though_the_website_does_not_offer_it(
        self,
    ):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Dealers",
                "sequence": 50,
                "selectable": False,
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 20})
                ],
            }
        )
        self.customer.partner_id.parent_id.property_product_pricelist = pricelist
        self._login(self.customer)
        variant = self.jacket.product_variant_ids[0]
        result, _error = self._call(
            f"/preorder/campaign/{self.campaign.id}/prices", products=[variant.id]
        )
        self.assertEqual((result["price"], result["discount"]), ([100.0], [20.0]))
        result, _error = self._save_online({variant: 10})
        self.assertEqual(self._get_form(result).pricelist_id, pricelist)
        self.assertEqual(result["totals"]["balance"], 800)

    def test_no_path_accepts_a_change_after_the_end(self):
        order = self._begin_form()
        self.campaign.date_end = fields.Datetime.now() - timedelta(seconds=1)
        variant = self.jacket.product_variant_ids[0]
        for form in (None, order):
            result, _error = self._save_online({variant: 99}, form, f"late-{form}-000")
            self.assertIn("ended", result["closed"])
        result, _error = self._call(
            f"/preorder/form/{order.id}/submit",
            reviewed_total=1379.4,
            details={},
        )
        self.assertIn("ended", result["refused"])
        self.assertEqual(order.line_ids.quantity, 12)
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.sale_order_id)

    def test_the_review_shows_the_company_s_terms_as_it_publishes_them(self):
        order = self._begin_form()

        def get_terms():
            choices = order._get_review(fields.Datetime.now())["choices"]
            return choices["terms_url"], choices["terms"]

        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("account.use_invoice_terms", False)
        self.company.write(
            {"terms_type": "plain", "invoice_terms": "<p>Title passes on payment.</p>"}
        )
        self.assertEqual(get_terms(), ("", ""))
        parameters.set_param("account.use_invoice_terms", True)
        self.assertEqual(get_terms(), ("", "Title passes on payment."))
        self.company.write(
            {"terms_type": "html", "invoice_terms_html": "<h1>Our terms</h1>"}
        )
        self.assertEqual(get_terms(), ("/terms", ""))

    def test_the_week_that_the_customer_chooses_stands_on_the_quotation(self):
        order = self._begin_form()
        self.campaign.delivery_dates = "week"
        review = order._get_review(fields.Datetime.now())
        choices = review["choices"]
        self.assertEqual(choices["chooses"], "week")
        week = choices["weeks"][1]
        first = fields.Date.to_date(week["day"])
        self.assertEqual(first.weekday(), 0)
        self.assertIn(f"Week {first.isocalendar().week} (", week["name"])
        url = f"/preorder/form/{order.id}/submit"
        total = review["totals"]["total"]
        result, _error = self._call(url, reviewed_total=total, details={})
        self.assertEqual(result["refused"], "Choose a week for your delivery.")
        details = {"delivery_date": week["day"]}
        result, _error = self._call(url, reviewed_total=total, details=details)
        self.assertTrue(result["url"])
        quotation = order.sale_order_id
        self.assertEqual(
            (
                quotation.requested_delivery_period_start.date(),
                quotation.requested_delivery_period_end.date(),
            ),
            (first, first + timedelta(days=6)),
        )

    def test_submitting_what_was_not_reviewed_asks_for_another_look(self):
        order = self._begin_form()
        result, _error = self._call(
            f"/preorder/form/{order.id}/submit", reviewed_total=1.0, details={}
        )
        self.assertEqual(result, {"changed": True})
        review, _error = self._call(f"/preorder/form/{order.id}/review")
        result, _error = self._call(
            f"/preorder/form/{order.id}/submit",
            reviewed_total=review["totals"]["total"],
            details={"reference": "PO 4711"},
        )
        self.assertIn("/my/orders/", result["url"])
        self.assertEqual(order.sale_order_id.client_order_ref, "PO 4711")
        self.assertEqual(order.sale_order_id.amount_total, review["totals"]["total"])

    def test_a_submitted_form_is_not_changed(self):
        order = self._begin_form()
        order._submit(fields.Datetime.now())
        result, _error = self._save_online(
            {self.jacket.product_variant_ids[0]: 99}, order, "batch-online-9"
        )
        self.assertIn("submitted", result["closed"])

    def test_the_catalog_is_not_sent_twice(self):
        self._login(self.customer)
        url = f"/preorder/campaign/{self.campaign.id}/catalog"
        answer = self.url_open(url)
        self.assertEqual(answer.headers["Content-Encoding"], "gzip")
        again = self.url_open(url, headers={"If-None-Match": answer.headers["ETag"]})
        self.assertEqual(again.status_code, 304)

    def test_pictures_are_for_those_who_see_the_campaign(self):
        pixel = base64.b64encode(get_pixel())
        (self.jacket | self.other_product.product_tmpl_id).image_1920 = pixel
        self.jacket.is_published = False
        address = self.campaign._get_picture_urls(self.jacket)[self.jacket.id]
        missing = address.replace(f"/{self.jacket.id}?", f"/{self.bottle.id}?")
        elsewhere = address.replace(
            f"/{self.jacket.id}?", f"/{self.other_product.product_tmpl_id.id}?"
        )
        self._login(self.customer)
        answer = self.url_open(address)
        self.assertEqual(answer.headers["Content-Type"], "image/png")
        self.assertIn("private", answer.headers["Cache-Control"])
        self.assertIn("immutable", answer.headers["Cache-Control"])
        self.assertEqual(self.url_open(missing).status_code, 404)
        self.assertEqual(self.url_open(elsewhere).status_code, 404)
        self._login(self.outsider)
        self.assertEqual(self.url_open(address).status_code, 404)
        self.jacket.image_1920 = base64.b64encode(get_pixel((0, 200, 0)))
        self.assertNotIn(address, self.campaign._get_picture_urls(self.jacket).values())

    def test_the_office_looks_at_a_campaign_without_ordering(self):
        user = new_test_user(
            self.env,
            "sally",
            password="sally",
            groups="base.group_user,sales_team.group_sale_salesman",
        )
        self._login(user)
        self.assertEqual(self.url_open(self.campaign.website_url).status_code, 200)
        result, _error = self._save_online({self.jacket.product_variant_ids[0]: 1})
        self.assertIn("look", result["closed"])
        self.assertFalse(self.campaign.order_count)

    def test_an_employee_without_part_in_sales_is_answered_like_a_stranger(self):
        order = self._begin_form()
        new_test_user(self.env, "emma", password="emma", groups="base.group_user")
        self._login(self.env["res.users"].search([("login", "=", "emma")]))
        answers = {self.url_open(url).status_code for url in self._get_pages(order)}
        self.assertEqual(answers, {404})
        landing = self.url_open("/preorder")
        self.assertEqual(landing.status_code, 200)
        self.assertNotIn("Winter", landing.text)

    def test_before_it_begins_only_the_office_sees_what_a_campaign_offers(self):
        order = self._begin_form()
        seller = new_test_user(
            self.env, "sally", groups="sales_team.group_sale_salesman", password="sally"
        )
        shop = self.customer.partner_id.parent_id
        shop.user_id = order.user_id = seller
        agent = self._make_agent(customers=shop)
        self.campaign.date_start = fields.Datetime.now() + timedelta(days=1)
        own = f"/preorder/campaign/{self.campaign.id}"
        customer = f"{own}/for/{self.customer.partner_id.id}"
        form = f"/preorder/form/{order.id}"
        product = self.jacket.product_variant_ids[0]
        product.barcode = "8712345678906"
        offers = [
            *(f"{place}/catalog" for place in (own, form)),
            *(f"{place}/xlsx" for place in (own, customer, form)),
        ]
        asked = {
            f"{own}/stock": {},
            **{f"{each}/prices": {"products": product.ids} for each in (own, form)},
            **{f"{each}/scan": {"code": "8712345678906"} for each in (own, form)},
            **{f"{each}/product/{self.jacket.id}": {} for each in (own, form)},
        }
        for user, sees in ((self.customer, False), (agent, False), (seller, True)):
            self._login(user)
            for url in offers:
                if user == self.customer and "/for/" in url:
                    continue
                with self.subTest(user=user.login, url=url):
                    status = self.url_open(url).status_code
                    self.assertEqual(status, 200 if sees else 404)
            for url, params in asked.items():
                with self.subTest(user=user.login, url=url), mute_logger("odoo.http"):
                    result, error = self._call(url, **params)
                    self.assertEqual((bool(result), bool(error)), (sees, not sees))
            for url in (customer if user == agent else self.campaign.website_url, form):
                page = self.url_open(url)
                self.assertEqual(page.status_code, 200)
                self.assertEqual("data-props" in page.text, sees)
                if not sees:
                    self.assertIn("Opens", page.text)

    def test_a_salesperson_fills_the_form_of_an_own_customer(self):
        order = self._begin_form()
        user = new_test_user(
            self.env,
            "sally",
            password="sally",
            groups="base.group_user,sales_team.group_sale_salesman",
        )
        order.user_id = user
        self._login(user)
        self.assertIn(
            "You are ordering for", self.url_open(f"/preorder/form/{order.id}").text
        )
        self._save_online({self.bottle.product_variant_id: 5}, order, "batch-rep-01")
        line = order.line_ids.filtered(lambda line: line.quantity == 5)
        self.assertEqual(line.channel, "representative")
        self.assertEqual(line.changed_by_id, user)

    def test_another_company_s_website_does_not_know_the_campaign(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.env["website"].search([]).company_id = other
        self._login(self.customer)
        self.assertEqual(self.url_open(self.campaign.website_url).status_code, 404)

    def test_another_website_does_not_know_the_campaign(self):
        other = self.env["website"].create({"name": "Other website"})
        self.campaign.website_id = other
        self._login(self.customer)
        self.assertEqual(self.url_open(self.campaign.website_url).status_code, 404)
