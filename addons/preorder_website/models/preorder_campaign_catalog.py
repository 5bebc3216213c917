import gzip
import hashlib
import json
import time

from odoo import api, models, tools
from odoo.tools import SQL
from odoo.tools.misc import limited_field_access_token

from odoo.addons.preorder_campaign.references import get_common_reference

#: Tokens of pictures last for at least two weeks; a catalog never outlives them.
_PICTURE_PERIOD = 7 * 24 * 3600


class PreorderCampaign(models.Model):
    _inherit = "preorder.campaign"

    def _get_catalog_json(self):
        """The campaign's catalog as a browser gets it.

        Built once per state of the assortment and language, then kept in memory.

        :return: (gzipped JSON, its etag)
        """
        self.ensure_one()
        etag = self._get_catalog_etag()
        return self._build_catalog_json(self.id, self.env.lang, etag), etag

    def _get_catalog_etag(self):
        """What changes whenever the catalog's content does."""
        domain = self._get_assortment_domain()
        query = self.env["product.product"].sudo()._search(domain)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*), MAX(product.id), MAX(product.write_date),
                       MAX(template.write_date)
                  FROM product_product product
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                 WHERE product.id IN %s
                """,
                query.subselect(),
            )
        )
        attributes = self.env.execute_query(
            SQL(
                """
                SELECT (SELECT MAX(write_date) FROM product_attribute),
                       (SELECT MAX(write_date) FROM product_attribute_value),
                       (SELECT MAX(write_date) FROM product_category),
                       (SELECT MAX(write_date) FROM product_brand)
                """
            )
        )
        state = (
            self.env.cr.dbname,
            self.id,
            self.write_date,
            self.env.lang,
            rows,
            attributes,
            int(time.time()) // _PICTURE_PERIOD,
        )
        return hashlib.sha256(repr(state).encode()).hexdigest()[:32]

    @api.model
    @tools.ormcache("campaign_id", "lang", "etag")
    def _build_catalog_json(self, campaign_id, lang, etag):
        catalog = self.browse(campaign_id).with_context(lang=lang)._get_catalog()
        text = json.dumps(catalog, ensure_ascii=False, separators=(",", ":"))
        return gzip.compress(text.encode(), mtime=0)

    def _get_catalog(self):
        """The assortment, column by column.

        A product's variants form a grid: its *columns* are the values of one attribute
        (sizes, as a rule), its *rows* the combinations of all others (colours). A
        product without variants is a grid of one cell.

        :return: dict: ``products`` with parallel lists, ``rows`` and ``columns`` as
            labels per product; ``variants`` with parallel lists ``id``, ``product``
            (position), ``row``, ``column``, ``code``
        """
        self.ensure_one()
        variants = self.env["product.product"].search(
            self._get_assortment_domain(), order="id"
        )
        templates = variants.product_tmpl_id.sorted(
            lambda template: (
                template.categ_id.complete_name,
                template.sequence,
                template.name,
                template.id,
            )
        )
        variants_by_template = variants.grouped("product_tmpl_id")
        products = {
            name: []
            for name in (
                "id",
                "name",
                "code",
                "brand",
                "category",
                "unit",
                "picture",
                "corner",
                "rows",
                "swatches",
                "columns",
            )
        }
        columns = {name: [] for name in ("id", "product", "row", "column", "code")}
        piece = self.env.ref("uom.product_uom_unit", raise_if_not_found=False)
        for position, template in enumerate(templates):
            grid = template._get_variant_grid(variants_by_template[template])
            products["id"].append(template.id)
            products["name"].append(template.name)
            products["code"].append(
                get_common_reference(
                    variant.default_code or ""
                    for variant in variants_by_template[template]
                )
            )
            products["brand"].append(template.product_brand_id.name or "")
            products["category"].append(template.categ_id.name)
            # Pieces go without saying, in the words of the page.
            products["unit"].append(
                "" if template.uom_id == piece else template.uom_id.name
            )
            products["picture"].append(_get_picture_url(template))
            products["corner"].append(grid.corner)
            products["rows"].append([row.name for row in grid.rows])
            products["swatches"].append([row.color for row in grid.rows])
            products["columns"].append(grid.columns)
            for variant, (row, column) in grid.places.items():
                columns["id"].append(variant.id)
                columns["product"].append(position)
                columns["row"].append(row)
                columns["column"].append(column)
                columns["code"].append(variant.default_code or "")
        return {"products": products, "variants": columns}


def _get_picture_url(template):
    """A picture's address that works for products not yet published in the shop."""
    if not template.image_128:
        return ""
    token = limited_field_access_token(template, "image_256", scope="binary")
    unique = int(template.write_date.timestamp())
    return (
        f"/web/image/product.template/{template.id}/image_256"
        f"?access_token={token}&unique={unique}"
    )
