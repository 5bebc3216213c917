from odoo import models

from .. import limits


class PreorderOrder(models.Model):
    """Which limits hold for a product, told before anything of it is ordered."""

    _inherit = "preorder.order"

    def _describe_product_limits(self, products) -> list[str]:
        """The limits that count some variants for this form's customer, in words.

        :param products: ``product.product``
        """
        self.ensure_one()
        campaign = self.campaign_id
        rules = campaign._get_limit_rules(campaign.id, self.env.lang)
        if not rules.limits:
            return []
        lineage = self.partner_id.browse(self.partner_id._get_preorder_lineage())
        customer = self._get_customer(frozenset(lineage.category_id.ids))
        variants = [
            limits.Variant(
                product.id,
                product.product_tmpl_id.id,
                frozenset(map(int, product.categ_id.parent_path.split("/")[:-1])),
                frozenset(
                    product.product_template_attribute_value_ids.mapped(
                        "product_attribute_value_id"
                    ).ids
                ),
            )
            for product in products
        ]
        return [
            self._describe_limit(limit)
            for limit in rules.limits
            if limits.applies_to(limit, customer)
            and any(limits.covers(limit, variant) for variant in variants)
        ]

    def _describe_limit(self, limit) -> str:
        """A limit's name and bounds."""
        bounds = []
        if limit.minimum:
            bounds.append(
                self.env._("at least %s", self._format_limit_quantity(limit.minimum))
            )
        if limit.multiple:
            bounds.append(
                self.env._(
                    "in multiples of %s", self._format_limit_quantity(limit.multiple)
                )
            )
        if limit.maximum:
            maximum = self._format_limit_quantity(limit.maximum)
            bounds.append(
                {
                    "company": self.env._("at most %s for your company", maximum),
                    "branch": self.env._("at most %s for your branch", maximum),
                }.get(
                    limit.counted_per,
                    self.env._("at most %s for all customers together", maximum),
                )
            )
        return self.env._(
            "%(name)s: %(bounds)s", name=limit.name, bounds=", ".join(bounds)
        )
