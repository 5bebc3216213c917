from datetime import timedelta

from odoo import models
from odoo.fields import Domain

#: Last year's sales, where there is no previous campaign: so long before the start.
_YEAR = timedelta(days=365)


class PreorderCampaign(models.Model):
    """What a salesperson or an agent sees of its customers in a campaign."""

    _inherit = "preorder.campaign"

    def _get_represented_customers(self, user):
        """The contacts for whom a user may fill order forms in this campaign.

        People with a log-in, and companies where nobody has one; of a campaign for
        everyone, those companies only that have bought before. Of a salesperson, its
        own customers, as in Sales.

        :return: ``res.partner`` with the rights of the system, sorted by company
        """
        self.ensure_one()
        if not user._is_internal():
            return self.sudo()._get_agent_customers(user)
        partners = self.env["res.partner"].sudo()
        if not user.has_group("sales_team.group_sale_salesman"):
            return partners
        meant = self.sudo()._get_audience_partners_domain() & Domain(
            "company_id", "in", (False, self.company_id.id)
        )
        people = partners.search(
            meant & Domain("user_ids", "any", [("share", "=", True)])
        )
        companies = (
            meant
            & Domain("is_company", "=", True)
            & Domain("id", "not in", people.commercial_partner_id.ids)
        )
        if self.for_everyone:
            companies &= Domain("sale_order_ids", "!=", False)
        found = people | partners.search(companies)
        if not user.has_group("sales_team.group_sale_salesman_all_leads"):
            found = found.filtered(
                lambda partner: (
                    (partner.user_id or partner.commercial_partner_id.user_id)
                    in (user, self.env["res.users"])
                )
            )
        return found.sorted(
            lambda partner: (
                partner.commercial_partner_id.name or "",
                partner.id != partner.commercial_partner_id.id,
                partner.name or "",
            )
        )

    def _get_customer_overview(self, customers):
        """How far customers are in this campaign, read for all of them together.

        :param customers: contacts, with the rights of the system
        :return: list of dicts in their order: ``customer``, ``form`` (empty if not
            begun; the one being filled first), ``status`` (none, draft, submitted or
            confirmed), ``amount`` (of all its forms, untaxed, in the campaign's
            currency), ``last_year`` (confirmed sales of its company, likewise)
        """
        self.ensure_one()
        orders = (
            self.env["preorder.order"]
            .sudo()
            .search(
                [
                    ("campaign_id", "=", self.id),
                    ("partner_id", "in", customers.ids),
                    ("state", "!=", "cancelled"),
                ]
            )
        )
        by_customer = orders.sorted(
            lambda order: (order.state != "draft", -order.id)
        ).grouped("partner_id")
        last_year = self._get_last_year_amounts(customers)
        today = self._now().date()
        rows = []
        for customer in customers:
            forms = by_customer.get(customer, orders.browse())
            rows.append(
                {
                    "customer": customer,
                    "form": forms[:1],
                    "status": forms[:1].state or "none",
                    "amount": sum(
                        form.currency_id._convert(
                            form.amount_untaxed,
                            self.currency_id,
                            self.company_id,
                            today,
                        )
                        for form in forms
                    ),
                    "last_year": last_year.get(
                        customer._get_preorder_company().id, 0.0
                    ),
                }
            )
        return rows

    def _get_customers_page(self, user):
        """What the page of a representative's customers shows; nothing for no campaign.

        :return: dict: ``rows`` as :meth:`_get_customer_overview`, with ``label``,
            ``tone`` and ``url``, who has not started first; ``counts`` by status
        """
        if not self:
            return {"rows": [], "counts": []}
        labels = {
            "none": self.env._("Not started"),
            "draft": self.env._("Started"),
            "submitted": self.env._("Submitted"),
            "confirmed": self.env._("Confirmed"),
        }
        tones = {
            "none": "none",
            "draft": "warning",
            "submitted": "info",
            "confirmed": "success",
        }
        ranks = {status: rank for rank, status in enumerate(labels)}
        rows = self._get_customer_overview(self._get_represented_customers(user))
        rows.sort(key=lambda row: (ranks[row["status"]], -row["last_year"]))
        for row in rows:
            form = row["form"]
            row["label"] = labels[row["status"]]
            row["tone"] = tones[row["status"]]
            row["url"] = (
                form.access_url
                if form
                else f"/preorder/campaign/{self.id}/for/{row['customer'].id}"
            )
        return {
            "rows": rows,
            "counts": [
                {
                    "label": label,
                    "count": sum(row["status"] == status for row in rows),
                }
                for status, label in labels.items()
            ],
        }

    def _get_last_year_amounts(self, customers):
        """What customers' companies bought last time.

        In the previous campaign, or else in the year before this one starts.

        :return: dict of company's id → untaxed amount in the campaign's currency
        """
        self.ensure_one()
        domain = Domain("state", "=", "sale") & Domain(
            "company_id", "=", self.company_id.id
        )
        previous = self.previous_campaign_id
        if previous:
            domain &= Domain("preorder_campaign_id", "=", previous.id)
        else:
            domain &= Domain("date_order", ">=", self.date_start - _YEAR) & Domain(
                "date_order", "<", self.date_start
            )
        companies = self.env["res.partner"].union(
            *(customer._get_preorder_company() for customer in customers)
        )
        groups = (
            self.env["sale.order"]
            .sudo()
            ._read_group(
                domain & Domain("partner_id", "child_of", companies.ids),
                ["partner_id", "currency_rate"],
                ["amount_untaxed:sum"],
            )
        )
        amounts = {}
        for partner, rate, amount in groups:
            company = partner._get_preorder_company().id
            amounts[company] = amounts.get(company, 0.0) + amount / (rate or 1.0)
        return amounts

    def _get_running(self, website, now):
        """The campaigns that run on a website and that this user may see."""
        return self.search(
            self._get_website_domain(website)
            & Domain("state", "=", "open")
            & Domain("date_start", "<=", now)
            & Domain("date_end", ">", now),
            order="date_end",
        )

    def action_view_customers(self):
        """Show how far one's customers are: who has not started, who has submitted."""
        self.ensure_one()
        self.check_access("read")
        return self.env["preorder.customer"]._action_view(self)
