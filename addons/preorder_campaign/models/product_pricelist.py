from collections import defaultdict

from odoo import models

from ..overrides import is_defined_only_by


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def _preorder_get_rule_finder(self, products, date):
        """Prepare finding the price rule of many variants.

        Core walks through all rules for each product. Here each variant meets only the
        rules that name it, its product, one of its categories, or nothing at all, in
        core's order; core's own ``_is_applicable_for`` then decides.

        :param products: ``product.product`` records that will be asked for
        :param date: naive UTC moment at which the rules apply
        :return: function of (product, quantity in its unit) → the
            ``product.pricelist.item`` record, empty where no rule applies
        """
        # Rules of the templates' variants included: a variant meets its own only.
        rules = self._get_applicable_rules(products.product_tmpl_id, date)
        buckets = defaultdict(list)
        for position, rule in enumerate(rules):
            if rule.applied_on == "0_product_variant":
                key = ("variant", rule.product_id.id)
            elif rule.applied_on == "1_product":
                key = ("template", rule.product_tmpl_id.id)
            elif rule.applied_on == "2_product_category":
                key = ("category", rule.categ_id.id)
            else:
                key = None
            buckets[key].append((position, rule))
        candidates_by_place = {}
        rules_by_place = {}

        def get_candidates(place, template):
            if place not in candidates_by_place:
                keys = [None, ("variant", place[0]), ("template", template.id)]
                path = template.categ_id.parent_path or ""
                keys += [("category", int(part)) for part in path.split("/") if part]
                found = [entry for key in keys for entry in buckets.get(key, ())]
                candidates_by_place[place] = [
                    rule
                    for _position, rule in sorted(found, key=lambda entry: entry[0])
                ]
            return candidates_by_place[place]

        no_rule = self.env["product.pricelist.item"]
        # Variants of a product that no rule names have the same rule.
        all_apart = not is_defined_only_by(
            no_rule, {"_is_applicable_for": {"product", "preorder_campaign"}}
        )

        def find_rule(product, quantity):
            template = product.product_tmpl_id
            named = all_apart or ("variant", product.id) in buckets
            place = (product.id if named else 0, template.id)
            key = (place, quantity)
            if key not in rules_by_place:
                rules_by_place[key] = next(
                    (
                        rule
                        for rule in get_candidates(place, template)
                        if rule._is_applicable_for(product, quantity)
                    ),
                    no_rule,
                )
            return rules_by_place[key]

        return find_rule
