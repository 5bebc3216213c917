{
    "name": "Pre-Order Faults",
    "summary": "Lets servers of tests die where tests want them to",
    "version": "19.0.1.0.0",
    "author": "Pre-Order Suite contributors",
    "license": "AGPL-3",
    "depends": ["preorder_website"],
    "installable": False,
}
