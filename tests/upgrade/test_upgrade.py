"""A database of the first version becomes one of this version, with all its data.

``first_version.tar.xz`` holds the addons of the first version, without tests, pictures
of the description and tests of JavaScript: a clone need not have the history. It was
made with ``git archive``; `fill.py` runs in a shell of it.
"""

import tarfile
from pathlib import Path

import pytest
from installation import databases
from installation.test_installation import SELL, UNINSTALL, get_installed

from odoo.tools import config

HERE = Path(__file__).parent
ADDONS = ("preorder_campaign", "preorder_website", "preorder_purchase_plan")

#: What people entered and agreed: the same before and after.
KEPT = {
    "campaigns": "SELECT name->>'en_US', code, state, date_start, date_end,"
    " for_everyone, prepayment_percent FROM preorder_campaign ORDER BY id",
    "tiers": "SELECT campaign_id, name->>'en_US', target_amount, discount"
    " FROM preorder_tier ORDER BY id",
    "forms": "SELECT name, campaign_id, partner_id, customer_company_id, state,"
    " pricelist_id, sale_order_id, date_submitted FROM preorder_order ORDER BY id",
    "cells": "SELECT order_id, product_id, delivery_date, quantity, price_unit,"
    " base_discount, revision, changed_by_id, changed_at, channel"
    " FROM preorder_order_line ORDER BY id",
    "answers": "SELECT batch, campaign_id, user_id, answer::text"
    " FROM preorder_save_batch ORDER BY id",
    "quotations": "SELECT name, state, partner_id, amount_untaxed, amount_tax,"
    " amount_total, require_signature, require_payment FROM sale_order ORDER BY id",
    "lines": "SELECT order_id, product_id, product_uom_qty, price_unit, discount,"
    " price_subtotal FROM sale_order_line ORDER BY id",
    "plans": "SELECT name, company_id FROM preorder_purchase_plan ORDER BY id",
    "demand": "SELECT plan_id, product_id, quantity_confirmed"
    " FROM preorder_purchase_plan_line ORDER BY product_id",
    "purchases": "SELECT name, state, partner_id, amount_total FROM purchase_order"
    " ORDER BY id",
}

#: What a database that was upgraded has like one that is new.
ALIKE = {
    "columns": "SELECT table_name, column_name, data_type, is_nullable"
    " FROM information_schema.columns"
    " WHERE table_name LIKE '%preorder%' OR column_name LIKE '%preorder%'",
    "constraints": "SELECT conrelid::regclass::text, conname,"
    " pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE conrelid::regclass::text LIKE '%preorder%' AND contype <> 'n'",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes"
    " WHERE tablename LIKE '%preorder%' OR indexdef LIKE '%preorder%'",
    "functions": "SELECT proname, md5(prosrc) FROM pg_proc"
    " WHERE proname LIKE 'preorder%'",
    "views": "SELECT viewname, definition FROM pg_views"
    " WHERE viewname LIKE 'preorder%'",
    "records": "SELECT module, name, model FROM ir_model_data"
    " WHERE module LIKE 'preorder%'",
    "rules": "SELECT data.name, domain_force, active FROM ir_rule"
    "  JOIN ir_model_data data ON data.model = 'ir.rule' AND res_id = ir_rule.id"
    " WHERE module LIKE 'preorder%'",
    "mails": "SELECT data.name, subject->>'en_US', body_html->>'en_US'"
    " FROM mail_template"
    "  JOIN ir_model_data data"
    "    ON data.model = 'mail.template' AND res_id = mail_template.id"
    " WHERE module LIKE 'preorder%'",
    "scheduled actions": "SELECT data.name, server.code, active FROM ir_cron"
    "  JOIN ir_act_server server ON server.id = ir_actions_server_id"
    "  JOIN ir_model_data data ON data.model = 'ir.cron' AND res_id = ir_cron.id"
    " WHERE module LIKE 'preorder%'",
}

#: A database of that time has not heard of the addons that came later.
FORGET = """
modules = env["ir.module.module"]
names = %r
modules.search([("name", "in", names)]).unlink()
modules.update_list()
env.cr.commit()
print("FORGOTTEN", modules.search_count([("name", "in", names)]))
"""

WORK_ON = """
form = env["preorder.order"].search([("state", "=", "draft")])
product = form.line_ids[0].product_id
answer = env["preorder.save.batch"]._save(
    form.campaign_id, form.partner_id, form, "new-batch",
    [{"product": product.id, "date": None, "quantity": 7, "revision": 1}],
    channel="website", now=form.campaign_id._now(),
)
form._submit(form.campaign_id._now())
form.sale_order_id.action_confirm()
plan = form.campaign_id.purchase_plan_ids
plan.action_update()
print("WORKED ON", answer["cells"][0]["status"], form.state,
      sum(plan.line_ids.mapped("quantity_missing")))
"""


def ask(database, questions):
    """Answers by name, as sorted rows or in the question's own order."""
    return {
        name: databases.query(database, question)
        for name, question in questions.items()
    }


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory):
    """A database that began with the first version; what it held before and after."""
    folder = tmp_path_factory.mktemp("first_version")
    with tarfile.open(HERE / "first_version.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    own = HERE.parents[1] / "addons"
    names = sorted(each.name for each in own.iterdir() if each.is_dir())
    paths = [path for path in config["addons_path"] if path != str(own)]
    first = f"--addons-path={','.join([str(folder / 'addons'), *paths])}"
    with databases.copy_of_template("preorder_upgrade") as database:
        log = databases.run_odoo(database, "shell", first, script=FORGET % names)
        assert f"FORGOTTEN {len(list((folder / 'addons').iterdir()))}" in log
        databases.run_odoo(database, "-i", ",".join(ADDONS), first, "--stop-after-init")
        fill = (HERE / "fill.py").read_text()
        assert "FILLED 9 3" in databases.run_odoo(database, "shell", first, script=fill)
        before = ask(database, KEPT)
        databases.run_odoo(database, "-u", ",".join(ADDONS), "--stop-after-init")
        yield database, before, ask(database, KEPT)


def test_all_data_are_kept(upgraded):
    _database, before, after = upgraded
    for name, rows in before.items():
        assert rows, name
        assert after[name] == rows, name


def test_the_database_is_like_a_new_one(upgraded):
    database, _before, _after = upgraded
    with databases.copy_of_template("preorder_upgrade_new") as new:
        databases.run_odoo(new, "-i", ",".join(ADDONS), "--stop-after-init")
        expected = ask(new, ALIKE)
    found = ask(database, ALIKE)
    for name, rows in expected.items():
        if name == "records":
            # Besides what is there for each record that was made since.
            assert set(rows) <= set(found[name]), name
        else:
            assert sorted(map(str, found[name])) == sorted(map(str, rows)), name


def test_a_form_of_old_is_filled_submitted_and_planned(upgraded):
    database, _before, _after = upgraded
    output = databases.run_odoo(database, "shell", script=WORK_ON)
    # Of the confirmed form, all was bought; of this one, 7 + 3 + 4.
    assert "WORKED ON stored confirmed 14.0" in output


def test_uninstalling_afterwards_leaves_odoo_working(upgraded):
    database, _before, _after = upgraded
    for addon in reversed(ADDONS):
        databases.run_odoo(database, "shell", script=UNINSTALL.format(name=addon))
    assert not get_installed(database) & set(ADDONS)
    output = databases.run_odoo(database, "shell", script=SELL)
    assert "STILL SELLING sale 20.0" in output
