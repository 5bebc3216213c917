from odoo import fields, models


class PreorderLimitImportProblem(models.TransientModel):
    """What keeps a table of limits from being imported: a heading, a cell or a row."""

    _name = "preorder.limit.import.problem"
    _inherit = ["preorder.table.import.problem"]
    _description = "Problem of an Import of Limits"

    import_id = fields.Many2one(
        "preorder.limit.import", required=True, ondelete="cascade", index=True
    )
    heading = fields.Char("Column", readonly=True)
