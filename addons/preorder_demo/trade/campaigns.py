"""Pre-orders running, coming and closed, an outlet, and what customers entered.

Everything goes the way of a real campaign: opened, filled cell by cell, submitted,
signed, paid, confirmed.
"""

import base64
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo.fields import Command

from .calendar import season_on_sale
from .catalogue import COLOURS, ITEMS, PLAIN_COLOURS
from .company import TIME_ZONE
from .past_sales import POPULAR, TYPICAL
from .pictures import draw, scenes

TIERS = (("Base Camp", 5000, 3.0), ("Ridge", 12500, 5.5), ("Summit", 25000, 8.0))

#: A product that is sold at a net price: it counts, and gets no discount.
NET_PRICED = "TH-5060"

#: Log-in → (products, days since it was filled, how far it got, who typed it)
RUNNING_FORMS = {
    "carla": (6, 2, "filled", "website"),
    "bruno": (5, 1, "filled", "website"),
    "sepp": (4, 6, "submitted", "website"),
    "lucie": (4, 4, "submitted", "website"),
    "maeve": (6, 8, "confirmed", "website"),
    "toni": (7, 11, "confirmed", "representative"),
    "loes": (4, 5, "accepted", "website"),
    "vroni": (3, 13, "cancelled", "website"),
}
CLOSED_FORMS = {
    "carla": (5, 9, "confirmed", "website"),
    "claire": (4, 7, "confirmed", "website"),
    "bruno": (4, 12, "confirmed", "website"),
    "toni": (3, 5, "cancelled", "website"),
}
OUTLET_FORMS = {"lucie": (3, 1, "filled", "website")}

#: A pen stroke, as a signature pad draws it.
SIGNATURE = (
    (12, 58), (30, 22), (44, 70), (58, 34), (70, 62), (86, 40), (98, 60), (118, 36),
    (128, 66), (150, 30), (160, 58), (190, 44), (238, 52),
)  # fmt: skip


def begin(trade):
    """Make the campaigns and bring each as far as it would be today."""
    season = season_on_sale(trade.today)
    closed = _close_season(trade, season.previous())
    running = _run_season(trade, season)
    running.previous_campaign_id = closed
    outlet = _clear_warehouse(trade)
    _announce_workwear(trade)
    forms = _fill(trade, running, RUNNING_FORMS)
    forms += _fill(trade, closed, CLOSED_FORMS)
    _fill(trade, outlet, OUTLET_FORMS)
    for form, moment, stage in forms:
        _bring_to(trade, form, moment, stage)
    closed.action_close()
    while closed.closing:
        closed._continue_closing(lambda: None)
    _order_from_suppliers(trade, closed)


def _moment(trade, days, hour):
    """A moment some days from today in the wholesaler's time, as naive UTC."""
    local = datetime.combine(
        trade.today + timedelta(days=days), time(hour), ZoneInfo(TIME_ZONE)
    )
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


def _create_campaign(trade, *, scene, pictured, tiers=(), text, **values):
    """Create a campaign and open it at the moment at which it starts."""
    env = trade.env
    campaign = env["preorder.campaign"].create(
        {
            "user_id": trade.users["sanne"].id,
            "tz": TIME_ZONE,
            "image_1920": base64.b64encode(
                scenes.banner(scene, _choose_goods(pictured), trade.chance)
            ),
            "description": text,
            "tier_ids": [
                Command.create(
                    {"name": name, "target_amount": target, "discount": discount}
                )
                for name, target, discount in tiers
            ],
            **values,
        }
    )
    campaign.with_context(preorder_now=campaign.date_start).action_open()
    return campaign


def _choose_goods(codes):
    """Drawings of some products, each in its first colour."""
    items = {item.code: item for item in ITEMS}
    goods = []
    for code in codes:
        item = items[code]
        colour = (
            COLOURS[item.colour_names[0]][1]
            if item.colour_names
            else PLAIN_COLOURS[code]
        )
        goods.append((draw(item.drawing, **item.options), colour, item.second))
    return goods


def _get_tag(trade, name):
    return trade.env["product.tag"].search([("name", "=", name)], limit=1)


def _prepare_season(trade, season):
    env = trade.env
    brands = env["product.brand"].search([("name", "in", ["Grofwerk", "Helderwerk"])])
    return {
        "name": season.name,
        "code": season.code,
        "kind": "preorder",
        "delivery_from": season.start,
        "delivery_until": season.end,
        "product_tag_ids": [Command.set(_get_tag(trade, season.tag).ids)],
        "excluded_brand_ids": [Command.set(brands.ids)],
        "label_ids": [Command.set(trade.labels["Retailer"].ids)],
        "confirmation": "signature_payment",
        "prepayment_percent": 0.3,
        "scene": season.kind,
        "pictured": {
            "winter": ("KF-1010", "KF-1020", "KF-1080"),
            "summer": ("KF-1060", "KF-1071", "ML-4030"),
        }[season.kind],
        "tiers": TIERS,
    }


