"""A delivery of a punchout order as a document: Peppol's Despatch Advice."""

from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from .. import ubl


class StockPicking(models.Model):
    _inherit = "stock.picking"

    oci_session_id = fields.Many2one(related="sale_id.oci_session_id")

    def _action_done(self):
        result = super()._action_done()
        for picking in self.filtered(lambda picking: picking._is_oci_delivery()):
            if picking.sale_id._get_oci_connection().send_despatch_advice:
                try:
                    picking._send_despatch_advice()
                except UserError as error:
                    text = picking.env._(
                        "The despatch advice could not be sent: %(reason)s",
                        reason=error.args[0],
                    )
                    picking.message_post(body=text)
                    picking.sale_id._schedule_oci_activity(text)
        return result

    def _is_oci_delivery(self):
        """Whether goods of a punchout order left for the customer."""
        self.ensure_one()
        return (
            bool(self.sudo().sale_id.oci_session_id)
            and self.picking_type_code == "outgoing"
            and self.state == "done"
        )

    def action_send_despatch_advice(self):
        """Make the despatch advice, mail it where the connection has an address, and
        download it.

        :raise UserError: that names what is missing
        """
        self.ensure_one()
        attachment = self._send_despatch_advice()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "download",
        }

    def _send_despatch_advice(self):
        """Return the despatch advice as an attachment of the delivery.

        :raise UserError: that names what is missing
        """
        self.ensure_one()
        # A warehouse's people need no right to see sales for it.
        advice = self.sudo()._prepare_despatch_advice()
        name = "despatch-advice-{}.xml".format(self.name.replace("/", "-"))
        return (
            self.sudo()
            .sale_id._get_oci_connection()
            ._send_document(
                self,
                name,
                ubl.build_despatch_advice(advice),
                self.env._("Despatch advice %(number)s", number=self.name),
                "oci_punchout.despatch_advice_mail_template",
            )
        )

    def _prepare_despatch_advice(self):
        """Return what left.

        :return: ``ubl.DespatchAdvice``
        :raise UserError: when nothing left yet, or something needed is missing
        """
        self.ensure_one()
        lines = self._is_oci_delivery() and self._prepare_despatch_lines()
        if not lines:
            raise UserError(
                self.env._(
                    "Nothing of %(delivery)s left yet. Validate the delivery first.",
                    delivery=self.name,
                )
            )
        order = self.sale_id
        done = fields.Datetime.context_timestamp(self, self.date_done).date()
        customer = order.partner_id.commercial_partner_id
        has_carrier = "carrier_id" in self._fields
        return ubl.DespatchAdvice(
            id=self.name,
            issued=fields.Date.context_today(self),
            order=order.client_order_ref or "",
            seller=order.company_id.partner_id._get_ubl_party(),
            buyer=customer._get_ubl_party(),
            receiver=(self.partner_id or order.partner_shipping_id)._get_ubl_party(
                endpoint_of=customer
            ),
            despatched=done,
            lines=lines,
            carrier=self.carrier_id.name or "" if has_carrier else "",
            tracking=self.carrier_tracking_ref or "" if has_carrier else "",
            weight=(
                Decimal(f"{self.shipping_weight:.3f}") if has_carrier else Decimal(0)
            ),
        )

    def _prepare_despatch_lines(self):
        """Return what left, a line of the order each, in the order's units.

        :return: a tuple of ``ubl.DespatchLine``
        """
        self.ensure_one()
        # Read together, whatever reading them makes Odoo forget of the delivery.
        moves = self.move_ids.with_prefetch().filtered(
            lambda move: move.state == "done" and move.quantity and move.sale_line_id
        )
        moves_by_line = moves.grouped("sale_line_id")
        lines = []
        # One recordset, so that what its lines need is read together.
        for line in moves.sale_line_id:
            quantity = sum(
                move.product_uom._compute_quantity(move.quantity, line.product_uom_id)
                for move in moves_by_line[line]
            )
            outstanding = max(0, line.product_uom_qty - line.qty_delivered)
            is_open = any(
                move.state not in ("done", "cancel") for move in line.move_ids
            )
            lots = moves_by_line[line].move_line_ids.lot_id
            lines.append(
                ubl.DespatchLine(
                    id=str(len(lines) + 1),
                    reference=line.oci_reference
                    or (str(line.oci_number) if line.oci_number else ubl.NO_LINE),
                    sales_line=str(line.oci_number or ""),
                    quantity=Decimal(repr(round(quantity, 6))),
                    unit=line._get_ubl_unit(),
                    item=line._prepare_ubl_item(),
                    outstanding=Decimal(repr(round(outstanding, 6))),
                    outstanding_reason=self.env._("Follows in a later delivery")
                    if is_open
                    else self.env._("Not delivered"),
                    lots=tuple(
                        (lot.product_id.tracking, lot.name)
                        for lot in lots
                        if lot.product_id.tracking in ("lot", "serial")
                    ),
                )
            )
        return tuple(lines)
