from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PreorderPlanWorkbook(http.Controller):
    """Purchase plans as workbooks, for those who may read them."""

    @http.route(
        "/preorder/plan/<int:plan_id>/xlsx",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def export_plan(self, plan_id):
        """A plan with all its suppliers."""
        return self._answer("preorder.purchase.plan", plan_id)

    @http.route(
        "/preorder/plan/supplier/<int:supplier_id>/xlsx",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def export_supplier(self, supplier_id):
        """A supplier's part of a plan, in the supplier's language."""
        return self._answer("preorder.purchase.plan.supplier", supplier_id)

    def _answer(self, model, record_id):
        """The record's workbook; what one may not read is not there."""
        record = request.env[model].browse(record_id).exists()
        if not record:
            raise request.not_found()
        try:
            record.check_access("read")
        except AccessError as error:
            raise request.not_found() from error
        name, content = record._write_workbook()
        return request.make_response(
            content,
            [
                ("Content-Type", _TYPE),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