def _run_season(trade, season):
    """The pre-order that customers are filling now."""
    return _create_campaign(
        trade,
        **_prepare_season(trade, season),
        date_start=_moment(trade, -21, 9),
        date_end=_moment(trade, 26, 18),
        confirm_until=trade.today + timedelta(days=40),
        exclusion_ids=[
            Command.create({"product_tmpl_id": trade.products[NET_PRICED].id})
        ],
        limit_ids=[Command.create(values) for values in _prepare_limits(trade)],
        previous_sales="company",
        show_colleagues_average=True,
        text=f"<p>The whole {season.name} collection of Kaldfell, Merilund and "
        "Tarnholt, before it goes into production. Order per size and colour; your "
        "quantities are kept until you submit.</p>"
        "<ul><li>Delivery from "
        f"{season.start:%B} to {season.end:%B %Y}</li>"
        "<li>The more you order, the higher your discount on all of it</li>"
        "<li>30 % prepayment when you sign, the rest on delivery</li></ul>",
    )


def _prepare_limits(trade):
    """What is short, and what comes packed."""
    largest = trade.env["product.attribute.value"].search([("name", "=", "XXL")])
    return [
        {
            "name": "Size XXL",
            "attribute_value_ids": [Command.set(largest.ids)],
            "counted_per": "company",
            "maximum": 60,
        },
        {
            "name": "Kilde Vacuum Flask, packed by six",
            "product_tmpl_ids": [Command.set(trade.products["TH-5051"].ids)],
            "counted_per": "branch",
            "minimum": 6,
            "multiple": 6,
        },
    ]


def _close_season(trade, season):
    """Last time's pre-order: over, ordered, awaiting its goods."""
    return _create_campaign(
        trade,
        **_prepare_season(trade, season),
        date_start=_moment(trade, -190, 9),
        date_end=_moment(trade, -150, 18),
        confirm_until=trade.today - timedelta(days=136),
        text=f"<p>The {season.name} collection. Thank you for your orders!</p>",
    )


def _announce_workwear(trade):
    """A pre-order that customers can look forward to."""
    brands = trade.env["product.brand"].search(
        [("name", "in", ["Grofwerk", "Helderwerk"])]
    )
    start = trade.today + timedelta(days=12)
    delivery = start + timedelta(days=120)
    return _create_campaign(
        trade,
        name=f"Workwear Programme {delivery.year}",
        code=f"WW{delivery.year % 100:02d}",
        kind="preorder",
        date_start=_moment(trade, 12, 9),
        date_end=_moment(trade, 47, 18),
        confirm_until=trade.today + timedelta(days=61),
        delivery_from=delivery,
        delivery_until=delivery + timedelta(days=60),
        brand_ids=[Command.set(brands.ids)],
        label_ids=[
            Command.set(
                (trade.labels["Workwear dealer"] + trade.labels["Key account"]).ids
            )
        ],
        confirmation="click",
        review_required=True,
        tier_scope="company",
        delivery_dates="line",
        delivery_gap_days=14,
        scene="work",
        pictured=("GW-2020", "HW-3020", "GW-2010"),
        tiers=(("Crew", 5000, 4.0), ("Site", 20000, 9.0)),
        text="<p>Grofwerk and Helderwerk for next year, at programme prices. Have your "
        "sizes ready: ordering opens soon.</p>",
    )


def _clear_warehouse(trade):
    """What is left in stock of the collection that is out of season."""
    summer = trade.today.month in range(4, 10)
    tag = "Winter collection" if summer else "Summer collection"
    year = trade.today.year - (1 if trade.today.month < 4 else 0)
    name = f"Winter {year - 1}/{year % 100:02d}" if summer else f"Summer {year}"
    left = trade.env["product.product"].search(
        [
            ("all_product_tag_ids", "in", _get_tag(trade, tag).ids),
            ("qty_available", ">", 0),
        ]
    )
    return _create_campaign(
        trade,
        name=f"Outlet {name}",
        code=f"OUT{year % 100:02d}",
        kind="outlet",
        date_start=_moment(trade, -5, 9),
        date_end=_moment(trade, 16, 18),
        confirm_until=trade.today + timedelta(days=21),
        delivery_from=trade.today + timedelta(days=2),
        delivery_until=trade.today + timedelta(days=30),
        product_ids=[Command.set(left.ids)],
        for_everyone=True,
        only_in_stock=True,
        confirmation="signature",
        scene="outlet",
        pictured=("KF-1010", "GW-2040", "ML-4020")
        if summer
        else ("KF-1060", "GW-2050", "KF-1071"),
        tiers=(("Clearance", 0, 25.0), ("Clear-out", 1500, 35.0)),
        text=f"<p>The last of {name}: straight from stock, while it lasts.</p>",
    )


