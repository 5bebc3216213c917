from odoo import models

from ..workbook import get_number_format


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def _get_spreadsheet_format(self, precision=""):
        """How spreadsheets write amounts of the currency.

        :param precision: name of a decimal precision with as many decimals as are
            shown where a number has them
        """
        self.ensure_one()
        return get_number_format(
            self.symbol or self.name,
            self.decimal_places,
            precision and self.env["decimal.precision"].precision_get(precision) or 0,
            before=self.position == "before",
        )
