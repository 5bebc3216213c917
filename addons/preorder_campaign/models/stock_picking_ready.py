from odoo import fields, models
from odoo.tools import format_date

from .preorder_notice_line import GoodsNews

#: Steps of a delivery's readiness, each told once.
PART, WHOLE = "part", "whole"


class StockPicking(models.Model):
    """Customers hear when their delivery is ready: in part, and as a whole."""

    _inherit = "stock.picking"

    def _filter_ready_to_tell(self):
        """The deliveries that nothing but their goods keeps from leaving.

        To be extended by what else a delivery may wait for, such as a payment. Whoever
        lifts such a condition calls :meth:`_announce_ready`.

        :return: ``stock.picking`` records, some of these
        """
        return self

    def _get_ready_step(self) -> str:
        """How much of a transfer is ready: ``part``, ``whole``, or nothing.

        Goods that are not counted in stock are always there for Odoo; they say nothing.
        """
        self.ensure_one()
        if self.state != "assigned":
            return ""
        if not any(
            move.quantity
            for move in self.move_ids
            if move.state not in ("draft", "cancel", "done")
            and move.product_id.is_storable
        ):
            return ""
        return WHOLE if self._has_all_goods() else PART

    def _has_all_goods(self) -> bool:
        """Whether all that this transfer is still to bring is reserved for it.

        Odoo calls a transfer ready that may leave with some of its goods. Moves of what
        is not counted in stock are assigned at once.
        """
        self.ensure_one()
        return all(
            move.state in ("assigned", "done", "cancel") for move in self.move_ids
        )

    def _announce_ready(self):
        """Queue a message for each delivery, or transfer to a shop, that is ready.

        One a step: when a part is ready, and when all is. Asked again, reserved again
        after somebody unreserved it, nothing is told twice.

        :return: the new ``preorder.notice`` records
        """
        steps = {
            picking: step
            for picking in self.sudo()
            if picking._get_preorder_campaign().ready_notice
            for step in [picking._get_ready_step()]
            if step
        }
        notices = self.env["preorder.notice"].sudo()
        pickings = self.sudo().filtered(steps.get)._filter_ready_to_tell()
        if not pickings:
            return notices
        earlier = notices.search(
            [
                ("kind", "=", "ready"),
                (
                    "campaign_id",
                    "in",
                    list({each._get_preorder_campaign().id for each in pickings}),
                ),
                (
                    "key",
                    "in",
                    [_make_key(p, step) for p in pickings for step in (PART, WHOLE)],
                ),
            ]
        )
        # What was not sent, since the goods were gone by then, can be told again.
        earlier.filtered(lambda notice: notice.state == "dropped").unlink()
        known = set(earlier.exists().mapped("key"))
        orders = pickings.sale_id
        recipients = orders._get_goods_recipients()
        news = []
        for picking in pickings:
            step = steps[picking]
            # Once all has been told, a part is no news.
            if known & {_make_key(picking, step), _make_key(picking, WHOLE)}:
                continue
            form = picking.preorder_order_id
            partner, form = (
                (form._get_notice_recipient(), form)
                if form
                else recipients[picking.sale_id]
            )
            news.append(
                GoodsNews(
                    picking._get_preorder_campaign(),
                    partner,
                    form,
                    _make_key(picking, step),
                    picking._prepare_ready_lines(),
                )
            )
        return notices._announce_goods("ready", news)

    def _get_preorder_campaign(self):
        """The campaign that a delivery, or a transfer to a shop, serves, if any."""
        self.ensure_one()
        if self.preorder_order_id:
            return self.preorder_order_id.campaign_id
        if self.picking_type_code == "outgoing":
            return self.sale_id.preorder_campaign_id
        return self.env["preorder.campaign"]

    def _prepare_ready_lines(self):
        """What of a transfer is ready, as values of a message's lines."""
        self.ensure_one()
        return [
            {
                "picking_id": self.id,
                "sale_order_id": move.sale_line_id.order_id.id,
                "sale_line_id": move.sale_line_id.id,
                "product_id": move.product_id.id,
                "product_uom_id": move.product_uom.id,
                "quantity": move.quantity,
            }
            for move in self.move_ids
            if move.state not in ("draft", "cancel", "done") and move.quantity
        ]


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_assign(self, force_qty=False):
        """Whatever reserves goods: the customers whose deliveries are ready hear it."""
        result = super()._action_assign(force_qty=force_qty)
        self.picking_id._announce_ready()
        return result


class PreorderNotice(models.Model):
    """What the message about a ready delivery says."""

    _inherit = "preorder.notice"

    def _is_still_needed(self) -> bool:
        if self.kind == "ready":
            pickings = self.sudo().line_ids.picking_id
            return not pickings or any(
                picking.state == "done" or picking._get_ready_step()
                for picking in pickings
            )
        return super()._is_still_needed()

    def _get_ready_title(self) -> str:
        """What of the delivery is ready, in the recipient's language."""
        if self._is_partly_ready():
            return self.env._("a part of your delivery is ready")
        return self.env._("your delivery is ready")

    def _is_partly_ready(self) -> bool:
        """Whether only a part of the delivery is ready."""
        self.ensure_one()
        return self.key.endswith(f":{PART}")

    def _get_delivery_facts(self):
        """How and where a ready delivery goes, in the recipient's language.

        :return: dict with ``name`` of the transfer, ``date`` for which it is planned,
            ``address``, ``carrier`` and ``pickup`` (whether it is collected)
        """
        self.ensure_one()
        picking = (
            self.sudo().line_ids.picking_id[:1].with_context(lang=self.partner_id.lang)
        )
        carrier = picking.carrier_id if "carrier_id" in picking._fields else None
        moment = picking.date_done or picking.scheduled_date
        day = moment and fields.Datetime.context_timestamp(
            self.with_context(tz=self.campaign_id.tz), moment
        )
        return {
            "name": picking.name or "",
            "date": format_date(picking.env, day.date()) if day else "",
            "address": "\n".join(
                line
                for line in picking.partner_id._display_address(
                    without_company=True
                ).splitlines()
                if line.strip()
            )
            if picking.partner_id
            else "",
            "carrier": carrier.name if carrier else "",
            "pickup": bool(carrier and carrier.delivery_type == "in_store"),
        }


def _make_key(picking, step: str) -> str:
    return f"{picking.id}:{step}"
