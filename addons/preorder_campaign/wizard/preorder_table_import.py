import base64
import binascii

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .. import spreadsheet


class PreorderTableImport(models.AbstractModel):
    """What imports into a campaign share: reading a table, and a report before all.

    An import looks its rows up (:meth:`_look_up`), shows what it makes of them and all
    that is wrong (``problem_ids``, which each import defines), and writes when told to.
    """

    _name = "preorder.table.import"
    _description = "Import of a Table into a Campaign"

    campaign_id = fields.Many2one(
        "preorder.campaign", required=True, readonly=True, ondelete="cascade"
    )
    source = fields.Selection(
        [("text", "Paste a list"), ("file", "Upload a workbook")],
        default="text",
        required=True,
    )
    text = fields.Text("Table", help="Cells copied from a spreadsheet.")
    file = fields.Binary("Workbook", attachment=False)
    filename = fields.Char()
    state = fields.Selection(
        [("input", "List"), ("report", "Report")], default="input", readonly=True
    )
    row_count = fields.Integer("Rows Read", readonly=True)

    def _get_title(self):
        """The dialog's title."""
        raise NotImplementedError

    def _look_up(self, rows):
        """What the rows stand for.

        :param rows: list of :class:`~..spreadsheet.Row`, at least one
        :return: (values to write on the import, list of values of its problems)
        :raise UserError: in a person's words, when nothing can be told of any row
        """
        raise NotImplementedError

    def _read_rows(self):
        """The table's rows, whichever way it came.

        :return: list of :class:`~..spreadsheet.Row`, at least one
        :raise UserError: in a person's words, when it cannot be read
        """
        self.ensure_one()
        reader = self.env["preorder.spreadsheet"]
        if self.source == "text":
            rows = reader._read_text(self.text or "")
        else:
            try:
                # The file's size in the web client's answers, its content here.
                content = base64.b64decode(
                    self.with_context(bin_size=False).file or b"", validate=True
                )
            except binascii.Error:
                content = b""
            if not content:
                raise UserError(self.env._("Choose a workbook first."))
            rows = reader._read_workbook(content)
        if not rows:
            raise UserError(
                self.env._(
                    "The list is empty. Paste cells of a spreadsheet, or upload a "
                    "workbook."
                )
            )
        return rows

    def action_check(self):
        """Look every row up, and show what is found and what is not."""
        self.ensure_one()
        rows = self._read_rows()
        values, problems = self._look_up(rows)
        self.write(
            {
                "state": "report",
                "row_count": len(rows),
                "problem_ids": [
                    Command.clear(),
                    *(Command.create(problem) for problem in problems),
                ],
                **values,
            }
        )
        return self._reopen()

    def action_back(self):
        """Return to the list, to correct it."""
        self.ensure_one()
        self.state = "input"
        return self._reopen()

    def _prepare_problem(self, row, column, match=None, reason=None):
        """A cell that cannot be used, with its place and what is wrong with it.

        :param column: the cell's position in the row
        :param match: what its column says of it; ``None`` if it knows nothing of it
        :param reason: instead of the column's
        """
        value = spreadsheet.get_cell(row, column)
        if not reason:
            reason = match.problem if match else self._describe_unknown(value)
        return {
            "row": row.number,
            "place": spreadsheet.get_place(row.number, column),
            "value": spreadsheet.as_text(value),
            "reason": reason,
        }

    def _describe_unknown(self, value):
        if value is None:
            return self.env._("Empty")
        if isinstance(value, spreadsheet.ErrorValue):
            return self.env._("The cell shows an error")
        return self.env._("Not found")

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self._get_title(),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _notify(self, message, *, warn=False):
        """Close the dialog, and tell what was done."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if warn else "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
