"""The website's record rules are those of now."""

from odoo import SUPERUSER_ID, api

from odoo.addons.preorder_campaign import upgrade


def migrate(cr, version):
    """Write the rules, which an update leaves as they are; what connects it comes."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    upgrade.write_rules_anew(env, "preorder_website")
    upgrade.install_bridges(env, "preorder_website")
