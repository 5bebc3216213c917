import json
from datetime import date

from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from odoo.addons.preorder_campaign.cells import is_batch_id
from odoo.addons.preorder_campaign.spreadsheet import (
    LAST_ROW,
    MAXIMUM_BYTES,
    MAXIMUM_CELLS,
)

from ..xlsx_export import Options
from . import guard

#: A file, and the fields that travel with it.
_MAXIMUM_REQUEST = MAXIMUM_BYTES + 64 * 1024
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PreorderExcel(http.Controller):
    """Order forms as workbooks, and back."""

    @http.route(
        guard.get_addresses("/xlsx"),
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        methods=["GET"],
    )
    def export(self, campaign_id=None, customer_id=None, order_id=None, **options):
        """An order form as a workbook.

        :param options: ``layout`` is ``matrix``, ``list`` or ``both``; the others are
            ``1`` or left out
        """
        filling = guard.find_place(campaign_id, customer_id, order_id)
        layout = options.get("layout", "matrix")
        if layout not in ("matrix", "list", "both"):
            raise BadRequest()
        name, content = filling.campaign.env["preorder.excel.export"]._export(
            filling,
            Options(
                matrix=layout != "list",
                flat=layout != "matrix",
                prices=options.get("prices") == "1",
                pictures=options.get("pictures") == "1",
            ),
            only_ordered=options.get("ordered") == "1",
        )
        return request.make_response(
            content,
            [
                ("Content-Type", _TYPE),
                ("Content-Disposition", content_disposition(name)),
                ("Cache-Control", "private, no-store"),
            ],
        )

    @http.route(
        guard.get_addresses("/xlsx/import"),
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        methods=["POST"],
        max_content_length=_MAXIMUM_REQUEST,
    )
    def read_workbook(
        self, campaign_id=None, customer_id=None, order_id=None, **values
    ):
        """Read a workbook: a report, or what was taken over.

        :param values: ``file``; ``choice`` (JSON, of :func:`_parse_choice`); to take
            over also the report's ``fingerprint``, ``batch`` and ``leave_out``
        """
        filling = guard.find_place(campaign_id, customer_id, order_id)
        if not filling.can_edit:
            refusal = request.env._("You can look at this form, not change it.")
            return request.make_json_response({"closed": refusal})
        file = values.get("file")
        if not hasattr(file, "read"):
            raise BadRequest()
        importing = filling.campaign.env["preorder.excel.import"]
        arguments = (
            filling,
            file.read(MAXIMUM_BYTES + 1),
            _parse_choice(values.get("choice")),
            guard.get_request_start(),
        )
        try:
            if "fingerprint" not in values:
                return request.make_json_response(importing._read(*arguments))
            answer = importing._take_over(
                *arguments,
                fingerprint=values["fingerprint"],
                leave_out=values.get("leave_out") == "1",
                batch=_parse_batch(values.get("batch")),
                filename=(file.filename or "")[:100],
            )
            return request.make_json_response(answer)
        except UserError as error:
            request.env.cr.rollback()
            return request.make_json_response({"refused": str(error)})


def _parse_batch(value):
    """An attempt's id, with room for the numbers of its parts."""
    if not is_batch_id(value, 50):
        raise BadRequest()
    return value


def _parse_choice(text):
    """The columns that a person chose, as :meth:`_read` takes them; empty if none.

    :raise BadRequest: when it is not what the order form sends
    """
    if not text:
        return {}
    try:
        choice = json.loads(text)
        day = choice.get("day")
        numbers = {
            name: (choice.get(name), maximum)
            for name, maximum in (
                ("headings", LAST_ROW),
                ("code", MAXIMUM_CELLS),
                ("quantity", MAXIMUM_CELLS),
                ("date", MAXIMUM_CELLS),
            )
        }
        if not all(
            value is None or (type(value) is int and 0 <= value <= maximum)
            for value, maximum in numbers.values()
        ):
            raise BadRequest()
        return {
            "sheet": str(choice.get("sheet")),
            "day": date.fromisoformat(day) if day else None,
            **{name: value for name, (value, _maximum) in numbers.items()},
        }
    except (AttributeError, RecursionError, TypeError, ValueError) as error:
        raise BadRequest() from error
