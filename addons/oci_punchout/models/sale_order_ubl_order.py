"""The customer's order document, taken into the quotation that waits for it."""

import hashlib

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools.mimetypes import guess_mimetype

from .. import ubl_order


class SaleOrder(models.Model):
    _inherit = "sale.order"

    oci_document_ids = fields.One2many(
        "oci.order.document", "order_id", "Customer's Orders", readonly=True
    )
    oci_document_id = fields.Many2one(
        "oci.order.document",
        "Customer's Order",
        compute="_compute_oci_document",
        compute_sudo=True,
    )
    oci_document_state = fields.Char(compute="_compute_oci_document", compute_sudo=True)
    oci_document_is_equal = fields.Boolean(
        compute="_compute_oci_document", compute_sudo=True
    )
    oci_document_note = fields.Text(
        "Customer's Note", compute="_compute_oci_document", compute_sudo=True
    )
    oci_difference_ids = fields.One2many(
        "oci.order.document.line",
        compute="_compute_oci_document",
        compute_sudo=True,
        string="Differences",
    )

    @api.depends("oci_document_ids.state", "oci_document_ids.line_ids.changes")
    def _compute_oci_document(self):
        """The document that counts: what waits, or else what was decided on."""
        for order in self:
            by_state = {
                document.state: document
                for document in order.oci_document_ids.sorted("id")
            }
            document = (
                by_state.get("waiting")
                or by_state.get("accepted")
                or by_state.get("refused")
                or self.env["oci.order.document"]
            )
            order.oci_document_id = document
            order.oci_document_state = document.state
            order.oci_document_is_equal = document.is_equal
            order.oci_document_note = document.note
            order.oci_difference_ids = document.line_ids.filtered("changes")

    # -- Upload ---

    @api.model
    def _get_xml_tree(self, file_data):
        """Read files of strangers with care, and say why one cannot be read.

        :raise UserError: that names the file
        """
        mimetype, name = file_data["mimetype"] or "", file_data["name"] or ""
        content = file_data["raw"] or b""
        # Odoo keeps the XML of people without technical rights as plain text.
        if not mimetype.endswith("/xml") and not (
            "text/plain" in mimetype
            and (
                name.lower().endswith(".xml")
                or guess_mimetype(content).endswith("/xml")
            )
        ):
            return super()._get_xml_tree(file_data)
        try:
            return ubl_order.parse(content)
        except ubl_order.UnreadableOrder as error:
            raise UserError(self._describe_unreadable_order(name, error)) from error

    @api.model
    def _describe_unreadable_order(self, name, error):
        """Return in words why a file is no order one can work with.

        :param name: the file's
        :param error: ``ubl_order.UnreadableOrder``
        """
        values = {"file": name, "detail": error.detail}
        texts = {
            "size": self.env._(
                "%(file)s is too large for an order: 10 MB are the most. Ask the "
                "customer for the order without its attachments.",
                **values,
            ),
            "malformed": self.env._(
                "%(file)s is damaged and cannot be read. Ask the customer to send it "
                "again. (%(detail)s)",
                **values,
            ),
            "entities": self.env._(
                "%(file)s declares a document type, which no order needs and which can "
                "do harm. It was not read. Ask the customer to send it without one.",
                **values,
            ),
            "lines": self.env._(
                "%(file)s has %(detail)s lines; 10,000 are the most. Ask the customer "
                "to send it in parts.",
                **values,
            ),
            "number": self.env._(
                "%(file)s has “%(detail)s” where a quantity or a price should be. Ask "
                "the customer to correct the order.",
                **values,
            ),
            "duplicate": self.env._(
                "%(file)s has two lines with the number %(detail)s. Ask the customer "
                "to correct the order.",
                **values,
            ),
            "missing": self.env._(
                "%(file)s lacks %(detail)s. Ask the customer to correct the order.",
                **values,
            ),
            "empty": self.env._(
                "%(file)s orders nothing: it has no lines. Ask the customer to correct "
                "the order.",
                **values,
            ),
        }
        return texts[error.reason]

    @api.model
    def _create_records_from_attachments(self, attachments, grouping_method=None):
        """Take orders that name a punchout quotation into that quotation.

        What names none goes on to Odoo's own importer, and so does a stranger's order
        that names one: it becomes a draft with a warning, and the quotation stays as it
        is.
        """
        orders = self.browse()
        rest = attachments.browse()
        for attachment in attachments:
            root = self._find_ubl_order(attachment)
            document = root is not None and self._read_ubl_order(root, attachment)
            quotation = document and self._find_ubl_quotation(document)
            if not quotation:
                rest |= attachment
            elif not quotation._is_ubl_sender(document):
                orders |= self._import_strangers_order(attachment, quotation, document)
            else:
                quotation._receive_ubl_order(document, root, attachment)
                orders |= quotation
        if rest:
            orders |= super()._create_records_from_attachments(rest, grouping_method)
        return orders

    @api.model
    def _find_ubl_order(self, attachment):
        """Return the root of the UBL order in a file or in a PDF, or ``None``."""
        files = self._to_files_data(attachment)
        for file_data in files + self._unwrap_attachments(files):
            root = file_data["xml_tree"]
            if root is not None and ubl_order.is_order(root):
                return root
        return None

    @api.model
    def _read_ubl_order(self, root, attachment):
        try:
            return ubl_order.read_order(root)
        except ubl_order.UnreadableOrder as error:
            raise UserError(
                self._describe_unreadable_order(attachment.name, error)
            ) from error

    @api.model
    def _find_ubl_quotation(self, document):
        """Return the punchout quotation that an order names, whoever sent it.

        With the user's rights, but searched with the system's: an order whose quotation
        the user may not see must not become a second one.

        :param document: ``ubl_order.Order``
        :raise UserError: when its lines name two quotations, or the user has no access
        """
        references = document.references + document.line_references
        found = self.sudo().search(
            Domain("name", "in", references)
            & Domain("oci_session_id", "!=", False)
            & Domain("company_id", "in", self.env.companies.ids)
        )
        by_name = {order.name: order for order in found}
        quotation = next(
            (by_name[name] for name in document.references if name in by_name), None
        )
        if quotation is None:
            named = [name for name in document.line_references if name in by_name]
            if len(named) > 1:
                raise UserError(
                    self.env._(
                        "The order %(number)s belongs to more than one quotation: "
                        "%(quotations)s. Ask the customer for an order of each.",
                        number=document.number,
                        quotations=", ".join(named),
                    )
                )
            if not named:
                return self.browse()
            quotation = by_name[named[0]]
        quotation = quotation.sudo(False)
        if not quotation.has_access("write"):
            raise UserError(
                self.env._(
                    "The order %(number)s belongs to %(quotation)s, which you may not "
                    "change. Please give the file to %(salesperson)s.",
                    number=document.number,
                    quotation=quotation.sudo().name,
                    salesperson=quotation.sudo().user_id.name
                    or self.env._("your sales manager"),
                )
            )
        return quotation

    def _is_ubl_sender(self, document):
        """Whether an order comes from the quotation's customer.

        :param document: ``ubl_order.Order``
        """
        self.ensure_one()
        return ubl_order.is_sent_by(
            document.buyer, self.partner_id.commercial_partner_id._get_ubl_buyer()
        )

    @api.model
    def _import_strangers_order(self, attachment, quotation, document):
        """Let Odoo make a draft of an order that names somebody else's quotation."""
        orders = super()._create_records_from_attachments(attachment)
        for order in orders:
            warning = self.env._(
                "The order %(number)s of “%(sender)s” names the quotation "
                "%(quotation)s, which belongs to %(customer)s. The quotation was not "
                "changed. If the sender is this customer, add the VAT number or the "
                "electronic address of the order to the customer and upload it again.",
                number=document.number,
                sender=document.buyer.name,
                quotation=quotation.name,
                customer=quotation.partner_id.commercial_partner_id.name,
            )
            order.message_post(body=warning)
            order._schedule_oci_activity(warning)
        return orders

    # -- Receive ---

    def _receive_ubl_order(self, document, root, attachment):
        """Keep the customer's order with its quotation, and confirm what is as quoted
        where the connection wants that.

        :param document: ``ubl_order.Order``
        :param root: its XML
        :param attachment: the file it came in
        """
        self.ensure_one()
        self.lock_for_update()
        fingerprint = hashlib.sha256(ubl_order.get_fingerprint(root)).hexdigest()
        if fingerprint in self.sudo().oci_document_ids.mapped("fingerprint"):
            return
        comparison = self._compare_ubl_order(document)
        # A punchout's prices have a currency; another one makes them other prices.
        is_equal = document.currency in ("", self.currency_id.name) and not any(
            pair.changes for pair in comparison
        )
        is_ordered = self.state == "sale"
        accepted = self.sudo().oci_document_ids.filtered(
            lambda other: other.state == "accepted"
        )
        belongs = is_ordered and not accepted and is_equal
        if is_ordered:
            state = (
                "accepted" if belongs and self._is_ubl_number(document) else "ignored"
            )
        else:
            state = "waiting"
            self.sudo().oci_document_ids.filtered(
                lambda other: other.state == "waiting"
            ).state = "replaced"
            self._close_oci_activities()
            self.client_order_ref = document.number
        attachment.write({"res_model": self._name, "res_id": self.id})
        products = self._find_ubl_products(comparison)
        record = (
            self.env["oci.order.document"]
            .sudo()
            .create(
                {
                    "order_id": self.id,
                    "number": document.number,
                    "issue_date": self._read_ubl_date(document.issue_date),
                    "note": document.note,
                    "attachment_id": attachment.id,
                    "fingerprint": fingerprint,
                    "state": state,
                    "is_equal": is_equal,
                    "line_ids": [
                        Command.create(
                            self._prepare_oci_document_line(pair, sequence, products)
                        )
                        for sequence, pair in enumerate(comparison)
                    ],
                }
            )
        )
        if state != "ignored":
            self._set_ubl_references(record)
        self._report_ubl_order(record, document, attachment)
        if (
            state == "waiting"
            and is_equal
            and self._get_oci_connection().order_confirmation == "equal"
        ):
            self._confirm_as_ordered()

    def _is_ubl_number(self, document):
        """Whether an order that was typed by hand may be this document."""
        return self.client_order_ref in (False, "", document.number)

    def _get_oci_connection(self):
        """Return the connection by which the basket came, with the system's rights."""
        self.ensure_one()
        return self.sudo().oci_session_id.connection_id

    @api.model
    def _read_ubl_date(self, text):
        try:
            return fields.Date.to_date(text[:10])
        except ValueError:
            return False

    def _compare_ubl_order(self, document):
        """Return how a document differs from the lines as they are.

        :param document: ``ubl_order.Order``
        :return: a tuple of ``ubl_order.Comparison``
        """
        self.ensure_one()
        return ubl_order.compare(
            [line._prepare_ubl_quoted_line() for line in self._get_ubl_lines()],
            document.lines,
            self.name,
            self.currency_id.decimal_places,
        )

    def _get_ubl_lines(self):
        """Return the lines the customer knows: transferred, or ordered in addition."""
        self.ensure_one()
        return self.order_line.filtered(
            lambda line: (
                not line.display_type
                and line.product_uom_qty > 0
                and (line.oci_number or line.oci_reference)
            )
        )

    def _prepare_oci_document_line(self, pair, sequence, products):
        """Return the values of a line of the document.

        :param pair: ``ubl_order.Comparison``
        :param products: as ``_find_ubl_products`` returns them
        """
        quoted, ordered = pair.quoted, pair.ordered
        line = self.order_line.browse(quoted.key if quoted else [])
        product = line.product_id
        if not quoted:
            product = products.get(ordered.id, product)
        return {
            "sequence": sequence,
            "reference": ordered.id if ordered else False,
            "sale_line_id": line.id,
            "product_id": product.id,
            "name": (product.display_name if product else ordered.name)
            or (ordered.seller_id if ordered else False),
            "changes": ",".join(sorted(pair.changes)),
            "quoted_quantity": quoted.quantity if quoted else 0,
            "ordered_quantity": ordered.quantity if ordered else 0,
            "quoted_unit": line._get_ubl_unit() if quoted else False,
            "ordered_unit": ordered.unit if ordered else False,
            "quoted_price": quoted.prices[0] if quoted else 0,
            "ordered_price": (ordered.price or 0) if ordered else 0,
            "has_ordered_price": bool(ordered and ordered.price is not None),
        }

    def _find_ubl_products(self, comparison):
        """Return the products of added lines, as far as the customer may buy them.

        :param comparison: as ``_compare_ubl_order`` returns it
        :return: a dict of ``product.product`` by the line's number in the order
        """
        added = [pair.ordered for pair in comparison if pair.quoted is None]
        if not added:
            return {}
        session = self.sudo().oci_session_id
        found = session._get_products().search(
            Domain(session._get_products_domain())
            & (
                Domain("default_code", "in", [line.seller_id for line in added])
                | Domain("barcode", "in", [line.gtin for line in added])
            )
        )
        products = self.env["product.product"].browse(found.ids)
        by_code = products.grouped("default_code")
        by_barcode = products.grouped("barcode")
        result = {}
        for line in added:
            product = by_code.get(line.seller_id) or by_barcode.get(line.gtin)
            # Two products with one number: a guess would be delivered.
            if product and len(product) == 1:
                result[line.id] = product
        return result

    def _set_ubl_references(self, document):
        """Note the customer's line numbers, by which later documents speak of lines."""
        for line in document.line_ids:
            if line.sale_line_id and line.reference:
                line.sale_line_id.sudo().oci_reference = line.reference

    def _report_ubl_order(self, record, document, attachment):
        """Say in the chatter what came, and give the salesperson what is left to do."""
        self.ensure_one()
        values = {
            "number": record.number,
            "count": len(record.line_ids.filtered("changes")),
            "date": self.validity_date and fields.Date.to_string(self.validity_date),
            "confirmed": self.client_order_ref or self.name,
            "currency": document.currency,
        }
        if record.state == "accepted":
            text = self.env._(
                "The customer's order %(number)s came. It is as confirmed.", **values
            )
        elif record.state == "ignored":
            text = self.env._(
                "The customer's order %(number)s came, but this quotation is confirmed "
                "already by %(confirmed)s. Nothing was changed. If it is a change or a "
                "second order, enter it by hand.",
                **values,
            )
        elif self.state == "cancel":
            text = self.env._(
                "The customer's order %(number)s came, but this quotation is "
                "cancelled. Nothing was confirmed. Set it to quotation again to accept "
                "the order, or tell the customer.",
                **values,
            )
        elif self.is_expired:
            text = self.env._(
                "The customer's order %(number)s came, but this quotation expired on "
                "%(date)s. Nothing was confirmed. Set a new expiration to accept the "
                "order, or reject it.",
                **values,
            )
        elif not self._is_oci_frozen():
            text = self.env._(
                "The customer's order %(number)s came, but the basket was never "
                "transferred. Nothing was confirmed.",
                **values,
            )
        elif record.is_equal:
            text = self.env._(
                "The customer's order %(number)s came. It is as quoted.", **values
            )
        elif values["count"]:
            text = self.env._(
                "The customer's order %(number)s came. It differs from the quotation "
                "in %(count)s lines.",
                **values,
            )
        else:
            text = self.env._(
                "The customer's order %(number)s came. Its prices are in %(currency)s.",
                **values,
            )
        self.message_post(body=text, attachment_ids=attachment.ids)
        if record.state != "accepted" and not (
            record.is_equal
            and self._is_oci_frozen()
            and not self.is_expired
            and self._get_oci_connection().order_confirmation == "equal"
        ):
            self._schedule_oci_activity(text)

    def _schedule_oci_activity(self, text):
        """Give the salesperson something to do."""
        self.ensure_one()
        self.activity_schedule(
            "oci_punchout.order_activity_type",
            user_id=(self.sudo().user_id or self.env.user).id,
            note=Markup("<p>%s</p>") % text,
        )

    def _close_oci_activities(self):
        """Nothing is left to do about the customer's order."""
        self.sudo().activity_unlink(["oci_punchout.order_activity_type"])

    # -- Confirm ---

    def _confirm_as_ordered(self):
        """Confirm an order that is as quoted; what stands against it is for the office.

        Limits and other checks hold as for a person who presses the button.
        """
        self.ensure_one()
        if not self._is_oci_frozen() or self.is_expired:
            return
        try:
            with self.env.cr.savepoint():
                self.action_confirm()
        except (UserError, ValidationError) as error:
            text = self.env._(
                "The order could not be confirmed by itself: %(reason)s",
                reason=error.args[0],
            )
            self.message_post(body=text)
            self._schedule_oci_activity(text)

    def action_accept_oci_document(self):
        """Take the quantities of the customer's order, and confirm.

        Prices stay as quoted. Added products come at the customer's own price; what is
        no product of ours is left out, and the order confirmation says so.

        :raise UserError: when the quotation is over, or a quantity is in another unit
        """
        self.ensure_one()
        self._check_oci_acceptable()
        document = self.oci_document_id
        for line in document.line_ids:
            if "unit" in line._get_changes():
                raise UserError(
                    self.env._(
                        "The customer orders %(product)s in %(ordered)s, and it was "
                        "quoted in %(quoted)s. Agree on it with the customer, or "
                        "confirm as quoted.",
                        product=line.name,
                        ordered=line.ordered_unit,
                        quoted=line.quoted_unit,
                    )
                )
        self.locked = False
        order = self.with_context(oci_transferring=True)
        order._accept_oci_lines(document.line_ids.filtered("changes"))
        return self.action_confirm()

    def _accept_oci_lines(self, lines):
        """Change the order as lines of the customer's document say.

        :param lines: ``oci.order.document.line``
        """
        for line in lines.filtered("sale_line_id"):
            sale_line = line.sale_line_id.with_env(self.env)
            if line._get_changes() & {"quantity", "missing"}:
                # Given with the quantity, the price is not asked of the pricelist.
                sale_line.write(
                    {
                        "product_uom_qty": line.ordered_quantity,
                        "price_unit": sale_line.price_unit,
                        "discount": sale_line.discount,
                    }
                )
        added = lines.filtered(
            lambda line: (
                not line.sale_line_id and line.product_id and line.ordered_quantity
            )
        )
        sale_lines = self.env["sale.order.line"].create(
            [
                {
                    "order_id": self.id,
                    "product_id": line.product_id.id,
                    "product_uom_qty": line.ordered_quantity,
                    "oci_reference": line.reference,
                }
                for line in added
            ]
        )
        for line, sale_line in zip(added.sudo(), sale_lines, strict=True):
            line.sale_line_id = sale_line

    def _check_oci_acceptable(self):
        """Refuse what is over.

        :raise UserError: that names the order and the remedy
        """
        self.ensure_one()
        if self.oci_document_state != "waiting" or self.state not in ("draft", "sent"):
            raise UserError(
                self.env._(
                    "No order of the customer waits at %(order)s. Reload the page.",
                    order=self.name,
                )
            )
        if self.is_expired:
            raise UserError(
                self.env._(
                    "%(order)s expired. Set a new expiration date first, if its prices "
                    "still hold.",
                    order=self.name,
                )
            )

    def action_refuse_oci_document(self):
        """Reject the customer's order: the quotation is cancelled."""
        self.ensure_one()
        if self.oci_document_state != "waiting":
            self._check_oci_acceptable()
        document = self.oci_document_id
        self._action_cancel()
        document.sudo().state = "refused"
        self._close_oci_activities()
        self._send_automatic_order_response()

    def action_confirm(self):
        """Whoever confirms a quotation, its customer's order is confirmed with it."""
        result = super().action_confirm()
        waiting = self.sudo().oci_document_ids.filtered(
            lambda document: (
                document.state == "waiting" and document.order_id.state == "sale"
            )
        )
        waiting.state = "accepted"
        waiting.order_id._close_oci_activities()
        self._send_automatic_order_response()
        return result
