from odoo import fields, models


class PreorderTableImportProblem(models.AbstractModel):
    """A cell of an imported table that cannot be used."""

    _name = "preorder.table.import.problem"
    _description = "Problem of an Import of a Table"
    _order = "row, id"

    row = fields.Integer(readonly=True)
    place = fields.Char("Cell", readonly=True)
    value = fields.Char("Reads", readonly=True)
    reason = fields.Char("Problem", readonly=True)
