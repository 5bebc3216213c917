from odoo import models
from odoo.exceptions import AccessDenied


class ResUsers(models.Model):
    _inherit = "res.users"

    def _check_credentials(self, credential, env):
        """Sign in by a punchout connection.

        Its credential carries the connection's record: nothing that a client can send
        is one. Two-factor authentication is for people; the system that vouches for the
        buyer is known by its secret.
        """
        if credential.get("type") != "oci_punchout":
            return super()._check_credentials(credential, env)
        connection = credential.get("connection")
        if (
            not isinstance(connection, models.BaseModel)
            or connection._name != "oci.connection"
            or not connection.active
            or connection.user_id != self
            or not self.share
            or not connection._is_login(
                credential.get("oci_login"), credential.get("oci_secret") or ""
            )
        ):
            raise AccessDenied()
        return {"uid": self.id, "auth_method": "oci_punchout", "mfa": "skip"}
