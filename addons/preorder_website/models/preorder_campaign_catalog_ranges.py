from typing import NamedTuple

from odoo import models
from odoo.tools import SQL
from odoo.tools.lru import LRU

from odoo.addons.preorder_campaign.references import get_common_reference

#: What is read of a variant's wide row.
_VARIANT_FIELDS = (
    "product_tmpl_id",
    "default_code",
    "barcode",
    "product_template_attribute_value_ids",
)
#: Of so many products what they come in is kept, some kilobytes each.
_KEPT = LRU(5000)


class Range(NamedTuple):
    """The variants that a product comes in, as a catalog has them.

    :ivar state: what changes whenever the rest does
    :ivar product: of the product: ``code``, ``axes``, ``axis``, ``rows``, ``swatches``
        and ``columns``
    :ivar variants: of its variants, as parallel lists: ``id``, ``row``, ``column``,
        ``code``, ``barcode`` and ``supplier``
    :ivar combinations: of each variant, the ids of its attributes' values
    """

    state: tuple
    product: dict
    variants: dict
    combinations: list


class PreorderCampaign(models.Model):
    """What products come in: arranged anew only where it has changed.

    A catalog has thousands of variants, and every change of a product makes a new one.
    """

    _inherit = "preorder.campaign"

    def _get_catalog_ranges(self):
        """The variants of the assortment, by product.

        :return: dict of ``product.template`` id → :class:`Range`
        """
        self.ensure_one()
        states = self._read_catalog_states()
        keys = {
            template_id: (self.env.cr.dbname, self.id, self.env.lang, template_id)
            for template_id in states
        }
        ranges = {template_id: _KEPT.get(key) for template_id, key in keys.items()}
        changed = [
            template_id
            for template_id, its_range in ranges.items()
            if its_range is None or its_range.state != states[template_id]
        ]
        for template_id, its_range in self._make_catalog_ranges(
            {template_id: states[template_id] for template_id in changed}
        ):
            _KEPT[keys[template_id]] = ranges[template_id] = its_range
        return ranges

    def _read_catalog_states(self):
        """What changes whenever the variants that a product comes in do.

        :return: dict of ``product.template`` id → tuple, the ids of its variants in the
            assortment first
        """
        for name in (
            "product.product",
            "product.supplierinfo",
            "product.template.attribute.line",
            "product.template.attribute.value",
            "product.attribute",
            "product.attribute.value",
        ):
            self.env[name].flush_model()
        query = (
            self.env["product.product"].sudo()._search(self._get_assortment_domain())
        )
        rows = self.env.execute_query(
            SQL(
                """
                WITH product AS MATERIALIZED (
                    SELECT product_tmpl_id AS id, ARRAY_AGG(id ORDER BY id) AS variants,
                           STRING_AGG(write_date::text, ' ' ORDER BY id) AS written
                      FROM product_product
                     WHERE id IN %(assortment)s
                  GROUP BY product_tmpl_id
                ), attribute AS MATERIALIZED (
                    SELECT (SELECT SUM(EXTRACT(EPOCH FROM write_date))
                              FROM product_attribute) AS written,
                           (SELECT SUM(EXTRACT(EPOCH FROM write_date))
                              FROM product_attribute_value) AS values_written
                )
                SELECT product.id, product.variants, MD5(product.written),
                       attribute.written, attribute.values_written,
                       (SELECT MD5(STRING_AGG(CONCAT(line.id, line.write_date), ' '
                                              ORDER BY line.id))
                          FROM product_template_attribute_line line
                         WHERE line.product_tmpl_id = product.id),
                       (SELECT MD5(STRING_AGG(CONCAT(value.id, value.write_date), ' '
                                              ORDER BY value.id))
                          FROM product_template_attribute_value value
                         WHERE value.product_tmpl_id = product.id),
                       (SELECT MD5(STRING_AGG(CONCAT(supplier.product_id, ' ',
                                                     supplier.product_code), ' '
                                              ORDER BY supplier.id))
                          FROM product_supplierinfo supplier
                         WHERE supplier.product_tmpl_id = product.id
                           AND (
                               supplier.company_id IS NULL
                               OR supplier.company_id = %(company)s
                           ))
                  FROM product, attribute
                """,
                assortment=query.subselect(),
                company=self.company_id.id,
            )
        )
        return {template_id: tuple(state) for template_id, *state in rows}

    def _make_catalog_ranges(self, states):
        """Arrange the variants of products.

        :param states: as :meth:`_read_catalog_states` returns them
        :return: iterable of (``product.template`` id, :class:`Range`)
        """
        variants = self.env["product.product"].browse(
            sorted(variant for state in states.values() for variant in state[0])
        )
        variants.fetch(_VARIANT_FIELDS)
        templates = variants.product_tmpl_id
        templates.fetch(["attribute_line_ids"])
        supplier_codes = self._get_supplier_codes(templates, variants)
        value_of = {
            value.id: value.product_attribute_value_id.id
            for value in variants.product_template_attribute_value_ids
        }
        for template, its_variants in variants.grouped("product_tmpl_id").items():
            grid = template._get_variant_grid(its_variants)
            columns = {
                "id": [variant.id for variant in grid.places],
                "row": [row for row, _column in grid.places.values()],
                "column": [column for _row, column in grid.places.values()],
                "code": [variant.default_code or "" for variant in grid.places],
                "barcode": [variant.barcode or "" for variant in grid.places],
                "supplier": [
                    supplier_codes.get(variant, "") or supplier_codes.get(template, "")
                    for variant in grid.places
                ],
            }
            product = {
                "code": get_common_reference(columns["code"]),
                "axes": grid.row_axes,
                "axis": grid.main_axis,
                "rows": [row.parts for row in grid.rows],
                "swatches": [row.color for row in grid.rows],
                "columns": grid.columns,
            }
            combinations = [
                [
                    value_of[value_id]
                    for value_id in variant.product_template_attribute_value_ids._ids
                ]
                for variant in grid.places
            ]
            yield (
                template.id,
                Range(states[template.id], product, columns, combinations),
            )

    def _get_supplier_codes(self, templates, variants):
        """Suppliers' references: shops know many products by them.

        :return: dict of ``product.product`` or ``product.template`` → references, to be
            searched
        """
        codes = {}
        offered = set(variants.ids)
        suppliers = self.env["product.supplierinfo"].search(
            [
                ("product_tmpl_id", "in", templates.ids),
                ("product_code", "not in", (False, "")),
                ("company_id", "in", (False, self.company_id.id)),
            ]
        )
        for supplier in suppliers:
            product = supplier.product_id or supplier.product_tmpl_id
            if supplier.product_id and supplier.product_id.id not in offered:
                continue
            codes.setdefault(product, {})[supplier.product_code] = True
        return {product: " ".join(texts) for product, texts in codes.items()}
