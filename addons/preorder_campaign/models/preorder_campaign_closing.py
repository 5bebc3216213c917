import logging
import uuid
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import format_amount, format_date, plaintext2html

from ..failures import get_reason

_logger = logging.getLogger(__name__)

#: So many forms that need no quotation are closed in one transaction.
_BATCH = 100
#: A form whose submission was interrupted so many times counts as failed.
_MAX_ATTEMPTS = 3


class PreorderCampaign(models.Model):
    """How a campaign ends: form by form, in the background, each exactly once.

    Closing marks the campaign; a scheduled action then goes through its forms. What has
    been done to a form is written on it in the same transaction (``closing_result``),
    so that after a restart the rest follows and nothing happens twice.
    """

    _inherit = "preorder.campaign"

    closing = fields.Boolean(
        "Being Closed", readonly=True, copy=False, index="btree_not_null"
    )
    ending_outcome = fields.Selection(
        [("keep", "Keep"), ("submit", "Submit"), ("cancel", "Cancel")],
        readonly=True,
        copy=False,
        help="What happens to forms being filled while the campaign is being closed.",
        groups="base.group_user",
    )
    ending_quotations = fields.Selection(
        [("keep", "Keep"), ("cancel", "Cancel")],
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    ending_message = fields.Text(readonly=True, copy=False, groups="base.group_user")
    ending_key = fields.Char(
        readonly=True,
        copy=False,
        help="Tells one closing from the next.",
        groups="base.group_user",
    )
    closing_progress = fields.Char(
        "Progress",
        compute="_compute_closing_progress",
        compute_sudo=True,
        groups="base.group_user",
    )
    closing_failed_count = fields.Integer(
        "Forms Not Closed", compute="_compute_closing_progress", compute_sudo=True
    )

    @api.depends("closing")
    def _compute_closing_progress(self):
        groups = self.env["preorder.order"]._read_group(
            [("campaign_id", "in", self.ids)],
            ["campaign_id", "closing_result"],
            ["__count"],
        )
        done = dict.fromkeys(self.ids, 0)
        failed = dict.fromkeys(self.ids, 0)
        for campaign, result, count in groups:
            if result:
                done[campaign.id] += count
            if result == "failed":
                failed[campaign.id] += count
        for campaign in self:
            campaign.closing_failed_count = failed.get(campaign.id, 0)
            campaign.closing_progress = False
            if campaign.closing:
                count = done.get(campaign.id, 0)
                waiting = self.env["preorder.order"].search_count(
                    campaign._get_closing_domain()
                )
                campaign.closing_progress = self.env._(
                    "%(done)s of %(total)s forms",
                    done=f"{count:,}",
                    total=f"{count + waiting:,}",
                )

    def _wake_up_at_end(self):
        """Let the scheduled action run when a campaign is to start or to end."""
        cron = self.env.ref("preorder_campaign.cron_run_campaigns").sudo()
        now = self._now()
        moments = {
            moment
            for campaign in self
            for moment in (
                campaign.date_start,
                campaign.date_end - timedelta(days=campaign.ending_notice_days),
                campaign.date_end,
            )
            if moment > now
        }
        if moments:
            cron._trigger(at=sorted(moments))

    # Beginning

    def _begin_closing(self):
        """End ordering, and let every form have its outcome in the background."""
        now = self._now()
        for campaign in self:
            campaign._begin_ending(
                "closed",
                campaign.closing_outcome,
                "keep",
                # Closed early, it ended now.
                **(
                    {"date_end": now}
                    if campaign.date_start < now < campaign.date_end
                    else {}
                ),
            )

    def _begin_ending(self, state, outcome, quotations, message="", **values):
        """Close the campaign or call it off.

        :param state: ``closed`` or ``cancelled``
        :param outcome: what happens to forms being filled: keep, submit or cancel
        :param quotations: what happens to unconfirmed quotations: keep or cancel
        :param message: what the office tells customers, as plain text
        """
        self.ensure_one()
        orders = self.env["preorder.order"].sudo()
        orders.search([("campaign_id", "=", self.id)])._reset_closing()
        self._set_state(
            state,
            closing=True,
            ending_outcome=outcome,
            ending_quotations=quotations,
            ending_message=message,
            ending_key=uuid.uuid4().hex,
            **values,
        )
        self.env.ref("preorder_campaign.cron_run_campaigns").sudo()._trigger()

    def _reopen(self, date_end):
        """Let customers order again until a new end (naive UTC).

        Forms that the end cancelled are being filled again; those it submitted stay
        submitted, as if the customer had done it.
        """
        for campaign in self:
            forms = (
                self.env["preorder.order"]
                .sudo()
                .search([("campaign_id", "=", campaign.id)])
            )
            forms._restore_after_reopening()
            forms._reset_closing()
            campaign.write({"date_end": date_end, "closing": False})
            campaign.action_open()

    # Going on

    @api.model
    def _cron_run(self):
        """Do what is due: begin, announce, end. Every minute, and at each end."""
        progress = self.env["ir.cron"]._commit_progress
        now = self._now()
        opened = self.search([("state", "=", "open")])
        opened.filtered(lambda campaign: campaign.date_end <= now)._begin_closing()
        progress()
        running = opened.filtered(lambda campaign: campaign._is_open(now))
        running._announce_opening()
        running._announce_ending()
        progress()
        for campaign in self.search([("closing", "=", True)]):
            while campaign.closing:
                try:
                    campaign._continue_closing(progress)
                except OperationalError as error:
                    if not isinstance(error, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
                        raise
                    # Something was saved at the same moment: look again.
                    self.env.cr.rollback()
                waiting = self.env["preorder.order"].search_count(
                    campaign._get_closing_domain()
                )
                if not progress(1, remaining=waiting) and campaign.closing:
                    return

    def _get_closing_domain(self):
        """The forms that closing has not come to yet."""
        self.ensure_one()
        return [
            ("campaign_id", "=", self.id),
            ("state", "!=", "cancelled"),
            ("closing_result", "=", False),
        ]

    def _continue_closing(self, checkpoint):
        """Close the next forms, or finish if there are none left.

        :param checkpoint: called without arguments before something that may fail for
            good: makes what was done so far last (commits, in the scheduled action)
        """
        self.ensure_one()
        orders = self.env["preorder.order"].search(
            self._get_closing_domain(), order="id", limit=_BATCH
        )
        if not orders:
            self._finish_closing()
            return
        # What makes or cancels a quotation may fail: one form a transaction.
        risky = orders.filtered(
            lambda order: order._is_closing_risky(
                self.ending_outcome, self.ending_quotations
            )
        )
        if risky:
            orders = risky[0]
            if orders.closing_attempts >= _MAX_ATTEMPTS:
                orders._fail_closing(
                    self.env._(
                        "The server stopped or was busy each of %s times.",
                        _MAX_ATTEMPTS,
                    )
                )
            else:
                orders.closing_attempts += 1
                checkpoint()
                orders = orders._close_with_outcome(self)
        else:
            orders._close_in_bulk(self)
        self.env["preorder.notice"]._announce(
            "cancelled" if self.state == "cancelled" else "closed",
            orders,
            key=self.ending_key,
            message=self.ending_message,
        )

    def _submit_at_close(self, order):
        """Submit a form for its customer: the office may, though the campaign ended."""
        order.office_reopened = True
        # The message about the end tells the customer; one is enough.
        order.with_context(preorder_notice_disable=True)._submit(
            self._now(), by_office=True
        )

    def _finish_closing(self):
        """Tell the responsible the result, and let others follow up."""
        self.ensure_one()
        self.closing = False
        summary, note = self._describe_result()
        self.message_post(body=note)
        if self.user_id:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=self.user_id.id,
                summary=summary,
                note=note,
            )
        if self.state == "closed":
            self._follow_up_closing()

    def _follow_up_closing(self):
        """Let others follow up; what fails there does not keep it from being closed.

        It is logged, and the responsible is told what is left to be done.
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._after_close()
        except OperationalError:
            # Conflicts with somebody else's saving are repeated.
            raise
        except Exception as error:
            _logger.exception("What follows the end of campaign %s failed", self.name)
            user = self.user_id or self.env.user
            campaign = self.with_context(lang=user.lang or self.env.lang)
            summary, remedy = campaign._get_follow_up_remedy()
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=user.id,
                summary=summary,
                note=plaintext2html(f"{remedy}\n{get_reason(error)}"),
            )

    def _after_close(self):
        """Called once when all forms of a closed campaign have had their outcome.

        The purchase plan's addon overrides it to bring the plan up to date. What is
        raised here undoes what was done here alone.
        """

    def _get_follow_up_remedy(self):
        """What to do where :meth:`_after_close` failed, in the context's language.

        :return: (summary, text that the reason follows)
        """
        return (
            self.env._("The campaign has closed, but what follows it failed"),
            self.env._("All forms are closed. What went wrong afterwards:"),
        )

    def _describe_result(self):
        """The result of a campaign that ended, in the responsible's language.

        :return: (one line, HTML)
        """
        self.ensure_one()
        campaign = self.with_context(lang=self.user_id.lang or self.env.lang)
        env = campaign.env
        orders = env["preorder.order"].sudo().search([("campaign_id", "=", self.id)])
        results = orders.grouped("closing_result")

        def count(*names):
            return sum(len(results.get(name, ())) for name in names)

        quotations = orders.filtered(lambda order: order.state == "submitted")
        quoted = sum(
            order.amount_untaxed / (order.currency_rate or 1.0)
            for order in quotations.sale_order_id
        )
        return (
            env._(
                "Ended with %(amount)s confirmed",
                amount=format_amount(env, campaign.sale_amount, campaign.currency_id),
            ),
            env["ir.qweb"]._render(
                "preorder_campaign.closing_result",
                {
                    "campaign": campaign,
                    "confirmed": campaign.sale_count,
                    "confirmed_amount": campaign.sale_amount,
                    "quoted": len(quotations.sale_order_id),
                    "quoted_amount": quoted,
                    "submitted": count("submitted"),
                    "kept": count("kept"),
                    "cancelled": count("cancelled"),
                    "failed": results.get("failed", orders.browse()),
                    "confirm_until": campaign.confirm_until
                    and format_date(env, campaign.confirm_until),
                },
            ),
        )

    def action_view_closing_failures(self):
        """Show the forms that could not be closed as the office chose."""
        self.ensure_one()
        action = self.action_view_orders()
        action["domain"] = [
            ("campaign_id", "=", self.id),
            ("closing_result", "=", "failed"),
        ]
        return action

    def action_retry_closing(self):
        """Try the forms that failed once more."""
        self.ensure_one()
        if self.state not in ("closed", "cancelled"):
            raise UserError(self.env._("“%s” is not closed.", self.name))
        self.env["preorder.order"].search(
            [("campaign_id", "=", self.id), ("closing_result", "=", "failed")]
        )._reset_closing()
        self.closing = True
        self.env.ref("preorder_campaign.cron_run_campaigns").sudo()._trigger()
