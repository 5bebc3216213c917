import base64
import threading
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Command
from odoo.http import Request
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.payment.tests.common import PaymentCommon

from .access_table import ACTORS, NOT_THERE, OK, REFUSED, ROUTES, SIGN_IN
from .common import PreorderHttpCommon
from .excel import give_references, make_workbook
from .test_payment import SIGNATURE
from .test_routes import get_pixel

#: What a refused request may not have changed, whole rows.
_TABLES = (
    "account_move",
    "ir_attachment",
    "mail_activity",
    "mail_followers",
    "mail_mail",
    "mail_message",
    "payment_transaction",
    "preorder_campaign",
    "preorder_limit_reservation",
    "preorder_notice",
    "preorder_order",
    "preorder_order_line",
    "preorder_order_viewer",
    "preorder_save_batch",
    "product_template",
    "res_partner",
    "sale_order",
    "sale_order_line",
    "stock_move",
    "stock_picking",
)
#: Whose routes the table lists.
_ADDONS = ("odoo.addons.preorder_campaign.", "odoo.addons.preorder_website.")
#: What says, in an answer that is well formed, that nothing was done.
_REFUSALS = ("closed", "refused", "error")


class AccessTableCase(PreorderHttpCommon, PaymentCommon):
    """Calls routes as everybody, and tells what each is answered."""

    #: What calls by RPC that are refused are called in this suite's answers.
    refusals = ("BadRequest", "AccessError", "UserError", "ValidationError")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        websites = cls.env["website"]
        cls.website = websites.search([], limit=1)
        cls.other_company = cls.env["res.company"].create({"name": "Other company"})
        cls.other_website = websites.create(
            {"name": "Other website", "company_id": cls.company.id}
        )
        cls.other_company_website = websites.create(
            {"name": "Other company", "company_id": cls.other_company.id}
        )
        cls.shop = cls.customer.partner_id.parent_id
        cls.users = {}
        for actor in ACTORS.values():
            if actor.make and actor.make not in cls.users:
                cls.users[actor.make] = getattr(cls, actor.make)()
        cls.seller = cls.users["_make_salesperson"]
        cls.shop.user_id = cls.seller
        cls.shop.preorder_agent_ids = cls.users["_make_agent"].partner_id
        cls._fill_assortment()
        cls._fill_forms()

    # Who calls

    @classmethod
    def _make_buyer(cls):
        return cls.customer

    @classmethod
    def _make_colleague(cls):
        return cls._make_login("Colleague", "colleague", cls.shop)

    @classmethod
    def _make_other_customer(cls):
        return cls._make_customer("Alpin", "alpin", cls.label)

    @classmethod
    def _make_stranger(cls):
        return cls.outsider

    @classmethod
    def _make_other_company_customer(cls):
        user = cls._make_customer("Overseas", "overseas", cls.label)
        user.write(
            {
                "company_ids": [Command.set(cls.other_company.ids)],
                "company_id": cls.other_company.id,
            }
        )
        return user

    @classmethod
    def _make_agent_of_others(cls):
        others = cls.outsider.partner_id.parent_id
        return cls._make_agent("Agent of others", "agent2", others)

    @classmethod
    def _make_internal(cls, login, *groups, **values):
        known = [
            group for group in groups if cls.env.ref(group, raise_if_not_found=False)
        ]
        return new_test_user(
            cls.env,
            login,
            password=login,
            groups=",".join(["base.group_user", *known]),
            **values,
        )

    @classmethod
    def _make_purchaser(cls):
        return cls._make_internal("paula", "purchase.group_purchase_user")

    @classmethod
    def _make_employee(cls):
        return cls._make_internal("emma")

    @classmethod
    def _make_salesperson(cls):
        return cls._make_internal("sally", "sales_team.group_sale_salesman")

    @classmethod
    def _make_other_salesperson(cls):
        return cls._make_internal("otto", "sales_team.group_sale_salesman")

    @classmethod
    def _make_other_company_salesperson(cls):
        return cls._make_internal(
            "olga",
            "sales_team.group_sale_salesman_all_leads",
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )

    # What they call

    @classmethod
    def _fill_assortment(cls):
        give_references(cls.jacket, "PAR")
        cls.variant = cls.jacket.product_variant_ids[0]
        cls.jacket.image_1920 = base64.b64encode(get_pixel())
        cls.document = cls.env["product.document"].create(
            {
                "name": "Care.txt",
                "datas": base64.b64encode(b"Wash cold"),
                "res_model": "product.template",
                "res_id": cls.jacket.id,
                "shown_on_product_page": True,
            }
        )

    @classmethod
    def _make_open_campaign(cls, name, code, confirmation):
        now = fields.Datetime.now()
        campaign = cls._make_campaign(
            name,
            code,
            date_start=now - timedelta(days=1),
            date_end=now + timedelta(days=10),
            confirmation=confirmation,
            website_id=cls.website.id,
        )
        campaign.action_open()
        return campaign

    @classmethod
    def _make_form(cls, campaign):
        answer = cls._save(
            cls, {cls.variant: 12}, campaign=campaign, now=fields.Datetime.now()
        )
        form = cls._get_form(cls, answer)
        form.user_id = cls.seller
        return form

    @classmethod
    def _make_quotation(cls, campaign):
        form = cls._make_form(campaign)
        return form, form._submit(fields.Datetime.now())

    @classmethod
    def _fill_forms(cls):
        """A campaign with a form that is being filled, and others with quotations."""
        cls.campaign.write(
            {"website_id": cls.website.id, "website_teaser": False, "show_stock": True}
        )
        cls.form = cls._make_form(cls.campaign)
        make = cls._make_open_campaign
        cls.signed, cls.quotation = cls._make_quotation(
            make("Sign", "S26", "signature")
        )
        _form, cls.clicked = cls._make_quotation(make("Click", "C26", "click"))
        _form, cls.paid = cls._make_quotation(make("Pay", "P26", "payment"))
        records = {
            "campaign": cls.campaign,
            "partner": cls.customer.partner_id,
            "form": cls.form,
            "submitted": cls.signed,
            "template": cls.jacket,
            "document": cls.document,
            "quotation": cls.quotation,
            "clicked": cls.clicked,
            "paid": cls.paid,
        }
        cls.ids = {name: record.id for name, record in records.items()}
        now = fields.Datetime.now()
        cls.total = cls.form._get_review(now)["totals"]["total"]

    # With which values

    def _get_products(self):
        return {"products": self.variant.ids}

    def _get_code(self):
        return {"code": self.variant.default_code}

    def _get_cells(self):
        variant = self.jacket.product_variant_ids[1]
        cell = {"product": variant.id, "date": None, "quantity": 3, "revision": 0}
        return {"batch": "batch-access-1", "cells": [cell]}

    def _get_tab(self):
        return {"tab": "tab-access-1"}

    def _get_submission(self):
        return {"reviewed_total": self.total, "details": {}}

    def _get_question(self):
        return {"message": "When does it come?"}

    def _get_again(self):
        return {
            "campaign": self.campaign.id,
            "mode": "add",
            "batch": "batch-access-2",
        }

    def _get_signature(self):
        return {"name": "Eva", "signature": SIGNATURE.decode()}

    def _get_payment(self):
        return {
            "provider_id": self.provider.id,
            "payment_method_id": self.payment_method_id,
            "token_id": None,
            "amount": self.paid._get_preorder_amount_due(down_payment=True),
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/my",
            "is_validation": False,
            "access_token": None,
        }

    def _get_workbook(self):
        variant = self.jacket.product_variant_ids[1]
        return make_workbook([["Code", "Quantity"], [variant.default_code, 5]])

    # How

    def _post(self, url, values, **options):
        return self.url_open(
            url,
            data={"csrf_token": Request.csrf_token(self), **values},
            allow_redirects=False,
            method="POST",
            **options,
        )

    def _upload(self, url, content):
        """Have a workbook read, then take it over."""
        file = {"file": ("order.xlsx", content)}
        choice = '{"sheet": "Sheet 1", "headings": 1, "code": 0, "quantity": 1}'
        answer = self._post(url, {"choice": choice}, files=file)
        if answer.status_code == 200 and "report" in answer.json():
            values = {
                "choice": choice,
                "fingerprint": answer.json()["report"]["fingerprint"],
                "batch": "batch-access-3",
            }
            answer = self._post(url, values, files=file)
        return answer

    def _ask(self, route):
        """Call a route.

        :return: what kind of answer it gives, before asking whether it did anything
        """
        url = route.url.format(**self.ids)
        values = getattr(self, route.values)() if route.values else {}
        if route.kind == "json":
            return self._judge_json(*self._call(url, **values))
        if route.kind == "upload":
            answer = self._upload(url, values)
        elif route.kind == "post":
            answer = self._post(url, values)
        else:
            # Core takes the slash at an address's end away: where that leads to.
            answer = self.url_open(url, allow_redirects=url.endswith("/"))
            if "/web/login" in answer.url:
                return SIGN_IN
        return self._judge_page(answer)

    def _judge_json(self, result, error):
        if not error:
            if result == "" or result is None:
                return NOT_THERE
            told = isinstance(result, dict) and any(map(result.get, _REFUSALS))
            return REFUSED if told else OK
        if error["code"] in (100, 404):
            return SIGN_IN if error["code"] == 100 else NOT_THERE
        name = error["data"]["name"]
        return REFUSED if name.rpartition(".")[2] in self.refusals else name

    def _judge_page(self, answer):
        status = answer.status_code
        if status in (301, 302, 303):
            target = answer.headers["Location"]
            if "/web/login" in target:
                return SIGN_IN
            return REFUSED if target.rpartition("/")[2] == "my" else OK
        if status == 200 and "application/json" in answer.headers["Content-Type"]:
            return self._judge_json(answer.json(), None)
        return {200: OK, 400: REFUSED, 403: REFUSED, 404: NOT_THERE}.get(status, status)

    def _read_state(self):
        """What stands in the tables, as one number each."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(" UNION ALL ").join(
                SQL(
                    "SELECT %s, COUNT(*), SUM(hashtextextended(t::text, 0)) FROM %s t",
                    table,
                    SQL.identifier(table),
                )
                for table in _TABLES
            )
        )

    def _get_changed(self, before):
        """The tables in which something else stands than before."""
        after = self._read_state()
        changed = [old[0] for old, new in zip(before, after, strict=True) if old != new]
        if changed:
            self.memory_changed = True
        return changed

    @contextmanager
    def _take_back(self):
        """Take back what is done to the database, and what memory knows of it."""
        savepoint = self.cr.savepoint()
        self.memory_changed = False
        try:
            yield
        finally:
            self.env.invalidate_all(flush=False)
            savepoint.close(rollback=True)
            if self.memory_changed:
                self.env.registry.clear_cache()

    def _check(self, actor, route, before):
        """Call a route and take back what it did."""
        with self._take_back():
            answer = self._ask(route)
            changed = self._get_changed(before)
        if answer == OK and route.writes and not changed:
            answer = REFUSED
        where = f"{actor}: {route.rule}"
        self.assertEqual(answer, route.get_answer(actor), where)
        if not (route.writes and answer == OK):
            self.assertFalse(changed, where)

    def _log_in_as(self, actor):
        login = self.users[actor.make].login if actor.make else None
        website = getattr(self, actor.website)
        self.authenticate(login, login, session_extra={"force_website_id": website.id})

    def _find_rules(self, addons):
        """The rules of all routes that addons answer, as they are declared.

        :param addons: beginnings of their modules' names
        """
        thread = threading.current_thread()
        with patch.object(thread, "dbname", self.cr.dbname, create=True):
            rules = list(self.env["ir.http"].routing_map().iter_rules())
        return {rule.rule for rule in rules if _is_of(rule.endpoint, addons)}


@tagged("post_install", "-at_install")
class TestAccessTable(AccessTableCase):
    """Every route, called by everybody."""

    #: For the report on reliability.
    figures = {"routes": len(ROUTES), "actors": len(ACTORS)}

    def test_every_route_answers_each_as_the_table_says(self):
        for name, actor in ACTORS.items():
            self.shop.preorder_own_forms_only = actor.kept_apart
            self.env.flush_all()
            self._log_in_as(actor)
            before = self._read_state()
            for route in ROUTES:
                with (
                    self.subTest(actor=name, route=route.rule),
                    mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"),
                ):
                    self._check(name, route, before)

    def test_the_table_has_every_route_and_no_other(self):
        listed = [route.rule for route in ROUTES]
        self.assertEqual(sorted(listed), sorted(self._find_rules(_ADDONS)))

    def test_customers_and_other_companies_change_nothing_by_rpc(self):
        targets = {
            "preorder.campaign": self.campaign | self.signed.campaign_id,
            "preorder.order": self.form | self.signed,
            "sale.order": self.quotation | self.clicked | self.paid,
        }
        actors = (
            "customer",
            "agent",
            "stranger",
            "employee",
            "purchaser",
            "other salesperson",
            "other company's salesperson",
        )
        before = self._read_state()
        for actor in actors:
            user = self.users[ACTORS[actor].make]
            for model, every in targets.items():
                for name in _get_public_methods(every):
                    for record in every:
                        with self.subTest(actor=actor, method=f"{model}.{name}"):
                            changed = self._call_as(user, record, name, before)
                            self.assertFalse(changed, f"{actor}: {model}.{name}")

    def _call_as(self, user, record, name, before):
        """Call a method by RPC and take back what it did: the tables it changed."""
        self.env.invalidate_all()
        record = record.with_env(self.env(user=user, su=False))
        with self._take_back(), mute_logger("odoo.addons.base.models.ir_rule"):
            try:
                get_public_method(record, name)(record)
            except (AccessError, MissingError, UserError):
                # A request that fails is taken back as a whole.
                return []
            return self._get_changed(before)


def _get_public_methods(records):
    """The methods of this suite that a browser can call on records, by name."""
    names = {
        name
        for cls in type(records).mro()
        if cls.__module__.startswith("odoo.addons.preorder_")
        for name, member in vars(cls).items()
        if callable(member) and not name.startswith("_")
    }
    return sorted(names - {"copy", "create", "default_get", "unlink", "write"})


def _is_of(endpoint, addons):
    """Whether a route is answered by one of some addons' methods, first or last.

    Routes of other addons of the suite are tested there.
    """
    method = endpoint.func
    return any(
        method.__name__ in vars(controller) and controller.__module__.startswith(addons)
        for controller in type(method.__self__).mro()
    )
