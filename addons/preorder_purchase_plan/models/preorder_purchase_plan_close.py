import logging

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_amount, formatLang

_logger = logging.getLogger(__name__)

#: Names in the summary; the workbook has all of them.
_MAXIMUM_ROWS = 200


class PreorderPurchasePlan(models.Model):
    """What the purchaser is told when a campaign has closed."""

    _inherit = "preorder.purchase.plan"

    def _tell_purchaser(self, campaign):
        """Tell the purchaser that a campaign's demand is final, with the plan.

        :param campaign: the ``preorder.campaign`` that closed
        """
        self.ensure_one()
        user = self.user_id
        plan = self.with_context(lang=user.lang or self.env.lang)
        summary = plan.env._(
            "%(campaign)s has closed: %(amount)s to order",
            campaign=campaign.name,
            amount=format_amount(plan.env, plan.amount_to_order, plan.currency_id),
        )
        plan.message_post(
            body=Markup("<p>%s</p>") % summary,
            subject=summary,
            partner_ids=user.partner_id.ids,
            attachments=plan._get_attachments(),
        )
        plan.activity_schedule(
            "mail.mail_activity_data_todo", user_id=user.id, summary=summary
        )

    def _get_attachments(self):
        """The plan as files: (name, content) pairs, in the record's language.

        All of it as a workbook, and a summary on paper. Where the server cannot print,
        the closing goes on without the paper.
        """
        self.ensure_one()
        name, workbook = self._write_workbook()
        attachments = [(name, workbook)]
        reports = self.env["ir.actions.report"].sudo()
        try:
            content, kind = reports._render_qweb_pdf(
                "preorder_purchase_plan.report_plan", self.ids
            )
        except UserError:
            _logger.exception("The summary of %s could not be printed.", self.name)
            return attachments
        attachments.append((f"{self.name}.{kind}".replace("/", "-"), content))
        return attachments

    def _get_summary(self):
        """What stands on the plan's summary, in the record's language.

        :return: dict of ``suppliers`` (those of whom something is or was ordered),
            ``problems`` (lines) and ``products`` (a row per product and supplier);
            ``left_out`` says how many of the last two found no room
        """
        self.ensure_one()
        problems = self.line_ids.filtered(
            lambda line: line.problem and line.quantity_missing > 0
        )
        groups = self.env["preorder.purchase.plan.line"]._read_group(
            [("plan_id", "=", self.id)],
            ["product_tmpl_id", "partner_id"],
            [
                "quantity_confirmed:sum",
                "quantity_ordered:sum",
                "quantity_missing:sum",
                "amount_company:sum",
            ],
        )
        digits = self.env["decimal.precision"].precision_get("Product Unit")

        def print_quantity(quantity):
            whole = round(quantity, digits) == int(quantity)
            return formatLang(self.env, quantity, digits=0 if whole else digits)

        # What is only quoted or in forms is not in the plan's figures.
        groups = [group for group in groups if any(group[2:])]
        groups.sort(key=lambda group: -group[-1])
        return {
            "suppliers": self.supplier_ids.filtered(
                lambda supplier: supplier.amount_to_order or supplier.amount_ordered
            ),
            "problems": problems[:_MAXIMUM_ROWS],
            "products": [
                {
                    "product": product,
                    "supplier": supplier,
                    "confirmed": print_quantity(confirmed),
                    "ordered": print_quantity(ordered),
                    "missing": print_quantity(missing),
                    "amount": amount,
                }
                for product, supplier, confirmed, ordered, missing, amount in groups[
                    :_MAXIMUM_ROWS
                ]
            ],
            "left_out": max(0, len(problems) - _MAXIMUM_ROWS)
            + max(0, len(groups) - _MAXIMUM_ROWS),
        }
