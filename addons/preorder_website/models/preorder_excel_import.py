import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.preorder_campaign.cells import (
    MAXIMUM_BATCH,
    CellChange,
    CellKey,
    StoredCell,
)
from odoo.addons.preorder_campaign.spreadsheet import as_text
from odoo.addons.preorder_campaign.wizard.import_columns import NumberColumn

from .. import xlsx_import


@dataclass
class _Row:
    """An entry, and what becomes of it."""

    entry: xlsx_import.Entry
    product_id: int = 0
    day: object = None
    old: float = 0.0
    new: float = 0.0
    revision: int = 0
    status: str = ""
    reason: str = ""
    note: str = ""
    #: Whether the customer may know the product: it is on sale here, or on the form.
    known: bool = False
    #: Stands for the delivery date under which the entry was exported.
    moved: bool = False

    @property
    def key(self):
        return CellKey(self.product_id, self.day)

    def refuse(self, reason):
        """Say why it is not taken over; of several reasons, the first."""
        if not self.status:
            self.status, self.reason = "refused", reason


class PreorderExcelImport(models.AbstractModel):
    """Takes quantities over from workbooks: a report first, then all or nothing.

    Nothing is kept between the two. To take a file over, the browser sends it again
    with the report's fingerprint: if the report reads otherwise by now, because
    somebody changed a cell or a product left the campaign, there is a new one to look
    at, and nothing is written.
    """

    _name = "preorder.excel.import"
    _description = "Import of an Order Form from Excel"

    @api.model
    def _read(self, filling, content, choice, now):
        """Say what taking a workbook over would do.

        :param filling: the guard's :class:`Filling`
        :param bytes content: an .xlsx workbook
        :param choice: dict of the columns of a workbook that was not exported here:
            ``sheet`` (its title), ``headings`` (number of their row), ``code``,
            ``quantity``, ``date`` (columns from 0 on, ``None`` without) and ``day``
            (for all rows, where no column says it); empty if not chosen yet
        :param now: naive UTC moment
        :return: dict: ``closed`` with the reason why nothing can be entered; or
            ``choose``, the sheets of a workbook whose columns are to be chosen; or
            ``report``
        :raise UserError: when the workbook cannot be read, in a person's words
        """
        answer, rows = self._examine(filling, content, choice, now)
        return answer if rows is None else self._describe(rows, **answer)

    def _examine(self, filling, content, choice, now):
        """What becomes of a workbook's quantities, without their products' names.

        :return: (dict, list of :class:`_Row`): what the report says besides its rows;
            or (what :meth:`_read` returns, ``None``) where there is no report
        """
        closed = self.env["preorder.save.batch"]._get_refusal(
            filling.campaign, filling.order, filling.by_office, now
        )
        if closed:
            return {"closed": closed}, None
        sheets = self.env["preorder.spreadsheet"]._read_sheets(content)
        reading = xlsx_import.read_exported(sheets)
        if reading:
            rows = self._judge(filling, reading.entries, now, exported=True)
            elsewhere = reading.campaigns - {filling.campaign.id}
            return {"elsewhere": bool(elsewhere)}, rows
        choices = xlsx_import.find_choices(sheets)
        if not choices:
            raise UserError(
                self.env._(
                    "There is no table in this workbook. It needs a column of codes "
                    "and one of quantities, with headings."
                )
            )
        entries = self._read_choice(sheets, choice)
        if entries is None:
            return {"choose": [self._describe_choice(each) for each in choices]}, None
        rows = self._judge(filling, entries, now, exported=False)
        return {"elsewhere": False}, rows

    @api.model
    def _take_over(
        self, filling, content, choice, now, *, fingerprint, leave_out, batch, filename
    ):
        """Write a workbook's quantities, all of them or none.

        :param fingerprint: of the report that the person has seen
        :param leave_out: whether what is refused is left out; otherwise nothing is
            written while anything is refused
        :param batch: id of this attempt, chosen by the browser: sent again, it changes
            nothing
        :return: dict: ``taken`` (number of quantities) and ``form``; or what
            :meth:`_read` returns, if it is not what the person has seen
        :raise UserError: when nothing could be written; the caller rolls back
        """
        saving = self.env["preorder.save.batch"]
        done = saving._find_answer(filling.campaign, batch)
        if done:
            return {"taken": done["taken"], "form": done["form"]}
        if filling.order:
            # Nobody submits the form until the quantities are written.
            filling.order._open_for_saving(
                filling.order.id, batch, company=filling.order.company_id
            )
        answer, rows = self._examine(filling, content, choice, now)
        if rows is None:
            return answer
        refused = any(row.status == "refused" for row in rows)
        if _get_fingerprint(rows) != fingerprint or (refused and not leave_out):
            return self._describe(rows, **answer)
        changes = [
            {
                "product": row.product_id,
                "date": row.day and row.day.isoformat() or None,
                "quantity": row.new,
                "revision": row.revision,
            }
            for row in rows
            if row.status in ("new", "changed")
        ]
        order = filling.order
        for number, start in enumerate(range(0, len(changes), MAXIMUM_BATCH)):
            saved = saving._save(
                filling.campaign,
                filling.partner,
                order,
                f"{batch}-{number}",
                changes[start : start + MAXIMUM_BATCH],
                channel="import",
                now=now,
                by_office=filling.by_office,
            )
            self._check_saved(saved)
            order = order.browse(saved["form"])
        answer = {"taken": len(changes), "form": order.id}
        if changes:
            saving._keep_answer(filling.campaign, batch, answer, now)
            file = filename or self.env._("an Excel workbook")
            order._message_log(
                body=self.env._("1 quantity taken over from %(file)s", file=file)
                if len(changes) == 1
                else self.env._(
                    "%(count)s quantities taken over from %(file)s",
                    count=len(changes),
                    file=file,
                ),
                author_id=self.env.user.partner_id.id,
            )
        return answer

    def _check_saved(self, saved):
        """Refuse to write half of a workbook."""
        if saved.get("closed"):
            raise UserError(saved["closed"])
        for cell in saved["cells"]:
            if cell["status"] != "stored":
                product = self.env["product.product"].browse(cell["product"])
                raise UserError(
                    self.env._(
                        "Nothing was taken over, because of %(product)s: %(reason)s",
                        product=product.display_name,
                        reason=cell.get("reason")
                        or self.env._("somebody has changed it meanwhile."),
                    )
                )

    # Reading

    def _read_choice(self, sheets, choice):
        """The entries of the columns chosen; ``None`` where they are not."""
        sheet = next(
            (each for each in sheets if each.title == choice.get("sheet")), None
        )
        columns = [choice.get(name) for name in ("code", "quantity", "headings")]
        if not sheet or None in columns:
            return None
        code, quantity, headings = columns
        entries = xlsx_import.read_columns(
            sheet, headings, code, quantity, choice.get("date")
        )
        if choice.get("date") is None and choice.get("day"):
            entries = [replace(entry, day=choice["day"]) for entry in entries]
        if not entries:
            raise UserError(
                self.env._(
                    "There are no quantities in the column chosen. Choose another one."
                )
            )
        return entries

    def _describe_choice(self, choice):
        return {
            "sheet": choice.sheet,
            "headings": choice.row,
            "columns": [
                {
                    "column": heading.column,
                    "letter": heading.letter,
                    "text": heading.text,
                    "samples": list(heading.samples),
                }
                for heading in choice.headings
            ],
            "guess": choice.guess,
        }

    # Judging

    def _judge(self, filling, entries, now, *, exported):
        """What becomes of each entry.

        :param exported: the workbook is one of ours: an empty cell means none
        :return: list of :class:`_Row`, without those that ask for nothing
        """
        rows = [_Row(entry) for entry in entries]
        self._find_variants(filling, rows, exported)
        self._read_days(filling.campaign, rows)
        self._read_quantities(rows)
        rows += self._get_moved_rows(rows)
        self._read_stored(filling.order, rows)
        rows = [
            row
            for row in rows
            if row.old
            or row.entry.problem
            or (row.entry.quantity is not None and not row.moved)
        ]
        self._fold_doubles(rows)
        self._check_cells(filling, rows, now)
        for row in rows:
            if not row.status:
                row.status = (
                    "same" if row.new == row.old else "changed" if row.old else "new"
                )
        return rows

    def _read_days(self, campaign, rows):
        for row in rows:
            if campaign.delivery_dates == "line":
                row.day = xlsx_import.parse_day(row.entry.day)
                if row.day is None and (
                    row.entry.day is not None or row.entry.quantity is not None
                ):
                    row.refuse(
                        self.env._(
                            "“%s” is no delivery date. Write it as 2026-09-15.",
                            as_text(row.entry.day),
                        )
                        if row.entry.day is not None
                        else self.env._("There is no delivery date.")
                    )

    def _read_quantities(self, rows):
        texts = {
            row.entry.quantity: None
            for row in rows
            if isinstance(row.entry.quantity, str)
        }
        decimals = self.env["decimal.precision"].precision_get("Product Unit")
        numbers = NumberColumn(self.env, decimals).resolve(texts)
        for row in rows:
            value = row.entry.quantity
            if row.status or value is None:
                continue
            if isinstance(value, str):
                match = numbers[value]
                row.new = match.value or 0.0
                if match.problem:
                    row.refuse(
                        self.env._(
                            "“%(text)s”: %(problem)s.",
                            text=_shorten(value),
                            problem=match.problem,
                        )
                    )
            elif xlsx_import.is_unresolved(value):
                row.refuse(
                    self.env._(
                        "This formula has no result in the file. Open it in Excel, "
                        "save it, and upload it again."
                    )
                )
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                row.new = round(float(value), 6)
            else:
                row.refuse(self.env._("“%s” is no quantity.", _shorten(as_text(value))))

    def _find_variants(self, filling, rows, exported):
        """Tell each row's variant: by its hidden id, else by the codes in it."""
        problems = {
            "inserted": self.env._(
                "This row or column is none of those exported. Add what is missing to "
                "another sheet, with a column of codes and one of quantities."
            ),
            "headings": self.env._(
                "The headings of this table were changed. Export the order form anew."
            ),
            "code": self.env._("There is no code in this row."),
        }
        codes = {code for row in rows for code in row.entry.codes}
        found = filling.campaign._find_variants_by_code(
            codes, filling.partner, prefer_successors=not exported
        )
        self.env["product.product"].browse(
            {each.product_id for each in found.values() if each.replaced_id}
        ).mapped("display_name")
        for row in rows:
            entry = row.entry
            if entry.problem:
                row.refuse(problems[entry.problem])
                continue
            if not entry.codes:
                row.product_id = entry.product_id
                continue
            matches = [found[code] for code in entry.codes]
            match = next((each for each in matches if each.product_id), matches[0])
            if not match.product_id and entry.product_id in match.candidates:
                row.product_id = entry.product_id
            elif match.product_id:
                row.product_id = match.product_id
                if match.replaced_id:
                    row.note = self.env._(
                        "%(code)s is replaced by %(product)s.",
                        code=_shorten(entry.codes[0]),
                        product=self.env["product.product"]
                        .browse(match.product_id)
                        .display_name,
                    )
            else:
                row.refuse(self._explain_code(match, _shorten(entry.codes[0])))

    def _explain_code(self, match, code):
        if match.problem == "ambiguous":
            return self.env._(
                "%s is the code of several products here. Enter the reference or "
                "barcode of one of them.",
                code,
            )
        if match.problem == "elsewhere":
            return self.env._("%s is not part of this order form.", code)
        return self.env._("%s is not known here.", code)

    def _get_moved_rows(self, rows):
        """Where a delivery date was changed in the workbook: none on the old one."""
        said = {row.key for row in rows if not row.status}
        moved = {}
        for row in rows:
            was = row.entry.was
            if not row.status and was and row.day and was != row.day:
                key = CellKey(row.product_id, was)
                if key not in said:
                    moved[key] = _Row(
                        row.entry,
                        row.product_id,
                        was,
                        note=self.env._("Its delivery date was changed."),
                        moved=True,
                    )
        return list(moved.values())

    def _read_stored(self, order, rows):
        product_ids = {row.product_id for row in rows if row.product_id}
        if not (order and product_ids):
            return
        lines = self.env["preorder.order.line"].search_fetch(
            [("order_id", "=", order.id), ("product_id", "in", list(product_ids))],
            ["product_id", "delivery_date", "quantity", "revision"],
        )
        stored = {
            CellKey(line.product_id.id, line.delivery_date or None): line
            for line in lines
        }
        for row in rows:
            line = stored.get(row.key)
            if row.product_id and line:
                row.old, row.revision = line.quantity, line.revision
                row.known = True

    def _fold_doubles(self, rows):
        """A cell that stands in the file twice: once, unless its quantities differ."""
        by_key = defaultdict(list)
        for row in rows:
            if not row.status and row.product_id:
                by_key[row.key].append(row)
        for doubles in by_key.values():
            first, *others = doubles
            if len({row.new for row in doubles}) > 1:
                for row in doubles:
                    other = next(each for each in doubles if each is not row)
                    row.refuse(
                        self.env._(
                            "Stands in the file twice with different quantities; also "
                            "in %s.",
                            self._get_place(other.entry),
                        )
                    )
                continue
            for row in others:
                row.status = "same"
                row.note = self.env._(
                    "Stands in the file twice; also in %s.",
                    self._get_place(first.entry),
                )

    def _get_place(self, entry):
        return self.env._("%(sheet)s, row %(row)s", sheet=entry.sheet, row=entry.row)

    def _check_cells(self, filling, rows, now):
        """Refuse what saving would refuse, for the same reasons."""
        saving, campaign = self.env["preorder.save.batch"], filling.campaign
        open_rows = [row for row in rows if not row.status]
        products = self.env["product.product"].search_fetch(
            campaign._get_assortment_domain()
            & Domain("id", "in", list({row.product_id for row in rows})),
            ["uom_id"],
        )
        units = {product.id: product.uom_id.id for product in products}
        # All at once: reasons name products that are sold in whole units.
        products.browse({row.product_id for row in open_rows if row.new % 1}).mapped(
            "display_name"
        )
        for row in rows:
            row.known = row.known or row.product_id in units
        changes = {}
        for row in open_rows:
            if row.new == row.old:
                continue
            change = CellChange(row.key, row.new, row.revision)
            reason = saving._get_cell_refusal(
                change,
                units.get(row.product_id),
                StoredCell(row.old, row.revision, 0) if row.revision else None,
            )
            if reason:
                row.refuse(reason)
            else:
                changes[row.key] = change
        order = filling.order or filling.order.new(
            filling.order._prepare_terms(campaign, filling.partner)
        )
        refusals = saving._get_date_refusals(order, changes, now)
        for row in open_rows:
            if not row.status and row.key in changes and refusals.get(row.key):
                row.refuse(refusals[row.key])

    # Describing

    def _describe(self, rows, elsewhere):
        """A report as the browser shows it.

        :return: dict with ``report``, itself a dict: ``counts`` by status; ``rows``,
            each a list of sheet, row, cell, product, delivery date, old quantity, new
            one (of what is refused, as it stands in the file), status, and reason or
            note; ``elsewhere``, whether the workbook was exported from another
            campaign; ``fingerprint``
        """
        names = self._get_names(rows)
        described = [
            [
                row.entry.sheet,
                row.entry.row,
                row.entry.place,
                names.get(row.product_id) or self._describe_entry(row.entry),
                row.day and row.day.isoformat() or None,
                row.old,
                _shorten(as_text(row.entry.quantity))
                if row.status == "refused"
                else row.new,
                row.status,
                row.reason or row.note,
            ]
            for row in rows
        ]
        counts = Counter(row.status for row in rows)
        return {
            "report": {
                "counts": {
                    status: counts[status]
                    for status in ("new", "changed", "same", "refused")
                },
                "rows": described,
                "elsewhere": elsewhere,
                "fingerprint": _get_fingerprint(rows),
            }
        }

    def _get_names(self, rows):
        """Names of the products in a report: never of those a customer may not know."""
        known = {row.product_id for row in rows if row.known}
        products = self.env["product.product"].browse(known)
        return {product.id: product.display_name for product in products}

    def _describe_entry(self, entry):
        """What a row that stands for no product is called."""
        return _shorten(" ".join(filter(None, (*entry.codes[:1], entry.label))))


def _get_fingerprint(rows):
    """What tells one report from another: all that it says, and cells' revisions."""
    seen = [
        (
            row.entry.sheet,
            row.entry.place,
            row.product_id,
            row.day,
            row.old,
            row.new,
            row.revision,
            row.status,
            row.reason,
        )
        for row in rows
    ]
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def _shorten(text):
    return text if len(text) <= 60 else text[:59] + "…"