def _fill(trade, campaign, table):
    """Let customers type their quantities, cell by cell.

    :return: list of (form, moment, stage to bring it to)
    """
    env = trade.env
    assortment = env["product.product"].search(campaign._get_assortment_domain())
    filled = []
    for login, (count, ago, stage, channel) in table.items():
        end = min(campaign.date_end, trade.now)
        moment = _moment(
            trade, (end.date() - trade.today).days - ago, trade.chance.randint(8, 17)
        ) + timedelta(minutes=trade.chance.randint(0, 29))
        cells = [
            {"product": variant.id, "date": None, "quantity": quantity, "revision": 0}
            for variant, quantity in _choose_cells(trade, assortment, count)
        ]
        no_form = env["preorder.order"]
        answer = _type(trade, campaign, login, no_form, cells, channel, moment)
        form = no_form.browse(answer["form"])
        # Who submits has set the quantities to what the limits allow.
        allowed = stage != "filled" and form._propose_limit_changes()
        if allowed:
            cells = [{**cell, "revision": 1} for cell in allowed]
            _type(trade, campaign, login, form, cells, channel, moment)
        filled.append((form, moment, stage))
    return filled


def _type(trade, campaign, login, form, cells, channel, moment):
    """Save cells as somebody's browser does."""
    user = trade.users["sanne" if channel == "representative" else login]
    batches = trade.env["preorder.save.batch"].with_user(user).sudo()
    return batches._save(
        campaign.with_user(user).sudo(),
        trade.partners[login],
        form,
        f"demo-{campaign.code}-{login}-{'more' if form else 'first'}",
        cells,
        channel=channel,
        now=moment,
    )


def _choose_cells(trade, assortment, count):
    """A sensible order: some products, most sizes of some colours, middles deepest."""
    chance = trade.chance
    templates = chance.sample(
        list(assortment.product_tmpl_id), min(count, len(assortment.product_tmpl_id))
    )
    for template in templates:
        variants = assortment.filtered(
            lambda variant, template=template: variant.product_tmpl_id == template
        )
        for variant in variants:
            names = variant.product_template_attribute_value_ids.mapped("name")
            popular = min((POPULAR.get(name, 1.0) for name in names), default=1.0)
            if chance.random() < 0.5 * popular + 0.1:
                yield variant, max(1, round(chance.choice(TYPICAL) * popular))


def _bring_to(trade, form, moment, stage):
    """Submit, sign, pay, confirm or cancel a form, as far as it got."""
    if stage == "filled":
        return
    now = moment + timedelta(minutes=25)
    quotation = form._submit(now)
    if stage == "accepted":
        return
    quotation.date_order = now
    if stage == "confirmed":
        quotation.write(
            {
                "signed_by": form.partner_id.name,
                "signed_on": now + timedelta(minutes=12),
                "signature": base64.b64encode(scenes.stroke(SIGNATURE)),
            }
        )
        if quotation.require_payment:
            _pay(trade, quotation)
        quotation.action_confirm()
        quotation.date_order = now + timedelta(minutes=15)
    elif stage == "cancelled":
        quotation._action_cancel()


def _order_from_suppliers(trade, campaign):
    """Turn the closed pre-order into purchase orders; one supplier's is confirmed."""
    campaign = campaign.with_user(trade.users["pim"]).sudo()
    campaign.action_view_purchase_plan()
    plan = campaign.purchase_plan_ids
    plan.action_create_purchase_orders()
    plan.purchase_order_ids[:1].button_confirm()


def _pay(trade, quotation):
    """Pay the prepayment with the provider that only pretends to take money."""
    env = trade.env
    provider = env["payment.provider"].search(
        [("code", "=", "demo"), ("company_id", "=", quotation.company_id.id)], limit=1
    )
    transaction = env["payment.transaction"].create(
        {
            "provider_id": provider.id,
            "payment_method_id": provider.payment_method_ids[:1].id,
            "reference": quotation.name,
            "provider_reference": f"demo-{quotation.name}",
            "amount": quotation._get_prepayment_required_amount(),
            "currency_id": quotation.currency_id.id,
            "partner_id": quotation.partner_invoice_id.id,
            "operation": "online_direct",
            "sale_order_ids": [Command.set(quotation.ids)],
        }
    )
    # What follows a payment (mails, documents) is for payments made from now on.
    transaction.with_context(payment_backend_action=True)._set_done()
    transaction.is_post_processed = True
