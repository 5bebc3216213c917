from odoo import fields, models


class PreorderAssortmentImportProblem(models.TransientModel):
    """A row of an imported table that stands for no product."""

    _name = "preorder.assortment.import.problem"
    _inherit = ["preorder.table.import.problem"]
    _description = "Problem of an Import of Products"

    import_id = fields.Many2one(
        "preorder.assortment.import", required=True, ondelete="cascade", index=True
    )
