"""Customers with their branches, suppliers, and everybody who signs in."""

from dataclasses import dataclass

from passlib.hash import pbkdf2_sha512

from odoo.fields import Command

from .company import TIME_ZONE

#: Name → position on the colour scale of labels
LABELS = {
    "Retailer": 4,
    "Workwear dealer": 2,
    "Key account": 10,
    "Benelux": 7,
    "DACH": 3,
    "France": 8,
    "Northern Europe": 5,
}


@dataclass(frozen=True)
class Address:
    """Where a company, branch or person is found."""

    name: str
    street: str
    zip: str
    city: str
    country: str
    vat: str = ""


#: Key → (address, labels, pricelist, buyer's name and login)
CUSTOMERS = {
    "kaap": (
        Address("De Wilde Kaap Buitensport B.V.", "Rijnkade 88", "6811 HD", "Arnhem",
                "nl", "NL000000140B07"),
        ("Retailer", "Benelux"), "Retail partners", ("Carla Veenhof", "carla"),
    ),
    "refuge": (
        Address("Au Vieux Refuge SARL", "12 quai du Thiou", "74000", "Annecy", "fr",
                "FR21000000100"),
        ("Retailer", "France"), "Retail partners", ("Claire Montferrat", "claire"),
    ),
    "alpenrand": (
        Address("Alpenrand Sport GmbH", "Bahnhofstraße 3", "87435", "Kempten", "de",
                "DE100001409"),
        ("Retailer", "Key account", "DACH"), "Key accounts",
        ("Helga Obermoser", "helga"),
    ),
    "noord": (
        Address("Werkplaats Noord B.V.", "Ulgersmaweg 51", "9731 BK", "Groningen", "nl",
                "NL000000152B07"),
        ("Workwear dealer", "Key account", "Benelux"), "Key accounts",
        ("Harm Dijksterhuis", "harm"),
    ),
    "ardennes": (
        Address("Ardennes Plein Air SRL", "Rue du Moulin 27", "6980",
                "La Roche-en-Ardenne", "be", "BE0200001429"),
        ("Retailer", "Benelux"), "Retail partners", ("Lucie Warnant", "lucie"),
    ),
    "glenarran": (
        Address("Glenarran Outfitters Ltd", "4 Quay Street", "H91 K2X8", "Galway", "ie",
                "IE0000140P"),
        ("Retailer", "Northern Europe"), "Retail partners", ("Maeve Dolan", "maeve"),
    ),
    "tirol": (
        Address("Tiroler Trekkinghaus GmbH", "Innrain 61", "6020", "Innsbruck", "at",
                "ATU00001407"),
        ("Retailer", "DACH"), "Retail partners", ("Toni Wurzacher", "toni"),
    ),
    "nordhavn": (
        Address("Nordhavn Arbejdstøj ApS", "Havnegade 19", "9900", "Frederikshavn",
                "dk", "DK10001404"),
        ("Workwear dealer", "Northern Europe"), None, ("Freja Holmsted", "freja"),
    ),
    "kueste": (
        Address("Küstenwerk Berufskleidung GmbH", "Speicherstraße 40", "28217",
                "Bremen", "de", "DE100001417"),
        ("Workwear dealer", "Key account", "DACH"), "Key accounts",
        ("Jörn Behrmann", "joern"),
    ),
    "drieluik": (
        Address("Bouwgroep Drieluik N.V.", "Kanaaldijk 7", "3542 DV", "Utrecht", "nl",
                "NL000000164B07"),
        ("Key account", "Benelux"), "Key accounts", ("Daan Roeterink", "daan"),
    ),
    "oosterveld": (
        Address("Groenbeheer Oosterveld", "Brinkweg 2", "7244 BD", "Barchem", "nl",
                "NL000000169B07"),
        ("Workwear dealer", "Benelux"), None, ("Gerda Lohuis", "gerda"),
    ),
}  # fmt: skip

