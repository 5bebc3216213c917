from odoo import fields, models
from odoo.tools import SQL


class PreorderPurchasePlan(models.Model):
    """The suppliers that a plan orders from, a row for each and currency."""

    _inherit = "preorder.purchase.plan"

    supplier_ids = fields.One2many(
        "preorder.purchase.plan.supplier", "plan_id", "Suppliers"
    )

    def _update_suppliers(self):
        """Have a row for each supplier and currency of the lines.

        Others go, but for those to whom something was written.
        """
        self.ensure_one()
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                WITH wanted AS (
                    SELECT DISTINCT partner_id, currency_id
                      FROM preorder_purchase_plan_line
                     WHERE plan_id = %(plan)s AND partner_id IS NOT NULL
                ), gone AS (
                    DELETE FROM preorder_purchase_plan_supplier supplier
                     WHERE plan_id = %(plan)s
                       AND NOT EXISTS (
                           SELECT FROM wanted
                            WHERE wanted.partner_id = supplier.partner_id
                              AND wanted.currency_id = supplier.currency_id
                       )
                       AND NOT EXISTS (
                           SELECT FROM mail_message message
                            WHERE message.model = 'preorder.purchase.plan.supplier'
                              AND message.res_id = supplier.id
                       )
                )
                INSERT INTO preorder_purchase_plan_supplier (
                    plan_id, company_id, partner_id, currency_id,
                    create_uid, create_date, write_uid, write_date)
                SELECT %(plan)s, %(company)s, partner_id, currency_id,
                       %(user)s, %(now)s, %(user)s, %(now)s
                  FROM wanted
           ON CONFLICT DO NOTHING
             RETURNING id
                """,
                plan=self.id,
                company=self.company_id.id,
                user=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self.env["preorder.purchase.plan.supplier"].invalidate_model()
        self.invalidate_recordset(["supplier_ids"])
