import re
from urllib.parse import urlsplit

from lxml import html

from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import PreorderHttpCommon


@tagged("post_install", "-at_install")
class TestInvitation(PreorderHttpCommon, MockEmail):
    """From the invitation's mail to the campaign."""

    def _send(self):
        with self.mock_mail_gateway():
            self.env.ref("preorder_campaign.cron_send_notices").method_direct_trigger()
        self.env.invalidate_all()

    def _get_link(self, label):
        [mail] = self._mails
        [link] = html.fromstring(mail["body"]).xpath(f"//a[contains(., '{label}')]")
        return link.get("href")

    def test_following_the_link_and_registering_ends_on_the_campaign(self):
        self.env["preorder.notice"].search([]).unlink()
        buyer = self.env["res.partner"].create(
            {
                "name": "Second buyer",
                "email": "second@example.com",
                "parent_id": self.customer.partner_id.parent_id.id,
            }
        )
        campaign = self.campaign.with_context(preorder_now=None)
        wizard = self.env["portal.wizard"].browse(campaign.action_invite()["res_id"])
        wizard.action_preorder_invite()
        self._send()
        url = self._get_link("Accept Invitation")
        self.assertTrue(url.startswith(self.base_url()), url)
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200)
        form = html.fromstring(page.text).xpath("//form[@class='oe_signup_form']")[0]
        values = dict(form.form_values())
        self.assertEqual(values["login"], "second@example.com")
        answer = self.url_open(
            url,
            data={
                **values,
                "password": "w1nter-parka",
                "confirm_password": "w1nter-parka",
            },
        )
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(urlsplit(answer.url).path, campaign.website_url)
        self.assertIn(self.campaign.name, answer.text)
        self.assertIn("Parka", self._get_catalog_names(answer.text))
        self.assertTrue(buyer.user_ids.login_date)

    def _get_catalog_names(self, page):
        """Names in the catalog that the page's order form loads."""
        self.assertIn("preorder", page)
        return self.url_open(f"/preorder/campaign/{self.campaign.id}/catalog").text

    def test_a_message_s_button_leads_to_the_form_or_its_quotation(self):
        answer, error = self._save_online_as(self.customer)
        self.assertFalse(error)
        form = self.env["preorder.order"].browse(answer["form"])
        self.assertEqual(form._get_customer_url(), f"/preorder/form/{form.id}")
        quotation = form._submit(
            form.campaign_id.with_context(preorder_now=None)._now()
        )
        self.assertTrue(
            re.match(
                rf"/my/orders/{quotation.id}\?access_token=", form._get_customer_url()
            )
        )

    def _save_online_as(self, user):
        self._login(user)
        return self._save_online({self.bottle.product_variant_id: 2})
