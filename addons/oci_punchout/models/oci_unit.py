from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Codes of UN/ECE Recommendation 20 for Odoo's own units.
_CODES = {
    "uom.product_uom_unit": "C62",
    "uom.product_uom_pack_6": "PK",
    "uom.product_uom_dozen": "DZN",
    "uom.product_uom_kgm": "KGM",
    "uom.product_uom_gram": "GRM",
    "uom.product_uom_ton": "TNE",
    "uom.product_uom_lb": "LBR",
    "uom.product_uom_oz": "ONZ",
    "uom.product_uom_hour": "HUR",
    "uom.product_uom_day": "DAY",
    "uom.product_uom_meter": "MTR",
    "uom.product_uom_cm": "CMT",
    "uom.product_uom_millimeter": "MMT",
    "uom.product_uom_km": "KMT",
    "uom.product_uom_litre": "LTR",
    "uom.product_uom_cubic_meter": "MTQ",
    "uom.product_uom_square_meter": "MTK",
}


class OciUnit(models.Model):
    _name = "oci.unit"
    _description = "Punchout Unit"
    _order = "connection_id, id"

    connection_id = fields.Many2one(
        "oci.connection", required=True, ondelete="cascade", index=True
    )
    uom_id = fields.Many2one("uom.uom", "Unit", required=True, ondelete="restrict")
    code = fields.Char(
        required=True,
        size=3,
        help="What the customer's system calls this unit: a code of UN/ECE "
        "Recommendation 20 that it knows. Pieces are C62, PCE, EA or ST.",
    )

    _unit_once = models.UniqueIndex("(connection_id, uom_id)")

    @api.constrains("code")
    def _check_code(self):
        for unit in self:
            if not (unit.code.isascii() and unit.code.isalnum()):
                raise ValidationError(
                    self.env._(
                        "%(code)s cannot be the code of %(unit)s: it has letters and "
                        "digits only, three at most.",
                        code=unit.code,
                        unit=unit.uom_id.name,
                    )
                )

    @api.model
    def _get_default_units(self):
        """The lines of a new connection: Odoo's own units by their usual codes."""
        found = {name: self.env.ref(name, raise_if_not_found=False) for name in _CODES}
        return [
            fields.Command.create({"uom_id": found[name].id, "code": code})
            for name, code in _CODES.items()
            if found[name] and found[name].active
        ]
