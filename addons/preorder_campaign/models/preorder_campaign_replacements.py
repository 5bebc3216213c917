from odoo import fields, models
from odoo.fields import Command, Domain


class PreorderCampaign(models.Model):
    """Products of the assortment that others have replaced."""

    _inherit = "preorder.campaign"

    replaced_count = fields.Integer(
        "Replaced Products", compute="_compute_replaced_count"
    )

    def _compute_replaced_count(self):
        for campaign in self:
            campaign.replaced_count = campaign.env["product.product"].search_count(
                campaign._get_replaced_domain()
            )

    def _get_replaced_domain(self) -> Domain:
        """The variants of the assortment that are replaced by others."""
        self.ensure_one()
        return self._get_assortment_domain() & Domain(
            "preorder_replaced_by_id", "!=", False
        )

    def action_view_replaced(self):
        """Show the replaced products in the assortment, and what replaces them."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Replaced Products in the Assortment"),
            "res_model": "product.product",
            "view_mode": "list,form",
            "views": [
                (
                    self.env.ref("preorder_campaign.product_product_view_replaced").id,
                    "list",
                ),
                (False, "form"),
            ],
            "domain": list(self._get_replaced_domain()),
            "context": {"create": False},
        }

    def action_add_successors(self):
        """Sell what replaces the assortment's replaced products, next to them."""
        self.ensure_one()
        products = self.env["product.product"]
        replaced = products.search(self._get_replaced_domain())
        successors = products.union(*replaced._get_preorder_successor().values())
        missing = successors - products.search(
            self._get_assortment_domain() & Domain("id", "in", successors.ids)
        )
        added = self._add_variants(missing)
        return self._notify_successors(added, missing - added)

    def _add_variants(self, products):
        """Choose variants for the assortment.

        :return: those that are on sale now; archived ones, those not for sale and what
            the office left out under “But Not” are not
        """
        self.ensure_one()
        self.product_ids = [Command.link(product.id) for product in products]
        return products.search(
            self._get_assortment_domain() & Domain("id", "in", products.ids)
        )

    def _notify_successors(self, added, kept_out):
        """Tell what was added, and by name what cannot be sold here."""
        message = self.env._("Successors added to the assortment: %s.", len(added))
        if kept_out:
            message += " " + self.env._(
                "Not on sale, because they are archived, not for sale or left out "
                "under “But Not”: %(products)s.",
                products=", ".join(kept_out.mapped("display_name")),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if kept_out else "success",
                "message": message,
                "sticky": bool(kept_out),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_remove_replaced(self):
        """Take the replaced products out of the assortment."""
        self.ensure_one()
        products = self.env["product.product"]
        replaced = products.search(self._get_replaced_domain())
        self.product_ids -= replaced
        # What is still in comes through a category, tag, brand or product.
        self.excluded_product_ids |= products.search(self._get_replaced_domain())
