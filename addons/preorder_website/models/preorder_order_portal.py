from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from .. import progress

#: What each status means for the customer: good news, something to do, bad news.
_TONES = {
    "filling": "warning",
    "sign": "warning",
    "sign_pay": "warning",
    "pay": "warning",
    "confirm": "warning",
    "payment": "warning",
    "waiting_both": "warning",
    "not_submitted": "none",
    "cancelled": "none",
    "expired": "danger",
    "delivered": "success",
    "shipped": "success",
    "released": "success",
}
#: States of the forms that each filter of the list shows.
_STATES_BY_FILTER = {
    "filling": ("draft",),
    "submitted": ("submitted",),
    "confirmed": ("confirmed",),
    "cancelled": ("cancelled",),
}


class PreorderOrder(models.Model):
    """Order forms on the customer's own pages."""

    _inherit = "preorder.order"

    # Which forms

    @api.model
    def _get_portal_domain(self, user, website) -> Domain:
        """The forms on a user's own pages: what its contact may see, on a website.

        Also of campaigns that are over or called off: the customer's history. To be
        searched with the user's rights: of customers, the record rule lets through the
        same forms.
        """
        own = Domain.TRUE
        if user._is_internal():
            own = Domain(user.partner_id._get_preorder_form_domain())
        return (
            own
            & Domain("company_id", "=", website._get_cached("company_id"))
            # Whatever the user may see of the campaign by now.
            & Domain("campaign_id", "any!", [("website_id", "in", (False, website.id))])
        )

    @api.model
    def _get_portal_sortings(self):
        """How the list can be sorted: name → label and order."""
        return {
            "newest": {"label": self.env._("Newest"), "order": "id desc"},
            "campaign": {
                "label": self.env._("Campaign's end"),
                "order": "campaign_id, id desc",
            },
            "state": {"label": self.env._("Status"), "order": "state, id desc"},
        }

    @api.model
    def _get_portal_filters(self, user):
        """What the list can be narrowed down to: name → label and domain."""
        labels = {
            "filling": self.env._("Being filled"),
            "submitted": self.env._("Submitted"),
            "confirmed": self.env._("Confirmed"),
            "cancelled": self.env._("Cancelled"),
        }
        return {
            "all": {"label": self.env._("All"), "domain": Domain.TRUE},
            "mine": {
                "label": self.env._("My own"),
                "domain": Domain("partner_id", "=", user.partner_id.id),
            },
            **{
                name: {
                    "label": label,
                    "domain": Domain("state", "in", _STATES_BY_FILTER[name]),
                }
                for name, label in labels.items()
            },
        }

    # What is told of them

    def _get_portal_rows(self, user, website):
        """What the user's list says of these forms, read for all of them together.

        With the rights of the system; links only to what the user itself may open.

        :return: list of dicts in the forms' order
        """
        if not self:
            return []
        now = self.env["preorder.campaign"]._now()
        quotations = self.sale_order_id
        pickings = (quotations.picking_ids | self.picking_ids).filtered(
            lambda picking: (
                picking.picking_type_code == "outgoing" or picking.preorder_order_id
            )
        )
        # Read for all at once; each form's transfers are looked at apart below.
        pickings.mapped("preorder_release")
        pickings.move_ids.mapped("state")
        invoices = quotations._get_portal_invoices()
        mine = {
            "quotations": quotations.with_user(user)._filtered_access("read"),
            "pickings": pickings.with_user(user)._filtered_access("read"),
            "invoices": self.env["account.move"]
            .union(*invoices.values())
            .with_user(user)
            ._filtered_access("read"),
            "campaigns": self.env["preorder.campaign"]
            .with_user(user)
            .search(
                Domain("id", "in", self.campaign_id.ids)
                & self.env["preorder.campaign"]._get_website_domain(website)
            ),
        }
        mine = {name: set(records.ids) for name, records in mine.items()}
        return [
            order._get_portal_row(user, now, pickings, invoices, mine) for order in self
        ]

    def _get_portal_row(self, user, now, pickings, invoices, mine):
        quotation = self.sale_order_id
        own_pickings = pickings & (quotation.picking_ids | self.picking_ids)
        deliveries = own_pickings._get_portal_deliveries(now, mine["pickings"])
        status = progress.get_status(
            self.state,
            is_open=self.office_reopened or self.campaign_id._is_open(now),
            quotation=quotation._get_portal_facts() if quotation else None,
            deliveries=[delivery["stage"] for delivery in deliveries],
        )
        own_invoices = invoices.get(quotation.id, self.env["account.move"])
        is_visible = self.campaign_id.id in mine["campaigns"]
        return {
            "order": self,
            "campaign": self.campaign_id,
            "whose": ""
            if self.partner_id == user.partner_id
            else self.partner_id.display_name,
            "status": status,
            "label": self._get_status_label(status),
            "tone": _TONES.get(status, "info"),
            "progress": self._get_delivery_progress(deliveries),
            "deadline": self.env._(
                "%(left)s, until %(end)s",
                left=self.campaign_id._describe_deadline(now),
                end=self.campaign_id._format_moment(self.campaign_id.date_end),
            )
            if status == "filling" and self.campaign_id._is_open(now)
            else "",
            "expected": self._get_expected_delivery(own_pickings, status),
            "payment": self._get_payment_state(own_invoices),
            "url": self.access_url if is_visible else "",
            "quotation_url": quotation.access_url
            if quotation.id in mine["quotations"]
            else "",
            "again_url": f"{self.access_url}/again"
            if is_visible and status != "filling" and self.line_count
            else "",
            "pdf_url": f"{self.access_url}/pdf"
            if is_visible and self.line_count
            else "",
            "deliveries": deliveries,
            "invoices": [
                {"name": invoice.name, "url": invoice.access_url}
                for invoice in own_invoices
                if invoice.id in mine["invoices"]
            ],
        }

    @api.model
    def _get_status_label(self, status) -> str:
        """A form's status in the customer's words."""
        return {
            "filling": self.env._("Being filled"),
            "not_submitted": self.env._("Not submitted"),
            "review": self.env._("With our office for review"),
            "expired": self.env._("Quotation expired"),
            "sign": self.env._("To sign"),
            "sign_pay": self.env._("To sign and pay"),
            "pay": self.env._("To pay"),
            "confirm": self.env._("To confirm"),
            "awaiting": self.env._("Submitted, awaits our confirmation"),
            "confirmed": self.env._("Confirmed"),
            "waiting": self.env._("Confirmed, waiting for goods"),
            "waiting_both": self.env._("Confirmed, waiting for goods and payment"),
            "payment": self.env._("Goods are here, waiting for payment"),
            "partly": self.env._("Delivered in part, waiting for goods"),
            "released": self.env._("Released for delivery"),
            "in_part": self.env._("Goods are here in part"),
            "shipped": self.env._("On its way"),
            "delivered": self.env._("Delivered"),
            "cancelled": self.env._("Cancelled"),
        }[status]

    def _get_delivery_progress(self, deliveries) -> str:
        """How many of several deliveries have left, in words."""
        left = [
            delivery
            for delivery in deliveries
            if delivery["stage"] in (progress.SHIPPED, progress.DELIVERED)
        ]
        if not left or len(deliveries) < 2:
            return ""
        return self.env._(
            "%(left)s of %(all)s deliveries have left",
            left=len(left),
            all=len(deliveries),
        )

    def _get_expected_delivery(self, pickings, status) -> str:
        """When goods are to come next, in words; empty when nothing is to come."""
        self.ensure_one()
        if status in ("cancelled", "delivered", "shipped", "not_submitted", "expired"):
            return ""
        quotation = self.sale_order_id
        promised = quotation.preorder_promised_date
        if promised:
            return quotation._format_week(*promised.isocalendar()[:2])
        waiting = pickings.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        if waiting:
            campaign = self.campaign_id
            moment = min(
                picking.date_deadline or picking.scheduled_date for picking in waiting
            )
            local = fields.Datetime.context_timestamp(
                campaign.with_context(tz=campaign.tz), moment
            )
            return format_date(self.env, local.date())
        if quotation and not self.unmerged_sale_order_id:
            return quotation._get_preorder_delivery([])
        start, end = self._get_requested_delivery(
            self.line_ids
            if self.campaign_id.delivery_dates == "line"
            else self.line_ids.browse()
        )
        days = [format_date(self.env, day) for day in (start, end) if day]
        return " – ".join(dict.fromkeys(days))

    def _get_payment_state(self, invoices) -> str:
        """What is paid and what is to be paid, in words; empty where nothing is."""
        self.ensure_one()
        order = self.sale_order_id
        if not order or order.state == "cancel":
            return ""

        def amount(value):
            return formatLang(self.env, value, currency_obj=order.currency_id)

        posted = invoices.filtered(lambda invoice: invoice.state == "posted")
        # Credit notes take off.
        due = sum(
            -invoice.direction_sign * invoice.amount_residual for invoice in posted
        )
        if posted and order.currency_id.compare_amounts(due, 0) > 0:
            return self.env._("%s to be paid", amount(due))
        if posted and order.invoice_status == "invoiced":
            return self.env._("Paid")
        if order.state in ("draft", "sent"):
            if not order._has_to_be_paid():
                return ""
            return self.env._(
                "%s to be prepaid",
                amount(order._get_preorder_amount_due(down_payment=True)),
            )
        paid = order.amount_paid
        if order.currency_id.compare_amounts(paid, order.amount_total) >= 0:
            return self.env._("Paid")
        if paid:
            return self.env._(
                "%(paid)s of %(total)s paid",
                paid=amount(paid),
                total=amount(order.amount_total),
            )
        return self.env._("Not invoiced yet")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_portal_facts(self):
        """What the customer still has to do with a quotation."""
        self.ensure_one()
        return progress.Quotation(
            on_hold=self._is_preorder_on_hold(),
            expired=self.state in ("draft", "sent") and self.is_expired,
            to_sign=self._has_to_be_signed(),
            to_pay=self._has_to_be_paid(),
            to_confirm=self._has_to_be_accepted(),
        )

    def _get_release_text(self) -> str:
        """What the deliveries of a confirmed pre-order wait for, in words, or nothing.

        To be called with the rights of the system.
        """
        self.ensure_one()
        if not self.preorder_campaign_id or self.state != "sale":
            return ""
        waiting = self.picking_ids.filtered(
            lambda picking: (
                picking.picking_type_code == "outgoing"
                and picking.state not in ("done", "cancel")
            )
        )
        statuses = set(waiting.mapped("preorder_release"))
        unpaid = self._get_unpaid_before_delivery().get(self)
        amount = unpaid and formatLang(self.env, unpaid, currency_obj=self.currency_id)
        if "payment" in statuses:
            return self.env._(
                "Your goods are here. They leave as soon as %(amount)s is paid.",
                amount=amount,
            )
        if "both" in statuses:
            return self.env._(
                "Your delivery waits for its goods and for your payment of %(amount)s.",
                amount=amount,
            )
        if "released" in statuses:
            released = waiting.filtered(
                lambda picking: picking.preorder_release == "released"
            )
            if any(picking._has_all_goods() for picking in released):
                return self.env._("Your goods are here and will leave soon.")
            return self.env._("Part of your goods is here; the rest is on order.")
        if "goods" in statuses:
            return self.env._("Your delivery waits for its goods.")
        return ""


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _get_portal_deliveries(self, now, visible):
        """What the customer's list says of deliveries.

        :param visible: ids of transfers whose delivery slip the user may open
        :return: list of dicts; cancelled ones are left out
        """
        deliveries = []
        for picking in self.sorted(
            lambda picking: (picking.scheduled_date, picking.id)
        ):
            links = picking._get_portal_tracking()
            stage = progress.get_delivery_stage(
                picking.state,
                picking.date_done,
                bool(links),
                now,
                is_unpaid=picking.preorder_release in ("payment", "both"),
                is_whole=picking._has_all_goods(),
            )
            if not stage:
                continue
            has_left = stage in (progress.SHIPPED, progress.DELIVERED)
            deliveries.append(
                {
                    "name": picking.name,
                    "stage": stage,
                    "left": has_left
                    and format_date(self.env, picking.date_done.date()),
                    "slip": f"/my/picking/pdf/{picking.id}"
                    if has_left and picking.id in visible
                    else "",
                    "tracking": links if has_left else [],
                }
            )
        return deliveries

    def _get_portal_tracking(self):
        """Where to follow a delivery.

        :return: list of dicts: ``name`` (the carrier's number) and ``url`` or nothing
        """
        self.ensure_one()
        if "carrier_tracking_ref" not in self._fields or not self.carrier_tracking_ref:
            return []
        several = self.get_multiple_carrier_tracking()
        if several:
            return [{"name": name, "url": url} for name, url in several]
        return [
            {"name": self.carrier_tracking_ref, "url": self.carrier_tracking_url or ""}
        ]
