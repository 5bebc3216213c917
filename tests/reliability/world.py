"""A campaign and its customers, with logins, for clients over HTTP."""

from races.world import World

from odoo.tests import new_test_user


class Trade(World):
    """The races' world, whose customers can sign in."""

    def __init__(self, customers):
        super().__init__(customers)
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            env = env(context={**env.context, "no_reset_password": True})
            self.logins = []
            for number, partner_id in enumerate(self.partner_ids):
                login = f"racer{number}"
                new_test_user(
                    env,
                    login,
                    groups="base.group_portal",
                    password=login,
                    partner_id=partner_id,
                )
                self.logins.append(login)

    def set_maximum(self, quantity):
        """Let all customers together have so much of everything."""
        self.set_rules({"name": "All", "counted_per": "everyone", "maximum": quantity})

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
            cr.execute("DELETE FROM preorder_limit_reservation")
            cr.execute("DELETE FROM preorder_limit_counter")
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
            users = self._get_env(cr)["res.users"].search(
                [("login", "in", self.logins)]
            )
            users.unlink()
        super().remove()