#: Customer → branches with their logins
BRANCHES = {
    "alpenrand": (
        (Address("Alpenrand Sport Kempten", "Fischerstraße 22", "87435", "Kempten",
                 "de"), "bruno"),
        (Address("Alpenrand Sport Sonthofen", "Marktstraße 9", "87527", "Sonthofen",
                 "de"), "sepp"),
        (Address("Alpenrand Sport Füssen", "Reichenstraße 31", "87629", "Füssen", "de"),
         "vroni"),
    ),
    "noord": (
        (Address("Werkplaats Noord Groningen", "Osloweg 110", "9723 BX", "Groningen",
                 "nl"), "geert"),
        (Address("Werkplaats Noord Assen", "Industrieweg 33", "9403 AB", "Assen", "nl"),
         "anneke"),
        (Address("Werkplaats Noord Leeuwarden", "Neptunusweg 5", "8938 AA",
                 "Leeuwarden", "nl"), "lieuwe"),
    ),
}  # fmt: skip
#: Branches that are companies of their own; the others are addresses of one company.
SEPARATE_COMPANIES = {"noord"}

OWN_SHOP = Address(
    "Duinmark Outlet Store", "Bataviaplein 60", "8242 PN", "Lelystad", "nl"
)
OWN_SHOP_LOGIN = "loes"
#: Customers whom the agent looks after
AGENT_CUSTOMERS = ("refuge", "tirol")

#: Key → (address, currency, contact)
SUPPLIERS = {
    "mekong": (
        Address("Mekong Stitch Co., Ltd.", "88 Song Hau Road", "900000", "Can Tho",
                "vn"),
        "base.USD", "Linh Pham",
    ),
    "serra": (
        Address("Serra Alta Confecções, Lda.", "Rua da Fiação 210", "4800-019",
                "Guimarães", "pt"),
        "base.EUR", "Inês Valadares",
    ),
    "nemunas": (
        Address("Nemunas Knitworks, UAB", "Verpėjų g. 12", "44280", "Kaunas", "lt"),
        "base.EUR", "Rasa Vilkaitė",
    ),
}  # fmt: skip

#: Login → (name, groups)
STAFF = {
    "sanne": (
        "Sanne Kuipers",
        ("base.group_user", "sales_team.group_sale_salesman_all_leads"),
    ),
    "pim": (
        "Pim Terhorst",
        ("base.group_user", "purchase.group_purchase_user", "stock.group_stock_user"),
    ),
}
AGENT = ("Aron Hellesund", "aron", "Hellesund Agenturer")


def introduce(trade):
    """Make everybody the wholesaler deals with, and their log-ins."""
    labels = trade.env["res.partner.category"].create(
        [{"name": name, "color": colour} for name, colour in LABELS.items()]
    )
    trade.labels.update({label.name: label for label in labels})
    _employ(trade)
    _meet_customers(trade)
    _meet_suppliers(trade)
    _set_passwords(trade)


def _prepare_partner(trade, address, **values):
    return {
        "name": address.name,
        "street": address.street,
        "zip": address.zip,
        "city": address.city,
        "country_id": trade.env.ref(f"base.{address.country}").id,
        "vat": address.vat or False,
        "tz": TIME_ZONE,
        "lang": "en_US",
        **values,
    }


def _employ(trade):
    env = trade.env
    for login, (name, groups) in STAFF.items():
        trade.users[login] = env["res.users"].create(
            {
                "name": name,
                "login": login,
                "email": f"{login}@duinmark.example",
                "tz": TIME_ZONE,
                "group_ids": [Command.set([env.ref(group).id for group in groups])],
                "notification_type": "inbox",
            }
        )
    name, login, company = AGENT
    agency = env["res.partner"].create({"name": company, "is_company": True})
    _give_login(
        trade,
        env["res.partner"].create(
            {
                "name": name,
                "parent_id": agency.id,
                "function": "Agent",
                "tz": TIME_ZONE,
                "email": f"{login}@agency.example",
            }
        ),
        login,
    )


