from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, float_is_zero, formatLang

from .preorder_notice_line import GoodsNews

#: Orders of which something may be left to deliver, or to confirm.
OPEN_STATES = ("draft", "sent", "sale")


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    preorder_cancelled_quantity = fields.Float(
        "Cancelled",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What was left to deliver when the rest of the campaign was cancelled.",
    )
    preorder_rest_kept = fields.Boolean(
        copy=False,
        readonly=True,
        help="While the rest of its order waits to be cancelled: this is to be "
        "delivered all the same.",
    )

    def _get_untold_cancellations(self):
        """What was cancelled of these lines since their customers were told last.

        :return: dict of line → quantity, without the lines of which nothing is new
        """
        cancelled = self.filtered("preorder_cancelled_quantity")
        told = dict(
            self.env["preorder.notice.line"]
            .sudo()
            ._read_group(
                [
                    ("sale_line_id", "in", cancelled.ids),
                    ("notice_id.kind", "=", "rest_cancelled"),
                ],
                ["sale_line_id"],
                ["quantity:sum"],
            )
        )
        untold = {
            line: line.preorder_cancelled_quantity - told.get(line, 0.0)
            for line in cancelled
        }
        return {
            line: quantity
            for line, quantity in untold.items()
            if line.product_uom_id.compare(quantity, 0.0) > 0
        }


