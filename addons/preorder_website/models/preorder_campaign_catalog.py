import gzip
import hashlib
import json

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.lru import LRU

#: What the catalog reads of these wide rows.
_TEMPLATE_FIELDS = (
    "name",
    "sequence",
    "categ_id",
    "product_brand_id",
    "uom_id",
    "product_tag_ids",
)
#: Compressed catalogs by etag, which names database, campaign and language too. They
#: are large, and every change of a product makes a new one: a few are kept.
_KEPT_CATALOGS = LRU(32)


class PreorderCampaign(models.Model):
    _inherit = "preorder.campaign"

    def _get_catalog_json(self):
        """The campaign's catalog as a browser gets it.

        Built once per state of the assortment and language, then kept in memory.

        :return: (gzipped JSON, its etag)
        """
        self.ensure_one()
        etag = self._get_catalog_etag()
        body = _KEPT_CATALOGS.get(etag)
        if body is None:
            text = json.dumps(
                self._get_catalog(), ensure_ascii=False, separators=(",", ":")
            )
            body = _KEPT_CATALOGS[etag] = gzip.compress(text.encode(), mtime=0)
        return body, etag

    def _get_catalog_etag(self):
        """What changes whenever the catalog's content does.

        Sums rather than maxima: a change may be committed after a later one, and a
        product may take the place of an older one.
        """
        domain = self._get_assortment_domain()
        query = self.env["product.product"].sudo()._search(domain)
        self.env["product.supplierinfo"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH product AS MATERIALIZED (
                    SELECT product.id, product.write_date, template.id AS template_id,
                           template.write_date AS template_write_date
                      FROM product_product product
                      JOIN product_template template
                        ON template.id = product.product_tmpl_id
                     WHERE product.id IN %(assortment)s
                )
                SELECT COUNT(*), SUM(id), SUM(EXTRACT(EPOCH FROM write_date)),
                       SUM(EXTRACT(EPOCH FROM template_write_date)),
                       (SELECT SUM(hashtext(supplier.product_code)::bigint)
                          FROM product_supplierinfo supplier
                         WHERE supplier.product_tmpl_id
                               IN (SELECT template_id FROM product)
                           AND (
                               supplier.company_id IS NULL
                               OR supplier.company_id = %(company)s
                           ))
                  FROM product
                """,
                assortment=query.subselect(),
                company=self.company_id.id,
            )
        )
        attributes = self.env.execute_query(
            SQL(
                """
                SELECT SUM(EXTRACT(EPOCH FROM write_date)) FROM product_attribute
             UNION ALL
                SELECT SUM(EXTRACT(EPOCH FROM write_date)) FROM product_attribute_value
             UNION ALL
                SELECT SUM(EXTRACT(EPOCH FROM write_date)) FROM product_category
             UNION ALL
                SELECT SUM(EXTRACT(EPOCH FROM write_date)) FROM product_brand
             UNION ALL
                SELECT SUM(EXTRACT(EPOCH FROM write_date)) FROM product_tag
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

    def _get_catalog(self):
        """The assortment, column by column.

        A product's variants form a grid: its *columns* are the values of one attribute
        (sizes, as a rule), its *rows* the combinations of all others (colours). A
        product without variants is a grid of one cell.

        :return: dict: ``products`` and ``variants`` with parallel lists, ``categories``
            (``name``, ``parent``: a position or None), ``brands`` and ``tags`` (names)
            and ``values`` (``attribute``, ``name``, ``color``), to which products refer
            by position; a variant to its product
        """
        self.ensure_one()
        ranges = self._get_catalog_ranges()
        templates = self.env["product.template"].browse(ranges)
        templates.fetch(_TEMPLATE_FIELDS)
        templates = templates._sorted_for_preorder()
        categories, brands, tags, values = (_Table() for _each in range(4))
        known = self._get_known_variants(
            [variant for each in ranges.values() for variant in each.variants["id"]]
        )
        piece = self.env.ref("uom.product_uom_unit", raise_if_not_found=False)
        pictures = self._get_picture_urls(templates)
        products, variants = [], {}
        for position, template in enumerate(templates):
            its_range = ranges[template.id]
            products.append(
                {
                    "id": template.id,
                    "name": template.name,
                    "brand": brands.place(template.product_brand_id),
                    "category": categories.place(template.categ_id, "parent_id"),
                    "tags": [
                        tags.place(tag)
                        for tag in template.product_tag_ids
                        if tag.visible_to_customers
                    ],
                    # Pieces go without saying, in the words of the page.
                    "unit": "" if template.uom_id == piece else template.uom_id.name,
                    "picture": pictures.get(template.id, ""),
                    "new": int(known.isdisjoint(its_range.variants["id"])),
                    **its_range.product,
                }
            )
            columns = its_range.variants | {
                "product": [position] * len(its_range.combinations),
                "values": [
                    [values.place(value) for value in combination]
                    for combination in its_range.combinations
                ],
            }
            for name, column in columns.items():
                variants.setdefault(name, []).extend(column)
        values = self.env["product.attribute.value"].browse(values)
        return {
            "products": _turn(products),
            "variants": variants,
            "categories": {
                "name": [category.name for category in categories],
                "parent": [
                    categories.place(category.parent_id) for category in categories
                ],
            },
            "brands": [brand.name for brand in brands],
            "tags": [tag.name for tag in tags],
            "values": {
                "attribute": [value.attribute_id.name for value in values],
                "name": [value.name for value in values],
                "color": [value.html_color or "" for value in values],
                "sequence": [value.sequence for value in values],
            },
        }

    def _get_known_variants(self, variants):
        """Variants that somebody ordered before this campaign: all others are new.

        :param variants: ids
        :return: the set of those ids
        """
        self.env["sale.order.line"].flush_model(
            ["product_id", "state", "company_id", "order_id"]
        )
        self.env["sale.order"].flush_model(["date_order"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product.id
                  FROM UNNEST(%(products)s) AS product (id)
                 WHERE EXISTS (
                           SELECT 1
                             FROM sale_order_line line
                             JOIN sale_order sale ON sale.id = line.order_id
                            WHERE line.product_id = product.id
                              AND line.state = 'sale'
                              AND line.company_id = %(company)s
                              AND sale.date_order < %(start)s
                       )
                """,
                products=variants,
                company=self.company_id.id,
                start=self.date_start or self._now(),
            )
        )
        return {product_id for (product_id,) in rows}

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


class _Table:
    """Records, or ids, that products refer to, each once, by position."""

    def __init__(self):
        self._places = {}

    def __iter__(self):
        return iter(self._places)

    def place(self, record, parent_name=None):
        """The record's position, and its parents' before it; None for no record."""
        if not record:
            return None
        if record not in self._places:
            if parent_name:
                self.place(record[parent_name], parent_name)
            self._places[record] = len(self._places)
        return self._places[record]


def _turn(rows):
    """Rows of the same keys as parallel lists."""
    return {key: [row[key] for row in rows] for key in (rows[0] if rows else ())}
