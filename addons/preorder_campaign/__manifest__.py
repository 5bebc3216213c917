{
    "name": "Pre-Order Campaigns",
    "summary": "Sell next season before you buy it: campaigns, order forms, tiers",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Pre-Order Suite contributors",
    "license": "AGPL-3",
    "depends": [
        "sale_management",
        "sale_stock",
        "product_brand",
        "sale_order_requested_delivery",
        "sale_order_line_date",
    ],
    "data": [
        "security/ir.model.access.csv",
        "security/ir_rules.xml",
        "data/res_groups_data.xml",
        "data/ir_cron_data.xml",
        "data/mail_activity_type_data.xml",
        "views/preorder_campaign_views.xml",
        "views/preorder_order_views.xml",
        "views/res_partner_views.xml",
        "views/sale_order_views.xml",
        "wizard/preorder_merge_views.xml",
        "views/preorder_menus.xml",
        "report/preorder_matrix_templates.xml",
        "report/sale_order_templates.xml",
    ],
    "assets": {
        "web.assets_frontend": [
            "preorder_campaign/static/src/scss/preorder_matrix.scss",
        ],
        "web.report_assets_common": [
            "preorder_campaign/static/src/scss/preorder_matrix.scss",
        ],
    },
    "application": True,
}
