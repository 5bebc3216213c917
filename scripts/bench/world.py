"""The data that the benchmarks run on. Run by ``odoo shell``, where ``env`` is given.

One signed-in customer per scenario: carts of 300 and 1,000 lines, order forms of 10,
300, 1,000 and 5,000 filled cells; 16 customers who save at the same time; campaigns of
50 and 400 products in 8 sizes, with references and pictures; and quotations of 1,000
lines to be signed, from order forms and as core makes them.
"""

import base64
import io
import json
import os
from datetime import timedelta

from PIL import Image

from odoo import fields
from odoo.fields import Command

CARTS = (300, 1000)
#: How many orders are signed, and their lines.
SIGNED = int(os.environ["BENCH_SIGNED"])
SIGNED_LINES = 1000
FORMS = (10, 300, 1000, 5000)
#: With those of the shoes, 10,000 in all.
VARIANTS = 6800
#: Customers who save at the same time, and the cells of their forms.
BUSY = 16
BUSY_CELLS = 50
#: Products of the campaigns that are opened.
OPENED = (50, 400)
OPENED_SIZES = 8
PRICE_RULES = 400
RESULT = "BENCH-WORLD "


def make_products(env, tax):
    """Products of 8 sizes × 5 colours, published."""
    values = {
        name: [
            Command.create({"name": f"{name} {number}", "sequence": number})
            for number in range(count)
        ]
        for name, count in (("Colour", 5), ("Size", 8))
    }
    attributes = env["product.attribute"].create(
        [{"name": name, "value_ids": commands} for name, commands in values.items()]
    )
    category = env["product.category"].create({"name": "Bench"})
    return env["product.template"].create(
        [
            {
                "name": f"Bench product {number}",
                "list_price": 10 + number % 90 + 0.95,
                "categ_id": category.id,
                "is_storable": True,
                "is_published": True,
                "taxes_id": [Command.set(tax.ids)],
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [Command.set(attribute.value_ids.ids)],
                        }
                    )
                    for attribute in attributes
                ],
            }
            for number in range(VARIANTS // 40)
        ]
    )


def make_picture(number):
    """A picture unlike the others, as small as can be."""
    content = io.BytesIO()
    color = (number % 256, number * 7 % 256, number // 256)
    Image.new("RGB", (32, 32), color).save(content, "PNG")
    return base64.b64encode(content.getvalue())


def make_opened(env, tax):
    """Campaigns to open: products in sizes, with references and pictures.

    :return: dict of number of products → campaign
    """
    sizes = env["product.attribute"].create(
        {
            "name": "Shoe size",
            "value_ids": [
                Command.create({"name": str(36 + n), "sequence": n})
                for n in range(OPENED_SIZES)
            ],
        }
    )
    category = env["product.category"].create({"name": "Shoes"})
    templates = env["product.template"].create(
        [
            {
                "name": f"Shoe {number}",
                "list_price": 10 + number % 90 + 0.95,
                "categ_id": category.id,
                "is_storable": True,
                "image_1920": make_picture(number),
                "taxes_id": [Command.set(tax.ids)],
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": sizes.id,
                            "value_ids": [Command.set(sizes.value_ids.ids)],
                        }
                    )
                ],
            }
            for number in range(max(OPENED))
        ]
    )
    for variant in templates.product_variant_ids:
        size = variant.product_template_attribute_value_ids.name
        variant.default_code = f"SH{variant.product_tmpl_id.id:05}-{size}"
    return {
        count: make_campaign(
            env, f"Shoes {count}", product_tmpl_ids=[Command.set(templates[:count].ids)]
        )
        for count in OPENED
    }


def make_campaign(env, name, **values):
    """An open campaign for everyone."""
    now = fields.Datetime.now()
    campaign = env["preorder.campaign"].create(
        {
            "name": name,
            "code": name.upper().replace(" ", ""),
            "date_start": now - timedelta(days=1),
            "date_end": now + timedelta(days=30),
            "for_everyone": True,
            "tier_ids": [
                Command.create({"name": "A", "target_amount": 1000, "discount": 5}),
                Command.create({"name": "B", "target_amount": 50000, "discount": 8}),
            ],
            **values,
        }
    )
    campaign.action_open()
    return campaign


def make_pricelist(env, templates):
    """A pricelist as a wholesaler's: a rule for all, and many for single products."""
    rules = [
        {"applied_on": "3_global", "compute_price": "percentage", "percent_price": 12.5}
    ]
    rules += [
        {
            "applied_on": "1_product",
            "product_tmpl_id": template.id,
            "min_quantity": minimum,
            "compute_price": "percentage",
            "percent_price": 10 + minimum / 10,
        }
        for template in templates
        for minimum in (10, 50, 100)
    ][: PRICE_RULES - 1]
    return env["product.pricelist"].create(
        {
            "name": "Bench",
            "selectable": True,
            "item_ids": [Command.create(rule) for rule in rules],
        }
    )


