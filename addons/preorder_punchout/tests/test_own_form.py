from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.oci_punchout.tests.procurement import read_form, read_lines

from .common import PreorderPunchoutCase


@tagged("post_install", "-at_install")
class TestOwnForm(PreorderPunchoutCase):
    """Several buyers with one log-in: each has a form of its own."""

    def _get_cells(self, browser=None):
        page = self._open(self.campaign.website_url, browser)
        return [cell[::2] for cell in self._get_page_component(page)["cells"]]

    def test_two_buyers_with_one_login_have_a_form_each(self):
        other = self._new_browser()
        self._launch()
        first = self._fill({self.small: 3})
        self._launch(browser=other)
        second = self._fill({self.medium: 4}, other, batch="batch-000002")
        self.assertNotEqual(first, second)
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertEqual({first.channel, second.channel}, {"punchout"})
        self.assertEqual(first.line_ids.channel, "punchout")
        self.assertEqual(self._get_cells(), [[self.small.id, 3.0]])
        self.assertEqual(self._get_cells(other), [[self.medium.id, 4.0]])
        home = read_form(self._transfer_form(second, other, confirmed="1").content)
        self.assertEqual(
            [line["QUANTITY"] for line in read_lines(home["fields"])], ["4.000"]
        )
        self.assertEqual((first.state, second.state), ("draft", "submitted"))

    def test_nobody_else_reaches_a_sessions_form(self):
        self._launch()
        form = self._fill({self.small: 3})
        for who in ("another session", "the person itself", "after the session"):
            with self.subTest(who):
                browser = self._new_browser()
                if who == "another session":
                    self._launch(browser=browser)
                elif who == "the person itself":
                    self.authenticate("azure-portal", "azure-portal", session_extra={})
                    browser = None
                self.assertEqual(
                    self._open(f"/preorder/form/{form.id}", browser).status_code,
                    303 if who == "after the session" else 404,
                )
                with mute_logger("odoo.http"):
                    for action, params in (
                        ("save", {"batch": "batch-000009", "cells": []}),
                        ("review", {}),
                        ("prices", {"products": []}),
                    ):
                        answer = self._rpc(
                            f"/preorder/form/{form.id}/{action}", browser, **params
                        )
                        self.assertRegex(answer["name"], "NotFound|SessionExpired")

    def test_a_persons_own_pages_know_nothing_of_forms_under_way(self):
        self._launch()
        form = self._fill({self.small: 3})
        self.authenticate("azure-portal", "azure-portal")
        for path in ("/my/preorders", "/preorder"):
            self.assertNotIn(form.name, self._open(path).text)
        self.assertEqual(self._get_cells(), [])
        own = self._fill({self.large: 9}, batch="batch-000002")
        self.assertFalse(own.oci_session_id)
        self.assertEqual(own.channel, "website")

    def test_a_persons_own_form_is_not_the_sessions(self):
        self.authenticate("azure-portal", "azure-portal")
        own = self._fill({self.large: 9}, batch="batch-000001")
        browser = self._new_browser()
        self._launch(browser=browser)
        self.assertEqual(self._get_cells(browser), [])
        self.assertEqual(
            self._open(f"/preorder/form/{own.id}", browser).status_code, 404
        )

    def test_one_session_has_one_form_in_a_campaign(self):
        self._launch()
        form = self._fill({self.small: 3})
        self.assertEqual(self._fill({self.medium: 1}, batch="batch-000002"), form)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            form.copy({"oci_session_id": form.oci_session_id.id, "name": "twice"})

    def test_another_customer_is_never_ordered_for(self):
        agent = self.buyer.partner_id
        self.outsider.partner_id.commercial_partner_id.preorder_agent_ids = agent
        self.campaign.label_ids = False
        self.campaign.for_everyone = True
        self._launch()
        customer = self.outsider.partner_id
        path = f"/preorder/campaign/{self.campaign.id}/for/{customer.id}"
        self.assertEqual(self._open(path).status_code, 403)
        with mute_logger("odoo.http"):
            answer = self._rpc(f"{path}/prices", products=[])
        self.assertIn("NotFound", answer["name"])

    def test_a_batch_is_answered_in_its_own_session_only(self):
        other = self._new_browser()
        self._launch()
        first = self._fill({self.small: 3}, batch="batch-000001")
        self._launch(browser=other)
        second = self._fill({self.small: 5}, other, batch="batch-000001")
        self.assertEqual(second.line_ids.mapped("quantity"), [5.0])
        self.assertEqual(self._fill({self.small: 7}, batch="batch-000001"), first)
        self.assertEqual(first.line_ids.mapped("quantity"), [3.0])

    # -- What becomes of it ---

    def test_going_back_without_it_gives_the_form_up(self):
        self._launch()
        form = self._fill({self.small: 3})
        answer = self._request(
            "POST", "/punchout/cancel", data={"csrf_token": self._token()}
        )
        self.assertFalse(read_lines(read_form(answer.content)["fields"]))
        self.assertEqual(form.state, "cancelled")
        self.assertIn("went back without it", str(form.message_ids.mapped("body")))
        self._launch()
        self.assertEqual(self._get_cells(), [])

    def test_a_session_that_is_over_gives_the_form_up(self):
        self._launch()
        form = self._fill({self.small: 3})
        form.oci_session_id.date_expire = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self._open(f"/preorder/form/{form.id}").status_code, 410)
        self.env["oci.session"]._cron_expire()
        self.assertEqual(form.state, "cancelled")

    def test_other_forms_of_the_session_are_named_before_they_are_given_up(self):
        other = self._open_another_campaign()
        self.connection.opens = "preorder"
        self._launch()
        left = self._fill({self.small: 1}, campaign=other)
        form = self._fill({self.small: 3}, batch="batch-000002")
        review = self._rpc(f"/preorder/form/{form.id}/review")
        self.assertEqual(review["others"], ["Spring, 1 piece"])
        self._transfer_form(form, confirmed="1")
        self.assertEqual((form.state, left.state), ("submitted", "cancelled"))

    def test_the_campaigns_end_submits_nothing_for_a_session(self):
        self.campaign.ending_outcome = "submit"
        self._launch()
        form = self._fill({self.small: 3})
        campaign = self.campaign.with_context(preorder_now=fields.Datetime.now())
        campaign.action_close()
        campaign._continue_closing(lambda *_progress: True)
        self.assertEqual(form.state, "draft")
        self.assertFalse(form.sale_order_id)

    def test_the_office_submits_no_form_of_a_session(self):
        self._launch()
        form = self._fill({self.small: 3})
        with self.assertRaisesRegex(UserError, "belongs to a punchout session"):
            form.with_context(preorder_now=fields.Datetime.now()).action_submit()

    def test_nobody_is_reminded_of_a_form(self):
        self._launch()
        form = self._fill({self.small: 3})
        self.assertFalse(self.env["preorder.notice"]._announce("reminder", form))
        self._transfer_form(form, confirmed="1")
        self.assertFalse(form.notice_ids)
