"""The order confirmation as a document: Peppol's Order Response."""

from odoo import fields, models
from odoo.exceptions import UserError

from .. import ubl, ubl_order


def _get_common(periods):
    """Return the period of a set's only member, or ``None``."""
    return next(iter(periods)) if len(periods) == 1 else None


def _join(periods):
    """Return the period that holds all others, or ``None`` if one is not known.

    :param periods: set of first and last day, or ``None``
    """
    if not periods or None in periods:
        return None
    return min(first for first, _last in periods), max(last for _first, last in periods)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    oci_response_count = fields.Integer(
        "UBL Order Confirmations", readonly=True, copy=False
    )

    def action_send_order_response(self):
        """Make the order confirmation as a document, mail it where the connection has
        an address, and download it.

        :raise UserError: that names what is missing
        """
        self.ensure_one()
        attachment = self._send_order_response()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "download",
        }

    def _send_automatic_order_response(self):
        """Send confirmations where the connection wants that; what is missing becomes
        the salesperson's task, and stops nothing."""
        for order in self:
            connection = order._get_oci_connection()
            if (
                connection.send_order_response
                and order.state in ("sale", "cancel")
                and order.oci_document_state != "waiting"
            ):
                try:
                    order._send_order_response()
                except UserError as error:
                    text = order.env._(
                        "The order confirmation could not be sent: %(reason)s",
                        reason=error.args[0],
                    )
                    order.message_post(body=text)
                    order._schedule_oci_activity(text)

    def _send_order_response(self):
        """Return the order confirmation as an attachment of the order.

        :raise UserError: that names what is missing
        """
        self.ensure_one()
        content = ubl.build_order_response(self._prepare_order_response())
        number = self._get_order_response_number()
        self.sudo().oci_response_count += 1
        return self._get_oci_connection()._send_document(
            self,
            f"{number}.xml".replace("/", "-"),
            content,
            self.env._("Order confirmation %(number)s", number=number),
            "oci_punchout.order_response_mail_template",
        )

    def _get_order_response_number(self):
        return f"{self.name}-{self.oci_response_count + 1}"

    def _prepare_order_response(self):
        """Return what the customer is told of the order.

        :return: ``ubl.OrderResponse``
        :raise UserError: when the order is neither confirmed nor rejected, or lacks
            what the document must have
        """
        self.ensure_one()
        connection = self._get_oci_connection()
        if not connection or self.state not in ("sale", "cancel"):
            raise UserError(
                self.env._(
                    "%(order)s is neither confirmed nor cancelled. Confirm it first.",
                    order=self.name,
                )
            )
        if not self.client_order_ref:
            raise UserError(
                self.env._(
                    "The customer's order number is missing. Enter it as the Customer "
                    "Reference of %(order)s.",
                    order=self.name,
                )
            )
        code, lines = self._get_ubl_answer()
        periods = {line._get_ubl_promise() for line in self._get_ubl_lines()}
        promised = _join(periods) if code == ubl.ACCEPTED else _get_common(periods)
        return ubl.OrderResponse(
            id=self._get_order_response_number(),
            order=self.client_order_ref,
            sales_order=self.name,
            issued=fields.Date.context_today(self),
            code=code,
            currency=self.currency_id.name,
            seller=self.company_id.partner_id._get_ubl_party(),
            buyer=self.partner_id.commercial_partner_id._get_ubl_party(),
            promised=promised,
            lines=lines,
        )

    def _get_ubl_answer(self):
        """Return the answer to the customer's order as it stands now.

        An order that was typed by hand is accepted as it was typed. Only lines can say
        that they come on different days, so that these are written where the customer
        did not ask for just that.

        :return: a code of ``ubl``, and a tuple of ``ubl.ResponseLine``
        """
        self.ensure_one()
        if self.state == "cancel":
            return ubl.REJECTED, ()
        document = self.sudo().oci_document_id
        if document.state != "accepted":
            return ubl.ACCEPTED, ()
        order = ubl_order.read_order(self._find_ubl_order(document.attachment_id))
        lines, asked, promises = [], [], set()
        for number, pair in enumerate(self._compare_ubl_order(order), start=1):
            if pair.quoted is None:
                lines.append(self._prepare_ubl_refused_line(number, pair.ordered))
                continue
            line = self.order_line.browse(pair.quoted.key)
            promise = line._get_ubl_promise()
            in_time = pair.ordered and promise and pair.ordered.is_in_time(*promise)
            status = ubl.LINE_ACCEPTED
            if pair.changes or (promise and not in_time):
                status = ubl.LINE_CHANGED
            asked.append(bool(in_time and any(pair.ordered.wanted)))
            promises.add(promise)
            lines.append(
                line._prepare_ubl_response_line(
                    number,
                    pair.ordered.id if pair.ordered else ubl.NO_LINE,
                    status if pair.ordered else ubl.LINE_ADDED,
                )
            )
        if all(line.status == ubl.LINE_ACCEPTED for line in lines) and (
            len(promises) < 2 or all(asked)
        ):
            return ubl.ACCEPTED, ()
        return ubl.CHANGED, tuple(lines)

    def _prepare_ubl_refused_line(self, number, ordered):
        """Return a line that was ordered, and will not come.

        :param ordered: ``ubl_order.OrderedLine``
        """
        name = ordered.name or ordered.seller_id or ordered.gtin or ordered.id
        return ubl.ResponseLine(
            id=str(number),
            reference=ordered.id,
            status=ubl.LINE_REJECTED,
            item=ubl.Item(
                name=name,
                seller_id=ordered.seller_id,
                gtin=ordered.gtin,
                buyer_id=ordered.buyer_id,
            ),
        )
