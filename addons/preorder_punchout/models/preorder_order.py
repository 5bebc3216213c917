from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PreorderOrder(models.Model):
    """Order forms of punchout sessions: several people share a log-in, not a form."""

    _inherit = "preorder.order"

    channel = fields.Selection(default=lambda self: self._get_visit_channel())
    oci_session_id = fields.Many2one(
        "oci.session",
        "Punchout Session",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _one_form_being_filled = models.UniqueIndex(
        "(campaign_id, partner_id) WHERE state = 'draft' AND oci_session_id IS NULL",
        "This customer is already filling an order form in this campaign.",
    )
    _one_form_per_session = models.UniqueIndex(
        "(campaign_id, oci_session_id)"
        " WHERE state = 'draft' AND oci_session_id IS NOT NULL",
        "An order form of this campaign is being filled in this punchout session.",
    )

    # Whose form

    @api.model
    def _get_visit_domain(self) -> Domain:
        """A session sees its own forms. Others of the customer see of punchout forms
        those that were transferred; the office sees all."""
        domain = super()._get_visit_domain()
        session = self.env["website"]._get_oci_session()
        if session:
            return domain & Domain("oci_session_id", "=", session.id)
        if self.env.user._is_internal():
            return domain
        return domain & (
            Domain("oci_session_id", "=", False)
            | Domain("state", "in", ("submitted", "confirmed"))
        )

    @api.model
    def _get_visit_channel(self):
        if self.env["website"]._get_oci_session():
            return "punchout"
        return super()._get_visit_channel()

    @api.model
    def _get_own_domain(self, campaign, partner):
        """A session continues its own form, and nobody else does."""
        session = self.env["website"]._get_oci_session()
        return super()._get_own_domain(campaign, partner) & Domain(
            "oci_session_id", "=", session.id
        )

    def _get_sisters_domain(self, campaign, partner):
        """What others fill by punchout and may never take home counts nowhere else."""
        return super()._get_sisters_domain(campaign, partner) & (
            Domain("oci_session_id", "=", False) | Domain("state", "!=", "draft")
        )

    @api.model
    def _keep_visible(self, website_id, company_id, lang, context_values):
        """Kept by user, not by session: sessions look afresh."""
        if self.env["website"]._get_oci_session():
            return None
        return super()._keep_visible(website_id, company_id, lang, context_values)

    @api.model
    def _prepare_values(self, campaign, partner):
        session = self.env["website"]._get_oci_session()
        return {
            **super()._prepare_values(campaign, partner),
            "oci_session_id": session.id,
        }

    @api.model
    def _start(self, campaign, partner, *, channel="website"):
        """A session's form is begun by punchout, by whatever its first cell came."""
        if self.env["website"]._get_oci_session():
            channel = "punchout"
        return super()._start(campaign, partner, channel=channel)

    # Submitting is transferring

    def _get_oci_form_refusal(self):
        """Why nobody but its buyer goes on with a session's form."""
        self.ensure_one()
        return self.env._(
            "%(number)s belongs to a punchout session: its buyer transfers it to "
            "%(system)s.",
            number=self.name,
            system=self.sudo().oci_session_id.connection_id.name,
        )

    def _check_submittable(self, now, *, by_office=False):
        """A session's form becomes a quotation on its way home only, and an own
        shop's form becomes none."""
        if self.oci_session_id and self.is_own_shop:
            raise UserError(
                self.sudo().oci_session_id._get_own_shop_refusal(
                    self.campaign_id, self.partner_id
                )
            )
        if self.oci_session_id and not self.env.context.get("oci_form_transfer"):
            raise UserError(self._get_oci_form_refusal())
        return super()._check_submittable(now, by_office=by_office)

    def _prepare_quotation_values(self):
        """The customer's system approves and orders: nobody signs or pays here."""
        values = super()._prepare_quotation_values()
        if self.oci_session_id:
            values.update(
                {
                    "oci_session_id": self.oci_session_id.id,
                    "preorder_review": False,
                    "require_signature": False,
                    "require_payment": False,
                }
            )
        return values

    def _get_review(self, now):
        """Say also which other forms of the session do not go along."""
        review = super()._get_review(now)
        if self.oci_session_id:
            others = self.sudo().oci_session_id.preorder_order_ids.filtered(
                lambda form: form.state == "draft" and form.line_count and form != self
            )
            review["others"] = [
                self.env._(
                    "%(campaign)s, %(pieces)s",
                    campaign=form.campaign_id.name,
                    pieces=form._get_pieces_text(),
                )
                for form in others
            ]
        return review
