from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools.lru import LRU

from ..overrides import is_defined_only_by

#: How each field of the assortment chooses variants: name, path from
#: ``product.product``, operator. The fields ``excluded_…`` take away the same way.
_ASSORTMENT = (
    ("categ_ids", "categ_id", "child_of"),
    ("product_tag_ids", "all_product_tag_ids", "in"),
    ("brand_ids", "product_brand_id", "in"),
    ("product_tmpl_ids", "product_tmpl_id", "in"),
    ("product_ids", "id", "in"),
)
_ASSORTMENT_FIELDS = {name for name, _path, _operator in _ASSORTMENT}

#: Whether a variant is on sale, shared by all requests of a process; keys begin with
#: the database.
_KEPT_ON_SALE = LRU(50_000)


class PreorderCampaign(models.Model):
    """Which variants a campaign sells."""

    _inherit = "preorder.campaign"

    categ_ids = fields.Many2many(
        "product.category",
        "preorder_campaign_categ_rel",
        string="Product Categories",
        help="With their sub-categories.",
    )
    product_tag_ids = fields.Many2many(
        "product.tag", "preorder_campaign_tag_rel", string="Product Tags"
    )
    brand_ids = fields.Many2many(
        "product.brand", "preorder_campaign_brand_rel", string="Brands"
    )
    product_tmpl_ids = fields.Many2many(
        "product.template", "preorder_campaign_template_rel", string="Products"
    )
    product_ids = fields.Many2many(
        "product.product", "preorder_campaign_product_rel", string="Variants"
    )
    excluded_categ_ids = fields.Many2many(
        "product.category",
        "preorder_campaign_excluded_categ_rel",
        string="Without Categories",
    )
    excluded_brand_ids = fields.Many2many(
        "product.brand", "preorder_campaign_excluded_brand_rel", string="Without Brands"
    )
    excluded_product_tmpl_ids = fields.Many2many(
        "product.template",
        "preorder_campaign_excluded_template_rel",
        string="Without Products",
    )
    excluded_product_ids = fields.Many2many(
        "product.product",
        "preorder_campaign_excluded_product_rel",
        string="Without Variants",
    )
    variant_count = fields.Integer(compute="_compute_variant_count")

    @api.depends(
        *_ASSORTMENT_FIELDS,
        *(f"excluded_{name}" for name in _ASSORTMENT_FIELDS - {"product_tag_ids"}),
        "company_id",
    )
    def _compute_variant_count(self):
        for campaign in self:
            campaign.variant_count = campaign.env["product.product"].search_count(
                campaign._get_assortment_domain()
            )

    def _get_assortment_domain(self) -> Domain:
        """The variants that can be ordered, as a domain on ``product.product``.

        Categories with sub-categories ∪ tags ∪ brands ∪ products ∪ variants, minus what
        is excluded; active. The shop's visibility plays no part: products that are not
        published yet are the point of a pre-order.
        """
        self.ensure_one()
        # While the office edits the campaign, what stands on the screen counts.
        ids = (
            self._get_assortment_choice(self.id)
            if isinstance(self.id, int)
            else self._read_assortment_choice()
        )
        chosen = Domain.OR(
            Domain(path, operator, ids[name])
            for name, path, operator in _ASSORTMENT
            if ids[name]
        )
        excluded = Domain.OR(
            Domain(path, operator, ids[f"excluded_{name}"])
            for name, path, operator in _ASSORTMENT
            if ids.get(f"excluded_{name}")
        )
        return (
            chosen
            & ~excluded
            & Domain("active", "=", True)
            & Domain("sale_ok", "=", True)
            & Domain("company_id", "in", (False, self.company_id.id))
        )

    def _find_on_sale(self, stamps):
        """Which variants can be ordered here, from memory where it has them.

        What the assortment chooses by is in a variant's own row and its product's, in
        the categories' tree and in tags: it is kept under the stamp of its price, which
        covers the first two, for assortments without tags.

        :param stamps: ``PriceStamps`` of the variants
        :return: set of their ids that can be ordered
        """
        self.ensure_one()
        choice = self._get_assortment_choice(self.id)
        keepable = not choice["product_tag_ids"] and self._is_assortment_our_own()
        common = (
            self.env.cr.dbname,
            self.company_id.id,
            tuple(choice.values()),
        )
        kept, asked = {}, {}
        for product_id, stamp in stamps.by_product.items():
            key = (*common, product_id, *stamp)
            found = _KEPT_ON_SALE.get(key) if keepable else None
            if found is None:
                asked[product_id] = key
            else:
                kept[product_id] = found
        if asked:
            found = set(
                self.env["product.product"]
                ._search(
                    self._get_assortment_domain() & Domain("id", "in", list(asked))
                )
                .get_result_ids()
            )
            for product_id, key in asked.items():
                kept[product_id] = product_id in found
                if keepable:
                    _KEPT_ON_SALE[key] = product_id in found
        return {product_id for product_id, on_sale in kept.items() if on_sale}

    @api.model
    @tools.ormcache()
    def _is_assortment_our_own(self):
        """Whether no other addon has a say in what an assortment holds."""
        return is_defined_only_by(
            self,
            dict.fromkeys(
                ("_get_assortment_domain", "_read_assortment_choice"),
                {"preorder_campaign"},
            ),
        )

    @api.model
    @tools.ormcache("campaign_id")
    def _get_assortment_choice(self, campaign_id):
        """What the office chose and excluded, as ids by field name.

        Kept in memory, since every saved cell asks; forgotten when a campaign is
        written.
        """
        return self.sudo().browse(campaign_id)._read_assortment_choice()

    def _read_assortment_choice(self):
        self.ensure_one()
        campaign = self.with_context(active_test=False)
        return {
            name: tuple(campaign[name]._origin.ids)
            for field, _path, _operator in _ASSORTMENT
            for name in (field, f"excluded_{field}")
            if name in self._fields
        }

    def _get_chosen_and_excluded(self) -> list[str]:
        """Names of what is both chosen and excluded: excluded wins."""
        self.ensure_one()
        campaign = self.with_context(active_test=False)
        return [
            record.display_name
            for name in sorted(_ASSORTMENT_FIELDS)
            if f"excluded_{name}" in self._fields
            for record in campaign[name]._origin & campaign[f"excluded_{name}"]._origin
        ]

    def write(self, vals):
        """Forget what was kept in memory of the assortment."""
        result = super().write(vals)
        if any(name.removeprefix("excluded_") in _ASSORTMENT_FIELDS for name in vals):
            self.env.registry.clear_cache()
        return result
