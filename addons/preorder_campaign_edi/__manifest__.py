{
    "name": "Pre-Order Campaigns: Electronic Orders",
    "summary": "The electronic order within the PDF of a pre-order of many lines",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Pre-Order Suite contributors",
    "license": "AGPL-3",
    "depends": ["preorder_campaign", "sale_edi_ubl"],
    "auto_install": True,
}