def _set_passwords(trade):
    """Everybody's password is the login.

    A password that everybody knows gains nothing from a slow hash, and thirty slow
    ones would be a third of the demo's set-up.
    """
    Users = trade.env["res.users"]
    quick = pbkdf2_sha512.using(rounds=1000)
    for login, user in trade.users.items():
        Users._set_encrypted_password(user.id, quick.hash(login))


def _give_login(trade, partner, login):
    trade.users[login] = trade.env["res.users"].create(
        {
            "partner_id": partner.id,
            "login": login,
            "tz": TIME_ZONE,
            "group_ids": [Command.set(trade.env.ref("base.group_portal").ids)],
        }
    )


def _meet_customers(trade):
    env = trade.env
    Partner = env["res.partner"]
    salesperson = trade.users["sanne"]
    for key, (address, labels, pricelist, buyer) in CUSTOMERS.items():
        terms = {
            "user_id": salesperson.id,
            "property_product_pricelist": trade.pricelists.get(
                pricelist or "Trade prices"
            ).id,
        }
        customer = trade.partners[key] = Partner.create(
            _prepare_partner(
                trade,
                address,
                is_company=True,
                email=f"orders@{key}.example",
                category_id=[Command.set([trade.labels[label].id for label in labels])],
                **terms,
            )
        )
        name, login = buyer
        trade.partners[login] = Partner.create(
            {
                "name": name,
                "parent_id": customer.id,
                "function": "Buyer",
                "email": f"{login}@{key}.example",
                "tz": TIME_ZONE,
                "lang": "en_US",
            }
        )
        _give_login(trade, trade.partners[login], login)
        for branch, branch_login in BRANCHES.get(key, ()):
            separate = key in SEPARATE_COMPANIES
            trade.partners[branch_login] = Partner.create(
                _prepare_partner(
                    trade,
                    branch,
                    parent_id=customer.id,
                    type="delivery",
                    is_company=separate,
                    email=f"{branch_login}@{key}.example",
                    **(terms if separate else {}),
                    **({"vat": address.vat} if separate else {}),
                )
            )
            _give_login(trade, trade.partners[branch_login], branch_login)
    for key in AGENT_CUSTOMERS:
        trade.partners[key].preorder_agent_ids = trade.users[AGENT[1]].partner_id
    _open_own_shop(trade)


def _open_own_shop(trade):
    """A shop of our own: it gets goods, and no invoices."""
    env = trade.env
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", env.company.id)], limit=1
    )
    stock = env["stock.location"].create(
        {
            "name": "Lelystad",
            "usage": "internal",
            "location_id": warehouse.view_location_id.id,
            "company_id": env.company.id,
        }
    )
    shop = trade.partners["outlet_store"] = env["res.partner"].create(
        _prepare_partner(
            trade,
            OWN_SHOP,
            parent_id=env.company.partner_id.id,
            type="delivery",
            email="lelystad@duinmark.example",
            category_id=[Command.set(trade.labels["Retailer"].ids)],
            preorder_location_id=stock.id,
            property_product_pricelist=trade.pricelists["Own shops"].id,
        )
    )
    trade.partners[OWN_SHOP_LOGIN] = shop
    _give_login(trade, shop, OWN_SHOP_LOGIN)


def _meet_suppliers(trade):
    env = trade.env
    for key, (address, currency, contact) in SUPPLIERS.items():
        supplier = trade.partners[key] = env["res.partner"].create(
            _prepare_partner(
                trade,
                address,
                is_company=True,
                email=f"sales@{key}.example",
                supplier_rank=1,
                property_purchase_currency_id=env.ref(currency).id,
                buyer_id=trade.users["pim"].id,
            )
        )
        env["res.partner"].create(
            {
                "name": contact,
                "parent_id": supplier.id,
                "function": "Account Manager",
                "email": f"{contact.split()[0].lower()}@{key}.example",
            }
        )
