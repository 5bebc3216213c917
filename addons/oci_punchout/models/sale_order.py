from odoo import api, fields, models
from odoo.fields import Domain


class SaleOrder(models.Model):
    _inherit = "sale.order"

    oci_session_id = fields.Many2one(
        "oci.session",
        "Punchout Session",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Where carts are looked for, baskets of punchout sessions are none."""
        if self.env.context.get("oci_without_baskets"):
            domain = Domain(domain) & Domain("oci_session_id", "=", False)
        return super()._search(domain, *args, **kwargs)

    def _is_oci_frozen(self):
        """Whether the basket is with the customer's system and waits for its order."""
        self.ensure_one()
        return (
            bool(self.oci_session_id)
            and self.state in ("draft", "sent")
            and self.sudo().oci_session_id.state == "transferred"
            and not self.env.context.get("oci_transferring")
        )

    def _get_oci_basket_lines(self):
        """Return the lines that a basket takes home, in the order of their numbers;
        none where it was not begun."""
        return self.order_line.filtered(
            lambda line: not line.display_type and line.product_id
        )

    @api.depends("oci_session_id")
    def _compute_abandoned_cart(self):
        baskets = self.filtered("oci_session_id")
        baskets.is_abandoned_cart = False
        return super(SaleOrder, self - baskets)._compute_abandoned_cart()

    def _search_abandoned_cart(self, operator, value):
        domain = super()._search_abandoned_cart(operator, value)
        if domain is NotImplemented:
            return domain
        return Domain(domain) & Domain("oci_session_id", "=", False)

    def _filter_can_send_abandoned_cart_mail(self):
        """Whoever shops by punchout is reminded by nobody: the basket lives there."""
        carts = self.filtered(lambda order: not order.oci_session_id)
        if not carts:
            return carts
        return super(SaleOrder, carts)._filter_can_send_abandoned_cart_mail()

    def _compute_pricelist_id(self):
        """A basket keeps the customer's own pricelist, offered in the shop or not."""
        baskets = self.filtered("oci_session_id")
        for order in baskets:
            order.pricelist_id = (
                order.sudo().oci_session_id.connection_id._get_pricelist()
            )
        return super(SaleOrder, self - baskets)._compute_pricelist_id()

    def action_confirm(self):
        """What was frozen for the customer's order is an order like any other now."""
        frozen = self.filtered(lambda order: order.locked and order._is_oci_frozen())
        if frozen:
            frozen.locked = False
        return super().action_confirm()

    def _freeze_for_oci(self, days):
        """Wait for the customer's order with prices and lines as they are.

        :param days: for how long
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        self.with_context(oci_transferring=True).write(
            {
                "state": "sent",
                "validity_date": fields.Date.add(today, days=days),
                "require_signature": False,
                "require_payment": False,
                "locked": True,
            }
        )
