{
    "name": "OCI Punchout",
    "summary": "Customers' procurement systems shop here and take the basket home",
    "version": "19.0.1.0.0",
    "category": "Website/Website",
    "author": "Pre-Order Suite contributors",
    "license": "AGPL-3",
    "depends": ["website_sale"],
}
