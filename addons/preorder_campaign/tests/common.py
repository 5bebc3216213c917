from datetime import datetime, timedelta

from odoo.fields import Command
from odoo.tests import TransactionCase

#: Campaigns of the tests run around this moment (UTC).
NOW = datetime(2026, 3, 10, 12, 0, 0)


class PreorderCommon(TransactionCase):
    """A wholesaler with two products and two customers, and builders for the rest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.env.company
        cls.tax = cls.env["account.tax"].create(
            {"name": "VAT 21 %", "amount": 21, "type_tax_use": "sale"}
        )
        cls.category = cls.env["product.category"].create({"name": "Winter"})
        cls.jacket = cls._make_jacket("Parka", 100.0)
        cls.bottle = cls.env["product.template"].create(
            {
                "name": "Bottle",
                "list_price": 10.01,
                "categ_id": cls.category.id,
                "is_storable": True,
                "taxes_id": [Command.set(cls.tax.ids)],
                "default_code": "BOT",
            }
        )
        cls.other_product = cls.env["product.product"].create(
            {"name": "Summer hat", "list_price": 5.0}
        )
        cls.env["product.pricelist"].search([]).action_archive()
        cls.public_pricelist = cls.env["product.pricelist"].create(
            {"name": "Public", "sequence": 1}
        )
        cls.label = cls.env["res.partner.category"].create({"name": "Dealer"})
        cls.customer = cls._make_customer("Bergmann Sport", "bergmann", cls.label)
        cls.outsider = cls._make_customer("Fjell Fashion", "fjell")
        cls.campaign = cls._make_campaign("Winter", "W26")
        cls.campaign.action_open()

    def setUp(self):
        super().setUp()
        # Submitting looks at the form through a second cursor: let it see this test.
        if not self._registry_patched:
            self.registry_enter_test_mode()

    @classmethod
    def _make_jacket(cls, name, price):
        size = cls.env["product.attribute"].create(
            {
                "name": "Size",
                "sequence": 20,
                "value_ids": [
                    Command.create({"name": value, "sequence": sequence})
                    for sequence, value in enumerate(("S", "M", "L"))
                ],
            }
        )
        colour = cls.env["product.attribute"].create(
            {
                "name": "Colour",
                "sequence": 10,
                "display_type": "color",
                "value_ids": [
                    Command.create({"name": "Black", "html_color": "#000000"}),
                    Command.create({"name": "Red", "html_color": "#cc0000"}),
                ],
            }
        )
        return cls.env["product.template"].create(
            {
                "name": name,
                "list_price": price,
                "categ_id": cls.category.id,
                "is_storable": True,
                "taxes_id": [Command.set(cls.tax.ids)],
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [Command.set(attribute.value_ids.ids)],
                        }
                    )
                    for attribute in (colour, size)
                ],
            }
        )

    @classmethod
    def _make_customer(cls, name, login, label=None):
        """A company with a contact who has a log-in; its password is the login."""
        company = cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "category_id": [Command.set(label.ids)] if label else False,
            }
        )
        return cls._make_login(f"Buyer of {name}", login, company)

    @classmethod
    def _make_login(cls, name, login, company):
        return cls.env["res.users"].create(
            {
                "name": name,
                "login": login,
                "password": login,
                "email": f"{login}@example.com",
                "partner_id": cls.env["res.partner"]
                .create({"name": name, "parent_id": company.id})
                .id,
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
            }
        )

    @classmethod
    def _make_agent(cls, name="Agent", login="agent", customers=None):
        """Somebody of an agency with a log-in; its password is the login.

        :param customers: the companies that are the agent's
        """
        agency = cls.env["res.partner"].create(
            {"name": f"{name}'s agency", "is_company": True}
        )
        agent = cls._make_login(name, login, agency)
        if customers:
            customers.preorder_agent_ids = agent.partner_id
        return agent

    @classmethod
    def _make_campaign(cls, name, code, **values):
        return (
            cls.env["preorder.campaign"]
            .create(
                {
                    "name": name,
                    "code": code,
                    "date_start": NOW - timedelta(days=10),
                    "date_end": NOW + timedelta(days=20),
                    "tz": "Europe/Amsterdam",
                    "categ_ids": [Command.set(cls.category.ids)],
                    "label_ids": [Command.set(cls.label.ids)],
                    "confirmation": "signature_payment",
                    "prepayment_percent": 0.3,
                    "tier_ids": [
                        Command.create(
                            {"name": "Silver", "target_amount": 1000, "discount": 5}
                        ),
                        Command.create(
                            {"name": "Gold", "target_amount": 5000, "discount": 10}
                        ),
                    ],
                    **values,
                }
            )
            .with_context(preorder_now=NOW)
        )

    def _save(self, quantities, *, user=None, campaign=None, order=None, **values):
        """Save quantities as a customer's browser does.

        :param quantities: dict of variant → quantity, or → (quantity, revision seen)
        """
        user = user or self.customer
        campaign = (campaign or self.campaign).with_user(user).sudo()
        cells = [
            {
                "product": product.id,
                "date": None,
                "quantity": quantity[0] if isinstance(quantity, tuple) else quantity,
                "revision": quantity[1] if isinstance(quantity, tuple) else 0,
            }
            for product, quantity in quantities.items()
        ]
        PreorderCommon.batch_number = getattr(PreorderCommon, "batch_number", 0) + 1
        orders = campaign.env["preorder.order"]
        return campaign.env["preorder.save.batch"]._save(
            campaign,
            user.partner_id,
            order or orders._find_current(campaign, user.partner_id),
            values.get("batch", f"batch-{PreorderCommon.batch_number:06}"),
            values.get("cells", cells),
            channel=values.get("channel", "website"),
            by_office=values.get("channel") == "representative",
            now=values.get("now", NOW),
        )

    def _get_form(self, answer):
        return (
            self.env["preorder.order"]
            .browse(answer["form"])
            .with_context(preorder_now=NOW)
        )
