{
    "name": "Pre-Order Purchase Plan: Agreements",
    "summary": "The purchase plan buys at the prices of purchase agreements",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Purchase",
    "author": "Pre-Order Suite contributors",
    "license": "AGPL-3",
    "depends": ["preorder_purchase_plan", "purchase_requisition"],
    "auto_install": True,
}
