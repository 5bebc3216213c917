"""What customers pay."""

from odoo.fields import Command

#: Category → discount of retail partners on the trade price, in percent
RETAIL_TERMS = {
    "Outdoor Clothing": 12.0,
    "Footwear": 10.0,
    "Camp & Trail": 8.0,
    "Layers & Accessories": 15.0,
}
#: Product → (from this quantity, fixed price) for key accounts
KEY_ACCOUNT_PRICES = {
    "GW-2010": ((1, 69.50), (50, 66.00)),
    "GW-2050": ((1, 18.95), (100, 17.50)),
    "GW-2051": ((1, 10.95), (100, 9.95), (250, 9.25)),
    "GW-2120": ((1, 76.00),),
    "HW-3010": ((1, 7.25), (200, 6.40)),
    "KF-1020": ((1, 142.00),),
    "ML-4111": ((1, 9.95), (60, 9.25)),
}


def set_up(trade):
    """Make the pricelists: trade prices, and two that are better."""
    env = trade.env
    euro = env.ref("base.EUR").id
    trade.pricelists["Trade prices"] = env["product.pricelist"].create(
        {"name": "Trade prices", "currency_id": euro, "sequence": 1}
    )
    categories = env["product.category"].search([("name", "in", list(RETAIL_TERMS))])
    trade.pricelists["Retail partners"] = env["product.pricelist"].create(
        {
            "name": "Retail partners",
            "currency_id": euro,
            "sequence": 2,
            "item_ids": [
                Command.create(
                    {
                        "applied_on": "2_product_category",
                        "categ_id": category.id,
                        "compute_price": "formula",
                        "base": "list_price",
                        "price_discount": RETAIL_TERMS[category.name],
                        "price_round": 0.05,
                    }
                )
                for category in categories
            ],
        }
    )
    trade.pricelists["Key accounts"] = env["product.pricelist"].create(
        {
            "name": "Key accounts",
            "currency_id": euro,
            "sequence": 3,
            "item_ids": [
                Command.create(
                    {
                        "applied_on": "1_product",
                        "product_tmpl_id": trade.products[code].id,
                        "compute_price": "fixed",
                        "min_quantity": quantity,
                        "fixed_price": price,
                    }
                )
                for code, steps in KEY_ACCOUNT_PRICES.items()
                for quantity, price in steps
            ]
            + [
                Command.create(
                    {
                        "applied_on": "3_global",
                        "compute_price": "percentage",
                        "min_quantity": quantity,
                        "percent_price": percent,
                    }
                )
                for quantity, percent in ((0, 12.5), (25, 15.0), (100, 18.0))
            ],
        }
    )
    trade.pricelists["Own shops"] = env["product.pricelist"].create(
        {
            "name": "Own shops",
            "currency_id": euro,
            "sequence": 4,
            "item_ids": [
                Command.create({"compute_price": "fixed", "fixed_price": 0.0})
            ],
        }
    )
