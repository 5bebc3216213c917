from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.preorder_campaign.tests.common import NOW, PreorderCommon


class PlanCommon(PreorderCommon):
    """Two campaigns, a supplier, a purchaser, and a warehouse where goods move."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.textiles, cls.metals = cls.env["res.partner"].create(
            [
                {"name": name, "is_company": True}
                for name in ("Baltic Textiles", "Metal Works")
            ]
        )
        cls.cap = cls._make_product("Cap", (0, 10.0))
        cls.second_customer = cls._make_customer("Second", "second", cls.label)
        cls.other_campaign = cls._make_campaign("Outlet", "O26")
        cls.other_campaign.action_open()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.purchaser = new_test_user(
            cls.env, "pia", groups="base.group_user,purchase.group_purchase_user"
        )

    @classmethod
    def _make_product(cls, name, *breaks, supplier=None, **values):
        """A variant that is kept in stock, and its supplier's prices."""
        product = cls.env["product.product"].create(
            {
                "name": name,
                "list_price": 25.0,
                "categ_id": cls.category.id,
                "is_storable": True,
                **values,
            }
        )
        for minimum, price in breaks:
            cls._add_price(product, supplier or cls.textiles, minimum, price)
        return product

    @classmethod
    def _add_price(cls, product, supplier, minimum=0, price=10.0, **values):
        return cls.env["product.supplierinfo"].create(
            {
                "partner_id": supplier.id,
                "product_tmpl_id": product.product_tmpl_id.id,
                "min_qty": minimum,
                "price": price,
                "delay": 30,
                **values,
            }
        )

    def _quote(self, quantities, *, user=None, campaign=None):
        """A customer's submitted form becomes a quotation."""
        return self._get_form(
            self._save(quantities, user=user, campaign=campaign)
        )._submit(NOW)

    def _sell(self, quantities, *, user=None, campaign=None, launch=True):
        """A confirmed order, its deliveries made unless told otherwise."""
        order = self._quote(quantities, user=user, campaign=campaign)
        order.action_confirm()
        if launch:
            order._launch_deliveries()
        return order

    def _make_plan(self, campaign=None, **values):
        campaign = campaign or self.campaign
        plan = campaign.purchase_plan_ids.filtered("active") or self.env[
            "preorder.purchase.plan"
        ].create({"campaign_ids": [Command.link(campaign.id)]})
        if values:
            plan.write(values)
        plan.action_update()
        return plan

    def _get_line(self, plan, product=None):
        return plan.line_ids.filtered(
            lambda line: (
                line.product_id == (product or self.cap) and not line.split_of_id
            )
        )

    def _stock(self, quantity, product=None, warehouse=None):
        """Put goods into a warehouse."""
        self.env["stock.quant"]._update_available_quantity(
            product or self.cap, (warehouse or self.warehouse).lot_stock_id, quantity
        )

    def _buy(self, quantity, product=None, *, supplier=None, **values):
        """A purchase that nobody planned."""
        order = self.env["purchase.order"].create(
            {
                "partner_id": (supplier or self.textiles).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": (product or self.cap).id,
                            "product_qty": quantity,
                        }
                    )
                ],
                **values,
            }
        )
        order.button_confirm()
        return order

    def _transfer(self, pickings, quantity=None):
        """Move what a transfer is for, or a part of it; the rest stays to be moved."""
        for picking in pickings.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        ):
            picking.action_assign()
            for move in picking.move_ids:
                move.quantity = quantity or move.product_uom_qty
                move.picked = True
            picking.with_context(skip_backorder=True)._action_done()

    def _deliver(self, order):
        self._transfer(order.picking_ids)

    def _receive(self, order, quantity=None):
        self._transfer(order.picking_ids, quantity)
