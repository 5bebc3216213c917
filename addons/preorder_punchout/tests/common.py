import json
from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.fields import Command

from odoo.addons.oci_punchout.tests.common import PunchoutHttpCase
from odoo.addons.oci_punchout.tests.procurement import read_form
from odoo.addons.preorder_website.tests.common import PreorderHttpCommon


class PreorderPunchoutCase(PunchoutHttpCase, PreorderHttpCommon):
    """Azure, whose procurement system opens the order form of a campaign."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write(
            {
                "category_id": [Command.set(cls.label.ids)],
                "email": "azure@example.com",
            }
        )
        cls.jacket.product_variant_ids[0].default_code = "PAR-S"
        cls.small, cls.medium, cls.large = cls.jacket.product_variant_ids[:3]
        cls.connection.write(
            {"opens": "campaign", "preorder_campaign_id": cls.campaign.id}
        )

    def _open_another_campaign(self):
        """A campaign that is open beside the one whose form the connection opens."""
        other = self._make_campaign(
            "Spring",
            "S27",
            date_start=fields.Datetime.now() - timedelta(days=1),
            date_end=fields.Datetime.now() + timedelta(days=1),
        )
        other.action_open()
        return other

    def _rpc(self, path, browser=None, **params):
        """Call a JSON route; its result, or what went wrong."""
        answer = self._request("POST", path, browser, json={"params": params}).json()
        return answer.get("result") or answer["error"]["data"]

    def _fill(self, quantities, browser=None, campaign=None, batch="batch-000001"):
        """Type into the campaign's form; the form as it is then."""
        campaign = campaign or self.campaign
        result = self._rpc(
            f"/preorder/campaign/{campaign.id}/save",
            browser,
            batch=batch,
            cells=self._make_cells(quantities),
        )
        self.assertIn("form", result, result)
        return self.env["preorder.order"].browse(result["form"])

    def _token(self, browser=None):
        page = self._open(self.campaign.website_url, browser).text
        return page.split('csrf_token: "')[1].split('"')[0]

    def _transfer_form(self, form, browser=None, total=None, details=None, **values):
        """Press the review's button; the answer."""
        if total is None:
            total = self._rpc(f"/preorder/form/{form.id}/review", browser)
            total = total["totals"]["total"]
        return self._request(
            "POST",
            f"/preorder/form/{form.id}/transfer",
            browser,
            data={
                "csrf_token": self._token(browser),
                "reviewed_total": str(total),
                "details": json.dumps(details or {}),
                **values,
            },
        )

    def _take_home(self, quantities, browser=None, **values):
        """Launch, fill the form, transfer it; what goes home and the form."""
        self._launch(browser=browser)
        form = self._fill(quantities, browser)
        answer = self._transfer_form(form, browser, confirmed="1", **values)
        home = read_form(answer.content)
        self.assertTrue(home, answer.text[:3000])
        self.env.invalidate_all()
        return home, form

    def _get_page_component(self, answer):
        """What the order form's component of a page is told."""
        [node] = html.document_fromstring(answer.content).xpath("//*[@data-props]")
        return json.loads(node.get("data-props"))

    def _days_until(self, day):
        return (day - fields.Date.today()).days
