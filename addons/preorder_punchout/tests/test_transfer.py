from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.oci_punchout.tests.common import HOOK
from odoo.addons.oci_punchout.tests.procurement import (
    find_faults,
    get_price,
    read_form,
)

from .common import PreorderPunchoutCase


@tagged("post_install", "-at_install")
class TestTransfer(PreorderPunchoutCase):
    """An order form goes home."""

    def test_the_form_goes_home_at_the_customers_prices(self):
        home, form = self._take_home({self.small: 2, self.medium: 1})
        self.assertEqual((home["action"], home["method"]), (HOOK, "POST"))
        small, medium = self._read(home)
        self.assertFalse(find_faults([small, medium]))
        quotation = form.sale_order_id
        self.assertEqual(
            [
                (line["EXT_QUOTE_ID"], line["EXT_QUOTE_ITEM"], line["QUANTITY"])
                for line in (small, medium)
            ],
            [(quotation.name, "1", "2.000"), (quotation.name, "2", "1.000")],
        )
        self.assertEqual((small["PRICE"], small["VENDORMAT"]), ("90.000", "PAR-S"))
        self.assertEqual(form.oci_session_id.order_id, quotation)

    def test_the_tiers_discount_is_in_the_prices(self):
        home, form = self._take_home({self.small: 20})
        [line] = self._read(home)
        # 100 less 10 % less Silver's 5 %.
        self.assertEqual(line["PRICE"], "85.500")
        self.assertEqual(form.sale_order_id.preorder_tier_id.name, "Silver")
        self.assertEqual(float(get_price(line)) * 20, form.sale_order_id.amount_untaxed)

    def test_delivery_and_campaign_go_along(self):
        home, _form = self._take_home({self.small: 1})
        [line] = self._read(home)
        first = self.campaign.delivery_from
        self.assertEqual(line["LEADTIME"], str(self._days_until(first)))
        self.assertEqual(line["CUST_FIELD1"], first.isoformat())
        self.assertEqual(line["CUST_FIELD4"], "W26")
        self.assertEqual(line["CUST_FIELD5"], "Winter")

    def test_the_date_that_the_buyer_chose_goes_along(self):
        self.campaign.delivery_dates = "order"
        wanted = self.campaign.delivery_from + timedelta(days=9)
        home, form = self._take_home(
            {self.small: 1},
            details={"delivery_date": wanted.isoformat(), "reference": "PR-77"},
        )
        [line] = self._read(home)
        self.assertEqual(line["LEADTIME"], str(self._days_until(wanted)))
        self.assertEqual(form.sale_order_id.client_order_ref, "PR-77")

    def test_lines_of_the_shop_are_sent_as_before(self):
        self.connection.opens = "shop"
        self.screw.sale_delay = 4
        self._launch()
        self._add(self.screw)
        token = self._open("/shop/cart").text.split('csrf_token: "')[1].split('"')[0]
        answer = self._request(
            "POST", "/punchout/transfer", data={"csrf_token": token, "confirmed": "1"}
        )
        [line] = self._read(read_form(answer.content))
        self.assertEqual(line["LEADTIME"], "4")
        self.assertFalse([name for name in line if name.startswith("CUST")])

    def test_the_session_ends_with_the_transfer(self):
        self._take_home({self.small: 1})
        session = self._get_session()
        self.assertEqual(session.state, "transferred")
        self.assertNotIn("sid=s3ssi0n", str(session.sudo().read()))
        self.assertNotIn("Azure", self._open("/shop").text)

    def test_a_second_return_says_that_it_was_transferred(self):
        _home, form = self._take_home({self.small: 1})
        answer = self._request(
            "POST", f"/preorder/form/{form.id}/transfer", data={"csrf_token": "x"}
        )
        self.assertEqual(answer.status_code, 410)
        self.assertIn("transferred already", answer.text)
        self.assertEqual(
            self.env["sale.order"].search_count(
                [("preorder_campaign_id", "=", self.campaign.id)]
            ),
            1,
        )

    def test_a_forged_request_transfers_nothing(self):
        self._launch()
        form = self._fill({self.small: 1})
        answer = self._request(
            "POST",
            f"/preorder/form/{form.id}/transfer",
            data={"csrf_token": "x", "reviewed_total": "108.9", "details": "{}"},
        )
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(form.state, "draft")

    def test_nonsense_is_a_bad_request(self):
        self._launch()
        form = self._fill({self.small: 1})
        for details in ("", "[]", "{", "[" * 10_000, '{"address": [1]}'):
            answer = self._request(
                "POST",
                f"/preorder/form/{form.id}/transfer",
                data={
                    "csrf_token": self._token(),
                    "reviewed_total": "1",
                    "details": details,
                },
            )
            self.assertEqual(answer.status_code, 400, details[:20])
        self.assertEqual(form.state, "draft")

    # -- Refused, and nothing lost ---

    def _assert_refused(self, answer, form, text):
        """The form is there again, as it was, and says why."""
        self.assertEqual(answer.status_code, 200)
        self.assertIn(text, answer.text)
        self.env.invalidate_all()
        self.assertEqual(form.state, "draft")
        self.assertFalse(form.sale_order_id)
        self.assertEqual(form.line_ids.mapped("quantity"), [3.0])
        session = form.oci_session_id
        self.assertEqual((session.state, session.order_id.id), ("shopping", False))
        return self._get_page_component(answer)

    def test_a_second_too_late_is_refused_by_the_forms_own_words(self):
        self._launch()
        form = self._fill({self.small: 3})
        total = form.amount_total
        now = fields.Datetime.now()
        self.campaign.date_end = now - timedelta(seconds=1)
        answer = self._transfer_form(form, total=total)
        closed = self.campaign.with_context(preorder_now=now)._get_closed_message()
        component = self._assert_refused(answer, form, closed)
        self.assertFalse(component["editable"] or component["punchout"]["review"])

    def test_a_limit_holds(self):
        self.env["preorder.limit"].create(
            {
                "campaign_id": self.campaign.id,
                "name": "Parkas",
                "counted_per": "everyone",
                "maximum": 2,
            }
        )
        self._launch()
        form = self._fill({self.small: 3})
        answer = self._transfer_form(form, details={"reference": "PR-77"})
        component = self._assert_refused(answer, form, "Parkas")
        review = component["punchout"]["review"]
        self.assertIn("Parkas", review["refused"])
        self.assertEqual(review["details"]["reference"], "PR-77")

    def test_a_limit_of_punchout_alone_holds(self):
        self.env["preorder.limit"].create(
            {
                "campaign_id": self.campaign.id,
                "name": "By system",
                "channel": "punchout",
                "minimum": 5,
            }
        )
        self._launch()
        form = self._fill({self.small: 3})
        self._assert_refused(self._transfer_form(form), form, "By system")

    def test_a_delivery_date_is_asked_for(self):
        self.campaign.delivery_dates = "order"
        self._launch()
        form = self._fill({self.small: 3})
        answer = self._transfer_form(form)
        self._assert_refused(answer, form, "Choose a delivery date")

    def test_a_total_that_nobody_reviewed_is_reviewed_again(self):
        self._launch()
        form = self._fill({self.small: 3})
        for total in (1, "nan", "inf", "", "many"):
            answer = self._transfer_form(form, total=total)
            component = self._assert_refused(answer, form, "Winter")
            self.assertTrue(component["punchout"]["review"]["changed"])

    def test_a_unit_that_was_not_agreed_is_refused_by_name(self):
        self.connection.unit_ids.unlink()
        self._launch()
        form = self._fill({self.small: 3})
        answer = self._transfer_form(form, confirmed="1")
        self.assertIn("has a unit that was not agreed", answer.text)
        self.assertNotIn("oci_transfer", answer.text)
        self.assertEqual((form.state, form.sale_order_id.id), ("draft", False))

    def test_what_is_shortened_is_shown_before(self):
        self.jacket.name = "Stainless parka with a hexagon hood and a long thread"
        self._launch()
        form = self._fill({self.small: 3})
        answer = self._transfer_form(form, details={"reference": "PR-77"})
        self.assertIn("Before your basket goes to", answer.text)
        self.assertEqual((form.state, form.sale_order_id.id), ("draft", False))
        [shown] = [
            each
            for each in html.document_fromstring(answer.content).forms
            if each.get("action").endswith("/transfer")
        ]
        answer = self._request("POST", shown.get("action"), data=dict(shown.fields))
        [line] = self._read(read_form(answer.content))
        self.assertEqual(line["DESCRIPTION"], "Stainless parka with a hexagon hood and")
        self.assertEqual(form.sale_order_id.client_order_ref, "PR-77")

    def test_a_campaign_that_is_signed_and_paid_online_is_not_by_punchout(self):
        self.assertEqual(self.campaign.confirmation, "signature_payment")
        _home, form = self._take_home({self.small: 1})
        quotation = form.sale_order_id
        self.assertFalse(quotation.require_signature or quotation.require_payment)
        self.assertFalse(quotation._has_to_be_signed() or quotation._has_to_be_paid())

    def test_agreed_fields_name_the_campaign(self):
        self.connection.field_ids = [
            Command.create(
                {
                    "field": "CONTRACT",
                    "kind": "template",
                    "value": "{preorder_campaign_id.code}-{oci_delivery_days}",
                }
            )
        ]
        home, _form = self._take_home({self.small: 1})
        [line] = self._read(home)
        self.assertTrue(line["CONTRACT"].startswith("W26-"), line["CONTRACT"])
