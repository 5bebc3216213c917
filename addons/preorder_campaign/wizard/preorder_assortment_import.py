from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .. import spreadsheet
from .import_columns import ProductColumn


class PreorderAssortmentImport(models.TransientModel):
    """Adds the products of a pasted list or a workbook to a campaign."""

    _name = "preorder.assortment.import"
    _inherit = ["preorder.table.import"]
    _description = "Import of Products into a Campaign"

    text = fields.Text(
        "References",
        help="One reference or barcode a line, or cells copied from a spreadsheet.",
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

    def _get_title(self):
        return self.env._("Import Products")

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

    def _look_up(self, rows):
        """The variants that are found, and the rows that are not."""
        column, matches = self._match(rows)
        product_ids, problems = {}, []
        for row in rows:
            match = matches.get(spreadsheet.as_text(spreadsheet.get_cell(row, column)))
            if match and match.ids:
                product_ids.update(dict.fromkeys(match.ids))
            else:
                problems.append(self._prepare_problem(row, column, match))
        return {"product_ids": [Command.set(list(product_ids))]}, problems

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
        return self._notify(message, warn=bool(found - on_sale))
