from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, groupby, html2plaintext, is_html_empty

#: More than any form amounts to.
_LARGEST_TOTAL = 1e15


class PreorderOrder(models.Model):
    _inherit = "preorder.order"

    @api.model
    def _get_visit_domain(self) -> Domain:
        """Which of its user's forms somebody may see who visits the website.

        What keeps several people apart who share a log-in narrows it down.
        """
        return Domain.TRUE

    @api.model
    def _get_visit_channel(self) -> str:
        """How quantities reach a form that a visitor fills for itself."""
        return "website"

    def _compute_access_url(self):
        for order in self:
            order.access_url = f"/preorder/form/{order.id}"

    def action_open_form(self):
        """Open the order form as the customer sees it."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.access_url, "target": "self"}

    @api.model
    def _get_live_domain(self, form_ids):
        """Those of campaigns that are shown on a website."""
        return super()._get_live_domain(form_ids) & Domain(
            "campaign_id", "any", [("is_published", "=", True)]
        )

    def _get_next_step(self) -> str:
        """What a submitted form waits for, in the customer's words."""
        self.ensure_one()
        quotation = self.sale_order_id
        if not quotation or quotation._is_preorder_on_hold():
            step = self.env._("We are looking at it and send you the quotation.")
        elif quotation._has_to_be_signed() and quotation.require_payment:
            step = self.env._("Sign and pay its quotation to confirm it.")
        elif quotation._has_to_be_signed():
            step = self.env._("Sign its quotation to confirm it.")
        elif quotation._has_to_be_paid():
            step = self.env._("Pay its quotation to confirm it.")
        elif quotation._has_to_be_accepted():
            step = self.env._("Open its quotation to confirm it.")
        else:
            step = self.env._("We will confirm it.")
        return self.env._(
            "%(number)s is submitted. %(step)s", number=self.name, step=step
        )

    def _get_review(self, now):
        """What the customer sees before submitting.

        Brings prices up to date first, and says which ones changed since they were
        typed.

        :return: dict: ``groups`` (per product: name and lines), ``changes``,
            ``totals``, ``limits`` (those broken or near), ``choices``
        """
        self.ensure_one()
        changes = self._refresh_prices(now)
        lines = self.line_ids.filtered("quantity")._sorted_for_documents()
        piece = self.env.ref("uom.product_uom_unit", raise_if_not_found=False)
        return {
            "groups": [
                {
                    "product": template.id,
                    "name": template.name,
                    "lines": [self._get_review_line(line, piece) for line in group],
                }
                for template, group in groupby(
                    lines, lambda line: line.product_id.product_tmpl_id
                )
            ],
            "changes": [
                {
                    "name": change["product"].display_name,
                    "old": change["old"],
                    "new": change["new"],
                }
                for change in changes
            ],
            "totals": self._get_totals(),
            "limits": self._get_limit_notices(),
            "choices": self._get_review_choices(now),
        }

    def _get_review_line(self, line, piece):
        product = line.product_id
        values = product.product_template_attribute_value_ids
        price = line.price_unit * (1 - line.base_discount / 100)
        return {
            "name": values._get_combination_name() or product.default_code or "",
            "date": line.delivery_date and format_date(self.env, line.delivery_date),
            "quantity": line.quantity,
            # Pieces go without saying, in the words of the page.
            "unit": "" if product.uom_id == piece else product.uom_id.name,
            "price": price,
            "amount": line.quantity * price,
        }

    def _get_review_choices(self, now):
        """What the customer may choose before submitting, and what is chosen."""
        self.ensure_one()
        addresses, contacts = (
            self._get_delivery_addresses(),
            self._get_contact_persons(),
        )
        usual = self.partner_id.address_get(["delivery"])["delivery"]
        campaign = self.campaign_id
        period = campaign._get_delivery_period(now)
        return {
            "addresses": [
                {"id": address.id, "name": _describe_address(address)}
                for address in addresses
            ],
            "address": self.partner_shipping_id.id or usual,
            "contacts": [
                {"id": contact.id, "name": contact.name or contact.email or ""}
                for contact in contacts
            ],
            "contact": self.contact_id.id or self.partner_id.id,
            # "order", "week" or "span"; empty where nothing is chosen here.
            "chooses": campaign.delivery_dates
            if campaign._has_order_delivery()
            else "",
            "weeks": self._get_week_choices(now),
            "delivery_date": self.requested_delivery_from
            and self.requested_delivery_from.isoformat()
            or "",
            "delivery_until": self.requested_delivery_until
            and self.requested_delivery_until.isoformat()
            or "",
            "earliest": period.earliest.isoformat(),
            "latest": period.latest.isoformat() if period.latest else "",
            **self._get_terms(),
        }

    def _get_week_choices(self, now):
        """The weeks to choose from, where the campaign delivers by the week.

        :return: list of dicts: ``day`` (ISO date of the first day) and ``name``
        """
        if self.campaign_id.delivery_dates != "week":
            return []

        def write(day):
            return format_date(self.env, day, date_format="d MMM")

        return [
            {
                "day": week.first.isoformat(),
                "name": self.env._(
                    "Week %(number)s (%(first)s – %(last)s)",
                    number=week.first.isocalendar().week,
                    first=write(week.first),
                    last=write(week.last),
                ),
            }
            for week in self._get_delivery_weeks(now)
        ]

    def _get_terms(self):
        """The company's terms and conditions, where it uses any.

        :return: dict: ``terms_url``, ``terms`` (plain text); empty for none
        """
        self.ensure_one()
        company = self.company_id
        if not self.env["ir.config_parameter"].get_param("account.use_invoice_terms"):
            return {"terms_url": "", "terms": ""}
        if company.terms_type == "html":
            is_there = not is_html_empty(company.invoice_terms_html)
            return {"terms_url": "/terms" if is_there else "", "terms": ""}
        return {"terms_url": "", "terms": html2plaintext(company.invoice_terms or "")}

    def _submit_reviewed(self, reviewed_total, details, now, *, by_office):
        """Submit what the customer has reviewed.

        :param reviewed_total: the total shown on the review; if the form amounts to
            something else by now, the customer reviews again
        :param details: as ``_set_details`` takes them
        :param by_office: a representative submits for the customer
        :return: dict: ``url`` of the quotation, or ``changed``
        """
        self.ensure_one()
        if self.state == "draft":
            self._set_details(details)
        quotation = self._submit(
            now,
            by_office=by_office,
            agrees=lambda total: (
                isinstance(reviewed_total, (int, float))
                # No total is, and currencies cannot compare it.
                and abs(reviewed_total) < _LARGEST_TOTAL
                and not self.currency_id.compare_amounts(total, reviewed_total)
            ),
        )
        if self.state == "draft":
            return {"changed": True}
        url = self._get_quotation_url()
        if not url:
            return {"url": self.access_url}
        if self.campaign_id.confirmation == "direct" and quotation._has_to_be_paid():
            url += "?allow_payment=yes"
        return {"url": url}

    def _get_quotation_url(self) -> str:
        """Where the user of this environment may see the form's quotation.

        Without a token: that is for whoever may see the quotation anyway. Agents fill
        forms, and the customer's buyer confirms; a merged quotation may be another
        branch's too.

        :return: empty for an own shop, and for who may not see it
        """
        self.ensure_one()
        quotation = self.sale_order_id
        if not quotation or not quotation.with_user(self.env.uid).has_access("read"):
            return ""
        return quotation.access_url


def _describe_address(partner):
    """A delivery address in one line: whose, and where."""
    return ", ".join(
        part
        for part in (partner.display_name, partner.street, partner.zip, partner.city)
        if part
    )
