"""The purchase plan over many lines, its growth, and its requests for quotation.

Run by ``odoo shell``, where ``env`` is given, in a database that is thrown away: lines
are loaded past Odoo, and what would slow loading down is taken off the table.
"""

import json
import os
import time
from datetime import timedelta
from functools import partial

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

from odoo.addons.preorder_bench.stopwatch import take_time, undone

ROUNDS = int(os.environ["BENCH_ROUNDS"])
BASKETS = os.environ["BENCH_BASKETS"]
ALL_LINES = int(os.environ.get("BENCH_LINES", "10000000"))
#: Campaigns among which the other lines are spread, and variants of each.
CAMPAIGNS = 90
VARIANTS = 2000
#: Variants of the plans that are brought up to date.
SIZES = (1000, 8000)
#: Lines of plans that are requested.
REQUESTED = (125, 1000)
VACUUMS = 30
RESULT = "BENCH-PLAN "


def clone(env, table, record_id, count, **changes):
    """Copy a row ``count`` times; return the ids.

    :param changes: column → SQL of its value; ``n`` is the copy's number from 1
    """
    columns = [
        name
        for (name,) in env.execute_query(
            SQL(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = %s AND column_name != 'id'",
                table,
            )
        )
    ]
    rows = env.execute_query(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s source, generate_series(1, %s) n"
            " WHERE source.id = %s ORDER BY n RETURNING id",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(
                changes.get(name, SQL("source.%s", SQL.identifier(name)))
                for name in columns
            ),
            SQL.identifier(table),
            count,
            record_id,
        )
    )
    return [row[0] for row in rows]


def make_products(env, count):
    """So many products of one variant, as copies of one that Odoo made."""
    sample = env["product.template"].create(
        {"name": "Planned", "is_storable": True, "list_price": 10.0}
    )
    env.flush_all()
    templates = clone(env, "product_template", sample.id, count)
    return clone(
        env,
        "product_product",
        sample.product_variant_id.id,
        count,
        product_tmpl_id=SQL("(%s::int[])[n]", templates),
        barcode=SQL("NULL"),
    )


def make_campaign(env, name):
    """A campaign that is open."""
    now = fields.Datetime.now()
    campaign = env["preorder.campaign"].create(
        {
            "name": name,
            "code": name.upper(),
            "date_start": now - timedelta(days=1),
            "date_end": now + timedelta(days=30),
            "for_everyone": True,
            "categ_ids": [Command.set(env["product.category"].search([]).ids)],
        }
    )
    campaign.action_open()
    return campaign


def prepare_table(env):
    """Take off what slows loading down, but what demand is read by."""
    for kind, name in env.execute_query(
        SQL(
            """
            SELECT 'constraint', conname FROM pg_constraint
             WHERE conrelid = 'sale_order_line'::regclass AND contype IN ('f', 'c')
         UNION ALL
            SELECT 'index', indexrelid::regclass::text FROM pg_index
             WHERE indrelid = 'sale_order_line'::regclass AND NOT indisprimary
               AND indexrelid::regclass::text NOT IN (
                   'sale_order_line_preorder_demand_index',
                   'sale_order_line_preorder_quoted_index'
               )
            """
        )
    ):
        if kind == "constraint":
            statement = SQL(
                "ALTER TABLE sale_order_line DROP CONSTRAINT %s", SQL.identifier(name)
            )
        else:
            statement = SQL("DROP INDEX %s", SQL.identifier(name))
        env.cr.execute(statement)


def load_lines(env, campaign, sale, variants):
    """A million confirmed lines of one campaign, from real baskets."""
    env.cr.execute(
        "CREATE TEMP TABLE basket (number int, quantity numeric, amount numeric)"
    )
    with open(BASKETS) as source:
        env.cr.copy_expert("COPY basket FROM STDIN", source)
    insert_lines(
        env,
        sale,
        SQL("basket"),
        SQL("%s", campaign.id),
        SQL("(%s::int[])[basket.number]", variants),
        SQL("basket.quantity"),
        SQL("basket.amount"),
    )
    [(count,)] = env.execute_query(SQL("SELECT COUNT(*) FROM basket"))
    env.cr.execute("DROP TABLE basket")
    return count


def insert_lines(env, sale, source, campaign, product, quantity, amount):
    """Insert confirmed lines."""
    env.cr.execute(
        SQL(
            """
            INSERT INTO sale_order_line (
                order_id, sequence, company_id, currency_id, order_partner_id,
                product_uom_id, state, name, price_unit, customer_lead, is_downpayment,
                preorder_campaign_id, product_id, product_uom_qty, price_subtotal)
            SELECT %s, 10, %s, %s, %s, %s, 'sale', '', 1, 0, FALSE, %s, %s, %s, %s
              FROM %s
            """,
            sale.id,
            sale.company_id.id,
            sale.currency_id.id,
            sale.partner_id.id,
            env.ref("uom.product_uom_unit").id,
            campaign,
            product,
            quantity,
            amount,
            source,
        )
    )


