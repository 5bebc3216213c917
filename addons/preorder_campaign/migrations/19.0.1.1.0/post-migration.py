"""Campaigns keep how they are confirmed; rules and mails are those of now."""

from odoo import SUPERUSER_ID, api
from odoo.tools.sql import column_exists

from odoo.addons.preorder_campaign import upgrade


def migrate(cr, version):
    """Take the two switches of old into the choice that replaced them."""
    if column_exists(cr, "preorder_campaign", "require_signature"):
        cr.execute(
            """
            UPDATE preorder_campaign
               SET confirmation = CASE
                       WHEN require_signature AND require_payment
                           THEN 'signature_payment'
                       WHEN require_payment THEN 'payment'
                       WHEN require_signature THEN 'signature'
                       ELSE 'salesperson'
                   END
            """
        )
        cr.execute(
            """
            ALTER TABLE preorder_campaign
                DROP COLUMN require_signature,
                DROP COLUMN require_payment
            """
        )
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.invalidate_all()
    upgrade.write_rules_anew(env, "preorder_campaign")
    upgrade.write_mails_anew(
        env,
        "preorder_campaign",
        "data/mail_template_data.xml",
        "data/mail_template_goods_data.xml",
    )
    upgrade.install_bridges(env, "preorder_campaign")
