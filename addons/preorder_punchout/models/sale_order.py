from odoo import models


class SaleOrder(models.Model):
    """A pre-order's quotation that waits for the order of the customer's system."""

    _inherit = "sale.order"

    def _freeze_for_oci(self, days):
        """No longer than the campaign lets customers confirm."""
        result = super()._freeze_for_oci(days)
        last = self.preorder_campaign_id.confirm_until
        if last and last < self.validity_date:
            self.with_context(oci_transferring=True).validity_date = last
        return result

    def _find_preorder_tier(self):
        """Prices stand as they were transferred, whatever else the company orders."""
        # Also while another quotation of the company is transferred.
        if self.with_context(oci_transferring=False)._is_oci_frozen():
            return self.preorder_tier_id
        return super()._find_preorder_tier()

    def _has_to_be_accepted(self):
        """Over there, not by a click here."""
        return not self._is_oci_frozen() and super()._has_to_be_accepted()

    def _check_mergeable(self):
        """The customer's order names the quotation that was transferred."""
        for order in self:
            if order._is_oci_frozen():
                order.order_line._check_oci_frozen()
        return super()._check_mergeable()

    def _confirm_as_ordered(self):
        """Where the campaign has its orders reviewed, the office confirms this too."""
        if self.preorder_campaign_id.review_required:
            self._schedule_oci_activity(
                self.env._(
                    "The customer's order is as quoted. The campaign %(campaign)s has "
                    "its orders reviewed: look at it, and confirm.",
                    campaign=self.preorder_campaign_id.name,
                )
            )
            return None
        return super()._confirm_as_ordered()
