"""What is measured inside Odoo: submitting and pricing.

Run by ``odoo shell``.

Ours and core's peer take turns in one transaction, each undone by a savepoint.
"""

import json
import os

from odoo import fields
from odoo.fields import Command

from odoo.addons.preorder_bench.stopwatch import take_time, undone
from odoo.addons.preorder_campaign.models.preorder_pricing import Terms

ROUNDS = int(os.environ["BENCH_ROUNDS"])
#: Every path is measured with the eighth of its lines, too.
FEWER = 8
FORM, SMALL_FORM = "form1000", "form125"
PRODUCTS = 400
SIZES = 8
RULES = (400, 4000)
RESULT = "BENCH-INSIDE "


def get_content(order):
    """What a quotation says of goods and money."""
    amounts = order.amount_untaxed, order.amount_tax, order.amount_total
    return amounts, [
        (
            line.product_id,
            line.product_uom_qty,
            line.price_unit,
            line.discount,
            line.tax_ids,
            line.price_total,
        )
        for line in order.order_line.sorted("product_id")
    ]


def measure_submitting(env):
    """A form of 1,000 lines, and core making a quotation of the same lines."""
    form, small = (
        env["preorder.order"].search([("partner_id.name", "=", name)], limit=1)
        for name in (FORM, SMALL_FORM)
    )

    def submit():
        return form._submit(fields.Datetime.now())

    # The first time warms up what is kept per process.
    ours, _seconds, _queries = undone(env, lambda: get_content(submit()))
    lines = [
        # The tier's discount is typed in, in core.
        {"product_id": product.id, "product_uom_qty": quantity, "discount": discount}
        for product, quantity, _price, discount, _taxes, _total in ours[1]
    ]

    def create():
        return env["sale.order"].create(
            {
                "partner_id": form.partner_id.id,
                "order_line": [Command.create(dict(line)) for line in lines],
            }
        )

    def submit_eighth():
        return small._submit(fields.Datetime.now())

    times = {"ours": [], "peer": [], "eighth": [], "queries": 0, "lines": len(lines)}
    assert ours == undone(env, lambda: get_content(create()))[0]
    undone(env, submit_eighth)
    for _round in range(ROUNDS):
        for name, work in (
            ("ours", submit),
            ("eighth", submit_eighth),
            ("peer", create),
        ):
            _order, seconds, queries = undone(env, work)
            times[name].append(seconds)
            if name == "ours":
                times["queries"] = max(times["queries"], queries)
    return times


def make_price_world(env):
    """400 products of 8 sizes; pricelists with a rule or more for each product."""
    sizes = env["product.attribute"].create(
        {
            "name": "Bench size",
            "value_ids": [Command.create({"name": str(n)}) for n in range(SIZES)],
        }
    )
    templates = env["product.template"].create(
        [
            {
                "name": f"Priced product {number}",
                "list_price": 10 + number % 90 + 0.95,
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": sizes.id,
                            "value_ids": [Command.set(sizes.value_ids.ids)],
                        }
                    )
                ],
            }
            for number in range(PRODUCTS)
        ]
    )
    pricelists = {
        count: env["product.pricelist"].create(
            {
                "name": f"{count} rules",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": templates[number % PRODUCTS].id,
                            "min_quantity": 10 * (number // PRODUCTS),
                            "compute_price": "percentage",
                            "percent_price": 5 + number % 20,
                        }
                    )
                    for number in range(count)
                ],
            }
        )
        for count in RULES
    }
    return templates.product_variant_ids, pricelists


def measure_pricing(env):
    """Prices of 3,200 variants under 400 rules, of fewer, and under ten times."""
    with env.cr.savepoint() as savepoint:
        variants, pricelists = make_price_world(env)
        now = fields.Datetime.now()

        def get_ours(rules, count):
            pricelist = pricelists[rules]
            terms = Terms(env.company.id, pricelist.id, pricelist.currency_id.id, 0)
            return env["preorder.pricing"]._get_prices(
                dict.fromkeys(variants[:count], 1.0), terms=terms, date=now
            )

        few, many = RULES
        size = len(variants)
        cases = {
            "ours": lambda: get_ours(few, size),
            "quarter": lambda: get_ours(few, size // 4),
            "eighth": lambda: get_ours(few, size // FEWER),
            "rules": lambda: get_ours(many, size),
        }
        times = {name: [] for name in (*cases, "peer")}
        for number in range(ROUNDS + 1):
            for name, work in cases.items():
                prices, seconds, _queries = take_time(env, work)
                if number:
                    times[name].append(seconds)
                if name == "ours":
                    ours = prices
            # Core keeps nothing that would have to be warmed up.
            if number:
                peer, seconds, _queries = take_time(
                    env, lambda: pricelists[few]._get_products_price(variants, 1.0)
                )
                times["peer"].append(seconds)
        times["different"] = sum(
            abs(price - ours[product].unit * (1 - ours[product].discount / 100)) > 1e-9
            for product, price in peer.items()
        )
        savepoint.rollback()
    return times


MEASURED = {
    "submit": measure_submitting,
    "prices": measure_pricing,
}

print(  # noqa: T201 - read by the benchmark
    RESULT
    + json.dumps(
        {
            name: measure(env)  # noqa: F821
            for name, measure in MEASURED.items()
        }
    )
)
