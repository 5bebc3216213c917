from datetime import date

from odoo import models
from odoo.exceptions import UserError

from .. import deliveries


class PreorderOrder(models.Model):
    """What a customer says besides quantities: where to, whom to ask, which number."""

    _inherit = "preorder.order"

    def _get_delivery_addresses(self):
        """The addresses of the customer's company to which the order may go."""
        self.ensure_one()
        return self.env["res.partner"].search(
            [
                ("id", "child_of", self.customer_company_id.id),
                "|",
                ("is_company", "=", True),
                ("type", "=", "delivery"),
            ]
        ) | self.partner_id.browse(
            self.partner_id.address_get(["delivery"])["delivery"]
        )

    def _get_contact_persons(self):
        """The people of the customer's company whom we may ask about the order."""
        self.ensure_one()
        return (
            self.env["res.partner"].search(
                [
                    ("id", "child_of", self.customer_company_id.id),
                    ("is_company", "=", False),
                    ("type", "=", "contact"),
                ]
            )
            | self.partner_id
        )

    def _set_details(self, details):
        """Take over what the customer entered besides quantities.

        :param details: dict of any of ``reference``, ``note`` (texts), ``address``,
            ``contact`` (ids of contacts), ``delivery_date`` (ISO date, of a week any of
            its days), ``delivery_until`` (ISO date, of a period); from a browser:
            nothing in it is trusted
        :raise UserError: in the customer's words
        """
        self.ensure_one()
        values = {
            "client_order_ref": _get_text(details, "reference")[:100],
            "note": _get_text(details, "note")[:2000],
        }
        choices = {
            "partner_shipping_id": ("address", self._get_delivery_addresses),
            "contact_id": ("contact", self._get_contact_persons),
        }
        for field, (name, get_choices) in choices.items():
            chosen = details.get(name)
            if not chosen:
                continue
            if chosen not in get_choices().ids:
                raise UserError(
                    self.env._("This contact is not one of your company's.")
                )
            values[field] = chosen
        if self.campaign_id._has_order_delivery():
            span = self._parse_delivery(details)
            values["requested_delivery_from"] = span.first
            values["requested_delivery_until"] = span.last
        self.write(values)

    def _parse_delivery(self, details) -> deliveries.Span:
        """When the customer wants the whole order, as the campaign lets it choose.

        :raise UserError: in the customer's words, if that is not said
        """
        campaign = self.campaign_id
        first = _parse_day(details.get("delivery_date"))
        if campaign.delivery_dates == "span":
            last = _parse_day(details.get("delivery_until"))
            if first is None or last is None:
                raise UserError(
                    self.env._("Choose the first and the last day for your delivery.")
                )
            if last < first:
                raise UserError(
                    self.env._("The last day for your delivery is before the first.")
                )
            return deliveries.Span(first, last)
        if campaign.delivery_dates == "week":
            if first is None:
                raise UserError(self.env._("Choose a week for your delivery."))
            period = campaign._get_delivery_period(campaign._now())
            return deliveries.get_week(first, period)
        if first is None:
            raise UserError(self.env._("Choose a delivery date."))
        return deliveries.Span(first, first)


def _get_text(details, name):
    """A text as the database can keep it."""
    return str(details.get(name) or "").replace("\0", "").strip()


def _parse_day(text):
    """An ISO date, or ``None`` for anything else."""
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None
