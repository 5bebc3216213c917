{
    "name": "Pre-Order Benchmarks",
    "summary": "The least a signed-in JSON request can cost here",
    "version": "19.0.1.0.0",
    "author": "Pre-Order Suite contributors",
    "license": "AGPL-3",
    # product_matrix: Odoo's own grid, the order form's peer.
    "depends": ["preorder_website", "product_matrix"],
}
