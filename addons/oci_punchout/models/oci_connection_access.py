"""Who may enter by a connection, from where, and where baskets may go."""

import ipaddress
import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import consteq

from odoo.addons.base.models.res_users import KEY_CRYPT_CONTEXT

from .. import oci

#: Characters of a generated secret: none that is read for another, nor one that has to
#: be escaped in an address or an SAP screen.
_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
#: What a secret is compared with where there is none, so that it takes as long.
_NOBODY = KEY_CRYPT_CONTEXT.hash(secrets.token_hex())
_SETUP_DAYS = 30


class OciConnection(models.Model):
    _inherit = "oci.connection"

    login = fields.Char(
        "Log-in",
        required=True,
        copy=False,
        default=lambda self: f"buyer-{secrets.token_hex(4)}",
        help="What the customer's system sends as log-in name. It opens nothing but "
        "this connection.",
    )
    secret_1 = fields.Char(groups=fields.NO_ACCESS, copy=False)
    secret_2 = fields.Char(groups=fields.NO_ACCESS, copy=False)
    secret_1_date = fields.Datetime("First Secret Since", readonly=True, copy=False)
    secret_2_date = fields.Datetime("Second Secret Since", readonly=True, copy=False)
    return_addresses = fields.Text(
        help="One a line, such as https://erp.example.com/oci. A basket goes to this "
        "address, or to one below its path; scheme, host and port must be the same.",
        tracking=True,
    )
    allow_http = fields.Boolean(
        "Allow return addresses without encryption (http)", tracking=True
    )
    allow_sapevent = fields.Boolean(
        "Allow SAPEVENT",
        tracking=True,
        help="The return address of a browser inside the SAP GUI.",
    )
    networks = fields.Text(
        "Allowed Networks",
        tracking=True,
        help="One a line, such as 203.0.113.0/24: where buyers' browsers are. Empty: "
        "anywhere.",
    )
    frame_ancestors = fields.Text(
        "May Be Framed By",
        tracking=True,
        help="Sites that may show the shop in a frame, one a line, such as "
        "https://erp.example.com. Empty: none; the shop fills a window.",
    )
    cookie_policy = fields.Selection(
        [
            ("auto", "As the browser opens the shop"),
            ("lax", "Window only (SameSite=Lax)"),
            ("none", "Frame (SameSite=None)"),
            ("partitioned", "Frame, apart for each site (Partitioned)"),
        ],
        "Session Cookie",
        default="auto",
        required=True,
    )
    setup_token = fields.Char(groups=fields.NO_ACCESS, copy=False)
    setup_until = fields.Date("Set-Up Page Open Until", readonly=True, copy=False)
    launch_url = fields.Char("Address to Open", compute="_compute_launch_url")
    setup_url = fields.Char("Set-Up Page", compute="_compute_setup_url")

    _login_filled = models.Constraint(
        "CHECK(length(trim(login)) > 0)", "A log-in cannot be empty."
    )

    @api.depends("code", "website_id")
    def _compute_launch_url(self):
        for connection in self:
            base = connection.website_id.get_base_url()
            connection.launch_url = f"{base}/punchout/oci/{connection.code}"

    @api.depends("setup_until")
    def _compute_setup_url(self):
        today = fields.Date.context_today(self)
        for connection in self:
            token = connection.sudo().setup_token
            connection.setup_url = (
                token
                and connection.setup_until
                and connection.setup_until >= today
                and f"{connection.website_id.get_base_url()}/punchout/setup/{token}"
            )

    # -- Lists that the office types ---

    @staticmethod
    def _split(text):
        return [line.strip() for line in (text or "").splitlines() if line.strip()]

    @api.constrains("return_addresses", "allow_http")
    def _check_return_addresses(self):
        for connection in self:
            for text in self._split(connection.return_addresses):
                address = oci.parse_address(text)
                if not address or not address.host or address.query:
                    raise ValidationError(
                        self.env._(
                            "%(address)s is no return address. Write it like "
                            "https://erp.example.com/oci, without anything after a "
                            "question mark.",
                            address=text,
                        )
                    )
                if address.scheme == "http" and not connection.allow_http:
                    raise ValidationError(
                        self.env._(
                            "%(address)s is not encrypted. Use https, or allow http "
                            "for this connection.",
                            address=text,
                        )
                    )

    @api.constrains("networks")
    def _check_networks(self):
        for connection in self:
            for text in self._split(connection.networks):
                try:
                    ipaddress.ip_network(text)
                except ValueError as error:
                    raise ValidationError(
                        self.env._(
                            "%(network)s is no network. Write it like 203.0.113.0/24.",
                            network=text,
                        )
                    ) from error

    @api.constrains("frame_ancestors")
    def _check_frame_ancestors(self):
        for connection in self:
            for text in self._split(connection.frame_ancestors):
                address = oci.parse_address(text)
                if not address or address.origin != text.rstrip("/").lower():
                    raise ValidationError(
                        self.env._(
                            "%(site)s is no site. Write it like "
                            "https://erp.example.com, without a path.",
                            site=text,
                        )
                    )

    def _get_allowed_addresses(self):
        """Return where baskets may go: typed ``oci.Address`` records."""
        self.ensure_one()
        addresses = [
            oci.parse_address(text) for text in self._split(self.return_addresses)
        ]
        return [
            address
            for address in addresses
            if address and (address.scheme == "https" or self.allow_http)
        ]

    def _is_address_allowed(self, url):
        """Return whether a basket may be sent to an address.

        The built-in test's own address is one while the set-up page is open.
        """
        self.ensure_one()
        if self.setup_url and url == f"{self.setup_url}/returned":
            return True
        return oci.is_address_allowed(
            oci.parse_address(url),
            self._get_allowed_addresses(),
            sapevent=self.allow_sapevent,
        )

    def _is_network_allowed(self, remote_address):
        """Return whether a browser's address is in an allowed network."""
        self.ensure_one()
        networks = self._split(self.networks)
        if not networks:
            return True
        try:
            address = ipaddress.ip_address(remote_address or "")
        except ValueError:
            return False
        if getattr(address, "ipv4_mapped", None):
            address = address.ipv4_mapped
        return any(address in ipaddress.ip_network(network) for network in networks)

    def _get_frame_ancestors(self):
        """Return the sources of the policy ``frame-ancestors``, as one text."""
        self.ensure_one()
        origins = [
            oci.parse_address(text).origin for text in self._split(self.frame_ancestors)
        ]
        return " ".join(["'self'", *origins]) if origins else "'self'"

    # -- Secrets ---

    def action_generate_secret_1(self):
        """Make a new first secret and show it once."""
        return self._generate_secret("secret_1")

    def action_generate_secret_2(self):
        """Make a new second secret and show it once."""
        return self._generate_secret("secret_2")

    def action_revoke_secret_1(self):
        """Let the first secret open nothing any more, and end sessions under way."""
        self._revoke_secret("secret_1")

    def action_revoke_secret_2(self):
        """Let the second secret open nothing any more, and end sessions under way."""
        self._revoke_secret("secret_2")

    def _revoke_secret(self, slot):
        self.check_access("write")
        self.sudo().write({slot: False, f"{slot}_date": False})
        sessions = self.sudo().session_ids
        sessions.filtered(lambda session: session.state == "shopping")._end("expired")
        self._message_log_batch(
            {
                connection.id: self.env._("A secret of this connection was revoked.")
                for connection in self
            }
        )

    def _generate_secret(self, slot):
        """Store the hash of a new random secret.

        As for Odoo's own API keys: random enough that few rounds are as good as many,
        which a launch would have to wait for.

        :return: the action of a dialog that has the secret; it is stored nowhere
        """
        self.ensure_one()
        self.check_access("write")
        secret = "".join(secrets.choice(_ALPHABET) for _position in range(32))
        self.sudo().write(
            {
                slot: KEY_CRYPT_CONTEXT.hash(secret),
                f"{slot}_date": fields.Datetime.now(),
            }
        )
        self._message_log(body=self.env._("A new secret of this connection was made."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Secret"),
            "res_model": "oci.secret.show",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_secret": secret, "default_login": self.login},
        }

    def _is_login(self, login, secret):
        """Return whether log-in and secret are this connection's own, in constant time.

        An empty record answers as slowly as any.
        """
        right = consteq(
            (login or "").encode().hex(), (self.sudo().login or "").encode().hex()
        )
        found = False
        for stored in (self.sudo().secret_1, self.sudo().secret_2):
            matches = KEY_CRYPT_CONTEXT.verify(secret[:200], stored or _NOBODY)
            found |= bool(matches and stored)
        return bool(self) and right and found

    # -- Set-up page ---

    def action_open_setup(self):
        """Open a set-up page for the customer's IT, under a new address."""
        self.ensure_one()
        self.check_access("write")
        self.sudo().write(
            {
                "setup_token": secrets.token_urlsafe(24),
                "setup_until": fields.Date.context_today(self)
                + timedelta(days=_SETUP_DAYS),
            }
        )
        return True

    def action_close_setup(self):
        """Close the set-up page."""
        self.check_access("write")
        self.sudo().write({"setup_token": False, "setup_until": False})
        return True

    @api.model
    def _find_by_setup_token(self, token):
        """Return the connection whose set-up page is open under a token, if any.

        :return: with the rights of the system
        """
        if not re.fullmatch(r"[A-Za-z0-9_-]{32}", token or ""):
            return self.sudo()
        connection = self.sudo().search(
            [
                ("setup_token", "=", token),
                ("setup_until", ">=", fields.Date.context_today(self)),
            ],
            limit=1,
        )
        if not connection or not consteq(connection.setup_token, token):
            return self.sudo()
        return connection
