from datetime import datetime

from odoo.fields import Command

from odoo.addons.preorder_campaign.tests.goods import GoodsCommon


class PromisedCommon(GoodsCommon):
    """A plan whose purchases promise goods, and what follows a commit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls.env["res.partner"].create({"name": "Baltic Textiles"})
        cls.plan = cls.env["preorder.purchase.plan"].create(
            {"campaign_ids": [Command.set(cls.campaign.ids)]}
        )
        cls.campaign.allow_multiple_forms = True

    def _buy(self, quantities, day, plan=None, confirm=True):
        """A purchase order of the plan, expected on a day."""
        plan = plan or self.plan
        plan.action_update()
        lines = {line.product_id: line for line in plan.line_ids}
        purchase = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "preorder_plan_id": plan.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": quantity,
                            "price_unit": 1.0,
                            "date_planned": self._noon(day),
                            "preorder_plan_line_id": lines[product].id,
                        }
                    )
                    for product, quantity in quantities.items()
                ],
            }
        )
        if confirm:
            purchase.button_confirm()
            self._promise()
        return purchase

    def _noon(self, day):
        return datetime(day.year, day.month, day.day, 12)

    def _promise(self):
        """What follows the commit."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.ref("preorder_purchase_plan.cron_promise").method_direct_trigger()
        self.env.invalidate_all()

    def _get_dates(self, *orders):
        return [
            [line.preorder_promised_date for line in order.order_line]
            for order in orders
        ]

    def _tell(self, lines=None, **values):
        wizard = self.env["preorder.tell.dates"]
        if lines is not None:
            wizard = wizard.with_context(
                active_model="sale.order.line", active_ids=lines.ids
            )
        wizard = wizard.create(values)
        wizard.action_tell()
        return wizard
