from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.website_sale.const import SHOP_PATH

from .. import oci

#: Failures and launches after which a connection rests for a browser's address.
_FAILURES, _FAILURE_MINUTES = 10, 10
_LAUNCHES, _LAUNCH_MINUTES = 60, 1
#: Days for which refused launches are kept.
_REFUSED_DAYS = 30

_SHOP_ROUTES = {
    SHOP_PATH,
    f"{SHOP_PATH}/page/<int:page>",
    f'{SHOP_PATH}/category/<model("product.public.category"):category>',
    f'{SHOP_PATH}/category/<model("product.public.category"):category>/page/<int:page>',
    "/shop/save_shop_layout_mode",
    "/shop/products/recently_viewed_update",
    "/shop/products/recently_viewed_delete",
    "/website/snippet/autocomplete",
    "/shop/cart",
    "/shop/cart/add",
    "/shop/cart/update",
    "/shop/cart/quantity",
    "/shop/cart/clear",
    "/punchout/transfer",
}
_PRODUCT_ROUTES = {
    f'{SHOP_PATH}/<model("product.template"):product>',
    f'{SHOP_PATH}/<model("product.public.category"):category>'
    '/<model("product.template"):product>',
    f'{SHOP_PATH}/product/<model("product.template"):product>',
    '/shop/<model("product.template"):product_template>/document/<int:document_id>',
    "/shop/product/is_add_to_cart_allowed",
    "/sale/create_product_variant",
    "/website_sale/get_combination_info",
    "/website_sale/combo_configurator/get_data",
    "/website_sale/combo_configurator/get_price",
    "/website_sale/should_show_product_configurator",
    "/website_sale/product_configurator/get_values",
    "/website_sale/product_configurator/create_product",
    "/website_sale/product_configurator/update_combination",
    "/website_sale/product_configurator/get_optional_products",
}
_LEAVE_ROUTES = {"/punchout/cancel"}
#: What pages are made of: no page, and no record but pictures by Odoo's own rights.
_PAGE_ROUTES = {
    "/web/image",
    "/web/image/<string:xmlid>",
    "/web/image/<int:id>",
    "/web/image/<string:model>/<int:id>/<string:field>",
    "/website/image",
    "/web/assets/<string:unique>/<string:filename>",
    "/web/assets/<int:website_id>/<unique>/<string:filename>",
    "/web/bundle/<string:bundle_name>",
    "/web/webclient/translations",
    "/web/webclient/bootstrap_translations",
    "/website/translations",
    "/logo",
    "/web/binary/company_logo",
    "/favicon.ico",
    "/terms",
    "/website/lang/<lang>",
}
#: Ways in: whoever comes by them begins anew.
_ENTRY_ROUTES = {
    "/punchout/oci/<string:code>",
    "/punchout/setup/<string:token>",
    "/punchout/setup/<string:token>/test",
    "/punchout/setup/<string:token>/returned",
}