class SaleOrder(models.Model):
    """Cancelling what is left to deliver of a pre-order, its customer told once.

    Done in the background, each order in a transaction of its own (see
    :meth:`_do_in_background`): what was done to an order, and what its customer is
    told, are committed together.
    """

    _inherit = "sale.order"

    preorder_rest_pending = fields.Boolean(
        "Rest to Be Cancelled",
        copy=False,
        readonly=True,
        help="What is left to deliver is being cancelled.",
    )
    preorder_rest_untold = fields.Boolean(
        copy=False,
        readonly=True,
        help="The rest was cancelled, and the customer is told with the other orders.",
    )
    preorder_rest_retry_at = fields.Datetime(copy=False, readonly=True)
    preorder_rest_failures = fields.Integer(copy=False, readonly=True)

    _preorder_rest_pending_idx = models.Index(
        "(id) WHERE preorder_rest_pending IS TRUE OR preorder_rest_untold IS TRUE"
    )

    @api.model
    def _cron_cancel_rest(self):
        """Cancel what is left of the orders that wait for it, each exactly once."""
        self._do_in_background(
            "rest",
            (
                Domain("preorder_rest_pending", "=", True),
                lambda order: order._cancel_rest(),
            ),
        )

    def _get_failure_texts(self, step):
        if step != "rest":
            return super()._get_failure_texts(step)
        return (
            self.env._("The rest could not be cancelled"),
            self.env._(
                "What is left to deliver of %(number)s was to be cancelled, which "
                "failed. It is tried again by itself. The reason:",
                number=self.name,
            ),
        )

    def _clear_failure(self, step):
        result = super()._clear_failure(step)
        if step == "rest" and not (
            self.preorder_launch_failures or self.preorder_documents_failures
        ):
            self.activity_unlink(["preorder_campaign.mail_activity_type_unfinished"])
        return result

    def _get_undelivered_lines(self):
        """The lines of which goods are left to deliver."""
        return self.order_line.filtered(
            lambda line: (
                line._is_preorder_line()
                and line.product_id.type == "consu"
                and line.product_uom_id.compare(
                    line.product_uom_qty, line.qty_delivered
                )
                > 0
            )
        )

    def _cancel_rest(self):
        """Lower what is left to deliver to what was delivered, and tell the customer.

        An order of which nothing has been delivered, or is to be, is cancelled as a
        whole. What was paid beyond what remains is listed for refund.

        :raise UserError: while a payment is under way
        """
        self.ensure_one()
        self.preorder_rest_pending = False
        undelivered = self._get_undelivered_lines()
        kept = undelivered.filtered("preorder_rest_kept")
        lines = undelivered - kept
        if self.state not in OPEN_STATES or not lines:
            self._tell_cancelled_rest()
            return
        refusal = self._get_payment_under_way_refusal()
        if refusal:
            raise UserError(refusal)
        quantities = {line: line.product_uom_qty - line.qty_delivered for line in lines}
        for line, quantity in quantities.items():
            line.preorder_cancelled_quantity += quantity
        reason = self.env._("What is left to deliver was cancelled.")
        delivered = any(
            not float_is_zero(line.qty_delivered, precision_digits=6)
            for line in self.order_line
            if line._is_preorder_line()
        )
        locked, self.locked = self.locked, False
        if delivered or kept:
            self._lower_to_delivered(lines)
            self._ask_for_refund(reason, remaining=self.amount_total)
            self.locked = locked
        else:
            self._ask_for_refund(reason)
            self._action_cancel()
        self._log_on_preorder(self._describe_cancelled_rest(quantities))
        self.preorder_rest_untold = True
        self._tell_cancelled_rest()

    def _lower_to_delivered(self, lines):
        """Cancel the moves of what is left, and order no more than was delivered."""
        lines.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )._action_cancel()
        # The moves are gone: there is nothing to procure, and one note says it all.
        quiet = lines.with_context(skip_procurement=True, preorder_submitting=True)
        for quantity, alike in quiet.grouped("qty_delivered").items():
            alike.write({"product_uom_qty": quantity})

    def _describe_cancelled_rest(self, quantities):
        """What was cancelled, for the history of an order.

        :param quantities: dict of order line → what was cancelled of it
        """
        campaign = self.preorder_campaign_id.sudo()
        return Markup("<p>%s</p>%s<ul>%s</ul>") % (
            self.env._("What was left to deliver was cancelled:"),
            Markup("<p>%s</p>") % campaign.rest_message
            if campaign.rest_message
            else "",
            Markup().join(
                Markup("<li>%s: %s %s</li>")
                % (
                    line.product_id.display_name,
                    formatLang(self.env, quantity),
                    line.product_uom_id.name,
                )
                for line, quantity in quantities.items()
            ),
        )

    def _tell_cancelled_rest(self):
        """Tell the customer what was cancelled, once all of its orders are done.

        An order that failed is not waited for: the customer hears of it apart.
        """
        self.ensure_one()
        family = self.search(
            [
                ("preorder_campaign_id", "=", self.preorder_campaign_id.id),
                ("preorder_company_id", "=", self.preorder_company_id.id),
                "|",
                ("preorder_rest_untold", "=", True),
                "&",
                ("preorder_rest_pending", "=", True),
                ("preorder_rest_failures", "=", 0),
            ]
        )
        recipients = (family | self)._get_goods_recipients()
        partner, _form = recipients[self]
        family = family.filtered(lambda order: recipients[order][0] == partner)
        if not family or any(family.mapped("preorder_rest_pending")):
            return
        forms = family._get_preorder_forms()
        campaign = self.preorder_campaign_id
        news = family.order_line._get_untold_cancellations()
        self.env["preorder.notice"].sudo()._announce_goods(
            "rest_cancelled",
            [
                GoodsNews(
                    campaign,
                    partner,
                    forms if len(forms) == 1 else forms.browse(),
                    f"{campaign.sudo().rest_key}:{self.id}",
                    [
                        {
                            "sale_line_id": line.id,
                            "sale_order_id": line.order_id.id,
                            "product_id": line.product_id.id,
                            "product_uom_id": line.product_uom_id.id,
                            "quantity": quantity,
                        }
                        for line, quantity in news.items()
                    ],
                )
            ],
            campaign.sudo().rest_message or "",
        )
        family.preorder_rest_untold = False

    def _keep_other_products(self, products):
        """Choose what is to be cancelled of orders whose rest is: one statement.

        What was chosen for an order that still waits is cancelled as well.

        :param products: ``product.product`` records; empty for all
        """
        self.env["sale.order.line"].flush_model()
        self.flush_model(["preorder_rest_pending"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE sale_order_line line
                   SET preorder_rest_kept = choice.kept
                  FROM (SELECT chosen.id,
                               %(some)s
                               AND chosen.product_id != ALL(%(products)s::int[])
                               AND (sale.preorder_rest_pending IS NOT TRUE
                                    OR chosen.preorder_rest_kept IS TRUE) AS kept
                          FROM sale_order_line chosen
                          JOIN sale_order sale ON sale.id = chosen.order_id
                         WHERE sale.id = ANY(%(orders)s)
                           AND chosen.product_id IS NOT NULL) choice
                 WHERE line.id = choice.id
                   AND COALESCE(line.preorder_rest_kept, FALSE) != choice.kept
                """,
                some=bool(products),
                products=products.ids,
                orders=self.ids,
            )
        )
        self.env["sale.order.line"].invalidate_model(["preorder_rest_kept"])

    @api.model
    def _get_undelivered_figures(self, domain, products=None):
        """What is left to deliver of orders: one query, whatever their number.

        :param domain: of ``sale.order``
        :param products: the ``product.product`` records that count; empty for all
        :return: list of (order's id, customer's id, pieces, untaxed amount in the
            company's currency)
        """
        self.env["sale.order.line"].flush_model()
        self.flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT sale.id, COALESCE(sale.preorder_company_id, sale.partner_id),
                       SUM(line.product_uom_qty - COALESCE(line.qty_delivered, 0)),
                       -- Rounded as the order's total is.
                       COALESCE(
                           SUM(line.price_subtotal / line.product_uom_qty
                               * (line.product_uom_qty
                                  - COALESCE(line.qty_delivered, 0)))
                           / NULLIF(MIN(total.subtotal), 0) * MIN(sale.amount_untaxed)
                           / COALESCE(NULLIF(MIN(sale.currency_rate), 0), 1), 0)
                  FROM sale_order sale
                  JOIN LATERAL (
                       SELECT SUM(price_subtotal) AS subtotal
                         FROM sale_order_line
                        WHERE order_id = sale.id) total ON TRUE
                  JOIN sale_order_line line ON line.order_id = sale.id
                  JOIN product_product product ON product.id = line.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                 WHERE sale.id IN %s
                   AND template.type = 'consu'
                   AND line.display_type IS NULL
                   AND line.is_downpayment IS NOT TRUE
                   AND line.product_uom_qty > COALESCE(line.qty_delivered, 0)
                   AND %s
              GROUP BY sale.id
              ORDER BY sale.id
                """,
                self._search(domain).subselect(),
                SQL("line.product_id IN %s", tuple(products.ids))
                if products
                else SQL("TRUE"),
            )
        )


class PreorderNotice(models.Model):
    _inherit = "preorder.notice"

    def _is_refund_due(self) -> bool:
        """Whether more was paid for the orders of the message than they amount to."""
        self.ensure_one()
        return any(
            order.currency_id.compare_amounts(
                order.amount_paid,
                0.0 if order.state == "cancel" else order.amount_total,
            )
            > 0
            for order in self.sudo().line_ids.sale_order_id
        )
