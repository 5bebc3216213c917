from datetime import datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.preorder_website.controllers import guard

from .common import PreorderHttpCommon
from .excel import give_references, make_workbook
from .test_payment import SIGNATURE

#: Zones in which campaigns end: whole hours and not, either side of the date line, each
#: with the local end that is tried in it. Among them nights in which clocks go forward
#: and back, and an hour that is there twice.
ENDS = {
    "Europe/Amsterdam": datetime(2027, 3, 28, 3, 0),
    "Europe/London": datetime(2026, 10, 25, 1, 30),
    "America/New_York": datetime(2027, 3, 14, 3, 0),
    "America/St_Johns": datetime(2026, 11, 1, 1, 30),
    "Asia/Kolkata": datetime(2027, 1, 31, 18, 0),
    "Australia/Lord_Howe": datetime(2027, 4, 4, 1, 45),
    "Pacific/Kiritimati": datetime(2027, 1, 1, 0, 0),
    "Pacific/Pago_Pago": datetime(2026, 12, 31, 23, 59),
}
SECOND = timedelta(seconds=1)


@tagged("post_install", "-at_install")
class TestDeadline(PreorderHttpCommon):
    """A second before the end everything is taken, from the end on nothing."""

    #: What was tried, for the report on reliability.
    figures = {"zones": len(ENDS), "in_time": 0, "late": 0}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        give_references(cls.jacket, "PAR")
        cls.variant, cls.other_variant = cls.jacket.product_variant_ids[:2]
        cls.shop = cls.customer.partner_id.parent_id
        cls.agent = cls._make_agent(customers=cls.shop)
        cls.campaign.confirmation = "signature"
        cls.batches = 0

    def _end_at(self, zone, fold=0):
        """Let the campaign end at the zone's local time.

        :return: the end, naive UTC
        """
        local = ENDS[zone].replace(tzinfo=ZoneInfo(zone), fold=fold)
        end = local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
        self.campaign.write(
            {
                "tz": zone,
                "date_start": end - timedelta(days=30),
                "date_end": end,
                "delivery_from": (end + timedelta(days=90)).date(),
                "delivery_until": (end + timedelta(days=120)).date(),
            }
        )
        return end

    def _at(self, moment):
        """Let requests begin at a moment: the clock is the only thing that is set."""
        return patch.object(guard.fields.Datetime, "now", lambda *_args: moment)

    def _begin(self, end):
        """A form of the customer's that was begun in time."""
        self.campaign.order_ids.unlink()
        return self._get_form(
            self._save(
                {self.variant: 2},
                now=end - timedelta(days=1),
                batch=self._make_batch(),
            )
        ).with_context(preorder_now=None)

    def _make_batch(self):
        type(self).batches += 1
        return f"deadline-{self.batches:05}"

    # The customer's paths: each says whether it was taken

    def _type(self, url):
        cell = {
            "product": self.other_variant.id,
            "date": None,
            "quantity": 3,
            "revision": 0,
        }
        result, _error = self._call(
            f"{url}/save", batch=self._make_batch(), cells=[cell]
        )
        return not result.get("closed") and result["cells"][0]["status"] == "stored"

    def _save_form(self, form):
        return self._type(f"/preorder/form/{form.id}")

    def _save_first_cell(self, form):
        form.unlink()
        return self._type(f"/preorder/campaign/{self.campaign.id}")

    def _save_as_agent(self, form):
        self._login(self.agent)
        taken = self._type(
            f"/preorder/campaign/{self.campaign.id}/for/{form.partner_id.id}"
        )
        self._login(self.customer)
        return taken

    def _submit_form(self, form):
        total = form._get_totals()["total"]
        result, _error = self._call(
            f"/preorder/form/{form.id}/submit", reviewed_total=total, details={}
        )
        return bool(result.get("url"))

    def _post(self, url, values, **options):
        return self.url_open(
            url, data={"csrf_token": Request.csrf_token(self), **values}, **options
        )

    def _import_workbook(self, form):
        content = make_workbook(
            [["Code", "Quantity"], [self.other_variant.default_code, 5]]
        )
        choice = '{"sheet": "Sheet 1", "headings": 1, "code": 0, "quantity": 1}'
        url = f"/preorder/form/{form.id}/xlsx/import"
        file = {"file": ("order.xlsx", content)}
        answer = self._post(url, {"choice": choice}, files=file).json()
        if "report" not in answer:
            return False
        values = {
            "choice": choice,
            "fingerprint": answer["report"]["fingerprint"],
            "batch": self._make_batch(),
        }
        self._post(url, values, files=file)
        return self.other_variant in form.line_ids.product_id

    def _order_again(self, form):
        values = {
            "campaign": self.campaign.id,
            "mode": "add",
            "batch": self._make_batch(),
        }
        self._post(f"/preorder/form/{form.id}/again", values)
        return form.line_ids.quantity == 4

    def _reopen_form(self, form):
        form._submit(self.campaign.date_end - timedelta(hours=1))
        self.env.flush_all()
        self._post(f"/preorder/form/{form.id}/reopen", {})
        return form.state == "draft"

    PATHS = (
        _save_form,
        _save_first_cell,
        _save_as_agent,
        _submit_form,
        _import_workbook,
        _order_again,
        _reopen_form,
    )

    def _try(self, path, end, moment):
        form = self._begin(end)
        self.env.flush_all()
        with self._at(moment), mute_logger("odoo.http"):
            taken = path(self, form)
        self.env.invalidate_all()
        return taken

    def _check_end(self, end):
        for path in self.PATHS:
            for moment, expected in (
                (end - SECOND, True),
                (end, False),
                (end + SECOND, False),
            ):
                with self.subTest(path=path.__name__, moment=str(moment)):
                    self.assertIs(self._try(path, end, moment), expected)
                    self.figures["in_time" if expected else "late"] += 1

    def test_every_path_is_open_until_the_end_and_closed_from_then_on(self):
        self._login(self.customer)
        for zone in ENDS:
            with self.subTest(zone=zone):
                self._check_end(self._end_at(zone))

    def test_an_hour_that_is_there_twice_ends_when_it_was_said(self):
        self._login(self.customer)
        first = self._end_at("Europe/London")
        second = self._end_at("Europe/London", fold=1)
        self.assertEqual(second - first, timedelta(hours=1))
        self._check_end(second)

    def test_what_follows_the_end_goes_on(self):
        self._login(self.customer)
        for zone in ENDS:
            with self.subTest(zone=zone):
                end = self._end_at(zone)
                form = self._begin(end)
                quotation = form._submit(end - SECOND)
                self.env.flush_all()
                with self._at(end + SECOND):
                    page = self.url_open(f"/preorder/form/{form.id}")
                    self.assertEqual(page.status_code, 200)
                    answer, _error = self._call(
                        f"/my/orders/{quotation.id}/accept",
                        name="Eva",
                        signature=SIGNATURE.decode(),
                    )
                self.assertTrue(answer.get("force_refresh"), answer)
                self.env.invalidate_all()
                self.assertEqual(quotation.state, "sale")
                self.assertEqual(form.state, "confirmed")
