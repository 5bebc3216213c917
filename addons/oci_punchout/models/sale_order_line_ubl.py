from odoo import fields, models

from .. import ubl, ubl_order

#: Codes by which pieces are called; nobody means another thing by them in an order.
_PIECES = frozenset({"C62", "EA", "PCE", "ST", "H87", "NAR"})


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    oci_reference = fields.Char(
        "Customer's Line",
        readonly=True,
        copy=False,
        help="The line's number in the customer's order, by which order confirmation "
        "and despatch advice name it.",
    )

    def _get_ubl_unit(self):
        """Return the code of the line's unit in UN/ECE Recommendation 20."""
        self.ensure_one()
        return self.order_id._get_oci_connection()._get_ubl_unit(self.product_uom_id)

    def _prepare_oci_item(self):
        """Return the line as it was transferred, with its price for one unit."""
        self.ensure_one()
        connection = self.order_id._get_oci_connection()
        return connection._prepare_item(self)

    def _prepare_ubl_quoted_line(self):
        """Return the line as an order document is held against it.

        :return: ``ubl_order.QuotedLine``
        """
        self.ensure_one()
        connection = self.order_id._get_oci_connection()
        item = self._prepare_oci_item()
        prices = [self._get_oci_amounts("net")[0]]
        if connection.price_basis == "gross":
            prices.append(item.price)
        units = {item.unit, self._get_ubl_unit()} - {""}
        return ubl_order.QuotedLine(
            key=self.id,
            number=self.oci_number,
            quantity=item.quantity,
            units=frozenset(units | _PIECES if units & _PIECES else units),
            prices=tuple(prices),
            seller_ids=frozenset(
                {
                    self.product_id.default_code,
                    item.values.get("VENDORMAT"),
                    item.values.get("EXT_PRODUCT_ID"),
                }
                - {False, None, ""}
            ),
            buyer_ids=frozenset({item.values.get("MATNR")} - {None, ""}),
            gtin=self.product_id.barcode or "",
        )

    def _prepare_ubl_item(self):
        """Return the line's product as our documents name it.

        :return: ``ubl.Item``
        """
        self.ensure_one()
        connection = self.order_id._get_oci_connection()
        return connection._prepare_ubl_item(self, self._prepare_oci_item())

    def _get_ubl_promise(self):
        """Return when the line is delivered, as an order confirmation promises it.

        Hook for whatever knows that better than the order's own delivery date.

        :return: the first and the last day, or ``None`` where no day was promised
        """
        self.ensure_one()
        moment = self.order_id.commitment_date
        # OCA's sale_order_line_date, where it is installed.
        if "commitment_date" in self._fields and self.commitment_date:
            moment = self.commitment_date
        if not moment:
            return None
        day = fields.Datetime.context_timestamp(self, moment).date()
        return day, day

    def _prepare_ubl_response_line(self, number, reference, status):
        """Return the line as an order confirmation has it.

        :param number: of the line in the confirmation, from 1
        :param reference: the line's number in the customer's order
        :param status: a code of a line of ``ubl``
        """
        self.ensure_one()
        return ubl.ResponseLine(
            id=str(number),
            reference=reference,
            status=status,
            item=self._prepare_ubl_item(),
            quantity=self._get_oci_quantity(),
            unit=self._get_ubl_unit(),
            price=self._get_oci_amounts("net")[0],
            promised=self._get_ubl_promise(),
        )
