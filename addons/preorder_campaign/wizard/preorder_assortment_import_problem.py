from odoo import fields, models


class PreorderAssortmentImportProblem(models.TransientModel):
    """A row of an imported table that stands for no product."""

    _name = "preorder.assortment.import.problem"
    _description = "Problem of an Import of Products"
    _order = "row, id"

    import_id = fields.Many2one(
        "preorder.assortment.import", required=True, ondelete="cascade", index=True
    )
    row = fields.Integer(readonly=True)
    place = fields.Char("Cell", readonly=True)
    value = fields.Char("Reads", readonly=True)
    reason = fields.Char("Problem", readonly=True)
