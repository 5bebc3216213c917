from odoo import api, fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    unspsc_code = fields.Char(
        "UNSPSC",
        help="Code of the United Nations Standard Products and Services Code, such as "
        "31161500. Sub-categories without one have their parent's.",
    )
    eclass_code = fields.Char(
        "ECLASS",
        help="Class of the ECLASS standard, such as 23-11-01-01. Sub-categories "
        "without one have their parent's.",
    )
    oci_unspsc_code = fields.Char(
        "UNSPSC, or the Parent's",
        compute="_compute_oci_codes",
        compute_sudo=True,
        recursive=True,
    )
    oci_eclass_code = fields.Char(
        "ECLASS, or the Parent's",
        compute="_compute_oci_codes",
        compute_sudo=True,
        recursive=True,
    )

    @api.depends(
        "unspsc_code",
        "eclass_code",
        "parent_id.oci_unspsc_code",
        "parent_id.oci_eclass_code",
    )
    def _compute_oci_codes(self):
        for category in self:
            parent = category.parent_id
            category.oci_unspsc_code = category.unspsc_code or parent.oci_unspsc_code
            category.oci_eclass_code = category.eclass_code or parent.oci_eclass_code
