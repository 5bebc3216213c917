{
    "name": "OCI Punchout",
    "summary": "Customers' procurement systems shop here and take the basket home",
    "version": "19.0.1.0.0",
    "category": "Website/Website",
    "author": "Pre-Order Suite contributors",
    "license": "AGPL-3",
    "depends": ["website_sale"],
    "data": [
        "security/ir.model.access.csv",
        "security/ir_rules.xml",
        "data/ir_cron_data.xml",
        "report/oci_setup_templates.xml",
        "views/oci_session_views.xml",
        "views/oci_connection_views.xml",
        "views/oci_page_templates.xml",
        "views/product_category_views.xml",
        "views/sale_order_views.xml",
        "views/website_sale_templates.xml",
        "views/oci_menus.xml",
    ],
    "assets": {
        "web.assets_frontend": [
            "oci_punchout/static/src/scss/punchout.scss",
        ],
    },
}
