{
    "name": "Pre-Order Website",
    "summary": "Customers fill order forms online: sizes by colours, saved as typed",
    "version": "19.0.1.1.0",
    "category": "Website/Website",
    "author": "Pre-Order Suite contributors",
    "license": "AGPL-3",
    "depends": [
        "preorder_campaign",
        "website_sale",
        "portal",
        "payment",
        "barcodes",
    ],
    "data": [
        "security/ir.model.access.csv",
        "security/ir_rules.xml",
        "data/website_menu_data.xml",
        "views/preorder_campaign_views.xml",
        "views/preorder_order_views.xml",
        "views/landing_templates.xml",
        "views/order_form_templates.xml",
        "views/sale_portal_templates.xml",
        "views/my_preorders_templates.xml",
        "views/order_again_templates.xml",
        "views/my_customers_templates.xml",
        "wizard/preorder_customer_views.xml",
        "wizard/preorder_start_form_views.xml",
    ],
    "assets": {
        "website.website_builder_assets": [
            "preorder_website/static/src/website_builder/**/*",
        ],
        "web.assets_frontend": [
            "preorder_website/static/src/interactions/**/*",
            "preorder_website/static/src/landing/**/*",
            "preorder_website/static/src/snippets/**/*",
            ("remove", "preorder_website/static/src/snippets/**/*.edit.esm.js"),
        ],
        "website.assets_inside_builder_iframe": [
            "preorder_website/static/src/snippets/**/*.edit.esm.js",
        ],
        # Of its own, and loaded by the page that needs it: no other page of the shop
        # carries the order form.
        "preorder_website.assets_order_form": [
            # What tells a hand scanner from a typing person.
            "barcodes/static/src/barcode_service.js",
            "preorder_campaign/static/src/windowing/**/*",
            "preorder_website/static/src/order_form/**/*",
        ],
        "web.assets_unit_tests_setup": [
            "preorder_website/static/src/order_form/**/*",
        ],
        "web.assets_unit_tests": [
            "preorder_website/static/tests/*.esm.js",
            "preorder_website/static/tests/**/*.test.js",
        ],
        "web.assets_tests": [
            "preorder_website/static/tests/tours/**/*",
        ],
    },
}