class OciSession(models.Model):
    _name = "oci.session"
    _description = "Punchout Session"
    _order = "id desc"
    _rec_name = "id"

    connection_id = fields.Many2one(
        "oci.connection", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="connection_id.company_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="connection_id.partner_id", string="Customer", store=True
    )
    state = fields.Selection(
        [
            ("shopping", "Shopping"),
            ("transferred", "Transferred"),
            ("answered", "Answered"),
            ("cancelled", "Cancelled"),
            ("expired", "Expired"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    function = fields.Selection(
        [
            ("", "Shop"),
            ("DETAIL", "Product page"),
            ("VALIDATE", "Price of a product"),
            ("BACKGROUND_SEARCH", "Search in the background"),
            ("SOURCING", "Search in the shop"),
        ],
        readonly=True,
    )
    reason = fields.Selection(
        [
            ("login", "Wrong log-in or secret"),
            ("method", "GET or POST not allowed"),
            ("network", "Network not allowed"),
            ("return_address", "No return address"),
            ("address", "Return address not allowed"),
            ("ambiguous", "A parameter with two values"),
            ("function", "Unknown function"),
            ("xml", "XML variant"),
            ("product", "No product"),
            ("quantity", "No quantity"),
            ("search", "No search term"),
            ("user", "Portal user cannot sign in"),
        ],
        "Refused Because",
        readonly=True,
    )
    hint = fields.Char("What to Do", compute="_compute_hint")
    date_start = fields.Datetime(
        "Start", required=True, readonly=True, default=fields.Datetime.now, index=True
    )
    date_expire = fields.Datetime("Expires", readonly=True)
    date_end = fields.Datetime("End", readonly=True)
    duration = fields.Float(
        "Duration (min)", compute="_compute_duration", help="Until it ended, or now."
    )
    remote_address = fields.Char("Browser's Address", readonly=True, index=True)
    request_log = fields.Text("What Came In", readonly=True)
    return_address = fields.Char(
        readonly=True, help="Without its query, in which the other side's session is."
    )
    return_url = fields.Char(groups=fields.NO_ACCESS)
    cancel_url = fields.Char(groups=fields.NO_ACCESS)
    target = fields.Char(readonly=True)
    charset = fields.Char("Character Set", readonly=True)
    lang = fields.Char("Language", readonly=True)
    vendor = fields.Char(
        "Supplier Number", readonly=True, help="What the customer's system calls us."
    )
    echo = fields.Json(readonly=True)
    cookie_mode = fields.Char(readonly=True)
    order_id = fields.Many2one("sale.order", "Quotation", readonly=True, index=True)
    posted_fields = fields.Json(readonly=True)
    posted_log = fields.Text("What Went Out", compute="_compute_posted_log")
    note_log = fields.Text("What Was Changed", readonly=True)

    def _compute_display_name(self):
        for session in self:
            session.display_name = f"{session.connection_id.name} #{session.id}"

    @api.depends("date_start", "date_end", "state")
    def _compute_duration(self):
        for session in self:
            end = session.date_end or min(
                fields.Datetime.now(), session.date_expire or fields.Datetime.now()
            )
            session.duration = (end - session.date_start).total_seconds() / 60

    @api.depends("posted_fields")
    def _compute_posted_log(self):
        for session in self:
            session.posted_log = "\n".join(
                f"{name} = {value}" for name, value in session.posted_fields or []
            )

    @api.depends("state", "reason")
    def _compute_hint(self):
        hints = {
            "login": self.env._(
                "Compare the log-in and the parameters' names with the customer's IT. "
                "If in doubt, make a second secret and send it to them."
            ),
            "method": self.env._("Allow the method, or have it changed over there."),
            "network": self.env._("Add the browser's address to the networks."),
            "return_address": self.env._(
                "Compare the name of the return address's parameter."
            ),
            "address": self.env._(
                "If it is the customer's system, add it to the return addresses."
            ),
            "ambiguous": self.env._(
                "The same parameter is in the address and in the form; one has to go."
            ),
            "function": self.env._(
                "The shop knows DETAIL, VALIDATE, BACKGROUND_SEARCH and SOURCING."
            ),
            "xml": self.env._("Have the return set to HTML fields over there."),
            "product": self.env._("PRODUCTID has to say which product is meant."),
            "quantity": self.env._("QUANTITY has to be a number above zero."),
            "search": self.env._("SEARCHSTRING has to say what is searched for."),
            "user": self.env._("Check whether the portal user is active."),
            "expired": self.env._(
                "The buyer opens the catalogue again. If that happens often, let "
                "sessions last longer."
            ),
            "cancelled": self.env._("The buyer went back without a basket."),
        }
        for session in self:
            session.hint = hints.get(session.reason or session.state, False)

    # -- Launch ---

    @api.model
    def _is_resting(self, connection, remote_address):
        """Whether launches from a browser's address are refused without a look.

        :param connection: with the rights of the system
        """
        now = fields.Datetime.now()
        domain = [
            ("connection_id", "=", connection.id),
            ("remote_address", "=", remote_address),
        ]
        failures = self.sudo().search_count(
            [
                *domain,
                ("state", "=", "refused"),
                ("reason", "in", ("login", "method", "network")),
                ("date_start", ">", now - timedelta(minutes=_FAILURE_MINUTES)),
            ],
            limit=_FAILURES,
        )
        if failures >= _FAILURES:
            return True
        launches = self.sudo().search_count(
            [*domain, ("date_start", ">", now - timedelta(minutes=_LAUNCH_MINUTES))],
            limit=_LAUNCHES,
        )
        return launches >= _LAUNCHES

    @api.model
    def _log_refusal(self, connection, reason, parameters, remote_address):
        """Keep a launch that was refused, without its secrets.

        :param parameters: name and value of what came in
        """
        return self.sudo().create(
            {
                "connection_id": connection.id,
                "state": "refused",
                "reason": reason,
                "date_end": fields.Datetime.now(),
                "remote_address": remote_address,
                "request_log": self._describe_request(connection, parameters),
            }
        )

    @api.model
    def _describe_request(self, connection, parameters):
        redacted = oci.redact_parameters(tuple(parameters), connection._get_names())
        return "\n".join(f"{name} = {value}" for name, value in redacted[:100])

    @api.model
    def _open(self, connection, launch, parameters, remote_address, cookie_mode):
        """Return the session of a launch that was found right.

        :param launch: ``oci.Launch``; its addresses were checked by the connection
        """
        now = fields.Datetime.now()
        cancel = launch.cancel_address
        return self.sudo().create(
            {
                "connection_id": connection.id,
                "state": "shopping",
                "function": launch.function,
                "date_start": now,
                "date_expire": now + timedelta(minutes=connection.session_minutes),
                "remote_address": remote_address,
                "request_log": self._describe_request(connection, parameters),
                "return_url": launch.return_address,
                "return_address": oci.redact_address(launch.return_address),
                "cancel_url": connection._is_address_allowed(cancel) and cancel,
                "target": launch.target,
                "charset": connection._get_options(launch.charset).charset,
                "lang": connection._get_language(launch.language),
                "vendor": launch.vendor[:10],
                "echo": [list(pair) for pair in launch.echo],
                "cookie_mode": cookie_mode,
            }
        )

    def _get_entry_path(self, launch):
        """Return where a buyer enters, without a language: a path of this website.

        What opens something else than the shop overrides ``_get_home_path``, together
        with ``_get_catalogue_routes``.

        :param launch: ``oci.Launch``
        :return: the path, and its query as a dict
        """
        self.ensure_one()
        if launch.function == oci.SOURCING and launch.search:
            return self._get_home_path(), {"search": launch.search}
        return self._get_home_path(), {}

    def _get_home_path(self):
        """Return where the catalogue begins, without a language."""
        self.ensure_one()
        return SHOP_PATH

    # -- Life ---

    def _is_alive(self):
        """Whether the session may go on: buyers of any other are signed out."""
        self.ensure_one()
        return (
            self.state == "shopping"
            and self.date_expire > fields.Datetime.now()
            and self.connection_id.active
        )

    def _can_transfer(self):
        """Whether a basket may be filled and taken home; a product's page has none."""
        self.ensure_one()
        return self.function in ("", False, oci.SOURCING) and bool(self.return_url)

    def _get_allowed_routes(self):
        """Return the routes a punchout session may use, as they are declared.

        Everything else is refused: account, check-out, payment, the website's pages.
        """
        self.ensure_one()
        return (
            _PAGE_ROUTES
            | _LEAVE_ROUTES
            | self._get_entry_routes()
            | self._get_catalogue_routes()
        )

    def _has_basket(self):
        """Whether it is the shop's basket that the buyer fills."""
        self.ensure_one()
        return self._can_transfer()

    def _get_catalogue_routes(self):
        """Return the routes of what buyers may look at, fill and take home.

        What fills something else than the shop's basket overrides this, together with
        ``_has_basket``.
        """
        self.ensure_one()
        return _PRODUCT_ROUTES | _SHOP_ROUTES if self._has_basket() else _PRODUCT_ROUTES

    @api.model
    def _get_entry_routes(self):
        """Return the routes that work whatever became of the browser's session."""
        return _ENTRY_ROUTES

    def _end(self, state):
        """End sessions, and cancel baskets that went nowhere.

        What of the other side's session was in the return address is forgotten.

        :param state: ``transferred``, ``answered``, ``cancelled`` or ``expired``
        """
        self.write(
            {
                "state": state,
                "date_end": fields.Datetime.now(),
                "return_url": False,
                "cancel_url": False,
            }
        )
        if state != "transferred":
            drafts = self.order_id.filtered(lambda order: order.state == "draft")
            drafts._action_cancel()

    @api.model
    def _cron_expire(self):
        """End the sessions whose time is over."""
        self.search(
            [
                ("state", "=", "shopping"),
                ("date_expire", "<=", fields.Datetime.now()),
            ]
        )._end("expired")

    @api.autovacuum
    def _gc_refused(self):
        """Forget launches that were refused long ago: anybody can make them."""
        limit = fields.Datetime.now() - timedelta(days=_REFUSED_DAYS)
        self.search(
            [("state", "=", "refused"), ("date_start", "<", limit)], limit=10000
        ).unlink()
