from odoo import fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """A receipt of goods that pre-orders wait for."""

    _inherit = "stock.picking"

    preorder_allocatable = fields.Boolean(compute="_compute_preorder_allocatable")

    def _compute_preorder_allocatable(self):
        """Whether campaigns' customers may wait for what is received."""
        receipts = self.filtered(
            lambda picking: (
                picking.picking_type_code == "incoming" and picking.state != "cancel"
            )
        )
        self.preorder_allocatable = False
        wanted = set()
        if receipts:
            groups = (
                self.env["sale.order.line"]
                .sudo()
                ._read_group(
                    [
                        ("product_id", "in", receipts.move_ids.product_id.ids),
                        ("preorder_campaign_id", "!=", False),
                        ("state", "=", "sale"),
                    ],
                    ["product_id"],
                )
            )
            wanted = {product.id for (product,) in groups} | set(
                self._get_own_shops_waiting(receipts.move_ids.product_id).product_id.ids
            )
        for receipt in receipts:
            receipt.preorder_allocatable = bool(
                wanted.intersection(receipt.move_ids.product_id.ids)
            )

    def _get_own_shops_waiting(self, products):
        return (
            self.env["stock.move"]
            .sudo()
            .search(
                [
                    ("product_id", "in", products.ids),
                    ("picking_id.preorder_order_id", "!=", False),
                    ("state", "not in", ("draft", "done", "cancel")),
                ]
            )
        )

    def button_validate(self):
        """Let nobody deliver more than was allocated.

        :raise UserError: naming the transfer, the product and the quantities
        """
        self._check_shares()
        return super().button_validate()

    def _check_shares(self):
        moves = (
            self.sudo()
            .filtered(lambda picking: picking.state not in ("done", "cancel"))
            .move_ids.filtered("quantity")
        )
        places = {move._get_preorder_place() for move in moves} - {None}
        claims = self.env["preorder.allocation.line"].sudo()._get_claims(places)
        for move in moves if claims else ():
            claim = claims.get(move._get_preorder_demand())
            if not claim or claim.place != move._get_preorder_place():
                continue
            if move.product_id.uom_id.compare(claim.excess, 0.0) > 0:
                raise UserError(
                    self.env._(
                        "%(transfer)s takes %(excess)g more of %(product)s than was "
                        "allocated to %(customer)s. Lower the quantity, or have the "
                        "purchaser change the allocation.",
                        transfer=move.picking_id.name,
                        excess=claim.excess,
                        product=move.product_id.display_name,
                        customer=move.picking_id.partner_id.display_name,
                    )
                )

    def action_allocate(self):
        """Open the preview of who gets how much of what this receipt brought."""
        self.ensure_one()
        products = self.move_ids.product_id
        groups = (
            self.env["sale.order.line"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", products.ids),
                    ("preorder_campaign_id.company_id", "=", self.company_id.id),
                    ("state", "=", "sale"),
                    ("order_id.delivery_status", "!=", "full"),
                ],
                ["preorder_campaign_id"],
            )
        )
        campaigns = self.env["preorder.campaign"].union(
            *(campaign.with_env(self.env) for (campaign,) in groups),
            self._get_own_shops_waiting(products)
            .picking_id.preorder_order_id.campaign_id.filtered(
                lambda campaign: campaign.company_id == self.company_id
            )
            .with_env(self.env),
        )
        if not campaigns:
            raise UserError(
                self.env._(
                    "No pre-order waits for what is in %(receipt)s: there is nothing "
                    "to allocate.",
                    receipt=self.name,
                )
            )
        return self.env["preorder.allocation"]._open(
            campaigns, products=products, picking=self
        )
