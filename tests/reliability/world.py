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

    def remove(self):
        """Leave the database as it was."""
        self.clear()
        with self.registry.cursor() as cr:
            users = self._get_env(cr)["res.users"].search(
                [("login", "in", self.logins)]
            )
            users.unlink()
        super().remove()
