from odoo import fields
from odoo.fields import Command

from .office import OfficeCommon


class GoodsCommon(OfficeCommon):
    """Confirmed orders that wait for goods, and the goods that arrive."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parka, cls.anorak = cls.jacket.product_variant_ids[:2]
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.supplier_location = cls.env.ref("stock.stock_location_suppliers")
        cls.campaign.write(
            {
                "delivery_from": "2027-03-01",
                "delivery_until": "2027-04-15",
                # Deliveries wait for goods alone.
                "confirmation": "signature",
            }
        )

    def setUp(self):
        super().setUp()
        self.env["preorder.notice"].search([]).unlink()

    def _order(self, quantities, user=None, campaign=None):
        """A form that is submitted and confirmed, its deliveries made."""
        answer = self._save(
            quantities,
            user=user or self.customer,
            campaign=campaign or self.campaign,
            now=fields.Datetime.now(),
        )
        form = self.env["preorder.order"].browse(answer["form"])
        order = form._submit(fields.Datetime.now())
        order.with_context(preorder_inline=True).action_confirm()
        form.notice_ids.filtered(lambda notice: notice.kind == "submitted").unlink()
        return order

    def _receive(self, quantities):
        """Goods arrive at the warehouse from a supplier."""
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.supplier_location.id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "product_uom": product.uom_id.id,
                            "location_id": self.supplier_location.id,
                            "location_dest_id": self.warehouse.lot_stock_id.id,
                        }
                    )
                    for product, quantity in quantities.items()
                ],
            }
        )
        receipt.action_confirm()
        self._validate(receipt)
        return receipt

    def _pay(self, order, amount, state="done"):
        """An online payment for an order."""
        provider = self.env["payment.provider"].create(
            {"name": "Test", "code": "none", "state": "test"}
        )
        return self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env["payment.method"].search([], limit=1).id,
                "reference": f"PAID-{order.id}",
                "amount": amount,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.link(order.id)],
                "state": state,
            }
        )

    def _validate(self, picking, quantities=None):
        """Do a transfer: all of it, or so much of each product; the rest follows."""
        for move in picking.move_ids:
            move.quantity = (
                move.product_uom_qty
                if quantities is None
                else quantities.get(move.product_id, 0)
            )
            move.picked = bool(move.quantity)
        picking.with_context(skip_backorder=True).button_validate()

    def _end_transaction(self):
        """What happens after a commit, such as settling limits."""
        self.env.flush_all()
        self.env.cr.postcommit.run()
        self.env.invalidate_all()

    def _send(self):
        """Send what waits; the mails by subject and body."""
        self._run_cron("cron_send_notices")
        return [(mail["subject"], mail["body"]) for mail in self._mails]
