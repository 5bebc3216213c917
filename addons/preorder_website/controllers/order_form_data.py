from werkzeug.exceptions import BadRequest, NotFound

from odoo import http
from odoo.http import request

from odoo.addons.preorder_campaign.cells import is_record_id

from . import guard


class PreorderOrderFormData(http.Controller):
    """What the order form shows: read, and never changed, through these routes."""

    @http.route(
        [
            "/preorder/campaign/<int:campaign_id>/catalog",
            "/preorder/form/<int:order_id>/catalog",
        ],
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        readonly=guard.is_replicated,
    )
    def catalog(self, campaign_id=None, order_id=None, **_kwargs):
        """The campaign's products, column by column, as compressed JSON."""
        body, etag = guard.find_offer(campaign_id, order_id)._get_catalog_json()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Encoding", "gzip"),
            ("Cache-Control", "private, no-cache"),
            ("Vary", "Cookie, Accept-Language"),
        ]
        response = request.make_response(body, headers)
        response.set_etag(etag)
        return response.make_conditional(request.httprequest)

    @http.route(
        "/preorder/campaign/<int:campaign_id>/picture/<int:template_id>",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        readonly=True,
    )
    def picture(self, campaign_id, template_id, **_kwargs):
        """The picture of one of the campaign's products; its address never changes."""
        picture = guard.find_offer(campaign_id)._find_picture(template_id)
        if not picture:
            raise NotFound()
        return picture.get_response(
            immutable=True, max_age=http.STATIC_CACHE_LONG, as_attachment=False
        )

    @http.route(
        "/preorder/campaign/<int:campaign_id>/document/<int:document_id>",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        readonly=True,
    )
    def document(self, campaign_id, document_id, **_kwargs):
        """A document of a product, published in the shop or not yet."""
        document = guard.find_offer(campaign_id)._get_document(document_id)
        if not document:
            raise NotFound()
        return (
            request.env["ir.binary"]
            .sudo()
            ._get_stream_from(document.ir_attachment_id)
            .get_response(as_attachment=True)
        )

    @http.route(
        "/preorder/campaign/<int:campaign_id>/stock",
        type="jsonrpc",
        auth="user",
        website=True,
        readonly=True,
    )
    def stock(self, campaign_id):
        """What customers may know of stock and stock to come."""
        return guard.find_offer(campaign_id)._get_stock_page()

    @http.route(
        guard.get_addresses("/prices"),
        type="jsonrpc",
        auth="user",
        website=True,
        readonly=guard.is_replicated,
    )
    def prices(self, products=None, campaign_id=None, customer_id=None, order_id=None):
        """The customer's prices of a page of variants."""
        filling = guard.find_place(campaign_id, customer_id, order_id)
        if not isinstance(products, list) or not all(map(is_record_id, products)):
            raise BadRequest()
        return filling.campaign._get_price_page(
            filling.partner, filling.order, products
        )

    @http.route(
        guard.get_addresses("/product/<int:product_id>"),
        type="jsonrpc",
        auth="user",
        website=True,
        readonly=guard.is_replicated,
    )
    def product(self, product_id, campaign_id=None, customer_id=None, order_id=None):
        """A product's pictures, texts and prices."""
        filling = guard.find_place(campaign_id, customer_id, order_id)
        details = filling.campaign._get_product_details(
            filling.partner, filling.order, product_id
        )
        if details is None:
            raise NotFound()
        return details

    @http.route(
        guard.get_addresses("/scan"),
        type="jsonrpc",
        auth="user",
        website=True,
        readonly=guard.is_replicated,
    )
    def scan(self, code=None, campaign_id=None, customer_id=None, order_id=None):
        """The variant of a code: a barcode, a reference, the customer's own."""
        filling = guard.find_place(campaign_id, customer_id, order_id)
        if not isinstance(code, str):
            raise BadRequest()
        return filling.campaign._scan(filling.partner, code)
