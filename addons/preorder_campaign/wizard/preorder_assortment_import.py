import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .. import spreadsheet
from .import_columns import ProductColumn


class PreorderAssortmentImport(models.TransientModel):
    """Adds the products of a pasted list or a workbook to a campaign."""

    _name = "preorder.assortment.import"
    _description = "Import of Products into a Campaign"

    campaign_id = fields.Many2one(
        "preorder.campaign", required=True, readonly=True, ondelete="cascade"
    )
    source = fields.Selection(
        [("text", "Paste a list"), ("file", "Upload a workbook")],
        default="text",
        required=True,
    )
    text = fields.Text(
        "References",
        help="One reference or barcode a line, or cells copied from a spreadsheet.",
    )
    file = fields.Binary("Workbook", attachment=False)
    filename = fields.Char()
    state = fields.Selection(
        [("input", "List"), ("report", "Report")], default="input", readonly=True
    )
    product_ids = fields.Many2many(
        "product.product",
        "preorder_assortment_import_product_rel",
        string="Found",
        readonly=True,
    )
    problem_ids = fields.One2many(
        "preorder.assortment.import.problem", "import_id", "Not Found", readonly=True
    )
    row_count = fields.Integer("Rows Read", readonly=True)
    found_count = fields.Integer("Variants Found", compute="_compute_counts")
    new_count = fields.Integer("Of Them New", compute="_compute_counts")
    problem_count = fields.Integer("Rows Not Found", compute="_compute_counts")

    @api.depends("product_ids", "problem_ids")
    def _compute_counts(self):
        for wizard in self:
            known = self.env["product.product"].search(
                wizard.campaign_id._get_assortment_domain()
                & fields.Domain("id", "in", wizard.product_ids.ids)
            )
            wizard.found_count = len(wizard.product_ids)
            wizard.new_count = len(wizard.product_ids - known)
            wizard.problem_count = len(wizard.problem_ids)

    # Reading

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
                    "The list is empty. Enter references or barcodes, one a line."
                )
            )
        return rows

    def _match(self, rows):
        """Find the column of references, and what its cells stand for.

        Of a block with several columns the one counts in which most cells are found,
        the first one of several.

        :return: (column's position, dict of text → match)
        """
        width = max(len(row.cells) for row in rows)
        texts = [
            [
                spreadsheet.as_text(row.cells[column])
                for row in rows
                if column < len(row.cells)
            ]
            for column in range(width)
        ]
        matches = ProductColumn(self.env, self.campaign_id.company_id).resolve(
            set().union(*texts)
        )
        scores = [sum(text in matches for text in column) for column in texts]
        return scores.index(max(scores)), matches

    def action_check(self):
        """Look every row up, and show what is found and what is not."""
        self.ensure_one()
        rows = self._read_rows()
        column, matches = self._match(rows)
        product_ids, problems = {}, []
        for row in rows:
            value = row.cells[column] if column < len(row.cells) else None
            match = matches.get(spreadsheet.as_text(value))
            if match and match.ids:
                product_ids.update(dict.fromkeys(match.ids))
            else:
                problems.append(
                    {
                        "row": row.number,
                        "place": spreadsheet.get_place(row.number, column),
                        "value": spreadsheet.as_text(value),
                        "reason": match.problem
                        if match
                        else self._describe_unknown(value),
                    }
                )
        self.write(
            {
                "state": "report",
                "row_count": len(rows),
                "product_ids": [Command.set(list(product_ids))],
                "problem_ids": [
                    Command.clear(),
                    *(Command.create(problem) for problem in problems),
                ],
            }
        )
        return self._reopen()

    def _describe_unknown(self, value):
        if value is None:
            return self.env._("Empty")
        if isinstance(value, spreadsheet.ErrorValue):
            return self.env._("The cell shows an error")
        return self.env._("Not found")

    def action_back(self):
        """Return to the list, to correct it."""
        self.ensure_one()
        self.state = "input"
        return self._reopen()

    def action_import(self):
        """Add what was found to the campaign, in one go."""
        self.ensure_one()
        if not self.product_ids:
            raise UserError(
                self.env._("None of the products were found. Go back and correct them.")
            )
        found = self.product_ids
        on_sale = self.campaign_id._add_variants(found)
        message = self.env._(
            "%(count)s variants are in the assortment.", count=len(on_sale)
        )
        if found - on_sale:
            message += " " + self.env._(
                "%(count)s stay out, because they are left out under “But Not”.",
                count=len(found - on_sale),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if found - on_sale else "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Products"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
