"""The wholesaler itself: company, taxes, website, ways to pay."""

import base64
from datetime import timedelta

from odoo.fields import Command

from .pictures import scenes

NAME = "Duinmark Outdoor & Workwear"
TIME_ZONE = "Europe/Amsterdam"
#: US dollars for a euro, by how many days ago.
DOLLAR_RATES = {420: 1.07, 180: 1.09, 20: 1.11}

#: What a new website says in its footer → what the wholesaler says.
TEXTS = {
    "We are a team of passionate people whose goal is to improve everyone's life "
    "through disruptive products. We build great products to solve your business "
    "problems.": "Clothing and gear for outdoor shops and workwear dealers, from our "
    "warehouse in Zwolle.",
    "Our products are designed for small to medium size companies willing to optimize "
    "their performance.": "Trade only: all prices exclude VAT.",
}

FEATURES = (
    "product.group_product_variant",
    "product.group_product_pricelist",
    "sale.group_discount_per_so_line",
)


def set_up(trade):
    """Name and configure the main company, as its own office would."""
    env = trade.env
    _load_accounts(env)
    company = env.ref("base.main_company")
    netherlands = env.ref("base.nl")
    company.write(
        {
            "name": NAME,
            "street": "Zandpad 14",
            "zip": "8028 PM",
            "city": "Zwolle",
            "state_id": False,
            "country_id": netherlands.id,
            "phone": "+31 38 555 01 40",
            "email": "office@duinmark.example",
            "website": "https://www.duinmark.example",
            "logo": base64.b64encode(scenes.logo(NAME)),
            "portal_confirmation_sign": True,
            "portal_confirmation_pay": False,
            "prepayment_percent": 0.3,
            "quotation_validity_days": 30,
        }
    )
    _set_currency(trade, company)
    _set_taxes(env, company, netherlands)
    _set_website(env, company)
    _enable_payments(env, company)
    for feature in FEATURES:
        env.ref("base.group_user")._apply_group(env.ref(feature))
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", company.id)], limit=1
    )
    warehouse.name = "Warehouse Zwolle"
    # What is promised for next season does not block today's stock.
    warehouse.out_type_id.write(
        {"reservation_method": "by_date", "reservation_days_before": 5}
    )
    env.ref("base.user_admin").tz = TIME_ZONE


def _set_currency(trade, company):
    """Trade in euros, and know the dollar."""
    env = trade.env
    euro, dollar = env.ref("base.EUR"), env.ref("base.USD")
    (euro + dollar).active = True
    if not env["account.move.line"].search_count(
        [("company_id", "=", company.id)], limit=1
    ):
        company.currency_id = euro
    if company.currency_id == euro:
        env["res.currency.rate"].create(
            [
                {
                    "currency_id": dollar.id,
                    "company_id": company.id,
                    "name": trade.today - timedelta(days=days),
                    "company_rate": rate,
                }
                for days, rate in DOLLAR_RATES.items()
            ]
        )


def _load_accounts(env):
    """Load the chart of accounts now, if Odoo has put that off.

    Installed together with Accounting, the demo would otherwise lose its taxes to the
    chart, which Odoo loads when all modules are there.
    """
    load = getattr(env.registry, "_auto_install_template", None)
    if load:
        load(env)
        del env.registry._auto_install_template


def _set_taxes(env, company, country):
    """Turn the generic chart's taxes into Dutch VAT.

    A company whose accounts come from elsewhere keeps its own taxes.
    """
    if company.chart_template != "generic_coa":
        return
    taxes = env["account.tax"].search([("company_id", "=", company.id)])
    company.account_fiscal_country_id = country
    taxes.tax_group_id.country_id = country
    taxes.country_id = country
    for tax in taxes.filtered("amount"):
        tax.write({"name": "21%", "amount": 21, "invoice_label": "VAT 21%"})
        tax.tax_group_id.name = "VAT 21%"
    without = taxes.filtered(lambda tax: not tax.amount)
    without.write({"name": "0% EU", "invoice_label": "VAT reverse charged"})
    without.tax_group_id.name = "VAT 0%"
    domestic, abroad = env["account.fiscal.position"].search(
        [("company_id", "=", company.id)], order="sequence", limit=2
    )
    domestic.write({"name": "Netherlands", "country_id": country.id})
    abroad.write(
        {
            "name": "EU businesses: VAT reverse charged",
            "vat_required": True,
            "country_group_id": env.ref("base.europe").id,
            "note": "VAT reverse charged to the customer.",
        }
    )


def _set_website(env, company):
    """Put the wholesaler's name, mark and address on its website."""
    website = env["website"].search([("company_id", "=", company.id)], limit=1)
    website.write({"name": NAME, "logo": company.logo, "homepage_url": "/shop"})
    texts = {**TEXTS, "+1 555-555-5556": company.phone}
    texts["info@yourcompany.example.com"] = company.email
    for key in ("website.header_text_element", "website.footer_custom"):
        # written for this website only: Odoo makes a copy of the page
        view = website.with_context(website_id=website.id).viewref(key)
        arch = view.arch
        for theirs, ours in texts.items():
            arch = arch.replace(theirs, ours)
        view.with_context(website_id=website.id).arch = arch


def _enable_payments(env, company):
    """Wire transfer, and the provider that only pretends to take money."""
    bank = env["res.bank"].create({"name": "Hanzebank", "bic": "HNZBNL2A"})
    env["res.partner.bank"].create(
        {
            "acc_number": "NL00 HNZB 0140 2026 01",
            "bank_id": bank.id,
            "partner_id": company.partner_id.id,
            "allow_out_payment": True,
        }
    )
    providers = env["payment.provider"].search([("company_id", "=", company.id)])
    demo = providers.filtered(lambda provider: provider.code == "demo")
    demo.write({"state": "test", "is_published": True})
    transfer = providers.filtered(
        lambda provider: (
            provider.code == "custom" and provider.custom_mode == "wire_transfer"
        )
    )
    transfer.write({"state": "enabled", "is_published": True})
    transfer.action_recompute_pending_msg()
    methods = (demo + transfer).with_context(active_test=False).payment_method_ids
    methods.write({"active": True})
    for provider in demo + transfer:
        provider.payment_method_ids = [
            Command.link(method.id) for method in methods & provider.payment_method_ids
        ]
