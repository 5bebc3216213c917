from odoo import fields, models


class OciSecretShow(models.AbstractModel):
    """A dialog that shows a secret once; abstract, so that it is stored nowhere."""

    _name = "oci.secret.show"
    _description = "New Punchout Secret"

    # The web client reads what the action's context says once a record has an id.
    id = fields.Id()
    login = fields.Char("Log-in", readonly=True)
    secret = fields.Char(readonly=True)
