"""What lies in the warehouse."""

from .catalogue import ITEMS


def count(trade):
    """Put goods into stock: what sells all year, and what is left of last season.

    Next season's novelties are not there yet, and some sizes are sold out.
    """
    env = trade.env
    location = (
        env["stock.warehouse"]
        .search([("company_id", "=", env.company.id)], limit=1)
        .lot_stock_id
    )
    quants = []
    for item in ITEMS:
        template = trade.products[item.code]
        if template.type == "service" or "New" in item.tags:
            continue
        most = 90 if item.season == "A" else 24
        if item.price > 150:
            most //= 3
        for variant in template.product_variant_ids:
            if trade.chance.random() < 0.6:
                continue
            quants.append(
                {
                    "product_id": variant.id,
                    "location_id": location.id,
                    "inventory_quantity": trade.chance.randint(1, most),
                }
            )
    env["stock.quant"].with_context(inventory_mode=True).create(
        quants
    ).action_apply_inventory()
