"""Columns of a table of limits: what they mean, and what they make of a limit.

Each column resolves texts (:mod:`.import_columns`), assigns what was found to a limit,
and says what it adds to the name of a limit that has none.
"""

from odoo.fields import Command, Domain

from .import_columns import (
    ChoiceColumn,
    CustomerColumn,
    NameColumn,
    NumberColumn,
    ProductColumn,
    TextColumn,
    find_by,
)


class LimitProductColumn(ProductColumn):
    """A product, or one of its variants."""

    def resolve(self, texts):
        """As any column of products; the variants' names are at hand afterwards."""
        matches = super().resolve(texts)
        products = self._browse(
            sorted({id_ for match in matches.values() for id_ in match.ids})
        )
        products.mapped("display_name")
        products.product_tmpl_id.mapped("product_variant_ids")
        products.product_tmpl_id.mapped("name")
        return matches

    def assign(self, match):
        """All variants are the product itself, also those it gets later."""
        products = self._browse(match.ids)
        template = products.product_tmpl_id
        if set(template.product_variant_ids.ids) == set(match.ids):
            return {"product_tmpl_ids": [Command.link(template.id)]}
        return {"product_ids": [Command.link(product.id) for product in products]}

    def describe(self, match):
        """The variant's name, or that of the product which all of them are of."""
        products = self._browse(match.ids)
        if len(products) == 1:
            return products.display_name
        return products.product_tmpl_id.name

    def _browse(self, ids):
        return (
            self.env["product.product"]
            .with_context(display_default_code=False)
            .browse(ids)
        )


class _Links:
    """A column of records that a field of the limit links to."""

    field = None

    def assign(self, match):
        """Link the records found."""
        return {self.field: [Command.link(record_id) for record_id in match.ids]}

    def describe(self, match):
        """The record's name as customers may read it."""
        comodel = self.env["preorder.limit"]._fields[self.field].comodel_name
        return self.env[comodel].browse(match.ids).display_name


class LimitAttributeValueColumn(_Links, NameColumn):
    """A size, a colour and so on; of some attributes only, if they are given."""

    field = "attribute_value_ids"

    def __init__(self, env, attribute_ids=None):
        super().__init__(
            env["product.attribute.value"],
            ":",
            Domain.TRUE
            if attribute_ids is None
            else Domain("attribute_id", "in", attribute_ids),
        )


class LimitCategoryColumn(_Links, NameColumn):
    """A category of products."""

    field = "categ_ids"

    def __init__(self, env):
        super().__init__(env["product.category"], "/")

    def describe(self, match):
        """The category's own name, without those above it."""
        return self.model.browse(match.ids).name


class LimitCustomerColumn(_Links, CustomerColumn):
    """A customer."""

    field = "partner_ids"


class LimitLabelColumn(_Links, NameColumn):
    """A label of customers."""

    field = "label_ids"

    def __init__(self, env):
        super().__init__(env["res.partner.category"], "/")

    def describe(self, _match):
        """Nothing: customers read a limit's name, and labels are the office's."""
        return ""


class _Value:
    """A column whose value a field of the limit takes."""

    field = None

    def assign(self, match):
        """Take the value."""
        return {self.field: match.value}

    def describe(self, _match):
        """Nothing: what is limited has the name, not how."""
        return ""


class LimitCountedPerColumn(_Value, ChoiceColumn):
    """Whose quantities are added up, in a word or as the form says it."""

    field = "counted_per"

    def __init__(self, env):
        field = env["preorder.limit"]._fields[self.field]
        labels = field._description_selection(env)
        super().__init__(
            env,
            {
                "company": "company",
                "branch": "branch",
                "everybody": "everyone",
                "everyone": "everyone",
                **{label.lower(): value for value, label in labels},
            },
        )


class LimitQuantityColumn(_Value, NumberColumn):
    """A minimum, a maximum or a multiple."""

    def __init__(self, env, field):
        _precision, decimals = env["preorder.limit"]._fields[field].get_digits(env)
        super().__init__(env, decimals)
        self.field = field


class LimitNameColumn(_Value, TextColumn):
    """What the limit is about, as customers read it."""

    field = "name"


def get_columns(env, company, headings):
    """The columns that some headings stand for.

    :param company: whose products and customers are meant
    :param headings: in lower case
    :return: dict of heading → column; unknown ones are left out. Headings are known in
        English and in the user's language; one that is the name of a product attribute
        stands for that attribute's values.
    """
    columns = {
        "product": LimitProductColumn(env, company),
        "attribute value": LimitAttributeValueColumn(env),
        "category": LimitCategoryColumn(env),
        "customer": LimitCustomerColumn(env, company),
        "label": LimitLabelColumn(env),
        "counted per": LimitCountedPerColumn(env),
        "minimum": LimitQuantityColumn(env, "minimum"),
        "maximum": LimitQuantityColumn(env, "maximum"),
        "multiple": LimitQuantityColumn(env, "multiple"),
        "name": LimitNameColumn(),
    }
    translations = {
        "product": env._("Product"),
        "attribute value": env._("Attribute Value"),
        "category": env._("Category"),
        "customer": env._("Customer"),
        "label": env._("Label"),
        "counted per": env._("Counted per"),
        "minimum": env._("Minimum"),
        "maximum": env._("Maximum"),
        "multiple": env._("Multiple"),
        "name": env._("Name"),
    }
    for heading, translation in translations.items():
        columns.setdefault(translation.lower(), columns[heading])
    attributes = find_by(
        env["product.attribute"], "name", set(headings) - columns.keys()
    )
    for heading, attribute_ids in attributes.items():
        columns[heading] = LimitAttributeValueColumn(env, attribute_ids)
    return {heading: columns[heading] for heading in headings if heading in columns}
