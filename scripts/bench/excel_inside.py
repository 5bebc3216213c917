"""2,000 rows of a workbook taken over; 3,200 variants exported.

Run by ``odoo shell``, where ``env`` is given.
"""

import io
import json
import os

import openpyxl

from odoo import fields

from odoo.addons.preorder_bench.stopwatch import undone
from odoo.addons.preorder_website.controllers.guard import Filling
from odoo.addons.preorder_website.xlsx_export import Options

ROWS = 2000
VARIANTS = 3200
ROUNDS = int(os.environ["BENCH_ROUNDS"])
#: The path is measured with the eighth of the rows, too.
FEWER = 8
FORM = "form10"
RESULT = "BENCH-EXCEL "


def get_filling(env):
    """A customer who fills a form, as the website's guard gives it."""
    user = env["res.users"].search([("login", "=", FORM)], limit=1)
    env = env(user=user, su=True)
    order = env["preorder.order"].search(
        [("partner_id", "=", user.partner_id.id)], limit=1
    )
    return Filling(
        campaign=order.campaign_id.with_context(preorder_now=fields.Datetime.now()),
        order=order,
        partner=order.partner_id,
        channel="website",
        can_edit=True,
        by_office=False,
    )


def make_workbook(variants):
    """A table of codes and quantities, as customers make them."""
    book = openpyxl.Workbook()
    book.active.append(["Code", "Description", "Quantity"])
    for number, variant in enumerate(variants):
        book.active.append([variant.default_code, variant.display_name, 1 + number % 9])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def measure(env):
    """Report and taking over, as often as said; then exports."""
    with env.cr.savepoint() as savepoint:
        filling = get_filling(env)
        env = filling.campaign.env
        variants = env["product.product"].search(
            filling.campaign._get_assortment_domain(), order="id"
        )
        for number, variant in enumerate(variants):
            variant.default_code = f"BENCH-{number:05}"
        workbooks = {
            rows: make_workbook(variants[-rows:]) for rows in (ROWS, ROWS // FEWER)
        }
        choice = {"sheet": "Sheet", "headings": 1, "code": 0, "quantity": 2}
        importing = env["preorder.excel.import"]
        now = fields.Datetime.now()

        def take_rows(rows):
            """Report so many rows, and take them over: seconds of both, queries."""
            content = workbooks[rows]
            report, seconds, _queries = undone(
                env, lambda: importing._read(filling, content, choice, now)["report"]
            )
            assert report["counts"]["new"] == rows, report["counts"]
            answer, more, queries = undone(
                env,
                lambda: importing._take_over(
                    filling,
                    content,
                    choice,
                    now,
                    fingerprint=report["fingerprint"],
                    leave_out=False,
                    batch="bench-attempt",
                    filename="bench.xlsx",
                ),
            )
            assert answer.get("taken") == rows, answer
            return seconds, more, queries

        times = {"report": [], "taking": [], "eighth": [], "queries": 0, "export": []}
        for number in range(ROUNDS + 1):
            seconds, more, queries = take_rows(ROWS)
            few_seconds, few_more, _queries = take_rows(ROWS // FEWER)
            # The first time warms up what is kept per process.
            if number:
                times["report"].append(seconds)
                times["taking"].append(more)
                times["queries"] = queries
                times["eighth"].append(few_seconds + few_more)
        # As many variants as the figure says.
        (variants - variants[:VARIANTS]).action_archive()
        for number in range(ROUNDS + 1):
            _file, seconds, _queries = undone(
                env,
                lambda: env["preorder.excel.export"]._export(
                    filling, Options(flat=True, prices=True)
                ),
            )
            if number:
                times["export"].append(seconds)
        savepoint.rollback()
    return times


print(RESULT + json.dumps(measure(env)))  # noqa: F821, T201 - the shell's env
