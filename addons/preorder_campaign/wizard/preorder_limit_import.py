from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import spreadsheet
from .limit_columns import get_columns

#: What two limits alike have in common: all but their names.
_SETS = (
    "product_tmpl_ids",
    "product_ids",
    "attribute_value_ids",
    "categ_ids",
    "partner_ids",
    "label_ids",
)
_VALUES = ("channel", "counted_per", "minimum", "maximum", "multiple")


class PreorderLimitImport(models.TransientModel):
    """Makes the rows of a pasted table or a workbook a campaign's limits."""

    _name = "preorder.limit.import"
    _inherit = ["preorder.table.import"]
    _description = "Import of Limits into a Campaign"

    problem_ids = fields.One2many(
        "preorder.limit.import.problem", "import_id", "Problems", readonly=True
    )
    limit_count = fields.Integer(
        "Limits to Add", readonly=True, help="None as long as anything is wrong."
    )
    present_count = fields.Integer(
        "Already There",
        readonly=True,
        help="Rows that limit what a limit of the campaign, or an earlier row, limits "
        "already, by the same quantities. They are left out.",
    )
    problem_count = fields.Integer("Problems Found", compute="_compute_problem_count")

    @api.depends("problem_ids")
    def _compute_problem_count(self):
        for wizard in self:
            wizard.problem_count = len(wizard.problem_ids)

    def _get_title(self):
        return self.env._("Import Limits")

    def _look_up(self, rows):
        """How many limits the rows make, and all that is wrong with them."""
        vals_list, problems = self._prepare_limits(rows)
        new = self._leave_out_present(vals_list)
        values = {
            "row_count": len(rows) - 1,
            "limit_count": 0 if problems else len(new),
            "present_count": len(vals_list) - len(new),
        }
        return values, problems

    def action_import(self):
        """Add all rows' limits in one go or, while anything is wrong, none of them."""
        self.ensure_one()
        vals_list, problems = self._prepare_limits(self._read_rows())
        if problems:
            return self.action_check()
        new = self._leave_out_present(vals_list)
        self.env["preorder.limit"].create(new)
        present = len(vals_list) - len(new)
        if present:
            return self._notify(
                self.env._(
                    "%(count)s limits were added; %(present)s were already there.",
                    count=len(new),
                    present=present,
                ),
                warn=not new,
            )
        return self._notify(self.env._("%(count)s limits were added.", count=len(new)))

    def _leave_out_present(self, vals_list):
        """The limits that are not there yet, each once.

        The same table imported again must not make the same limits again.
        """
        limits = self.env["preorder.limit"]
        defaults = limits.default_get(_VALUES)
        present = {
            (
                *(frozenset(limit[name].ids) for name in _SETS),
                *(limit[name] for name in _VALUES),
            )
            for limit in self.campaign_id.limit_ids
        }
        new = []
        for vals in vals_list:
            key = (
                *(
                    frozenset(id_ for _link, id_, _none in vals.get(name, ()))
                    for name in _SETS
                ),
                *(
                    limits._fields[name].convert_to_cache(
                        vals.get(name, defaults.get(name)), limits
                    )
                    or False
                    for name in _VALUES
                ),
            )
            if key not in present:
                present.add(key)
                new.append(vals)
        return new

    def _prepare_limits(self, rows):
        """What the rows below the headings make.

        :return: (list of values of the limits whose rows are right, list of values of
            problems)
        """
        head, *body = rows
        if not body:
            raise UserError(
                self.env._(
                    "There are no limits below the first row, which is for the "
                    "headings."
                )
            )
        columns, problems = self._read_head(head, body)
        matches = {
            position: column.resolve(
                {
                    spreadsheet.as_text(row.cells[position])
                    for row in body
                    if position < len(row.cells)
                }
                - {""}
            )
            for position, column in columns.items()
        }
        vals_list = []
        for row in body:
            values, wrong = self._read_row(row, columns, matches)
            for problem in wrong:
                problem["heading"] = spreadsheet.as_text(
                    head.cells[problem.pop("column")]
                )
            wrong = wrong or self._check_bounds(row, values)
            problems += wrong
            if not wrong:
                vals_list.append(values)
        return vals_list, problems

    def _read_head(self, head, body):
        """Which column stands where.

        :return: (dict of position → column, list of values of problems)
        """
        width = max(len(row.cells) for row in (head, *body))
        headings = {
            position: " ".join(spreadsheet.as_text(cell).lower().split())
            for position, cell in enumerate(head.cells)
            if cell is not None
        }
        known = get_columns(
            self.env, self.campaign_id.company_id, set(headings.values())
        )
        columns, problems, seen = {}, [], set()
        for position in range(width):
            heading = headings.get(position)
            if heading is None:
                if all(spreadsheet.get_cell(row, position) is None for row in body):
                    continue
                reason = self.env._("This column has no heading")
            elif heading not in known:
                reason = self.env._("Unknown heading")
            elif heading in seen:
                reason = self.env._("Another column has this heading already")
            else:
                columns[position] = known[heading]
                seen.add(heading)
                continue
            problems.append(
                {
                    **self._prepare_problem(head, position, reason=reason),
                    "heading": spreadsheet.as_text(
                        spreadsheet.get_cell(head, position)
                    ),
                }
            )
        return columns, problems

    def _read_row(self, row, columns, matches):
        """What a row makes.

        :return: (values of its limit, list of values of problems, with their column's
            position)
        """
        values, wrong, names = {"campaign_id": self.campaign_id.id}, [], []
        for position, column in columns.items():
            cell = spreadsheet.get_cell(row, position)
            if cell is None:
                continue
            match = None
            if not isinstance(cell, spreadsheet.ErrorValue):
                match = matches[position].get(spreadsheet.as_text(cell))
            if match is None or match.problem:
                problem = self._prepare_problem(row, position, match)
                wrong.append({**problem, "column": position})
                continue
            for field, value in column.assign(match).items():
                # Several columns may name attribute values.
                values[field] = (
                    values.get(field, []) + value if isinstance(value, list) else value
                )
            names.append(column.describe(match))
        names = list(filter(None, names))
        values.setdefault("name", ", ".join(names) or self.env._("All products"))
        return values, wrong

    def _check_bounds(self, row, values):
        """What is wrong with a limit's quantities, as the limit itself would say."""
        bounds = ("name", "minimum", "maximum", "multiple")
        limit = self.env["preorder.limit"].new(
            {field: values[field] for field in bounds if field in values}
        )
        reason = limit._explain_bounds()
        if not reason:
            return []
        return [{"row": row.number, "value": limit.name, "reason": reason}]
