"""A wholesaler's campaign, committed to the tests' database and removed afterwards."""

from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name

CUSTOMERS = 6
PRODUCTS = 2


class World:
    """Records by id, since each transaction reads them for itself."""

    def __init__(self, customers=CUSTOMERS, products=PRODUCTS):
        self.registry = Registry(get_db_name())
        self.order_ids = {}
        self.customers = customers
        self.products = products
        with self.registry.cursor() as cr:
            self._make(self._get_env(cr))

    def _get_env(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def _make(self, env):
        now = fields.Datetime.now()
        products = env["product.product"].create(
            [
                {"name": f"Race {number}", "list_price": 10.0, "is_storable": True}
                for number in range(self.products)
            ]
        )
        partners = env["res.partner"].create(
            [
                {"name": f"Racer {number}", "is_company": True}
                for number in range(self.customers)
            ]
        )
        campaign = env["preorder.campaign"].create(
            {
                "name": "Race",
                "code": "RACE",
                "date_start": now - timedelta(days=1),
                "date_end": now + timedelta(days=1),
                "product_ids": [Command.set(products.ids)],
                "for_everyone": True,
            }
        )
        campaign.action_open()
        self.product_ids = products.ids
        self.partner_ids = partners.ids
        self.campaign_id = campaign.id

    def make_forms(self, quantities):
        """Begin a form for each customer.

        :param quantities: quantity of each product, in the products' order
        :return: ids of the forms
        """
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            campaign = env["preorder.campaign"].browse(self.campaign_id)
            orders = env["preorder.order"]
            for partner in env["res.partner"].browse(self.partner_ids):
                form = orders.create(orders._prepare_values(campaign, partner))
                form.line_ids = [
                    Command.create({"product_id": product_id, "quantity": quantity})
                    for product_id, quantity in zip(
                        self.product_ids, quantities, strict=False
                    )
                ]
                orders += form
            return orders.ids

    def set_rules(self, *limits, **values):
        """Give the campaign limits (dicts of values), and values of its own."""
        with self.registry.cursor() as cr:
            campaign = self._get_env(cr)["preorder.campaign"].browse(self.campaign_id)
            campaign.write(
                {**values, "limit_ids": [Command.create(limit) for limit in limits]}
            )

    def put_in_stock(self, quantity):
        """Put so much of the first product in stock."""
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            warehouse = env["stock.warehouse"].search(
                [("company_id", "=", env.company.id)], limit=1
            )
            env["stock.quant"]._update_available_quantity(
                env["product.product"].browse(self.product_ids[0]),
                warehouse.lot_stock_id,
                quantity,
            )

    def query(self, statement, *parameters):
        """Rows of a query, as anybody sees them now."""
        with self.registry.cursor() as cr:
            cr.execute(statement, parameters)
            return cr.fetchall()

    def get_used(self):
        """What is used of each of the campaign's limits, in their order."""
        return [
            used
            for (used,) in self.query(
                "SELECT COALESCE(SUM(used), 0) FROM preorder_limit lim"
                " LEFT JOIN preorder_limit_counter ON limit_ref = lim.id"
                " WHERE campaign_id = %s GROUP BY lim.id ORDER BY lim.id",
                self.campaign_id,
            )
        ]

    def get_sold(self):
        """Quantity of the first product on quotations that are not cancelled."""
        [(sold,)] = self.query(
            "SELECT COALESCE(SUM(product_uom_qty), 0) FROM sale_order_line"
            " WHERE product_id = %s AND state != 'cancel'",
            self.product_ids[0],
        )
        return sold

    def clear(self):
        """Remove forms, quotations, limits and stock, but not the campaign."""
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            campaign = env["preorder.campaign"].browse(self.campaign_id)
            forms = campaign.order_ids
            quotations = forms.sale_order_id
            deliveries = quotations.picking_ids
            quotations._action_cancel()
            deliveries.unlink()
            forms.unlink()
            quotations.unlink()
            campaign.limit_ids.unlink()
            campaign.only_in_stock = False
            env["stock.quant"].search(
                [("product_id", "in", self.product_ids)]
            ).sudo().unlink()
            env.cr.execute("DELETE FROM preorder_limit_reservation")
            env.cr.execute("DELETE FROM preorder_limit_counter")

    def remove(self):
        """Leave the database as it was."""
        self.clear()
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            env["preorder.campaign"].browse(self.campaign_id).unlink()
            env["product.product"].browse(self.product_ids).product_tmpl_id.unlink()
            env["res.partner"].browse(self.partner_ids).unlink()
