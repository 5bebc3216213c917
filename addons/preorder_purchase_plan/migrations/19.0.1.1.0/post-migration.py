"""Plans of old are decided by the rules of now; rules and mails are those of now."""

from odoo import SUPERUSER_ID, api

from odoo.addons.preorder_campaign import upgrade


def migrate(cr, version):
    """Fill the columns that plans of old have not: supply, suppliers, amounts."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    upgrade.write_rules_anew(env, "preorder_purchase_plan")
    upgrade.write_mails_anew(
        env, "preorder_purchase_plan", "data/mail_template_data.xml"
    )
    for plan in env["preorder.purchase.plan"].search([]):
        plan.with_company(plan.company_id).action_update()
    upgrade.install_bridges(env, "preorder_purchase_plan")
