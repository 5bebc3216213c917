from collections import defaultdict

from markupsafe import Markup

from odoo import api, models
from odoo.tools import formatLang

#: What moves an order's balance.
_COUNTED = {"product_uom_qty", "price_unit", "discount", "tax_ids", "product_id"}
#: What is noted when it changes after submission.
_AUDITED = ("product_uom_qty", "price_unit", "discount", "commitment_date")


class SaleOrderLine(models.Model):
    """What the office changes on a pre-order after its submission is noted."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Note lines that are added to a pre-order."""
        lines = super().create(vals_list)
        lines._note_office_edits(
            {
                line: self.env._(
                    "added, %(quantity)s", quantity=line._format_preorder_quantity()
                )
                for line in lines._filter_audited()
            }
        )
        lines._update_sister_tiers()
        return lines

    def write(self, vals):
        """Note quantities, prices and dates that change on a pre-order."""
        names = [name for name in _AUDITED if name in vals]
        audited = self._filter_audited() if names else self.browse()
        before = {line: [line[name] for name in names] for line in audited}
        result = super().write(vals)
        if not _COUNTED.isdisjoint(vals):
            self._update_sister_tiers()
        self._note_office_edits(
            {
                line: ", ".join(
                    f"{self._fields[name].get_description(self.env)['string']}: "
                    f"{line._format_audited(name, old)} → "
                    f"{line._format_audited(name, line[name])}"
                    for name, old in zip(names, values, strict=True)
                    if old != line[name]
                )
                for line, values in before.items()
            }
        )
        return result

    def unlink(self):
        """Note lines that are taken off a pre-order."""
        self._note_office_edits(
            {
                line: self.env._(
                    "removed, %(quantity)s", quantity=line._format_preorder_quantity()
                )
                for line in self._filter_audited()
            }
        )
        orders = self.order_id
        result = super().unlink()
        orders.filtered("preorder_campaign_id")._update_sister_tiers()
        return result

    def _update_sister_tiers(self):
        self.order_id.filtered("preorder_campaign_id")._update_sister_tiers()

    def _filter_audited(self):
        """Lines whose changes are the office's: not those of a submission."""
        if self.env.context.get("preorder_submitting"):
            return self.browse()
        lines = self.filtered(lambda line: line._is_preorder_line())
        submitted = lines.order_id._get_preorder_forms().sale_order_id
        return lines.filtered(lambda line: line.order_id in submitted)

    def _format_preorder_quantity(self):
        return (
            f"{formatLang(self.env, self.product_uom_qty)} {self.product_uom_id.name}"
        )

    def _format_audited(self, name, value):
        if name == "product_uom_qty":
            return formatLang(self.env, value)
        if name == "price_unit":
            return formatLang(self.env, value, currency_obj=self.currency_id)
        if name == "discount":
            return f"{formatLang(self.env, value)} %"
        return self.env["ir.qweb.field.date"].value_to_html(value, {}) if value else "–"

    def _note_office_edits(self, notes):
        """Write one message per order that names each change.

        :param notes: dict of line → what changed; empty: nothing did
        """
        by_order = defaultdict(list)
        for line, note in notes.items():
            if note:
                by_order[line.order_id].append((line.product_id.display_name, note))
        for order, changes in by_order.items():
            if order.state in ("draft", "sent") and not order.preorder_office_edited:
                order.preorder_office_edited = True
            order._log_on_preorder(
                Markup("<ul>%s</ul>")
                % Markup().join(
                    Markup("<li>%s: %s</li>") % change for change in changes
                )
            )
