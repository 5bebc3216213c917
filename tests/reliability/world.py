"""A campaign and its customers, with logins, for clients over HTTP."""

from races.world import World

from odoo.tests import new_test_user


class Trade(World):
    """The races' world, whose customers can sign in."""

    def __init__(self, customers, **options):
        super().__init__(customers, **options)
        self.logins = []
        for number, partner_id in enumerate(self.partner_ids):
            self._add_login(f"racer{number}", partner_id=partner_id)

    def _add_login(self, login, *, groups="base.group_portal", **values):
        """Let somebody sign in; the password is the login.

        :return: the user's id
        """
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            env = env(context={**env.context, "no_reset_password": True})
            user = new_test_user(env, login, groups=groups, password=login, **values)
            self.logins.append(login)
            return user.id

    def add_colleague(self, number=0):
        """Somebody else of a customer's company, who fills the same form.

        :return: the login
        """
        login = f"colleague{len(self.logins)}"
        with self.registry.cursor() as cr:
            partner = self._get_env(cr)["res.partner"].create(
                {"name": login, "parent_id": self.partner_ids[number]}
            )
        self._add_login(login, partner_id=partner.id)
        return login

    def add_office_user(self):
        """Somebody of the office who sells and buys.

        :return: the login
        """
        self._add_login(
            "racing-office",
            groups="sales_team.group_sale_salesman,purchase.group_purchase_user",
        )
        return self.logins[-1]

    def add_connection(self):
        """A punchout connection of the first customer's.

        :return: (its code, the token of its page for the customer's IT)
        """
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            connection = env["oci.connection"].create(
                {
                    "name": "Race",
                    "partner_id": self.partner_ids[0],
                    "user_id": env["res.users"]
                    .search([("login", "=", self.logins[0])])
                    .id,
                    "login": "race",
                    "website_id": env["website"].search([], limit=1).id,
                    "return_addresses": "https://erp.example.com/oci",
                }
            )
            connection.action_open_setup()
            return connection.code, connection.setup_token

    def set_maximum(self, quantity):
        """Let all customers together have so much of everything."""
        self.set_rules({"name": "All", "counted_per": "everyone", "maximum": quantity})

    def forget_forms(self):
        """Remove the campaign's forms. What was answered about them is remembered."""
        with self.registry.cursor() as cr:
            cr.execute(
                "DELETE FROM preorder_order WHERE campaign_id = %s", [self.campaign_id]
            )

    def get_cells(self, form_id):
        """What a form has.

        :return: dict of product id → (revision, quantity)
        """
        return {
            product_id: (revision, float(quantity))
            for product_id, revision, quantity in self.query(
                "SELECT product_id, revision, quantity FROM preorder_order_line"
                " WHERE order_id = %s",
                form_id,
            )
        }

    def clear(self):
        """Remove what a storm has left, in one transaction and without the ORM.

        Nothing of it was confirmed: there are no deliveries, no payments.
        """
        with self.registry.cursor() as cr:
            for statement in (
                "DELETE FROM preorder_order_line WHERE order_id IN"
                " (SELECT id FROM preorder_order WHERE campaign_id = %s)",
                "DELETE FROM preorder_order WHERE campaign_id = %s",
                "DELETE FROM sale_order WHERE preorder_campaign_id = %s",
                "DELETE FROM preorder_limit WHERE campaign_id = %s",
                "UPDATE preorder_campaign SET only_in_stock = FALSE WHERE id = %s",
            ):
                cr.execute(statement, [self.campaign_id])
            # Answers are remembered without a key to what they are about.
            cr.execute(
                "DELETE FROM preorder_save_batch WHERE campaign_id = %s",
                [self.campaign_id],
            )
            cr.execute("DELETE FROM preorder_limit_reservation")
            cr.execute("DELETE FROM preorder_limit_counter")
            # The plan that a campaign is given when it closes.
            cr.execute(
                "DELETE FROM preorder_purchase_plan WHERE id IN"
                " (SELECT preorder_purchase_plan_id"
                "    FROM preorder_purchase_plan_campaign_rel"
                "   WHERE preorder_campaign_id = %s)",
                [self.campaign_id],
            )
            cr.execute(
                "DELETE FROM stock_quant WHERE product_id = ANY(%s)", [self.product_ids]
            )
            # Rules are kept in memory by every process.
            self.registry.clear_cache()
            self.registry.signal_changes()

    def remove(self):
        """Leave the database as it was."""
        self.clear()
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            connections = env["oci.connection"].search(
                [("partner_id", "in", self.partner_ids)]
            )
            env["oci.session"].search(
                [("connection_id", "in", connections.ids)]
            ).unlink()
            connections.unlink()
            users = env["res.users"].search([("login", "in", self.logins)])
            partners = users.partner_id
            users.unlink()
            partners.filtered("parent_id").unlink()
        super().remove()
