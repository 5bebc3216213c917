from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..models import oci_session
from .common import PunchoutHttpCase
from .procurement import read_form


@tagged("post_install", "-at_install")
class TestLog(PunchoutHttpCase):
    """What the office reads of launches, and what a connection's terms do to them."""

    def test_the_log_says_what_came_in_what_went_out_and_how_long_it_took(self):
        self._launch()
        self._add(self.screw)
        session = self._get_session()
        session.date_start -= timedelta(minutes=7)
        self._transfer(confirmed="1")
        self.env.invalidate_all()
        self.assertEqual(session.state, "transferred")
        self.assertAlmostEqual(session.duration, 7, delta=1)
        self.assertTrue(session.remote_address)
        self.assertIn("USERNAME = buyer", session.request_log)
        self.assertIn("NEW_ITEM-VENDORMAT[1] = SCR-8", session.posted_log)
        for text in (session.request_log, session.posted_log, session.return_address):
            self.assertNotIn(self.secret, text)
            self.assertNotIn("s3ssi0n", text)

    def test_every_refusal_and_every_end_without_a_basket_has_a_hint(self):
        reasons = dict(self.env["oci.session"]._fields["reason"].selection)
        for reason in reasons:
            session = self.env["oci.session"].new(
                {"state": "refused", "reason": reason}
            )
            self.assertTrue(session.hint, reason)
        for state in ("expired", "cancelled"):
            self.assertTrue(self.env["oci.session"].new({"state": state}).hint, state)

    def test_a_method_that_was_not_agreed_is_refused(self):
        for method, get in (("allow_get", True), ("allow_post", False)):
            self.connection.write(
                {"allow_get": True, "allow_post": True, method: False}
            )
            self.assertEqual(self._launch(get=get).status_code, 403)
            session = self._get_session()
            self.assertEqual((session.state, session.reason), ("refused", "method"))
            self.assertEqual(self._launch(get=not get).status_code, 303)

    def test_a_connection_rests_for_an_address_that_launches_without_end(self):
        with patch.object(oci_session, "_LAUNCHES", 3):
            for _time in range(3):
                self.assertEqual(self._launch().status_code, 303)
            self.assertEqual(self._launch().status_code, 403)
            sessions = self.env["oci.session"].search(
                [("connection_id", "=", self.connection.id)]
            )
            self.assertEqual(len(sessions), 3, "nothing is written of it")
            other = self.connection.copy({"name": "Azure Spain"})
            self.assertEqual(self._launch(code=other.code).status_code, 403)
            sessions.remote_address = "198.51.100.7"
            self.assertEqual(self._launch().status_code, 303)

    def test_a_visit_and_a_quotation_last_as_long_as_was_agreed(self):
        self.connection.write({"session_minutes": 15, "quotation_days": 45})
        self._shop(self.screw)
        session = self._get_session()
        self.assertEqual(
            session.date_expire - session.date_start, timedelta(minutes=15)
        )
        self.assertEqual(
            session.order_id.validity_date, fields.Date.today() + timedelta(days=45)
        )

    def test_refused_launches_are_forgotten_after_a_month(self):
        self._launch(PASSWORD="wrong")
        refused = self._get_session()
        self._shop(self.screw)
        transferred = self._get_session()
        for days, left in ((29, True), (31, False)):
            date = fields.Datetime.now() - timedelta(days=days)
            (refused | transferred).date_start = date
            self.env["oci.session"]._gc_refused()
            self.assertEqual(bool(refused.exists()), left)
        self.assertTrue(transferred.exists())

    def test_the_picture_goes_along_where_agreed(self):
        pixel = (
            b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
            b"YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
        )
        self.screw.image_1920 = pixel
        (line,) = self._read(self._shop(self.screw))
        self.assertNotIn("ATTACHMENT", line)
        self.connection.attach_image = True
        screw, cable = self._read(self._shop(self.screw, self.cable))
        self.assertEqual(screw["ATTACHMENT_TITLE"], "Screw")
        self.assertNotIn("ATTACHMENT", cable)
        # The customer's server has no session.
        picture = self._open(screw["ATTACHMENT"], self._new_browser())
        self.assertEqual(picture.status_code, 200)
        self.assertTrue(picture.headers["Content-Type"].startswith("image/"))

    def test_the_category_s_class_of_eclass_goes_along_where_agreed(self):
        parent = self.env["product.category"].create(
            {"name": "Fasteners", "eclass_code": "23-11-01-01"}
        )
        self.screw.categ_id = self.env["product.category"].create(
            {"name": "Screws", "parent_id": parent.id}
        )
        self.connection.field_ids = [
            fields.Command.create({"field": name, "kind": kind, **values})
            for name, kind, values in (
                ("EXT_SCHEMA_TYPE", "fixed", {"value": "ECLASS"}),
                (
                    "EXT_CATEGORY_ID",
                    "field",
                    {"path": "product_id.categ_id.oci_eclass_code"},
                ),
            )
        ]
        (line,) = self._read(self._shop(self.screw))
        self.assertEqual(
            (line["EXT_SCHEMA_TYPE"], line["EXT_CATEGORY_ID"]),
            ("ECLASS", "23-11-01-01"),
        )

    def test_a_validation_of_what_has_no_unit_there_has_no_form_and_says_why(self):
        self.connection.unit_ids = [fields.Command.clear()]
        answer = self._launch(FUNCTION="VALIDATE", PRODUCTID=str(self.screw.id))
        self.assertIsNone(read_form(answer.content))
        self.assertIn(
            "Screw has a unit that was not agreed", self._get_session().note_log
        )
