"""What suppliers ask, and what is on its way from them."""

import itertools
from datetime import datetime, time, timedelta

from odoo.fields import Command

from .catalogue import ITEMS

#: Beginning of a product code → supplier, its code, days to deliver
SOURCES = {
    "KF-108": ("nemunas", "NK", 35),
    "KF-11": ("serra", "SA", 60),
    "KF": ("mekong", "MS", 110),
    "TH": ("mekong", "MS", 90),
    "ML": ("nemunas", "NK", 30),
    "GW": ("serra", "SA", 45),
    "HW": ("serra", "SA", 40),
}
#: A second source for some, at another price.
SECOND_SOURCES = {
    "KF-108": ("mekong", "MS", 115, 0.93),
    "GW-205": ("mekong", "MS", 105, 0.9),
}
#: Part of the cost price from a quantity on.
BREAKS = ((1, 1.0), (100, 0.95), (400, 0.9))
#: What comes in packs.
MULTIPLES = {"ML-411": 12, "GW-205": 5, "HW-3010": 10, "HW-3110": 12, "GW-2110": 12}

#: The least that a supplier delivers for, in the company's currency.
MINIMUM_AMOUNTS = {"mekong": 5000.0, "serra": 2500.0, "nemunas": 750.0}

#: Supplier, products, days since the order, days until the goods arrive
ON_THEIR_WAY = (
    ("mekong", ("KF-1020", "KF-1021", "KF-1050"), 55, 24),
    ("serra", ("GW-2010", "GW-2120", "HW-3020"), 18, 26),
    ("nemunas", ("ML-4010", "ML-4110", "ML-4120"), 9, 20),
    ("mekong", ("TH-5020", "TH-5021", "TH-5060"), 30, 61),
)


def plan(trade):
    """Let the purchaser look at what the campaigns bring in."""
    campaigns = trade.env["preorder.campaign"].search([("kind", "=", "preorder")])
    campaigns.purchase_user_id = trade.users["pim"]
    for campaign in campaigns.filtered(
        lambda campaign: (
            campaign.state in ("open", "closed") and campaign.date_start < trade.now
        )
    ):
        campaign._get_purchase_plan().action_update()


def _find(table, code):
    prefix = max((key for key in table if code.startswith(key)), key=len, default=None)
    return table.get(prefix)


def order(trade):
    """Agree on prices with the suppliers, and order from them."""
    _agree_prices(trade)
    for supplier, amount in MINIMUM_AMOUNTS.items():
        trade.partners[supplier].purchase_minimum_amount = amount
    _send_orders(trade)


def _agree_prices(trade):
    values = []
    for item in ITEMS:
        template = trade.products[item.code]
        if template.type == "service":
            continue
        sources = [(*_find(SOURCES, item.code), 1.0)]
        second = _find(SECOND_SOURCES, item.code)
        if second:
            sources.append(second)
        for priority, (supplier, prefix, days, factor) in enumerate(sources, 1):
            partner = trade.partners[supplier]
            currency = partner.property_purchase_currency_id
            rate = 1.09 if currency.name == "USD" else 1.0
            steps = BREAKS[:2] if item.price > 150 else BREAKS
            multiple = _find(MULTIPLES, item.code) or 0
            for quantity, part in steps:
                values.append(
                    {
                        "partner_id": partner.id,
                        "product_tmpl_id": template.id,
                        "sequence": priority,
                        "min_qty": quantity,
                        "price": round(item.cost * part * factor * rate, 2),
                        "currency_id": currency.id,
                        "delay": days,
                        "product_code": f"{prefix}.{item.code[3:]}",
                        "product_name": _supplier_name(item),
                        "order_multiple": multiple,
                    }
                )
    trade.env["product.supplierinfo"].create(values)


def _supplier_name(item):
    """What the factory calls it: what it is, not what we sell it as."""
    name = item.name.split(",")[0]
    words = name.split(" ")
    return " ".join(words[1:] if len(words) > 2 and not words[0].isupper() else words)


def _send_orders(trade):
    env = trade.env
    orders = env["purchase.order"].with_user(trade.users["pim"]).sudo()
    for supplier, codes, ago, ahead in ON_THEIR_WAY:
        variants = itertools.chain.from_iterable(
            trade.products[code].product_variant_ids for code in codes
        )
        arrival = datetime.combine(trade.today + timedelta(days=ahead), time(10))
        orders |= orders.create(
            {
                "partner_id": trade.partners[supplier].id,
                "user_id": trade.users["pim"].id,
                "date_order": trade.now - timedelta(days=ago),
                "partner_ref": f"SO{trade.chance.randint(10000, 99999)}",
                "order_line": [
                    Command.create(
                        {
                            "product_id": variant.id,
                            "product_qty": (4 if variant.list_price > 100 else 12)
                            * trade.chance.randint(1, 6),
                            "date_planned": arrival,
                        }
                    )
                    for variant in variants
                ],
            }
        )
    orders.button_confirm()
    for each, (_supplier, _codes, ago, _ahead) in zip(
        orders, ON_THEIR_WAY, strict=True
    ):
        each.write({"date_approve": trade.now - timedelta(days=ago - 1)})
