from odoo import api, models
from odoo.exceptions import UserError

from .. import spreadsheet


class PreorderSpreadsheet(models.AbstractModel):
    """Reads uploaded and pasted tables; what cannot be read is explained to people."""

    _name = "preorder.spreadsheet"
    _description = "Reading of Spreadsheets"

    @api.model
    def _read_workbook(self, content):
        """The rows of an .xlsx workbook's first sheet.

        :param bytes content: the file
        :return: list of :class:`~..spreadsheet.Row`
        :raise UserError: with the reason and the remedy
        """
        try:
            return spreadsheet.read_workbook(content)
        except spreadsheet.SpreadsheetError as error:
            raise UserError(self._explain(error)) from error

    @api.model
    def _read_sheets(self, content):
        """All visible sheets of an .xlsx workbook.

        :return: list of :class:`~..spreadsheet.Sheet`
        :raise UserError: as :meth:`_read_workbook`
        """
        try:
            return spreadsheet.read_sheets(content)
        except spreadsheet.SpreadsheetError as error:
            raise UserError(self._explain(error)) from error

    @api.model
    def _read_text(self, text):
        """The rows of a pasted table, as :meth:`_read_workbook` returns them."""
        try:
            return spreadsheet.read_text(text)
        except spreadsheet.SpreadsheetError as error:
            raise UserError(self._explain(error)) from error

    @api.model
    def _explain(self, error):
        if isinstance(error, spreadsheet.TableTooLarge):
            return {
                "bytes": self.env._(
                    "The table is larger than %(maximum)s MB. Remove pictures and "
                    "sheets that are not needed, or split it.",
                    maximum=error.maximum // 1024**2,
                ),
                "rows": self.env._(
                    "The table has more than %(maximum)s rows. Split it.",
                    maximum=error.maximum,
                ),
                "columns": self.env._(
                    "The table has more than %(maximum)s columns. Remove those that "
                    "are not needed.",
                    maximum=error.maximum,
                ),
                "cells": self.env._(
                    "The workbook holds more than can be read at once. Remove sheets "
                    "and columns that are not needed, or split it."
                ),
            }[error.limit]
        if isinstance(error, spreadsheet.ProtectedWorkbook):
            return self.env._(
                "This is an old .xls file or a workbook with a password. Save it as "
                "an Excel workbook (.xlsx) without a password."
            )
        if isinstance(error, spreadsheet.NotAWorkbook):
            return self.env._(
                "This is not an Excel workbook. Save the table as an Excel workbook "
                "(.xlsx)."
            )
        return self.env._(
            "This workbook is damaged and cannot be read. Open it in Excel, save it "
            "anew and try again."
        )
