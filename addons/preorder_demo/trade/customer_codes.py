"""What customers call our products in their own books."""

#: Customer → (its prefix, references of the products that it has numbers for)
CODES = {
    "kaap": ("DWK", ("ML-4010", "ML-4011", "ML-4012")),
}


def note(trade):
    """Note the item numbers that customers order and scan by."""
    values = []
    for key, (prefix, references) in CODES.items():
        for reference in references:
            template = trade.products[reference]
            values += [
                {
                    "partner_id": trade.partners[key].id,
                    "product_tmpl_id": template.id,
                    "product_id": variant.id,
                    "product_code": f"{prefix}{reference[3:]}{number:02}",
                    "company_id": trade.env.company.id,
                }
                for number, variant in enumerate(template.product_variant_ids, 1)
            ]
    trade.env["product.customerinfo"].create(values)