def select_raw(campaign):
    """The least SQL that adds up a campaign's confirmed lines."""
    return SQL(
        """
        SELECT product_id, SUM(product_uom_qty)::float8, SUM(price_subtotal)::float8,
               MIN(preorder_delivery_date)
          FROM sale_order_line
         WHERE preorder_campaign_id = %s AND state = 'sale'
      GROUP BY product_id
        """,
        campaign.id,
    )


def vacuum(env):
    """As the database does by itself once lines stand.

    Again while another transaction that began before the lines, such as one of the
    database's own, keeps them from counting as seen by all.
    """
    env.cr.commit()
    connection = env.cr.connection
    connection.autocommit = True
    seen = "SELECT relallvisible >= relpages FROM pg_class WHERE relname = %s"
    for _time in range(VACUUMS):
        env.cr.execute("VACUUM (ANALYZE) sale_order_line")
        env.cr.execute(seen, ["sale_order_line"])
        if env.cr.fetchone()[0]:
            break
        time.sleep(2)
    connection.autocommit = False


def compare_demand(env, plan, campaign):
    """Seconds of the plan's demand, and of the least SQL: the results are the same."""
    times = {"ours": [], "raw": []}
    raw = {}
    for number in range(ROUNDS + 1):
        demand, ours, _queries = take_time(env, plan._get_demand)
        rows, least, _queries = take_time(
            env, lambda: env.execute_query(select_raw(campaign))
        )
        if number:
            times["ours"].append(ours)
            times["raw"].append(least)
        raw = {row[0]: row[1:3] for row in rows}
    found = {
        product: (
            wanted.quantities["quantity_confirmed"],
            wanted.quantities["sales_confirmed"],
        )
        for (product, _place, _week), wanted in demand.items()
    }
    assert found.keys() == raw.keys(), (len(found), len(raw))
    for product, figures in found.items():
        for own, least in zip(figures, raw[product], strict=True):
            assert abs(own - least) < 1e-6 * max(1.0, abs(least)), (own, least)
    return times


