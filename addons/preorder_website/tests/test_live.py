import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.http_routing.tests.common import MockRequest

from .common import PreorderHttpCommon


@tagged("post_install", "-at_install")
class TestLive(PreorderHttpCommon):
    """Several people on one order form."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls._make_login(
            "Colleague", "colleague", cls.customer.partner_id.parent_id
        )
        cls.variants = cls.jacket.product_variant_ids
        cls.form = cls._get_form(
            cls, cls._save(cls, {cls.variants[0]: 1}, now=fields.Datetime.now())
        )

    def _save_as(self, user, quantities, batch):
        return self._save(
            quantities,
            user=user,
            order=self.campaign.with_user(user)
            .sudo()
            .env["preorder.order"]
            .browse(self.form.id),
            batch=batch,
            now=fields.Datetime.now(),
        )

    def _get_told(self):
        """What the bus was given to tell."""
        self.env.cr.precommit.run()
        rows = self.env["bus.bus"].sudo().search([])
        messages = [(json.loads(row.channel), json.loads(row.message)) for row in rows]
        rows.unlink()
        return [
            (channel, message["payload"])
            for channel, message in messages
            if message["type"] == "preorder_cells"
        ]

    def test_those_who_may_see_a_form_may_listen_to_it(self):
        shop = self.customer.partner_id.parent_id
        for user, hears in (
            (self.customer, True),
            (self.colleague, True),
            (self.outsider, False),
            (self.env.ref("base.public_user"), False),
        ):
            with self.subTest(user=user.login):
                forms = self.env["preorder.order"].with_user(user)
                found = forms._find_live_forms({self.form.id, self.form.id + 999})
                self.assertEqual(bool(found), hears)
        forms = self.env["preorder.order"].with_user(self.colleague)
        shop.preorder_own_forms_only = True
        self.assertFalse(forms._find_live_forms({self.form.id}))
        shop.preorder_own_forms_only = False
        self.assertTrue(forms._find_live_forms({self.form.id}))
        self.campaign.is_published = False
        self.assertFalse(forms._find_live_forms({self.form.id}))

    def test_another_company_s_forms_are_not_heard(self):
        company = self.env["res.company"].create({"name": "Other company"})
        user = self.customer
        user.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        forms = self.env["preorder.order"].with_user(user)
        self.assertFalse(forms._find_live_forms({self.form.id}))

    def test_a_saved_cell_is_told_to_the_other_tabs(self):
        now = fields.Datetime.now()
        self.form.with_user(self.colleague).sudo()._watch("tab-colleague", None, now)
        self._get_told()
        answer = self._save_as(
            self.customer, {self.variants[1]: 7, self.other_product: 2}, "tab-one.00001"
        )
        [(channel, payload)] = self._get_told()
        self.assertEqual(
            channel,
            [
                self.env.cr.dbname,
                "preorder.order",
                self.form.id,
                f"preorder_cells_{self.colleague.id}",
            ],
        )
        self.assertEqual(payload["form"], self.form.id)
        self.assertEqual(payload["tab"], "tab-one")
        self.assertEqual(payload["totals"]["pieces"], answer["totals"]["pieces"])
        self.assertEqual(
            payload["cells"],
            [
                {
                    "product": self.variants[1].id,
                    "date": None,
                    "quantity": 7,
                    "revision": 1,
                    "by": self.customer.name,
                    "user": self.customer.id,
                }
            ],
        )

    def test_who_loses_the_right_to_a_form_is_told_nothing_more(self):
        form = self.form.with_user(self.colleague).sudo()
        form._watch("tab-colleague", None, fields.Datetime.now())
        own = self.form.with_user(self.customer).sudo()
        own._watch("tab-two", None, fields.Datetime.now())

        def get_listeners(batch):
            self._save_as(self.customer, {self.variants[1]: len(batch)}, batch)
            channels = {channel[-1] for channel, _payload in self._get_told()}
            return [
                user.login
                for user in (self.customer, self.colleague)
                if f"preorder_cells_{user.id}" in channels
            ]

        self.assertEqual(get_listeners("tab-one.1"), ["bergmann", "colleague"])
        # Both are connected still.
        shop = self.customer.partner_id.parent_id
        shop.preorder_own_forms_only = True
        self.assertEqual(get_listeners("tab-one.02"), ["bergmann"])
        shop.preorder_own_forms_only = False
        self.assertEqual(get_listeners("tab-one.003"), ["bergmann", "colleague"])
        self.colleague.active = False
        self.assertEqual(get_listeners("tab-one.0004"), ["bergmann"])

    def test_each_hears_a_form_on_a_channel_of_its_own(self):
        asked = f"preorder_form:{self.form.id}"
        for user, hears in ((self.colleague, True), (self.outsider, False)):
            env = self.env(user=user)
            with MockRequest(env):
                channels = env["ir.websocket"]._build_bus_channel_list([asked])
            own = (self.form, f"preorder_cells_{user.id}")
            private = [
                each
                for each in channels
                if isinstance(each, tuple) and each[0] == self.form
            ]
            self.assertEqual(private, [own] if hears else [])

    def test_nobody_is_told_what_nobody_else_looks_at(self):
        form = self.form.with_user(self.customer).sudo()
        form._watch("tab-one", None, fields.Datetime.now())
        self._save_as(self.customer, {self.variants[1]: 7}, "tab-one.00001")
        self.assertFalse(self._get_told())
        # Another tab, which was closed long ago.
        form._watch("tab-two", None, fields.Datetime.now())
        self.env["preorder.order.viewer"].search(
            [("tab", "=", "tab-two")]
        ).seen_at -= timedelta(hours=1)
        self.env.flush_all()
        self._save_as(self.customer, {self.variants[1]: 8}, "tab-one.00002")
        self.assertFalse(self._get_told())
        form._watch("tab-two", None, fields.Datetime.now())
        self._save_as(self.customer, {self.variants[1]: 9}, "tab-one.00003")
        self.assertTrue(self._get_told())

    def test_a_batch_sent_again_is_not_told_again(self):
        form = self.form.with_user(self.colleague).sudo()
        form._watch("tab-colleague", None, fields.Datetime.now())
        for _time in range(2):
            self._save_as(self.customer, {self.variants[1]: 7}, "tab-one.00001")
        self.assertEqual(len(self._get_told()), 1)

    def test_a_tab_without_the_bus_asks_what_has_changed(self):
        url = f"/preorder/form/{self.form.id}/live"
        self._login(self.colleague)
        first, _error = self._call(url, tab="tab-colleague")
        # Saved while the page was on its way.
        self.assertEqual([cell["quantity"] for cell in first["cells"]], [1])
        later = fields.Datetime.now() + timedelta(minutes=5)
        self._save(
            {self.variants[2]: 4},
            order=self.form.with_user(self.customer).sudo(),
            batch="tab-one.00001",
            now=later,
        )
        soon = fields.Datetime.to_string(later - timedelta(seconds=1))
        answer, _error = self._call(url, tab="tab-colleague", since=soon)
        self.assertEqual(
            [(cell["product"], cell["quantity"]) for cell in answer["cells"]],
            [(self.variants[2].id, 4)],
        )
        self.assertEqual(answer["cells"][0]["by"], self.customer.name)
        self.assertEqual(answer["totals"]["pieces"], 5)

    @mute_logger("odoo.http")
    def test_asking_is_for_those_who_may_see_the_form(self):
        url = f"/preorder/form/{self.form.id}/live"
        self._login(self.outsider)
        _result, error = self._call(url, tab="tab-outsider")
        self.assertEqual(error["code"], 404)
        self._login(self.customer)
        for arguments in (
            {"tab": "x"},
            {"tab": ["tab-one"]},
            {"tab": "tab-one", "since": "yesterday"},
        ):
            _result, error = self._call(url, **arguments)
            self.assertEqual(error["data"]["name"], "werkzeug.exceptions.BadRequest")
        self.assertFalse(self.env["preorder.order.viewer"].search([]))
