from odoo import models
from odoo.fields import Domain
from odoo.tools import is_html_empty
from odoo.tools.misc import limited_field_access_token


class PreorderCampaign(models.Model):
    """What a customer sees who looks closer at a product."""

    _inherit = "preorder.campaign"

    def _get_product_details(self, partner, order, template_id):
        """A product of the assortment with its pictures, texts and prices.

        Products that are not (yet) published in the shop are shown like all others.

        :param order: the order form; empty before it is begun
        :return: dict: ``pictures`` and ``documents`` (``name``, ``url``), ``text``
            (HTML), ``attributes`` (``name``, ``values``), ``breaks`` (``quantity``,
            ``low``, ``high``: prices per unit), ``limits`` (in words), ``alternatives``
            (ids of products); None for a product that is not in the assortment
        """
        self.ensure_one()
        variants = self.env["product.product"].search(
            self._get_assortment_domain() & Domain("product_tmpl_id", "=", template_id)
        )
        template = variants.product_tmpl_id
        if not template:
            return None
        order = order or order.new(order._prepare_terms(self, partner))
        text = next(
            (
                text
                for text in (
                    template.description_ecommerce,
                    template.website_description,
                )
                if not is_html_empty(text)
            ),
            "",
        )
        return {
            "pictures": self._get_product_pictures(template, variants),
            "text": text or template.description_sale or "",
            "plain": not text,
            "attributes": [
                {
                    "name": line.attribute_id.name,
                    "values": ", ".join(line.value_ids.mapped("name")),
                }
                for line in template.attribute_line_ids
            ],
            "documents": [
                {
                    "name": document.name,
                    "url": f"/preorder/campaign/{self.id}/document/{document.id}",
                }
                for document in self._get_product_documents(template)
            ],
            "breaks": self._get_quantity_prices(order, variants),
            "limits": order._describe_product_limits(variants),
            "alternatives": self.env["product.product"]
            .search(
                self._get_assortment_domain()
                & Domain("product_tmpl_id", "in", template.alternative_product_ids.ids)
            )
            .product_tmpl_id.ids,
        }

    def _get_product_pictures(self, template, variants):
        """Addresses of a product's pictures, each picture once.

        They work for products that are not published in the shop.
        """
        pictures = [
            *([template] if template.image_128 else []),
            *template.product_template_image_ids.filtered("image_128"),
            *variants.filtered("image_variant_128"),
            *variants.product_variant_image_ids.filtered("image_128"),
        ]
        return [
            {
                "name": picture.display_name,
                "url": _get_image_url(
                    picture,
                    "image_variant_1024"
                    if picture._name == "product.product"
                    else "image_1024",
                ),
            }
            for picture in pictures
        ]

    def _get_product_documents(self, template):
        """The documents of a product that its page in the shop would offer."""
        return template.product_document_ids.filtered("shown_on_product_page")

    def _get_document(self, document_id):
        """A document of a product of the assortment; empty if there is no such one."""
        self.ensure_one()
        document = self.env["product.document"].browse(document_id).exists()
        if document.res_model != "product.template" or not document.active:
            return document.browse()
        template = self.env["product.template"].browse(document.res_id)
        in_assortment = self.env["product.product"].search_count(
            self._get_assortment_domain() & Domain("product_tmpl_id", "=", template.id),
            limit=1,
        )
        if not in_assortment:
            return document.browse()
        return document & self._get_product_documents(template)

    def _get_quantity_prices(self, order, variants):
        """What a product costs from which quantity on, where that makes a difference.

        :return: list of dicts ``quantity``, ``low`` and ``high``: prices per unit, over
            the variants, after all discounts but the order total's
        """
        now = self._now()
        pricing = self.env["preorder.pricing"]
        stamps = pricing._read_price_stamps(variants.ids, now)
        result = []
        for quantity in (1.0, *(each for each in stamps.breaks if each > 1)):
            prices = self._apply_terms(
                pricing._get_kept_prices(
                    dict.fromkeys(variants.ids, quantity),
                    stamps,
                    terms=order._get_pricing_terms(),
                    date=now,
                )
            )
            nets = [
                price.unit * (1 - price.discount / 100) for price in prices.values()
            ]
            entry = {"quantity": quantity, "low": min(nets), "high": max(nets)}
            if not result or any(
                order.currency_id.compare_amounts(result[-1][bound], entry[bound])
                for bound in ("low", "high")
            ):
                result.append(entry)
        return result


def _get_image_url(record, field_name):
    """A picture's address that works for whoever has it."""
    token = limited_field_access_token(record, field_name, scope="binary")
    return (
        f"/web/image/{record._name}/{record.id}/{field_name}"
        f"?access_token={token}&unique={int(record.write_date.timestamp())}"
    )
