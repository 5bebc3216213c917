import gzip
import hashlib
import json

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.preorder_campaign.references import get_common_reference

#: What the catalog reads of these wide rows.
_TEMPLATE_FIELDS = (
    "name",
    "sequence",
    "categ_id",
    "product_brand_id",
    "uom_id",
    "attribute_line_ids",
)
_VARIANT_FIELDS = (
    "product_tmpl_id",
    "default_code",
    "product_template_attribute_value_ids",
)


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
        variants = self.env["product.product"].search_fetch(
            self._get_assortment_domain(), _VARIANT_FIELDS, order="id"
        )
        variants.product_tmpl_id.fetch(_TEMPLATE_FIELDS)
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
        pictures = self._get_picture_urls(templates)
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
            products["picture"].append(pictures.get(template.id, ""))
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

    def _get_picture_urls(self, templates):
        """The addresses of products' pictures, which :meth:`_find_picture` answers.

        Without a token each, which no compression makes smaller: the guard asks who
        may see the campaign. They change with the picture.

        :return: dict of ``product.template`` id → address, of those that have one
        """
        templates.flush_model(["image_256"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT res_id, LEFT(checksum, 6)
                  FROM ir_attachment
                 WHERE res_model = 'product.template'
                   AND res_field = 'image_256'
                   AND res_id = ANY(%s)
                """,
                templates.ids,
            )
        )
        return {
            template_id: f"/preorder/campaign/{self.id}/picture/{template_id}?v={key}"
            for template_id, key in rows
        }

    def _find_picture(self, template_id):
        """The picture of a product of the assortment, published in the shop or not.

        :return: ``odoo.http.Stream``, or ``None`` where there is none
        """
        self.ensure_one()
        variant = self.env["product.product"].search_fetch(
            self._get_assortment_domain() & Domain("product_tmpl_id", "=", template_id),
            ["product_tmpl_id"],
            limit=1,
        )
        template = variant.product_tmpl_id
        if not (template and self._get_picture_urls(template)):
            return None
        return self.env["ir.binary"]._get_image_stream_from(template, "image_256")
