{
    "name": "Pre-Order Purchase Plan",
    "summary": "From pre-orders to suppliers: how many of what from whom, in one click",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Purchase",
    "author": "Pre-Order Suite contributors",
    "license": "AGPL-3",
    "depends": ["preorder_campaign", "purchase_stock"],
    "data": [
        "security/ir.model.access.csv",
        "security/ir_rules.xml",
        "data/ir_sequence_data.xml",
        "report/preorder_purchase_plan_templates.xml",
        "data/mail_template_data.xml",
        "wizard/preorder_purchase_plan_split_views.xml",
        "views/preorder_purchase_plan_line_views.xml",
        "views/preorder_purchase_plan_supplier_views.xml",
        "views/preorder_purchase_plan_views.xml",
        "views/res_partner_views.xml",
        "views/preorder_campaign_views.xml",
        "views/product_supplierinfo_views.xml",
        "views/purchase_order_views.xml",
        "views/preorder_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "preorder_purchase_plan/static/src/**/*",
        ],
        "web.assets_unit_tests": [
            "preorder_purchase_plan/static/tests/**/*.test.js",
        ],
    },
}
