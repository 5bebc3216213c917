import base64
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.image import image_process

from odoo.addons.preorder_campaign.references import get_common_reference

from .. import xlsx_export

#: Pictures in one workbook, which is to be small enough to be uploaded again.
MAXIMUM_PICTURES = 400
MAXIMUM_PICTURE_BYTES = 2 * 1024 * 1024
_PICTURE_SIZE = (72, 72)
_JPEG = b"\xff\xd8"


class PreorderExcelExport(models.AbstractModel):
    """Writes order forms as workbooks, to be filled without the website."""

    _name = "preorder.excel.export"
    _description = "Export of an Order Form to Excel"

    @api.model
    def _export(self, filling, options, *, only_ordered=False):
        """Write an order form, begun or not, as a workbook.

        :param filling: the guard's :class:`Filling`
        :param options: :class:`~..xlsx_export.Options`
        :param only_ordered: leave out products of which nothing is ordered
        :return: (name of the file, its bytes)
        """
        campaign = filling.campaign
        order = filling.order or filling.order.new(
            filling.order._prepare_terms(campaign, filling.partner)
        )
        quantities = {
            (line.product_id.id, line.delivery_date or None): line.quantity
            for line in filling.order.line_ids
            if line.quantity
        }
        products = self._get_products(
            campaign, order, options, {key[0] for key in quantities}, only_ordered
        )
        on_sale = {item.product_id for each in products for item in each.items}
        gone = filling.order.line_ids.filtered("quantity").product_id
        gone = gone.filtered(lambda variant: variant.id not in on_sale)
        currency = order.currency_id
        number = filling.order.name or campaign.code
        book = xlsx_export.Book(
            campaign_id=campaign.id,
            title=f"{number} · {campaign.name}",
            subtitle=" · ".join(
                (
                    filling.partner.display_name,
                    format_date(self.env, fields.Date.today()),
                )
            ),
            products=products,
            quantities=quantities,
            texts=self._get_texts(),
            gone=self._get_gone(filling.order, gone),
            days=self._get_days(campaign, filling.order),
            money=currency._get_spreadsheet_format(),
            unit_price=currency._get_spreadsheet_format("Product Price"),
        )
        name = f"{number} {campaign.name}.xlsx".replace("/", "-")
        return name, xlsx_export.write_book(book, options)

    def _get_days(self, campaign, order):
        """The delivery dates for which quantities are entered; none where they have
        none."""
        choice = campaign._get_date_choice(order, campaign._now())
        return [
            fields.Date.to_date(day) for day in (choice["chosen"] if choice else ())
        ]

    def _get_products(self, campaign, order, options, ordered, only_ordered):
        """The products of an order form, arranged as on its page."""
        variants = self.env["product.product"].search(
            campaign._get_assortment_domain(), order="id"
        )
        # Read at once whatever is asked of them below.
        variants.fetch(["default_code", "barcode", "product_tmpl_id"])
        by_template = variants.grouped("product_tmpl_id")
        if only_ordered:
            by_template = {
                template: own
                for template, own in by_template.items()
                if ordered.intersection(own.ids)
            }
        templates = variants.product_tmpl_id.filtered(
            by_template.__contains__
        )._sorted_for_preorder()
        prices = self._get_prices(campaign, order, variants, options)
        pictures = self._get_pictures(templates) if options.pictures else {}
        shared = Counter(filter(None, variants.mapped("default_code")))
        return [
            self._get_product(
                template,
                by_template[template],
                prices,
                shared,
                pictures.get(template.id, b""),
            )
            for template in templates
        ]

    def _get_product(self, template, variants, prices, shared, picture):
        grid = template._get_variant_grid(variants)
        items = []
        for variant, (row, column) in grid.places.items():
            reference = variant.default_code or ""
            barcode = variant.barcode or ""
            label = ", ".join(filter(None, (grid.rows[row].name, grid.columns[column])))
            price, discount = prices.get(variant.id, (0.0, 0.0))
            items.append(
                xlsx_export.Item(
                    variant.id,
                    reference,
                    barcode,
                    label,
                    row,
                    column,
                    price,
                    discount,
                    needs_id=not barcode and shared[reference] != 1,
                )
            )
        items.sort(key=lambda item: (item.row, item.column))
        return xlsx_export.Product(
            name=template.name,
            code=get_common_reference(item.reference for item in items),
            group=template.categ_id.name or "",
            rows=[row.name for row in grid.rows],
            columns=list(grid.columns),
            items=items,
            whole=template.uom_id._get_smallest_quantity() >= 1,
            picture=picture,
        )

    def _get_gone(self, order, variants):
        """What the form has though it is no longer on sale, with the form's prices."""
        prices = {
            line.product_id: (line.price_unit, line.base_discount)
            for line in order.line_ids
        }
        return [
            xlsx_export.Product(
                name=template.name,
                code="",
                group=template.categ_id.name or "",
                rows=(),
                columns=(),
                items=[
                    xlsx_export.Item(
                        variant.id,
                        variant.default_code or "",
                        variant.barcode or "",
                        ", ".join(
                            variant.product_template_attribute_value_ids.mapped("name")
                        ),
                        0,
                        0,
                        *prices[variant],
                    )
                    for variant in own.sorted("id")
                ],
            )
            for template, own in variants.grouped("product_tmpl_id").items()
        ]

    def _get_prices(self, campaign, order, variants, options):
        """Price and discount per variant: of what is ordered, as the form has it."""
        if not options.prices:
            return {}
        prices = {
            product_id: (price.unit, price.discount)
            for product_id, price in campaign._get_piece_prices(
                order, variants.ids
            ).items()
        }
        prices.update(
            (line.product_id.id, (line.price_unit, line.base_discount))
            for line in order.line_ids
            if line.quantity
        )
        return prices

    def _get_pictures(self, templates):
        """Small pictures by template, as many as a workbook may carry."""
        pictures, size = {}, 0
        for template in templates.with_context(bin_size=False):
            if len(pictures) == MAXIMUM_PICTURES or size > MAXIMUM_PICTURE_BYTES:
                break
            source = template.image_128
            if not source:
                continue
            picture = self._shrink(source)
            if picture:
                pictures[template.id] = picture
                size += len(picture)
        return pictures

    def _shrink(self, source):
        """A picture as a small JPEG; empty where it cannot be one (a drawing)."""
        try:
            picture = image_process(
                base64.b64decode(source),
                size=_PICTURE_SIZE,
                quality=80,
                output_format="JPEG",
            )
        except (UserError, OSError, ValueError):
            return b""
        return picture if picture.startswith(_JPEG) else b""

    def _get_texts(self):
        return xlsx_export.Texts(
            delivery=self.env._("Delivery Date"),
            pieces=self.env._("Pieces"),
            price=self.env._("Your Price"),
            amount=self.env._("Amount"),
            total=self.env._("Total"),
            reference=self.env._("Reference"),
            barcode=self.env._("Barcode"),
            product=self.env._("Product"),
            variant=self.env._("Variant"),
            quantity=self.env._("Quantity"),
            list_price=self.env._("Price"),
            discount=self.env._("Discount"),
            list_title=self.env._("List"),
            hint=self.env._(
                "Enter quantities in the yellow cells, save, and upload the workbook "
                "on the order form."
            ),
            overview_hint=self.env._(
                "This list follows the other sheets: enter quantities there."
            ),
            amounts_hint=self.env._(
                "Amounts are before the discount on the whole order."
            ),
            whole_title=self.env._("Quantity"),
            whole_message=self.env._(
                "Enter how many you want: a number, not below zero, whole where the "
                "product is sold in whole units."
            ),
            gone_title=self.env._("No Longer on Sale"),
            gone_hint=self.env._(
                "No longer on sale. Your order form has these still, and they count; "
                "they are not read back from here."
            ),
        )
