{
    "name": "Pre-Order Punchout",
    "summary": "Procurement systems open pre-orders and take order forms home",
    "version": "19.0.1.0.0",
    "category": "Website/Website",
    "author": "Pre-Order Suite contributors",
    "license": "AGPL-3",
    "depends": ["oci_punchout", "preorder_website"],
    "data": [
        "views/oci_connection_views.xml",
        "views/oci_session_views.xml",
        "views/preorder_order_views.xml",
        "views/website_templates.xml",
    ],
    "assets": {
        "preorder_website.assets_order_form": [
            "preorder_punchout/static/src/order_form/**/*",
        ],
        "web.assets_unit_tests_setup": [
            "preorder_punchout/static/src/order_form/**/*",
        ],
    },
    "post_init_hook": "_send_delivery_days",
    "uninstall_hook": "_leave_pre_orders",
    "auto_install": True,
}
