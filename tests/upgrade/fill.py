# Runs in the shell of a database with the suite's first version: a campaign with a form
# that is being filled, one that waits for the customer, one that is confirmed, and a
# plan with its purchases.
# ruff: noqa: F821, T201
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

now = fields.Datetime.now()
supplier = env["res.partner"].create({"name": "Old Supplier", "is_company": True})
products = env["product.product"].create(
    [
        {
            "name": f"Old {number}",
            "list_price": 10.0 + number,
            "is_storable": True,
            "barcode": f"OLD-{number}",
            "seller_ids": [Command.create({"partner_id": supplier.id, "price": 4.0})],
        }
        for number in range(3)
    ]
)
partners = env["res.partner"].create(
    [{"name": f"Old Customer {number}", "is_company": True} for number in range(3)]
)
campaign = env["preorder.campaign"].create(
    {
        "name": "Old Season",
        "code": "OLD",
        "date_start": now - timedelta(days=1),
        "date_end": now + timedelta(days=30),
        "product_ids": [Command.set(products.ids)],
        "for_everyone": True,
        "tier_ids": [
            Command.create({"name": "Five", "target_amount": 50.0, "discount": 5.0})
        ],
    }
)
campaign.action_open()
orders = env["preorder.order"]
for partner in partners:
    form = orders._start(campaign, partner)
    env["preorder.save.batch"]._save(
        campaign,
        partner,
        form,
        f"old-batch-{partner.id}",
        [
            {
                "product": product.id,
                "date": None,
                "quantity": 2 + number,
                "revision": 0,
            }
            for number, product in enumerate(products)
        ],
        channel="website",
        now=now,
    )
    orders += form
for form in orders[1:]:
    form._submit(now)
orders[2].sale_order_id.action_confirm()
plan = env["preorder.purchase.plan"].create(
    {"campaign_ids": [Command.link(campaign.id)]}
)
plan.action_update()
plan.action_create_purchase_orders()
env.cr.commit()
print("FILLED", len(orders.line_ids), len(plan.line_ids))
