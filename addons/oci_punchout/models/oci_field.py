import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .. import oci

_PLACEHOLDER = re.compile(r"\{([a-z0-9_.]*)\}")
_PATH = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*){0,4}")
_TYPES = {
    "char",
    "text",
    "html",
    "integer",
    "float",
    "monetary",
    "date",
    "datetime",
    "boolean",
    "selection",
    "many2one",
}


class OciField(models.Model):
    _name = "oci.field"
    _description = "Punchout Field"
    _order = "sequence, id"

    connection_id = fields.Many2one(
        "oci.connection", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    field = fields.Selection(
        [(name, name) for name in oci.FIELDS if name not in oci.OWN_FIELDS]
        + [("other", "Other…")],
        "OCI Field",
        required=True,
    )
    other_name = fields.Char(
        help="The name of a field that was agreed with the customer, without NEW_ITEM-."
    )
    max_length = fields.Integer(
        "Longest", help="Longest text of an agreed field. OCI's own have their length."
    )
    kind = fields.Selection(
        [
            ("field", "Field"),
            ("fixed", "Fixed value"),
            ("template", "Text with fields"),
            ("vendor", "Supplier number of the launch"),
        ],
        "Content",
        required=True,
        default="field",
    )
    path = fields.Char(
        "Field of the Line",
        help="A field of the order line, or of what it leads to: "
        "product_id.default_code, product_id.categ_id.unspsc_code.",
    )
    value = fields.Char(
        "Value or Text",
        help="A fixed value, or a text with fields in braces: "
        "{product_id.default_code} / {product_uom_id.name}.",
    )

    _field_once = models.UniqueIndex("(connection_id, field, COALESCE(other_name, ''))")

    def _get_name(self):
        """Return the name of the field, without what stands around it in a form."""
        self.ensure_one()
        if self.field == "other":
            return (self.other_name or "").strip().upper()
        return self.field or ""

    @api.constrains("field", "other_name")
    def _check_other_name(self):
        for line in self.filtered(lambda line: line.field == "other"):
            name = line._get_name()
            if not oci.is_field_name(name) or name in oci.FIELDS:
                raise ValidationError(
                    self.env._(
                        "%(name)s cannot be the name of an agreed field: use capital "
                        "letters, digits and underscores, and a name that OCI does not "
                        "have itself.",
                        name=name or self.env._("Nothing"),
                    )
                )

    @api.constrains("kind", "path", "value")
    def _check_content(self):
        for line in self:
            if line.kind == "field":
                line._check_path(line.path or "")
            elif line.kind == "template":
                rest = _PLACEHOLDER.sub("", line.value or "")
                if "{" in rest or "}" in rest:
                    raise ValidationError(
                        self.env._(
                            "%(text)s has a brace without its partner, or something "
                            "between braces that is no field.",
                            text=line.value,
                        )
                    )
                for path in _PLACEHOLDER.findall(line.value or ""):
                    line._check_path(path)

    def _check_path(self, path):
        """Refuse what is no field of an order line, or none its reader may see."""
        model = self.env["sale.order.line"]
        names = path.split(".")
        for position, name in enumerate(names):
            described = (
                model.fields_get([name], ["type", "relation"]).get(name)
                if _PATH.fullmatch(path)
                else None
            )
            last = position == len(names) - 1
            if not described or (
                described["type"] not in _TYPES
                if last
                else described["type"] != "many2one"
            ):
                raise ValidationError(
                    self.env._(
                        "%(path)s is no field of an order line. Write it like "
                        "product_id.default_code.",
                        path=path or self.env._("Nothing"),
                    )
                )
            if not last:
                model = self.env[described["relation"]]

    def _get_value(self, line):
        """Return the content of this field for a line, as text.

        :param line: ``sale.order.line``, stored or not
        """
        self.ensure_one()
        if self.kind == "fixed":
            return self.value or ""
        if self.kind == "vendor":
            return line.order_id.oci_session_id.vendor or ""
        if self.kind == "template":
            return _PLACEHOLDER.sub(
                lambda found: self._read(line, found[1]), self.value or ""
            )
        return self._read(line, self.path or "")

    @api.model
    def _read(self, record, path):
        names = path.split(".")
        for name in names[:-1]:
            if name not in record._fields:
                return ""
            record = record[name]
        if not record or names[-1] not in record._fields:
            return ""
        field = record._fields[names[-1]]
        value = record[names[-1]]
        if field.type == "many2one":
            return value.display_name or ""
        if field.type == "boolean":
            return "X" if value else ""
        if field.type == "html":
            return re.sub(r"<[^>]+>", " ", str(value or ""))
        if field.type in ("integer", "float", "monetary"):
            return f"{value:.3f}".rstrip("0").rstrip(".") if value else ""
        return str(value) if value else ""
