from datetime import timedelta

from odoo import fields

from odoo.addons.mail.tests.common import MockEmail

from .common import PreorderCommon


class OfficeCommon(PreorderCommon, MockEmail):
    """A campaign that runs at this moment, and the scheduled actions around it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        cls.campaign = cls.campaign.with_context(preorder_now=None)
        cls.campaign.write(
            {
                "date_start": cls.now - timedelta(days=1),
                "date_end": cls.now + timedelta(days=10),
                "user_id": cls.env.user.id,
            }
        )
        cls.bottle_variant = cls.bottle.product_variant_id
        cls.other_customer = cls._make_customer("Alpen Sport", "alpen", cls.label)

    def _run_cron(self, name):
        """Run a scheduled action until nothing is left; what it mails is kept."""
        with self.mock_mail_gateway():
            self.env.ref(f"preorder_campaign.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _fill(self, user=None, quantity=1, **values):
        answer = self._save(
            {self.bottle_variant: quantity},
            user=user or self.customer,
            campaign=values.pop("campaign", self.campaign),
            now=fields.Datetime.now(),
            **values,
        )
        return self.env["preorder.order"].browse(answer["form"])

    def _close(self):
        self.campaign.action_close()
        self._run_cron("cron_run_campaigns")

    def _get_notices(self, kind, campaign=None):
        return self.env["preorder.notice"].search(
            [("kind", "=", kind), ("campaign_id", "=", (campaign or self.campaign).id)]
        )
