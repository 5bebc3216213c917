{
    "name": "Pre-Order Purchase Plan: Manufacturing",
    "summary": "The purchase plan's manufacturing orders, in one click",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Manufacturing",
    "author": "Pre-Order Suite contributors",
    "license": "AGPL-3",
    "depends": ["preorder_purchase_plan", "mrp"],
    "data": ["views/preorder_purchase_plan_views.xml"],
    "auto_install": True,
}
