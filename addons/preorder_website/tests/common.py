from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase

from odoo.addons.preorder_campaign.tests.common import PreorderCommon


class PreorderHttpCommon(PreorderCommon, HttpCase):
    """The wholesaler's website, with a campaign that runs now."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        now = fields.Datetime.now()
        cls.campaign.write(
            {
                "date_start": now - timedelta(days=1),
                "date_end": now + timedelta(days=10),
                "delivery_from": (now + timedelta(days=90)).date(),
                "delivery_until": (now + timedelta(days=120)).date(),
            }
        )
        website = cls.env["website"].search([], limit=1)
        website.company_id = cls.company
        cls.env["website"].search([]).company_id = cls.company

    def _login(self, user):
        self.authenticate(user.login, user.login)

    def _call(self, url, **params):
        """Call a JSON route as a browser does.

        :return: (result or None, error or None)
        """
        answer = self.url_open(
            url,
            json={"jsonrpc": "2.0", "method": "call", "params": params},
        )
        self.assertEqual(answer.status_code, 200, answer.text[:300])
        content = answer.json()
        return content.get("result"), content.get("error")

    def _make_cells(self, quantities):
        """Cells that are typed for the first time, as a browser sends them."""
        return [
            {"product": product.id, "date": None, "quantity": quantity, "revision": 0}
            for product, quantity in quantities.items()
        ]

    def _save_online(self, quantities, order=None, batch="batch-online-1"):
        url = (
            f"/preorder/form/{order.id}/save"
            if order
            else f"/preorder/campaign/{self.campaign.id}/save"
        )
        return self._call(
            url,
            batch=batch,
            cells=self._make_cells(quantities),
        )
