from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.tests import tagged

from .common import PreorderHttpCommon


@tagged("post_install", "-at_install")
class TestLanding(PreorderHttpCommon):
    def _open(self, url="/preorder"):
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        return answer.text

    def test_a_visitor_sees_that_something_is_coming_and_where_to_sign_in(self):
        page = self._open()
        self.assertIn("Winter", page)
        self.assertIn("/web/login?redirect=/preorder", page)
        self.assertNotIn("Parka", page)

    def test_without_a_teaser_a_visitor_does_not_learn_its_name(self):
        self.campaign.website_teaser = False
        page = self._open()
        self.assertNotIn("Winter", page)
        self.assertIn("Something is coming", page)

    def test_a_customer_sees_its_campaigns_and_how_far_it_is(self):
        self._login(self.customer)
        page = self._open()
        self.assertIn("Winter", page)
        self.assertRegex(page, r"(9|10) days left")
        self._save_online({self.jacket.product_variant_ids[0]: 4})
        page = self._open()
        self.assertIn("not submitted", page)
        self.assertRegex(page, r"4\s*pieces")

    def test_a_customer_outside_the_audience_sees_nothing_of_it(self):
        self._login(self.outsider)
        self.assertNotIn("Winter", self._open())

    def test_coming_and_past_campaigns_stand_apart(self):
        now = fields.Datetime.now()
        for name, start, end in (("Spring", 5, 9), ("Autumn", -9, -5)):
            self._make_campaign(
                name,
                name[:3],
                date_start=now + timedelta(days=start),
                date_end=now + timedelta(days=end),
                state="open",
            )
        self._login(self.customer)
        page = self._open()
        self.assertLess(page.index("Winter"), page.index("Coming"))
        self.assertLess(page.index("Coming"), page.index("Spring"))
        self.assertLess(page.index("Spring"), page.index("Autumn"))

    def test_outlets_have_a_page_of_their_own(self):
        self.campaign.kind = "outlet"
        self._login(self.customer)
        self.assertNotIn("Winter", self._open())
        self.assertIn("Winter", self._open("/outlet"))

    def test_unpublished_campaigns_are_not_shown(self):
        self.campaign.is_published = False
        self.assertNotIn("Winter", self._open())
        self._login(self.customer)
        self.assertNotIn("Winter", self._open())

    def _get_links(self, page):
        return html.fromstring(page).xpath("//main//a/@href")

    def test_a_card_begins_with_the_campaign_s_text_and_names_its_time_zone(self):
        self.campaign.description = (
            "<p>The <b>coldest</b> winter.</p>" + "<p>x</p>" * 99
        )
        self._login(self.customer)
        page = self._open()
        self.assertIn("The coldest winter.", page)
        self.assertIn(" …", page)
        self.assertRegex(page, r"until\s+\d+ \w+ \d{4} \d\d:\d\d CES?T")

    def test_colleagues_forms_are_on_the_card_unless_kept_apart(self):
        company = self.customer.partner_id.parent_id
        colleague = self._make_login("Colleague", "colleague", company)
        result = self._save(
            {self.jacket.product_variant_ids[0]: 7},
            user=colleague,
            now=fields.Datetime.now(),
        )
        url = f"/preorder/form/{result['form']}"
        self._login(self.customer)
        self.assertIn(url, self._get_links(self._open()))
        company.preorder_own_forms_only = True
        self.assertNotIn(url, self._get_links(self._open()))
        company.preorder_own_forms_only = False
        self._login(self.outsider)
        self.assertNotIn(url, self._open())

    def test_of_several_forms_the_card_continues_the_one_being_filled(self):
        self.campaign.allow_multiple_forms = True
        self._login(self.customer)
        variant = self.jacket.product_variant_ids[0]
        result, _error = self._save_online({variant: 4})
        self._get_form(result)._submit(fields.Datetime.now())
        self._save_online({variant: 9}, batch="batch-second")
        page = self._open()
        self.assertRegex(page, r"9\s*pieces")
        self.assertIn("Continue", page)

    def test_a_visitor_of_the_campaign_s_page_sees_its_teaser_and_comes_back(self):
        answer = self.url_open(self.campaign.website_url)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Winter", answer.text)
        self.assertNotIn("Parka", answer.text)
        self.assertIn(
            f"/web/login?redirect={self.campaign.website_url}",
            self._get_links(answer.text),
        )

    def test_a_shared_link_carries_the_campaign_s_picture_and_date(self):
        self.campaign.image_1920 = (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA"
            "60e6kgAAAABJRU5ErkJggg=="
        )
        page = html.fromstring(self.url_open(self.campaign.website_url).text)

        def get_meta(name):
            [content] = page.xpath(f"//meta[@property='og:{name}']/@content")
            return content

        self.assertIn("Winter", get_meta("title"))
        self.assertIn("Open until", get_meta("description"))
        picture = self.url_open(get_meta("image"))
        self.assertEqual(picture.status_code, 200)
        self.assertTrue(picture.headers["Content-Type"].startswith("image/"))
        [canonical] = page.xpath("//link[@rel='canonical']/@href")
        self.assertTrue(canonical.endswith(self.campaign.website_url))
        self.campaign.website_meta_title = "The coldest winter"
        page = html.fromstring(self.url_open(self.campaign.website_url).text)
        self.assertEqual(get_meta("title"), "The coldest winter")

    def test_the_sitemap_names_what_is_public_and_nothing_else(self):
        def get_sitemap():
            self.env["ir.attachment"].search([("url", "=like", "/sitemap-%")]).unlink()
            return self.url_open("/sitemap.xml").text

        sitemap = get_sitemap()
        for path in ("/preorder", "/outlet", self.campaign.website_url):
            self.assertIn(f"{path}</loc>", sitemap)
        self.assertNotIn("/my/preorders", sitemap)
        self.campaign.website_teaser = False
        self.assertNotIn(self.campaign.website_url, get_sitemap())

    def test_who_registers_comes_back_to_the_campaign(self):
        website = self.env["website"].search([], limit=1)
        website.auth_signup_uninvited = "b2c"
        self.campaign.for_everyone = True
        page = self.url_open(self.campaign.website_url).text
        [link] = [url for url in self._get_links(page) if "signup" in url]
        form = html.fromstring(self.url_open(link).text).xpath(
            "//form[@class='oe_signup_form']"
        )[0]
        answer = self.url_open(
            link,
            data={
                **dict(form.form_values()),
                "login": "newcomer@example.com",
                "name": "Newcomer",
                "password": "w1nter-parka",
                "confirm_password": "w1nter-parka",
            },
        )
        self.assertEqual(answer.url, self.base_url() + self.campaign.website_url)
        self.assertIn("o_preorder_form", answer.text)

    def test_nobody_is_asked_to_register_for_a_campaign_of_chosen_customers(self):
        self.env["website"].search([]).auth_signup_uninvited = "b2c"
        page = self.url_open(self.campaign.website_url).text
        self.assertNotIn("/web/signup?redirect=/preorder", page)

    def _get_card(self, campaign=None):
        url = f"/preorder/snippet/{(campaign or self.campaign).id}"
        card, error = self._call(url)
        self.assertFalse(error)
        return card

    def test_the_content_block_shows_each_reader_what_it_may_see(self):
        self.assertIn("Winter", self._get_card())
        self._login(self.customer)
        self._save_online({self.jacket.product_variant_ids[0]: 4})
        self.assertRegex(self._get_card(), r"4\s*pieces")
        self._login(self.outsider)
        self.assertEqual(self._get_card(), "")
        self.authenticate(None, None)
        self.campaign.website_teaser = False
        self.assertEqual(self._get_card(), "")

    def test_the_website_builder_offers_the_content_block(self):
        self.authenticate("admin", "admin")
        blocks, error = self._call(
            "/web/dataset/call_kw/ir.ui.view/render_public_asset",
            model="ir.ui.view",
            method="render_public_asset",
            args=["website.snippets"],
            kwargs={},
        )
        self.assertFalse(error)
        found = html.fromstring(blocks).xpath(
            "//*[@data-snippet='s_preorder_campaign']"
        )
        self.assertTrue(found)

    def test_the_content_block_is_live_on_the_page(self):
        self.env["ir.ui.view"].create(
            {
                "name": "Block",
                "type": "qweb",
                "key": "preorder_website.landing_preorder_block",
                "inherit_id": self.env.ref("preorder_website.landing_preorder").id,
                "arch": f"""
                    <xpath expr="//h1" position="before">
                        <section class="s_preorder_campaign"
                            data-campaign-id="{self.campaign.id}">
                            <div class="s_preorder_campaign_card">Choose</div>
                        </section>
                    </xpath>
                """,
            }
        )
        self.browser_js(
            "/preorder",
            "if (document.querySelector('.s_preorder_campaign article h3')"
            ".textContent.includes('Winter')) console.log('test successful')",
            ready="Boolean(document.querySelector('.s_preorder_campaign article h3'))",
        )

    def test_the_office_puts_content_blocks_on_the_campaign_s_page(self):
        self.campaign.website_content = "<section><p>Lookbook</p></section>"
        self._login(self.customer)
        page = self.url_open(self.campaign.website_url).text
        self.assertLess(page.index("Lookbook"), page.index("o_preorder_form"))
