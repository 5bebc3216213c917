import uuid

from odoo import api, fields, models
from odoo.tools import SQL

from .preorder_notice_line import GoodsNews


class StockMove(models.Model):
    """When goods for a shop of ours are promised, and telling it of changes.

    A shop hears of its dates as customers do: one message that lists what changed, when
    the office says so.
    """

    _name = "stock.move"
    _inherit = ["stock.move", "preorder.promise.mixin"]

    # What is left of a transfer that was done in part keeps its dates.
    preorder_promised_date = fields.Date(copy=True)
    preorder_first_promised_date = fields.Date(copy=True)
    preorder_told_date = fields.Date(copy=True)

    # Few moves differ from what their shops know.
    _preorder_date_change_idx = models.Index(
        "(picking_id) WHERE preorder_promised_date IS DISTINCT FROM preorder_told_date"
    )

    def _get_waiting_sql(self) -> SQL:
        self.flush_model(
            ["picking_id", "preorder_promised_date", "preorder_told_date", "state"]
        )
        self.env["stock.picking"].flush_model(["preorder_order_id"])
        return SQL(
            """
            SELECT move.id, form.campaign_id,
                   move.preorder_promised_date AS promised,
                   move.preorder_told_date AS told
              FROM stock_move move
              JOIN stock_picking picking ON picking.id = move.picking_id
              JOIN preorder_order form ON form.id = picking.preorder_order_id
             WHERE move.state NOT IN ('draft', 'done', 'cancel')
            """
        )

    @api.model
    def _set_promised_dates(self, dates):
        """Store promised dates of transfers to own shops: one statement.

        The first date of a move is taken for known to the shop as far as it lies within
        what its form asked for; beyond, the shop still counts on the last day of that.

        :param dates: dict of move's id → date, or ``None`` if nothing serves it
        :return: the moves whose date has changed
        """
        moves = self.browse(dates).filtered(
            lambda move: move.preorder_promised_date != (dates[move.id] or False)
        )
        if not moves:
            return moves
        agreed = moves.filtered(
            lambda move: not move.preorder_first_promised_date
        )._get_agreed_days()
        moves.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE stock_move move
                   SET preorder_promised_date = promise.day,
                       preorder_first_promised_date =
                           COALESCE(move.preorder_first_promised_date, promise.day),
                       preorder_told_date =
                           CASE WHEN move.preorder_first_promised_date IS NOT NULL
                           THEN move.preorder_told_date
                           WHEN promise.agreed IS NOT NULL
                           THEN LEAST(promise.day, promise.agreed) END
                  FROM unnest(%s::int[], %s::date[], %s::date[])
                       AS promise(id, day, agreed)
                 WHERE move.id = promise.id
                """,
                moves.ids,
                [dates[move.id] for move in moves],
                [agreed.get(move.id) for move in moves],
            )
        )
        moves.invalidate_recordset(
            [
                "preorder_promised_date",
                "preorder_first_promised_date",
                "preorder_told_date",
                "preorder_date_change",
            ]
        )
        return moves

    def _get_agreed_days(self):
        """The last day of what a shop's form asked for, of each move.

        :return: dict of move's id → date, without the moves whose forms want no day
        """
        days = {}
        for form, moves in self.grouped(
            lambda m: m.picking_id.preorder_order_id
        ).items():
            first, last = form._get_requested_delivery(form.line_ids.browse())
            by_line = form.campaign_id.delivery_dates == "line"
            for move in moves:
                day = (move.date_deadline or move.date).date()
                if by_line or (first and day != first):
                    days[move.id] = day
                elif first:
                    days[move.id] = max(first, last or first)
        return days

    def _group_date_changes(self):
        """Changed moves by the shop that is to be told: one message per campaign.

        :return: dict of (``preorder.campaign``, ``res.partner``) → changed moves
        """
        recipients = {
            form: form._get_notice_recipient()
            for form in self.picking_id.preorder_order_id.sudo()
        }
        return self.filtered("preorder_date_change").grouped(
            lambda move: (
                move.picking_id.preorder_order_id.campaign_id,
                recipients[move.picking_id.preorder_order_id],
            )
        )

    def _announce_date_changes(self, message=""):
        """Queue one message per shop that lists what has changed, and remember that
        these dates are known now.

        :param message: what the office adds, as plain text
        :return: the new ``preorder.notice`` records
        """
        groups = self._group_date_changes()
        key = uuid.uuid4().hex
        notices = (
            self.env["preorder.notice"]
            .sudo()
            ._announce_goods(
                "rescheduled",
                [
                    GoodsNews(
                        campaign,
                        partner,
                        forms if len(forms) == 1 else forms.browse(),
                        key,
                        [
                            {
                                "picking_id": move.picking_id.id,
                                "product_id": move.product_id.id,
                                "product_uom_id": move.product_uom.id,
                                "quantity": move.product_uom_qty,
                                "date_before": move.preorder_told_date,
                                "date_after": move.preorder_promised_date,
                            }
                            for move in moves.sorted(
                                lambda move: (
                                    move.picking_id.preorder_order_id.id,
                                    move.picking_id.id,
                                    move.sequence,
                                    move.id,
                                )
                            )
                        ],
                    )
                    for (campaign, partner), moves in groups.items()
                    for forms in [moves.picking_id.preorder_order_id]
                ],
                message,
            )
        )
        self.browse().union(*groups.values())._set_dates_told()
        return notices


class PreorderCampaign(models.Model):
    _inherit = "preorder.campaign"

    shop_date_change_count = fields.Integer(
        "Own Shops' Changed Dates", compute="_compute_shop_date_change_count"
    )

    def _compute_shop_date_change_count(self):
        counts = {}
        if self.ids:
            counts = dict(
                self.env.execute_query(
                    SQL(
                        """
                        SELECT form.campaign_id, COUNT(*)
                          FROM (%s) changed
                          JOIN stock_move move ON move.id = changed.id
                          JOIN stock_picking picking ON picking.id = move.picking_id
                          JOIN preorder_order form
                            ON form.id = picking.preorder_order_id
                         WHERE form.campaign_id IN %s
                      GROUP BY form.campaign_id
                        """,
                        self.env["stock.move"]._get_date_change_sql(),
                        tuple(self.ids),
                    )
                )
            )
        for campaign in self:
            campaign.shop_date_change_count = counts.get(campaign.id, 0)

    def action_view_shop_date_changes(self):
        """Show what goes to own shops and was moved since they were told."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "preorder_campaign.preorder_shop_date_change_action"
        )
        action["domain"] = [
            ("preorder_date_change", "!=", False),
            ("picking_id.preorder_order_id.campaign_id", "in", self.ids),
        ]
        action["context"] = {
            "search_default_group_shop": 1,
            "create": False,
            "preorder_campaign_ids": self.ids,
        }
        return action
