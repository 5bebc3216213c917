from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.preorder_campaign.deliveries import find_possible


class PreorderCampaign(models.Model):
    _name = "preorder.campaign"
    _inherit = ["preorder.campaign", "website.published.multi.mixin"]

    is_published = fields.Boolean(default=True)
    website_teaser = fields.Boolean(
        "Teaser for Visitors",
        default=True,
        help="Visitors who are not signed in see the campaign's name, picture and "
        "dates. Otherwise they only see where to sign in.",
    )

    @api.depends("kind", "name")
    def _compute_website_url(self):
        for campaign in self:
            if campaign.id:
                slug = self.env["ir.http"]._slug(campaign)
                campaign.website_url = f"/{campaign.kind}/{slug}"
            else:
                campaign.website_url = "#"

    def _get_customer_url(self):
        self.ensure_one()
        return self.website_url

    @api.model
    def _get_website_domain(self, website) -> Domain:
        """The campaigns that a website shows at all, whoever asks."""
        return (
            Domain("is_published", "=", True)
            & Domain("website_id", "in", (False, website.id))
            & Domain("company_id", "=", website._get_cached("company_id"))
        )

    # Order form

    def _get_form_page_values(self, filling):
        """Values of the order form's page and of the component on it."""
        self.ensure_one()
        order, now = filling.order, self._now()
        changes = order._refresh_prices(now) if order and filling.can_edit else []
        currency = (
            order.currency_id
            or self._get_pricelist(filling.partner).currency_id
            or self.company_id.currency_id
        )
        by_customer = filling.can_edit and not filling.on_behalf
        customer = filling.partner.id if filling.on_behalf else 0
        editable = filling.can_edit and (
            order.state == "draft"
            and order._is_open_for(now, by_office=filling.by_office)
            if order
            else self._is_open(now)
        )
        return {
            "campaign": self,
            "main_object": self,
            "order": order,
            "may_reopen": by_customer
            and order.state == "submitted"
            and not order._get_reopen_refusal(now),
            "may_withdraw": by_customer
            and order.state == "submitted"
            and not order._get_withdraw_refusal(),
            "partner": filling.partner,
            "on_behalf": filling.on_behalf,
            "may_choose_customer": not order
            and not editable
            and self._is_open(now)
            and self.env.user.has_group("sales_team.group_sale_salesman"),
            "editable": editable,
            "component": {
                "contact": self._get_contact_values(filling, self.env.user),
                "campaign": self.id,
                "customer": customer,
                "form": order.id,
                "number": order.name or "",
                "editable": editable,
                "partner": filling.partner.id,
                "user": self.env.uid,
                "currency": currency.id,
                "unavailable": ""
                if editable
                else self._get_not_editable_reason(filling, now),
                "quotationUrl": order._get_quotation_url() if order else "",
                "reference": order.client_order_ref or "",
                "note": order.note or "",
                "endText": self._format_moment(self.date_end),
                # Times count by the server's clock, whatever the customer's shows.
                "end": self.date_end.isoformat() + "Z" if self.date_end else "",
                "now": now.isoformat() + "Z",
                "ownShop": bool(filling.partner._get_preorder_shop_location()),
                "stock": self._shows_stock(),
                "codes": list(self._get_customer_codes(filling.partner).items()),
                "season": list(self._get_last_season(filling.partner).items()),
                "dates": self._get_date_choice(order, now),
                "cells": [
                    [
                        line.product_id.id,
                        line.delivery_date and line.delivery_date.isoformat(),
                        line.quantity,
                        line.revision,
                    ]
                    for line in order.line_ids
                ],
                "totals": (
                    order or order.new(order._prepare_terms(self, filling.partner))
                )._get_totals(),
                "changes": [
                    {
                        "name": change["product"].display_name,
                        "old": change["old"],
                        "new": change["new"],
                    }
                    for change in changes
                ],
                "limits": order._get_limit_notices() if editable and order else [],
            },
        }

    def _get_date_choice(self, order, now):
        """What the form's page needs where quantities have delivery dates.

        :return: dict: ``chosen`` (ISO dates; the first possible one to begin with, and
            None before them if quantities have none yet),
            ``earliest`` and ``latest`` (empty without a bound); ``False`` where they
            have none
        """
        self.ensure_one()
        if self.delivery_dates != "line":
            return False
        period = self._get_delivery_period(now)
        chosen = order._get_delivery_days() or {
            find_possible(period.earliest, period, ())
        }
        undated = order.line_ids.filtered(
            lambda line: line.quantity and not line.delivery_date
        )
        return {
            "chosen": [
                *([None] if undated else []),
                *(day.isoformat() for day in sorted(chosen - {None})),
            ],
            "earliest": period.earliest.isoformat(),
            "latest": period.latest.isoformat() if period.latest else "",
        }

    def _get_not_editable_reason(self, filling, now):
        """Why the form can only be looked at, in the user's words."""
        order = filling.order
        if order and order.state == "confirmed":
            return self.env._("%s is confirmed. Thank you!", order.name)
        if order and order.state == "submitted":
            return order._get_next_step()
        if order and order.state == "cancelled":
            return self.env._("%s is cancelled.", order.name)
        if not self._is_open(now):
            return self._get_closed_message()
        return self.env._(
            "You see the order form as customers do. To fill it for a customer, open "
            "that customer's form from the office."
        )

    def _get_agent_customers(self, user):
        """The contacts for whom an agent may fill order forms in this campaign.

        People with a log-in, and companies where nobody has one.
        """
        self.ensure_one()
        agent = user.partner_id
        if user._is_internal() or not agent._is_preorder_agent():
            return self.env["res.partner"]
        companies = self.env["res.partner"].search(
            [("preorder_agent_ids", "in", agent.ids)]
        )
        contacts = self.env["res.partner"].search(
            [("id", "child_of", companies.ids), ("user_ids", "!=", False)]
        )
        contacts |= companies - contacts.commercial_partner_id
        return (
            self.env["res.partner"]
            .search(
                Domain("id", "in", contacts.ids) & self._get_audience_partners_domain()
            )
            .sorted("display_name")
        )

    def _get_price_page(self, partner, order, product_ids):
        """Prices of a page of variants, one piece each.

        :param order: the form; empty before it is begun
        :param product_ids: at most 200 ids; those not on sale here are left out
        :return: columns ``product``, ``price`` (before discount), ``discount``, and
            where the campaign shows them ``previous`` (sales) and ``average`` (of
            colleagues): quantities, or None
        """
        self.ensure_one()
        order = order or order.new(order._prepare_terms(self, partner))
        prices = self._get_piece_prices(order, product_ids[:200])
        page = {
            "product": list(prices),
            "price": [price.unit for price in prices.values()],
            "discount": [price.discount for price in prices.values()],
        }
        if self.previous_sales != "none":
            sales = self._get_previous_sales(partner, page["product"])
            page["previous"] = [sales.get(product) for product in prices]
        if self.show_colleagues_average:
            averages = self._get_colleagues_average(partner, page["product"])
            page["average"] = [averages.get(product) for product in prices]
        return page

    def _get_piece_prices(self, order, product_ids):
        """What one piece of each of some variants costs, with the campaign's discount.

        :param order: the form, or a new record with the customer's terms
        :return: dict of product id → price, in the order asked for; those not on sale
            here are left out
        """
        self.ensure_one()
        now = self._now()
        pricing = self.env["preorder.pricing"]
        stamps = pricing._read_price_stamps(product_ids, now)
        on_sale = self._find_on_sale(stamps)
        prices = pricing._get_kept_prices(
            {product_id: 1.0 for product_id in product_ids if product_id in on_sale},
            stamps,
            terms=order._get_pricing_terms(),
            date=now,
        )
        return self._apply_terms(prices)
