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
        "views/preorder_purchase_plan_views.xml",
        "views/preorder_campaign_views.xml",
        "views/product_supplierinfo_views.xml",
        "views/purchase_order_views.xml",
        "views/preorder_menus.xml",
    ],
}