def make_customer(env, login, pricelist):
    """A customer company's contact with a log-in; its password is the login."""
    partner = env["res.partner"].create(
        {"name": login, "is_company": True, "property_product_pricelist": pricelist.id}
    )
    return env["res.users"].create(
        {
            "name": login,
            "login": login,
            "password": login,
            "partner_id": partner.id,
            "group_ids": [Command.set(env.ref("base.group_portal").ids)],
        }
    )


def make_cart(env, user, variants, website):
    """The cart that the website continues for a customer."""
    env["sale.order"].with_context(tracking_disable=True).create(
        {
            "partner_id": user.partner_id.id,
            "website_id": website.id,
            "order_line": [
                Command.create({"product_id": variant.id, "product_uom_qty": 1 + n % 7})
                for n, variant in enumerate(variants)
            ],
        }
    )


def make_form(env, user, variants, campaign):
    """An order form, filled through the protocol that browsers use."""
    campaign = campaign.with_user(user).sudo()
    order = campaign.env["preorder.order"].browse()
    for start in range(0, len(variants), 500):
        answer = campaign.env["preorder.save.batch"]._save(
            campaign,
            user.partner_id,
            order,
            f"world-{user.login}-{start}",
            [
                {"product": v.id, "date": None, "quantity": 1 + n % 7, "revision": 0}
                for n, v in enumerate(variants[start : start + 500])
            ],
            channel="website",
            now=fields.Datetime.now(),
        )
        order = order.browse(answer["form"])
    return order


def make_quotations(env, variants, campaign, pricelist):
    """Quotations to be signed, as (id, access token).

    :return: ours, small ones of the eighth of the lines, and core's peers of ours
    """
    ours, small, peers = [], [], []
    now = fields.Datetime.now()
    for number in range(SIGNED):
        user = make_customer(env, f"signer{number}", pricelist)
        form = make_form(env, user, variants[:SIGNED_LINES], campaign)
        ours.append(form._submit(now))
        other = make_customer(env, f"small{number}", pricelist)
        form = make_form(env, other, variants[: SIGNED_LINES // 8], campaign)
        small.append(form._submit(now))
        peers.append(
            env["sale.order"].create(
                {
                    "partner_id": user.partner_id.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": line.product_id.id,
                                "product_uom_qty": line.product_uom_qty,
                                "discount": line.discount,
                            }
                        )
                        for line in ours[-1].order_line
                    ],
                }
            )
        )
        assert peers[-1].amount_total == ours[-1].amount_total
        peers[-1].action_quotation_sent()
    kinds = (ours, small, peers)
    for orders in kinds:
        for order in orders:
            order.write({"require_signature": True, "require_payment": False})
    return [
        [(order.id, order._portal_ensure_token()) for order in orders]
        for orders in kinds
    ]


def make_world(env):
    """Make everything; return what the benchmarks need to know, as a dict."""
    website = env["website"].search([], limit=1)
    tax = env["account.tax"].search([("type_tax_use", "=", "sale")], limit=1)
    templates = make_products(env, tax)
    variants = templates.product_variant_ids
    pricelist = make_pricelist(env, templates)
    campaign = make_campaign(
        env, "Bench", categ_ids=[Command.set(templates.categ_id.ids)]
    )
    opened = make_opened(env, tax)
    wide = make_campaign(
        env,
        "Wide",
        categ_ids=[
            Command.set(
                (templates.categ_id | opened[max(OPENED)].product_tmpl_ids.categ_id).ids
            )
        ],
    )
    for size in CARTS:
        user = make_customer(env, f"cart{size}", pricelist)
        make_cart(env, user, variants[:size], website)
    forms = {}
    for size in FORMS:
        user = make_customer(env, f"form{size}", pricelist)
        forms[size] = make_form(env, user, variants[:size], campaign).id
    fewer = make_customer(env, "form125", pricelist)
    make_form(env, fewer, variants[:125], campaign)
    busy = [
        make_form(
            env,
            make_customer(env, f"busy{number}", pricelist),
            variants[:BUSY_CELLS],
            campaign,
        ).id
        for number in range(BUSY)
    ]
    ours, small, peers = make_quotations(env, variants, campaign, pricelist)
    env.cr.commit()
    return {
        "quotations": ours,
        "small_quotations": small,
        "peer_quotations": peers,
        "forms": forms,
        "busy": busy,
        "wide": wide.website_url,
        "opened": {
            count: {
                "campaign": campaign.id,
                "page": campaign.website_url,
                "templates": campaign.product_tmpl_ids.ids,
                "variants": campaign.product_tmpl_ids.product_variant_ids.ids,
            }
            for count, campaign in opened.items()
        },
        "variants": variants[:50].ids,
        "variant": variants[3].id,
        "template": variants[3].product_tmpl_id.id,
    }


print(RESULT + json.dumps(make_world(env)))  # noqa: F821, T201 - the shell's env