def measure_demand(env):
    """A campaign of a million lines; one of a hundred among ten million lines."""
    customer = env["res.partner"].create({"name": "Planned", "is_company": True})
    big = make_campaign(env, "Million")
    sale = env["sale.order"].create({"partner_id": customer.id})
    sale.action_confirm()
    variants = make_products(env, 80_000)
    env.flush_all()
    prepare_table(env)
    lines = load_lines(env, big, sale, variants)
    vacuum(env)
    plan = env["preorder.purchase.plan"].create(
        {"campaign_ids": [Command.link(big.id)]}
    )
    result = {"million": compare_demand(env, plan, big), "lines": lines}
    campaigns = [make_campaign(env, f"C{n}") for n in range(CAMPAIGNS)]
    env.flush_all()
    left = ALL_LINES - lines
    insert_lines(
        env,
        sale,
        SQL("generate_series(1, %s) n", left),
        SQL("(%s::int[])[1 + n %% %s]", [c.id for c in campaigns], CAMPAIGNS),
        SQL(
            "(%s::int[])[1 + (n / %s) %% %s]", variants[:VARIANTS], CAMPAIGNS, VARIANTS
        ),
        SQL("1 + n %% 7"),
        SQL("10 * (1 + n %% 7)"),
    )
    vacuum(env)
    one = campaigns[CAMPAIGNS // 2]
    plan = env["preorder.purchase.plan"].create(
        {"campaign_ids": [Command.link(one.id)]}
    )
    result["ten_million"] = compare_demand(env, plan, one)
    result["one_campaign"] = left // CAMPAIGNS
    env.cr.execute("TRUNCATE sale_order_line CASCADE")
    env.cr.commit()
    return result


def make_plan(env, name, size):
    """A plan whose variants have suppliers, with quantity breaks and discounts."""
    campaign = make_campaign(env, name)
    suppliers = env["res.partner"].create(
        [
            {"name": f"{name} {n}", "is_company": True}
            for n in range(max(1, size // 200))
        ]
    )
    sample = env["product.template"].create({"name": name, "is_storable": True})
    env.flush_all()
    templates = clone(
        env,
        "product_template",
        sample.id,
        size,
        name=SQL("jsonb_build_object('en_US', %s || n)", name),
    )
    variants = clone(
        env,
        "product_product",
        sample.product_variant_id.id,
        size,
        product_tmpl_id=SQL("(%s::int[])[n]", templates),
        default_code=SQL("%s || n", name),
        barcode=SQL("NULL"),
    )
    seller = env["product.supplierinfo"].create(
        {"product_tmpl_id": sample.id, "partner_id": suppliers[0].id, "price": 1}
    )
    env.flush_all()
    for minimum in (1, 20):
        clone(
            env,
            "product_supplierinfo",
            seller.id,
            size,
            product_tmpl_id=SQL("(%s::int[])[n]", templates),
            product_id=SQL("NULL"),
            partner_id=SQL("(%s::int[])[1 + n %% %s]", suppliers.ids, len(suppliers)),
            min_qty=SQL("%s", minimum),
            price=SQL("5 + n %% 13 - %s::float8 / 20", minimum),
            discount=SQL("n %% 4 * 2.5"),
            delay=SQL("n %% 30"),
            product_code=SQL("'S' || n"),
        )
    customer = env["res.partner"].create({"name": name, "is_company": True})
    sale = env["sale.order"].create({"partner_id": customer.id})
    env.flush_all()
    insert_lines(
        env,
        sale,
        SQL("generate_series(1, %s) n", 3 * size),
        SQL("%s", campaign.id),
        SQL("(%s::int[])[1 + n %% %s]", variants, size),
        SQL("1 + n %% 11"),
        SQL("10 * (1 + n %% 11)"),
    )
    env.invalidate_all()
    return env["preorder.purchase.plan"].create(
        {"campaign_ids": [Command.link(campaign.id)]}
    )


def get_columns(order):
    """Every stored column of an order's lines and its own, but what says which."""
    order.env.flush_all()
    result = []
    for table, records in (
        ("purchase_order", order),
        ("purchase_order_line", order.order_line.sorted("id")),
    ):
        rows = order.env.execute_query_dict(
            SQL(
                "SELECT * FROM %s WHERE id = ANY(%s) ORDER BY id",
                SQL.identifier(table),
                records.ids,
            )
        )
        own = {"id", "order_id", "create_date", "write_date", "origin", "access_token"}
        if table == "purchase_order":
            own.add("name")
        result += [
            {
                name: value
                for name, value in row.items()
                if name not in own and not name.startswith("preorder_")
            }
            for row in rows
        ]
    taxes = [sorted(line.tax_ids.ids) for line in order.order_line.sorted("id")]
    return result, taxes


def measure_requests(env, plan, small):
    """Requests of 1,000 lines, core making the same ones, and ours of an eighth."""
    for each in (plan, small):
        each._update_lines()
    lines = plan.line_ids
    times = {"ours": [], "peer": [], "small": [], "queries": 0, "lines": len(lines)}
    for number in range(ROUNDS + 1):
        _action, few, _queries = undone(env, lambda: small._order_lines(small.line_ids))
        with env.cr.savepoint() as savepoint:
            _action, seconds, queries = take_time(env, lambda: plan._order_lines(lines))
            orders = plan.purchase_order_ids.sorted("id")
            ours = [get_columns(order) for order in orders]
            wanted = [
                {
                    "partner_id": order.partner_id.id,
                    "currency_id": order.currency_id.id,
                    "user_id": order.user_id.id,
                    "date_order": order.date_order,
                    "picking_type_id": order.picking_type_id.id,
                    "fiscal_position_id": order.fiscal_position_id.id,
                    "payment_term_id": order.payment_term_id.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": line.product_id.id,
                                "product_qty": line.product_qty,
                                "product_uom_id": line.product_uom_id.id,
                            }
                        )
                        for line in order.order_line.sorted("id")
                    ],
                }
                for order in orders
            ]
            savepoint.rollback()
            env.invalidate_all()
        with env.cr.savepoint() as savepoint:
            made, peer, _queries = take_time(
                env, partial(env["purchase.order"].create, wanted)
            )
            # A form asks for the price once more, of the quantity typed in.
            for line in made.order_line:
                line._compute_price_unit_and_date_planned_and_name()
            theirs = [get_columns(order) for order in made.sorted("id")]
            savepoint.rollback()
            env.invalidate_all()
        assert ours == theirs
        if number:
            times["ours"].append(seconds)
            times["peer"].append(peer)
            times["small"].append(few)
            times["queries"] = queries
    return times


def measure_growth(env, plans):
    """Bringing plans up to date, and again: of each size in turns.

    :param plans: size → plan
    :return: dict of size → seconds of the ``first`` time and ``again``
    """
    times = {size: {"first": [], "again": []} for size in plans}
    for _round in range(ROUNDS):
        for size, plan in plans.items():
            with env.cr.savepoint() as savepoint:
                for which in ("first", "again"):
                    _none, seconds, _queries = take_time(env, plan._update_lines)
                    times[size][which].append(seconds)
                savepoint.rollback()
                env.invalidate_all()
    return times


def measure(env):
    """Everything; nobody needs the lines of one part in the next."""
    env = env(context={**env.context, "tracking_disable": True})
    plans = {size: make_plan(env, f"Grow{size}", size) for size in {*SIZES, *REQUESTED}}
    env.cr.commit()
    few, many = REQUESTED
    return {
        "growth": measure_growth(env, {size: plans[size] for size in SIZES}),
        "requests": measure_requests(env, plans[many], plans[few]),
        "demand": measure_demand(env),
    }


print(RESULT + json.dumps(measure(env)))  # noqa: F821, T201 - the shell's env
