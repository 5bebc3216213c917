from collections import defaultdict

from odoo import models


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
        rules = self._get_applicable_rules(products, date)
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

        def get_candidates(product):
            place = (product.id if has_variant_rules else 0, product.product_tmpl_id.id)
            if place not in candidates_by_place:
                keys = [None, ("variant", product.id), ("template", place[1])]
                path = product.categ_id.parent_path or ""
                keys += [("category", int(part)) for part in path.split("/") if part]
                found = [entry for key in keys for entry in buckets.get(key, ())]
                candidates_by_place[place] = [
                    rule
                    for _position, rule in sorted(found, key=lambda entry: entry[0])
                ]
            return candidates_by_place[place]

        has_variant_rules = any(key and key[0] == "variant" for key in buckets)
        no_rule = self.env["product.pricelist.item"]

        def find_rule(product, quantity):
            for rule in get_candidates(product):
                if rule._is_applicable_for(product, quantity):
                    return rule
            return no_rule

        return find_rule
