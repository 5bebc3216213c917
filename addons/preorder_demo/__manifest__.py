{
    "name": "Pre-Order Demo: an outdoor and workwear wholesaler",
    "summary": "A wholesaler with a catalogue, customers, past sales and campaigns",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Pre-Order Suite contributors",
    "license": "AGPL-3",
    "depends": [
        "preorder_website",
        "preorder_purchase_plan",
        "product_customerinfo",
        "website_sale_stock",
        "payment_demo",
        "payment_custom",
    ],
    "external_dependencies": {"python": ["Pillow"]},
    "assets": {
        "web.assets_tests": ["preorder_demo/static/tests/tours/**/*"],
    },
    "post_init_hook": "post_init_hook",
}
