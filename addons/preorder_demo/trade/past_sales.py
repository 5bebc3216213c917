"""One year of sales, as the customers' own past orders."""

from datetime import datetime, time, timedelta

from odoo.fields import Command

from odoo.addons.preorder_campaign.models.preorder_pricing import Terms

from .calendar import season_demand
from .catalogue import ITEMS

ORDERS = 150
#: Customer → (how often it orders, size of its orders, brands it buys)
HABITS = {
    "carla": (10, 1.0, {"KF": 6, "ML": 4, "TH": 3}),
    "claire": (8, 0.9, {"KF": 6, "ML": 3, "TH": 4}),
    "helga": (4, 1.6, {"KF": 6, "ML": 4, "TH": 2}),
    "bruno": (6, 1.1, {"KF": 6, "ML": 4, "TH": 2}),
    "sepp": (5, 0.9, {"KF": 7, "ML": 3, "TH": 1}),
    "vroni": (5, 0.9, {"KF": 5, "ML": 5, "TH": 2}),
    "harm": (4, 1.8, {"GW": 6, "HW": 4}),
    "geert": (6, 1.3, {"GW": 6, "HW": 3, "ML": 1}),
    "anneke": (5, 1.0, {"GW": 6, "HW": 3}),
    "lieuwe": (5, 1.1, {"GW": 5, "HW": 4}),
    "lucie": (6, 0.8, {"KF": 4, "ML": 2, "TH": 6}),
    "maeve": (7, 0.9, {"KF": 6, "ML": 4, "TH": 2}),
    "toni": (7, 0.9, {"KF": 7, "ML": 3, "TH": 3}),
    "freja": (6, 1.2, {"GW": 5, "HW": 5}),
    "joern": (8, 1.7, {"GW": 6, "HW": 4, "ML": 1}),
    "daan": (6, 2.2, {"GW": 4, "HW": 6}),
    "gerda": (5, 0.9, {"GW": 4, "HW": 4}),
}
#: How often each size sells; what is not listed sells like a middle size.
POPULAR = {
    "XS": 0.4, "S": 0.8, "M": 1.6, "L": 1.8, "XL": 1.3, "XXL": 0.7, "3XL": 0.35,
    "4XL": 0.2,
}  # fmt: skip
TYPICAL = (1, 2, 2, 3, 3, 4, 4, 5, 6, 6, 8, 10, 12)


def sell(trade):
    """Create, confirm and deliver the past year's orders.

    They were delivered and invoiced before this system was in use: their lines say so,
    without the deliveries and invoices themselves.
    """
    env = trade.env
    dates = sorted(_choose_date(trade) for _order in range(ORDERS))
    orders = (
        env["sale.order"]
        .with_user(trade.users["sanne"])
        .sudo()
        .create([_prepare_order(trade, moment) for moment in dates])
    )
    orders.with_context(skip_procurement=True, send_email=False).action_confirm()
    for order, moment in zip(orders, dates, strict=True):
        order.date_order = moment
    env.flush_all()
    env.cr.execute(
        """
        UPDATE sale_order_line
           SET qty_delivered = product_uom_qty,
               qty_invoiced = product_uom_qty,
               qty_to_invoice = 0,
               invoice_status = 'invoiced'
         WHERE order_id IN %s
        """,
        (tuple(orders.ids),),
    )
    env.cr.execute(
        """
        UPDATE sale_order
           SET invoice_status = 'invoiced',
               delivery_status = 'full',
               locked = true,
               effective_date = commitment_date
         WHERE id IN %s
        """,
        (tuple(orders.ids),),
    )
    env.invalidate_all()


def _choose_date(trade):
    """A working day of the past year."""
    day = trade.today - timedelta(days=trade.chance.randint(6, 366))
    if day.weekday() > 4:
        day -= timedelta(days=2)
    return datetime.combine(
        day, time(trade.chance.randint(7, 16), trade.chance.randint(0, 59))
    )


def _prepare_order(trade, moment):
    chance = trade.chance
    login = chance.choices(
        list(HABITS), weights=[habit[0] for habit in HABITS.values()]
    )[0]
    _often, size, brands = HABITS[login]
    lines = _choose_lines(trade, moment, size, brands)
    company = trade.env.company
    pricelist = trade.partners[login].property_product_pricelist
    # an order's lines priced together, which Odoo would do one by one
    prices = trade.env["preorder.pricing"]._get_prices(
        lines,
        terms=Terms(company.id, pricelist.id, company.currency_id.id, False),
        date=moment,
    )
    return {
        "partner_id": trade.partners[login].id,
        "user_id": trade.users["sanne"].id,
        "date_order": moment,
        "commitment_date": moment + timedelta(days=chance.randint(2, 6)),
        "client_order_ref": f"PO-{chance.randint(1000, 9999)}",
        "order_line": [
            Command.create(
                {
                    "product_id": variant.id,
                    "product_uom_qty": quantity,
                    "price_unit": prices[variant.id].unit,
                    "technical_price_unit": prices[variant.id].unit,
                    "discount": prices[variant.id].discount,
                }
            )
            for variant, quantity in lines.items()
        ],
    }


def _choose_lines(trade, moment, size, brands):
    """Some products of the season, each in several sizes and colours."""
    chance = trade.chance
    items = [item for item in ITEMS if item.code[:2] in brands and item.published]
    weights = [
        brands[item.code[:2]]
        * season_demand(item.season, moment.month)
        * (2 if "Bestseller" in item.tags else 1)
        for item in items
    ]
    wanted = chance.randint(8, 17)
    lines = {}
    while len(lines) < wanted:
        item = chance.choices(items, weights=weights)[0]
        variants = list(trade.products[item.code].product_variant_ids)
        for variant in chance.sample(
            variants, min(len(variants), chance.randint(2, 6))
        ):
            names = variant.product_template_attribute_value_ids.mapped("name")
            popular = min((POPULAR.get(name, 1.0) for name in names), default=1.0)
            quantity = round(chance.choice(TYPICAL) * size * popular)
            if quantity and len(lines) < wanted:
                lines[variant] = quantity
    return lines
