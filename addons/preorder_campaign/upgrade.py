"""What the migrations of the suite's addons have in common."""

from odoo import SUPERUSER_ID
from odoo.tools import SQL, convert_file

_TEXTS = SQL("subject, body_html")


def write_rules_anew(env, addon: str) -> None:
    """Give an addon's record rules the domains they have now.

    They are ``noupdate``, so that the office can switch one off; an old domain would
    show people what they must not see, or ask for a method that is gone.
    """
    _load(env, addon, "security/ir_rules.xml")


def write_mails_anew(env, addon: str, *files: str) -> None:
    """Give an addon's mail templates their texts of now, but those that people edited.

    :param files: paths inside the addon
    """
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE preorder_edited ON COMMIT DROP AS
            SELECT template.id, %s
              FROM mail_template template
              JOIN ir_model_data data
                ON data.model = 'mail.template' AND data.res_id = template.id
             WHERE data.module = %s AND template.write_uid <> %s
            """,
            _TEXTS,
            addon,
            SUPERUSER_ID,
        )
    )
    for file in files:
        _load(env, addon, file)
    env.flush_all()
    env.cr.execute(
        """
        UPDATE mail_template template
           SET subject = edited.subject, body_html = edited.body_html
          FROM preorder_edited edited
         WHERE template.id = edited.id
        """
    )
    env.cr.execute("DROP TABLE preorder_edited")
    env.invalidate_all()


def install_bridges(env, addon: str) -> None:
    """Install what Odoo installs by itself where an addon is.

    It does so when it installs one, not when it brings one up to a version that comes
    with more of them.
    """
    there = ("installed", "to install", "to upgrade")
    bridges = env["ir.module.module"].search(
        [
            ("auto_install", "=", True),
            ("state", "=", "uninstalled"),
            ("dependencies_id.name", "=", addon),
        ]
    )
    bridges.filtered(
        lambda bridge: all(
            needed.state in there
            for needed in bridge.dependencies_id
            if needed.auto_install_required
        )
    ).button_install()


def _load(env, addon, file):
    # As at the installation, which writes what is not updated afterwards.
    convert_file(env, addon, file, {}, mode="init")
