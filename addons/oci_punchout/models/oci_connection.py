import secrets

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import oci


class OciConnection(models.Model):
    _name = "oci.connection"
    _description = "Punchout Connection"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(
        "Procurement System",
        required=True,
        tracking=True,
        help="What buyers call their system; it stands on the button that takes the "
        "basket home.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    code = fields.Char(
        required=True,
        copy=False,
        readonly=True,
        default=lambda self: secrets.token_hex(8),
        help="Part of the address that the customer's system opens.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    website_id = fields.Many2one(
        "website",
        required=True,
        domain="[('company_id', '=', company_id)]",
        default=lambda self: self.env["website"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
        help="The shop that buyers enter.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        check_company=True,
        tracking=True,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        "Portal User",
        required=True,
        tracking=True,
        domain="[('share', '=', True), ('active', '=', True), "
        "('partner_id', 'child_of', partner_id)]",
        help="Whom buyers act as: the shop shows this user's prices and products. "
        "Everybody who comes by this connection has a basket of their own.",
    )
    lang_id = fields.Many2one(
        "res.lang",
        "Language",
        help="Empty: the one the launch asks for, or else the portal user's.",
    )
    session_minutes = fields.Integer(
        "Session Ends After (min)",
        default=240,
        required=True,
        help="How long a buyer may shop before the basket has to go home.",
    )
    quotation_days = fields.Integer(
        "Quotation Valid (days)",
        default=30,
        required=True,
        help="How long the transferred basket waits for the customer's order.",
    )

    search_limit = fields.Integer(
        "Search Results",
        default=100,
        required=True,
        help="How many products a search in the background (BACKGROUND_SEARCH) answers "
        "with at most, the best matches first. The protocol knows no pages: everything "
        "comes in one answer, for which the customer's system waits. The log of a "
        "search says if there were more.",
    )

    # Parameters
    login_parameter = fields.Char(required=True, default="USERNAME")
    secret_parameter = fields.Char(required=True, default="PASSWORD")
    return_parameter = fields.Char(
        "Return Address Parameter", required=True, default="HOOK_URL"
    )
    allow_get = fields.Boolean("GET", default=True)
    allow_post = fields.Boolean("POST", default=True)

    # Content
    price_basis = fields.Selection(
        [("net", "Excluding taxes"), ("gross", "Including taxes")],
        "Prices",
        default="net",
        required=True,
    )
    charset = fields.Selection(
        [(codec, label) for codec, label in sorted(oci.CHARSET_LABELS.items())],
        "Character Set",
        help="Empty: the one the launch asks for, or else UTF-8. Characters it lacks "
        "are replaced, and the buyer is told.",
    )
    split_query = fields.Boolean(
        "Split the return address's query into fields",
        help="For systems that expect the parameters of their return address as "
        "hidden fields and not in the address.",
    )
    send_empty = fields.Boolean(
        "Send empty fields", help="For systems that expect every field of OCI 4.0."
    )
    description_with_number = fields.Boolean(
        "Send a description beside the customer's product number",
        help="Some systems read both together (DESCRIPTION and MATNR) as an error.",
    )
    attach_image = fields.Boolean(
        "Attach the product's picture",
        help="As an address from which the customer's system can download it.",
    )
    field_ids = fields.One2many(
        "oci.field",
        "connection_id",
        "Fields",
        copy=True,
        default=lambda self: self._get_default_fields(),
    )
    unit_ids = fields.One2many(
        "oci.unit",
        "connection_id",
        "Units",
        copy=True,
        default=lambda self: self.env["oci.unit"]._get_default_units(),
    )
    session_ids = fields.One2many("oci.session", "connection_id", "Sessions")
    session_count = fields.Integer(compute="_compute_session_count")
    preview_product_id = fields.Many2one(
        "product.product",
        "Example Product",
        store=False,
        readonly=False,
        compute="_compute_preview_product_id",
        domain="[('sale_ok', '=', True)]",
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    _code_unique = models.UniqueIndex("(code)")
    _session_minutes_positive = models.Constraint(
        "CHECK(session_minutes BETWEEN 5 AND 1440)",
        "A session lasts at least 5 minutes and at most a day (1,440 minutes).",
    )
    _quotation_days_positive = models.Constraint(
        "CHECK(quotation_days BETWEEN 1 AND 3650)",
        "A quotation is valid for at least a day and at most ten years.",
    )
    _search_limit_in_bounds = models.Constraint(
        "CHECK(search_limit BETWEEN 1 AND 1000)",
        "A search answers with at least 1 and at most 1,000 products.",
    )

    @api.model
    def _get_default_fields(self):
        """The lines of the fields that need nothing but Odoo's own products."""
        return [
            fields.Command.create(
                {"field": name, "kind": "field", "path": path, "sequence": sequence}
            )
            for sequence, (name, path) in enumerate(
                (
                    ("DESCRIPTION", "product_id.display_name"),
                    ("LONGTEXT", "name"),
                    ("VENDORMAT", "product_id.default_code"),
                    ("LEADTIME", "customer_lead"),
                    ("EXT_QUOTE_ID", "order_id.name"),
                    ("EXT_QUOTE_ITEM", "oci_item"),
                    ("EXT_PRODUCT_ID", "oci_product_key"),
                ),
                start=1,
            )
        ]

    @api.depends("session_ids")
    def _compute_session_count(self):
        counts = dict(
            self.env["oci.session"]._read_group(
                [("connection_id", "in", self.ids)], ["connection_id"], ["__count"]
            )
        )
        for connection in self:
            connection.session_count = counts.get(connection._origin, 0)

    @api.constrains("user_id", "partner_id")
    def _check_user(self):
        for connection in self:
            user = connection.user_id.sudo()
            if not user.share or user._is_public():
                raise ValidationError(
                    self.env._(
                        "%(user)s is no portal user. Buyers must not act as somebody "
                        "who can enter the office; choose a portal user of "
                        "%(customer)s.",
                        user=user.name,
                        customer=connection.partner_id.name,
                    )
                )
            if (
                user.partner_id.commercial_partner_id
                != connection.partner_id.commercial_partner_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(user)s does not belong to %(customer)s. Choose one of this "
                        "customer's portal users.",
                        user=user.name,
                        customer=connection.partner_id.name,
                    )
                )

    @api.constrains("website_id", "company_id")
    def _check_website(self):
        for connection in self:
            if connection.website_id.company_id != connection.company_id:
                raise ValidationError(
                    self.env._(
                        "The shop %(website)s belongs to another company. Choose one "
                        "of %(company)s.",
                        website=connection.website_id.name,
                        company=connection.company_id.name,
                    )
                )

    @api.constrains("login_parameter", "secret_parameter", "return_parameter")
    def _check_parameters(self):
        for connection in self:
            names = [
                connection.login_parameter,
                connection.secret_parameter,
                connection.return_parameter,
            ]
            keys = {name.strip().lower().removeprefix("~") for name in names}
            if len(keys) < 3:
                raise ValidationError(
                    self.env._(
                        "The parameters of log-in, secret and return address must have "
                        "three different names."
                    )
                )

    def _get_names(self):
        """Return what this connection calls its parameters."""
        self.ensure_one()
        return oci.Names(
            login=self.login_parameter,
            secret=self.secret_parameter,
            return_address=self.return_parameter,
        )

    def _get_options(self, asked_charset=None):
        """Return how this connection wants its fields.

        :param asked_charset: the label a launch asked for
        """
        self.ensure_one()
        return oci.Options(
            charset=self.charset or oci.get_charset(asked_charset),
            send_empty=self.send_empty,
            description_with_number=self.description_with_number,
            lengths={
                line._get_name(): line.max_length
                for line in self.field_ids
                if line.max_length
            },
        )

    def _get_language(self, asked):
        """Return the code of an active language of the shop.

        :param asked: a launch's language, as ``oci.parse_language`` reads it
        """
        self.ensure_one()
        installed = self.website_id.language_ids.mapped("code")
        if self.lang_id.code in installed:
            return self.lang_id.code
        for candidate in (asked, self.user_id.lang):
            if candidate in installed:
                return candidate
            short = candidate and candidate[:2]
            for code in installed:
                if short and code[:2] == short:
                    return code
        return self.website_id.default_lang_id.code

    # -- Preview ---

    @api.depends("website_id")
    def _compute_preview_product_id(self):
        product = self.env["product.product"].search(
            [("sale_ok", "=", True), ("is_published", "=", True)], limit=1
        )
        for connection in self:
            connection.preview_product_id = connection.preview_product_id or product

    @api.depends(
        "preview_product_id",
        "field_ids.field",
        "field_ids.other_name",
        "field_ids.kind",
        "field_ids.path",
        "field_ids.value",
        "field_ids.max_length",
        "unit_ids.uom_id",
        "unit_ids.code",
        "price_basis",
        "charset",
        "send_empty",
        "description_with_number",
        "attach_image",
        "user_id",
    )
    def _compute_preview(self):
        for connection in self:
            if not connection.preview_product_id or not connection.user_id:
                connection.preview = False
                continue
            line = connection._make_line(connection.preview_product_id, 1)
            basket = oci.build_fields(
                [connection._prepare_item(line)], connection._get_options()
            )
            connection.preview = connection._render_fields(basket)

    def _render_fields(self, basket):
        """Return a table of a basket's fields, and what happens to them."""
        rows = Markup().join(
            Markup("<tr><td><code>%s</code></td><td>%s</td></tr>") % field
            for field in basket.fields
        )
        notes = Markup().join(
            Markup("<li>%s</li>") % self.env["oci.session"]._describe_note(note)
            for note in basket.notes
        )
        table = Markup("<table class='table table-sm'>%s</table>") % rows
        return table + (Markup("<ul>%s</ul>") % notes if notes else escape(""))

    # -- Lines ---

    def _make_line(self, product, quantity, no_variant_values=None):
        """Return a line of a basket that is not stored, with the customer's price.

        :param product: ``product.product``
        :param no_variant_values: attribute values that make no variant of their own
        """
        return self._make_lines([(product, quantity, no_variant_values)])

    def _make_lines(self, wanted):
        """Return the lines of a basket that is not stored, at the customer's prices.

        :param wanted: triples as ``_make_line`` takes them
        """
        self.ensure_one()
        partner = self.user_id.sudo().partner_id
        order = (
            self.env["sale.order"]
            .sudo()
            .with_company(self.company_id)
            .with_context(lang=self.env.context.get("lang") or partner.lang)
            .new(
                {
                    "partner_id": partner.id,
                    "company_id": self.company_id.id,
                    "website_id": self.website_id.id,
                    "pricelist_id": self._get_pricelist().id,
                    "order_line": [
                        fields.Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                # Looked up for each line, and of no use here.
                                "analytic_distribution": False,
                                "product_no_variant_attribute_value_ids": [
                                    fields.Command.set(values.ids if values else [])
                                ],
                            }
                        )
                        for product, quantity, values in wanted
                    ],
                }
            )
        )
        return order.order_line

    def _get_pricelist(self):
        """The customer's own pricelist: the one of the office's quotations, even where
        the shop does not offer it to others."""
        self.ensure_one()
        partner = self.user_id.sudo().partner_id.with_company(self.company_id)
        if not self.env["res.groups"]._is_feature_enabled(
            "product.group_product_pricelist"
        ):
            return self.env["product.pricelist"].sudo()
        return partner.property_product_pricelist.sudo()

    def _prepare_item(self, line):
        """Return a line of a basket as OCI sees it.

        :param line: ``sale.order.line``, stored or not
        """
        self.ensure_one()
        line = line.with_context(display_default_code=False)
        price, amount = line._get_oci_amounts(self.price_basis)
        values = {}
        for mapping in self.field_ids:
            if value := mapping._get_value(line):
                values[mapping._get_name()] = value
        if line.product_id.type == "service":
            values.setdefault("SERVICE", "X")
        if self.attach_image and line.product_id.image_1920:
            path = f"/web/image/product.product/{line.product_id.id}/image_1920"
            values.setdefault("ATTACHMENT", self.website_id.get_base_url() + path)
            values.setdefault("ATTACHMENT_TITLE", line.product_id.display_name)
        units = {
            unit.uom_id._origin or unit.uom_id: unit.code for unit in self.unit_ids
        }
        return oci.Item(
            name=line.product_id.display_name or line.name or "",
            quantity=line._get_oci_quantity(),
            unit=units.get(line.product_uom_id) or "",
            price=price,
            currency=line.currency_id.name or "",
            values=values,
            amount=amount,
            amount_digits=line.currency_id.decimal_places,
        )

    def _describe_rule(self, rule):
        """Return a rule of OCI in words, by its name in ``oci.validate_fields``."""
        texts = {
            "name": self.env._("This is no name of an OCI field."),
            "twice": self.env._("The same field came twice."),
            "gap": self.env._("Line numbers have to begin at 1, without a gap."),
            "index": self.env._("Line numbers have to begin at 1, without a gap."),
            "length": self.env._("The content is too long."),
            "leading_blank": self.env._("The content begins with a blank."),
            "charset": self.env._("The agreed character set lacks a character."),
            "decimal": self.env._(
                "A number has at most 11 digits before the point, 3 after it, and no "
                "other signs."
            ),
            "three_decimals": self.env._("A number needs three decimals."),
            "integer": self.env._("This has to be a whole number of up to 5 digits."),
            "price_unit": self.env._("The price unit has to be at least 1."),
            "flag": self.env._("This is X or empty."),
            "description_or_number": self.env._(
                "A line needs a description or the customer's product number."
            ),
            "description_and_number": self.env._(
                "A line has a description or the customer's product number, not both."
            ),
            "quantity": self.env._("A line needs a quantity."),
            "unit": self.env._("A line needs a unit."),
        }
        if rule in texts:
            return texts[rule]
        field, needed = rule.upper().split("_NEEDS_")
        return self.env._("%(field)s needs %(needed)s.", field=field, needed=needed)

    # -- Actions ---

    def action_view_sessions(self):
        """Open the log of this connection."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "oci_punchout.oci_session_action"
        )
        action["domain"] = [("connection_id", "=", self.id)]
        action["context"] = {}
        return action
