from datetime import timedelta

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
